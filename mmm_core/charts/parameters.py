"""Charts of the posterior: effects, what the data changed, and the draws behind them. See :mod:`mmm_core.charts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import add_before, beside_axis, list_height
from mmm_core.charts.style import INTERVAL, Places, channel_colours, estimates_frame, framed, theme, translucent
from mmm_core.labels import display_names, listed, percent, percent_span
from mmm_core.results.parameter_words import in_order, parameter_names

if TYPE_CHECKING:
    from mmm_core.results.intervals import Estimate
    from mmm_core.results.posterior_summary import ParameterSummary
    from mmm_core.results.verdicts import ShareComparison

BEFORE = {
    "fixed": "Before, nearly every share was possible, and large ones more likely: what is assumed is how far sales "
    "move when activity does, and activity that hardly pauses could carry almost all of them.",
    "recommended": "Before, what is believed is media's share of sales and how far returns lie apart; each channel's "
    "share follows its spend.",
}
"""What is believed before the data, by model."""
ALL = "All channels"
WIDTH = 22
"""Characters after which a parameter's name goes on in another line."""


def forest(
    parameters: Sequence[ParameterSummary], channels: Sequence[str], places: Places, *, dark: bool = False
) -> go.Figure:
    """Mean and interval of the effects of channels, controls, season and trend, on the scale of the model.

    The model's own parameters (intercept, noise), the shapes of channels and events have other scales and are left
    to the table, and to a chart of their own. ``channels`` are all of the run, in the order in which they stand.
    """
    parameters = in_order(parameters, channels)
    tokens = theme(dark=dark)
    named_rows = [
        (row, name)
        for row, name in zip(parameters, parameter_names(parameters), strict=True)
        if name.kind not in ("own", "shape", "event")
    ]
    in_shares = any(row.name == "media_share" for row in parameters)
    labels = [beside_axis(name.label, width=WIDTH) for _, name in named_rows]
    colours = channel_colours(channels, places, dark=dark)
    figure = go.Figure()
    for (row, name), label in zip(named_rows, labels, strict=True):
        colour = colours[name.subject] if name.subject is not None else tokens.muted
        figure.add_scatter(
            x=[row.hdi_3, row.hdi_97], y=[label] * 2, mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": translucent(colour, 0.5), "width": 6},
        )  # fmt: skip
        figure.add_scatter(
            x=[row.mean], y=[label], mode="markers", showlegend=False, marker={"color": colour, "size": 9},
            hovertemplate=f"{name.label}: {row.mean:.3f} ({row.hdi_3:.3f} to {row.hdi_97:.3f})<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": tokens.ink, "width": 1.5})
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(
        title="channels: share of sales; others: effect of one standard deviation, in shares of mean sales"
        if in_shares
        else "log effect of one standard deviation (season: height of the wave)"
    )
    effects = [(row, name) for row, name in named_rows if name.kind == "channel"]
    return framed(
        figure,
        name="forest",
        title="What did the model learn?",
        how_to_read=f"Dot: mean. Bar: {INTERVAL}. Line: no effect. 0.05 is about {percent(0.05)} more sales when the "
        "column is one standard deviation above its mean. Coloured: channels, positive by assumption"
        + ("; 0.05 is 5\u00a0% of sales." if in_shares else "."),
        alt="Effects of channels: " + ", ".join(f"{name.label} {row.mean:.3f}" for row, name in effects) + ".",
        data=pd.DataFrame(
            {
                "parameter": [row.name for row, _ in named_rows],
                "mean": [row.mean for row, _ in named_rows],
                "low": [row.hdi_3 for row, _ in named_rows],
                "high": [row.hdi_97 for row, _ in named_rows],
            }
        ),
        dark=dark,
        height=list_height(labels, each=26),
    )


