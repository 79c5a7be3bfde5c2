"""Charts of a table and of settings, before a fit: sales, spend, gaps, correlations, felt activity, live estimate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.chart_style import channel_colours, estimates_frame, framed, theme, translucent
from mmm_core.contributions import ChannelSummary, ContributionSummary
from mmm_core.labels import display_name, display_names
from mmm_core.preview import SeasonPreview

MOST_WITH_NUMBERS = 9
"""Rows of a correlation chart whose cells have room for their number; the hover has it always."""


def sales_and_spend(frame: pd.DataFrame, channels: Sequence[str], unit: str, *, dark: bool = False) -> go.Figure:
    """Sales as a line, spend per channel stacked below; entities are summed."""
    tokens = theme(dark=dark)
    by_date = frame.groupby("period_start", as_index=True).sum(numeric_only=True)
    colours, labels = channel_colours(channels, dark=dark), display_names(channels)
    figure = go.Figure(
        go.Scatter(x=by_date.index, y=by_date["sales"], name="Sales", line={"color": tokens.ink, "width": 2})
    )
    paid = [channel for channel in channels if f"spend_{channel}" in by_date]
    for channel in paid:
        figure.add_bar(
            x=by_date.index, y=by_date[f"spend_{channel}"], name=labels[channel], yaxis="y2",
            marker={"color": colours[channel]},
        )  # fmt: skip
    figure.update_layout(
        barmode="stack",
        yaxis={"domain": [0.45, 1], "title": unit, "tickformat": "~s", "rangemode": "tozero"},
        yaxis2={"domain": [0, 0.36], "title": "spend", "tickformat": "~s", "gridcolor": tokens.line},
        bargap=0.1,
    )
    return framed(
        figure,
        name="sales_and_spend",
        title="What was sold, and what was spent?",
        how_to_read="Line: sales. Bars below: spend, stacked by channel."
        if paid
        else "The table has no spend columns.",
        alt=f"{unit} over {len(by_date)} periods and spend of {len(paid)} channels.",
        data=by_date[["sales", *(f"spend_{channel}" for channel in paid)]].reset_index(),
        dark=dark,
        height=440,
    )


def activity(frame: pd.DataFrame, channels: Sequence[str], *, dark: bool = False) -> go.Figure:
    """Activity per channel, each against its own largest value."""
    by_date = frame.groupby("period_start").sum(numeric_only=True)
    colours, labels = channel_colours(channels, dark=dark), display_names(channels)
    figure = go.Figure()
    for row, channel in enumerate(channels):
        values = by_date[f"act_{channel}"].to_numpy(float)
        top = float(np.nanmax(values)) or 1.0
        figure.add_scatter(
            x=by_date.index, y=-row + 0.85 * values / top, name=labels[channel], showlegend=False, customdata=values,
            line={"color": colours[channel], "width": 1.5},
            hovertemplate=f"{labels[channel]}: %{{customdata:,.4s}}<extra></extra>",
        )  # fmt: skip
    # Names stand at half the height of their line.
    figure.update_yaxes(
        tickvals=[-row + 0.4 for row in range(len(channels))], ticktext=list(labels.values()), showgrid=False
    )
    return framed(
        figure,
        name="activity",
        title="When was each channel on air?",
        how_to_read="One line a channel, each on its own scale. Channels that move together are hard to tell apart.",
        alt=f"Activity of {len(channels)} channels.",
        data=by_date[[f"act_{channel}" for channel in channels]].reset_index(),
        dark=dark,
        height=120 + 46 * len(channels),
    )


def missingness(shares: dict[str, float], *, dark: bool = False) -> go.Figure:
    """Share of blank cells per column of the file, columns with blanks only."""
    tokens = theme(dark=dark)
    blank = {column: share for column, share in shares.items() if share > 0}
    figure = go.Figure(
        go.Bar(
            y=list(blank), x=[100 * share for share in blank.values()], orientation="h", marker={"color": tokens.accent}
        )
    )
    figure.update_xaxes(title="blank cells, %", range=[0, 100])
    figure.update_yaxes(autorange="reversed")
    return framed(
        figure,
        name="missingness",
        title="What is missing?",
        how_to_read="Columns without blanks are left out." if blank else "No column has a blank cell.",
        alt=", ".join(f"{column} {share:.0%}" for column, share in blank.items()) or "No blanks.",
        data=pd.DataFrame({"column": list(blank), "blank_share": list(blank.values())}),
        dark=dark,
        height=140 + 28 * max(len(blank), 2),
    )


def correlations(
    frame: pd.DataFrame, channels: Sequence[str], controls: Sequence[str], *, dark: bool = False
) -> go.Figure:
    """Correlation of sales, activity and controls with each other."""
    tokens = theme(dark=dark)
    columns = (
        {"sales": "sales"} | {f"act_{name}": name for name in channels} | {f"ctrl_{name}": name for name in controls}
    )
    found = frame.groupby("period_start")[list(columns)].sum().corr().to_numpy()
    labels = [display_name(name) for name in columns.values()]
    # A channel and a control of one name go by their columns.
    names = [column if labels.count(label) > 1 else label for column, label in zip(columns, labels, strict=True)]
    figure = go.Figure(
        go.Heatmap(
            z=found,
            x=names,
            y=names,
            zmin=-1,
            zmax=1,
            xgap=2,
            ygap=2,
            texttemplate="%{z:.2f}" if len(names) <= MOST_WITH_NUMBERS else None,
            colorscale=[[0, tokens.palette[5]], [0.5, tokens.card], [1, tokens.palette[0]]],
            colorbar={"title": "r", "tickfont": {"color": tokens.muted}},
            textfont={"color": tokens.ink, "size": 10},
            hovertemplate="%{x} and %{y}: %{z:.2f}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    return framed(
        figure,
        name="correlations",
        title="What moves together?",
        how_to_read="1: always together. 0: unrelated. Two channels near 1 share their credit: it can hardly be split.",
        alt=f"Correlations of {len(names)} columns.",
        data=pd.DataFrame(found, columns=names).assign(column=names)[["column", *names]],
        dark=dark,
        height=180 + 34 * len(names),
    )


def felt(frame: pd.DataFrame, channel: str, colour: str, *, dark: bool = False) -> go.Figure:
    """Bought and felt activity of one channel; see :func:`mmm_core.preview.felt_activity`."""
    tokens = theme(dark=dark)
    figure = go.Figure(
        go.Bar(x=frame["period_start"], y=frame["bought"], name="Bought", marker={"color": tokens.muted}, opacity=0.45)
    )
    figure.add_scatter(x=frame["period_start"], y=frame["felt"], name="Felt", line={"color": colour, "width": 2})
    figure.update_yaxes(title="activity", tickformat="~s", rangemode="tozero")
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
    figure = go.Figure(go.Bar(x=np.arange(len(weights)), y=weights, marker={"color": colour}, name="still felt"))
    figure.update_xaxes(title=f"{grain.lower()}s later")
    figure.update_yaxes(title="still felt", tickformat=".0%", rangemode="tozero")
    return framed(
        figure,
        name="impulse",
        title="How long is it felt?",
        how_to_read="One advertisement, and what is left of its effect.",
        alt="Share of the effect that is left: " + ", ".join(f"{weight:.0%}" for weight in weights[:6]),
        data=pd.DataFrame({"lag": np.arange(len(weights)), "still_felt": weights}),
        dark=dark,
        height=210,
    )


def season(preview: SeasonPreview, unit: str, *, dark: bool = False) -> go.Figure:
    """Sales and the shape that season and trend can take."""
    tokens = theme(dark=dark)
    frame = preview.frame
    marker = {"color": tokens.muted, "size": 4}
    figure = go.Figure(
        go.Scatter(x=frame["period_start"], y=frame["sales"], mode="markers", marker=marker, name="Sales")
    )
    figure.add_scatter(
        x=frame["period_start"], y=frame["curve"], name="Season and trend", line={"color": tokens.accent}
    )
    figure.update_yaxes(title=unit, tickformat="~s")
    return framed(
        figure,
        name="season_preview",
        title="What can season and trend follow?",
        how_to_read="A sketch by least squares on season and trend alone, without media; the estimate is the model's.",
        alt="Sales and a seasonal curve.",
        data=frame,
        dark=dark,
        height=280,
    )


def live_shares(now: ContributionSummary, before: ContributionSummary | None, *, dark: bool = False) -> go.Figure:
    """Share of sales per channel under these settings, and hollow under the settings before."""
    tokens = theme(dark=dark)
    colours = channel_colours([channel.channel for channel in now.channels], dark=dark)
    labels = display_names([channel.channel for channel in now.channels])
    earlier = {channel.channel: channel for channel in before.channels} if before else {}
    figure = go.Figure()
    for channel in now.channels:
        name = labels[channel.channel]
        if channel.channel in earlier:
            _mark(figure, earlier[channel.channel], name, tokens.muted, hollow=True)
        _mark(figure, channel, name, colours[channel.channel], hollow=False)
    top = max(100 * channel.share.high for channel in (*now.channels, *earlier.values()))
    figure.update_xaxes(
        title=f"share of sales, % (bar: {100 * now.interval_prob:.0f} % interval)", range=[0, 1.1 * top]
    )
    figure.update_yaxes(autorange="reversed")
    return framed(
        figure,
        name="live_estimate",
        title="Live estimate: share of sales",
        how_to_read="Solid: these settings. Hollow: before your last move."
        if before
        else "A real posterior under these settings.",
        alt="; ".join(
            f"{labels[c.channel]} {c.share.mean:.1%} ({c.share.low:.1%} to {c.share.high:.1%})" for c in now.channels
        ),
        data=estimates_frame(now.channels, [channel.share for channel in now.channels]),
        dark=dark,
        height=150 + 52 * max(len(now.channels), 2),
    )


def _mark(figure: go.Figure, channel: ChannelSummary, name: str, colour: str, *, hollow: bool) -> None:
    share = channel.share
    line = (
        {"color": colour, "width": 1.5, "dash": "dot"} if hollow else {"color": translucent(colour, 0.4), "width": 10}
    )
    figure.add_scatter(
        x=[100 * share.low, 100 * share.high], y=[name] * 2, mode="lines", line=line, showlegend=False,
        hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=[100 * share.mean],
        y=[name],
        mode="markers" if hollow else "markers+text",
        text=None
        if hollow
        else [f"{100 * share.mean:.1f} %" + (" · cannot be told" if channel.cannot_be_told else "")],
        textposition="top right" if channel.cannot_be_told else "top center",
        cliponaxis=False,
        marker={"color": colour, "size": 11, "symbol": "circle-open" if hollow else "circle"},
        showlegend=False,
        hovertemplate=f"%{{y}}: %{{x:.1f}} % ({100 * share.low:.1f} to {100 * share.high:.1f})<extra></extra>",
    )
