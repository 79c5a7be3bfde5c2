"""A chart in a card: title, how to read it, the chart, and one menu that saves it.

PNG and SVG are made in the browser (:mod:`ui.shell.pictures`); the chart as HTML and its data as CSV come from the
server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from mmm_core.charts.style import ChartMeta
from mmm_core.exports import formats
from mmm_core.exports.origins import Origin
from mmm_core.exports.tables import Table
from ui.shell import glossary
from ui.shell.pictures import file_name, picture_buttons, source_line
from ui.shell.theme import is_dark


def drawn(name: str, content: str, build: Callable[..., go.Figure]) -> go.Figure:
    """A figure in the theme at hand, made once for the same content; all sessions share it, so it is only read.

    ``content`` must name all that ``build`` draws from: hashes, settings, units, and whose it is.
    """
    return _drawn(name, content, is_dark(), build)


@st.cache_resource(max_entries=200, ttl=3600, show_spinner=False)
def _drawn(name: str, content: str, dark: bool, _build: Callable[..., go.Figure]) -> go.Figure:  # noqa: ARG001 - keys
    return _build(dark=dark)


def card(
    figure: go.Figure,
    *,
    stem: str = "",
    key: str | None = None,
    tight: bool = False,
    source: str = "",
    origin: Origin | None = None,
) -> None:
    """Show a figure of :mod:`mmm_core.charts`.

    ``stem`` begins the names of saved files, ``source`` ends a picture, ``origin`` is shown where the pointer rests on
    the title, below the field's words.
    """
    meta = ChartMeta.of(figure)
    key = key or meta.name
    with st.container(border=not tight, key=f"{'inner' if tight else 'card'}-{key}"):
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            with st.container(width="stretch", gap="xsmall"):
                st.header(figure.layout.title.text, anchor=False, help=glossary.of_drawn(meta.name, origin))
                st.caption(meta.how_to_read)
            with st.container(width="content"):
                save_menu(figure, stem=stem, key=key, source=source)
        plot(figure, stem=stem, key=key, source=source)


def plot(
    figure: go.Figure, *, stem: str = "", key: str | None = None, source: str = "", content: str | None = None
) -> None:
    """Show a figure without card or title; :func:`save_menu` with the same arguments saves it.

    ``content``, as for :func:`drawn`, lets a figure that is shown again and again be made ready once.
    """
    meta, file, line = ChartMeta.of(figure), file_name(figure, stem), source_line(figure, stem, source)
    ready = partial(formats.as_shown, figure, file=file, source=line)
    shown = (
        ready(dark=is_dark()) if content is None else drawn(f"{meta.name}, shown", f"{file}/{line}/{content}", ready)
    )
    st.plotly_chart(
        shown,
        theme=None,
        key=key or meta.name,
        width="stretch",
        alt=meta.alt,
        config={"displaylogo": False, "displayModeBar": False},
    )


def save_menu(figure: go.Figure, *, stem: str = "", key: str | None = None, source: str = "") -> None:
    """The chart as PNG, SVG and HTML, and its data."""
    key, file = key or ChartMeta.of(figure).name, file_name(figure, stem)
    with st.popover("Save", icon=":material/download:", key=f"save-{key}"):
        picture_buttons(key)
        st.download_button(
            "Chart (HTML)",
            lambda: formats.chart_html(figure, source=source_line(figure, stem, source)),
            f"{file}.html",
            "text/html",
            on_click="ignore",
            width="stretch",
            key=f"html-{key}",
        )
        st.download_button(
            "Data (CSV)",
            lambda: formats.csv_bytes(formats.chart_data(figure)),
            f"{file}.csv",
            "text/csv",
            on_click="ignore",
            width="stretch",
            key=f"csv-{key}",
        )


def table_downloads(tables: Mapping[str, Table], *, stem: str, workbook: Callable[[], bytes]) -> None:
    """Tables as one Excel file, and each in a row with its name, as CSV and as Parquet."""
    st.download_button(
        "All tables (Excel)",
        workbook,
        f"{stem}_tables.xlsx",
        on_click="ignore",
        width="stretch",
        key="tables-excel",
    )
    for name, table in tables.items():
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"table-{name}"):
            st.markdown(table.label, width="stretch")
            for kind, made in (("CSV", formats.csv_bytes), ("Parquet", formats.parquet_bytes)):
                st.download_button(
                    kind,
                    partial(made, table.frame),
                    f"{stem}_{name}.{kind.lower()}",
                    on_click="ignore",
                    help=f"{table.label}: {table.says}",
                    key=f"table-{kind.lower()}-{name}",
                )
