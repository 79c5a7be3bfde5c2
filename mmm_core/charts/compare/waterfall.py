"""What made a channel's figure move, as steps from the earlier result to the later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import list_height
from mmm_core.charts.style import framed, theme, translucent
from mmm_core.labels import percent, ratio

ROOM = 0.35
"""Part of what is drawn that stays free beside it, for figures."""


class Step(NamedTuple):
    """What one cause moved, and its Monte-Carlo standard error, in the figure's unit."""

    name: str
    moved: float
    error: float


def moves(
    name: str,
    measure: Literal["share", "return"],
    ends: tuple[float, float],
    steps: Sequence[Step],
    *,
    title: str,
    unit: str = "",
    dark: bool = False,
) -> go.Figure:
    """The earlier figure, each cause's step, and the later figure.

    Parameters
    ----------
    name
        Bare name of the channel.
    ends, steps
        Earlier and later figure, and what lies between; a share is a fraction.
    title, unit
        Title of the chart, and unit of a return.
    """
    tokens, scale = theme(dark=dark), 100.0 if measure == "share" else 1.0
    levels = scale * (ends[0] + np.cumsum([0.0, *(step.moved for step in steps)]))
    labels = ["Before", *(step.name[:1].upper() + step.name[1:] for step in steps), "Now"]
    texts = [_written(ends[0], measure), *(_signed(step.moved, measure) for step in steps), _written(ends[1], measure)]
    figure = go.Figure(
        go.Bar(
            y=labels,
            x=[levels[0], *np.diff(levels), scale * ends[1]],
            base=[0.0, *levels[:-1], 0.0],
            orientation="h",
            marker={"color": [tokens.baseline, *(_colour(step, dark=dark) for step in steps), tokens.ink]},
            error_x=None,
            text=texts,
            textposition="outside",
            cliponaxis=False,
            constraintext="none",
            textfont={"color": tokens.ink, "size": 12},
            showlegend=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    lowest, highest = float(min(levels.min(), scale * ends[1])), float(max(levels.max(), scale * ends[1]))
    begin = 0.0 if lowest < 2 * (highest - lowest) else lowest - (highest - lowest)
    spread = (highest - begin) or 1.0
    figure.update_xaxes(
        title=("share of sales, %" if measure == "share" else unit) + (" (does not begin at 0)" if begin else ""),
        range=[begin if begin >= 0 else begin - ROOM * spread, highest + ROOM * spread],
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    said = ", ".join(f"{step.name} {_signed(step.moved, measure)}" for step in steps)
    return framed(
        figure,
        name=f"why_{measure}_{name}",
        title=title,
        how_to_read="From top to bottom: the earlier figure, what each cause moved, the later figure. The steps add up "
        "to the move. A pale step is within Monte-Carlo noise.",
        alt=f"{title}: from {texts[0]}, {said}, to {texts[-1]}.",
        data=pd.DataFrame(
            {
                "step": labels,
                "value": [ends[0], *(step.moved for step in steps), ends[1]],
                "monte_carlo_error": [None, *(step.error for step in steps), None],
            }
        ),
        dark=dark,
        height=list_height(labels, each=30),
    )


def _colour(step: Step, *, dark: bool) -> str:
    tokens = theme(dark=dark)
    colour = tokens.accent if step.moved >= 0 else tokens.palette[5]
    return colour if abs(step.moved) > 2 * step.error else translucent(colour, 0.35)


def _signed(value: float, measure: str) -> str:
    shown = f"{100 * value:+.1f}" if measure == "share" else f"{value:+.2f}"
    return f"{shown}{'\u00a0points' if measure == 'share' else ''}".replace("-", "−")


def _written(value: float, measure: str) -> str:
    return percent(value, 1) if measure == "share" else ratio(value)
