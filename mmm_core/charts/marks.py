"""Marks that several charts share, so that one thing looks the same everywhere.

A solid dot on a broad bar is an estimate and its interval. A hollow dot: the channel cannot be told from no effect.
A small grey diamond on a dotted bar: what was believed before, by the prior or before somebody's last move.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from mmm_core.charts.style import theme, translucent
from mmm_core.labels import counted, display_names
from mmm_core.results.headline import unclear_rule
from mmm_core.results.intervals import Estimate

if TYPE_CHECKING:
    from mmm_core.results.channel_summary import ChannelSummary, ContributionSummary
    from mmm_core.results.variants import Hull

ROW_WIDTH = 18
"""Characters after which a name beside an axis goes on in another line."""
LINE, BETWEEN = 17, 9
"""Height of a line of such a name, and what must lie between two names (pixels)."""
NEAR_THE_BEGINNING = 0.35
"""Part of an axis in which a long text stands right of its mark."""
UNCLEAR = "cannot be told"
"""What stands beside a hollow dot."""


def hollow(summary: ContributionSummary) -> str:
    """When a dot is hollow, for the line on how to read a chart."""
    return f"Hollow: cannot be told from no effect ({unclear_rule(summary)})."


def reach_in_words(others: Mapping[str, object]) -> str:
    """What a light bar means, for the line on how to read a chart; empty where none is drawn."""
    if not others:
        return ""
    return f"Light: as far as intervals reach under {counted(len(others), 'other setting')}. "


def channel_labels(channels: Sequence[ChannelSummary]) -> dict[str, str]:
    """What each channel is shown as."""
    return display_names([channel.channel for channel in channels])


def row_labels(channels: Sequence[ChannelSummary]) -> dict[str, str]:
    """The same beside an axis: long names go on in another line, so that the marks keep their room."""
    return {name: beside_axis(label) for name, label in channel_labels(channels).items()}


def beside_axis(label: str, *, width: int = ROW_WIDTH) -> str:
    """A name as it stands beside an axis: in lines of so many characters."""
    return "<br>".join(wrap(label, width)) or label


def channel_dots(
    channels: Sequence[ChannelSummary],
    estimates: Sequence[Estimate],
    shown: Callable[[float], str],
    *,
    colours: Mapping[str, str],
    scale: float = 1,
    also: Sequence[Estimate] = (),
    hulls: Mapping[str, Hull] | None = None,
    dark: bool,
) -> go.Figure:
    """Dot and interval per channel, in the order given, each with its mean in words.

    ``shown`` writes a value that is not scaled yet; ``also`` are estimates that the axis must have room for. ``hulls``
    are how far intervals reach under other settings: a light bar around the interval.
    """
    labels, rows, hulls = channel_labels(channels), row_labels(channels), hulls or {}
    ends = [(each.low, each.high) for bounds in (estimates, also, hulls.values()) for each in bounds]
    top = max((scale * high for _, high in ends), default=1.0)
    figure = go.Figure()
    for channel, estimate in zip(channels, estimates, strict=True):
        name = labels[channel.channel]
        if (hull := hulls.get(channel.channel)) is not None:
            figure.add_scatter(
                x=[scale * hull.low, scale * hull.high], y=[rows[channel.channel]] * 2, mode="lines", showlegend=False,
                line={"color": translucent(colours[channel.channel], 0.2), "width": 10},
                hovertemplate=f"{name}, other settings: {shown(hull.low)} to {shown(hull.high)}<extra></extra>",
            )  # fmt: skip
        add_dot(
            figure,
            rows[channel.channel],
            estimate,
            colours[channel.channel],
            scale=scale,
            text=shown(estimate.shown),
            unclear=channel.cannot_be_told,
            at=scale * estimate.shown / top if top else 0.0,
            hover=f"{name}: {shown(estimate.shown)} ({shown(estimate.low)} to {shown(estimate.high)})",
            dark=dark,
        )
    lowest = min((scale * low for low, _ in ends), default=0.0)
    # Room for the longest interval and for a label beside a dot near zero.
    figure.update_xaxes(range=[min(0.0, lowest) - 0.01 * top, 1.08 * top])
    figure.update_yaxes(autorange="reversed")
    return figure


def add_dot(
    figure: go.Figure,
    name: str,
    estimate: Estimate,
    colour: str,
    *,
    scale: float,
    text: str,
    unclear: bool,
    at: float,
    hover: str,
    dark: bool,
) -> None:
    """An estimate with its interval; hollow, and said in words, where it cannot be told from no effect.

    ``at`` is where it stands on the axis (fraction): a long text goes where it has room.
    """
    tokens = theme(dark=dark)
    # A mapping: Plotly's method for each kind of mark takes three times as long, and a chart has many marks.
    figure.add_trace({
        "type": "scatter", "x": [scale * estimate.low, scale * estimate.high], "y": [name] * 2, "mode": "lines",
        "showlegend": False, "line": {"color": translucent(colour, 0.4), "width": 10}, "hoverinfo": "skip",
    })  # fmt: skip
    figure.add_trace({
        "type": "scatter", "x": [scale * estimate.shown], "y": [name], "mode": "markers+text", "showlegend": False,
        "cliponaxis": False,
        "marker": {
            # Filled with the ground rather than open: a mark from before may lie behind it.
            "color": tokens.card if unclear else colour,
            "size": 12,
            "symbol": "circle",
            "line": {"width": 3 if unclear else 0, "color": colour},
        },
        "text": [f"{text} · {UNCLEAR}" if unclear else text],
        "textposition": _inside(at) if unclear else "top center",
        "textfont": {"color": tokens.ink},
        "hovertemplate": f"{hover}<extra></extra>",
    })  # fmt: skip


def _inside(at: float) -> str:
    """Where a long text beside a mark has room, also on a phone."""
    if at < NEAR_THE_BEGINNING:
        return "top right"
    return "top left" if at > 1 - NEAR_THE_BEGINNING else "top center"


def add_before(
    figure: go.Figure, name: str, estimate: Estimate, *, scale: float, hover: str, dark: bool, legend: str | None = None
) -> None:
    """What was believed before; ``legend`` names it there."""
    tokens = theme(dark=dark)
    figure.add_trace({
        "type": "scatter", "x": [scale * estimate.low, scale * estimate.high], "y": [name] * 2, "mode": "lines",
        "showlegend": False, "hoverinfo": "skip", "line": {"color": tokens.muted, "width": 2, "dash": "dot"},
    })  # fmt: skip
    figure.add_trace({
        "type": "scatter", "x": [scale * estimate.shown], "y": [name], "mode": "markers", "name": legend,
        "showlegend": legend is not None, "marker": {"color": tokens.muted, "size": 8, "symbol": "diamond"},
        "hovertemplate": f"{hover}<extra></extra>", "cliponaxis": False,
    })  # fmt: skip


def add_band(
    figure: go.Figure,
    frame: pd.DataFrame,
    columns: tuple[str, str],
    name: str,
    *,
    colour: str,
    opacity: float,
) -> None:
    """The area between two columns over ``period_start``."""
    dates: NDArray[np.datetime64] = frame["period_start"].to_numpy()
    low, high = (frame[column].to_numpy() for column in columns)
    add_area(figure, dates, low, high, name=name, colour=colour, opacity=opacity)


def add_area(
    figure: go.Figure, x: NDArray[Any], low: NDArray[Any], high: NDArray[Any], *, name: str | None = None, colour: str,
    opacity: float,
) -> None:  # fmt: skip
    """The area between two lines ``(point)`` over x, each in its axis' unit; without a name it is in no legend."""
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), name=name, mode="none",
        fill="toself", fillcolor=translucent(colour, opacity), hoverinfo="skip",
        showlegend=None if name else False,
    )  # fmt: skip


def entity_rows(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of each entity, with the words that tell its marks from another's: a line must not run from one to the next.

    The words are empty where there is one entity.
    """
    groups = list(frame.groupby("entity_id", sort=False))
    for entity, rows in groups:
        yield ("" if len(groups) == 1 else f", {entity}"), rows


def plain_rows(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Columns of a chart's data by period, and by entity where there are several."""
    keys = ["period_start"] if frame["entity_id"].nunique() == 1 else ["entity_id", "period_start"]
    return frame[[*keys, *columns]]


def error_bars(
    estimates: Sequence[Estimate], colour: str, *, scale: float = 1, thickness: float = 1.5
) -> dict[str, object]:
    """Intervals around bars or dots."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [scale * (each.high - each.shown) for each in estimates],
        "arrayminus": [scale * (each.shown - each.low) for each in estimates],
        "color": colour,
        "thickness": thickness,
    }


def list_height(labels: Collection[str], each: int = 52) -> int:
    """Height of a chart with a row for each of these labels (pixels).

    A row has ``each``, or more where a name has so many lines that it would run into the next.
    """
    lines = max((label.count("<br>") + 1 for label in labels), default=1)
    return 150 + max(each, LINE * lines + BETWEEN) * max(len(labels), 2)
