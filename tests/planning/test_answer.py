"""A plan says what to move, how sure that is, and why it ends where it does; never more than its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmm_core.labels import short
from mmm_core.planning.answer import IfMoved, Plan, described, in_cents
from mmm_core.planning.certificate import certify
from mmm_core.planning.optimise import best
from mmm_core.planning.task import CENT, Task
from mmm_core.results.intervals import Estimate
from tests.planning.cases import task


def plan_of(given: Task, **about: object) -> Plan:
    """The best plan of a task, certified."""
    found = best(given)
    return described(given, found, certify(given, found.spend), **about)


def planned(seed: int = 0, **changes) -> Plan:
    given = task(seed, 3)
    given = replace(given, aim="mean", total=float(given.today.sum().round(2)), **changes)
    return plan_of(given, untold=[], grain="WEEK", interval_prob=0.94)


def test_the_sentence_names_what_moves_and_how_sure_it_is():
    plan = planned()
    assert plan.differs
    said = plan.headline(short)
    gives = [each for each in plan.channels if each.plan < each.today]
    assert said.startswith("Move ")
    assert all(each.channel.upper() in said for each in gives)
    assert f"{100 * plan.better:.0f} of 100 worlds" in said
    assert plan.gain.low <= plan.gain.shown <= plan.gain.high
    assert plan.first == "2024-01-01"
    assert plan.last == "2024-01-22"


def test_a_plan_that_is_locked_says_to_leave_it():
    given = task(0, 3)
    plan = plan_of(
        replace(given, aim="mean", total=float(given.today.sum().round(2)), low=given.today, high=given.today),
        untold=["a"], grain="WEEK", interval_prob=0.94,
    )  # fmt: skip
    assert not plan.differs
    assert plan.headline(short).startswith("Leave it as it is")
    assert [each.held for each in plan.channels] == ["untold", "locked", "locked"]
    assert plan.notes(short) == ["A stays as today: what cannot be told from no effect moves nothing."]


@pytest.mark.parametrize(("factor", "word"), [(1.05, "more"), (0.95, "less")])
def test_another_budget_is_said_with_what_it_brings(factor, word):
    given = task(1, 3)
    total = float((factor * given.today.sum()).round(2))
    plan = plan_of(replace(given, aim="mean", total=total), untold=[], grain="WEEK", interval_prob=0.94)
    assert f"{word} than today: " in plan.headline(short)
    assert factor < 1 or plan.gain.shown > 0


def test_figures_agree_with_each_other():
    for seed in range(4):
        plan = planned(seed)
        assert sum(each.plan for each in plan.channels) == pytest.approx(plan.budget, abs=CENT)
        assert plan.sales.mean - plan.sales_today.mean == pytest.approx(plan.gain.mean)
        gained = sum(each.brings.mean - each.brings_today.mean for each in plan.channels)
        assert gained == pytest.approx(plan.gain.mean)
        assert plan.channels[0].knowing <= plan.everything
        assert Plan.model_validate_json(plan.model_dump_json()) == plan


def test_limits_that_hold_a_channel_are_said():
    plan = planned(3)
    held = [each for each in plan.channels if each.held in ("low", "high")]
    said = " ".join(plan.notes(short))
    assert all(each.channel.upper() in said for each in held)
    assert ("at a limit" in said) == bool(held)
    for each in held:
        assert min(abs(each.plan - each.low), abs(each.plan - each.high)) <= CENT
    assert np.isfinite(plan.after)


def test_a_plan_of_times_alone_says_so_or_to_leave_it():
    given = task(0, 3)
    locked = replace(
        given, aim="mean", total=float(given.today.sum().round(2)), low=given.today, high=given.today,
        usual_pattern=given.pattern,
    )  # fmt: skip
    later = np.zeros_like(given.pattern)
    later[:, 0] = 1.0
    plan = plan_of(replace(locked, pattern=later), untold=[], grain="WEEK", interval_prob=0.94)
    assert plan.timed
    same = plan_of(locked, untold=[], grain="WEEK", interval_prob=0.94)
    assert same.headline(short) == "Leave it as it is: no other split or time is known to bring more than today's."
    said = plan.headline(short)
    assert said.startswith("Keep the split, and spend it when" if plan.differs else "Leave it as it is: no other")


def test_splits_stand_side_by_side_and_add_up_to_the_cent():
    given = task(0, 3)
    given = replace(given, aim="mean", total=float(given.today.sum().round(2)))
    own = given.today * np.array([0.5, 1.0, 1.2])
    plan = plan_of(given, untold=[], grain="WEEK", interval_prob=0.94, own=own.round(2), margin=0.5)
    assert [split.name for split in plan.splits] == ["today", "plan", "mine"]
    for split in plan.splits:
        assert round(sum(each.spend for each in split.channels), 2) == split.spend
        for each in split.channels:
            assert round(sum(each.weeks), 2) == each.spend
            assert len(each.weeks) == len(plan.dates) == plan.periods
        assert sum(each.brings.mean for each in split.channels) == pytest.approx(split.brings.mean)
        assert split.profit is not None
        assert split.profit.mean == pytest.approx(0.5 * split.sales.mean - split.spend)
        assert split.returns is not None
        assert split.returns.mean == pytest.approx(split.brings.mean / split.spend)
    today, chosen, mine = plan.splits
    assert (today.better, chosen.better) == (None, plan.better)
    assert chosen.sales.mean >= max(today.sales.mean, 0)
    assert plan.profit_gain is not None
    assert plan.profit_gain.mean == pytest.approx(chosen.profit.mean - today.profit.mean, abs=0.02)
    assert "profit changes by" in " ".join(plan.notes(short))
    assert mine.sales.mean == pytest.approx(given.sales(own.round(2)).mean())


def test_a_split_without_money_has_no_return():
    given = task(0, 3)
    given = replace(given, aim="mean", total=float(given.today.sum().round(2)))
    plan = plan_of(given, untold=[], grain="WEEK", interval_prob=0.94, own=np.zeros(3))
    assert plan.splits[2].returns is None
    assert plan.splits[2].channels[0].returns is None
    assert plan.splits[2].profit is None


@pytest.mark.parametrize("money", [0.01, 0.05, 100.0, 12345.67])
def test_money_in_parts_adds_up_in_whole_cents(money):
    parts = np.random.default_rng(0).dirichlet(np.ones(13))
    found = in_cents(money, parts)
    assert round(sum(found), 2) == money
    assert all(round(each * 100) == pytest.approx(each * 100) for each in found)
    assert max(abs(each - money * part) for each, part in zip(found, parts, strict=True)) <= 0.011


@pytest.mark.parametrize("times", [0.5, 1.0, 1.5])
def test_sales_to_reach_are_said_with_their_chance_or_with_the_highest_that_can_be(times):
    given = task(0, 3)
    given = replace(given, total=float(given.today.sum().round(2)))
    reach = times * float(given.sales_today.mean())
    plan = plan_of(replace(given, aim="chance", reach=reach), untold=[], grain="WEEK", interval_prob=0.94)
    assert plan.reach.sales == reach
    said = plan.notes(short)[0]
    if plan.reach.chance < 0.01:
        assert times > 1
        assert plan.reach.highest < reach
        assert f"The highest reachable are about {short(plan.reach.highest)}" in said
    else:
        assert f"are reached in {100 * plan.reach.chance:.0f} of 100 worlds" in said
        assert plan.reach.chance >= plan.reach.chance_today - 0.05


def test_without_such_an_aim_none_is_told():
    assert planned().reach is None


@pytest.mark.parametrize(
    ("share", "better", "says"),
    [(0.05, 0.97, "it would make it +5.0 % sales (4.0–6.0 %), better than today in 97 of 100 worlds"), (0.0, 0.5, "")],
)
def test_moving_the_untold_is_offered_where_it_brings_more(share, better, says):
    plan = planned()
    still = plan.channels[0].model_copy(update={"held": "untold"})
    estimate = Estimate(mean=share, low=share - 0.01, high=share + 0.01, median=share)
    none = Estimate(mean=0.0, low=0.0, high=0.0, median=0.0)
    plan = plan.model_copy(
        update={
            "channels": (still, *plan.channels[1:]),
            "gain_share": none,
            "if_moved": IfMoved(gain_share=estimate, better=better),
        }
    )
    said = next(line for line in plan.notes(str) if "moves nothing" in line).replace("\u00a0", " ")
    assert (says in said) if says else said.endswith("moves nothing.")
