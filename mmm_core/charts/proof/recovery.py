"""Could this table have told us? What fits of worlds like it found, against what was true in them."""

from __future__ import annotations

import math
from textwrap import shorten

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.style import Places, channel_colours, framed, theme
from mmm_core.labels import display_names, percent, percent_span, ratio
from mmm_core.proof.part import PartReport

COLUMNS = 2
"""Small charts beside each other: as many as can be read on a phone."""
ROW_HEIGHT = 210
LONGEST_NAME = 18
"""Characters of a name over a small chart."""
GAP = 0.2
"""Room over a small chart, as a part of its row."""


def found_and_true(
    part: PartReport,
    *,
    sales: str = "",  # noqa: ARG001
    per: str = "return",
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """A small chart a channel: each world's truth across, what its fit says up, with the interval; a ring missed it."""
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    worlds, channels = (pd.DataFrame(part.told.tables[name]) for name in ("worlds", "channels"))
    figure, rows = go.Figure(), math.ceil(len(channels) / COLUMNS)
    members = [str(channel) for channel in channels["channel"]]
    colours, names = channel_colours(members, places, dark=dark), display_names(members)
    for place, (channel, held) in enumerate(zip(members, channels["coverage"].to_numpy(float), strict=True)):
        _add_small(
            figure, place, worlds[worlds["channel"] == channel], name=names[channel],
            label=f"{shorten(names[channel], LONGEST_NAME, placeholder='…')}: {percent(held)}",
            colour=colours[channel], rows=rows, dark=dark,
        )  # fmt: skip
    of_shares = set(channels["measure"]) - {"return"}
    units = "In % of sales" if len(of_shares) == channels["measure"].nunique() else f"In {per}"
    also = "; in % of sales for channels without spend" if of_shares and units != "In % of sales" else ""
    return framed(
        figure,
        name="proof_recovery",
        title=part.question,
        how_to_read=f"{part.how_to_read} A ring missed it. Beside each name: how many of its intervals held. "
        f"{units}{also}.",
        alt=part.told.sentence,
        data=worlds,
        dark=dark,
        height=110 + ROW_HEIGHT * rows,
    )


def _add_small(
    figure: go.Figure, place: int, some: pd.DataFrame, *, name: str, label: str, colour: str, rows: int, dark: bool
) -> None:  # fmt: skip
    """One channel: the diagonal, and a dot with its interval a world."""
    tokens, suffix = theme(dark=dark), "" if place == 0 else str(place + 1)
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    is_share = some["measure"].iloc[0] == "share"
    scale = 100.0 if is_share else 1.0
    numbers = scale * some[["truth", "median", "low", "high"]]
    ends = float(numbers.to_numpy().min()), float(numbers.to_numpy().max())
    least, most = min(0.0, ends[0]), 1.05 * ends[1] if ends[1] > 0 else 1.0
    figure.add_scatter(
        x=[least, most], y=[least, most], mode="lines", hoverinfo="skip", showlegend=False,
        line={"color": tokens.muted, "width": 1, "dash": "dot"}, **axes,
    )  # fmt: skip
    figure.add_scatter(
        x=numbers["truth"], y=numbers["median"], mode="markers", showlegend=False,
        marker={
            "color": colour, "size": 7, "line": {"width": 1.5, "color": colour},
            "symbol": ["circle" if inside else "circle-open" for inside in some["inside"]],
        },
        error_y={
            "type": "data", "symmetric": False, "thickness": 1, "width": 0, "color": colour,
            "array": numbers["high"] - numbers["median"], "arrayminus": numbers["median"] - numbers["low"],
        },
        customdata=[
            [percent(truth, 1), percent(median, 1), percent_span(low, high)]
            if is_share
            else [ratio(truth), ratio(median), f"{ratio(low)} to {ratio(high)}"]
            for truth, median, low, high in some[["truth", "median", "low", "high"]].to_numpy(float)
        ],
        hovertemplate=f"{name}: true %{{customdata[0]}}, found %{{customdata[1]}} (%{{customdata[2]}})<extra></extra>",
        **axes,
    )  # fmt: skip
    row, column = divmod(place, COLUMNS)
    top, width = 1 - row / rows, 1 / COLUMNS
    room = GAP / rows
    figure.update_layout(
        {
            f"xaxis{suffix}": {
                "domain": [column * width + 0.03, (column + 1) * width - 0.03],
                "anchor": axes["yaxis"],
                "range": [least, most],
                "nticks": 4,
                "title": "true" if place + COLUMNS >= COLUMNS * rows else "",
                "ticksuffix": "\u00a0%" if is_share else "",
            },
            f"yaxis{suffix}": {
                "domain": [top - 1 / rows + room, top - 2 * room / 3],
                "anchor": axes["xaxis"],
                "range": [least, most],
                "nticks": 4,
                "title": "found" if column == 0 else "",
                "ticksuffix": "\u00a0%" if is_share else "",
            },
            "hovermode": "closest",
        }
    )
    figure.add_annotation(
        text=label, x=column * width + 0.03, y=top - 2 * room / 3, xref="paper", yref="paper", xanchor="left",
        yanchor="bottom", showarrow=False, font={"color": tokens.ink, "size": 13},
    )  # fmt: skip
