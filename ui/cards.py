"""A chart in a card: title, how to read it, the chart, and what can be taken away.

Pictures are made in the browser, by the chart's own camera button, in the format chosen once a page (PNG or SVG): the
server needs no browser for them. The Save menu has the chart as HTML and its data as CSV.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mmm_core import exports
from ui.theme import is_dark

FORMATS = ("png", "svg")


def picture_format() -> None:
    """The page's choice of picture format."""
    st.segmented_control(
        "Pictures as",
        FORMATS,
        default="png",
        format_func=str.upper,
        key="picture_format",
        persist_state="session",
        help="The camera above each chart saves it in this format, at twice the size of the screen.",
    )


def drawn(name: str, content: str, build: Callable[..., go.Figure]) -> go.Figure:
    """A figure in the theme at hand, made once for the same content; all sessions share it, so it is only read.

    ``content`` must name all that ``build`` draws from: hashes, settings, units, and whose it is.
    """
    return _drawn(name, content, is_dark(), build)


@st.cache_resource(max_entries=200, ttl=3600, show_spinner=False)
def _drawn(name: str, content: str, dark: bool, _build: Callable[..., go.Figure]) -> go.Figure:  # noqa: ARG001 - keys
    return _build(dark=dark)


def card(figure: go.Figure, *, stem: str = "chart", key: str | None = None, tight: bool = False) -> None:
    """Show a figure of :mod:`mmm_core.charts`; ``stem`` begins the names of saved files."""
    meta = figure.layout.meta
    key = key or meta["name"]
    with st.container(border=not tight, key=f"{'inner' if tight else 'card'}-{key}"):
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            with st.container(width="stretch", gap="xsmall"):
                st.header(figure.layout.title.text, anchor=False)
                st.caption(meta["how_to_read"])
            with st.container(width="content"):
                _save_menu(figure, f"{stem}_{meta['name']}", key)
        plot(figure, stem=stem, key=key)


def plot(figure: go.Figure, *, stem: str = "chart", key: str | None = None) -> None:
    """Show a figure without card or title."""
    meta = figure.layout.meta
    in_legend = sum(trace.showlegend is not False for trace in figure.data)
    # Room for the camera, and for the legend where there is one.
    shown = exports.without_data(figure).update_layout(title=None, margin={"t": 44 if in_legend > 1 else 28})
    st.plotly_chart(
        shown,
        theme=None,
        key=key or meta["name"],
        width="stretch",
        alt=meta["alt"],
        config={
            "displaylogo": False,
            "displayModeBar": True,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {
                "format": st.session_state.get("picture_format") or "png",
                "filename": f"{stem}_{meta['name']}",
                "scale": 2,
            },
        },
    )


def _save_menu(figure: go.Figure, name: str, key: str) -> None:
    with st.popover("Save", icon=":material/download:", key=f"save-{key}"):
        st.download_button(
            "Data (CSV)",
            lambda: exports.csv_bytes(exports.chart_data(figure)),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
            key=f"csv-{key}",
        )
        st.download_button(
            "Chart (HTML)",
            lambda: exports.chart_html(figure),
            f"{name}.html",
            "text/html",
            on_click="ignore",
            key=f"html-{key}",
        )
        st.caption("PNG and SVG: the camera on the chart.")


def table_downloads(tables: dict[str, pd.DataFrame], *, stem: str) -> None:
    """Tables as one Excel file, and each as CSV and Parquet."""
    st.download_button(
        "All tables (Excel)", lambda: exports.excel_bytes(tables), f"{stem}.xlsx", on_click="ignore", key="tables-excel"
    )
    for name, frame in tables.items():
        left, right = st.columns(2)
        left.download_button(
            f"{name} (CSV)",
            partial(exports.csv_bytes, frame),
            f"{stem}_{name}.csv",
            on_click="ignore",
            key=f"table-csv-{name}",
        )
        right.download_button(
            f"{name} (Parquet)",
            partial(exports.parquet_bytes, frame),
            f"{stem}_{name}.parquet",
            on_click="ignore",
            key=f"table-parquet-{name}",
        )
