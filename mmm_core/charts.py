"""Every chart of a run, as Plotly figures that need no Streamlit.

Each function takes the tables of the contract and gives a figure with a question for a title, labelled axes with
units, and in ``layout.meta`` a file name, a line on how to read it and a text alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from mmm_core import transforms
from mmm_core.chart_style import (
    MOST_STACKED,
    OTHER,
    channel_colours,
    estimates_frame,
    framed,
    theme,
    translucent,
)
from mmm_core.intervals import Estimate
from mmm_core.labels import display_names, short, signed

if TYPE_CHECKING:
    from mmm_core.contributions import ChannelSummary, ContributionSummary
    from mmm_core.diagnostics import ParameterSummary
    from mmm_core.verdicts import ShareComparison

type Period = Literal["period", "month", "quarter"]
"""Sums that a chart over time shows: a period is a week or a month, as the table has them."""

BASELINE_NAMES = {
    "reference": "Reference level",
    "trend": "Trend",
    "seasonality": "Season",
    "controls": "Controls",
}


def fit(fitted: pd.DataFrame, unit: str, *, dark: bool = False) -> go.Figure:
    """Observed target, fitted median, and both bands."""
    tokens = theme(dark=dark)
    dates = fitted["period_start"].to_numpy()
    figure = go.Figure()
    _band(figure, dates, fitted, ("y_pred_low", "y_pred_high"), "94 % of periods", tokens.accent, 0.14)
    _band(figure, dates, fitted, ("y_hat_low", "y_hat_high"), "94 % of the median", tokens.accent, 0.38)
    figure.add_scatter(x=dates, y=fitted["y_hat_mean"], name="Fitted median", line={"color": tokens.accent, "width": 2})
    figure.add_scatter(x=dates, y=fitted["y"], name="Observed", mode="markers", marker={"color": tokens.ink, "size": 5})
    figure.update_yaxes(title=unit, tickformat="~s")
    inside = fitted["y"].between(fitted["y_pred_low"], fitted["y_pred_high"]).mean()
    return framed(
        figure,
        name="fit",
        title="Does the model follow sales?",
        how_to_read="Dots are what was sold. The dark band is our uncertainty of the median, the light band holds 94 % "
        "of single periods if the model is right.",
        alt=f"Observed and fitted over {len(fitted)} periods; {inside:.0%} of them lie inside the predictive band.",
        data=fitted,
        dark=dark,
    )


def residuals(fitted: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Observed over fitted, in percent."""
    tokens = theme(dark=dark)
    off = 100 * (fitted["y"].to_numpy() / fitted["y_hat_mean"].to_numpy() - 1)
    figure = go.Figure(
        go.Bar(x=fitted["period_start"], y=off, marker={"color": tokens.accent}, name="Observed over fitted")
    )
    figure.update_yaxes(title="observed over fitted, %")
    return framed(
        figure,
        name="residuals",
        title="What is left unexplained?",
        how_to_read="Bars should look like noise: runs on one side mean that something slow is missing.",
        alt=f"Residuals between {off.min():.0f} % and {off.max():.0f} %.",
        data=pd.DataFrame({"period_start": fitted["period_start"], "observed_over_fitted_percent": off}),
        dark=dark,
        height=260,
    )


