"""Charts of what each channel brought: over time, from baseline to total, shares, totals, overlap, return.

Each function takes the tables of the contract and gives a Plotly figure that needs no Streamlit, with a question for a
title, labelled axes with units, and what it says beside its drawing (:class:`~mmm_core.charts.style.ChartMeta`). Other
questions have modules of their own beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from mmm_core.charts.events import Events, add_events
from mmm_core.charts.marks import (
    channel_dots,
    channel_labels,
    error_bars,
    hollow,
    list_height,
    reach_in_words,
    row_labels,
)
from mmm_core.charts.style import (
    MOST_STACKED,
    OTHER,
    Places,
    amount_axis,
    amounts,
    channel_colours,
    date_axis,
    estimates_frame,
    framed,
    theme,
    translucent,
)
from mmm_core.labels import break_even_in_words, display_names, listed, percent, ratio, short, signed, span
from mmm_core.results import variants
from mmm_core.results.intervals import Estimate

if TYPE_CHECKING:
    from mmm_core.results.channel_summary import ChannelSummary, ContributionSummary

DAYS_A_WEEK = 7
type Others = Mapping[str, ContributionSummary]
"""Answers under other settings, by what differs."""
type Period = Literal["period", "month", "quarter"]
"""Sums that a chart over time shows: a period is a week or a month, as the table has them."""

LEAST_STEP = 0.001
"""A part without media that adds less than this share of sales is no step of its own."""
MOST_BLANK = 0.5
"""From this share of the whole on that lies below the first step, the axis begins where the steps are."""

BASELINE_NAMES = {
    "reference": "Reference level",
    "trend": "Trend",
    "seasonality": "Season",
    "controls": "Controls",
    "events": "Events",
}


def contributions_over_time(
    decomposition: pd.DataFrame,
    unit: str,
    *,
    summary: ContributionSummary,
    places: Places = None,
    observed: pd.DataFrame | None = None,
    grain: str = "WEEK",
    freq: Period = "period",
    events: Events | None = None,
    dark: bool = False,
) -> go.Figure:
    """Baseline and additive contributions, stacked: they add up to the fitted line.

    ``summary`` holds the totals of the same channels, by which they stand, and ``places`` are their colours'.
    ``observed`` (columns ``period_start, y``) adds what was observed as a thin line, ``events`` marks when they fall.
    """
    tokens = theme(dark=dark)
    parts = stacked_parts(decomposition, summary.names, freq=freq)
    colours = _colours(summary, places, dark=dark) | {"baseline": tokens.baseline}
    names = display_names(summary.names) | {"baseline": "Baseline", OTHER: "Other channels"}
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
            **amounts(parts[part]),
        )
    tops = [parts.sum(axis=1)]
    if observed is not None:
        tops.append(_summed(observed.groupby("period_start")["y"].sum(min_count=1), freq))
        figure.add_scatter(
            x=tops[1].index, y=tops[1], name="Observed", mode="lines",
            line={"width": 1.5, "color": tokens.ink, "dash": "dot"}, **amounts(tops[1]),
        )  # fmt: skip
    add_events(figure, events or {}, parts.index.to_series(), dark=dark)
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(**date_axis(parts.index))
    every = grain.lower() if freq == "period" else freq
    figure.update_yaxes(title=f"{unit} a {every}", rangemode="tozero", **amount_axis(*tops))
    sums = {names[part]: parts[part].sum() / parts.to_numpy().sum() for part in parts.columns}
    return framed(
        figure,
        name="contributions_over_time",
        title="Where did sales come from?",
        how_to_read="Coloured bands are sales that the model credits to a channel; with the grey baseline they add up "
        "to the fitted line, exactly."
        + ("" if observed is None else " Dotted: observed.")
        + (
            f" A week that two {freq}s share is split by days; the first and last {freq} may be incomplete."
            if freq != "period"
            else ""
        ),
        alt=f"Sales by source over {len(parts)} {every}s. In all: "
        + ", ".join(f"{name} {percent(share, 1)}" for name, share in sums.items())
        + ".",
        data=parts.reset_index() if observed is None else parts.assign(observed=tops[1]).reset_index(),
        dark=dark,
        height=420,
    )


def waterfall(summary: ContributionSummary, unit: str, *, places: Places = None, dark: bool = False) -> go.Figure:
    """From the reference level over trend, season, controls and channels to the fitted total."""
    tokens = theme(dark=dark)
    colours, labels = _colours(summary, places, dark=dark), row_labels(summary.channels)
    ordered = summary.largest_first
    parts, near_nothing = _steps_of_baseline(summary)
    told = [*(BASELINE_NAMES[name] for name in parts), *channel_labels(ordered).values()]
    names = [*(BASELINE_NAMES[name] for name in parts), *(labels[channel.channel] for channel in ordered)]
    values = [*parts.values(), *(channel.additive.mean for channel in ordered)]
    starts = np.concatenate([[0.0], np.cumsum(values)[:-1]])
    total = sum(values)
    bars = [*(tokens.baseline for _ in parts), *(colours[channel.channel] for channel in ordered)]
    texts = [short(values[0]), *(signed(value) for value in values[1:]), short(total)]
    # Lying bars: names of any length are read without turning the head.
    figure = go.Figure(
        go.Bar(
            y=[*names, "Fitted"],
            x=[*values, total],
            base=[*starts, 0.0],
            orientation="h",
            marker={"color": [*bars, tokens.ink]},
            text=texts,
            textposition="outside",
            cliponaxis=False,
            textfont={"color": tokens.ink, "size": 12},
            constraintext="none",
            showlegend=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    begin, end = _where_steps_are(np.cumsum(values))
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(
        title=f"{unit} in total" + (f" (begins at {short(begin)})" if begin > 0 else ""),
        range=[begin, end],
        tick0=max(begin, 0.0),
        dtick=_step_of_ticks(end - begin),
        **amount_axis([*starts, end], begin=max(begin, 0.0)),
    )
    if begin > 0:
        _name_the_cut(figure, [names[0], "Fitted"], begin, end, dark=dark)
    swing = listed([BASELINE_NAMES[name].lower() for name in near_nothing])
    steps = ", ".join(f"{name} {text}" for name, text in zip(told[1:], texts[1:-1], strict=True))
    return framed(
        figure,
        name="waterfall",
        title="From baseline to total",
        how_to_read="From top to bottom: the reference level is sales without media in average circumstances; then "
        "what each part added. "
        + (
            f"{swing.capitalize()} come and go around it; their sum is nearly nothing and is counted in it. "
            if swing
            else ""
        )
        + (f"The axis begins at {short(begin)}, so that steps can be compared. " if begin > 0 else "")
        + "Means, so that the steps add up; where nothing has to, medians are shown.",
        alt=f"From the reference level, {texts[0]}, step by step: {steps}; to the fitted total, {texts[-1]}.",
        data=pd.DataFrame({"step": [*told, "Fitted"], "value": [*values, total]}),
        dark=dark,
        height=list_height([*names, "Fitted"], each=32),
    )


def _name_the_cut(figure: go.Figure, rows: Sequence[str], begin: float, end: float, *, dark: bool) -> None:
    """Mark the first and the last bar as cut where the axis begins, and say there, on the longer one, where that is."""
    tokens = theme(dark=dark)
    for row, text, colour in (
        (rows[0], "//", tokens.ink),
        (rows[-1], f"// cut at {short(begin)}", tokens.card),
    ):
        figure.add_annotation(
            x=begin + 0.01 * (end - begin), y=row, text=text, xanchor="left", showarrow=False,
            font={"size": 11, "color": colour},
        )  # fmt: skip


def _steps_of_baseline(summary: ContributionSummary) -> tuple[dict[str, float], list[str]]:
    """Totals of the parts without media (target units), and which are so small that the reference level holds them.

    Trend, season and controls are measured from their average: over the whole time they nearly cancel, and a step that
    cannot be seen is none. A part that the model does not have is not named.
    """
    parts = {name: part.mean for name, part in summary.baseline.items() if part.mean}
    least = LEAST_STEP * abs(summary.fitted.mean)
    small = [name for name, value in parts.items() if abs(value) < least and name != "reference"]
    reference = parts.get("reference", 0.0) + sum(parts[name] for name in small)
    return {"reference": reference} | {k: v for k, v in parts.items() if k not in ("reference", *small)}, small


def _where_steps_are(levels: NDArray[np.float64]) -> tuple[float, float]:
    """Beginning and end of an axis on which the steps between ``levels`` fill the chart; 0 where they do so anyway."""
    lowest, highest = float(levels.min()), float(levels.max())
    span = highest - lowest
    if lowest <= 0 or span <= 0 or lowest < MOST_BLANK * highest:
        return min(0.0, lowest), 1.25 * max(highest, 0.0)
    unit = 10 ** np.floor(np.log10(span)) / 2
    begin = unit * np.floor((lowest - 0.35 * span) / unit)
    return max(float(begin), 0.0), highest + 0.25 * (highest - begin)


def _step_of_ticks(reach: float) -> float:
    """A round step between ticks of which at most six fit into ``reach``, both in one unit."""
    size = 10 ** np.floor(np.log10(reach / 5))
    return float(next(size * times for times in (1, 2, 2.5, 5, 10) if reach / (size * times) <= 5))


def shares(
    summary: ContributionSummary, *, others: Others | None = None, places: Places = None, dark: bool = False
) -> go.Figure:
    """Share of sales per channel, dot and interval; the largest first.

    ``others`` are answers under other settings, where intervals do not include the choice of these: how far they reach
    is a light bar, here and in the charts of totals and returns. ``places`` are those of the channels' colours.
    """
    channels = summary.largest_first
    estimates = [channel.share for channel in channels]
    colours = _colours(summary, places, dark=dark)
    hulls = variants.hulls(summary, others or {}, lambda channel: channel.share)
    figure = channel_dots(
        channels, estimates, lambda value: percent(value, 1), scale=100, colours=colours, hulls=hulls, dark=dark
    )
    figure.update_xaxes(title="share of fitted sales, %")
    labels = channel_labels(summary.channels)
    unclear = [labels[channel.channel] for channel in channels if channel.cannot_be_told]
    return framed(
        figure,
        name="shares",
        title="How much, and how sure are we?",
        how_to_read=f"{_dot_and_bar(summary)} {reach_in_words(others or {})}{hollow(summary)}",
        alt="; ".join(f"{labels[c.channel]} {percent(c.share.shown, 1)}" for c in channels)
        + (f". Cannot be told from no effect: {listed(unclear)}." if unclear else "."),
        data=_with_hulls(estimates_frame(channels, estimates), channels, hulls),
        dark=dark,
        height=list_height(row_labels(channels).values()),
    )


def totals(
    summary: ContributionSummary, unit: str, *, others: Others | None = None, places: Places = None, dark: bool = False
) -> go.Figure:
    """Additive total per channel, dot and interval; the largest first; ``others``, ``places`` as in :func:`shares`."""
    channels = summary.largest_first
    estimates = [channel.additive for channel in channels]
    colours = _colours(summary, places, dark=dark)
    hulls = variants.hulls(summary, others or {}, lambda channel: channel.additive)
    figure = channel_dots(channels, estimates, short, colours=colours, hulls=hulls, dark=dark)
    highest = [*(each.high for each in estimates), *(each.high for each in hulls.values())]
    figure.update_xaxes(title=f"{unit} in total", nticks=6, **amount_axis(highest))
    return framed(
        figure,
        name="totals",
        title="What did each channel bring?",
        how_to_read=f"{_dot_and_bar(summary)} {reach_in_words(others or {})}{hollow(summary)}",
        alt="; ".join(f"{name} {short(c.additive.shown)} ({span(c.additive)})" for c, name in _named(channels)) + ".",
        data=_with_hulls(estimates_frame(channels, estimates), channels, hulls),
        dark=dark,
        height=list_height(row_labels(channels).values()),
    )


def removal_and_additive(
    summary: ContributionSummary, unit: str, *, places: Places = None, dark: bool = False
) -> go.Figure:
    """Both kinds of contribution side by side in the channel's colour; their difference is the overlap."""
    tokens = theme(dark=dark)
    channels = summary.largest_first
    names = list(row_labels(channels).values())
    colours = [_colours(summary, places, dark=dark)[channel.channel] for channel in channels]
    figure = go.Figure()
    for label, kind, opacity in (("Additive", "additive", 1.0), ("Removal", "removal", 0.35)):
        estimates: list[Estimate] = [getattr(channel, kind) for channel in channels]
        figure.add_bar(
            y=names, x=[each.shown for each in estimates], name=label, orientation="h", showlegend=False,
            offsetgroup=kind, marker={"color": [translucent(colour, opacity) for colour in colours]},
            error_x=error_bars(estimates, tokens.ink), **amounts(each.shown for each in estimates),
        )  # fmt: skip
        # The legend tells full from light, and no channel from another.
        figure.add_bar(
            y=names[:1], x=[None], name=label, orientation="h", offsetgroup=kind, hoverinfo="skip",
            marker={"color": translucent(tokens.ink, opacity)},
        )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title=f"{unit} in total", rangemode="tozero", **amount_axis([c.removal.high for c in channels]))
    return framed(
        figure,
        name="removal_and_additive",
        title="How much do channels overlap?",
        how_to_read="Removal: what would be missing without this channel alone. Additive: its part of what all bring "
        "together. The difference is claimed by several channels at once.",
        alt="Additive and removal total of each channel: "
        + "; ".join(f"{name} {short(c.additive.shown)} and {short(c.removal.shown)}" for c, name in _named(channels))
        + ".",
        data=estimates_frame(channels, [each.additive for each in channels], prefix="additive_").merge(
            estimates_frame(channels, [each.removal for each in channels], prefix="removal_")
        ),
        dark=dark,
        height=list_height(names),
    )


