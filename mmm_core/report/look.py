"""How a report looks: colours and type of our charts, on a screen in both schemes and on paper."""

from __future__ import annotations

from mmm_core.charts.style import FONT, theme

STYLE = """
:root { --paper: #PAPER; --card: #CARD; --ink: #INK; --muted: #MUTED; --line: #LINE; --accent: #ACCENT; }
@media (prefers-color-scheme: dark) {
  html:not([data-paper]) {
    --paper: #DPAPER; --card: #DCARD; --ink: #DINK; --muted: #DMUTED; --line: #DLINE; --accent: #DACCENT;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.5 FONT; }
body { margin: 0; }
main { max-width: 920px; margin: 0 auto; padding: 40px 24px 64px; }
header { border-bottom: 2px solid var(--accent); padding-bottom: 16px; margin-bottom: 24px; }
.logo { max-height: 56px; max-width: 220px; float: right; margin-left: 24px; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 6px; overflow-wrap: anywhere; }
.subtitle { color: var(--muted); margin: 0; overflow-wrap: anywhere; }
nav ol { columns: 2; column-gap: 32px; padding-left: 30px; margin: 0 0 24px; }
a { color: var(--accent); }
h2 { font-size: 1.5rem; margin: 48px 0 12px; line-height: 1.25; }
h2 sup { font-size: 0.75rem; font-weight: 400; margin-left: 6px; }
h2 sup a { text-decoration: none; padding: 0 3px; }
h3 { font-size: 1.1rem; margin: 0 0 4px; overflow-wrap: anywhere; }
.said { margin: 0 0 16px; padding-left: 20px; }
.said li { margin-bottom: 8px; overflow-wrap: anywhere; }
.section-headline .said { list-style: none; padding: 18px 22px; background: var(--card); border-radius: 10px;
  border: 1px solid var(--line); border-left: 4px solid var(--accent); font-size: 1.06rem; }
.section-headline .said li:last-child { margin-bottom: 0; }
.warning { background: var(--card); border: 2px solid #C0392B; border-radius: 10px; padding: 14px 18px;
  font-weight: 600;
  overflow-wrap: anywhere; }
figure { margin: 0 0 24px; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 18px 18px 10px; }
figcaption p { color: var(--muted); margin: 0 0 8px; font-size: 0.92rem; }
.own { border-left: 3px solid var(--accent); padding-left: 12px; margin: 8px 0 16px; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 0 0 24px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; background: var(--card); }
caption { text-align: left; font-weight: 600; padding: 6px 0 8px; background: var(--paper); }
th, td {
  padding: 7px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; min-width: 4.6em;
}
td, tbody th { overflow-wrap: anywhere; }
td.number { overflow-wrap: normal; }
thead th { color: var(--muted); font-weight: 600; }
tbody th { font-weight: 500; min-width: 6.5em; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.sum th, .sum td { font-weight: 700; border-top: 2px solid var(--ink); }
.notes { font-size: 0.86rem; color: var(--muted); }
.notes h2 { color: var(--ink); }
.notes li { margin-bottom: 6px; overflow-wrap: anywhere; }
footer { margin-top: 40px; color: var(--muted); font-size: 0.82rem; border-top: 1px solid var(--line);
  padding-top: 12px; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 20px 14px 40px; }
  nav ol { columns: 1; }
  h1 { font-size: 1.6rem; }
  figure { padding: 12px 8px 6px; }
  .table table { min-width: 520px; }
}
html[data-paper] { background: #fff; font-size: 13px; --paper: #fff; }
html[data-paper] main { max-width: none; padding: 0; width: 680px; }
@media print {
  html { background: #fff; font-size: 13px; --paper: #fff; --card: #fff;
    --ink: #INK; --muted: #MUTED; --line: #LINE; --accent: #ACCENT; }
  main { max-width: none; padding: 0; }
  h2, h3, figcaption { break-after: avoid; }
  figure, tr, .said li, .table.short { break-inside: avoid; }
  h2 { margin-top: 28px; }
  .table { overflow: visible; }
  .table table { min-width: 0; font-size: 0.85rem; }
  thead { display: table-header-group; }
  figure { border-color: #LINE; }
}
@page { size: A4; margin: 16mm 15mm 18mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 9px sans-serif; color: #MUTED; } }
"""
SCRIPT = """
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paper = document.documentElement.hasAttribute("data-paper");
  const charts = [...document.querySelectorAll(".chart")].map((place) => ({
    place, drawn: JSON.parse(place.nextElementSibling.textContent),
  }));
  const config = { responsive: !paper, displayModeBar: false, staticPlot: paper, displaylogo: false };
  const draw = (isDark) => Promise.all(charts.map(({ place, drawn }) => {
    const figure = isDark ? drawn.dark : drawn.light;
    const layout = { ...figure.layout, autosize: true };
    if (paper) Object.assign(layout, { width: place.clientWidth, height: place.clientHeight });
    return Plotly.react(place, figure.data, layout, config);
  }));
  draw(dark.matches && !paper).then(() => { document.documentElement.dataset.drawn = "true"; });
  dark.addEventListener("change", () => { if (!paper) draw(dark.matches); });
  addEventListener("beforeprint", () => { if (dark.matches) draw(false); });
  addEventListener("afterprint", () => { if (dark.matches && !paper) draw(true); });
})();
"""


def style() -> str:
    """The stylesheet, with the colours of both themes."""
    filled = STYLE
    for prefix, tokens in (("#D", theme(dark=True)), ("#", theme(dark=False))):
        for name in ("PAPER", "CARD", "INK", "MUTED", "LINE", "ACCENT"):
            filled = filled.replace(f"{prefix}{name}", getattr(tokens, name.lower()))
    return filled.replace("FONT", FONT)