def contributions_over_time(
    decomposition: pd.DataFrame,
    unit: str,
    *,
    observed: pd.DataFrame | None = None,
    grain: str = "WEEK",
    freq: Period = "period",
    dark: bool = False,
) -> go.Figure:
    """Baseline and additive contributions, stacked: they add up to the fitted line.

    ``observed`` (columns ``period_start, y``) adds what was sold as a thin line.
    """
    tokens = theme(dark=dark)
    parts = stacked_parts(decomposition, freq=freq)
    channels = _channels(decomposition)
    colours = channel_colours(channels, dark=dark) | {"baseline": tokens.baseline}
    names = display_names(channels) | {"baseline": "Baseline", OTHER: "Other channels"}
    figure = go.Figure()
    for part in parts.columns:
        figure.add_scatter(
            x=parts.index,
            y=parts[part],
            name=names[part],
            stackgroup="parts",
            mode="lines",
            line={"width": 0.5, "color": colours[part]},
            fillcolor=colours[part],
            hovertemplate="%{y:,.3s}",
        )
    if observed is not None:
        sold = _summed(observed.set_index("period_start")["y"], freq)
        figure.add_scatter(
            x=sold.index, y=sold, name="Sold", mode="lines", line={"width": 1, "color": tokens.ink, "dash": "dot"},
            hovertemplate="%{y:,.3s}",
        )  # fmt: skip
    figure.update_layout(hovermode="x unified")
    figure.update_yaxes(
        title=f"{unit} a {grain.lower() if freq == 'period' else freq}", tickformat="~s", rangemode="tozero"
    )
    media = 1 - parts["baseline"].sum() / parts.to_numpy().sum()
    return framed(
        figure,
        name="contributions_over_time",
        title="Where did sales come from?",
        how_to_read="Coloured bands are sales that the model credits to a channel; with the grey baseline they add up "
        "to the fitted line, exactly." + ("" if observed is None else " Dotted: what was sold."),
        alt=f"Stacked contributions over {len(parts)} periods; media brought {media:.1%}.",
        data=parts.reset_index() if observed is None else parts.assign(sold=sold).reset_index(),
        dark=dark,
        height=420,
    )


