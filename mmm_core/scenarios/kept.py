"""Plans that are kept: saved, named, noted, listed, one of them the plan of record; they belong to owners like runs.

A plan is one file in a folder of its own. It holds the request and its answer, so that it stays what it was when its
run is gone.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from itertools import count

from pydantic import AwareDatetime, Field

from mmm_core import logs
from mmm_core.errors import RunError, StorageError
from mmm_core.planning.answer import Plan
from mmm_core.planning.request import PlanRequest
from mmm_core.runs import runs
from mmm_core.runs.datasets import Units
from mmm_core.runs.manifest import Label
from mmm_core.scenarios.made import plan_for, response_for, run_of
from mmm_core.schema import Strict
from mmm_core.workspace import folders, locks, storage
from mmm_core.workspace.desk import Desk

FILE = "plan.json"
MOST_PLANS = 500
"""So many plans an owner may keep."""
LONGEST_NAME = 180
"""Letters of a name that a copy takes over."""


class Scenario(Strict):
    """A plan that was saved."""

    format_version: int = 1
    plan_id: str
    owner: str
    run_id: str = Field(description="The run it was made of.")
    run_name: str = Field(description="What that run was called.")
    label: Label
    of_record: bool = Field(description="Whether it is the plan that is carried out: one of a run.")
    created_at: AwareDatetime
    units: Units = Field(description="Units of the run's table when it was made.")
    request: PlanRequest
    plan: Plan


def save(desk: Desk, run_id: str, request: PlanRequest, label: Label, plan: Plan | None = None) -> Scenario:
    """Keep a plan of a finished run; ``plan`` is the answer where it is at hand, and made otherwise.

    Raises
    ------
    StorageError
        There is no such run of this owner, or it is not finished.
    SpecError, DataError
        The request cannot be planned; nothing is kept.
    RunError
        The owner keeps as many plans as may be.
    """
    runs.finished_folder(desk, run_id)
    if plan is None:
        run = run_of(desk, run_id)
        plan = plan_for(run, response_for(run, request.horizon, request.controls), request)
    scenario = Scenario(
        plan_id="",
        owner=desk.owner,
        run_id=run_id,
        run_name=runs.get_label(desk, run_id).name,
        label=label,
        of_record=False,
        created_at=datetime.now(UTC),
        units=runs.units_of(desk, run_id),
        request=request,
        plan=plan,
    )
    return _keep(desk, scenario)


def _keep(desk: Desk, scenario: Scenario) -> Scenario:
    """Write a plan to a folder of its own, under an id and time of its own."""
    if len(list_plans(desk)) >= MOST_PLANS:
        raise RunError(
            f"{MOST_PLANS} plans are kept already.", code="too_many_plans", remedy="Delete some that are not needed."
        )
    plan_id = storage.new_id("plan")
    scenario = scenario.model_copy(update={"plan_id": plan_id, "created_at": datetime.now(UTC)})
    target = desk.workspace.plan_dir(plan_id)
    with folders.filled_beside(target) as filled:
        storage.write_json(filled / FILE, scenario)
        folders.swap_in(filled, target)
    logs.record("plan saved", plan_id, owner=desk.owner)
    return scenario


def get(desk: Desk, plan_id: str) -> Scenario:
    """A plan of the owner.

    Raises
    ------
    StorageError
        There is none of that id, or its file is damaged.
    """
    return storage.read_json(desk.plan_dir(plan_id) / FILE, Scenario)


def list_plans(desk: Desk, *, run_id: str | None = None) -> list[Scenario]:
    """Plans of the owner, of one run or of all, the newest first; one that is damaged is left out."""
    readable = []
    for plan_id in desk.workspace.ids("plans"):
        with suppress(StorageError):  # deleted a moment ago, or damaged: said where it is opened
            readable.append(storage.read_json(desk.workspace.plan_dir(plan_id) / FILE, Scenario))
    found = [each for each in readable if each.owner == desk.owner and run_id in (None, each.run_id)]
    return sorted(found, key=lambda each: (each.created_at, each.plan_id), reverse=True)


def relabel(desk: Desk, plan_id: str, label: Label) -> Scenario:
    """Give a plan another name and note."""
    with locks.of(desk.workspace, plan_id):
        return _write(desk, get(desk, plan_id).model_copy(update={"label": label}))


def duplicate(desk: Desk, plan_id: str) -> Scenario:
    """Keep a plan once more, as it is, under a name that says so; the copy is nobody's plan of record.

    Raises
    ------
    StorageError
        There is none of that id, or its file is damaged.
    RunError
        The owner keeps as many plans as may be.
    """
    source = get(desk, plan_id)
    taken = {each.label.name for each in list_plans(desk)}
    first = f"{source.label.name[:LONGEST_NAME]} (copy)"
    name = first if first not in taken else next(
        wanted for number in count(2) if (wanted := f"{first[:-1]} {number})") not in taken
    )  # fmt: skip
    copied = {"label": source.label.model_copy(update={"name": name}), "of_record": False}
    return _keep(desk, source.model_copy(update=copied))


def set_of_record(desk: Desk, plan_id: str) -> Scenario:
    """Let a plan be the one that is carried out; another of its run is so no more."""
    chosen = get(desk, plan_id)
    for other in list_plans(desk, run_id=chosen.run_id):
        if other.of_record and other.plan_id != plan_id:
            _write(desk, other.model_copy(update={"of_record": False}))
    return _write(desk, chosen.model_copy(update={"of_record": True}))


def delete(desk: Desk, plan_id: str) -> None:
    """Remove a plan."""
    folders.remove(desk.plan_dir(plan_id))
    logs.record("plan deleted", plan_id, owner=desk.owner)


def _write(desk: Desk, scenario: Scenario) -> Scenario:
    storage.write_json(desk.plan_dir(scenario.plan_id) / FILE, scenario)
    return scenario