def roi(
    summary: ContributionSummary,
    *,
    per: str = "sales per unit of spend",
    break_even: float | None = None,
    margin: float | None = None,
    others: Others | None = None,
    places: Places = None,
    dark: bool = False,
) -> go.Figure:
    """Return on spend per channel, in the order of what they brought; those without spend are named under the axis.

    ``break_even`` draws a line at the return at which spend pays, in the unit of the axis: one over the ``margin`` on
    sales (fraction; None: it is not said).
    ``others``, ``places`` as in :func:`shares`.
    """
    tokens = theme(dark=dark)
    with_spend = [channel for channel in summary.largest_first if channel.roi is not None]
    estimates = [channel.roi for channel in with_spend if channel.roi is not None]
    labels = channel_labels(summary.channels)
    without = [labels[channel.channel] for channel in summary.largest_first if channel.roi is None]
    also = [] if break_even is None else [Estimate(mean=break_even, low=break_even, high=break_even)]
    colours = _colours(summary, places, dark=dark)
    hulls = variants.hulls(summary, others or {}, lambda channel: channel.roi)
    figure = channel_dots(with_spend, estimates, ratio, colours=colours, also=also, hulls=hulls, dark=dark)
    if break_even is not None:
        figure.add_vline(x=break_even, line={"color": tokens.ink, "width": 1.5, "dash": "dash"})
    highest = [*(each.high for each in estimates), *(each.high for each in hulls.values())]
    note = f"<br>(no spend column: {', '.join(without)})" if without else ""
    figure.update_xaxes(title=f"{per}{note}", **amount_axis(highest))
    means = "; ".join(
        f"{labels[c.channel]} {ratio(each.shown)} ({ratio(each.low)} to {ratio(each.high)})"
        for c, each in zip(with_spend, estimates, strict=True)
    )
    return framed(
        figure,
        name="roi",
        title="What came back for the money?",
        how_to_read=("" if break_even is None else f"Dashed: {break_even_in_words(break_even, margin)}. ")
        + "Includes carry-over from earlier spend, excludes effects after the window. Causal only if spend is not set "
        f"by expected sales. {reach_in_words(others or {})}{hollow(summary)}",
        alt=f"Return, {per}: {means}.",
        data=_with_chances(
            _with_hulls(estimates_frame(with_spend, estimates), with_spend, hulls), with_spend, break_even
        ),
        dark=dark,
        height=list_height(row_labels(with_spend).values()),
    )


