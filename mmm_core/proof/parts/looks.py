"""Does it look like the data? Figures of the table beside the same figures of data sets that the model makes.

Each draw makes one data set (*posterior predictive check*); its *tail share* is the share of data sets whose figure is
at
- *sales over time*: the quarter that lies farthest from the fitted line;
- *the distribution*: the quantile of sales that lies farthest from the model's;
- *autocorrelation*: the largest correlation of what is left over with that of up to four periods before;
- *the largest weeks*: how far the twentieth part with the largest sales lies above the fitted line;
- *the season*: the month, or fortnight of the year, whose left-overs add up farthest from zero.

Source: Gelman, Meng & Stern (1996), *Posterior Predictive Assessment of Model Fitness via Realized Discrepancies*,
Statistica Sinica 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.labels import date_name, percent, short
from mmm_core.model.family import family_of
from mmm_core.proof.part import Part, Told, judge
from mmm_core.proof.replicates import replicates_of
from mmm_core.proof.subject import Refitter, Subject
from mmm_core.schema import Strict
from mmm_core.spec import Grain

type Array = NDArray[np.float64]
type CheckName = Literal["time", "distribution", "autocorrelation", "largest", "season"]

DATA_SETS = 2000
"""Data sets that are made at most: a tail share of a thousandth can be told from none."""
CUT = 3.0
QUARTER: dict[Grain, int] = {"WEEK": 13, "MONTH": 3}
LAGS = 4
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
LARGEST_PART, FEWEST_LARGEST = 0.05, 3
DAYS_OF_A_WEEK = 7
BAND = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of the data sets' figures that the chart draws."""
LIMITS = (0.05, 0.005)
"""A smaller tail share, of the least likely of five figures, is looked at, or stops. A model that was fitted to a table
comes near to it, so that such shares are seldom small by chance: below 5 % in none of 15 clean worlds, and in 4 of 12
with a yearly peak that no column tells."""
WORDS: dict[CheckName, str] = {
    "time": "sales over time",
    "distribution": "the distribution of sales",
    "autocorrelation": "autocorrelation",
    "largest": "the largest periods",
    "season": "the season",
}
REMEDIES: dict[CheckName, str] = {
    "time": "Something lasted for months that the table does not have: name it as an event, or add a column for it.",
    "distribution": "Look at the highest and lowest periods: prices, stock and events that the table does not have.",
    "autocorrelation": "Let the noise have a memory, or add what changes slowly: price, distribution, competition.",
    "largest": "Name what made the largest periods large, such as a sale or a holiday, as events.",
    "season": "Name what comes at that time of each year as an event, or let the season be finer.",
}


class Check(Strict):
    """One figure of the table among those of the model's data sets."""

    name: CheckName
    tail: float = Field(description="Share of data sets whose figure is at least as far out (fraction).")
    observed: float = Field(description="The table's figure: the median over the draws, no unit.")
    low: float = Field(description="5 % quantile of the data sets' figures.")
    quarter: float
    median: float
    three_quarters: float
    high: float = Field(description="95 % quantile of the data sets' figures.")
    finding: str = Field(description="Where the table is farthest out, in words.")


class Looks(Strict):
    """All five figures."""

    data_sets: int
    checks: tuple[Check, ...]


class _Sample(NamedTuple):
    """The table, or data sets: ``(row, sample)`` each."""

    sales: Array
    residual: Array
    left: Array


class _Rows(NamedTuple):
    """What the figures are taken over: blocks and parts of the year as lists of rows."""

    quarters: list[NDArray[np.intp]]
    times_of_year: list[NDArray[np.intp]]


def units(_: Subject) -> tuple[str, ...]:
    """All figures are found at once: nothing is fitted."""
    return ("all",)


def work(subject: Subject, _: str, __: Refitter) -> Looks:
    """Make data sets and compare."""
    family, grain = family_of(subject.features), subject.table.grain
    made = replicates_of(family, subject.values, most=DATA_SETS, seed=subject.spec.random_seed)
    sigma = made.values["sigma"]
    apart = family.observed(made.link) - made.mu
    table, copies = (
        _Sample(sales, residual / sigma, np.clip(family.noise.innovations(residual, made.values) / sigma, -CUT, CUT))
        for sales, residual in ((family.target[:, None], apart), (made.sales, made.noise))
    )
    rows = _Rows(_quarters(len(apart), QUARTER[grain]), _times_of_year(subject.features.dates, grain))
    line = np.median(made.link.to_sales(made.mu), axis=1)
    off = family.target / line - 1
    figures = _figures(table, copies, rows)
    findings = _findings(table, copies, rows, subject, off)
    return Looks(
        data_sets=made.mu.shape[1],
        checks=tuple(_check(name, *figures[name], findings[name]) for name in WORDS),
    )


