"""Week by week: never less than any fixed pattern, within what a week has seen, and today stays as it is spent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmm_core.planning.flighting import FIXED, week_by_week
from mmm_core.planning.optimise import best
from mmm_core.planning.usual import MOST, pattern_of, spending_of
from tests.planning.demo import asking, response, subject


@pytest.mark.parametrize("aim", ["mean", "cautious"])
def test_it_brings_no_less_than_every_fixed_pattern(aim):
    task = asking(aim=aim).task
    found = week_by_week(task, subject().table)
    reached = found.value(best(found).spend)[0]
    for timing in FIXED:
        pattern = pattern_of(timing, task.response, subject().table)
        fixed = replace(task, pattern=pattern, usual_pattern=task.pattern)
        assert reached >= fixed.value(best(fixed).spend)[0] * (1 - 1e-9), timing


def test_a_week_has_no_more_than_was_seen_and_all_weeks_have_the_whole():
    task = asking(timing="weekly").task
    assert task.pattern.sum(axis=1) == pytest.approx(np.ones(len(task.today)))
    assert (task.pattern >= 0).all()
    spend = best(task).spend
    most = MOST * spending_of(response(), subject().table).most
    fixed = np.max([pattern_of(timing, task.response, subject().table) for timing in FIXED], axis=0)
    assert (task.pattern <= np.maximum(1.2 * (most / np.maximum(spend, 1))[:, None], fixed) + 1e-9).all()


def test_today_is_spent_as_it_was():
    plain, task = asking().task, asking(timing="weekly").task
    assert task.sales_today == pytest.approx(plain.sales_today)
    assert task.as_usual.pattern == pytest.approx(plain.pattern)
