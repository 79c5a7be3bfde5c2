"""Charts of a table and of settings, before a fit: sales, spend, gaps, correlations, felt activity, live estimate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.chart_marks import add_before, add_dot, channel_labels, row_labels, unclear_rule
from mmm_core.chart_style import amount_axis, amounts, channel_colours, estimates_frame, framed, theme
from mmm_core.contributions import ContributionSummary
from mmm_core.labels import counted, display_name, display_names, percent, percent_span, short
from mmm_core.preview import SeasonPreview

MOST_WITH_NUMBERS = 9
"""Rows of a correlation chart whose cells have room for their number; the hover has it always."""
MOST_NAMED_TWICE = 20
"""Rows of a correlation chart up to which its columns are named too."""


def sales_and_spend(frame: pd.DataFrame, channels: Sequence[str], unit: str, *, dark: bool = False) -> go.Figure:
    """Sales as a line, spend per channel stacked below; entities are summed."""
    tokens = theme(dark=dark)
    by_date = frame.groupby("period_start", as_index=True).sum(numeric_only=True)
    colours, labels = channel_colours(channels, dark=dark), display_names(channels)
    figure = go.Figure(
        go.Scatter(
            x=by_date.index,
            y=by_date["sales"],
            name="Sales",
            line={"color": tokens.ink, "width": 2},
            **amounts(by_date["sales"]),
        )
    )
    paid = [channel for channel in channels if f"spend_{channel}" in by_date]
    for channel in paid:
        figure.add_bar(
            x=by_date.index, y=by_date[f"spend_{channel}"], name=labels[channel], yaxis="y2",
            marker={"color": colours[channel]}, **amounts(by_date[f"spend_{channel}"]),
        )  # fmt: skip
    spent = by_date[[f"spend_{channel}" for channel in paid]].sum(axis=1)
    figure.update_layout(
        barmode="stack",
        hovermode="x unified",
        yaxis={"domain": [0.45, 1], "title": unit, "rangemode": "tozero"} | amount_axis(by_date["sales"]),
        yaxis2={"domain": [0, 0.36], "title": "spend", "gridcolor": tokens.line} | amount_axis(spent),
        bargap=0.1,
    )
    return framed(
        figure,
        name="sales_and_spend",
        title="What was sold, and what was spent?",
        how_to_read="Line: sales. Bars below: spend, stacked by channel."
        if paid
        else "The table has no spend columns.",
        alt=f"{unit} over {counted(len(by_date), 'period')}, between {short(by_date['sales'].min())} and "
        f"{short(by_date['sales'].max())}; spend of {counted(len(paid), 'channel')}, {short(spent.sum())} in all.",
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
            x=by_date.index, y=-row + 0.85 * values / top, name=labels[channel], showlegend=False,
            line={"color": colours[channel], "width": 1.5},
            **amounts(values) | {"hovertemplate": f"{labels[channel]}: %{{customdata}}<extra></extra>"},
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
        alt=f"Activity over time of {', '.join(labels.values())}.",
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
        alt=", ".join(f"{column} {percent(share)} blank" for column, share in blank.items())
        or "No column has a blank cell.",
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
    crowded = len(columns) > MOST_NAMED_TWICE
    names = [column if labels.count(label) > 1 else label for column, label in zip(columns, labels, strict=True)]
    figure = go.Figure(
        go.Heatmap(
            z=found,
            x=names,
            y=names,
            zmin=-1,
            zmax=1,
            xgap=0 if crowded else 2,
            ygap=0 if crowded else 2,
            texttemplate="%{z:.2f}" if len(names) <= MOST_WITH_NUMBERS else None,
            colorscale=[[0, tokens.palette[5]], [0.5, tokens.card], [1, tokens.palette[0]]],
            colorbar={
                "title": "r",
                "tickfont": {"color": tokens.muted},
                "lenmode": "pixels",
                "len": 220,
                "y": 1,
                "yanchor": "top",
            },
            textfont={"color": tokens.ink, "size": 10},
            hovertemplate="%{x} and %{y}: %{z:.2f}<extra></extra>",
        )
    )
    # Every row has its name; beyond some twenty the columns have no room for theirs.
    figure.update_yaxes(autorange="reversed", dtick=1)
    figure.update_xaxes(dtick=1, showticklabels=not crowded, ticks="")
    return framed(
        figure,
        name="correlations",
        title="What moves together?",
        how_to_read="1: always together. 0: unrelated. −1: one rises when the other falls. Two channels near 1 share "
        "their credit: it can hardly be split." + (" Columns stand in the order of the rows." if crowded else ""),
        alt=f"Correlations of {len(names)} columns. {_closest(found, names)}",
        data=pd.DataFrame(found, columns=names).assign(column=names)[["column", *names]],
        dark=dark,
        height=180 + (18 if crowded else 34) * len(names),
    )


def felt(frame: pd.DataFrame, channel: str, colour: str, *, dark: bool = False) -> go.Figure:
    """Bought and felt activity of one channel; see :func:`mmm_core.preview.felt_activity`."""
    tokens = theme(dark=dark)
    figure = go.Figure(
        go.Bar(
            x=frame["period_start"],
            y=frame["bought"],
            name="Bought",
            marker={"color": tokens.muted},
            opacity=0.45,
            **amounts(frame["bought"]),
        )
    )
    figure.add_scatter(
        x=frame["period_start"], y=frame["felt"], name="Felt", line={"color": colour, "width": 2},
        **amounts(frame["felt"]),
    )  # fmt: skip
    figure.update_layout(hovermode="x unified")
    figure.update_yaxes(title="activity", rangemode="tozero", **amount_axis(frame["bought"], frame["felt"]))
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
    figure = go.Figure(
        go.Bar(
            x=np.arange(len(weights)),
            y=100 * weights,
            marker={"color": colour},
            hovertemplate=f"%{{x}} {grain.lower()}s later: %{{y:.0f}}\u00a0%<extra></extra>",
        )
    )
    figure.update_xaxes(title=f"{grain.lower()}s later")
    figure.update_yaxes(title="still felt, %", rangemode="tozero")
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
    marker = {"color": tokens.muted, "size": 4}
    figure = go.Figure(
        go.Scatter(
            x=frame["period_start"],
            y=frame["sales"],
            mode="markers",
            marker=marker,
            name="Observed",
            **amounts(frame["sales"]),
        )
    )
    figure.add_scatter(
        x=frame["period_start"], y=frame["curve"], name="Season and trend", line={"color": tokens.accent},
        **amounts(frame["curve"]),
    )  # fmt: skip
    figure.update_layout(hovermode="x unified")
    figure.update_yaxes(title=unit, **amount_axis(frame["sales"], frame["curve"]))
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


def live_shares(now: ContributionSummary, before: ContributionSummary | None, *, dark: bool = False) -> go.Figure:
    """Share of sales per channel under these settings, and small and grey under the settings before."""
    colours = channel_colours([channel.channel for channel in now.channels], dark=dark)
    labels, rows = channel_labels(now.channels), row_labels(now.channels)
    earlier = {channel.channel: channel for channel in before.channels} if before else {}
    top = max(100 * channel.share.high for channel in (*now.channels, *earlier.values()))
    figure = go.Figure()
    for channel in now.channels:
        name, share = labels[channel.channel], channel.share
        if channel.channel in earlier:
            was = earlier[channel.channel].share
            hover = f"{name} before: {percent(was.mean, 1)} ({percent_span(was.low, was.high)})"
            add_before(figure, rows[channel.channel], was, scale=100, hover=hover, dark=dark)
        add_dot(
            figure,
            rows[channel.channel],
            share,
            colours[channel.channel],
            scale=100,
            text=percent(share.mean, 1),
            unclear=channel.cannot_be_told,
            to_the_left=100 * share.mean > 0.5 * top,
            hover=f"{name}: {percent(share.mean, 1)} ({percent_span(share.low, share.high)})",
            dark=dark,
        )
    figure.update_xaxes(title=f"share of sales, % (bar: {percent(now.interval_prob)} interval)", range=[0, 1.1 * top])
    figure.update_yaxes(autorange="reversed")
    marks = (
        "Dot on a broad bar: these settings. Grey diamond on a dotted bar: before your last move."
        if before
        else "A real posterior under these settings."
    )
    return framed(
        figure,
        name="live_estimate",
        title="Live estimate: share of sales",
        how_to_read=f"{marks} {unclear_rule(now.interval_prob)}",
        alt="; ".join(
            f"{labels[c.channel]} {percent(c.share.mean, 1)} ({percent_span(c.share.low, c.share.high)})"
            for c in now.channels
        )
        + ".",
        data=estimates_frame(now.channels, [channel.share for channel in now.channels]),
        dark=dark,
        height=150 + 52 * max(len(now.channels), 2),
    )


def _closest(correlation: np.ndarray, names: Sequence[str]) -> str:
    """The pair that moves together most, in a sentence."""
    upper = np.abs(np.nan_to_num(np.triu(correlation, 1)))
    if not upper.any():
        return ""
    row, column = np.unravel_index(int(upper.argmax()), upper.shape)
    found = f"{correlation[row, column]:.2f}".replace("-", "−")
    return f"Closest: {names[int(row)]} and {names[int(column)]}, {found}."
