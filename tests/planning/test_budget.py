"""A goal finds its budget on the efficient frontier, which never falls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmm_core.errors import SpecError
from mmm_core.planning.budget import LAST_PART, Goal, budget_for, frontier
from mmm_core.planning.optimise import best
from mmm_core.planning.task import CENT
from tests.planning.demo import asking


def at_best(budget: float) -> float:
    """Mean sales of the best split of a budget."""
    task = replace(asking().task, total=budget)
    return float(task.sales(best(task).spend).mean())


def test_a_larger_budget_never_brings_less_and_every_point_spends_its_own():
    task = asking().task
    spend = best(task).spend
    found = frontier(task, spend, interval_prob=0.9)
    budgets = [point.budget for point in found.points]
    assert budgets == sorted(budgets)
    assert (budgets[0], budgets[-1]) == pytest.approx((task.low.sum(), task.high.sum()), abs=CENT)
    assert task.total in budgets
    assert all(np.diff([point.sales.mean for point in found.points]) > 0)
    for point in found.points:
        assert sum(point.spend.values()) == pytest.approx(point.budget, abs=0.05)
        assert point.sales.low <= point.sales.shown <= point.sales.high
    here = found.points[budgets.index(task.total)]
    assert here.sales.mean == pytest.approx(task.sales(spend).mean())
    assert found.last is not None
    assert found.last.mean == pytest.approx(here.sales.mean - at_best((1 - LAST_PART) * task.total), rel=0.02)


def test_limits_that_need_the_whole_budget_leave_no_last_part():
    task = asking().task
    locked = replace(task, low=task.today, high=task.today)
    assert frontier(locked, task.today, interval_prob=0.9).last is None


def test_sales_are_reached_with_the_least_budget():
    wanted = at_best(200_000)
    budget = budget_for(asking().task, Goal(kind="sales", at=wanted))
    assert budget == pytest.approx(200_000, rel=0.002)
    assert at_best(budget) >= wanted * (1 - 1e-6)


def test_a_return_is_kept_with_the_most_budget():
    task = asking().task
    without = float(task.sales(np.zeros(len(task.today))).mean())

    def returned(budget: float) -> float:
        return (at_best(budget) - without) / budget

    wanted = returned(200_000)
    assert budget_for(task, Goal(kind="return", at=wanted)) == pytest.approx(200_000, rel=0.01)


def test_profit_is_largest_where_the_next_unit_brings_itself():
    # A unit more brings about 2 of sales: at half of it money comes back, at a tenth it does not.
    task = asking().task
    assert budget_for(task, Goal(kind="profit", at=0.1)) == pytest.approx(task.low.sum(), abs=CENT)
    assert budget_for(task, Goal(kind="profit", at=1.0)) > 1.2 * task.total
    middle = budget_for(task, Goal(kind="profit", at=0.5))
    profits = [0.5 * at_best(each) - each for each in (0.9 * middle, middle, min(1.1 * middle, task.high.sum()))]
    assert max(profits) <= profits[1] * (1 + 1e-3)


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (Goal(kind="sales", at=9e9), r"sales of 9,000,000,000, and the most that the limits allow is [\d,]+, with a"),
        (Goal(kind="return", at=50), r"a return of 50.00, and the most that the limits allow is \d"),
    ],
)
def test_a_goal_out_of_reach_names_what_can_be_had(goal, words):
    with pytest.raises(SpecError, match=words):
        budget_for(asking().task, goal)


@pytest.mark.parametrize(("kind", "at"), [("profit", 0.4), ("sales", 5.0), ("return", 0.01)])
def test_where_everything_is_locked_the_budget_is_what_is_locked(kind, at):
    task = asking(locked=["tv", "search", "social", "video", "radio"]).task
    assert budget_for(task, Goal(kind=kind, at=at)) == pytest.approx(task.total, abs=0.02)
    assert len(frontier(task, task.today, interval_prob=0.9).points) == 1


def test_what_is_reached_anyway_needs_the_least_budget():
    task = asking().task
    assert budget_for(task, Goal(kind="sales", at=1.0)) == pytest.approx(task.low.sum(), abs=0.02)
    assert budget_for(task, Goal(kind="return", at=0.01)) == pytest.approx(task.high.sum(), abs=0.02)
