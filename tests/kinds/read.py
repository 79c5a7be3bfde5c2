"""A report's page as a reader has it: sentences and tables of each section, and what its charts are drawn from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lxml import html

type Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; ``rows`` are cells as they are read, without heads."""

    title: str
    heads: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Part:
    """A section by its heading."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    charts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read.

    Attributes
    ----------
    figures
        By a chart's name, its figure in each theme as Plotly takes it.
    texts
        Every other text that is shown or read out, footnotes and captions too.
    """

    root: Any
    parts: dict[str, Part]
    figures: dict[str, dict[str, Any]]
    texts: tuple[str, ...]

    def said(self, *names: str) -> str:
        """The sentences of these sections; of all where none is named."""
        return "\n".join(
            sentence for name, part in self.parts.items() if not names or name in names for sentence in part.sentences
        )


def read(content: bytes) -> Page:
    """What a page holds."""
    root = html.document_fromstring(content.decode())
    parts, figures = {}, {}
    for section in root.iter("section"):
        name = section.get("id")
        charts = [figure.get("id").removeprefix("chart-") for figure in section.iter("figure")]
        for figure, chart in zip(section.iter("figure"), charts, strict=True):
            figures[chart] = json.loads(figure.find("script").text, parse_constant=_no_number)
        said = tuple(_text(line) for kind in ("ul", "ol") for line in section.findall(f"{kind}/li"))
        tables = tuple(_table(table) for table in section.iter("table"))
        parts[name] = Part(_text(section.find("h2")), said, tables, tuple(charts))
    shown = (each for each in root.find("body").iter() if each.tag not in ("script", "style", "noscript"))
    texts = tuple(words for each in shown for words in (each.text, each.tail, each.get("aria-label")) if words)
    return Page(root, parts, figures, texts)


def _no_number(name: str) -> float:
    raise AssertionError(f"{name} in a chart")


def _table(table: Any) -> Table:
    rows = [tuple(_text(cell) for cell in row) for row in table.iter("tr")]
    return Table(_text(table.find("caption")), rows[0], tuple(rows[1:]))


def _text(element: Any) -> str:
    return str(element.text_content()).strip()