def _with_chances(frame: pd.DataFrame, channels: Sequence[ChannelSummary], least: float | None) -> pd.DataFrame:
    """The same with each channel's chance that its return is above ``least``, where that is known."""
    if least is None:
        return frame
    chances = [channel.chance_of_return_above(least) for channel in channels]
    return frame.assign(break_even=least, chance_above_break_even=pd.Series(chances, index=frame.index, dtype=float))


def _with_hulls(
    frame: pd.DataFrame, channels: Sequence[ChannelSummary], hulls: Mapping[str, variants.Hull]
) -> pd.DataFrame:
    """The same with how far each interval reaches under other settings, where these were looked at."""
    if not hulls:
        return frame
    ends = [hulls[channel.channel] for channel in channels]
    return frame.assign(
        low_other_settings=[each.low for each in ends], high_other_settings=[each.high for each in ends]
    )


def _dot_and_bar(summary: ContributionSummary) -> str:
    return f"Dot: half of what is likely lies below it (median). Bar: {percent(summary.interval_prob)} interval."


def stacked_parts(decomposition: pd.DataFrame, ordered: Sequence[str], *, freq: Period = "period") -> pd.DataFrame:
    """Mean of the baseline and of each channel per period, in their order, which is by size.

    Beyond ten channels: the first nine and the others together.
    """
    label = decomposition["component"].where(decomposition["kind"] == "channel", "baseline")
    wide = decomposition.assign(part=label).pivot_table(
        index="period_start", columns="part", values="mean", aggfunc="sum"
    )
    wide, channels = _summed(wide, freq), list(ordered)
    if len(channels) > MOST_STACKED:
        channels, small = channels[: MOST_STACKED - 1], channels[MOST_STACKED - 1 :]
        wide[OTHER] = wide[small].sum(axis=1)
        channels.append(OTHER)
    return wide[["baseline", *channels]]


