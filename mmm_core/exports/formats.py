"""What a person takes away: tables as CSV and Parquet, charts as HTML pages and their data.

A cell of a CSV or Excel file that a spreadsheet would take for a formula is written with an apostrophe before it:
column and channel names come from files that anybody may have made.
"""

from __future__ import annotations

import html
import string
from dataclasses import asdict, replace

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.style import ChartMeta, theme

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "{=")
"""First characters that make a spreadsheet compute a cell (OWASP, CSV injection), full-width ones too."""
CHART_PLACE = "<!-- chart -->"
CHART_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>$title</title>
<style>
body { margin: 24px; font: 14px/1.45 $font; color: $muted; background: $ground; }
h1 { margin: 0 0 4px; font-size: 20px; color: $ink; }
p { margin: 0 0 8px; }
footer { font-size: 12px; }
</style>
</head>
<body>
<h1>$title</h1>
<p>$how_to_read</p>
<!-- chart -->
<footer>$source</footer>
</body>
</html>
"""


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A table as CSV (UTF-8 with a mark, so that Excel reads it right)."""
    return without_formulas(frame).to_csv(index=False).encode("utf-8-sig")


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """A table as Parquet, as it is."""
    return bytes(frame.to_parquet(index=False))


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table, with an apostrophe before whatever text would be computed."""
    safe = frame.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]) and not pd.api.types.is_datetime64_any_dtype(safe[column]):
            safe[column] = [escaped(value) if isinstance(value, str) else value for value in safe[column]]
    return safe.rename(columns={column: escaped(str(column)) for column in safe.columns})


def chart_html(figure: go.Figure, *, source: str = "", plotlyjs: bool | str = True) -> bytes:
    """A chart as one HTML page with its title, how to read it and where it is from; it needs no network.

    plotly.js is inside, or a file beside the page whose name ``plotlyjs`` gives.
    """
    drawing = without_data(figure).update_layout(title=None, margin={"t": 44})
    layout = figure.layout
    words = {
        "title": layout.title.text,
        "how_to_read": ChartMeta.of(figure).how_to_read,
        "source": source,
        "font": layout.font.family,
        "ground": layout.paper_bgcolor,
        "ink": layout.title.font.color,
        "muted": layout.font.color,
    }
    page = string.Template(CHART_PAGE).substitute({name: html.escape(str(text)) for name, text in words.items()})
    div = drawing.to_html(include_plotlyjs=plotlyjs, full_html=False, config={"displaylogo": False})
    return page.replace(CHART_PLACE, div, 1).encode()


def chart_data(figure: go.Figure) -> pd.DataFrame:
    """The numbers that a chart shows, as plain columns."""
    return pd.DataFrame(dict(ChartMeta.of(figure).data))


def as_shown(figure: go.Figure, *, file: str, source: str, dark: bool = False) -> go.Figure:
    """A figure as a page draws it, and a picture is made of it: without the title, which stands above it.

    ``layout.meta`` holds what the picture says: title, how to read it, ``source``, the name of its ``file``, colours.
    """
    in_legend = sum(trace.showlegend is not False for trace in figure.data)
    # Room for the legend where there is one.
    shown = without_data(figure).update_layout(title=None, margin={"t": 44 if in_legend > 1 else 16})
    shown.layout.meta = words_of_picture(figure, file=file, source=source, dark=dark)
    return shown


def words_of_picture(figure: go.Figure, *, file: str, source: str, dark: bool) -> dict[str, object]:
    """What ``layout.meta`` of a figure must say, so that its picture has it."""
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


def without_data(figure: go.Figure) -> go.Figure:
    """A copy of a figure that holds nothing but its drawing."""
    bare = replace(ChartMeta.of(figure), data={})
    return go.Figure(figure).update_layout(meta=asdict(bare), overwrite=True)


def escaped(text: str) -> str:
    """A text, with an apostrophe before it if a spreadsheet would compute it."""
    # Some programs pass over blanks before they look at the first character.
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text
