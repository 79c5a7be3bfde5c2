"""Which weeks decide? Each calendar month is left out in turn: what would the answer be without its sales?

The answer without a month comes from the run's own draws, weighted by the density of all other rows over that of all
rows, and smoothed (Pareto). Where the weights' shape k is 0.7 or more they cannot be trusted, and the table is fitted
once more with the sales of that month blank: its advertising is still felt by the rows after it.

Noise with a memory starts anew after a month without sales, in the weights as in a refit: the density of the other rows
is the sum of one-step densities of rows, those after the month given that nothing is known of the noise before them.

Both ways are compared over the same rows, those that are left: what channels brought there by the draws that knew the
month, and by those that did not. The run's own figure is moved by the ratio of the two.

Sources: Vehtari, Gelman, Gabry (2017), *Practical Bayesian model evaluation using leave-one-out cross-validation*,
doi:10.1007/s11222-016-9696-4; Bürkner, Gabry, Vehtari (2020), *Approximate leave-future-out cross-validation*,
doi:10.1080/00949655.2020.1783262.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import DataError
from mmm_core.labels import counted, listed
from mmm_core.proof.measure import MeasureName, draws_of, in_words, measured, reach, whose
from mmm_core.proof.part import Part, Told, judge
from mmm_core.proof.subject import Refitter, Subject, without_still_controls
from mmm_core.results.contributions import additive_of
from mmm_core.results.reweighting import LARGEST_K, weighted_median
from mmm_core.schema import Strict
from mmm_core.spec import RunSpec
from mmm_core.spec.baseline import Windows
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData

type Array = NDArray[np.float64]

WEIGHTS = "weights"
"""Key of the unit that weighs every month; the others are months (YYYY-MM) that are fitted anew."""
MOST_REFITS = 12
FEWEST_MONTHS = 3
NAMED = 3
"""Months that a sentence names."""
REACH_LIMITS = (1.0, float("inf"))
"""A month that moves a figure past the end of its own interval is looked at; it is data, and stops nothing."""


class Moved(Strict):
    """One figure without one month."""

    channel: str | None = Field(description="null: all media together.")
    measure: MeasureName
    without: float = Field(description="The run's median, moved by as much as the rows that are left say.")
    reach: float = Field(description="Of the way to the end of its interval: 1 at the upper end, −1 at the lower.")


class Month(Strict):
    """What leaving out one month's sales does."""

    month: str = Field(description="YYYY-MM")
    rows: int
    by: Literal["weights", "refit"]
    k: float | None = Field(None, description="Pareto shape of the weights; null: fitted anew.")
    effective: float | None = Field(None, description="So many equally weighted draws would tell as much.")
    moved: tuple[Moved, ...] = Field(description="Empty where the weights cannot be trusted.")


class Months(Strict):
    """What one unit of work finds: every month by weights, or one by a refit."""

    months: tuple[Month, ...]


def units(subject: Subject) -> tuple[str, ...]:
    """All months by weights, then those that need a refit: the least trusted weights first, twelve at most.

    Raises
    ------
    DataError
        There are too few months to leave one out.
    """
    rows = rows_of_months(subject)
    if len(rows) < FEWEST_MONTHS:
        raise DataError(
            f"{counted(len(rows), 'month')} are estimated; {FEWEST_MONTHS} are needed to leave one out.",
            code="too_short",
            remedy="Add earlier periods.",
        )
    ks = {month: subject.density.weights(its)[1] for month, its in rows.items()}
    distrusted = sorted((month for month, k in ks.items() if not k < LARGEST_K), key=lambda month: -_rank(ks[month]))
    return (WEIGHTS, *distrusted[:MOST_REFITS])


def work(subject: Subject, key: str, refit: Refitter) -> Months:
    """Weigh the draws without each month, or fit the table without one."""
    rows = rows_of_months(subject)
    if key != WEIGHTS:
        fitted = refit(*without_sales(subject, rows[key]))
        return Months(
            months=(
                Month(
                    month=key,
                    rows=rows[key].stop - rows[key].start,
                    by="refit",
                    moved=_moved(
                        subject,
                        rows[key],
                        draws_of(subject.summary, fitted.totals.additive, fitted.totals.fitted),
                        None,
                    ),
                ),
            )
        )
    return Months(months=tuple(_weighed(subject, month, its) for month, its in rows.items()))


def rows_of_months(subject: Subject) -> dict[str, slice]:
    """Rows of each calendar month (YYYY-MM), in the order of time; a week is of the month in which it begins."""
    months = subject.features.dates.astype("datetime64[M]")
    names, starts = np.unique(months, return_index=True)
    ends = [*starts[1:], len(months)]
    return {str(name): slice(int(start), int(end)) for name, start, end in zip(names, starts, ends, strict=True)}


def without_sales(subject: Subject, rows: slice) -> tuple[CanonicalData, RunSpec]:
    """The rows that the run used with the sales of some blank, and a specification that estimates all others."""
    features, brand = subject.features, aggregate_brand(subject.table)
    frame = brand.frame.iloc[features.scaler.rows.unused :].reset_index(drop=True)
    kept = np.delete(features.dates, rows)
    # Counted in months from the last row with sales, the run's own windows would move with it.
    frame["sales"] = frame["sales"].where(frame["period_start"].isin(kept))
    windows = Windows(pre_history=subject.spec.windows.pre_history)
    table = CanonicalData(frame, brand.grain)
    return table, without_still_controls(table, subject.spec.model_copy(update={"windows": windows}))


