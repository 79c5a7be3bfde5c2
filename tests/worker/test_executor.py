"""Executors: the processes that fit one run after the other, and keep their models compiled."""

import multiprocessing

import psutil
import pytest

from mmm_core.model.structure import BUCKETS
from mmm_core.runs import drafts, fits, runs
from mmm_core.worker.executor import BACKGROUND_NICENESS, TRAINING_NICENESS, Models
from mmm_core.workspace import queueing, worker_door
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.worker_door import SlotState
from tests.engines import decay_spec, desk, submitted

pytestmark = pytest.mark.slow
QUICK = {"draws": 100, "tune": 100}


def slots(workspace: Workspace) -> dict[str, SlotState]:
    """The executors of the usual size, by what they are for."""
    beat = worker_door.read_heartbeat(workspace)
    assert beat is not None
    # All are born with the usual size; those for estimates of another have that one too. Place tells nothing: an
    # executor that was replaced comes last.
    usual = (str(BUCKETS[0]),)
    return {
        slot.name: slot for slot in beat.slots if slot.ready and (slot.name == "training" or slot.compiled == usual)
    }


def test_runs_and_estimates_are_fitted_by_processes_of_their_own(workspace_with_worker):
    at = desk(workspace_with_worker)
    run_id = submitted(workspace_with_worker, decay_spec(0.71, sampler=QUICK))
    draft_id = drafts.create(at, decay_spec(0.72, sampler=QUICK)).draft.draft_id
    by_run = runs.wait(at, run_id, timeout=200).status.process
    by_draft = drafts.wait(at, draft_id, timeout=200).status.process
    found = slots(workspace_with_worker)
    assert by_run is not None
    assert by_draft is not None
    assert (by_run.pid, by_draft.pid) == (found["training"].pid, found["interactive"].pid)
    beat = worker_door.read_heartbeat(workspace_with_worker)
    assert beat is not None
    assert beat.process.pid not in (by_run.pid, by_draft.pid)


def test_trainings_give_way_to_estimates(workspace_with_worker):
    nice = {name: psutil.Process(slot.pid).nice() for name, slot in slots(workspace_with_worker).items()}
    assert nice["training"] - nice["interactive"] == TRAINING_NICENESS


def test_what_nobody_waits_for_gives_way_to_both():
    assert 0 < TRAINING_NICENESS < BACKGROUND_NICENESS


def test_a_run_that_fails_says_why_and_the_same_process_fits_the_next(workspace_with_worker):
    at, before = desk(workspace_with_worker), slots(workspace_with_worker)["training"].pid
    broken = runs.create(at, decay_spec(0.73, sampler=QUICK), fresh=True).run_id
    fits.build(at.run_dir(broken))
    (at.run_dir(broken) / "features.parquet").write_bytes(b"broken")
    runs.submit(at, broken)
    failed = runs.wait(at, broken, timeout=200)
    assert (failed.phase, failed.status.stage) == ("failed", "ERROR")
    assert failed.status.error is not None
    assert "run.log" in failed.status.error.remedy
    good = submitted(workspace_with_worker, decay_spec(0.73, sampler=QUICK))
    found = runs.wait(at, good, timeout=200)
    assert found.phase == "finished"
    assert found.status.process is not None
    assert found.status.process.pid == failed.status.process.pid == before
    assert broken not in {job.id for job in queueing.claimed(workspace_with_worker)}


def test_the_log_of_a_run_says_what_its_executor_did(workspace_with_worker):
    at = desk(workspace_with_worker)
    run_id = submitted(workspace_with_worker, decay_spec(0.74, sampler=QUICK))
    runs.wait(at, run_id, timeout=200)
    said = runs.read_log(at, run_id).decode()
    for stage in ("compile", "sampling", "outputs"):
        assert f"{stage}: started" in said
    assert "Traceback" not in said


def test_a_model_that_is_there_already_is_given_without_a_word_to_the_worker(tmp_path, compiled):
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs:
        model = compiled(BUCKETS[0])
        models = Models(Workspace(tmp_path), theirs, {BUCKETS[0]: model})
        assert models.get(BUCKETS[0]) is models.get(BUCKETS[0], tmp_path) is model
        assert not ours.poll()
    # Neither a status nor a timing: nothing was compiled.
    assert list(tmp_path.iterdir()) == []
