"""Where a run is: from its status, the queue, and the life of the process at work."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mmm_core import __version__
from mmm_core.errors import RunCancelledError, RunError
from mmm_core.workspace import queueing, run_state, status, storage, worker_door
from mmm_core.workspace.queueing import Job
from mmm_core.workspace.run_state import RunState
from mmm_core.workspace.status import ProcessIdentity, Progress
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.worker_door import Heartbeat

HERE = ProcessIdentity.of_this_process()
GONE = HERE.model_copy(update={"started_at": 1.0})
"""The same number, given to a process that has ended."""


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def fit(workspace: Workspace, name: str = "run-a", stage: status.Stage = "FEATURES_BUILT") -> Path:
    """Folder of a run that has come so far."""
    folder = workspace.run_dir(name)
    folder.mkdir(parents=True, exist_ok=True)
    status.create_status(folder, stage)
    return folder


def queued(workspace: Workspace, name: str, kind: queueing.JobKind = "run") -> Job:
    """A run or live estimate that waits."""
    job = Job(kind=kind, id=name, bucket="16x24")
    job.folder(workspace).mkdir(parents=True, exist_ok=True)
    status.create_status(job.folder(workspace), "FEATURES_BUILT")
    with queueing.locked(workspace):
        queueing.add(workspace, job)
        status.set_queued(job.folder(workspace))
    return job


def at_work(workspace: Workspace, process: ProcessIdentity, **changes: object) -> Path:
    """Folder of a run that a process has begun."""
    folder = fit(workspace)
    status.update_status(folder, "TRAINING", process=process, heartbeat_at=datetime.now(UTC), **changes)
    return folder


def living_worker(workspace: Workspace, **changes: object) -> None:
    """A worker whose process lives: this one."""
    now = datetime.now(UTC)
    fields = {"process": HERE, "version": __version__, "state": "ready", "started_at": now, "beat_at": now}
    workspace.worker_dir.mkdir(parents=True, exist_ok=True)
    storage.write_json(workspace.worker_dir / "heartbeat.json", Heartbeat.model_validate(fields | changes))


def state(workspace: Workspace, name: str = "run-a", kind: queueing.JobKind = "run") -> RunState:
    folder = workspace.run_dir(name) if kind == "run" else workspace.draft_dir(name)
    return run_state.state_of(workspace, folder, kind)


@pytest.mark.parametrize("stage", ["CREATED", "VALIDATED", "FEATURES_BUILT"])
def test_a_run_that_nobody_has_queued_is_ready_to_start(workspace, stage):
    fit(workspace, stage=stage)
    found = state(workspace)
    assert (found.run_id, found.phase, found.place, found.fraction, found.is_over) == (
        "run-a",
        "created",
        None,
        0,
        True,
    )
    assert found.step == "Ready to start"


def test_queued_runs_have_places_of_their_own_beside_those_of_estimates(workspace):
    living_worker(workspace)
    for name, kind in (("run-b", "run"), ("draft-a", "draft"), ("run-a", "run"), ("draft-b", "draft")):
        queued(workspace, name, kind)
    places = {name: state(workspace, name).place for name in ("run-a", "run-b")}
    assert places == {"run-b": 1, "run-a": 2}
    assert state(workspace, "draft-b", "draft").place == 2
    found = state(workspace)
    assert (found.phase, found.is_over, found.step) == ("queued", False, "Waiting, number 2 in the queue")


def test_a_run_that_a_worker_has_claimed_is_about_to_start(workspace):
    living_worker(workspace)
    queueing.claim(workspace, queued(workspace, "run-a"))
    found = state(workspace)
    assert (found.phase, found.place, found.step) == ("queued", 0, "Starting")


def test_what_a_queued_run_waits_for_is_told(workspace):
    queued(workspace, "run-a")
    assert "Starting the worker" in state(workspace).step
    worker_door.record_failure(workspace, "The sampler is missing.", "Install it.")
    assert state(workspace).step == "The worker could not start: The sampler is missing. Install it."
    living_worker(workspace, state="warming")
    assert "Loading the sampler" in state(workspace).step
    living_worker(workspace)
    assert state(workspace).step == "Waiting, number 1 in the queue"


def test_a_run_whose_place_in_the_queue_was_lost_shows_as_interrupted(workspace):
    job = queued(workspace, "run-a")
    with queueing.locked(workspace):
        queueing.withdraw(workspace, job)
    found = state(workspace)
    assert (found.phase, found.is_over) == ("interrupted", True)
    assert "can be started again" in found.step


def test_a_run_at_work_says_what_it_does_and_how_far_it_is(workspace):
    folder = at_work(workspace, HERE)
    assert (state(workspace).phase, state(workspace).step) == ("running", "Starting")
    status.set_progress(folder, Progress(step="Drawing", fraction=0.25))
    found = state(workspace)
    assert (found.phase, found.step, found.fraction, found.is_over) == ("running", "Drawing", 0.25, False)


@pytest.mark.parametrize("stage", ["TRAINING", "TRAINED"])
def test_a_run_whose_process_is_gone_shows_as_interrupted(workspace, stage):
    folder = at_work(workspace, GONE)
    if stage == "TRAINED":
        status.update_status(folder, stage)
    assert state(workspace).phase == "interrupted"
    status.update_status(folder, "TRAINING", process=HERE)
    assert state(workspace).phase == "running"


def test_a_run_of_a_dead_process_is_at_work_as_long_as_a_living_worker_holds_it(workspace):
    queueing.claim(workspace, queued(workspace, "run-a"))
    folder = workspace.run_dir("run-a")
    status.update_status(folder, "TRAINING", process=GONE)
    assert state(workspace).phase == "interrupted"
    living_worker(workspace)
    assert state(workspace).phase == "running"
    living_worker(workspace, process=GONE)
    assert state(workspace).phase == "interrupted"
    living_worker(workspace)
    queueing.finish(workspace, queueing.claimed(workspace)[0])
    assert state(workspace).phase == "interrupted"


def test_another_machine_s_run_is_believed_as_long_as_it_speaks(workspace):
    elsewhere = ProcessIdentity(host="elsewhere", pid=1, started_at=1.0)
    folder = at_work(workspace, elsewhere)
    assert state(workspace).phase == "running"
    status.update_status(folder, "TRAINING", heartbeat_at=datetime.now(UTC) - timedelta(minutes=1))
    assert state(workspace).phase == "interrupted"


def test_a_run_that_has_ended_says_how_whatever_the_queue_says(workspace):
    for name, phase in (("run-a", "finished"), ("run-b", "failed"), ("run-c", "cancelled")):
        folder = queued(workspace, name).folder(workspace)
        status.update_status(folder, "TRAINING", process=GONE)
        if phase == "finished":
            status.update_status(folder, "TRAINED")
            status.update_status(folder, "OUTPUTS_READY")
        elif phase == "failed":
            status.set_error(folder, RunError("It broke."))
        else:
            status.set_error(folder, RunCancelledError("It was stopped."), stage="CANCELLED")
        found = state(workspace, name)
        assert (found.phase, found.place, found.is_over) == (phase, None, True)
        assert found.fraction == (1.0 if phase == "finished" else 0.0)


def test_waiting_ends_with_the_run_and_gives_up_in_words_while_it_goes_on(workspace):
    folder = at_work(workspace, HERE)
    status.set_progress(folder, Progress(step="Drawing", fraction=0.25))
    with pytest.raises(RunError, match="not over after 0 s: Drawing") as refused:
        run_state.until_over(lambda: state(workspace), timeout=0, poll=0)
    assert refused.value.code == "not_over"
    assert state(workspace).phase == "running"
    status.set_error(folder, RunError("It broke."))
    assert run_state.until_over(lambda: state(workspace), timeout=0).phase == "failed"


def test_looking_at_a_queued_run_tells_the_worker_that_somebody_waits_and_at_others_does_not(workspace):
    # A worker that gave up a moment ago is not started again, so that only the word is left behind.
    worker_door.record_failure(workspace, "The sampler is missing.", "Install it.")
    fit(workspace, "run-b")
    for name in ("run-b", "run-a"):
        assert not (workspace.worker_dir / "wanted").exists()
        if name == "run-a":
            queued(workspace, name)
        found = state(workspace, name)
        assert run_state.keep_going(workspace, found) is found
    assert (workspace.worker_dir / "wanted").exists()
