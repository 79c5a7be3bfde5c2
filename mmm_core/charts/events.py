"""Events on the charts: when they fall, and what each of them does. See :mod:`mmm_core.charts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import beside_axis, list_height
from mmm_core.charts.style import INTERVAL, framed, theme, translucent
from mmm_core.labels import percent, percent_span
from mmm_core.model.events.columns import EVENT_PREFIX, LONGEST_MONTH

if TYPE_CHECKING:
    from mmm_core.model.events.columns import EventScaler
    from mmm_core.results.posterior_summary import ParameterSummary

type Events = Mapping[str, Sequence[EventScaler]]
"""Columns of events by name, and the days of each."""


def event_periods(events: Events, periods: pd.DatetimeIndex) -> pd.Series:
    """What falls into each period that has an event: names by the period's first day, in the order of time.

    Parameters
    ----------
    periods
        First days of the periods, in any order; days outside all of them are left out.
    """
    begins = np.sort(periods.unique())
    longest = LONGEST_MONTH if len(begins) > 1 and np.diff(begins).min() > np.timedelta64(7, "D") else 7
    found: dict[pd.Timestamp, list[str]] = {}
    for name, parts in events.items():
        for day in sorted({day for part in parts for day in part.dates}):
            place = int(np.searchsorted(begins, np.datetime64(day), side="right")) - 1
            if place < 0 or np.datetime64(day) - begins[place] >= np.timedelta64(longest, "D"):
                continue  # in a hole of the table, or reached by its days around alone
            names = found.setdefault(pd.Timestamp(begins[place]), [])
            if (label := name.removeprefix(EVENT_PREFIX)) not in names:
                names.append(label)
    return pd.Series({period: ", ".join(names) for period, names in sorted(found.items())}, dtype=object)


def add_events(figure: go.Figure, events: Events, periods: pd.Series, *, dark: bool) -> None:
    """A small mark at the top of a chart over time for each period with an event; its names under the pointer."""
    named = event_periods(events, pd.DatetimeIndex(periods))
    if named.empty:
        return
    figure.add_scatter(
        x=named.index, y=np.ones(len(named)), yaxis="y2", name="Events", mode="markers", customdata=named.to_numpy(),
        marker={"symbol": "triangle-down", "size": 8, "color": theme(dark=dark).muted},
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        yaxis2={"overlaying": "y", "range": [0, 1.02], "visible": False, "fixedrange": True, "showgrid": False}
    )


def event_effects(parameters: Sequence[ParameterSummary], *, grain: str, power: float, dark: bool = False) -> go.Figure:
    """What each event does to sales of an average period that holds all of it, mean and interval, in percent.

    Parameters
    ----------
    power
        Of the link: 1 where effects add up, 0 where they multiply, or between. An effect g makes an average period
        ``(1 + power·g)^(1/power)`` times what it was, and ``exp(g)`` times at 0.
    """
    tokens = theme(dark=dark)
    rows = [row for row in parameters if row.name.startswith(f"gamma[{EVENT_PREFIX}")]
    figures = np.array([[row.mean, row.hdi_3, row.hdi_97] for row in rows]).reshape(-1, 3)
    shares = np.expm1(figures) if power == 0 else np.maximum(1 + power * figures, 0) ** (1 / power) - 1
    names = [row.name.removeprefix(f"gamma[{EVENT_PREFIX}").removesuffix("]") for row in rows]
    labels = [beside_axis(name) for name in names]
    figure = go.Figure()
    for name, label, (mean, low, high) in zip(names, labels, shares, strict=True):
        figure.add_scatter(
            x=[100 * low, 100 * high], y=[label] * 2, mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": translucent(tokens.accent, 0.4), "width": 8},
        )  # fmt: skip
        figure.add_scatter(
            x=[100 * mean], y=[label], mode="markers", showlegend=False, marker={"color": tokens.accent, "size": 10},
            customdata=[f"{name}: {percent(mean, 1, signed=True)} ({percent_span(low, high)})"],
            hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": tokens.ink, "width": 1.5})
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(title=f"% of sales of an average {grain.lower()}")
    told = [name for name, (_, low, high) in zip(names, shares, strict=True) if low > 0 or high < 0]
    return framed(
        figure,
        name="events",
        title="What does each event do?",
        how_to_read=f"Dot: mean. Bar: {INTERVAL}. Line: no effect. Each is the effect of one whole event, the same "
        "every time; where the bar crosses the line, the table cannot tell it from no effect.",
        alt=f"Effects of {len(names)} events; apart from no effect: {', '.join(told) or 'none'}.",
        data=pd.DataFrame({"event": names, "mean": shares[:, 0], "low": shares[:, 1], "high": shares[:, 2]}),
        dark=dark,
        height=list_height(labels, each=30),
    )