def tell(_: Subject, found: Mapping[str, Looks]) -> Told:
    """The least likely of the five figures."""
    looks = next(iter(found.values()))
    least = min(looks.checks, key=lambda check: check.tail)
    verdict = judge(least.tail, LIMITS, small_is_good=False)
    limit = percent(LIMITS[0])
    if verdict == "pass":
        sentence = (
            f"Yes: in each of five checks at least {_share(least.tail)} of the data sets that the model makes are as "
            f"far out as yours (limit {limit}); the least likely is {WORDS[least.name]}."
        )
    else:
        sentence = (
            f"Not in {WORDS[least.name]}: {least.finding}, and {_few(least.tail, looks.data_sets)} of the data "
            f"sets that the model makes are as far out (limit {limit})."
        )
    return Told(
        verdict=verdict,
        sentence=sentence,
        value=least.tail,
        limit=LIMITS[0],
        remedy="" if verdict == "pass" else REMEDIES[least.name],
        tables={"checks": tuple({**check.model_dump(), "check": WORDS[check.name]} for check in looks.checks)},
    )


def _few(tail: float, data_sets: int) -> str:
    """A small tail share in words; none of the data sets is less than one of them."""
    least = 1 / data_sets
    return f"fewer than {percent(least, 2)}" if tail < least else f"only {_share(tail)}"


def _share(tail: float) -> str:
    return percent(tail, 0 if tail >= 0.1 else 1)


def _figures(table: _Sample, copies: _Sample, rows: _Rows) -> dict[CheckName, tuple[Array, Array]]:
    """Each figure of the table and of the data sets, ``(sample)`` each, no unit: the larger, the farther out."""
    middle, spread = _usual_quantiles(copies)
    per_sample: dict[CheckName, tuple[Array, Array]] = {
        "distribution": (
            np.abs((_quantiles(table.sales) - middle) / spread).max(axis=0),
            np.abs((_quantiles(copies.sales) - middle) / spread).max(axis=0),
        )
    }
    for sample in ("table", "copies"):
        each = table if sample == "table" else copies
        found: dict[CheckName, Array] = {
            "time": np.abs(np.stack([each.residual[block].mean(axis=0) for block in rows.quarters])).max(axis=0),
            "autocorrelation": np.abs(_autocorrelations(each.left)).max(axis=0),
            "largest": np.take_along_axis(each.left, _largest(each.sales, each.left.shape[1]), axis=0).mean(axis=0),
            "season": np.abs(_sums(each.left, rows.times_of_year)).max(axis=0),
        }
        for name, values in found.items():
            per_sample[name] = (values, values) if sample == "table" else (per_sample[name][0], values)
    return per_sample


def _findings(table: _Sample, copies: _Sample, rows: _Rows, subject: Subject, off: Array) -> dict[CheckName, str]:
    """Where the table is farthest out, in words; ``off (row)`` is observed over fitted less one."""
    dates, grain = subject.features.dates, subject.table.grain
    quarter = rows.quarters[_farthest([table.residual[block].mean() for block in rows.quarters])]
    times = rows.times_of_year[_farthest(_sums(table.left, rows.times_of_year).mean(axis=1))]
    middle, spread = _usual_quantiles(copies)
    worst = _farthest(((_quantiles(table.sales) - middle) / spread).ravel())
    largest = _largest(table.sales, 1).ravel()
    lag = _farthest(_autocorrelations(table.left).mean(axis=1))
    correlation = float(_autocorrelations(table.left).mean(axis=1)[lag])
    noun = "month" if grain == "MONTH" else "week"
    return {
        "time": f"sales from {_date(dates[quarter[0]], grain)} to {_date(dates[quarter[-1]], grain)} are "
        f"{_beside(off[quarter].mean())} the fitted line",
        "distribution": f"{percent(QUANTILES[worst])} of {noun}s sell less than "
        f"{short(float(_quantiles(table.sales)[worst, 0]))}, in the model's data less than "
        f"{short(float(middle[worst, 0]))}",
        "autocorrelation": f"what is left over goes with that of {lag + 1} {noun}{'s' if lag else ''} before "
        f"(correlation {correlation:.2f})".replace("-", "−"),
        "largest": f"the {len(largest)} largest {noun}s are {_beside(off[largest].mean())} the fitted line",
        "season": f"{_times(dates[times], grain)} sales are {_beside(off[times].mean())} the fitted line",
    }


