"""What would chance earn? Each channel over what ghosts of its precision brought, and where nine in ten of them end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.style import framed, theme
from mmm_core.labels import display_names, percent, percent_span, ratio
from mmm_core.proof.part import PartReport

ROW = 34
"""Height of a channel's row (px)."""
APART = 0.22
"""How far ghosts of one kind lie off the middle of a row, in rows."""
KINDS = {"moved": "moved in time", "redrawn": "drawn anew"}


def floor(part: PartReport, *, sales: str = "", per: str = "return", dark: bool = False) -> go.Figure:  # noqa: ARG001
    """Returns, or shares of sales where a channel has no spend, with their intervals; the largest on top.

    A ghost is drawn in each channel's row where its signal would be at that channel's precision.
    """
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    tokens = theme(dark=dark)
    rows = pd.DataFrame(part.told.tables["channels"]).sort_values("median", kind="stable").reset_index(drop=True)
    ghosts = pd.DataFrame(part.told.tables["ghosts"])
    is_return = bool((rows["measure"] == "return").all())
    scale = 1.0 if is_return else 100.0
    names = display_names(list(rows["channel"]))
    labels = [names[channel] for channel in rows["channel"]]
    figure = go.Figure()
    figure.add_bar(
        y=rows.index, x=scale * rows["floor"], orientation="h", name="Nine in ten", width=0.7,
        marker={"color": tokens.baseline, "opacity": 0.5},
        customdata=[[label, _said(value, is_return)] for label, value in zip(labels, rows["floor"], strict=True)],
        hovertemplate="%{customdata[0]}: nine in ten ghosts stay below %{customdata[1]}<extra></extra>",
    )  # fmt: skip
    _add_ghosts(figure, rows, ghosts, labels, is_return=is_return, dark=dark)
    is_shown = ~rows["channel"].isin(part.told.not_shown)
    for shown, label in ((True, "Clears"), (False, "Does not")):
        some = rows[is_shown == shown]
        if some.empty:
            continue
        figure.add_scatter(
            y=some.index, x=scale * some["median"], mode="markers", name=label,
            marker={
                "color": tokens.accent if shown else tokens.ink, "size": 11,
                "symbol": "circle" if shown else "circle-open", "line": {"width": 2},
            },
            error_x={
                "type": "data", "symmetric": False, "color": tokens.accent if shown else tokens.ink, "thickness": 2,
                "width": 0, "array": scale * (some["high"] - some["median"]),
                "arrayminus": scale * (some["median"] - some["low"]),
            },
            customdata=[
                [labels[place], _said(median, is_return), _span(low, high, is_return)]
                for place, (median, low, high) in zip(
                    some.index, some[["median", "low", "high"]].to_numpy(float), strict=True
                )
            ],
            hovertemplate="%{customdata[0]}: %{customdata[1]} (%{customdata[2]})<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        barmode="overlay",
        xaxis={"title": per if is_return else "share of sales, %", "rangemode": "tozero"},
        yaxis={
            "tickvals": list(rows.index), "ticktext": labels, "ticksuffix": "  ", "showgrid": False, "zeroline": False,
            "range": [-0.6, len(rows) - 0.4],
        },
        hovermode="closest",
    )  # fmt: skip
    return framed(
        figure,
        name="proof_ghosts",
        title=part.question,
        how_to_read=part.how_to_read,
        alt=f"{part.told.sentence} {_aloud(rows, labels, is_return)}",
        data=rows.iloc[::-1],
        dark=dark,
        height=170 + ROW * len(rows),
    )


def _add_ghosts(
    figure: go.Figure, rows: pd.DataFrame, ghosts: pd.DataFrame, labels: list[str], *, is_return: bool, dark: bool
) -> None:
    """All ghosts in the row of each channel, each kind on a line of its own."""
    tokens, scale = theme(dark=dark), 1.0 if is_return else 100.0
    copied = display_names(list(rows["channel"]))
    for side, (kind, words) in zip((-APART, APART), KINDS.items(), strict=True):
        some = ghosts[ghosts["kind"] == kind]
        if some.empty:
            continue
        at = np.outer(rows["unit"], some["signal"])
        figure.add_scatter(
            y=np.repeat(rows.index.to_numpy(float) + side, len(some)), x=scale * at.ravel(), mode="markers",
            name="Ghosts", legendgroup="ghosts", showlegend=kind == ghosts["kind"].iloc[0],
            marker={
                "color": tokens.muted, "size": 4, "opacity": 0.7,
                "symbol": "circle" if kind == "moved" else "diamond",
            },
            customdata=[
                [copied.get(of, of), label, _said(value, is_return)]
                for label, values in zip(labels, at, strict=True)
                for of, value in zip(some["of"], values, strict=True)
            ],
            hovertemplate=f"%{{customdata[0]}}, {words}: %{{customdata[2]}} at the precision of %{{customdata[1]}}"
            "<extra></extra>",
        )  # fmt: skip


def _said(value: float, is_return: bool) -> str:
    return ratio(value) if is_return else percent(value, 1)


def _span(low: float, high: float, is_return: bool) -> str:
    return f"{ratio(low)} to {ratio(high)}" if is_return else percent_span(low, high)


def _aloud(rows: pd.DataFrame, labels: list[str], is_return: bool) -> str:
    said = [
        f"{label} {_said(median, is_return)}, chance up to {_said(floor_, is_return)}"
        for label, (median, floor_) in zip(labels, rows[["median", "floor"]].to_numpy(float), strict=True)
    ]
    return "; ".join(reversed(said)) + "."
