// Makes a picture of a drawn chart: title, how to read it, Plotly's own layers, source. See ui/shell/pictures.py.
//
// What is written comes from the figure's own layout.meta, as text: names come from files that anybody may have made,
// so nothing here is ever parsed as markup. Stands before a script that uses it, in one function with it.

const SVG = "http://www.w3.org/2000/svg";
const PNG_SCALE = 2;
const PAD = 24;
// Drawn for the pointer alone, or able to do something: none of it belongs into a picture.
const LEFT_OUT = ".hoverlayer, .zoomlayer, .draglayer, .legendtoggle, .scrollbar, script, foreignObject";

// One SVG, as wide and high as all that is written in it, with our font inside.
async function composed(chart, fontAddress) {
  const font = await ownFont(fontAddress);
  await document.fonts.ready;
  const { title, how_to_read: howToRead, alt, picture } = chart.layout.meta;
  const family = chart.layout.font.family;
  const drawing = node("svg", { role: "img", "font-family": family });
  const ground = node("rect", { x: 0, y: 0, fill: picture.ground });
  drawing.append(node("title", {}, title), node("desc", {}, alt), node("style", {}, font), ground);
  const place = document.body.appendChild(document.createElement("div"));
  place.style.cssText = "position:absolute; left:0; top:0; width:0; height:0; overflow:hidden; visibility:hidden";
  place.append(drawing);
  try {
    const plot = plotted(chart);
    drawing.append(plot);
    const reach = reached(chart, drawing, plot);
    const width = Math.ceil(reach.right - reach.left) + PAD;
    let y = PAD;
    const write = (text, size, weight, fill) => {
      for (const line of lines(text, `${weight} ${size}px ${family}`, width - 2 * PAD)) {
        y += 1.35 * size;
        const style = { x: PAD, y: y - 0.3 * size, "font-size": size, "font-weight": weight, fill };
        drawing.append(node("text", style, line));
      }
    };
    write(title, 19, 600, picture.ink);
    y += 4;
    write(howToRead, 13, 400, picture.muted);
    y += 8;
    plot.setAttribute("transform", `translate(${PAD / 2 - reach.left} ${y - reach.top})`);
    y += reach.bottom - reach.top + 12;
    drawing.append(node("path", { d: `M${PAD} ${y}H${width - PAD}`, stroke: picture.line }));
    y += 8;
    write(picture.source, 11, 400, picture.muted);
    const height = Math.ceil(y + PAD / 2);
    keepWidths(drawing);
    for (const sized of [ground, drawing]) {
      sized.setAttribute("width", width);
      sized.setAttribute("height", height);
    }
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  } finally {
    drawing.remove();
    place.remove();
  }
  return drawing;
}

