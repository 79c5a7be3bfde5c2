"""Colours, type and frame of every chart, in light and dark.

A channel keeps its colour on every chart (:mod:`mmm_core.lineup`). The palette is checked by tests: marks stand out
against both grounds, and the first eight colours stay apart for the common colour-vision deficiencies. Nothing is told
by colour alone: charts label directly or name in a legend.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from mmm_core.labels import SIZES, percent, short
from mmm_core.lineup import colour_places
from mmm_core.results.intervals import HDI_PROB, Estimate

type Places = Mapping[str, int] | None
"""Place of each channel's colour, as its table gives them; None: it gives none."""


class Subject(Protocol):
    """What an estimate is about: a channel, or none for all of them together."""

    @property
    def channel(self) -> str | None:
        """Bare name of the channel."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Tokens of one theme."""

    paper: str
    card: str
    ink: str
    muted: str
    line: str
    accent: str
    baseline: str
    palette: tuple[str, ...]


LIGHT = Theme(
    paper="#F8F6F1",
    card="#FFFFFF",
    ink="#1F2630",
    muted="#5B6470",
    line="#E4DED2",
    accent="#17685F",
    baseline="#D6D0C2",
    palette=(
        "#2272C2",
        "#C9731A",
        "#1F8F83",
        "#8E5EA2",
        "#AE8D42",
        "#B44739",
        "#4C9ACD",
        "#80975D",
        "#CF6A87",
        "#5C6B7A",
        "#8A5A3C",
        "#3F9A74",
    ),
)
DARK = Theme(
    paper="#15191E",
    card="#1D232A",
    ink="#E9E6DF",
    muted="#A9B0B8",
    line="#2E363F",
    accent="#4FB3A6",
    baseline="#4A5058",
    palette=(
        "#5596DD",
        "#CA7F30",
        "#3DB3A5",
        "#AC7AB7",
        "#CDA629",
        "#D6675B",
        "#6EB3E1",
        "#9EB257",
        "#DE86A0",
        "#8494A5",
        "#B0805F",
        "#66B69A",
    ),
)
FONT = "Inter Variable, Inter, system-ui, sans-serif"
MOST_STACKED = 10
"""Channels that a stacked chart shows; beyond, the largest nine and "other channels"."""
OTHER = "other channels"
INTERVAL = f"{percent(HDI_PROB)} interval"
"""What bars and bands of fixed probability are called."""
MOST_DATES = 7
"""Ticks of an axis of dates: so many have room on a phone."""
SI_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
"""Plotly's own signs of large numbers, and what they stand for."""


class Columns(dict[Hashable, list[Any]]):
    """Columns of a chart's data, which are only read: copies of a figure share them, because copying them is slow."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Columns:
        return self


@dataclass(frozen=True, slots=True)
class ChartMeta:
    """What a figure says beside its drawing; it travels in ``layout.meta``, which goes to the page as JSON.

    Attributes
    ----------
    name
        Becomes file names.
    how_to_read
        Stands under the title on a page.
    alt
        Is read aloud.
    data
        What a person takes away as a table, column by column: plain numbers and words, not marks of the drawing.
    """

    name: str
    how_to_read: str
    alt: str
    data: Mapping[Hashable, list[Any]]

    @classmethod
    def of(cls, figure: go.Figure) -> ChartMeta:
        """What a figure of ours says."""
        return cls(**figure.layout.meta)


def theme(*, dark: bool) -> Theme:
    """Tokens of the light or the dark theme."""
    return DARK if dark else LIGHT


def channel_colours(channels: Iterable[str], places: Places = None, *, dark: bool = False) -> dict[str, str]:
    """Colour of each channel; the palette repeats after twelve.

    ``places`` are those that channels have from their table (:mod:`mmm_core.lineup`). Without them ``channels`` must be
    all of a run in the order of its model, so that each has the same in every chart.
    """
    palette = theme(dark=dark).palette
    given = colour_places({channel: (channel,) for channel in channels}, places or {})
    return {channel: palette[place % len(palette)] for channel, place in given.items()} | {
        OTHER: theme(dark=dark).muted
    }


def translucent(colour: str, opacity: float) -> str:
    """A hex colour with an opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def amount_axis(*values: ArrayLike, begin: float = 0.0) -> dict[str, object]:
    """Settings of an axis of amounts, given what is drawn on it from ``begin`` on: ticks read 60 M, as texts do.

    Plotly writes SI prefixes (60M, 2.5G). Each label that it may come to, down to a tenth of the usual step when
    somebody zooms in, has an alias in our words; a finer one would show as Plotly has it.
    """
    drawn = np.concatenate([np.ravel(np.asarray(each, float)) for each in values] or [np.zeros(1)])
    drawn = drawn[np.isfinite(drawn)]
    largest = float(np.abs(drawn).max(initial=0))
    if largest < 1e3:
        return {}
    # On an axis that begins high up steps are finer, as far as it reaches.
    reach = max(largest - begin, largest / 1000)
    step = 10 ** np.floor(np.log10(reach)) / 20
    ends = (begin + 1.3 * min(float(drawn.min()), 0)) / step, (begin + 1.3 * max(float(drawn.max()) - begin, 0)) / step
    ticks = step * np.arange(np.floor(ends[0]), np.ceil(ends[1]) + 1)
    return {
        "tickformat": "~s",
        "labelalias": {_tick(tick, SI_PREFIXES, ""): _tick(tick, SIZES, "\u00a0") for tick in ticks},
    }