def _check(name: CheckName, table: Array, copies: Array, finding: str) -> Check:
    low, quarter, median, three_quarters, high = np.quantile(copies, BAND)
    return Check(
        name=name,
        tail=float((copies >= table).mean()),
        observed=float(np.median(table)),
        low=low,
        quarter=quarter,
        median=median,
        three_quarters=three_quarters,
        high=high,
        finding=finding,
    )


def _quarters(rows: int, length: int) -> list[NDArray[np.intp]]:
    """Consecutive blocks of about a quarter of a year, of rows."""
    return [block for block in np.array_split(np.arange(rows), max(1, round(rows / length))) if len(block)]


def _times_of_year(dates: NDArray[np.datetime64], grain: Grain) -> list[NDArray[np.intp]]:
    """Rows of each month of the year, and of each two weeks that follow each other."""
    days = pd.DatetimeIndex(dates)
    groups = [np.flatnonzero(days.month == month) for month in range(1, 13)]
    if grain == "WEEK":
        week = (days.day_of_year.to_numpy() - 1) // DAYS_OF_A_WEEK
        groups += [np.flatnonzero((week == each) | (week == each + 1)) for each in range(52)]
    return [group for group in groups if len(group)]


def _sums(left: Array, groups: list[NDArray[np.intp]]) -> Array:
    """Left-overs of each group of rows ``(group, sample)``, added up, in units of what chance would make of them."""
    return np.stack([left[group].sum(axis=0) / np.sqrt(len(group)) for group in groups])


def _autocorrelations(left: Array) -> Array:
    """Correlation with what was left over one to four periods before ``(lag, sample)``."""
    centred = left - left.mean(axis=0)
    spread = np.maximum((centred**2).sum(axis=0), np.finfo(float).tiny)
    lags = range(1, min(LAGS, len(left) - 1) + 1)
    return np.stack([(centred[lag:] * centred[:-lag]).sum(axis=0) / spread for lag in lags])


def _largest(sales: Array, samples: int) -> NDArray[np.intp]:
    """Rows with the largest sales ``(place, sample)``."""
    count = min(len(sales), max(FEWEST_LARGEST, round(LARGEST_PART * len(sales))))
    found = np.argsort(sales, axis=0)[-count:]
    return np.broadcast_to(found, (count, samples)) if found.shape[1] == 1 else found


def _quantiles(sales: Array) -> Array:
    return np.asarray(np.quantile(sales, QUANTILES, axis=0))


def _usual_quantiles(copies: _Sample) -> tuple[Array, Array]:
    """Middle and spread over data sets of each quantile of sales ``(quantile, 1)``, in the target's unit."""
    found = _quantiles(copies.sales)
    return np.median(found, axis=1, keepdims=True), np.maximum(found.std(axis=1, keepdims=True), np.finfo(float).tiny)


def _farthest(values: Array | list[float]) -> int:
    return int(np.abs(np.asarray(values)).argmax())


def _beside(off: float) -> str:
    return f"{percent(abs(off), 1)} {'above' if off >= 0 else 'below'}"


def _date(day: np.datetime64, grain: Grain) -> str:
    return date_name(pd.Timestamp(day).to_pydatetime(), grain)


def _times(dates: NDArray[np.datetime64], grain: Grain) -> str:
    """A time of the year in words, by its rows."""
    days = pd.DatetimeIndex(dates)
    months = set(days.month)
    if grain == "MONTH" or (len(months) == 1 and days.day.max() - days.day.min() > 2 * DAYS_OF_A_WEEK):
        return f"in each {days[0]:%B}" if len(set(days.year)) > 1 else f"in {days[0]:%B %Y}"
    middle = days[np.argsort(days.day_of_year)[len(days) // 2]]
    return (
        f"each year around {middle.day} {middle:%b}"
        if len(set(days.year)) > 1
        else f"around {middle.day} {middle:%b %Y}"
    )


LOOKS = Part(
    name="looks",
    question="Does it look like the data?",
    how_to_read="The band of each row holds nine in ten data sets that the model makes, its dark part half of them; "
    "the dot is your table. A dot far to the right says that such data hardly ever come from this model.",
    result=Looks,
    units=units,
    work=work,
    tell=tell,
)
