"""The chart of posterior predictive checks: a figure of the table among those of data sets that the model makes."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.style import framed, theme, translucent
from mmm_core.labels import percent
from mmm_core.proof.part import PartReport

ROW_HEIGHT = 46
ENDS = ("low", "quarter", "median", "three_quarters", "high", "observed")


def checks(part: PartReport, *, dark: bool = False) -> go.Figure:
    """A row per check: the middle of the model's data sets is 0, the end of nine in ten of them 1."""
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    tokens = theme(dark=dark)
    found = pd.DataFrame(part.told.tables["checks"])
    reach = (found["high"] - found["median"]).where(lambda width: width > 0, 1.0)
    drawn = {end: (found[end] - found["median"]) / reach for end in ENDS}
    rows = list(range(len(found)))
    figure = go.Figure()
    for name, (low, high), opacity in (
        ("nine in ten data sets of the model", ("low", "high"), 0.18),
        ("half of them", ("quarter", "three_quarters"), 0.42),
    ):
        figure.add_bar(
            y=rows, x=drawn[high] - drawn[low], base=drawn[low], orientation="h", width=0.5, name=name,
            marker={"color": translucent(tokens.accent, opacity), "line": {"width": 0}}, hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=drawn["observed"], y=rows, mode="markers", name="your table",
        marker={"color": tokens.ink, "size": 11},
        customdata=[
            [check[:1].upper() + check[1:], _tail(tail), finding]
            for check, tail, finding in zip(found["check"], found["tail"], found["finding"], strict=True)
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]} of the model's data sets are as far out<br>"
        "%{customdata[2]}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(title="how far out: 0 is usual, beyond 1 are one in twenty of the model's data sets")
    figure.update_yaxes(
        tickvals=rows, ticktext=[check[:1].upper() + check[1:] for check in found["check"]], showgrid=False,
        zeroline=False, range=[len(rows) - 0.5, -0.5],
    )  # fmt: skip
    said = "; ".join(f"{check}: {_tail(tail)}" for check, tail in zip(found["check"], found["tail"], strict=True))
    return framed(
        figure,
        name="proof_looks",
        title=part.question,
        how_to_read=part.how_to_read,
        alt=f"Share of the model's data sets that are as far out as the table. {said}.",
        data=found.drop(columns="name"),
        dark=dark,
        height=170 + ROW_HEIGHT * len(rows),
    )


def _tail(tail: float) -> str:
    return percent(tail, 0 if tail >= 0.1 else 1)
