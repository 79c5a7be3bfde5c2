"""Charts of settings, before and while they are estimated: activity as felt, season, and the live estimate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import add_before, add_dot, channel_labels, hollow, list_height, row_labels
from mmm_core.charts.style import (
    Places,
    amount_axis,
    amounts,
    channel_colours,
    date_axis,
    estimates_frame,
    framed,
    theme,
)
from mmm_core.labels import display_name, percent, percent_span, short
from mmm_core.model.preview import SeasonPreview
from mmm_core.results.channel_summary import ContributionSummary


def felt(frame: pd.DataFrame, channel: str, colour: str, *, dark: bool = False) -> go.Figure:
    """Bought and felt activity of one channel; see :func:`mmm_core.model.preview.felt_activity`."""
    tokens = theme(dark=dark)
    bought = {
        "type": "bar", "x": frame["period_start"], "y": frame["bought"], "name": "Bought", "opacity": 0.45,
        "marker": {"color": tokens.muted}, **amounts(frame["bought"]),
    }  # fmt: skip
    felt = {
        "type": "scatter", "x": frame["period_start"], "y": frame["felt"], "name": "Felt",
        "line": {"color": colour, "width": 2}, **amounts(frame["felt"]),
    }  # fmt: skip
    axis = {"title": {"text": "activity"}, "rangemode": "tozero", **amount_axis(frame["bought"], frame["felt"])}
    figure = go.Figure(
        [bought, felt], {"hovermode": "x unified", "xaxis": date_axis(frame["period_start"]), "yaxis": axis}
    )
    return framed(
        figure,
        name=f"felt_{channel}",
        title="What was bought, and what was felt?",
        how_to_read="Bars: activity as it is in the table. Line: what is felt of it, on the same mean.",
        alt=f"Activity of {display_name(channel)} before and after carry-over and saturation.",
        data=frame,
        dark=dark,
        height=280,
    )


def impulse(weights: np.ndarray, colour: str, grain: str, *, dark: bool = False) -> go.Figure:
    """What is left of one unit of advertising, period by period."""
    bars = {
        "type": "bar", "x": np.arange(len(weights)), "y": 100 * weights, "marker": {"color": colour},
        "hovertemplate": f"%{{x}} {grain.lower()}s later: %{{y:.0f}}\u00a0%<extra></extra>",
    }  # fmt: skip
    axes = {
        "xaxis": {"title": {"text": f"{grain.lower()}s later"}},
        "yaxis": {"title": {"text": "still felt, %"}, "rangemode": "tozero"},
    }
    figure = go.Figure([bars], axes)
    return framed(
        figure,
        name="impulse",
        title="How long is it felt?",
        how_to_read="One advertisement, and what is left of its effect.",
        alt="Share of the effect that is left: "
        + ", ".join(percent(weight) for weight in weights[:6])
        + ("." if len(weights) <= 6 else " and so on."),
        data=pd.DataFrame({"lag": np.arange(len(weights)), "still_felt": weights}),
        dark=dark,
        height=210,
    )


def season(preview: SeasonPreview, unit: str, *, dark: bool = False) -> go.Figure:
    """Sales and the shape that season and trend can take."""
    tokens = theme(dark=dark)
    frame = preview.frame
    observed = {
        "type": "scatter", "x": frame["period_start"], "y": frame["sales"], "name": "Observed", "mode": "markers",
        "marker": {"color": tokens.muted, "size": 4}, **amounts(frame["sales"]),
    }  # fmt: skip
    curve = {
        "type": "scatter", "x": frame["period_start"], "y": frame["curve"], "name": "Season and trend",
        "line": {"color": tokens.accent}, **amounts(frame["curve"]),
    }  # fmt: skip
    axis = {"title": {"text": unit}, **amount_axis(frame["sales"], frame["curve"])}
    figure = go.Figure(
        [observed, curve], {"hovermode": "x unified", "xaxis": date_axis(frame["period_start"]), "yaxis": axis}
    )
    return framed(
        figure,
        name="season_preview",
        title="What can season and trend follow?",
        how_to_read="A sketch: the closest line by season and trend alone, without media; the estimate is the model's.",
        alt=f"Observed sales, and the line that season and trend can take: between {short(frame['curve'].min())} and "
        f"{short(frame['curve'].max())}.",
        data=frame,
        dark=dark,
        height=280,
    )


def live_shares(
    now: ContributionSummary, before: ContributionSummary | None, *, places: Places = None, dark: bool = False
) -> go.Figure:
    """Share of sales per channel under these settings, and small and grey under the settings before."""
    colours = channel_colours([channel.channel for channel in now.channels], places, dark=dark)
    labels, rows = channel_labels(now.channels), row_labels(now.channels)
    earlier = {channel.channel: channel for channel in before.channels} if before else {}
    top = max(100 * channel.share.high for channel in (*now.channels, *earlier.values()))
    figure = go.Figure()
    for channel in now.largest_first:
        name, share = labels[channel.channel], channel.share
        if channel.channel in earlier:
            was = earlier[channel.channel].share
            hover = f"{name} before: {percent(was.shown, 1)} ({percent_span(was.low, was.high)})"
            add_before(figure, rows[channel.channel], was, scale=100, hover=hover, dark=dark)
        add_dot(
            figure,
            rows[channel.channel],
            share,
            colours[channel.channel],
            scale=100,
            text=percent(share.shown, 1),
            unclear=channel.cannot_be_told,
            at=100 * share.shown / top if top else 0.0,
            hover=f"{name}: {percent(share.shown, 1)} ({percent_span(share.low, share.high)})",
            dark=dark,
        )
    title = f"share of sales, %<br>(bar: {percent(now.interval_prob)} interval)"
    figure.layout.xaxis = {"title": {"text": title}, "range": [0, 1.1 * top]}
    figure.layout.yaxis = {"autorange": "reversed"}
    marks = (
        "Dot on a broad bar: these settings. Grey diamond on a dotted bar: before your last move."
        if before
        else "A real posterior under these settings."
    )
    return framed(
        figure,
        name="live_estimate",
        title="Live estimate: share of sales",
        how_to_read=f"{marks} {hollow(now)}",
        alt="; ".join(
            f"{labels[c.channel]} {percent(c.share.shown, 1)} ({percent_span(c.share.low, c.share.high)})"
            for c in now.largest_first
        )
        + ".",
        data=estimates_frame(now.largest_first, [channel.share for channel in now.largest_first]),
        dark=dark,
        height=list_height(rows.values()),
    )
