"""Does a refresh rewrite history? Each channel's return as the table grew, in a small chart of its own."""

from __future__ import annotations

from textwrap import shorten

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.style import Places, channel_colours, framed, theme, translucent
from mmm_core.labels import counted, day, display_names, percent, ratio
from mmm_core.proof.part import PartReport

COLUMNS = 2
"""Small charts beside each other: as many as can be read on a phone."""
ROW_HEIGHT = 130
GAP = 0.1
"""Room between two small charts, as a part of the whole."""
MARGIN = 0.2
"""Room beside a line, as a part of its length."""
LONGEST_NAME = 22
"""Characters of a name over a small chart."""


def returns(
    part: PartReport,
    *,
    sales: str = "",  # noqa: ARG001
    per: str = "return",
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """Estimate and interval of each channel by the periods up to each date; a ring: outside the interval before it."""
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    frame = pd.DataFrame(part.told.tables["returns"])
    frame["until"] = pd.to_datetime(frame["until"])
    channels = list(frame["channel"].unique())
    frame["left_interval"] = False
    figure, rows = go.Figure(), -(-len(channels) // COLUMNS)
    colours, labels = channel_colours(channels, places, dark=dark), display_names(channels)
    for place, channel in enumerate(channels):
        own = frame["channel"] == channel
        stages = frame[own].sort_values("until")
        before = stages.shift()
        left = before["low"].notna() & ~stages["median"].between(before["low"], before["high"])
        frame.loc[stages.index, "left_interval"] = left
        _add_small(
            figure, place, stages, left, label=labels[channel], colour=colours[channel], rows=rows, dark=dark
        )  # fmt: skip
    moved = [labels[each] for each in frame.loc[frame["left_interval"], "channel"].unique()]
    of_shares = set(frame["measure"]) - {"return"}
    return framed(
        figure,
        name="proof_refreshes",
        title=part.question,
        how_to_read=f"{part.how_to_read} A ring marks an estimate outside the interval before it. "
        f"In {per}{'; in % of sales for channels without spend' if of_shares else ''}.",
        alt=f"{part.told.sentence} Estimates of {counted(len(channels), 'channel')} at "
        f"{counted(frame['until'].nunique(), 'date')}; outside the interval before: {', '.join(moved) or 'none'}.",
        data=frame,
        dark=dark,
        height=110 + ROW_HEIGHT * rows,
    )


def _add_small(
    figure: go.Figure, place: int, stages: pd.DataFrame, left: pd.Series, *, label: str, colour: str, rows: int,
    dark: bool,
) -> None:  # fmt: skip
    """One channel: its interval as a band, its estimates as a line."""
    tokens, suffix = theme(dark=dark), "" if place == 0 else str(place + 1)
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    row, column = divmod(place, COLUMNS)
    top = 1 - row / rows
    width = 1 / COLUMNS
    is_share = stages["measure"].iloc[0] == "share"
    scale, shown = (100, _as_share) if is_share else (1, ratio)
    said = [
        [day(until), *map(shown, row)]
        for until, row in zip(stages["until"], stages[["median", "low", "high"]].to_numpy(float), strict=True)
    ]
    figure.add_scatter(
        x=[*stages["until"], *stages["until"][::-1]], y=[scale * y for y in [*stages["high"], *stages["low"][::-1]]],
        mode="none", fill="toself", fillcolor=translucent(colour, 0.2), hoverinfo="skip", showlegend=False, **axes,
    )  # fmt: skip
    figure.add_scatter(
        x=stages["until"], y=scale * stages["median"], mode="lines+markers", line={"color": colour, "width": 2},
        marker={"size": 7}, customdata=said, showlegend=False, **axes,
        hovertemplate=f"{label}, up to %{{customdata[0]}}: %{{customdata[1]}} "
        "(%{customdata[2]} to %{customdata[3]})<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=stages["until"][left], y=scale * stages["median"][left], mode="markers", hoverinfo="skip",
        marker={"color": tokens.ink, "size": 14, "symbol": "circle-open", "line": {"width": 2}}, showlegend=False,
        **axes,
    )  # fmt: skip
    gap = 0.32 / rows
    first, last = stages["until"].iloc[0], stages["until"].iloc[-1]
    figure.update_layout(
        {
            f"xaxis{suffix}": {
                "domain": [column * (width + GAP / 2), column * (width + GAP / 2) + width - GAP / 2],
                "anchor": axes["yaxis"],
                "showticklabels": row == rows - 1 or place + COLUMNS > 2 * rows - 1,
                # Two labels with room on either side can be read on a phone, too.
                "tickvals": [first, last],
                "tickformat": "%b %y",
                "tickangle": 0,
                "range": [first - MARGIN * (last - first), last + MARGIN * (last - first)],
                "showgrid": False,
            },
            f"yaxis{suffix}": {
                "domain": [top - 1 / rows + gap / 3, top - 2 * gap / 3],
                "anchor": axes["xaxis"],
                "nticks": 4,
                "rangemode": "tozero",
                "ticksuffix": "\u00a0%" if is_share else "",
            },
        }
    )
    figure.add_annotation(
        text=shorten(label, LONGEST_NAME, placeholder="…"), x=column * (width + GAP / 2), y=top - 2 * gap / 3,
        xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False,
        font={"color": tokens.ink, "size": 13},
    )  # fmt: skip


def _as_share(fraction: float) -> str:
    return percent(fraction, 1)