def waterfall(summary: ContributionSummary, unit: str, *, dark: bool = False) -> go.Figure:
    """From the reference level over trend, season, controls and channels to the fitted total."""
    tokens = theme(dark=dark)
    channels = [channel.channel for channel in summary.channels]
    colours, labels = channel_colours(channels, dark=dark), display_names(channels)
    ordered = sorted(summary.channels, key=lambda channel: -channel.additive.mean)
    names = [BASELINE_NAMES[name] for name in summary.baseline] + [labels[channel.channel] for channel in ordered]
    values = [part.mean for part in summary.baseline.values()] + [channel.additive.mean for channel in ordered]
    starts = np.concatenate([[0.0], np.cumsum(values)[:-1]])
    total = sum(values)
    bars = [*(tokens.baseline for _ in summary.baseline), *(colours[channel.channel] for channel in ordered)]
    # Lying bars: names of any length are read without turning the head.
    figure = go.Figure(
        go.Bar(
            y=[*names, "Fitted"],
            x=[*values, total],
            base=[*starts, 0.0],
            orientation="h",
            marker={"color": [*bars, tokens.ink]},
            text=[short(values[0]), *(signed(value) for value in values[1:]), short(total)],
            textposition="outside",
            cliponaxis=False,
            textfont={"color": tokens.ink, "size": 12},
            constraintext="none",
            showlegend=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(
        title=f"{unit} in total", tickformat="~s", range=[min(0.0, *starts), 1.12 * max(total, *np.cumsum(values))]
    )
    return framed(
        figure,
        name="waterfall",
        title="From baseline to total",
        how_to_read="From top to bottom: sales without media first, then what each channel added.",
        alt=f"Waterfall from {short(values[0])} to {short(total)} in {len(values)} steps.",
        data=pd.DataFrame({"step": [*names, "Fitted"], "value": [*values, total]}),
        dark=dark,
        height=_list_height(len(names) + 1, each=32),
    )


def shares(summary: ContributionSummary, *, dark: bool = False) -> go.Figure:
    """Share of sales per channel, dot and interval."""
    figure = _dots(summary.channels, [channel.share for channel in summary.channels], scale=100, suffix=" %", dark=dark)
    figure.update_xaxes(title="share of fitted sales, %")
    labels = _labels(summary.channels)
    unclear = [labels[channel.channel] for channel in summary.channels if channel.cannot_be_told]
    return framed(
        figure,
        name="shares",
        title="How much, and how sure are we?",
        how_to_read=f"Dot: posterior mean. Bar: {100 * summary.interval_prob:.0f} % interval. Hollow: cannot be told "
        "from no effect.",
        alt="; ".join(f"{labels[c.channel]} {c.share.mean:.1%}" for c in summary.channels)
        + (f". Cannot be told from no effect: {', '.join(unclear)}." if unclear else "."),
        data=estimates_frame(summary.channels, [channel.share for channel in summary.channels]),
        dark=dark,
        height=_list_height(len(summary.channels)),
    )


def totals(summary: ContributionSummary, unit: str, *, dark: bool = False) -> go.Figure:
    """Additive total per channel, dot and interval."""
    figure = _dots(summary.channels, [channel.additive for channel in summary.channels], dark=dark)
    figure.update_xaxes(title=f"{unit} in total", tickformat="~s")
    return framed(
        figure,
        name="totals",
        title="What did each channel bring?",
        how_to_read=f"Dot: posterior mean. Bar: {100 * summary.interval_prob:.0f} % interval of the total.",
        alt="; ".join(f"{name} {short(c.additive.mean)}" for c, name in _named(summary.channels)) + ".",
        data=estimates_frame(summary.channels, [channel.additive for channel in summary.channels]),
        dark=dark,
        height=_list_height(len(summary.channels)),
    )


def removal_and_additive(summary: ContributionSummary, unit: str, *, dark: bool = False) -> go.Figure:
    """Both kinds of contribution side by side; their difference is the overlap."""
    tokens = theme(dark=dark)
    names = list(_labels(summary.channels).values())
    figure = go.Figure()
    for label, kind, colour in (("Additive", "additive", tokens.accent), ("Removal", "removal", tokens.muted)):
        found: list[Estimate] = [getattr(channel, kind) for channel in summary.channels]
        figure.add_bar(
            y=names, x=[each.mean for each in found], name=label, orientation="h", marker={"color": colour},
            error_x=_error_bars(found, tokens.ink),
        )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title=f"{unit} in total", tickformat="~s", rangemode="tozero")
    return framed(
        figure,
        name="removal_and_additive",
        title="How much do channels overlap?",
        how_to_read="Removal: what would be missing without this channel alone. Additive: its part of what all bring "
        "together. The difference is claimed by several channels at once.",
        alt="Removal and additive totals per channel.",
        data=estimates_frame(
            summary.channels, [channel.additive for channel in summary.channels], prefix="additive_"
        ).merge(
            estimates_frame(summary.channels, [channel.removal for channel in summary.channels], prefix="removal_")
        ),
        dark=dark,
        height=_list_height(len(names), each=52),
    )


def roi(summary: ContributionSummary, *, per: str = "sales per unit of spend", dark: bool = False) -> go.Figure:
    """Return on spend per channel; channels without spend are named under the axis."""
    with_spend = [channel for channel in summary.channels if channel.roi is not None]
    labels = _labels(summary.channels)
    without = [labels[channel.channel] for channel in summary.channels if channel.roi is None]
    figure = _dots(with_spend, [channel.roi for channel in with_spend if channel.roi is not None], dark=dark)
    note = f" (no spend column: {', '.join(without)})" if without else ""
    figure.update_xaxes(title=f"{per}{note}")
    return framed(
        figure,
        name="roi",
        title="What came back for the money?",
        how_to_read="Includes carry-over from earlier spend, excludes effects after the window. Causal only if "
        "spend is not set by expected sales.",
        alt="; ".join(f"{labels[c.channel]} {c.roi.mean:.2f}" for c in with_spend if c.roi is not None) + ".",
        data=estimates_frame(with_spend, [channel.roi for channel in with_spend if channel.roi is not None]),
        dark=dark,
        height=_list_height(len(with_spend)),
    )


def adstock(decays: dict[str, float], max_lag: int, *, grain: str = "WEEK", dark: bool = False) -> go.Figure:
    """What is left of one unit of activity, period by period."""
    colours, labels = channel_colours(list(decays), dark=dark), display_names(list(decays))
    lags = np.arange(max_lag + 1)
    figure = go.Figure()
    for channel, decay in decays.items():
        weights = transforms.adstock_weights(np.asarray(decay), max_lag)
        half = transforms.half_life(decay)
        figure.add_scatter(
            x=lags, y=weights, name=f"{labels[channel]} (half-life {half:.1f})", mode="lines+markers",
            line={"color": colours[channel]},
        )  # fmt: skip
    figure.update_xaxes(title=f"{grain.lower()}s after the activity")
    figure.update_yaxes(title="share of the effect still felt", tickformat=".0%", rangemode="tozero")
    return framed(
        figure,
        name="adstock",
        title="How long is advertising felt?",
        how_to_read="Given by the decay settings, not estimated: intervals elsewhere do not include this uncertainty.",
        alt="Carry-over curves per channel.",
        data=pd.DataFrame(
            {channel: transforms.adstock_weights(np.asarray(decay), max_lag) for channel, decay in decays.items()}
        ).assign(lag=lags),
        dark=dark,
    )


def saturation(curves: dict[str, pd.DataFrame], *, dark: bool = False) -> go.Figure:
    """Effect against activity per channel; frames with columns ``activity`` (× mean) and ``effect`` (0 to 1)."""
    colours, labels = channel_colours(list(curves), dark=dark), display_names(list(curves))
    figure = go.Figure()
    for channel, curve in curves.items():
        figure.add_scatter(
            x=curve["activity"], y=curve["effect"], name=labels[channel], line={"color": colours[channel]}
        )
    figure.update_xaxes(title="activity, times its mean")
    figure.update_yaxes(title="share of the largest effect", tickformat=".0%", rangemode="tozero")
    return framed(
        figure,
        name="saturation",
        title="When does more stop helping?",
        how_to_read="Given by the saturation settings, not estimated.",
        alt="Saturation curves per channel.",
        data=pd.concat([curve.assign(channel=channel) for channel, curve in curves.items()]),
        dark=dark,
    )


def seasonality(decomposition: pd.DataFrame, unit: str, *, dark: bool = False) -> go.Figure:
    """The season's part of the baseline over time, with its interval."""
    tokens = theme(dark=dark)
    season = decomposition[decomposition["component"] == "seasonality"]
    dates = season["period_start"].to_numpy()
    figure = go.Figure()
    _band(figure, dates, season, ("low", "high"), "94 % interval", tokens.accent, 0.25)
    figure.add_scatter(x=dates, y=season["mean"], name="Season", line={"color": tokens.accent, "width": 2})
    figure.update_yaxes(title=f"{unit} against the mean", tickformat="~s")
    return framed(
        figure,
        name="seasonality",
        title="What does the season do?",
        how_to_read="Sales above or below the reference level because of the time of year.",
        alt=f"Season between {short(season['mean'].min())} and {short(season['mean'].max())}.",
        data=season[["period_start", "mean", "low", "high"]],
        dark=dark,
        height=300,
    )


def forest(parameters: Sequence[ParameterSummary], *, dark: bool = False) -> go.Figure:
    """Posterior mean and interval of each parameter, on the log scale."""
    tokens = theme(dark=dark)
    names = [row.name for row in parameters]
    figure = go.Figure()
    for row in parameters:
        figure.add_scatter(
            x=[row.hdi_3, row.hdi_97], y=[row.name, row.name], mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": translucent(tokens.accent, 0.45), "width": 6},
        )  # fmt: skip
    figure.add_scatter(
        x=[row.mean for row in parameters], y=names, mode="markers", showlegend=False,
        marker={"color": tokens.accent, "size": 9},
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title="log units per standard deviation (intercept, sigma, nu: their own)")
    return framed(
        figure,
        name="forest",
        title="What did the model learn?",
        how_to_read="Dot: posterior mean. Bar: 94 % interval. Channel effects are positive by assumption.",
        alt=f"Posterior of {len(names)} parameters.",
        data=pd.DataFrame(
            {
                "parameter": names,
                "mean": [row.mean for row in parameters],
                "low": [row.hdi_3 for row in parameters],
                "high": [row.hdi_97 for row in parameters],
            }
        ),
        dark=dark,
        height=_list_height(len(names), each=26),
    )


def prior_and_posterior(rows: Sequence[ShareComparison], *, dark: bool = False) -> go.Figure:
    """Share at mean activity before and after seeing the data."""
    tokens = theme(dark=dark)
    figure = go.Figure()
    labels = display_names([row.channel for row in rows if row.channel])
    names = [labels[row.channel] if row.channel else "All channels" for row in rows]
    for label, kind, colour, width in (
        ("Prior", "prior", tokens.muted, 4),
        ("Posterior", "posterior", tokens.accent, 8),
    ):
        found: list[Estimate] = [getattr(row, kind) for row in rows]
        figure.add_scatter(
            x=[100 * each.mean for each in found], y=names, mode="markers", name=label,
            marker={"color": colour, "size": 9, "symbol": "circle-open" if kind == "prior" else "circle"},
            error_x=_error_bars(found, colour, scale=100, thickness=width / 2),
        )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title="share of sales in a period of mean activity, %", rangemode="tozero")
    return framed(
        figure,
        name="prior_and_posterior",
        title="What did the data change?",
        how_to_read="Where the posterior is as wide as the prior, the data said little and the prior decides.",
        alt="Prior and posterior share per channel.",
        data=estimates_frame(rows, [row.prior for row in rows], prefix="prior_").merge(
            estimates_frame(rows, [row.posterior for row in rows], prefix="posterior_")
        ),
        dark=dark,
        height=_list_height(len(names), each=44),
    )


