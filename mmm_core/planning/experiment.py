"""Which test to run next: how large, how long, and how near it would come; or that none of this size would tell.

The channel is the one whose return it is worth most to know. In half of the regions it is switched off for some
periods, in the other half it goes on. What sales of the first then miss, against what those of the second say they
would have been, is what it brings. With the noise σ of a period's sales in the fit, spread over the regions by their
size and independent between them, the error of what it brings per period is ::

    SE(n) = σ / (√(n·f·(1 − f)) · gone(n))        f: part of the regions without it; n: periods

``gone(n)`` is the part of its effect that has ended on average over n periods: what is carried over from before keeps
coming. What is known afterwards joins both, as of independent normal errors: ``1/√(1/s² + 1/SE²)``.

Source: Vaver & Koehler (2011), *Measuring Ad Effectiveness Using Geo Experiments*, Google Research.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field
from scipy.stats import norm

from mmm_core.labels import display_name, percent, ratio
from mmm_core.planning.certificate import Certificate
from mmm_core.planning.task import Task
from mmm_core.schema import Strict
from mmm_core.spec import Grain

type Array = NDArray[np.float64]

LENGTHS: dict[Grain, tuple[int, ...]] = {"WEEK": (4, 6, 8, 10, 13, 16, 20, 26), "MONTH": (2, 3, 4, 6)}
"""Periods that a test may take: up to half a year."""
PART = 0.5
"""Part of the regions in which the channel is off: with halves a test tells most."""
TELLS = 0.5
"""A test tells if what is not known of the return afterwards is at most this part of what is not known now."""
SMALLEST_WORTH = 1e-5
"""Part of sales below which it is worth nothing to know a return."""


class NextTest(Strict):
    """The test of the channel whose return it is worth most to know. Money and sales are per period unless said."""

    channel: str
    tells: bool = Field(description="Whether it would halve what is not known; otherwise it is the longest one.")
    cells: int = Field(default=2, description="Groups of regions of one size: the channel off in one, on in the other.")
    part: float = Field(description="Part of the regions, by sales, in which the channel is off (fraction).")
    periods: int = Field(description="How long.")
    now: float = Field(description="Half the interval of the return now, target's unit per money.")
    after: float = Field(description="The same once the test is joined with what is known.")
    alone: float = Field(description="The same by the test alone.")
    gone: float = Field(description="Part of the effect that has ended, on average over the test (fraction).")
    noise: float = Field(description="Standard deviation of a period's sales in the fit, in the target's unit.")
    saves: float = Field(description="Money that is not spent in the regions without the channel, over the test.")
    costs: float = Field(description="Sales that they would miss over the test and after it, in the target's unit.")
    worth: float = Field(
        description="Sales that the test is worth at most over the planned time: the value of knowing the return, "
        "times the part of what is not known (as variance) that the test takes away; in the target's unit."
    )

    def in_words(self, grain: Grain, money: Callable[[float], str]) -> str:
        """What to do, in a sentence or two."""
        name, now, after = display_name(self.channel), ratio(self.now), ratio(self.after)
        where = f"{name} off in {percent(self.part)} of the regions for {self.periods} {grain.lower()}s"
        if not self.tells:
            return (
                f"No test of this size would tell the return of {name}: even {where} would leave ±{after}, where it is "
                f"±{now} now."
            )
        dear = "" if self.costs <= self.worth else ": it pays only if its answer serves for longer"
        return (
            f"Test next: {where}. Its return would be known to ±{after}, where it is ±{now} now. That is worth up to "
            f"{money(self.worth)} of sales over the planned time, and gives up about {money(self.costs)} of sales "
            f"meanwhile{dear}."
        )


def noise_of(fitted: pd.DataFrame) -> float:
    """Standard deviation of a period's sales around the fit, in the target's unit.

    ``fitted`` is the table of a run, a row an entity and period.
    """
    sums = fitted.groupby("period_start")[["y", "y_hat_mean"]].sum()
    left = (sums["y"] - sums["y_hat_mean"]).to_numpy(float)
    return float(np.sqrt(np.mean(np.square(left - left.mean()))))


def next_test(
    task: Task, known: Certificate, noise: float, *, grain: Grain, interval_prob: float, sales: float
) -> NextTest | None:
    """The shortest test that tells the return which it is worth most to know; None: none is worth to be known.

    Parameters
    ----------
    task
        What is planned.
    known
        What it would be worth to know each return.
    noise
        Of a period's sales, in the target's unit.
    interval_prob
        Probability of the intervals.
    sales
        Of the plan, in the target's unit: what is worth less than a hundred-thousandth of it is worth nothing.
    """
    spent = task.planned & (task.today > 0)
    worth = np.where(spent, known.knowing, 0.0)
    if not worth.any() or worth.max() <= SMALLEST_WORTH * abs(sales) or not noise > 0:
        return None
    place, horizon = int(np.argmax(worth)), task.response.horizon
    money = float(task.today[place]) / horizon
    brought = task.as_usual.felt(task.today).brought()[place].sum(axis=0) / horizon  # (sample), per period
    before, wide = float(brought.std()), float(norm.ppf(0.5 + interval_prob / 2))
    errors = {periods: _error(task, place, noise, periods) for periods in LENGTHS[grain]}
    telling = [periods for periods, error in errors.items() if _joined(before, error) <= TELLS * before]
    periods = telling[0] if telling else LENGTHS[grain][-1]
    error = errors[periods]
    after = _joined(before, error)
    return NextTest(
        channel=task.response.channels[place],
        tells=bool(telling),
        part=PART,
        periods=periods,
        now=wide * before / money,
        after=wide * after / money,
        alone=wide * error / money,
        gone=gone_by(task, place, periods),
        noise=noise,
        saves=PART * periods * money,
        costs=PART * periods * float(brought.mean()),
        worth=float(worth[place]) * (1 - (after / before) ** 2),
    )


def gone_by(task: Task, place: int, periods: int) -> float:
    """Part of a channel's effect that has ended, on average over so many periods after it was switched off."""
    weights = task.response.curves.weights[place].mean(axis=1)  # (lag)
    reached = np.cumsum(weights / weights.sum())
    padded = np.concatenate([reached, np.ones(max(periods - len(reached), 0))])
    return float(padded[:periods].mean())


def _error(task: Task, place: int, noise: float, periods: int) -> float:
    """Standard error of what a channel brings per period, by a test alone, in the target's unit."""
    return float(noise / (np.sqrt(periods * PART * (1 - PART)) * gone_by(task, place, periods)))


def _joined(before: float, error: float) -> float:
    return float(1 / np.sqrt(1 / before**2 + 1 / error**2)) if before > 0 else 0.0