function plotted(chart) {
  const group = node("g", {});
  for (const layer of chart.querySelectorAll(".main-svg")) group.append(...layer.cloneNode(true).childNodes);
  unrollLegends(chart, group);
  for (const each of group.querySelectorAll(LEFT_OUT)) each.remove();
  // What Plotly's stylesheet says on a page must stand in the picture itself.
  for (const each of group.querySelectorAll(".crisp")) each.setAttribute("shape-rendering", "crispEdges");
  for (const each of group.querySelectorAll("*")) {
    for (const { name, value } of [...each.attributes]) {
      const outside = name.endsWith("href") && !/^(data:image\/|#)/.test(value);
      if (outside || name === "class" || name.startsWith("data-") || name.startsWith("on")) each.removeAttribute(name);
    }
    // A stroke that does not scale would be half as wide in a PNG, which is drawn at twice the size.
    for (const property of ["pointer-events", "cursor", "vector-effect"]) each.style?.removeProperty(property);
  }
  return group;
}

// On a page a long legend scrolls within half of the chart. In a picture all of it stands, above the chart.
function unrollLegends(chart, group) {
  const drawn = chart.querySelectorAll(".legend");
  group.querySelectorAll(".legend").forEach((legend, place) => {
    const box = legend.querySelector(".scrollbox");
    const clipped = legend.querySelector("[clip-path]");
    const seen = drawn[place]?.querySelector(".bg")?.getBBox();
    const all = drawn[place]?.querySelector(".scrollbox")?.getBBox();
    if (!box || !seen || !all) return;
    box.setAttribute("transform", "translate(0,0)");
    for (const each of [legend, box, clipped]) each?.removeAttribute("clip-path");
    const [, x, y] = /translate\(([-\d.]+)[ ,]+([-\d.]+)\)/.exec(legend.getAttribute("transform") ?? "") ?? [0, 0, 0];
    const hidden = Math.max(0, all.y + all.height - seen.height);
    legend.setAttribute("transform", `translate(${x} ${Number(y) - hidden})`);
    legend.querySelector(".bg")?.setAttribute("height", seen.height + hidden);
  });
}

// The chart's own area, and every text that goes beyond it: Plotly cuts it off at the edge of the page's chart.
function reached(chart, drawing, plot) {
  const layer = chart.querySelector(".main-svg");
  const [right, bottom] = ["width", "height"].map((name) => Number(layer.getAttribute(name)));
  const reach = { left: 0, top: 0, right, bottom };
  const origin = drawing.getBoundingClientRect();
  for (const text of plot.querySelectorAll("text")) {
    if (!text.textContent.trim() || text.closest("[clip-path]")) continue;
    const box = text.getBoundingClientRect();
    reach.left = Math.min(reach.left, box.left - origin.left - 4);
    reach.top = Math.min(reach.top, box.top - origin.top - 4);
    reach.right = Math.max(reach.right, box.right - origin.left + 4);
    reach.bottom = Math.max(reach.bottom, box.bottom - origin.top + 4);
  }
  return reach;
}

// Programs that do not take a font from within a picture draw texts in their own: as wide as they are here.
function keepWidths(drawing) {
  for (const text of drawing.querySelectorAll("text, tspan")) {
    if (text.childElementCount || !text.textContent.trim()) continue;
    const length = text.getComputedTextLength();
    if (!length) continue;
    text.setAttribute("textLength", length.toFixed(2));
    text.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
}

function node(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// Text in lines of at most so many pixels, broken between words, or within a word that is wider than a line.
function lines(text, font, width) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  const fits = (line) => pen.measureText(line).width <= width;
  const found = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = found.at(-1) ? `${found.at(-1)} ${word}` : word;
    if (fits(longer)) {
      found[found.length - 1] = longer;
      continue;
    }
    if (found.at(-1)) found.push("");
    for (const letter of word) {
      if (found.at(-1) && !fits(found.at(-1) + letter)) found.push("");
      found[found.length - 1] += letter;
    }
  }
  return found.filter(Boolean);
}

function svgBlob(drawing) {
  return new Blob([new XMLSerializer().serializeToString(drawing)], { type: "image/svg+xml" });
}

async function pngBlob(drawing) {
  const image = new Image();
  // A data address: a canvas that drew a blob's SVG may not be read back in every browser.
  image.src = await dataAddress(svgBlob(drawing));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = PNG_SCALE * Number(drawing.getAttribute("width"));
  canvas.height = PNG_SCALE * Number(drawing.getAttribute("height"));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("the browser could not draw it");
  return blob;
}

// A picture sees none of the page's fonts: it gets ours within itself. Without it the picture is drawn all the same.
async function ownFont(address) {
  try {
    const answer = await fetch(new URL(address, document.baseURI));
    if (!answer.ok) return "";
    const data = await dataAddress(await answer.blob());
    return `@font-face{font-family:"Inter Variable";font-weight:100 900;src:url(${data}) format("woff2")}`;
  } catch {
    return "";
  }
}

function dataAddress(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}

function download(blob, name) {
  const SECONDS_UNTIL_FORGOTTEN = 60;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000 * SECONDS_UNTIL_FORGOTTEN);
}
