"""What a plan gains in truth, if each draw of the posterior is taken as the truth once, and what it is worth to know.

For a world that a draw describes, today, the plan, and the plan that is best *for that world* each bring something. The
plan's gain as a part of what could be gained says how good a plan is that does not know the world; how often it loses,
how safe. The rest is what full knowledge would bring. Of one channel that is its *expected value of partial perfect
information*: how much better one would choose among plans if its return were known, all else as uncertain as it is. ::

    value of knowing c = E_s[ max_k E(sales of plan k | return of c in s) ] − max_k E(sales of plan k)

with the inner mean by regression on the draws.

Source: Strong, Oakley & Brennan (2014), *Estimating Multiparameter Partial Expected Value of Perfect Information from a
Probabilistic Sensitivity Analysis Sample*, doi:10.1177/0272989X13505910.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mmm_core.planning.optimise import climb
from mmm_core.planning.task import Task

type Array = NDArray[np.float64]

WORLDS = 100
"""Draws for which the best plan of their own is sought."""
PLANS = 25
"""Of these plans, how many are chosen among when something is known."""
DRAWS_TO_KNOW = 1000
"""Draws on which sales are regressed on returns."""
DEGREE = 3
"""Of the polynomial by which sales are regressed on a return."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a plan gains over today. Sales are of horizon and tail together, in the target's unit.

    Attributes
    ----------
    gain
        ``(sample)``: sales of the plan less those of today, in each draw.
    reached, possible
        Means over the worlds: gain of the plan, and of the best plan of each.
    worlds
        How many draws ``reached`` and ``possible`` are of.
    everything
        What it would be worth to know the world: mean gain of the best plan of each over the plan.
    knowing
        ``(channel)``: what it would be worth to know a channel's return, up to that; 0 where it is not planned.
    """

    gain: Array
    reached: float
    possible: float
    worlds: int
    everything: float
    knowing: Array

    @property
    def part(self) -> float | None:
        """Gain as a part of what could be gained (fraction); None: there is nothing to gain."""
        return self.reached / self.possible if self.possible > 0 else None

    @property
    def loses(self) -> float:
        """In how many draws the plan brings less than today (fraction)."""
        return float((self.gain < 0).mean())


def certify(task: Task, spend: Array, *, free: Task | None = None) -> Certificate:
    """Hold a plan against the world of each draw.

    Parameters
    ----------
    task
        What was planned.
    spend
        The plan ``(channel)``, in money over the horizon.
    free
        The same with the limits of whoever knows every return, who need not leave alone what cannot be told; None: the
        task's own.
    """
    task = task if free is None else free
    few = task.thinned(WORLDS)
    plan, today = few.sales(spend), few.sales_today
    own = [_best_of(few, world, spend) for world in range(len(plan))]
    possible = np.array([sales for sales, _ in own])
    possible = np.maximum(possible, plan)  # where nothing better was found the plan is best
    everything = float((possible - plan).mean())
    return Certificate(
        gain=task.sales(spend) - task.sales_today,
        reached=float((plan - today).mean()),
        possible=float((possible - today).mean()),
        worlds=len(plan),
        everything=everything,
        knowing=np.minimum(
            _knowing(task.thinned(DRAWS_TO_KNOW), [spend, *(each for _, each in own[:PLANS])]), everything
        ),
    )


def uncertified(task: Task, spend: Array) -> Certificate:
    """What a plan ``(channel)``, in money over the horizon, gains over today, and nothing of what could be gained."""
    return Certificate(
        gain=task.sales(spend) - task.sales_today, reached=0.0, possible=0.0, worlds=0, everything=0.0,
        knowing=np.zeros(len(spend)),
    )  # fmt: skip


def _best_of(task: Task, world: int, plan: Array) -> tuple[float, Array]:
    """Sales of the best plan for the world of one draw, and that plan."""
    alone = replace(task, response=task.response.of(np.array([world])), aim="mean")
    found = climb(alone, plan)
    return alone.value(found)[0], found


def _knowing(task: Task, plans: list[Array]) -> Array:
    """Value of knowing each channel's return ``(channel)``, by regression of every plan's sales on it."""
    sales = np.stack([task.sales(spend) for spend in plans])  # (plan, sample)
    chosen = sales.mean(axis=1).max()
    brought = task.felt(task.today).brought().sum(axis=1)  # (channel, sample)
    found = np.zeros(len(task.price))
    for place in np.flatnonzero(task.planned & (task.today > 0)):
        score = _ranked(brought[place])
        columns = np.polynomial.legendre.legvander(2 * score - 1, DEGREE)
        known = columns @ np.linalg.lstsq(columns, sales.T, rcond=None)[0]  # (sample, plan)
        found[place] = max(float(known.max(axis=1).mean() - chosen), 0.0)
    return found


def _ranked(values: Array) -> Array:
    """Values ``(sample)`` by their place in the order of size, from 0 to 1: no draw far out pulls a regression."""
    rank = np.empty(len(values))
    rank[np.argsort(values, kind="stable")] = (np.arange(len(values)) + 0.5) / len(values)
    return rank
