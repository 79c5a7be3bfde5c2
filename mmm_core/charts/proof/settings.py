"""Does another reasonable setting change it? Every channel under every setting, and media under each: a curve."""

from __future__ import annotations

from textwrap import shorten

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.proof.priors import ALL
from mmm_core.charts.style import Places, channel_colours, framed, theme, translucent
from mmm_core.labels import counted, display_names, percent
from mmm_core.proof.part import PartReport

ROW_HEIGHT, CHANNEL_HEIGHT = 20, 30
GAP = 70
LONGEST_NAME = 34
OWN = ""
"""Group of the run's own setting."""


def specification_curve(part: PartReport, *, places: Places = None, dark: bool = False) -> go.Figure:
    """Shares of sales: above each channel's under all settings, below that of all media under each."""
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    tokens = theme(dark=dark)
    frame = pd.DataFrame(part.told.tables["answers"])
    named = display_names([name for name in frame["channel"].unique() if isinstance(name, str)])
    frame["name"] = [named.get(each, ALL) for each in frame["channel"]]
    figure = go.Figure()
    colours = channel_colours(list(named), places, dark=dark)
    for channel, label in named.items():
        _add_channel(figure, frame[frame["channel"] == channel], label, colours[channel], dark=dark)
    media = frame[frame["channel"].isna()].sort_values("median")
    _add_curve(figure, media, tokens.accent, dark=dark)
    heights = [CHANNEL_HEIGHT * len(named), ROW_HEIGHT * len(media)]
    whole = sum(heights) + GAP
    axis = {"tickfont": {"color": tokens.ink}, "showgrid": False, "autorange": "reversed", "zeroline": False}
    low, high = (100 * frame[end] for end in ("low", "high"))
    figure.update_layout(
        xaxis={
            "title": {"text": "share of sales, %"},
            "anchor": "y",
            "range": [0, 1.04 * high[frame["channel"].notna()].max()],
        },
        yaxis={**axis, "domain": [1 - heights[0] / whole, 1]},
        xaxis2={
            "title": {"text": "all media, % of sales"},
            "anchor": "y2",
            "range": [max(0.0, low[media.index].min() - 1), high[media.index].max() + 1],
        },
        yaxis2={**axis, "domain": [0, heights[1] / whole], "tickfont": {"color": tokens.ink, "size": 11}},
        showlegend=False,
    )
    settings = len(media) - 1
    said = "; ".join(
        f"{label} {percent(its['median'].min(), 1)} to {percent(its['median'].max(), 1)}"
        for label, its in frame.groupby("name", sort=False)
    )
    return framed(
        figure,
        name="proof_settings",
        title=part.question,
        how_to_read=part.how_to_read,
        alt=f"{part.told.sentence} Shares of sales under {counted(settings, 'other setting')}: {said}.",
        data=frame.drop(columns="name").fillna({"channel": "all"}),
        dark=dark,
        height=120 + whole,
    ).update_layout(margin={"t": 56})


def _add_channel(figure: go.Figure, rows: pd.DataFrame, label: str, colour: str, *, dark: bool) -> None:
    """A channel's own interval as a bar, its share under every other setting as a thin mark on it."""
    tokens = theme(dark=dark)
    own, others = rows[rows["group"] == OWN].iloc[0], rows[(rows["group"] != OWN) & rows["refuted"].isna()]
    figure.add_scatter(
        x=[100 * own["low"], 100 * own["high"]], y=[label] * 2, mode="lines", hoverinfo="skip",
        line={"color": translucent(colour, 0.3), "width": 12},
    )  # fmt: skip
    figure.add_scatter(
        x=100 * others["median"], y=[label] * len(others), mode="markers", customdata=others["setting"],
        marker={"symbol": "line-ns-open", "size": 12, "color": tokens.ink, "line": {"width": 1.5}},
        hovertemplate=f"{label}: %{{x:.1f}} %, %{{customdata}}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[100 * own["median"]], y=[label], mode="markers", marker={"size": 11, "color": colour},
        hovertemplate=f"{label}: %{{x:.1f}} %, as it is<extra></extra>",
    )  # fmt: skip


def _add_curve(figure: go.Figure, media: pd.DataFrame, colour: str, *, dark: bool) -> None:
    """Media's share under each setting with its interval, the run's own in colour."""
    tokens = theme(dark=dark)
    own = media["group"] == OWN
    names = [shorten(name, LONGEST_NAME, placeholder="…") for name in media["setting"]]
    names = [f"<b>{name}</b>" if mine else name for name, mine in zip(names, own, strict=True)]
    marks = [colour if mine else tokens.muted for mine in own]
    # Filled with the ground where the table speaks against it.
    filled = [mark if pd.isna(refuted) else tokens.card for mark, refuted in zip(marks, media["refuted"], strict=True)]
    for place, ((_, row), mark) in enumerate(zip(media.iterrows(), marks, strict=True)):
        figure.add_scatter(
            x=[100 * row["low"], 100 * row["high"]], y=[place] * 2, mode="lines", hoverinfo="skip",
            xaxis="x2", yaxis="y2", line={"color": translucent(mark, 0.4), "width": 4},
        )  # fmt: skip
    figure.add_scatter(
        x=100 * media["median"], y=list(range(len(media))), mode="markers", xaxis="x2", yaxis="y2",
        marker={"size": 9, "color": filled, "line": {"width": 2, "color": marks}},
        customdata=[
            [name, percent(low, 1), percent(high, 1)]
            for name, low, high in zip(media["setting"], media["low"], media["high"], strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{x:.1f} % (%{customdata[1]} to %{customdata[2]})<extra></extra>",
    )  # fmt: skip
    # By their places, since names that are cut may look alike.
    figure.update_layout(yaxis2={"tickvals": list(range(len(media))), "ticktext": names})
    mine = 100 * float(media.loc[own, "median"].iloc[0])
    figure.add_shape(
        type="line", x0=mine, x1=mine, y0=0, y1=1, xref="x2", yref="y2 domain",
        line={"color": colour, "width": 1, "dash": "dot"},
    )  # fmt: skip
