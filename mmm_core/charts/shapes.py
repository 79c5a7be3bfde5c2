"""What the data made of a channel's settings: each as it was believed before and as it is after. See the package."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from mmm_core.charts.style import Theme, framed, theme, translucent
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
    traces: list[dict[str, object]] = []
    for place, shape in enumerate(shapes, start=1):
        shared: dict[str, object] = {
            "type": "scatter", "mode": "lines", "x": shape.grid, "xaxis": f"x{place}", "yaxis": f"y{place}",
            "hoverinfo": "skip", "showlegend": place == 1,
        }  # fmt: skip
        line = {"color": tokens.muted, "dash": "dot", "width": 1.5}
        traces.append(shared | {"y": shape.prior, "name": "before the data", "line": line})
        if shape.draws is not None:
            fill = {"fill": "tozeroy", "fillcolor": translucent(colour, 0.25), "line": {"color": colour, "width": 2}}
            traces.append(shared | {"y": _density(shape), "name": "with the data"} | fill)
    # Whole at once: Plotly's own rows, lines and titles, added one by one, take ten times as long.
    figure = go.Figure(traces, _rows(shapes, tokens))
    said = [_in_words(shape) for shape in shapes]
    return framed(
        figure,
        name="moved",
        title=f"What did the data make of {name}'s settings?",
        how_to_read="Dotted: believed before the data. Filled: likely with them. Dashed: your setting.",
        alt=" ".join(said),
        data=pd.DataFrame([_row(shape) for shape in shapes]),
        dark=dark,
        height=110 + EACH * len(shapes),
    )


def _rows(shapes: Sequence[Shape], tokens: Theme) -> dict[str, object]:
    """Axes of a row for each property, the first on top; its label above it, and a line at its setting."""
    gap = 0.34 / len(shapes)
    height = (1 - gap * (len(shapes) - 1)) / len(shapes)
    layout: dict[str, object] = {}
    lines, labels = [], []
    for place, shape in enumerate(shapes, start=1):
        bottom = (len(shapes) - place) * (height + gap)
        number = "" if place == 1 else str(place)
        layout[f"xaxis{number}"] = {"anchor": f"y{number}", "domain": [0, 1]}
        layout[f"yaxis{number}"] = {
            "anchor": f"x{number}", "domain": [bottom, bottom + height],
            "showticklabels": False, "showgrid": False, "rangemode": "tozero",
        }  # fmt: skip
        lines.append({
            "type": "line", "x0": shape.centre, "x1": shape.centre, "y0": 0, "y1": 1,
            "xref": f"x{number}", "yref": f"y{number} domain",
            "line": {"color": tokens.ink, "width": 1, "dash": "dash"},
        })  # fmt: skip
        labels.append({
            "text": shape.label, "x": 0, "xref": "paper", "xanchor": "left", "y": bottom + height, "yref": "paper",
            "yanchor": "bottom", "showarrow": False, "font": {"size": 12, "color": tokens.ink},
        })  # fmt: skip
    return layout | {"shapes": lines, "annotations": labels}


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
