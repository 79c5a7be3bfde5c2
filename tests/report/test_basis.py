"""What a report is made of: read where it is wanted, and said where it is missing."""

from __future__ import annotations

import pytest

from mmm_core import shipped
from mmm_core.planning.request import PlanRequest
from mmm_core.report import texts
from mmm_core.report.basis import basis_of
from mmm_core.runs.datasets import Units
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept
from mmm_core.workspace.storage import Workspace
from tests.engines import desk, unproved_demo

DEMO = shipped.RUNS["demo"]
EURO = Units(target="€", spend="€")


def test_draws_are_read_only_for_sections_that_need_them():
    found = basis_of(DEMO, run_id="demo", units=EURO, sections=("fit", "proof"))
    assert (found.curves, found.planned) == (None, None)
    assert found.part("ghosts") is not None
    assert found.part("weather") is None


def test_the_usual_plan_is_made_where_none_is_kept(tmp_path):
    found = basis_of(unproved_demo(tmp_path / "run"), run_id="run", units=EURO, sections=("plan",))
    assert found.planned is not None
    assert (found.planned.says, found.planned.spend, found.planned.is_kept) == (texts.USUAL_PLAN, "€", False)
    assert found.proof is None
    assert found.part("ghosts") is None
    assert found.curves is not None
    assert {curve.channel for curve in found.curves.curves} == set(found.channels_of_curves)


def test_the_plan_that_is_carried_out_is_the_report_s(tmp_path):
    at = desk(Workspace(tmp_path))
    saved = kept.save(at, "demo", PlanRequest(horizon=4), Label(name="Spring"))
    record = kept.set_of_record(at, saved.plan_id)
    found = basis_of(DEMO, run_id="demo", units=EURO, sections=("plan",), scenario=record)
    assert found.planned is not None
    assert (found.planned.plan, found.planned.is_kept) == (record.plan, True)
    assert "'Spring'" in found.planned.says


@pytest.mark.parametrize("sections", [("plan",), ("fit",)])
def test_a_run_that_is_not_finished_is_refused(tmp_path, sections):
    from mmm_core.errors import StorageError

    with pytest.raises(StorageError):
        basis_of(tmp_path, run_id="run", units=EURO, sections=sections)