def tell(subject: Subject, found: Mapping[str, Months]) -> Told:
    """The months that carry most, and whether one of them alone decides a figure."""
    months = {each.month: each for each in found[WEIGHTS].months} if WEIGHTS in found else {}
    months |= {each.month: each for key, unit in found.items() if key != WEIGHTS for each in unit.months}
    known = [month for _, month in sorted(months.items()) if month.moved]
    tables = {"months": tuple(_cells(subject, months))}
    if not known:
        return Told(verdict=None, sentence="No month can be left out by weights; they are fitted anew.", tables=tables)
    value, which, when = max(
        ((abs(each.reach), each, month) for month in known for each in month.moved), key=lambda found: found[0]
    )
    outside = sorted({each.channel for month in known for each in month.moved if each.channel and abs(each.reach) > 1})
    verdict = judge(value, REACH_LIMITS)
    carry = sorted(known, key=_weight, reverse=True)[:NAMED]
    own = {each.channel: each.own for each in measured(subject.summary)}[which.channel]
    unknown = len(months) - len(known)
    return Told(
        verdict=verdict,
        sentence=(
            f"{listed([name_of(month.month) for month in carry])} carry most. The largest pull: without "
            f"{name_of(when.month)} {whose(which.channel, which.measure)} would be "
            f"{in_words(which.measure, which.without)} instead of {in_words(which.measure, own.shown)}, "
            f"{'outside' if verdict != 'pass' else 'inside'} its interval of "
            f"{in_words(which.measure, own.low)} to {in_words(which.measure, own.high)}"
            f"{f'; {counted(unknown, "month")} cannot be weighed' if unknown else ''}."
        ),
        value=value,
        limit=REACH_LIMITS[0],
        remedy=""
        if verdict == "pass"
        else f"Look what happened in {name_of(when.month)}: an event, an offer or an error that the table does not "
        "name. Put it in as an event, or report the figure with and without it.",
        not_shown=tuple(outside),
        tables=tables,
    )


def name_of(month: str) -> str:
    """A month as people write it: Dec 2023."""
    return f"{pd.Timestamp(month):%b %Y}"


def _weight(month: Month) -> float:
    """How much a month carries: the root of the mean square of all its pulls."""
    return float(np.sqrt(np.mean([each.reach**2 for each in month.moved])))


def _cells(subject: Subject, months: Mapping[str, Month]) -> list[dict[str, float | str | None]]:
    cells: list[dict[str, float | str | None]] = []
    for name, month in sorted(months.items()):
        moved = {each.channel: each for each in month.moved}
        for channel, measure, own in measured(subject.summary):
            each = moved.get(channel)
            cells.append(
                {
                    "month": name,
                    "channel": channel,
                    "measure": measure,
                    "own": own.shown,
                    "without": each.without if each else None,
                    "reach": each.reach if each else None,
                    "by": month.by if each else None,
                }
            )
    return cells


def _weighed(subject: Subject, month: str, rows: slice) -> Month:
    weights, k = subject.density.weights(rows)
    left = (
        _moved(subject, rows, draws_of(subject.summary, *_elsewhere(subject, rows)), weights) if k < LARGEST_K else ()
    )
    return Month(
        month=month,
        rows=rows.stop - rows.start,
        by="weights",
        k=k if np.isfinite(k) else None,
        effective=float(1 / np.square(weights).sum()),
        moved=left,
    )


def _rank(k: float) -> float:
    return k if np.isfinite(k) else float("inf")


def _elsewhere(subject: Subject, rows: slice) -> tuple[Array, Array]:
    """What channels brought outside some rows, and all that was fitted there, by the run's own draws."""
    additive, fitted = additive_of(subject.features, subject.values, rows)
    return subject.totals.additive - additive, subject.totals.fitted - fitted


def _moved(subject: Subject, rows: slice, without: Sequence[Array], weights: Array | None) -> tuple[Moved, ...]:
    """Every figure without a month, from draws that do not know it: weighted ones, or a refit's as they are."""
    knowing = draws_of(subject.summary, *_elsewhere(subject, rows))
    moved = []
    for (channel, measure, own), before, after in zip(measured(subject.summary), knowing, without, strict=True):
        middle = float(np.median(before))
        if middle <= 0:  # it was active in that month alone: nothing is left to be compared
            continue
        anew = float(np.median(after) if weights is None else weighted_median(after, weights))
        there = own.shown * anew / middle
        moved.append(Moved(channel=channel, measure=measure, without=there, reach=reach(own, there)))
    return tuple(moved)


MONTHS = Part(
    name="months",
    question="Which weeks decide?",
    how_to_read="Each cell: how far a figure moves when the sales of that month are left out, of the way to the end of "
    "its interval. Grey: it cannot be weighed.",
    result=Months,
    units=units,
    work=work,
    tell=tell,
    refits=MOST_REFITS,
)
