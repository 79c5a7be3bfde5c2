"""PNG and SVG of a chart: two buttons that save what the browser has drawn, with title, how to read it and source.

The server has no browser and needs none. A component of ours shows the buttons; its script (``static/drawing.js``
draws, ``static/pictures.js`` saves) stands in the component's own HTML, because the pages' Content-Security-Policy
allows that and not the blob which Streamlit makes of a component's ``js``. It is the same for every chart: what a
picture says travels as JSON in the figure's ``layout.meta``, which the script reads from the chart on the page. See
``docs/decisions/0014``; how pictures come into the zip of a run is in ``0026``.
"""

from __future__ import annotations

import re

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mmm_core.charts.style import ChartMeta
from mmm_core.exports.gallery import STUDIO
from mmm_core.labels import day
from ui.shell.theme import STATIC

FONT = "app/static/inter-latin-wght-normal.woff2"
"""Our font, relative to the page: ``.streamlit/config.toml`` names it for the screen."""
HTML = """
<div class="pictures" data-font="{font}">
  <button type="button" data-format="png">Picture (PNG)</button>
  <button type="button" data-format="svg">Picture (SVG)</button>
  <div role="status"></div>
</div>
<script>{script}</script>
"""
CSS = """
.pictures { display: flex; flex-direction: column; gap: 1rem; }
.pictures button {
  min-height: 2.25rem; padding: 0.25rem 0.75rem; font: inherit; font-size: 0.875rem; cursor: pointer;
  color: var(--st-text-color); background: transparent; border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, 10px);
}
.pictures button:hover { color: var(--st-primary-color); border-color: var(--st-primary-color); }
.pictures button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
.pictures [role=status]:empty { display: none; }
"""
ZIP_HTML = """
<div class="zip-pictures" role="status" data-font="{font}"></div>
<script>{script}</script>
"""
ZIP_CSS = """
.zip-pictures { width: 0; min-width: 100%; font-size: 0.875rem; line-height: 1.4; }
.zip-pictures[data-busy] { white-space: nowrap; }
.zip-pictures:empty { display: none; }
.zip-pictures[data-busy]::before {
  content: ""; display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.5em; border-radius: 50%;
  border: 2px solid var(--st-primary-color); border-right-color: transparent; vertical-align: -0.1em;
  animation: zip-pictures 0.9s linear infinite;
}
@keyframes zip-pictures { to { transform: rotate(360deg); } }
@media (prefers-reduced-motion: reduce) { .zip-pictures[data-busy]::before { animation: none; } }
"""


def _script(name: str) -> str:
    """A script of ours after the one that makes pictures, both in a scope of their own."""
    return "(() => {\n" + "\n".join((STATIC / each).read_text() for each in ("drawing.js", name)) + "})();"


_buttons = st.components.v2.component(
    "pictures",
    html=HTML.replace("{font}", FONT).replace("{script}", _script("pictures.js")),
    css=CSS,
    isolate_styles=False,
)

_in_zip = st.components.v2.component(
    "zip_pictures",
    html=ZIP_HTML.replace("{font}", FONT).replace("{script}", _script("everything.js")),
    css=ZIP_CSS,
    isolate_styles=False,
)


def picture_buttons(key: str) -> None:
    """Save the chart with this key as PNG or SVG; costs nothing before the menu around it is opened."""
    with st.container(key=f"pictures-{key}"):
        _buttons(key=f"picture-buttons-{key}")


def zip_pictures() -> None:
    """Have the browser add every chart as a picture to the zip that the button beside saves, and say how far it is.

    Both stand in a container with the key ``everything``.
    """
    _in_zip(key="zip-pictures")


def file_name(figure: go.Figure, stem: str) -> str:
    """Name of a saved chart without its ending: what it is of, and which chart; no blanks, nothing of a path."""
    return "_".join(re.findall(r"[\w.-]+", f"{stem} {ChartMeta.of(figure).name}"))


def source_line(figure: go.Figure, stem: str, source: str) -> str:
    """What stands under a picture: ``source``, or else ``stem`` and the period of the data; and who made it."""
    if not source:
        dates = pd.to_datetime(ChartMeta.of(figure).data.get("period_start", []))
        period = [f"{day(dates.min())} to {day(dates.max())}"] if len(dates) else []
        source = " · ".join([*([stem] if stem else []), *period])
    return f"{source} · {STUDIO}" if source else STUDIO
