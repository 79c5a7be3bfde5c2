"""What a report says, before it has a form: sections of sentences, charts and tables, and footnotes.

Sentences and cells have numbers as 1,234.5; a form writes them as it was asked to (:mod:`mmm_core.report.written`). A
chart is drawn by the functions that draw it on the pages, and has beside that the plain numbers of which slides make a
chart of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

import plotly.graph_objects as go

from mmm_core.report.logo import Logo
from mmm_core.report.written import Writing

type Shown = Literal["share", "amount", "ratio"]
"""How a value is written on a slide's chart: a share as percent, an amount, a return."""


class Series(NamedTuple):
    """Values of a chart on slides, with their intervals where they have any.

    Attributes
    ----------
    name, colour
        In the legend; colour as ``#RRGGBB``.
    values, low, high
        One a category or date; None where there is none.
    points
        Colour of each bar; empty: that of the series.
    """

    name: str
    colour: str
    values: tuple[float | None, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    points: tuple[str, ...] = ()


class Bars(NamedTuple):
    """A chart of lying bars, the first category on top."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    shown: Shown
    axis: str = ""


class Lines(NamedTuple):
    """A chart over time: lines, or areas that are stacked."""

    dates: tuple[date, ...]
    series: tuple[Series, ...]
    axis: str = ""
    stacked: bool = False


class Curve(NamedTuple):
    """A chart of values over amounts."""

    amounts: tuple[float, ...]
    series: tuple[Series, ...]
    axis: str = ""
    across: str = ""


type Plain = Bars | Lines | Curve


@dataclass(frozen=True, slots=True)
class Drawn:
    """One chart.

    Attributes
    ----------
    name
        As the zip's files are called; a note is given by it.
    draw
        Draws it; takes the theme (``dark``).
    plain, says
        What slides draw of it, and how to read that.
    """

    name: str
    draw: Callable[..., go.Figure]
    plain: Plain
    says: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: cells are words, of which all but the first column's stand at the right unless ``words`` says otherwise.

    Attributes
    ----------
    words
        Places of columns that hold words.
    sums
        Whether the last row is the sum of those above.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[int, ...] = (0,)
    sums: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report; ``marks`` are keys of the footnotes that its numbers rest on."""

    name: str
    title: str
    sentences: tuple[str, ...] = ()
    charts: tuple[Drawn, ...] = ()
    grids: tuple[Grid, ...] = ()
    marks: tuple[str, ...] = ()
    note: str = ""


class Footnote(NamedTuple):
    """Where numbers come from, under a key that sections name."""

    key: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A run as a document.

    Attributes
    ----------
    title, subtitle
        What it is called, and which run and which time it is of.
    warning
        What must be known before any figure; empty: nothing.
    source
        The line under charts and slides.
    notes
        Own words by a chart's name.
    """

    title: str
    subtitle: str
    warning: str
    source: str
    sections: tuple[Section, ...]
    footnotes: tuple[Footnote, ...]
    writing: Writing
    logo: Logo | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    def number_of(self, mark: str) -> int:
        """Number of a footnote, from 1."""
        return [note.key for note in self.footnotes].index(mark) + 1