def prior_and_posterior(
    rows: Sequence[ShareComparison],
    channels: Sequence[str],
    places: Places,
    *,
    model: Literal["fixed", "recommended"] = "fixed",
    dark: bool = False,
) -> go.Figure:
    """Share at mean activity before and after seeing the data: all channels together, then each in its place."""
    tokens = theme(dark=dark)
    rows = sorted(rows, key=lambda row: channels.index(row.channel) if row.channel else -1)
    told, colours = display_names(channels), channel_colours(channels, places, dark=dark)
    names = [told[row.channel] if row.channel else ALL for row in rows]
    labels = [beside_axis(name) for name in names]
    figure = go.Figure()
    for place, (row, name, label) in enumerate(zip(rows, names, labels, strict=True)):
        before, after = row.prior, row.posterior
        colour = colours[row.channel] if row.channel else tokens.ink
        add_before(
            figure, label, before, scale=100, dark=dark, legend="Before the data" if place == 0 else None,
            hover=f"{name} before: {percent(before.mean, 1)} ({percent_span(before.low, before.high)})",
        )  # fmt: skip
        figure.add_scatter(
            x=[100 * after.low, 100 * after.high], y=[label] * 2, mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": translucent(colour, 0.5), "width": 10},
        )  # fmt: skip
        figure.add_scatter(
            x=[100 * after.mean], y=[label], mode="markers", name="With the data", showlegend=place == 0,
            marker={"color": colour, "size": 11},
            hovertemplate=f"{name}: {percent(after.mean, 1)} ({percent_span(after.low, after.high)})<extra></extra>",
        )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title="share of sales in a period of mean activity, %", rangemode="tozero")
    undecided = [name for row, name in zip(rows, names, strict=True) if _width(row.posterior) > _width(row.prior) / 2]
    return framed(
        figure,
        name="prior_and_posterior",
        title="What did the data change?",
        how_to_read="Diamond on a dotted bar: what the model held possible before it saw the data. Dot on a broad bar: "
        f"after. Both are medians with their {INTERVAL}s. {BEFORE[model]} Where the second is as wide as the first, "
        "the data said little.",
        alt=f"Share of all channels together: {percent(rows[0].prior.mean)} before the data, "
        f"{percent(rows[0].posterior.mean)} with them."
        + (f" More than half as wide as before: {listed(undecided)}." if undecided else ""),
        data=estimates_frame(rows, [row.prior for row in rows], prefix="prior_").merge(
            estimates_frame(rows, [row.posterior for row in rows], prefix="posterior_")
        ),
        dark=dark,
        height=list_height(labels, each=44),
    )


def diagnostics(
    parameters: Sequence[ParameterSummary], channels: Sequence[str], places: Places, *, chains: int, dark: bool = False
) -> go.Figure:
    """Independent draws behind each parameter, with the limit that the verdict uses; a channel's in its colour."""
    tokens, colours = theme(dark=dark), channel_colours(channels, places, dark=dark)
    parameters = in_order(parameters, channels)
    named = parameter_names(parameters)
    names = [beside_axis(name.label, width=WIDTH) for name in named]
    marked = [tokens.muted if name.subject is None else colours[name.subject] for name in named]
    enough = 100 * chains
    figure = go.Figure()
    marks = (("for the mean", "ess_bulk", "circle", 0), ("for the interval's ends", "ess_tail", "diamond-open", 2))
    for label, kind, symbol, line in marks:
        figure.add_scatter(
            x=[getattr(row, kind) for row in parameters], y=names, mode="markers", name=label,
            marker={"color": marked, "size": 9, "symbol": symbol, "line": {"width": line}}, showlegend=False,
            hovertemplate="%{y}: %{x:,.0f}",
        )  # fmt: skip
        figure.add_scatter(
            x=[None], y=names[:1], mode="markers", name=label, hoverinfo="skip",
            marker={"color": tokens.ink, "size": 9, "symbol": symbol, "line": {"width": line}},
        )  # fmt: skip
    figure.add_vline(x=enough, line={"color": tokens.ink, "width": 1.5, "dash": "dot"})
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title="independent draws (dotted: enough)", rangemode="tozero", tickformat=",")
    fewest = min((row.ess_bulk for row in parameters if row.ess_bulk is not None), default=None)
    return framed(
        figure,
        name="diagnostics",
        title="Did the sampler do its work?",
        how_to_read="Neighbouring draws resemble each other; this is how many independent ones they are worth. Every "
        "mark should lie right of the dotted line.",
        alt=f"Independent draws behind {len(names)} parameters, fewest "
        f"{'unknown' if fewest is None else format(fewest, ',.0f')}; {enough} are enough.",
        data=pd.DataFrame(
            {
                "parameter": [row.name for row in parameters],
                "ess_bulk": [row.ess_bulk for row in parameters],
                "ess_tail": [row.ess_tail for row in parameters],
            }
        ),
        dark=dark,
        height=list_height(names, each=26),
    )


def _width(estimate: Estimate) -> float:
    return estimate.high - estimate.low
