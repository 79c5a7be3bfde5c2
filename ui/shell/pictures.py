"""PNG and SVG of a chart: two buttons that save what the browser has drawn, with title, how to read it and source.

The server has no browser and needs none. A component of ours shows the buttons; its script (``static/drawing.js``
draws, ``static/pictures.js`` saves) stands in the component's own HTML, because the pages' Content-Security-Policy
allows that and not the blob which Streamlit makes of a component's ``js``. It is the same for every chart: what a
picture says travels as JSON in the figure's ``layout.meta``, which the script reads from the chart on the page. See
``docs/decisions/0014``.
"""

from __future__ import annotations

import re

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mmm_core.charts.style import ChartMeta, theme
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


def _script(name: str) -> str:
    """A script of ours after the one that makes pictures, both in a scope of their own."""
    return "(() => {\n" + "\n".join((STATIC / each).read_text() for each in ("drawing.js", name)) + "})();"


_buttons = st.components.v2.component(
    "pictures",
    html=HTML.replace("{font}", FONT).replace("{script}", _script("pictures.js")),
    css=CSS,
    isolate_styles=False,
)


def picture_buttons(key: str) -> None:
    """Save the chart with this key as PNG or SVG; costs nothing before the menu around it is opened."""
    with st.container(key=f"pictures-{key}"):
        _buttons(key=f"picture-buttons-{key}")


def words_of_picture(figure: go.Figure, *, file: str, source: str, dark: bool) -> dict[str, object]:
    """What ``layout.meta`` of a figure on the page must say, so that its picture has it."""
    meta, tokens = ChartMeta.of(figure), theme(dark=dark)
    return {
        "title": figure.layout.title.text,
        "how_to_read": meta.how_to_read,
        "alt": meta.alt,
        "picture": {
            "file": file,
            "source": source,
            "ground": tokens.card,
            "ink": tokens.ink,
            "muted": tokens.muted,
            "line": tokens.line,
        },
    }


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