def diagnostics(parameters: Sequence[ParameterSummary], *, chains: int, dark: bool = False) -> go.Figure:
    """Independent draws behind each parameter, with the limit that the verdict uses."""
    tokens = theme(dark=dark)
    names = [row.name for row in parameters]
    figure = go.Figure()
    for label, kind, symbol in (("centre", "ess_bulk", "circle"), ("tails", "ess_tail", "diamond-open")):
        figure.add_scatter(
            x=[getattr(row, kind) for row in parameters], y=names, mode="markers", name=label,
            marker={"color": tokens.accent, "size": 8, "symbol": symbol},
        )  # fmt: skip
    figure.add_vline(x=100 * chains, line={"color": tokens.muted, "dash": "dot"})
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title="independent draws (dotted: enough)", rangemode="tozero")
    return framed(
        figure,
        name="diagnostics",
        title="Did the sampler do its work?",
        how_to_read="Every mark should lie right of the dotted line.",
        alt=f"Effective sample sizes of {len(names)} parameters.",
        data=pd.DataFrame(
            {
                "parameter": names,
                "ess_bulk": [row.ess_bulk for row in parameters],
                "ess_tail": [row.ess_tail for row in parameters],
            }
        ),
        dark=dark,
        height=_list_height(len(names), each=26),
    )


