"""Charts of settings: carry-over and saturation, as set or where the recommended model begins.

See :mod:`mmm_core.charts`.

Channels with equal settings have the same curve: they share one line that names them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.style import Places, channel_colours, framed
from mmm_core.labels import display_names, listed, percent
from mmm_core.model.preview import impulse
from mmm_core.spec import RunSpec
from mmm_core.transforms.adstock import half_life

LEGEND_WIDTH = 60
"""Characters after which a legend's entry goes on in another line."""


def adstock(
    spec: RunSpec, channels: Sequence[str], places: Places, *, grain: str = "WEEK", dark: bool = False
) -> go.Figure:
    """What is left of one unit of activity, period by period; one line for all channels of one setting.

    Lines come in the order of ``channels`` and have the colour of the first channel they stand for.
    """
    colours, labels = channel_colours(channels, places, dark=dark), display_names(channels)
    config, periods = spec.feature_config.adstock, f"{grain.lower()}s"
    lags = np.arange(config.max_lag + 1)
    weights = {name: impulse(spec, name) for name in channels}
    figure, said = go.Figure(), []
    for alike in _alike({name: spec.adstock(name) for name in channels}):
        first = alike[0]
        after = half_life(config.kind, spec.adstock(first).model_dump())
        half = f"half-life {after:.1f} {periods}" if after else "no carry-over"
        figure.add_scatter(
            x=lags, y=100 * weights[first], name=_legend(alike, labels, f" ({half})"), mode="lines+markers",
            line={"color": colours[first]}, showlegend=True,
            hovertemplate=f"%{{x}} {periods} after: %{{y:.0f}}\u00a0%<extra></extra>",
        )  # fmt: skip
        said.append(f"{listed([labels[channel] for channel in alike])}: {half}")
    figure.update_xaxes(title=f"{periods} after the activity")
    figure.update_yaxes(title="share of the effect still felt, %", rangemode="tozero")
    return framed(
        figure,
        name="adstock",
        title="How long is advertising felt?",
        how_to_read=f"Half-life: after so long half of the effect is gone. {_said_of('decay', spec.model.kind)}",
        alt="; ".join(said) + ".",
        data=pd.DataFrame(weights).assign(lag=lags),
        dark=dark,
    )


def saturation(
    curves: dict[str, pd.DataFrame],
    places: Places,
    *,
    model: Literal["fixed", "recommended"] = "fixed",
    dark: bool = False,
) -> go.Figure:
    """Effect against activity per channel; frames with columns ``activity`` (× mean) and ``effect`` (0 to 1).

    One line for all channels of one curve, as in :func:`adstock`.
    """
    colours, labels = channel_colours(curves, places, dark=dark), display_names(list(curves))
    lines, said = [], []
    for channels in _alike({channel: tuple(curve["effect"]) for channel, curve in curves.items()}):
        curve = curves[channels[0]]
        lines.append({
            "type": "scatter", "x": curve["activity"], "y": 100 * curve["effect"], "name": _legend(channels, labels),
            "line": {"color": colours[channels[0]]}, "showlegend": len(curves) > 1,
            "hovertemplate": "%{x:.2f} times the mean: %{y:.0f}\u00a0%<extra></extra>",
        })  # fmt: skip
        at_mean = float(np.interp(1.0, curve["activity"], curve["effect"]))
        said.append(f"{listed([labels[channel] for channel in channels])}: {percent(at_mean)} at its mean activity")
    axes = {
        "xaxis": {"title": {"text": "activity, times its mean"}},
        "yaxis": {"title": {"text": "share of the largest effect, %"}, "rangemode": "tozero"},
    }
    return framed(
        go.Figure(lines, axes),
        name="saturation",
        title="When does more stop helping?",
        how_to_read=f"The flatter the curve, the less another unit of activity adds. {_said_of('saturation', model)}",
        alt="Share of the largest possible effect. " + "; ".join(said) + ".",
        data=pd.concat([curve.assign(channel=channel) for channel, curve in curves.items()]),
        dark=dark,
    )


def _said_of(setting: str, model: str) -> str:
    """What a curve of settings is under each model."""
    if model == "recommended":
        return f"This is where the model began; what it made of the {setting} is under Parameters."
    return f"Given by the {setting} settings, not estimated: intervals elsewhere do not include this uncertainty."


def _alike[T](settings: dict[str, T]) -> list[list[str]]:
    """Channels with equal settings together, in the order in which they come."""
    groups: dict[T, list[str]] = {}
    for channel, setting in settings.items():
        groups.setdefault(setting, []).append(channel)
    return list(groups.values())


def _legend(channels: Sequence[str], labels: dict[str, str], after: str = "") -> str:
    """Names of the channels of one line, broken where they would leave the chart."""
    if len(channels) == len(labels) > 1:
        return f"All {len(labels)} channels{after}"
    lines = [""]
    for place, channel in enumerate(channels):
        word = labels[channel] + (after if place == len(channels) - 1 else ", ")
        if lines[-1] and len(lines[-1]) + len(word) > LEGEND_WIDTH:
            lines.append("")
        lines[-1] += word
    return "<br>".join(line.rstrip() for line in lines)
