"""Plans are kept like runs: each belongs to its owner, has a name, and is whole or not there."""

from __future__ import annotations

import pytest

from mmm_core.errors import RunError, SpecError, StorageError
from mmm_core.planning.request import PlanRequest
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept
from mmm_core.scenarios.made import plan_for
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.engines import desk, finished
from tests.planning.demo import response, subject

REQUEST = PlanRequest(horizon=13)


@pytest.fixture(scope="module")
def plan():
    return plan_for(subject(), response(), REQUEST)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def saved(workspace: Workspace, plan, name: str = "Spring", run_id: str = "demo") -> kept.Scenario:
    return kept.save(desk(workspace), run_id, REQUEST, Label(name=name, note="for the board"), plan)


def test_a_plan_is_kept_whole_and_listed_newest_first(workspace, plan):
    first, second = saved(workspace, plan), saved(workspace, plan, "Autumn")
    assert kept.get(desk(workspace), first.plan_id) == first
    assert first.plan == plan
    assert first.units.spend == "€"
    assert [each.label.name for each in kept.list_plans(desk(workspace))] == ["Autumn", "Spring"]
    assert kept.list_plans(desk(workspace), run_id="run-other") == []
    kept.delete(desk(workspace), second.plan_id)
    assert [each.plan_id for each in kept.list_plans(desk(workspace))] == [first.plan_id]
    with pytest.raises(StorageError, match="There is no plan"):
        kept.get(desk(workspace), second.plan_id)


def test_nobody_else_sees_or_changes_it(workspace, plan):
    made, other = saved(workspace, plan), Desk(workspace, "somebody")
    assert kept.list_plans(other) == []
    for attempt in (
        lambda: kept.get(other, made.plan_id), lambda: kept.delete(other, made.plan_id),
        lambda: kept.relabel(other, made.plan_id, Label(name="mine")), lambda: kept.set_of_record(other, made.plan_id),
        lambda: kept.get(other, "../../etc"),
    ):  # fmt: skip
        with pytest.raises(StorageError):
            attempt()
    assert kept.get(desk(workspace), made.plan_id) == made


def test_one_plan_of_a_run_is_carried_out(workspace, plan):
    finished(workspace, "run-b")
    first, second, other = saved(workspace, plan), saved(workspace, plan, "B"), saved(workspace, plan, "C", "run-b")
    for each in (first, other, second):
        kept.set_of_record(desk(workspace), each.plan_id)
    flags = {each.plan_id: each.of_record for each in kept.list_plans(desk(workspace))}
    assert flags == {first.plan_id: False, second.plan_id: True, other.plan_id: True}


def test_a_plan_outlives_its_run_and_can_be_renamed(workspace, plan):
    from mmm_core.runs import runs

    finished(workspace, "run-b")
    made = saved(workspace, plan, run_id="run-b")
    runs.delete(desk(workspace), "run-b")
    assert kept.get(desk(workspace), made.plan_id).plan == plan
    assert kept.relabel(desk(workspace), made.plan_id, Label(name="Late")).label.name == "Late"
    with pytest.raises(StorageError, match="There is no run"):
        saved(workspace, plan, run_id="run-b")


def test_a_request_that_cannot_be_planned_keeps_nothing(workspace):
    request = PlanRequest.model_validate({"bounds": {"tv": {"low": 9, "high": 3}}})
    with pytest.raises(SpecError, match=r"at least 9.00 and at most 3.00"):
        kept.save(desk(workspace), "demo", request, Label())
    assert kept.list_plans(desk(workspace)) == []


def test_a_damaged_plan_hides_no_other(workspace, plan):
    first, second = saved(workspace, plan), saved(workspace, plan, "B")
    path = workspace.plan_dir(first.plan_id) / kept.FILE
    path.write_text(path.read_text().replace('"grain"', '"grains"'))
    assert [each.plan_id for each in kept.list_plans(desk(workspace))] == [second.plan_id]
    with pytest.raises(StorageError):
        kept.get(desk(workspace), first.plan_id)


def test_there_is_an_end_to_them(workspace, plan, monkeypatch):
    monkeypatch.setattr(kept, "MOST_PLANS", 1)
    saved(workspace, plan)
    with pytest.raises(RunError, match="1 plans are kept already"):
        saved(workspace, plan)


def test_a_copy_is_a_plan_of_its_own_under_a_name_of_its_own(workspace, plan):
    first = kept.set_of_record(desk(workspace), saved(workspace, plan).plan_id)
    copies = [kept.duplicate(desk(workspace), first.plan_id) for _ in range(3)]
    assert [each.label.name for each in copies] == ["Spring (copy)", "Spring (copy 2)", "Spring (copy 3)"]
    assert not any(each.of_record for each in copies)
    assert all((each.plan, each.request, each.label.note) == (plan, REQUEST, "for the board") for each in copies)
    kept.delete(desk(workspace), first.plan_id)
    assert kept.get(desk(workspace), copies[0].plan_id) == copies[0]
    with pytest.raises(StorageError):
        kept.duplicate(Desk(workspace, "somebody"), copies[0].plan_id)
    long = kept.relabel(desk(workspace), copies[0].plan_id, Label(name="x" * 200))
    assert len(kept.duplicate(desk(workspace), long.plan_id).label.name) <= 200