def stacked_parts(decomposition: pd.DataFrame, *, freq: Period = "period") -> pd.DataFrame:
    """Mean of the baseline and of each channel per period; beyond ten channels the largest nine and the others."""
    channels = _channels(decomposition)
    label = decomposition["component"].where(decomposition["kind"] == "channel", "baseline")
    wide = decomposition.assign(part=label).pivot_table(
        index="period_start", columns="part", values="mean", aggfunc="sum"
    )
    wide = _summed(wide, freq)
    if len(channels) > MOST_STACKED:
        largest = wide[channels].sum().nlargest(MOST_STACKED - 1).index
        small = [channel for channel in channels if channel not in largest]
        wide[OTHER] = wide[small].sum(axis=1)
        channels = [channel for channel in channels if channel in largest] + [OTHER]
    return wide[["baseline", *channels]]


def _summed[T: (pd.DataFrame, pd.Series)](values: T, freq: Period) -> T:
    """Values by date, summed to months or quarters where asked for."""
    rules = {"month": "MS", "quarter": "QS"}
    return values.resample(rules[freq]).sum() if freq in rules else values


def _labels(channels: Sequence[ChannelSummary]) -> dict[str, str]:
    return display_names([channel.channel for channel in channels])


def _named(channels: Sequence[ChannelSummary]) -> list[tuple[ChannelSummary, str]]:
    return list(zip(channels, _labels(channels).values(), strict=True))


