// Saves the chart beside a Save menu as SVG or PNG, with title, how to read it and source: see ui/pictures.py.
//
// Runs once for each pair of buttons, when their menu opens. What is written into a picture comes from the figure's own
// layout.meta, as text: names come from files that anybody may have made, so nothing here is ever parsed as markup.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const PNG_SCALE = 2;
  const PAD = 24;
  const SECONDS_UNTIL_FORGOTTEN = 60;
  // Drawn for the pointer alone, or able to do something: none of it belongs into a picture.
  const LEFT_OUT = ".hoverlayer, .zoomlayer, .draglayer, .legendtoggle, .scrollbox > .scrollbar, script, foreignObject";

  const buttons = document.currentScript.parentElement.querySelector(".pictures");
  const said = buttons.querySelector("[role=status]");

  for (const button of buttons.querySelectorAll("button")) {
    button.addEventListener("click", () => save(button.dataset.format).then(() => say(""), fail));
  }
  // Streamlit draws an open menu at the end of the page: without this a keyboard would have far to go.
  if (document.activeElement?.closest("[data-testid=stPopover]")) buttons.querySelector("button").focus();

  function say(text) {
    said.textContent = text;
  }

  function fail(error) {
    say(`Not saved: ${error.message}`);
  }

  async function save(format) {
    const chart = chartOfMenu();
    const { file } = chart.layout.meta.picture;
    await document.fonts.ready;
    const drawing = composed(chart);
    const blob = format === "svg" ? svgBlob(drawing) : await pngBlob(drawing);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${file}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000 * SECONDS_UNTIL_FORGOTTEN);
  }

  function chartOfMenu() {
    const prefix = "st-key-pictures-";
    const name = [...buttons.closest(`[class*="${prefix}"]`).classList].find((each) => each.startsWith(prefix));
    const place = document.getElementsByClassName(`st-key-${name.slice(prefix.length)}`)[0];
    const chart = place?.querySelector(".js-plotly-plot");
    if (!chart?.querySelector(".main-svg")) throw new Error("the chart is not drawn yet");
    return chart;
  }

  // One SVG: a ground, title and how to read it, Plotly's own layers, the source.
  function composed(chart) {
    const { title, how_to_read: howToRead, alt, picture } = chart.layout.meta;
    const layers = [...chart.querySelectorAll(".main-svg")];
    const width = Math.round(Number(layers[0].getAttribute("width"))) + PAD;
    const height = Math.round(Number(layers[0].getAttribute("height")));
    const family = chart.layout.font.family;
    const drawing = node("svg", { xmlns: SVG, role: "img", "font-family": family });
    drawing.append(node("title", {}, title), node("desc", {}, alt));
    const ground = node("rect", { x: 0, y: 0, width, fill: picture.ground });
    drawing.append(ground);

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
    drawing.append(plotted(layers, y));
    y += height + 12;
    drawing.append(node("path", { d: `M${PAD} ${y}H${width - PAD}`, stroke: picture.line }));
    y += 8;
    write(picture.source, 11, 400, picture.muted);
    y = Math.ceil(y + PAD / 2);

    ground.setAttribute("height", y);
    for (const [name, value] of Object.entries({ width, height: y, viewBox: `0 0 ${width} ${y}` })) {
      drawing.setAttribute(name, value);
    }
    return drawing;
  }

  function plotted(layers, y) {
    const group = node("g", { transform: `translate(${PAD / 2} ${y})` });
    for (const layer of layers) group.append(...layer.cloneNode(true).childNodes);
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

  function node(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) if (key !== "xmlns") made.setAttribute(key, value);
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
    drawing.prepend(node("style", {}, await ownFont()));
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

  // An image sees none of the page's fonts: it gets ours within itself. Without it the picture is drawn all the same.
  async function ownFont() {
    try {
      const answer = await fetch(new URL(buttons.dataset.font, document.baseURI));
      if (!answer.ok) return "";
      const address = await dataAddress(await answer.blob());
      return `@font-face{font-family:"Inter Variable";font-weight:100 900;src:url(${address}) format("woff2")}`;
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
})();
