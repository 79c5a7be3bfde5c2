"""Charts of a table, before a fit: sales, spend, activity, gaps, correlations.

Channels stand by what was spent on them, the largest first, and have the colours of their table
(:mod:`mmm_core.lineup`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import beside_axis, list_height
from mmm_core.charts.style import Places, amount_axis, amounts, channel_colours, date_axis, framed, theme
from mmm_core.labels import counted, display_name, display_names, percent, sales_label, short
from mmm_core.lineup import largest_first
from mmm_core.table.typed import by_spend

MEDIA = ("act_", "spend_")
"""Beginnings of the roles of channels."""
SMALL, LEGEND_LINE, LEAST_IN_LINE = 340, 22, 3
"""Height of sales over spend, and what each line of the legend takes: on a phone it has three names a line."""
MOST_WITH_NUMBERS = 9
"""Rows of a correlation chart whose cells have room for their number; the hover has it always."""
MOST_NAMED_TWICE = 20
"""Rows of a correlation chart up to which its columns are named too."""


def sales_and_spend(
    frame: pd.DataFrame,
    channels: Sequence[str],
    unit: str,
    *,
    spend: str | None = None,
    is_final: bool = True,
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """Sales as a line, spend per channel stacked below; entities are summed, and what is not known is a gap.

    ``unit`` and ``spend`` are what sales and spend are counted in. A table that is not ``is_final`` has questions open
    that may change it.
    """
    tokens = theme(dark=dark)
    by_date = frame.groupby("period_start", as_index=True).sum(numeric_only=True, min_count=1)
    colours, labels = channel_colours(channels, places, dark=dark), display_names(channels)
    figure = go.Figure(
        go.Scatter(
            x=by_date.index,
            y=by_date["sales"],
            name="Sales",
            line={"color": tokens.ink, "width": 2},
            **amounts(by_date["sales"]),
        )
    )
    paid = [channel for channel in by_spend(frame, channels) if f"spend_{channel}" in by_date]
    for channel in paid:
        figure.add_bar(
            x=by_date.index, y=by_date[f"spend_{channel}"], name=labels[channel], yaxis="y2",
            marker={"color": colours[channel]}, **amounts(by_date[f"spend_{channel}"]),
        )  # fmt: skip
    spend_label = f"spend, {spend}" if spend else "spend"
    spent = by_date[[f"spend_{channel}" for channel in paid]].sum(axis=1)
    # Dates stand once, below both.
    figure.update_xaxes(anchor="y2", **date_axis(by_date.index))
    figure.update_layout(
        barmode="stack",
        hovermode="x unified",
        yaxis={"domain": [0.42, 1], "title": sales_label(unit), "rangemode": "tozero"} | amount_axis(by_date["sales"]),
        yaxis2={"domain": [0, 0.35], "title": spend_label, "gridcolor": tokens.line} | amount_axis(spent),
        bargap=0.1,
    )
    how_to_read = "Line: sales. Bars below: spend, stacked by channel." if paid else "The table has no spend columns."
    return framed(
        figure,
        name="sales_and_spend",
        title="What was sold, and what was spent?",
        how_to_read=how_to_read if is_final else f"{how_to_read} As read so far; what is asked is still in it.",
        alt=f"{unit} over {counted(len(by_date), 'period')}, between {short(by_date['sales'].min())} and "
        f"{short(by_date['sales'].max())}; spend of {counted(len(paid), 'channel')}, {short(spent.sum())} in all.",
        data=by_date[["sales", *(f"spend_{channel}" for channel in paid)]].reset_index(),
        dark=dark,
        height=SMALL + LEGEND_LINE * (len(paid) // LEAST_IN_LINE),
    )


def activity(frame: pd.DataFrame, channels: Sequence[str], *, places: Places = None, dark: bool = False) -> go.Figure:
    """Activity per channel, each against its own largest value."""
    by_date = frame.groupby("period_start").sum(numeric_only=True)
    colours = channel_colours(channels, places, dark=dark)
    channels = by_spend(frame, channels)
    labels = display_names(channels)
    figure = go.Figure()
    for row, channel in enumerate(channels):
        values = by_date[f"act_{channel}"].to_numpy(float)
        top = float(np.nanmax(values)) or 1.0
        figure.add_scatter(
            x=by_date.index, y=-row + 0.85 * values / top, name=labels[channel], showlegend=False,
            line={"color": colours[channel], "width": 1.5},
            **amounts(values) | {"hovertemplate": f"{labels[channel]}: %{{customdata}}<extra></extra>"},
        )  # fmt: skip
    figure.update_xaxes(**date_axis(by_date.index))
    # Names stand at half the height of their line.
    figure.update_yaxes(
        tickvals=[-row + 0.4 for row in range(len(channels))],
        ticktext=[beside_axis(label) for label in labels.values()],
        showgrid=False,
    )
    return framed(
        figure,
        name="activity",
        title="When was each channel on air?",
        how_to_read="One line a channel, each on its own scale. Channels that move together are hard to tell apart.",
        alt=f"Activity over time of {', '.join(labels.values())}.",
        data=by_date[[f"act_{channel}" for channel in channels]].reset_index(),
        dark=dark,
        height=list_height([beside_axis(label) for label in labels.values()], each=46),
    )


def blank_shares(missingness: Mapping[str, float], sources: Mapping[str, str]) -> dict[str, float]:
    """Share of blank cells (fraction) of each column of the file that a model reads and that has any, largest first.

    ``missingness`` is that of every column of the file, ``sources`` says which column plays which role: of one that
    plays none no blank cell matters.
    """
    used = {column: missingness[column] for column in dict.fromkeys(sources.values()) if missingness.get(column)}
    return {column: used[column] for column in largest_first(used)}


def missingness(
    blank: Mapping[str, float],
    channels: Sequence[str],
    sources: Mapping[str, str],
    *,
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """Share of blank cells per column (:func:`blank_shares`); a channel's columns in its colour."""
    tokens, colours = theme(dark=dark), channel_colours(channels, places, dark=dark)
    of_channels = {column: role.partition("_")[2] for role, column in sources.items() if role.startswith(MEDIA)}
    labels = [beside_axis(column) for column in blank]
    figure = go.Figure(
        go.Bar(
            y=labels,
            x=[100 * share for share in blank.values()],
            orientation="h",
            marker={"color": [colours.get(of_channels.get(column, ""), tokens.muted) for column in blank]},
            customdata=[f"{column}: {percent(share)} blank" for column, share in blank.items()],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.update_xaxes(title="blank cells, %", range=[0, 100])
    figure.update_yaxes(autorange="reversed", type="category")
    return framed(
        figure,
        name="missingness",
        title="What is missing?",
        how_to_read="Columns without blanks are left out, and those that play no role.",
        alt=", ".join(f"{column} {percent(share)} blank" for column, share in blank.items()) + ".",
        data=pd.DataFrame({"column": list(blank), "blank_share": list(blank.values())}),
        dark=dark,
        height=list_height(labels, each=28),
    )


def correlations(
    frame: pd.DataFrame, channels: Sequence[str], controls: Sequence[str], *, dark: bool = False
) -> go.Figure:
    """Correlation of sales, activity and controls with each other."""
    tokens, channels = theme(dark=dark), by_spend(frame, channels)
    columns = (
        {"sales": "sales"} | {f"act_{name}": name for name in channels} | {f"ctrl_{name}": name for name in controls}
    )
    # Sales that are not known are none, and not zero.
    correlation = frame.groupby("period_start")[list(columns)].sum(min_count=1).corr().to_numpy()
    labels = [display_name(name) for name in columns.values()]
    # A channel and a control of one name go by their columns.
    crowded = len(columns) > MOST_NAMED_TWICE
    names = [column if labels.count(label) > 1 else label for column, label in zip(columns, labels, strict=True)]
    figure = go.Figure(
        go.Heatmap(
            z=correlation,
            x=names,
            y=names,
            zmin=-1,
            zmax=1,
            xgap=0 if crowded else 2,
            ygap=0 if crowded else 2,
            text=_figures(correlation),
            texttemplate="%{text}" if len(names) <= MOST_WITH_NUMBERS else None,
            colorscale=[[0, tokens.palette[5]], [0.5, tokens.card], [1, tokens.palette[0]]],
            colorbar={
                "title": {"text": "correlation", "font": {"size": 12, "color": tokens.muted}},
                "tickfont": {"color": tokens.muted},
                "lenmode": "pixels",
                "len": 220,
                "y": 1,
                "yanchor": "top",
            },
            textfont={"size": 10},  # without a colour: it follows the cell's
            hovertemplate="%{x} and %{y}: %{text}<extra></extra>",
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
        alt=f"Correlations of {len(names)} columns. {_closest(correlation, names)}",
        data=pd.DataFrame(correlation, columns=names).assign(column=names)[["column", *names]],
        dark=dark,
        height=180 + (18 if crowded else 34) * len(names),
    )


def _figures(correlation: np.ndarray) -> list[list[str]]:
    """Correlations as they are written in the cells: two decimals, a true minus, blank where there is none."""
    return [["" if np.isnan(value) else f"{value:.2f}".replace("-", "−") for value in row] for row in correlation]


def _closest(correlation: np.ndarray, names: Sequence[str]) -> str:
    """The pair that moves together most, in a sentence."""
    upper = np.abs(np.nan_to_num(np.triu(correlation, 1)))
    if not upper.any():
        return ""
    row, column = np.unravel_index(int(upper.argmax()), upper.shape)
    coefficient = f"{correlation[row, column]:.2f}".replace("-", "−")
    return f"Closest: {names[int(row)]} and {names[int(column)]}, {coefficient}."
