"""The plain numbers of which slides make charts of their own: those that the pages' charts are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from mmm_core.charts.contributions import BASELINE_NAMES, stacked_parts
from mmm_core.charts.marks import row_labels
from mmm_core.charts.style import OTHER, channel_colours, theme
from mmm_core.exports.gallery import Exhibit
from mmm_core.labels import display_names
from mmm_core.planning.answer import Plan
from mmm_core.planning.curves import ResponseCurve
from mmm_core.proof.part import PartReport
from mmm_core.report import texts
from mmm_core.report.content import Bars, Curve, Lines, Series, Shown
from mmm_core.results.channel_summary import ChannelSummary
from mmm_core.results.intervals import Estimate, hdi

LIGHT = theme(dark=False)


def colours_of(run: Exhibit) -> dict[str, str]:
    """Colour of each channel, light: that of its charts."""
    return channel_colours(run.channels, run.colours)


def estimates(run: Exhibit, figure: Callable[[ChannelSummary], Estimate | None], shown: Shown, axis: str) -> Bars:
    """A bar a channel that has the figure, with its interval; the largest first."""
    colours, labels = colours_of(run), row_labels(run.outputs.summary.channels)
    found = [(each, value) for each in run.outputs.summary.largest_first if (value := figure(each)) is not None]
    series = Series(
        axis,
        LIGHT.accent,
        tuple(value.shown for _, value in found),
        tuple(value.low for _, value in found),
        tuple(value.high for _, value in found),
        tuple(colours[each.channel] for each, _ in found),
    )
    return Bars(tuple(labels[each.channel] for each, _ in found), (series,), shown, axis)


def parts(run: Exhibit) -> Bars:
    """Means of the baseline's parts and the channels, which add up to the fitted total."""
    summary, colours = run.outputs.summary, colours_of(run)
    labels = row_labels(summary.channels)
    baseline = {BASELINE_NAMES.get(name, name): part.mean for name, part in summary.baseline.items() if part.mean}
    channels = {labels[each.channel]: each.additive.mean for each in summary.largest_first}
    points = [*(LIGHT.baseline for _ in baseline), *(colours[each.channel] for each in summary.largest_first)]
    values = (*baseline.values(), *channels.values())
    series = Series(run.sales, LIGHT.accent, tuple(values), points=tuple(points))
    return Bars((*baseline, *channels), (series,), "amount", run.sales)


def over_time(run: Exhibit) -> Lines:
    """Baseline and channels by period, stacked."""
    outputs, colours = run.outputs, colours_of(run) | {"baseline": LIGHT.baseline, OTHER: LIGHT.muted}
    stacked = stacked_parts(outputs.decomposition, outputs.summary.names)
    names = display_names(run.channels) | {"baseline": texts.BASELINE, OTHER: "Other channels"}
    areas = [Series(names[part], colours[part], _values(stacked[part])) for part in stacked.columns]
    return Lines(_dates(stacked.index), tuple(areas), run.sales, stacked=True)


def fit(run: Exhibit) -> Lines:
    """Observed and fitted by period, and the band of single periods."""
    rows = run.outputs.fitted.groupby("period_start")[["y", "y_hat_mean", "y_pred_low", "y_pred_high"]].sum(min_count=1)
    named = (
        (texts.OBSERVED, "y", LIGHT.ink),
        (texts.FITTED, "y_hat_mean", LIGHT.accent),
        (texts.LOW, "y_pred_low", LIGHT.baseline),
        (texts.HIGH, "y_pred_high", LIGHT.baseline),
    )
    series = [Series(name, colour, _values(rows[column])) for name, column, colour in named]
    return Lines(_dates(rows.index), tuple(series), run.sales)


def ghosts(run: Exhibit, part: PartReport) -> Bars:
    """What each channel brought, and what nine in ten ghosts stay below; the largest first."""
    assert part.told is not None  # noqa: S101 - who asks has looked
    rows = {str(row["channel"]): row for row in part.told.tables.get("channels", ())}
    names = display_names(list(rows))
    ordered = [rows[name] for name in run.channels if name in rows]
    shown: Shown = "ratio" if all(row["measure"] == "return" for row in ordered) else "share"

    def column(name: str) -> tuple[float, ...]:
        return tuple(float(row[name] or 0.0) for row in ordered)

    own = Series(texts.RETURN if shown == "ratio" else texts.SHARE, LIGHT.accent, column("median"), column("low"),
                 column("high"))  # fmt: skip
    floor = Series(texts.FLOOR, LIGHT.baseline, column("floor"))
    return Bars(tuple(names[str(row["channel"])] for row in ordered), (own, floor), shown, own.name)


def foresight(part: PartReport) -> Lines:
    """What came, and what was predicted of it, by period; each period once."""
    assert part.told is not None  # noqa: S101 - who asks has looked
    frame = (
        pd.DataFrame(part.told.tables.get("periods", ())).drop_duplicates("period", keep="last").sort_values("period")
    )
    named = (
        (texts.OBSERVED, "observed", LIGHT.ink),
        (texts.LOW, "low", LIGHT.baseline),
        (texts.HIGH, "high", LIGHT.baseline),
    )
    series = [Series(name, colour, _values(frame[column])) for name, column, colour in named if column in frame]
    return Lines(_dates(pd.DatetimeIndex(frame["period"])), tuple(series))


def money(plan: Plan, unit: str) -> Bars:
    """Today's money of each channel beside the plan's; the largest first."""
    channels = sorted((each for each in plan.channels if each.held != "no_spend"), key=lambda each: -each.today)
    names = display_names([each.channel for each in channels])
    today = Series(texts.TODAY, LIGHT.baseline, tuple(each.today for each in channels))
    planned = Series(texts.PLAN, LIGHT.accent, tuple(each.plan for each in channels))
    return Bars(tuple(names[each.channel] for each in channels), (today, planned), "amount", unit)


def response(run: Exhibit, curve: ResponseCurve, *, axis: str, across: str) -> Curve:
    """What a channel brings at any spend, with the interval of the run's probability."""
    colour = colours_of(run).get(curve.channel, LIGHT.accent)
    low, high = hdi(curve.steady, run.outputs.summary.interval_prob)
    series = (
        Series(texts.STEADY, colour, _values(np.median(curve.steady, axis=1))),
        Series(texts.LOW, LIGHT.baseline, _values(low)),
        Series(texts.HIGH, LIGHT.baseline, _values(high)),
    )
    return Curve(tuple(float(each) for each in curve.spend), series, axis, across)


def _values(values: Sequence[float] | pd.Series | np.ndarray) -> tuple[float | None, ...]:
    return tuple(None if not np.isfinite(each) else float(each) for each in np.asarray(values, float))


def _dates(index: pd.Index) -> tuple[date, ...]:
    return tuple(pd.Timestamp(each).date() for each in index)
