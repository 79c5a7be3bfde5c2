"""A request makes the task that it says, and is refused where two of its numbers contradict each other."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from mmm_core.errors import SpecError
from mmm_core.planning.request import PlanRequest
from mmm_core.planning.task import CENT
from mmm_core.scenarios import made
from tests.planning.demo import asking, response, subject


def place(channel: str) -> int:
    return response().channels.index(channel)


def test_what_is_left_out_is_as_usual():
    task = asking().task
    assert task.total == pytest.approx(task.today.sum(), abs=CENT)
    assert task.aim == "mean"
    assert task.low[place("tv")] == pytest.approx(task.today[place("tv")] / 2)
    assert PlanRequest.model_validate_json(PlanRequest().model_dump_json()) == PlanRequest()


def test_what_cannot_be_told_stays_unless_bounds_are_given_for_it():
    given = asking()
    assert given.untold == ("print",)
    at = place("print")
    assert given.task.low[at] == given.task.high[at] == given.task.today[at]
    # Whoever knew every return need not leave it alone.
    assert given.free.low[at] < given.free.today[at] < given.free.high[at]
    bounded = asking(bounds={"print": {"high": 9000}})
    assert bounded.untold == ()
    moved = asking(move_untold=True)
    assert moved.untold == ()
    assert (moved.task.low == moved.free.low).all()
    assert (moved.task.high == moved.free.high).all()
    assert bounded.task.high[at] == 9000
    assert bounded.task.low[at] == pytest.approx(bounded.task.today[at] / 2)


def test_every_lever_reaches_the_task():
    given = asking(
        horizon=8, budget=120000, aim="cautious", timing="bursts", bounds={"act_tv": {"low": 0, "high": 50000}},
        locked=["video"], steps={"search": 10000}, prices={"radio": 1.1}, own={"tv": 1000.004},
        groups={"air": {"channels": ["tv", "radio"], "high": 60000}}, margin=0.4,
    )  # fmt: skip
    task, plain = given.task, asking(horizon=8).task
    assert (task.total, task.aim, task.response.horizon) == (120000, "cautious", 8)
    assert (task.low[place("tv")], task.high[place("tv")]) == (0, 50000)
    assert task.low[place("video")] == task.high[place("video")] == task.today[place("video")]
    assert task.step[place("search")] == 10000
    assert task.price[place("radio")] == pytest.approx(1.1 * plain.price[place("radio")])
    assert [(group.name, group.channels, group.low, group.high) for group in task.groups] == [
        ("air", ("tv", "radio"), 0, 60000)
    ]
    assert np.count_nonzero(task.pattern[0]) == 4
    assert given.own is not None
    assert given.own[place("tv")] == 1000
    assert given.own[place("radio")] == task.today[place("radio")]


def test_a_limit_beyond_the_usual_other_one_moves_it():
    task = asking(bounds={"tv": {"high": 10}, "radio": {"low": 90000}}).task
    assert (task.low[place("tv")], task.high[place("tv")]) == (10, 10)
    assert (task.low[place("radio")], task.high[place("radio")]) == (90000, 90000)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"bounds": {"fax": {"low": 1}}}, "bounds: the run has no channel 'fax'"),
        ({"locked": ["fax"]}, "locked: the run has no channel 'fax'"),
        ({"groups": {"air": {"channels": ["fax"]}}}, "groups.air: the run has no channel 'fax'"),
        ({"steps": {"tv": 0}}, "The step of TV is 0.00"),
        ({"prices": {"tv": -1}}, "The price of TV is -1.00"),
        ({"own": {"tv": -5}}, "TV is to have -5.00: spend is never negative"),
        ({"budget": 5, "goal": {"kind": "sales", "at": 5}}, "A budget of 5.00 is given, and a goal"),
        ({"aim": "chance"}, "belong together"),
        ({"reach": 5}, "belong together"),
    ],
)
def test_what_contradicts_itself_is_refused_in_words(given, words):
    with pytest.raises(SpecError, match=words):
        asking(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"horizon": 3}, {"horizon": 53}, {"budget": -1}, {"budget": float("nan")}, {"aim": "most"}, {"timing": "now"},
        {"bounds": {"tv": {"low": -1}}}, {"goal": {"kind": "sales", "at": 0}}, {"margin": 1.5}, {"surprise": 1},
        {"groups": {"air": {"channels": []}}}, {"horizon": "13"},
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(given):
    with pytest.raises(ValidationError):
        PlanRequest.model_validate(given)


def test_a_margin_is_that_of_the_goal_where_none_is_given():
    goal = {"kind": "profit", "at": 0.3}
    assert PlanRequest.model_validate({"goal": goal}).told_margin == 0.3
    assert PlanRequest.model_validate({"goal": goal, "margin": 0.5}).told_margin == 0.5
    assert PlanRequest.model_validate({"goal": {"kind": "sales", "at": 9}}).told_margin is None


def test_controls_are_those_of_the_planned_periods_and_after_them_of_a_year_before():
    run = subject()
    usual, cheap = (made.response_for(run, 8, given) for given in (None, {"price": (8.0,)}))
    by_week = made.response_for(run, 8, {"ctrl_price": (8.0,) * 8})
    assert np.array_equal(cheap.base, by_week.base)
    assert (cheap.base[:8] != usual.base[:8]).all()
    assert np.array_equal(cheap.base[8:], usual.base[8:])
    as_before = made.coming_controls(run, 8)
    same = made.response_for(run, 8, {name: tuple(as_before[name]) for name in as_before})
    assert np.allclose(same.base, usual.base, rtol=1e-12)


@pytest.mark.parametrize(
    ("controls", "words"),
    [({"moon": (1.0,)}, "no control 'moon'"), ({"price": (1.0, 2.0)}, "has 2 values, and 8 periods are planned")],
)
def test_controls_that_cannot_be_are_refused_in_words(controls, words):
    with pytest.raises(SpecError, match=words):
        made.response_for(subject(), 8, controls)
