"""Each channel's figure in every result, with its own interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import beside_axis, list_height
from mmm_core.charts.other_settings import SYMBOLS
from mmm_core.charts.style import Places, channel_colours, framed, theme, translucent
from mmm_core.labels import display_names, percent, ratio
from mmm_core.results.intervals import Estimate

ROW_HEIGHT = 26
LONGEST_NAME = 40


class Kind(NamedTuple):
    """How a figure is drawn: scale of the axis, its title, and a value in words."""

    title: str
    axis: str
    scale: float


def shares(
    names: Sequence[str],
    figures: Mapping[str, Sequence[Estimate | None]],
    *,
    prob: float,
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """Share of sales of each channel in each result.

    Parameters
    ----------
    names
        What the results are called, the last being the one that the others are held beside.
    figures
        By channel, an estimate for each result (fraction); None: it is not in that model.
    prob
        Probability of the intervals.
    """
    kind = Kind("Share of sales, side by side", "share of sales, %", 100.0)
    return _drawn("compared_shares", kind, names, figures, prob=prob, places=places, dark=dark)


def returns(
    names: Sequence[str],
    figures: Mapping[str, Sequence[Estimate | None]],
    *,
    prob: float,
    per: str,
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """Return on spend of each channel in each result, ``per`` being its unit; see :func:`shares`."""
    kind = Kind("Return on spend, side by side", per, 1.0)
    return _drawn("compared_returns", kind, names, figures, prob=prob, places=places, dark=dark)


def _drawn(
    name: str,
    kind: Kind,
    names: Sequence[str],
    figures: Mapping[str, Sequence[Estimate | None]],
    *,
    prob: float,
    places: Places,
    dark: bool,
) -> go.Figure:
    tokens, labels = theme(dark=dark), display_names(list(figures))
    colours, called = channel_colours(list(figures), places, dark=dark), _told_apart(names)
    figure, lines = go.Figure(), len(names) + 1
    rows: list[tuple[str, str, float, float, float]] = []
    for number, result in enumerate(called):
        mine = number == len(called) - 1
        found = [(place, channel, its[number]) for place, (channel, its) in enumerate(figures.items())]
        shown = [(place, channel, each) for place, channel, each in found if each is not None]
        for place, channel, each in shown:
            figure.add_scatter(
                x=[kind.scale * each.low, kind.scale * each.high], y=[place + (number + 1) / lines] * 2,
                mode="lines", showlegend=False, hoverinfo="skip",
                line={"color": translucent(colours[channel], 0.4), "width": 9} if mine
                else {"color": tokens.muted, "width": 2},
            )  # fmt: skip
            rows.append((channel, result, each.shown, each.low, each.high))
        figure.add_scatter(
            x=[kind.scale * each.shown for _, _, each in shown],
            y=[place + (number + 1) / lines for place, _, _ in shown],
            mode="markers", name=result, cliponaxis=False,
            marker={"color": [colours[channel] for _, channel, _ in shown], "size": 11} if mine
            else {"color": tokens.ink, "size": 9, "symbol": SYMBOLS[number % len(SYMBOLS)], "line": {"width": 2}},
            customdata=[[labels[channel], *(_written(kind, v) for v in (each.shown, each.low, each.high)), result]
                        for _, channel, each in shown],
            hovertemplate="%{customdata[0]}, %{customdata[4]}: %{customdata[1]} (%{customdata[2]} to %{customdata[3]})"
            "<extra></extra>",
        )  # fmt: skip
    for place in range(1, len(figures)):
        figure.add_hline(y=place, line={"color": tokens.line, "width": 1})
    frame = pd.DataFrame(rows, columns=["channel", "result", "median", "low", "high"])
    lowest, highest = (float(end) if len(frame) else 0.0 for end in (frame["low"].min(), frame["high"].max()))
    figure.update_xaxes(
        title=kind.axis, range=[min(0.0, 1.04 * kind.scale * lowest), 1.04 * kind.scale * highest or 1.0]
    )
    texts = [beside_axis(label) for label in labels.values()]
    figure.update_yaxes(
        tickvals=[place + 0.5 for place in range(len(figures))], ticktext=texts, showgrid=False, zeroline=False,
        range=[len(figures), 0],
    )  # fmt: skip
    said = "; ".join(f"{labels[channel]} {_written(kind, value)} in {result}" for channel, result, value, *_ in rows)
    return framed(
        figure,
        name=name,
        title=kind.title,
        how_to_read=f"Filled dot and wide bar: {called[-1]}. Other marks and thin bars: the results beside it. Each "
        f"has its own {percent(prob)} interval; where two lie far into each other, nothing has moved for certain.",
        alt=f"{kind.title} of {len(names)} results. {said}.",
        data=frame,
        dark=dark,
        height=list_height(texts, each=ROW_HEIGHT * lines // 2 + 14),
    )


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names as a legend has them: cut where they are long, with a number where two are the same."""
    cut = [name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…" for name in names]
    return [f"{name} ({number})" if cut.count(name) > 1 else name for number, name in enumerate(cut, 1)]


def _written(kind: Kind, value: float) -> str:
    return percent(value, 1) if kind.scale != 1 else ratio(value)
