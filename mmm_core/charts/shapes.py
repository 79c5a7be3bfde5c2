"""What the data made of a channel's settings: each as it was believed before and as it is after. See the package."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from mmm_core.charts.style import framed, theme, translucent
from mmm_core.labels import display_name
from mmm_core.model.shapes import Shape

type Array = NDArray[np.float64]

EACH = 118
"""Height of a property's row (pixels)."""
SMOOTH = 1.06
"""Silverman's factor for the width of a kernel."""


def moved(shapes: Sequence[Shape], channel: str, colour: str, *, dark: bool = False) -> go.Figure:
    """A row for each property: dotted what was believed, filled what is likely with the data, a line at the setting."""
    tokens, name = theme(dark=dark), display_name(channel)
    figure = make_subplots(
        rows=len(shapes), cols=1, subplot_titles=[shape.label for shape in shapes], vertical_spacing=0.34 / len(shapes)
    )
    for place, shape in enumerate(shapes, start=1):
        figure.add_scatter(
            x=shape.grid, y=shape.prior, mode="lines", name="before the data", showlegend=place == 1, row=place, col=1,
            line={"color": tokens.muted, "dash": "dot", "width": 1.5}, hoverinfo="skip",
        )  # fmt: skip
        if shape.draws is not None:
            figure.add_scatter(
                x=shape.grid, y=_density(shape), mode="lines", name="with the data", showlegend=place == 1,
                row=place, col=1, line={"color": colour, "width": 2}, fill="tozeroy",
                fillcolor=translucent(colour, 0.25), hoverinfo="skip",
            )  # fmt: skip
        figure.add_vline(x=shape.centre, line={"color": tokens.ink, "width": 1, "dash": "dash"}, row=place, col=1)
    said = [_in_words(shape) for shape in shapes]
    framed(
        figure,
        name="moved",
        title=f"What did the data make of {name}'s settings?",
        how_to_read="Dotted: believed before the data. Filled: likely with them. Dashed: your setting.",
        alt=" ".join(said),
        data=pd.DataFrame([_row(shape) for shape in shapes]),
        dark=dark,
        height=110 + EACH * len(shapes),
    )
    figure.update_yaxes(showticklabels=False, showgrid=False, rangemode="tozero")
    figure.update_annotations(font={"size": 12, "color": tokens.ink}, x=0, xanchor="left")
    return figure


def in_words(shapes: Sequence[Shape]) -> list[str]:
    """A sentence for each property: from where to where the data moved it, or that they tell little of it."""
    return [_in_words(shape) for shape in shapes if shape.draws is not None]


def _in_words(shape: Shape) -> str:
    label = shape.label.split(":")[0].replace(" at … times the usual activity", "")
    found = shape.interval
    if found is None:
        return f"{label}: set at {shape.centre:.2g}."
    middle, low, high = found
    if shape.tells_little:
        return (
            f"{label}: this table tells little of it; {middle:.2f} ({low:.2f}–{high:.2f}), set at {shape.centre:.2f}."
        )
    return f"{label}: the data moved it from {shape.centre:.2f} to {middle:.2f} ({low:.2f}–{high:.2f})."


def _row(shape: Shape) -> dict[str, object]:
    middle, low, high = shape.interval or (None, None, None)
    return {"property": shape.name, "set_at": shape.centre, "median": middle, "low": low, "high": high}


def _density(shape: Shape) -> Array:
    """Smoothed density of the draws at the grid's points, over its largest value, no unit."""
    draws = shape.draws
    assert draws is not None  # noqa: S101 - asked for only where there are draws
    step = float(shape.grid[1] - shape.grid[0])
    width = max(SMOOTH * float(draws.std()) * len(draws) ** -0.2, step)
    counts = np.histogram(draws, bins=np.append(shape.grid - step / 2, shape.grid[-1] + step / 2))[0]
    kernel = np.exp(-0.5 * np.square((shape.grid[:, None] - shape.grid[None, :]) / width))
    density = kernel @ counts
    return np.asarray(density / density.max() if density.max() > 0 else density)