def _summed[T: (pd.DataFrame, pd.Series)](values: T, freq: Period) -> T:
    """Values by date, summed to months or quarters where asked for; a week that two of them share is split by days.

    Whole weeks would give some months five and others four of them, and a zigzag that nobody's sales have.
    """
    rules = {"month": "MS", "quarter": "QS"}
    if freq not in rules:
        return values
    if _is_weekly(values.index):
        days = values.index.repeat(DAYS_A_WEEK) + pd.to_timedelta(np.tile(range(DAYS_A_WEEK), len(values)), unit="D")
        values = values.loc[values.index.repeat(DAYS_A_WEEK)].set_axis(days) / DAYS_A_WEEK
    return values.resample(rules[freq]).sum()


def _is_weekly(dates: pd.Index) -> bool:
    return len(dates) > 1 and dates[1] - dates[0] == pd.Timedelta(days=DAYS_A_WEEK)


def _colours(summary: ContributionSummary, places: Places, *, dark: bool) -> dict[str, str]:
    """Colour of each channel, whichever of them are drawn and in whatever order."""
    return channel_colours([channel.channel for channel in summary.channels], places, dark=dark)


def _named(channels: Sequence[ChannelSummary]) -> list[tuple[ChannelSummary, str]]:
    return list(zip(channels, channel_labels(channels).values(), strict=True))