def _channels(decomposition: pd.DataFrame) -> list[str]:
    channels = decomposition.loc[decomposition["kind"] == "channel", "component"]
    return [str(name) for name in channels.drop_duplicates()]


def _band(
    figure: go.Figure,
    dates: NDArray[np.datetime64],
    frame: pd.DataFrame,
    columns: tuple[str, str],
    name: str,
    colour: str,
    opacity: float,
) -> None:
    low, high = (frame[column].to_numpy() for column in columns)
    figure.add_scatter(
        x=np.concatenate([dates, dates[::-1]]), y=np.concatenate([high, low[::-1]]), name=name, mode="none",
        fill="toself", fillcolor=translucent(colour, opacity), hoverinfo="skip",
    )  # fmt: skip


def _dots(
    channels: Sequence[ChannelSummary],
    estimates: Sequence[Estimate],
    *,
    scale: float = 1,
    suffix: str = "",
    dark: bool,
) -> go.Figure:
    """Dot and interval per channel, in the run's order; hollow where it cannot be told from no effect."""
    colours = channel_colours([channel.channel for channel in channels], dark=dark)
    figure = go.Figure()
    for (channel, name), found in zip(_named(channels), estimates, strict=True):
        colour = colours[channel.channel]
        unclear = channel.cannot_be_told
        figure.add_scatter(
            x=[scale * found.low, scale * found.high], y=[name] * 2, mode="lines", showlegend=False,
            line={"color": translucent(colour, 0.4), "width": 10}, hoverinfo="skip",
        )  # fmt: skip
        value = f"{scale * found.mean:.1f}{suffix}" if scale * abs(found.mean) < 1000 else short(found.mean)
        figure.add_scatter(
            x=[scale * found.mean], y=[name], mode="markers+text", showlegend=False, cliponaxis=False,
            marker={"color": colour, "size": 12, "symbol": "circle-open" if unclear else "circle"},
            text=[f"{value} · cannot be told" if unclear else value],
            textposition="top right" if unclear else "top center",
            textfont={"color": theme(dark=dark).ink},
            hovertemplate=f"{name}: %{{x:,.4s}} ({scale * found.low:,.4g} to {scale * found.high:,.4g})"
            "<extra></extra>",
        )  # fmt: skip
    top = max((scale * found.high for found in estimates), default=1.0)
    # Room for the longest interval and for a label beside a dot near zero.
    figure.update_xaxes(range=[min(0.0, *(scale * found.low for found in estimates), 0.0), 1.08 * top])
    figure.update_yaxes(autorange="reversed")
    return figure


def _error_bars(
    found: Sequence[Estimate], colour: str, *, scale: float = 1, thickness: float = 1.5
) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [scale * (each.high - each.mean) for each in found],
        "arrayminus": [scale * (each.mean - each.low) for each in found],
        "color": colour,
        "thickness": thickness,
    }


def _list_height(rows: int, each: int = 52) -> int:
    return 150 + each * max(rows, 2)
