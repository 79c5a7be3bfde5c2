// Adds every chart as a picture to the zip of a run, before the browser saves it: see ui/shell/pictures.py. Stands after
// drawing.js, in a component beside the button that saves the zip.
//
// The zip holds its charts as figures (charts/figures.json). Each is drawn out of sight by the Plotly that the page has
// for its own charts, one at a time, and the pictures are written behind the other files. Whatever goes wrong, the zip is
// saved as the server made it, and what is missing is said.

const WIDTH = 1080;
const FIGURES = "charts/figures.json";
const LARGEST = 0xffffffff;
const SHOWN_SECONDS = 8;
const place = document.currentScript.closest(".st-key-everything");

// The component may be mounted again beside the same button.
if (!place.addsPictures) {
  place.addsPictures = true;
  place.addEventListener("click", pressed, true);
}

function say(text, { busy = false } = {}) {
  const said = place.querySelector(".zip-pictures");
  if (!said) return;
  said.textContent = text;
  said.toggleAttribute("data-busy", busy);
}

function pressed(event) {
  const button = event.target.closest("[data-testid=stDownloadButton] button");
  if (!button || button.disabled) return;
  if (place.isAtWork) {
    event.stopPropagation();
    return;
  }
  say("Gathering tables and charts…", { busy: true });
  takeNextZip();
}

// The page saves what the server has made by clicking on a link of its own: that click is ours, once.
function takeNextZip() {
  const usual = HTMLAnchorElement.prototype.click;
  const failed = new MutationObserver(() => {
    if (!place.querySelector("[data-testid=stDownloadButtonError]")) return;
    giveBack();
    say("");
  });
  function giveBack() {
    failed.disconnect();
    if (HTMLAnchorElement.prototype.click === ours) HTMLAnchorElement.prototype.click = usual;
  }
  function ours() {
    if (!new URL(this.href, document.baseURI).pathname.endsWith(".zip")) return usual.call(this);
    giveBack();
    save(this.href).catch(() => {
      say("");
      usual.call(this);
    });
  }
  failed.observe(place, { childList: true, subtree: true });
  HTMLAnchorElement.prototype.click = ours;
}

async function save(address) {
  place.isAtWork = true;
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    const zip = await answer.blob();
    const { whole, problem } = await withPictures(zip).then(
      (found) => ({ whole: found, problem: "" }),
      (error) => ({ whole: zip, problem: error.message }),
    );
    download(whole, nameOf(answer));
    if (problem) say(`Saved without pictures: ${problem}. The Save menu of each chart makes its own.`);
    else say("Saved, with every chart as a picture.");
    if (!problem) setTimeout(() => place.isAtWork || say(""), 1000 * SHOWN_SECONDS);
  } finally {
    place.isAtWork = false;
  }
}

function nameOf(answer) {
  const said = answer.headers.get("content-disposition") ?? "";
  const coded = /filename\*=utf-8''([^;]+)/i.exec(said);
  return coded ? decodeURIComponent(coded[1]) : (/filename="([^"]+)"/i.exec(said)?.[1] ?? "everything.zip");
}

async function withPictures(zip) {
  const directory = await directoryOf(zip);
  const figures = await figuresOf(zip, directory);
  const names = Object.keys(figures);
  const files = [];
  for (const [number, name] of names.entries()) {
    say(`Drawing charts as pictures: ${number + 1} of ${names.length}…`, { busy: true });
    await new Promise((done) => setTimeout(done)); // the page shows it, and stays alive between two charts
    files.push({ name: `charts/${name}.png`, content: await pictureOf(figures[name]) });
  }
  return appended(zip, directory, files);
}

async function pictureOf({ data, layout }) {
  if (!window.Plotly) throw new Error("the page's charts are not drawn yet");
  const corner = document.body.appendChild(document.createElement("div"));
  corner.style.cssText = "position:fixed; left:0; top:0; width:0; height:0; overflow:hidden; visibility:hidden";
  const chart = corner.appendChild(document.createElement("div"));
  try {
    await window.Plotly.newPlot(chart, data, { ...layout, width: WIDTH, autosize: false }, { staticPlot: true });
    return await pngBlob(await composed(chart, place.querySelector(".zip-pictures").dataset.font));
  } finally {
    window.Plotly.purge(chart);
    corner.remove();
  }
}

// The end of a zip (APPNOTE 4.3.16, without a comment): how many entries its directory has, its size, where it begins.
async function directoryOf(zip) {
  const end = new DataView(await zip.slice(-22).arrayBuffer());
  const entries = end.getUint16(10, true);
  const [size, offset] = [end.getUint32(12, true), end.getUint32(16, true)];
  if (end.getUint32(0, true) !== 0x06054b50 || offset === LARGEST) throw new Error("the zip is too large for it");
  return { entries, offset, bytes: await zip.slice(offset, offset + size).arrayBuffer() };
}

async function figuresOf(zip, { entries, bytes }) {
  const view = new DataView(bytes);
  for (let number = 0, at = 0; number < entries; number += 1) {
    const lengths = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const name = new TextDecoder().decode(new Uint8Array(bytes, at + 46, lengths[0]));
    if (name === FIGURES) {
      const [size, header] = [view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
      const local = new DataView(await zip.slice(header, header + 30).arrayBuffer());
      const begin = header + 30 + local.getUint16(26, true) + local.getUint16(28, true);
      const packed = zip.slice(begin, begin + size).stream();
      return new Response(packed.pipeThrough(new DecompressionStream("deflate-raw"))).json();
    }
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  throw new Error("the zip names no charts");
}

// The same zip with more files, stored as they are, before a longer directory (APPNOTE 4.3.7, 4.3.12, 4.3.16).
async function appended(zip, directory, files) {
  const body = [zip.slice(0, directory.offset)];
  const listed = [directory.bytes];
  let at = directory.offset;
  for (const { name, content } of files) {
    const bytes = new Uint8Array(await content.arrayBuffer());
    const named = new TextEncoder().encode(name);
    // Version 2.0, name in UTF-8, stored, time and day, checksum, twice the size, length of the name, nothing else.
    const common = [[2, 20], [2, 0x0800], [2, 0], ...now(), [4, crc32(bytes)], [4, bytes.length], [4, bytes.length]];
    const header = packedFields([[4, 0x04034b50], ...common, [2, named.length], [2, 0]]);
    const rest = [[2, named.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, at]];
    body.push(header, named, content);
    listed.push(packedFields([[4, 0x02014b50], [2, 20], ...common, ...rest]), named);
    at += header.length + named.length + bytes.length;
  }
  const count = directory.entries + files.length;
  if (at >= LARGEST || count >= 0xffff) throw new Error("the zip is too large for it");
  const size = listed.reduce((sum, each) => sum + each.byteLength, 0);
  const end = packedFields([[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, 0]]);
  return new Blob([...body, ...listed, end], { type: "application/zip" });
}

// Time and day as MS-DOS wrote them.
function now() {
  const at = new Date();
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  return [[2, time], [2, ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate()]];
}

// Numbers of two or four bytes, the least byte first.
function packedFields(fields) {
  const bytes = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(bytes.buffer);
}

function crc32(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
