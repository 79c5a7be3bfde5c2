"""How much to spend: the budget that a goal asks for, and what every budget would bring at its best.

The *efficient frontier* has, for each budget within the limits, the sales of the best split of it. A goal picks a point
on it: the least budget that reaches sales, the most that still has a return, or the one that leaves most profit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.optimize import minimize_scalar

from mmm_core.errors import SpecError
from mmm_core.planning.optimise import climb, nearest
from mmm_core.planning.task import CENT, Task
from mmm_core.results.intervals import Estimate, estimate
from mmm_core.schema import Real, Strict

type Array = NDArray[np.float64]

DRAWS = 200
"""Draws on which budgets are compared."""
POINTS = 9
HALVINGS = 14
"""Of the range of budgets; the rest is below a ten-thousandth of it."""
LAST_PART = 0.1
"""Part of the budget of which it is said what it brings."""


class Goal(Strict):
    """What a budget is found by."""

    kind: Literal["sales", "return", "profit"] = Field(
        description="The least budget with these mean sales; the most with this return of all planned money; the one "
        "that leaves most profit at this margin, where the next unit of money brings just itself."
    )
    at: Real = Field(gt=0, description="Sales over the horizon; sales per unit of spend; margin (fraction).")


class FrontierPoint(Strict):
    """The best split of one budget."""

    budget: float
    sales: Estimate = Field(description="Sales of horizon and what comes after it, in the target's unit.")
    spend: dict[str, float] = Field(description="Money by channel.")


class Frontier(Strict):
    """What every budget within the limits brings at its best, and what its last part does."""

    points: tuple[FrontierPoint, ...] = Field(description="By budget, the least first.")
    last_part: float = Field(description="Part of the budget whose worth is told (fraction).")
    last: Estimate | None = Field(
        description="Sales that the last part of the budget brings, in the target's unit; null: limits need it all."
    )


def frontier(task: Task, spend: Array, *, interval_prob: float) -> Frontier:
    """The efficient frontier around a plan.

    Parameters
    ----------
    task
        What is planned, with its limits.
    spend
        The plan ``(channel)``, in money over the horizon.
    interval_prob
        Probability of the intervals.
    """
    few = task.thinned(DRAWS)
    budgets = np.unique(np.round([*np.linspace(*_range(task), POINTS), task.total], 2))
    # From the plan outwards, each from its neighbour: a budget's best split is near that of the next.
    found = {task.total: spend}
    for side in (budgets[budgets < task.total][::-1], budgets[budgets > task.total]):
        start = spend
        for budget in side:
            start = _at(few, float(budget), start)
            found[float(budget)] = start
    sales = {budget: task.sales(split) for budget, split in sorted(found.items())}
    channels = task.response.channels
    less = task.total * (1 - LAST_PART)
    last = None
    if less >= _range(task)[0] - CENT and task.total > CENT:
        last = estimate(sales[task.total] - task.sales(_at(few, less, spend)), interval_prob)
    return Frontier(
        points=tuple(
            FrontierPoint(
                budget=budget,
                sales=estimate(draws, interval_prob),
                spend={channels[place]: float(found[budget][place].round(2)) for place in np.flatnonzero(task.planned)},
            )
            for budget, draws in sales.items()
        ),
        last_part=LAST_PART,
        last=last,
    )


def budget_for(task: Task, goal: Goal) -> float:
    """The budget that a goal asks for, in money over the horizon.

    Raises
    ------
    SpecError
        No budget within the limits reaches it; it names what is asked for and what can be had.
    """
    few = replace(task.thinned(DRAWS), aim="mean", reach=None)
    least, most = _range(few)
    without = float(few.sales(np.zeros(len(few.today))).mean())

    @cache
    def sales(budget: float) -> float:
        return float(few.sales(_at(few, budget, few.today * budget / max(few.today.sum(), CENT))).mean())

    if goal.kind == "profit":
        found = minimize_scalar(
            lambda budget: budget - goal.at * sales(round(float(budget), 2)), bounds=(least, most), method="bounded"
        )
        budgets = (least, round(float(found.x), 2), most)
        return max(budgets, key=lambda budget: goal.at * sales(budget) - budget)
    if goal.kind == "sales":
        if sales(most) < goal.at:
            raise _out_of_reach(f"sales of {goal.at:,.0f}", f"{sales(most):,.0f}, with a budget of {most:,.2f}")
        return _first(least, most, lambda budget: sales(budget) >= goal.at)
    returns = {budget: (sales(budget) - without) / max(budget, CENT) for budget in np.linspace(least, most, POINTS)}
    reach = [budget for budget, value in returns.items() if value >= goal.at]
    if not reach:
        raise _out_of_reach(f"a return of {goal.at:,.2f}", f"{max(returns.values()):,.2f}")
    next_one = next((budget for budget in returns if budget > max(reach)), most)
    return _first(max(reach), next_one, lambda budget: bool((sales(budget) - without) / max(budget, CENT) < goal.at))


def _first(low: float, high: float, holds: Callable[[float], bool]) -> float:
    """The least budget between two at which something begins to hold, to the cent; else the upper one."""
    if holds(round(low, 2)):
        return round(low, 2)
    for _ in range(HALVINGS):
        middle = round((low + high) / 2, 2)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return round(high, 2)


def _range(task: Task) -> tuple[float, float]:
    """Least and most money that the limits allow; where everything is locked, the same twice."""
    least, most = float(np.ceil(task.low.sum() * 100) / 100), float(np.floor(task.high.sum() * 100) / 100)
    return (least, most) if most > least else (float(task.low.sum().round(2)),) * 2


def _at(task: Task, budget: float, start: Array) -> Array:
    """The best split of a budget, from one that is near."""
    there = replace(task, total=budget)
    return climb(there, nearest(there, start))


def _out_of_reach(wanted: str, best: str) -> SpecError:
    return SpecError(
        f"The goal is {wanted}, and the most that the limits allow is {best}.",
        code="goal_out_of_reach",
        remedy="Ask for less, or let channels have more.",
    )
