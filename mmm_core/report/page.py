"""A report as one HTML page: Plotly's script is inside once, and nothing is asked of any other place.

Charts come in both themes, and the reader's scheme decides; paper is light. The page's own policy lets it load nothing.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly
from plotly.offline import get_plotlyjs

from mmm_core.charts.style import ChartMeta
from mmm_core.report import texts
from mmm_core.report.content import Drawn, Grid, Report, Section
from mmm_core.report.look import SCRIPT, style
from mmm_core.report.written import printable

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
)

USUAL_HEIGHT = 380
SHORT = 13
"""Rows up to which a table is kept on one page of paper."""
FOREIGN_MARK = re.compile(r"<(?!br>|/?extra>)")
"""What charts would take for a mark in somebody's name; theirs are line breaks and the ends of hover texts."""
PAPER_HEIGHT = 0.72
"""Of a chart on paper, as a part of its height on a screen (px): two charts and their words fill a page."""


def page(report: Report, *, paper: bool = False) -> bytes:
    """The page in UTF-8; ``paper``: as it is printed, light and without what a screen alone can do."""
    text = report.writing.text
    numbers = {note.key: place for place, note in enumerate(report.footnotes, start=1)}
    body = "".join(
        [
            _head(report),
            "" if paper and len(report.sections) < 3 else _contents(report),
            f'<p class="warning" role="note">{_safe(text(report.warning))}</p>' if report.warning else "",
            *(_section(report, section, numbers, paper=paper) for section in report.sections),
            _footnotes(report),
            f"<footer>{_safe(text(report.source))}</footer>",
        ]
    )
    title = _safe(report.title)
    return (
        f'<!doctype html>\n<html lang="en"{" data-paper" if paper else ""}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{style()}</style>\n</head>\n<body>\n"
        f"<main>{body}</main>\n<script>{get_plotlyjs()}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    ).encode()


def _safe(text: str) -> str:
    return html.escape(printable(text))


def _head(report: Report) -> str:
    logo = ""
    if report.logo is not None:
        picture = base64.b64encode(report.logo.png).decode()
        logo = f'<img class="logo" alt="" src="data:image/png;base64,{picture}">'
    subtitle = report.writing.text(report.subtitle)
    return f'<header>{logo}<h1>{_safe(report.title)}</h1><p class="subtitle">{_safe(subtitle)}</p></header>'


def _contents(report: Report) -> str:
    entries = "".join(f'<li><a href="#{each.name}">{_safe(each.title)}</a></li>' for each in report.sections)
    return f'<nav aria-label="{texts.CONTENTS}"><ol>{entries}</ol></nav>'


def _section(report: Report, section: Section, numbers: dict[str, int], *, paper: bool) -> str:
    text = report.writing.text
    marks = " ".join(
        f'<a href="#note-{numbers[mark]}" aria-label="Footnote {numbers[mark]}">{numbers[mark]}</a>'
        for mark in section.marks
    )
    said = "".join(f"<li>{_safe(text(sentence))}</li>" for sentence in section.sentences)
    return (
        f'<section id="{section.name}" class="section-{section.name}"><h2>{_safe(section.title)}'
        f"{f'<sup>{marks}</sup>' if marks else ''}</h2>{f'<ul class="said">{said}</ul>' if said else ''}"
        f"{_note(section.note)}"
        f"{''.join(_chart(report, chart, paper=paper) for chart in section.charts)}"
        f"{''.join(_grid(report, grid, section.title) for grid in section.grids)}</section>"
    )


def _note(note: str) -> str:
    lines = "<br>".join(_safe(line) for line in note.splitlines())
    return f'<p class="own"><strong>{texts.OWN_NOTE}:</strong> {lines}</p>' if note.strip() else ""


def _chart(report: Report, chart: Drawn, *, paper: bool) -> str:
    light = chart.draw()
    meta, text = ChartMeta.of(light), report.writing.text
    drawn = {"light": _figure(report, light)} | ({} if paper else {"dark": _figure(report, chart.draw(dark=True))})
    # What closes a script, or opens a comment within one, must not stand in it.
    data = FOREIGN_MARK.sub("&lt;", json.dumps(drawn, separators=(",", ":"))).replace("<", "\\u003c")
    alt, height = _safe(text(meta.alt)), int((PAPER_HEIGHT if paper else 1) * (light.layout.height or USUAL_HEIGHT))
    return (
        f'<figure id="chart-{_safe(chart.name)}"><figcaption><h3>{_safe(text(light.layout.title.text or ""))}</h3>'
        f"<p>{_safe(text(meta.how_to_read))}</p></figcaption>"
        f'<div class="chart" role="img" aria-label="{alt}" style="height:{height}px"></div>'
        f'<script type="application/json">{data}</script><noscript><p>{texts.NO_SCRIPT}{alt}</p></noscript>'
        f"{_note(report.notes.get(chart.name, ''))}</figure>"
    )


def _figure(report: Report, figure: go.Figure) -> dict[str, Any]:
    """A figure as Plotly's script takes it, without the title and the data, which stand elsewhere."""
    in_legend = sum(trace.showlegend is not False for trace in figure.data)
    # Of plain parts: to copy figures takes ten times as long.
    drawn = figure.to_plotly_json()
    layout = {key: value for key, value in drawn["layout"].items() if key not in ("title", "meta")}
    margin = layout.get("margin", {}) | {"t": 44 if in_legend > 1 else 16}
    plain = to_json_plotly({"data": drawn["data"], "layout": layout | {"margin": margin}})
    return report.writing.figure(json.loads(plain))


def _grid(report: Report, grid: Grid, under: str) -> str:
    text = report.writing.text
    name = f"{under} {text(grid.title)}"  # two sections may have a table of one title
    heads = "".join(
        f'<th scope="col"{"" if place in grid.words else " class=number"}>{_safe(text(head)) or "&nbsp;"}</th>'
        for place, head in enumerate(grid.heads)
    )
    rows = "".join(
        _row(report, grid, row, last=place == len(grid.rows)) for place, row in enumerate(grid.rows, start=1)
    )
    return (
        f'<div class="table{" short" if len(grid.rows) <= SHORT else ""}" tabindex="0" role="region" '
        f'aria-label="{_safe(name)}"><table>'
        f"<caption>{_safe(text(grid.title))}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(report: Report, grid: Grid, row: tuple[str, ...], *, last: bool) -> str:
    return f"<tr{' class=sum' if last and grid.sums else ''}>{''.join(_cells(report, grid, row))}</tr>"


def _cells(report: Report, grid: Grid, row: tuple[str, ...]) -> Iterator[str]:
    for place, cell in enumerate(row):
        shown = _safe(report.writing.text(cell))
        if place == 0:
            yield f'<th scope="row">{shown}</th>'
        else:
            yield f"<td{'' if place in grid.words else ' class=number'}>{shown}</td>"


def _footnotes(report: Report) -> str:
    notes = "".join(
        f'<li id="note-{place}"><strong>{_safe(note.about)}.</strong> {_safe(report.writing.text(note.text))}</li>'
        for place, note in enumerate(report.footnotes, start=1)
    )
    return f'<section id="notes" class="notes"><h2>{texts.NOTES_TITLE}</h2><ol>{notes}</ol></section>'
