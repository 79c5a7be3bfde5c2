"""Charts of the posterior: effects, what the data changed, and the draws behind them. See :mod:`mmm_core.charts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd
import plotly.graph_objects as go

from mmm_core.charts.marks import add_before, list_height
from mmm_core.charts.style import INTERVAL, channel_colours, estimates_frame, framed, theme, translucent
from mmm_core.labels import display_names, listed, percent, percent_span
from mmm_core.results.parameter_words import parameter_names

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


def forest(parameters: Sequence[ParameterSummary], *, dark: bool = False) -> go.Figure:
    """Mean and interval of the effects of channels, controls, season and trend, on the scale of the model.

    The model's own parameters (intercept, noise), the shapes of channels and events have other scales and are left
    to the table, and to a chart of their own.
    """
    tokens = theme(dark=dark)
    named_rows = [
        (row, name)
        for row, name in zip(parameters, parameter_names(parameters), strict=True)
        if name.kind not in ("own", "shape", "event")
    ]
    in_shares = any(row.name == "media_share" for row in parameters)
    channels = [name.subject for _, name in named_rows if name.subject is not None]
    colours = channel_colours(channels, dark=dark)
    figure = go.Figure()
    for row, name in named_rows:
        colour = colours[name.subject] if name.subject is not None else tokens.muted
        figure.add_scatter(
            x=[row.hdi_3, row.hdi_97], y=[name.label] * 2, mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": translucent(colour, 0.5), "width": 6},
        )  # fmt: skip
        figure.add_scatter(
            x=[row.mean], y=[name.label], mode="markers", showlegend=False, marker={"color": colour, "size": 9},
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
        height=list_height(len(named_rows), each=26),
    )


def prior_and_posterior(
    rows: Sequence[ShareComparison], *, model: Literal["fixed", "recommended"] = "fixed", dark: bool = False
) -> go.Figure:
    """Share at mean activity before and after seeing the data."""
    tokens = theme(dark=dark)
    labels = display_names([row.channel for row in rows if row.channel])
    names = [labels[row.channel] if row.channel else "All channels" for row in rows]
    figure = go.Figure()
    for place, (row, name) in enumerate(zip(rows, names, strict=True)):
        before, after = row.prior, row.posterior
        add_before(
            figure, name, before, scale=100, dark=dark, legend="Before the data" if place == 0 else None,
            hover=f"{name} before: {percent(before.mean, 1)} ({percent_span(before.low, before.high)})",
        )  # fmt: skip
        figure.add_scatter(
            x=[100 * after.low, 100 * after.high], y=[name] * 2, mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": translucent(tokens.accent, 0.5), "width": 10},
        )  # fmt: skip
        figure.add_scatter(
            x=[100 * after.mean], y=[name], mode="markers", name="With the data", showlegend=place == 0,
            marker={"color": tokens.accent, "size": 11},
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
        height=list_height(len(names), each=44),
    )


def diagnostics(parameters: Sequence[ParameterSummary], *, chains: int, dark: bool = False) -> go.Figure:
    """Independent draws behind each parameter, with the limit that the verdict uses."""
    tokens = theme(dark=dark)
    names = [name.label for name in parameter_names(parameters)]
    enough = 100 * chains
    figure = go.Figure()
    marks = (("for the mean", "ess_bulk", "circle", 0), ("for the interval's ends", "ess_tail", "diamond-open", 2))
    for label, kind, symbol, line in marks:
        figure.add_scatter(
            x=[getattr(row, kind) for row in parameters], y=names, mode="markers", name=label,
            marker={"color": tokens.accent, "size": 9, "symbol": symbol, "line": {"width": line}},
            hovertemplate="%{y}: %{x:,.0f}",
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
        height=list_height(len(names), each=26),
    )


def _width(estimate: Estimate) -> float:
    return estimate.high - estimate.low
