"""The plan that is found is the best there is: against all plans on a fine grid."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from mmm_core.planning.optimise import best, filled, nearest
from mmm_core.planning.task import CENT, Task
from tests.planning.cases import task

GRID = 25
ENOUGH = 0.005
"""Part of what the best plan on the grid gains over today that may be missed."""


def by_trying(given: Task) -> float:
    """The most that any plan on a grid reaches; the last channel has what is left of the budget."""
    axes = []
    for low, high, step in zip(given.low[:-1], given.high[:-1], given.step[:-1], strict=True):
        if high - low < CENT:
            axes.append(np.array([low]))
        elif step > 0:
            axes.append(np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step)
        else:
            axes.append(np.linspace(low, high, GRID))
    most = -np.inf
    for first in product(*axes):
        left = given.total - sum(first)
        step = given.step[-1]
        if step > 0:
            left = np.floor(left / step + 1e-9) * step
        spend = np.array([*first, left])
        inside = given.low[-1] - CENT <= left <= given.high[-1] + CENT
        sums = [spend[given.places(group)].sum() for group in given.groups]
        if inside and all(g.low <= money <= g.high for g, money in zip(given.groups, sums, strict=True)):
            most = max(most, given.value(spend)[0])
    return most


@pytest.mark.parametrize("seed", range(24))
def test_it_is_as_good_as_the_best_of_all(seed):
    kind = seed % 4
    given = task(seed, 2 + seed % 2, steps=kind == 3, groups=kind == 1 and seed % 2 == 1, locked=kind == 2)
    found = best(given)
    if not given.step.any():
        assert found.spend.sum() == pytest.approx(given.total, abs=CENT / 2)
    assert (found.spend >= given.low - CENT).all()
    assert (found.spend <= given.high + CENT).all()
    told = by_trying(given)
    if np.isfinite(told):
        assert given.value(found.spend)[0] >= told - ENOUGH * abs(told)


@pytest.mark.parametrize("seed", range(4))
def test_a_larger_budget_never_brings_less(seed):
    given = replace(task(seed, 3), aim="mean")
    reached = []
    for total in np.linspace(given.low.sum(), given.high.sum(), 7):
        wider = replace(
            given, total=float(np.round(np.clip(total, given.low.sum() + 0.01, given.high.sum() - 0.01), 2))
        )
        reached.append(wider.value(best(wider).spend)[0])
    assert (np.diff(reached) >= -1e-9 * np.abs(reached[:-1])).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_locked_channel_stays_to_the_cent_and_the_sum_is_the_budget(seed):
    given = task(seed, 3, locked=True)
    found = best(given)
    assert found.spend[0] == given.today[0].round(2)
    assert round(found.spend.sum(), 2) == given.total
    assert found.left == 0


def test_channels_are_bought_in_their_steps_and_what_is_left_is_said():
    given = task(3, 3)
    given = replace(given, step=given.today / 5)
    found = best(given)
    parts = found.spend / given.step
    np.testing.assert_allclose(parts, parts.round(), atol=1e-3)
    assert 0 <= found.left < given.step.max()
    assert round(found.spend.sum() + found.left, 2) == given.total


def test_the_same_task_gives_the_same_plan_and_its_limits_say_where_it_ends():
    given = task(5, 3)
    one, two = best(given), best(given)
    assert (one.spend == two.spend).all()
    inside = (one.spend > given.low + CENT) & (one.spend < given.high - CENT)
    assert ((one.at_low | one.at_high) == ~inside).all()


def test_the_nearest_spend_within_limits_is_the_wanted_one_where_it_is_allowed():
    given = task(6, 3)
    allowed = nearest(given, given.today)
    np.testing.assert_allclose(nearest(given, allowed), allowed, rtol=1e-5)
    assert nearest(given, 10 * given.today).sum() == pytest.approx(given.total)


@pytest.mark.parametrize("seed", range(20))
def test_what_brings_most_is_filled_first_as_a_linear_program_says(seed):
    rng = np.random.default_rng(seed)
    given = task(seed, 3)
    given = replace(given, total=float(rng.uniform(given.low.sum(), given.high.sum())))
    slopes = rng.normal(1.0, 1.0, 3)
    found = linprog(
        -slopes, A_eq=np.ones((1, 3)), b_eq=[given.total], bounds=list(zip(given.low, given.high, strict=True))
    )
    made = filled(given, slopes)
    assert made is not None
    assert made.sum() == pytest.approx(given.total)
    assert slopes @ made == pytest.approx(slopes @ found.x)
    assert filled(replace(given, total=given.high.sum() + 1.0), slopes) is None
