"""How a workspace is, in every state of its worker."""

import pytest

from mmm_core.runs import runs
from mmm_core.workspace import health, queueing, worker_door
from mmm_core.workspace.storage import Workspace
from tests.engines import demo_spec, desk


def test_an_empty_workspace_is_well_without_a_worker(tmp_path):
    found = health.check(Workspace(tmp_path / "not there yet"))
    assert (found.status, found.worker.state, found.queue.waiting, found.counts.runs) == ("ok", "absent", 0, 0)


def test_what_waits_and_what_is_there_is_counted(tmp_path):
    workspace = Workspace(tmp_path)
    run_id = runs.create(desk(workspace), demo_spec()).run_id
    with queueing.locked(workspace):
        queueing.add(workspace, queueing.Job(kind="run", id=run_id, bucket="16x24"))
    found = health.check(workspace)
    assert (found.queue.waiting, found.counts.runs, found.counts.datasets) == (1, 1, 0)


def test_a_worker_that_gave_up_is_told_with_its_reason(tmp_path):
    workspace = Workspace(tmp_path)
    worker_door.record_failure(workspace, "The sampler is missing.", "Install it.")
    found = health.check(workspace)
    assert (found.status, found.worker.state, found.worker.message) == ("degraded", "failed", "The sampler is missing.")


@pytest.mark.slow
def test_a_ready_worker_shows_its_executors(workspace_with_worker):
    found = health.check(workspace_with_worker)
    assert (found.status, found.worker.state) == ("ok", "ready")
    assert found.worker.executors >= 2
