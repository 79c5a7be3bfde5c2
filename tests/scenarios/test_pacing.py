"""What came of a plan is told by a newer run of the same table that has periods of it, and by no other."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from mmm_core import shipped
from mmm_core.planning.request import PlanRequest
from mmm_core.runs.folder import CANONICAL, change_manifest
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept
from mmm_core.scenarios.made import plan_for
from mmm_core.scenarios.pacing import pacing
from mmm_core.workspace.storage import Workspace
from tests.engines import desk, finished
from tests.planning.demo import response, subject

BACK = 5
"""Weeks of the shipped table that the plan's run is taken not to have had yet."""


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture(scope="module")
def plan():
    """A plan whose first weeks are the last of the shipped table."""
    found = plan_for(subject(), response(), PlanRequest())
    dates = [str((pd.Timestamp(each) - pd.Timedelta(weeks=BACK)).date()) for each in found.dates]
    return found.model_copy(update={"dates": tuple(dates), "first": dates[0], "last": dates[-1]})


def saved(workspace: Workspace, plan, run_id: str = "demo") -> kept.Scenario:
    return kept.save(desk(workspace), run_id, PlanRequest(), Label(name="A"), plan)


def test_spent_and_brought_are_those_of_the_weeks_that_came(workspace, plan):
    finished(workspace, "run-newer", owner="local")
    found = pacing(desk(workspace), saved(workspace, plan))
    assert (found.run_id, found.periods, found.of_periods) == ("run-newer", BACK, plan.periods)
    assert (found.first, found.last) == (plan.dates[0], plan.dates[BACK - 1])
    frame = pd.read_parquet(shipped.RUNS[shipped.DEMO] / CANONICAL).set_index("period_start").sort_index()
    split = next(each for each in plan.splits if each.name == "plan")
    for each in found.channels:
        assert each.spent == pytest.approx(frame[f"spend_{each.channel}"].iloc[-BACK:].sum(), abs=0.01)
        weeks = next(one.weeks for one in split.channels if one.channel == each.channel)
        assert each.planned == pytest.approx(sum(weeks[:BACK]), abs=0.01)
        assert each.brought.low <= each.brought.shown <= each.brought.high
    assert found.spent == pytest.approx(sum(each.spent for each in found.channels), abs=0.01)
    # Means add up, and are those of the file that has every period.
    assert sum(each.brought.mean for each in found.channels) == pytest.approx(found.brought.mean, rel=1e-9)
    table = pd.read_parquet(shipped.RUNS[shipped.DEMO] / "contributions.parquet")
    last = table[table["period_start"].isin(frame.index[-BACK:])]
    total = last.loc[last["channel"] == "tv", "additive_mean"].sum()
    assert next(e for e in found.channels if e.channel == "tv").brought.mean == pytest.approx(total, rel=1e-6)


def test_what_was_expected_is_what_the_plan_brings_until_then(workspace, plan):
    finished(workspace, "run-newer", owner="local")
    found = pacing(desk(workspace), saved(workspace, plan))
    whole = next(each for each in plan.splits if each.name == "plan").brings.mean
    assert 0 < found.expected.mean < whole
    assert found.expected.low < found.expected.shown < found.expected.high


def test_no_week_of_it_has_come(workspace):
    finished(workspace, "run-newer", owner="local")
    later = plan_for(subject(), response(), PlanRequest())
    assert pacing(desk(workspace), saved(workspace, later)) is None


def test_another_table_with_the_same_weeks_is_no_news(workspace, plan):
    folder = finished(workspace, "run-other", owner="local")
    table = pd.read_parquet(folder / CANONICAL)
    table["sales"] = table["sales"] * np.random.default_rng(0).uniform(1.5, 3.0, len(table))
    table.to_parquet(folder / CANONICAL)
    change_manifest(folder, outputs={})
    assert pacing(desk(workspace), saved(workspace, plan)) is None


def test_a_plan_outlives_its_run(workspace, plan):
    old, _ = finished(workspace, "run-old", owner="local"), finished(workspace, "run-newer", owner="local")
    scenario = saved(workspace, plan, "run-old")
    shutil.rmtree(old)
    found = pacing(desk(workspace), scenario)
    assert found.run_id == "run-newer"
    assert found.expected is None
    assert found.spent > 0


def test_a_damaged_run_and_somebody_elses_are_passed_over(workspace, plan):
    finished(workspace, "run-theirs", owner="somebody")
    folder = finished(workspace, "run-broken", owner="local")
    (folder / CANONICAL).write_bytes(b"no table")
    assert pacing(desk(workspace), saved(workspace, plan)) is None
