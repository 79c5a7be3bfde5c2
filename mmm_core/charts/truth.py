"""The truth of a table that was made with it, drawn on the charts of a run: a star where the answer should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.style import theme
from mmm_core.labels import display_names

NAME = "Truth"
SIZE = 13
MEDIAN = {"median_sales": "True sales without noise"}


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a simulated table.

    Attributes
    ----------
    channels
        By bare name: ``additive`` total in the target's unit, ``share`` of sales (fraction), ``roi`` in the target's
        unit per unit of spend.
    media_share
        Of sales (fraction).
    weekly
        ``period_start, median_sales, baseline`` and a column for each channel: additive, in the target's unit.
    """

    channels: Mapping[str, Mapping[str, float]]
    media_share: float
    weekly: pd.DataFrame


def with_truth(name: str, figure: go.Figure, truth: Truth, *, dark: bool = False) -> go.Figure:
    """The chart of this name with the truth on it; as it is, where there is none to draw.

    A channel that the run leaves out, or one that the truth does not know, has no star.
    """
    draw = DRAWN.get(name)
    if draw is not None:
        draw(figure, truth, theme(dark=dark).ink)
    return figure


def _stars(figure: go.Figure, values: Mapping[str, float], ink: str) -> None:
    """A star in the row of each channel that the chart shows; ``values`` by what the row is called."""
    rows = _rows_of(figure)
    shown = {rows[label]: value for label, value in values.items() if label in rows}
    figure.add_scatter(
        x=list(shown.values()), y=list(shown), mode="markers", name=NAME, showlegend=True, cliponaxis=False,
        marker={"symbol": "star", "size": SIZE, "color": "#FFD34D", "line": {"color": ink, "width": 1.5}},
        hovertemplate="Truth: %{x:.4g}<extra></extra>",
    )  # fmt: skip


def _rows_of(figure: go.Figure) -> dict[str, str]:
    """What each row of a chart is called beside its axis, by its name on one line."""
    labels = [str(label) for trace in figure.data if trace.y is not None for label in trace.y]
    return {label.replace("<br>", " "): label for label in labels}


def _of(truth: Truth, part: str, *, scale: float = 1.0) -> dict[str, float]:
    names = display_names(list(truth.channels))
    return {names[channel]: scale * facts[part] for channel, facts in truth.channels.items()}


def _shares(figure: go.Figure, truth: Truth, ink: str) -> None:
    _stars(figure, _of(truth, "share", scale=100), ink)


def _shares_and_media(figure: go.Figure, truth: Truth, ink: str) -> None:
    _stars(figure, {"All channels": 100 * truth.media_share} | _of(truth, "share", scale=100), ink)


def _totals(figure: go.Figure, truth: Truth, ink: str) -> None:
    _stars(figure, _of(truth, "additive"), ink)


def _returns(figure: go.Figure, truth: Truth, ink: str) -> None:
    _stars(figure, _of(truth, "roi"), ink)


def _steps(figure: go.Figure, truth: Truth, ink: str) -> None:
    """On the waterfall: where each channel's step would end if it were true, begun where the chart begins it."""
    (bars,) = figure.data
    rows = {str(label).replace("<br>", " "): place for place, label in enumerate(bars.y)}
    ends = {
        label: float(bars.base[rows[label]]) + value for label, value in _of(truth, "additive").items() if label in rows
    }
    _stars(figure, ends, ink)


def _bands(figure: go.Figure, truth: Truth, ink: str) -> None:
    _weeks(figure, truth, ink, {"baseline": "True baseline", **MEDIAN})


def _fit(figure: go.Figure, truth: Truth, ink: str) -> None:
    _weeks(figure, truth, ink, MEDIAN)


def _weeks(figure: go.Figure, truth: Truth, ink: str, names: Mapping[str, str]) -> None:
    """Dashed lines of true weeks, by column; none where the chart shows months or quarters."""
    weekly = _matching(figure, truth)
    if weekly is None:
        return
    for column, label in names.items():
        figure.add_scatter(
            x=weekly["period_start"], y=weekly[column], mode="lines", name=label,
            line={"color": ink, "width": 1.5, "dash": "dash"},
        )  # fmt: skip


def _matching(figure: go.Figure, truth: Truth) -> pd.DataFrame | None:
    """The true weeks that a chart shows; None: it shows months or quarters."""
    dates = pd.to_datetime(pd.Series(np.asarray(figure.data[0].x)))
    weekly = truth.weekly[truth.weekly["period_start"].isin(dates)]
    return weekly if len(weekly) > len(dates.unique()) / 2 else None


DRAWN: Mapping[str, Callable[[go.Figure, Truth, str], None]] = {
    "contributions_over_time": _bands,
    "shares": _shares,
    "totals": _totals,
    "waterfall": _steps,
    "removal_and_additive": _totals,
    "fit": _fit,
    "roi": _returns,
    "prior_and_posterior": _shares_and_media,
    "live_shares": _shares,
}
"""How the truth is drawn, by the name of the chart."""
