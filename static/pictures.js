// Saves the chart beside a Save menu as SVG or PNG: see ui/shell/pictures.py. Runs once for each pair of buttons, when
// their menu opens, after drawing.js.

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
  const drawing = await composed(chart, buttons.dataset.font);
  download(format === "svg" ? svgBlob(drawing) : await pngBlob(drawing), `${file}.${format}`);
}

function chartOfMenu() {
  const prefix = "st-key-pictures-";
  const name = [...buttons.closest(`[class*="${prefix}"]`).classList].find((each) => each.startsWith(prefix));
  const place = document.getElementsByClassName(`st-key-${name.slice(prefix.length)}`)[0];
  const chart = place?.querySelector(".js-plotly-plot");
  if (!chart?.querySelector(".main-svg")) throw new Error("the chart is not drawn yet");
  return chart;
}
