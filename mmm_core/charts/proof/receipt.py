"""The chart of what was tried before: every answer that was seen, and where the run stands among them."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.proof.priors import ALL
from mmm_core.charts.style import Places, channel_colours, framed, theme, translucent
from mmm_core.labels import counted, display_names, percent
from mmm_core.proof.part import PartReport
from mmm_core.proof.parts.receipt import ALL_MEDIA, OWN

ROW_HEIGHT = 40


def answers(part: PartReport, *, places: Places = None, dark: bool = False) -> go.Figure:
    """A row for all media and for each channel: shares of sales under each setting that was tried, and in this run."""
    assert part.told is not None  # noqa: S101 - who draws a part has looked
    tokens = theme(dark=dark)
    seen = pd.DataFrame(part.told.tables["answers"])
    channels = list(seen.loc[seen["settings"] == OWN, "channel"])
    named = [channel for channel in channels if channel != ALL_MEDIA]
    labels = {ALL_MEDIA: ALL, **display_names(named)}
    colours = {ALL_MEDIA: tokens.ink, **channel_colours(named, places, dark=dark)}
    shown = seen[seen["channel"].isin(channels)]  # a channel that this run does not have stands beside nothing
    rows = {channel: row for row, channel in enumerate(channels)}
    own, others = (shown[shown["settings"].eq(OWN) == mine] for mine in (True, False))
    figure = go.Figure()
    for answer in own.to_dict("records"):
        figure.add_scatter(
            x=[100 * answer["low"], 100 * answer["high"]], y=[rows[answer["channel"]]] * 2, mode="lines",
            line={"color": translucent(colours[answer["channel"]], 0.35), "width": 12}, showlegend=False,
            hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=100 * others["median"], y=[rows[channel] for channel in others["channel"]], mode="markers",
        name="tried before", marker={"symbol": "line-ns-open", "size": 16, "color": tokens.muted, "line": {"width": 2}},
        customdata=[
            [labels[channel], day, settings]
            for channel, day, settings in zip(others["channel"], others["when"], others["settings"], strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{x:.1f} %<br>%{customdata[1]}: %{customdata[2]}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=100 * own["median"], y=[rows[channel] for channel in own["channel"]], mode="markers", name=OWN,
        marker={"size": 13, "color": [colours[channel] for channel in own["channel"]]},
        customdata=[labels[channel] for channel in own["channel"]],
        hovertemplate="%{customdata}: %{x:.1f} %<br>this run<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title="share of sales, %", rangemode="tozero")
    figure.update_yaxes(
        tickvals=list(rows.values()), ticktext=[labels[channel] for channel in rows], showgrid=False, zeroline=False,
        range=[len(rows) - 0.5, -0.5],
    )  # fmt: skip
    return framed(
        figure,
        name="proof_receipt",
        title=part.question,
        how_to_read=part.how_to_read,
        alt=f"Shares of sales in {counted(seen['settings'].nunique() - 1, 'answer')} seen before, and in this run. "
        f"{_said(own, others, labels)}",
        data=seen.assign(channel=seen["channel"].replace(ALL_MEDIA, "all")),
        dark=dark,
        height=150 + ROW_HEIGHT * len(rows),
    )


def _said(own: pd.DataFrame, others: pd.DataFrame, labels: dict[str, str]) -> str:
    told = []
    for channel, here in zip(own["channel"], own["median"], strict=True):
        there = others.loc[others["channel"] == channel, "median"]
        span = f", before {percent(there.min(), 1)} to {percent(there.max(), 1)}" if len(there) else ""
        told.append(f"{labels[channel]} {percent(here, 1)} here{span}")
    return f"{'; '.join(told)}."