def _tick(value: float, sizes: Iterable[tuple[float, str]], blank: str) -> str:
    """A tick's label with these suffixes; up to six figures, as Plotly's ``~s`` has them."""
    size, suffix = next(((size, f"{blank}{suffix}") for size, suffix in sizes if abs(value) >= size), (1.0, ""))
    return f"{float(f'{value:.6g}') / size:,.12g}{suffix}".replace("-", "−")


def date_axis(dates: Iterable[Any]) -> dict[str, object]:
    """Settings of an axis of periods, given their first days: a tick at the first, and then every so many months.

    Plotly has its ticks at the turn of a year or half, which is not in sight where a table begins a day later: the
    reader then finds the first date somewhere within. The year stands under the first tick of it.
    """
    days = pd.DatetimeIndex(pd.Series(list(dates)).dropna())
    if days.empty:
        return {}
    ticks = _months_from(days.min(), days.max())
    years = [tick.year for tick in ticks]
    texts = [
        f"{tick:%b}<br>{tick:%Y}" if tick.year not in years[:place] else f"{tick:%b}"
        for place, tick in enumerate(ticks)
    ]
    return {"tickmode": "array", "tickvals": ticks, "ticktext": texts, "hoverformat": "%-d %b %Y"}


def _months_from(first: pd.Timestamp, last: pd.Timestamp) -> list[pd.Timestamp]:
    """The first day, and days as many months apart as it takes to have at most :data:`MOST_DATES`."""
    ticks: list[pd.Timestamp] = []
    for months in (1, 2, 3, 6, 12, 24, 60, 120, 600):
        steps = (first + pd.DateOffset(months=months * place) for place in range(MOST_DATES + 1))
        ticks = [tick for tick in steps if tick <= last]
        if len(ticks) <= MOST_DATES:
            break
    return ticks


def amounts(values: Iterable[float]) -> dict[str, object]:
    """Hover text of a trace of amounts, in k, M and bn too."""
    return {"customdata": [short(float(value)) for value in values], "hovertemplate": "%{customdata}"}


def estimates_frame(subjects: Sequence[Subject], estimates: Sequence[Estimate], *, prefix: str = "") -> pd.DataFrame:
    """Columns ``channel, mean, low, high``, the last three after ``prefix``; no channel means all together."""
    return pd.DataFrame(
        {
            "channel": [subject.channel or "all" for subject in subjects],
            **{f"{prefix}{part}": [getattr(each, part) for each in estimates] for part in ("mean", "low", "high")},
        }
    )


def framed(
    figure: go.Figure,
    *,
    name: str,
    title: str,
    how_to_read: str,
    alt: str,
    data: pd.DataFrame,
    dark: bool,
    height: int = 380,
) -> go.Figure:
    """Give a figure its title, theme and texts; see :class:`ChartMeta`."""
    tokens = theme(dark=dark)
    frame: dict[str, Any] = {
        "template": "none",
        "title": {"text": title, "x": 0, "xref": "paper", "font": {"size": 17, "color": tokens.ink}},
        "font": {"family": FONT, "size": 13, "color": tokens.muted},
        # A ground of its own: a picture saved in the dark theme is read on a white slide too.
        "paper_bgcolor": tokens.card,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 16, "r": 24, "t": 72, "b": 16},
        "height": height,
        "hoverlabel": {
            "bgcolor": tokens.card, "bordercolor": tokens.line, "font": {"color": tokens.ink, "family": FONT}
        },
        "legend": {
            "orientation": "h",
            "traceorder": "normal",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"color": tokens.ink},
        },
        "separators": ".,",
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": tokens.muted, "activecolor": tokens.accent},
    }  # fmt: skip
    axis = {
        "gridcolor": tokens.line,
        "zerolinecolor": tokens.muted,
        "zerolinewidth": 1,
        "linecolor": tokens.line,
        "automargin": True,
        "title": {"standoff": 12, "font": {"size": 13}},
    }
    before = figure.layout.to_plotly_json()
    axes = {"xaxis", "yaxis"} | {key for key in before if key.startswith(("xaxis", "yaxis"))}
    # Put on at once: Plotly's own updates check each property on its path, which takes ten times as long.
    figure.layout = _laid_over(before, frame | dict.fromkeys(axes, axis))
    columns = Columns(data.to_dict("list"))
    figure.layout.meta = {"name": name, "how_to_read": how_to_read, "alt": alt, "data": columns}
    return figure


def _laid_over(before: Mapping[str, Any], frame: Mapping[str, Any]) -> dict[str, Any]:
    """Properties with others laid over them, group by group."""
    return {
        **before,
        **{
            key: _laid_over(found, value)
            if isinstance(value, dict) and isinstance(found := before.get(key), dict)
            else value
            for key, value in frame.items()
        },
    }
