"""Data or prior? What was believed of each figure before the table was seen, beside what is believed after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import add_before, add_dot
from mmm_core.charts.style import Places, channel_colours, framed, theme
from mmm_core.labels import display_names, percent
from mmm_core.proof.measure import MeasureName, in_words
from mmm_core.proof.part import PartReport
from mmm_core.results.intervals import Estimate

ALL = "All media"
ROW_HEIGHT = 46
REACH = 2.0
"""An axis ends at so many times the highest end after the table was seen: a prior may reach far beyond it."""


def before_and_after(
    part: PartReport,
    *,
    sales: str = "",  # noqa: ARG001
    per: str = "return",
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """Shares of sales above and returns below, as far as there are: prior beside posterior, with the data's part."""
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    frame = pd.DataFrame(part.told.tables["believed"])
    named = display_names([name for name in frame["channel"] if isinstance(name, str)])
    frame["name"] = [named.get(each, ALL) for each in frame["channel"]]
    colours = channel_colours(list(named), places, dark=dark) | {None: theme(dark=dark).accent}
    groups = [(measure, rows) for measure in ("share", "return") if len(rows := frame[frame["measure"] == measure])]
    figure, top, total = go.Figure(), 1.0, len(frame) + 1.5 * (len(groups) - 1)
    for place, (measure, rows) in enumerate(groups):
        bottom = top - len(rows) / total
        drawn = go.Figure()
        for row in rows.to_dict("records"):
            _add_row(
                drawn, row, "return" if measure == "return" else "share", colours, first=not figure.data, dark=dark
            )
            suffix = "" if place == 0 else str(place + 1)
            for trace in drawn.data:
                figure.add_trace(trace.update(xaxis=f"x{suffix}", yaxis=f"y{suffix}"))
            drawn = go.Figure()
        scale = 100 if measure == "share" else 1
        figure.update_layout(
            {
                f"xaxis{suffix}": {
                    "anchor": f"y{suffix}",
                    "title": {"text": "share of sales, %" if measure == "share" else per},
                    "range": [0, scale * _end(rows)],
                },
                f"yaxis{suffix}": {
                    "anchor": f"x{suffix}",
                    "domain": [max(0.0, bottom), top],
                    "autorange": "reversed",
                    "showgrid": False,
                    "tickfont": {"color": theme(dark=dark).ink},
                },
            }
        )
        top = bottom - 1.5 / total
    said = "; ".join(f"{name} {percent(by)}" for name, by in zip(frame["name"], frame["by_data"], strict=True))
    return framed(
        figure,
        name="proof_priors",
        title=part.question,
        how_to_read=f"{part.how_to_read} Beside each dot: the data's part.",
        alt=f"{part.told.sentence} Decided by the data: {said}.",
        data=frame.drop(columns="name").fillna({"channel": "all"}),
        dark=dark,
        height=int(150 + ROW_HEIGHT * total),
    )


def _add_row(
    figure: go.Figure,
    row: Mapping[Any, Any],
    measure: MeasureName,
    colours: Mapping[str | None, str],
    *,
    first: bool,
    dark: bool,
) -> None:
    scale, name = 100 if measure == "share" else 1, str(row["name"])
    before, after = (
        Estimate(mean=row[f"{when}_median"], low=row[f"{when}_low"], high=row[f"{when}_high"], median=None)
        for when in ("before", "after")
    )
    words = {
        when: f"{in_words(measure, its.mean)} ({in_words(measure, its.low)} to {in_words(measure, its.high)})"
        for when, its in (("before", before), ("after", after))
    }
    add_before(
        figure, name, before, scale=scale, dark=dark, legend="before the table" if first else None,
        hover=f"{name}, before the table: {words['before']}",
    )  # fmt: skip
    channel = row["channel"] if isinstance(row["channel"], str) else None
    add_dot(
        figure, name, after, colours[channel], scale=scale, text=f"{percent(row['by_data'])} data", unclear=False,
        at=0.0, hover=f"{name}, after it: {words['after']}; {percent(row['by_data'])} decided by the data",
        dark=dark,
    )  # fmt: skip


def _end(rows: pd.DataFrame) -> float:
    after = float(rows["after_high"].max())
    return min(max(float(rows["before_high"].max()), after), REACH * after)
