"""The chart that sets a run's shares beside those under other settings."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from mmm_core.charts.marks import channel_labels, list_height, row_labels
from mmm_core.charts.style import Places, channel_colours, framed, theme, translucent
from mmm_core.labels import percent
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.variants import OWN, shares_frame

SYMBOLS = tuple(f"{shape}-open" for shape in ("triangle-left", "triangle-right", "square", "diamond", "cross", "star"))
"""Marks of the other settings, in their order: told apart by shape."""
ROW_HEIGHT = 30


def shares_by_setting(
    own: ContributionSummary,
    others: Mapping[str, ContributionSummary],
    *,
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """Share of sales per channel under each setting; the run's own in the channel's colour, with the widest mark."""
    tokens = theme(dark=dark)
    channels, labels = list(own.names), row_labels(own.largest_first)
    colours = channel_colours([channel.channel for channel in own.channels], places, dark=dark)
    summaries, named = {OWN: own, **others}, channel_labels(own.channels)
    lines = len(summaries) + 1
    figure = go.Figure()
    for place, (name, summary) in enumerate(summaries.items()):
        mine = name == OWN
        shares = {channel.channel: channel.share for channel in summary.channels}
        shown = [channel for channel in channels if channel in shares]
        rows = [channels.index(channel) + (place + 1) / lines for channel in shown]
        for channel, row in zip(shown, rows, strict=True):
            share = shares[channel]
            figure.add_scatter(
                x=[100 * share.low, 100 * share.high], y=[row, row], mode="lines", showlegend=False, hoverinfo="skip",
                line={"color": translucent(colours[channel], 0.4), "width": 10} if mine
                else {"color": tokens.muted, "width": 1.5},
            )  # fmt: skip
        figure.add_scatter(
            x=[100 * shares[channel].shown for channel in shown],
            y=rows,
            mode="markers",
            name=name,
            marker={"color": [colours[channel] for channel in shown], "size": 12}
            if mine
            else {"color": tokens.ink, "size": 10, "symbol": SYMBOLS[(place - 1) % len(SYMBOLS)], "line": {"width": 2}},
            customdata=[[named[channel], 100 * shares[channel].low, 100 * shares[channel].high] for channel in shown],
            hovertemplate="%{customdata[0]}, " + name + ": %{x:.1f} % (%{customdata[1]:.1f}–%{customdata[2]:.1f} %)"
            "<extra></extra>",
        )
    for row in range(1, len(channels)):
        figure.add_hline(y=row, line={"color": tokens.line, "width": 1})
    highest = max(channel.share.high for summary in summaries.values() for channel in summary.channels)
    figure.update_xaxes(title="share of sales, %", range=[0, 104 * highest])
    figure.update_yaxes(
        tickvals=[row + 0.5 for row in range(len(channels))], ticktext=list(labels.values()), showgrid=False,
        range=[len(channels), 0], zeroline=False,
    )  # fmt: skip
    said = "; ".join(
        f"{named[channel.channel]} {percent(channel.share.shown, 1)} here, "
        + ", ".join(f"{percent(share, 1)} {name}" for name, share in _elsewhere(channel.channel, others))
        for channel in own.largest_first
    )
    return framed(
        figure,
        name="other_settings",
        title="Would other settings say something else?",
        how_to_read=f"Filled dot and wide bar: {OWN}, with the {percent(own.interval_prob)} interval. Other marks "
        "and thin bars: the same table with one choice changed.",
        alt=f"Share of sales under {len(summaries)} settings. {said}.",
        data=shares_frame(own, others),
        dark=dark,
        height=list_height(labels.values(), each=ROW_HEIGHT * lines // 2),
    )


def _elsewhere(channel: str, others: Mapping[str, ContributionSummary]) -> list[tuple[str, float]]:
    return [
        (name, each.share.shown)
        for name, summary in others.items()
        for each in summary.channels
        if each.channel == channel
    ]
