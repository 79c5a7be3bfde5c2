"""What every door makes of a run: a plan, a frontier, and curves, the same figures wherever they are asked."""

from __future__ import annotations

import numpy as np
import pytest

from mmm_core.planning.request import PlanRequest
from mmm_core.scenarios import made
from tests.planning.demo import response, subject


def test_a_plan_rests_on_the_run_and_its_request():
    request = PlanRequest.model_validate({"own": {"tv": 50000}, "margin": 0.4})
    plan = made.plan_for(subject(), response(), request)
    assert [split.name for split in plan.splits] == ["today", "plan", "mine"]
    assert plan.interval_prob == subject().summary.interval_prob
    untold = [each.channel for each in plan.channels if each.held == "untold"]
    assert untold == made.cannot_be_told(subject())
    found = made.sought(subject(), response(), request)
    frontier = made.frontier_of(found)
    at = next(point for point in frontier.points if point.budget == plan.budget)
    assert at.sales == plan.sales
    # The same at once, but for what takes a look at every world.
    known_later = {"part", "worlds", "everything", "channels", "test", "if_moved"}
    quick = made.told(found, certified=False)
    assert quick.model_dump(exclude=known_later) == plan.model_dump(exclude=known_later)
    assert (quick.part, quick.worlds, quick.everything) == (None, 0, 0.0)


def test_what_moving_the_untold_would_bring_is_what_a_plan_that_moves_them_brings():
    plan = made.plan_for(subject(), response(), PlanRequest())
    moving = made.plan_for(subject(), response(), PlanRequest(move_untold=True))
    assert plan.if_moved.gain_share.mean == pytest.approx(moving.gain_share.mean, rel=1e-6)
    assert plan.if_moved.better == moving.better
    # It is an offer, and no part of the answer.
    assert plan.if_moved.gain_share.mean >= plan.gain_share.mean - 1e-12
    assert [each.channel for each in plan.channels if each.held == "untold"] == ["print"]
    assert moving.if_moved is None
    assert all(each.held != "untold" for each in moving.channels)
    assert made.told(made.sought(subject(), response(), PlanRequest()), certified=False).if_moved is None


def test_curves_say_where_a_channel_is_and_what_the_next_unit_brings():
    found = made.curves_described(subject(), response())
    plain = made.curves_for(subject(), response())
    assert [each.channel for each in found] == [curve.channel for curve in plain.curves]
    for each in found:
        assert each.least <= each.today <= each.most
        spend = np.array([point.spend for point in each.points])
        steady = np.array([point.steady.mean for point in each.points])
        assert spend[0] == steady[0] == 0
        assert spend[-1] >= each.most
        assert (np.diff(steady) > 0).all()
        # The slope is that of the curve.
        slopes = np.gradient(steady, spend)[5:-5]
        told = np.array([point.marginal.mean for point in each.points])[5:-5]
        assert told == pytest.approx(slopes, rel=0.1)
