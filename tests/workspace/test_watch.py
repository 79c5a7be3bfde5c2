"""What nobody asks after goes on: jobs without a worker, a worker that was stopped."""

import os
import signal
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from mmm_core.runs import runs
from mmm_core.workspace import health, queueing, status, storage, worker_door
from mmm_core.workspace.status import ProcessIdentity
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.watch import Watch, keep_watch
from mmm_core.workspace.worker_door import Heartbeat
from tests.engines import demo_spec, desk, ready, stop, until

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path)
    yield workspace
    stop(workspace)


def waiting_run(workspace: Workspace) -> str:
    """A run that was accepted, and whose worker ended at that moment."""
    run_id = runs.create(desk(workspace), demo_spec(sampler={"draws": 100, "tune": 100})).run_id
    runs.build_features(desk(workspace), run_id)
    with queueing.locked(workspace):
        queueing.add(workspace, queueing.Job(kind="run", id=run_id, bucket="16x24", owner="local"))
        status.set_queued(workspace.run_dir(run_id))
    return run_id


def phase(workspace: Workspace, run_id: str) -> str:
    return runs.state(desk(workspace), run_id).phase


def test_a_job_that_nobody_asks_after_gets_a_worker(workspace):
    run_id = waiting_run(workspace)
    assert health.check(workspace).status == "degraded"
    over = threading.Event()
    thread = keep_watch(workspace, over)
    try:
        until(lambda: phase(workspace, run_id) == "finished" or None, seconds=120)
        assert health.check(workspace).status == "ok"
    finally:
        over.set()
        thread.join(timeout=60)
    assert not thread.is_alive()


def test_a_heartbeat_of_a_host_that_is_gone_does_not_keep_a_worker_from_starting(workspace):
    """A container was made anew: its name is another, and the file of the one before says that all is well."""
    workspace.worker_dir.mkdir(parents=True, exist_ok=True)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    storage.write_json(
        workspace.worker_dir / "heartbeat.json",
        Heartbeat(
            process=ProcessIdentity(host=f"not-{socket.gethostname()}", pid=7, started_at=3.0),
            version=worker_door.__version__,
            state="ready",
            started_at=long_ago,
            beat_at=long_ago,
        ),
    )
    assert worker_door.read_heartbeat(workspace) is None
    run_id = waiting_run(workspace)
    assert health.check(workspace).status == "degraded"
    worker_door.ensure_worker(workspace)
    until(lambda: phase(workspace, run_id) == "finished" or None, seconds=120)


def test_another_host_s_heartbeat_is_believed_while_it_is_fresh(workspace):
    workspace.worker_dir.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    beat = Heartbeat(
        process=ProcessIdentity(host=f"not-{socket.gethostname()}", pid=7, started_at=3.0),
        version=worker_door.__version__, state="ready", started_at=now, beat_at=now,
    )  # fmt: skip
    storage.write_json(workspace.worker_dir / "heartbeat.json", beat)
    assert worker_door.read_heartbeat(workspace) == beat
    assert not worker_door.is_here(beat)
    (workspace.worker_dir / "heartbeat.json").unlink()  # its number must not be taken for a process of this machine


def test_a_stopped_worker_is_said_and_replaced_and_its_run_is_fitted(workspace):
    first = ready(workspace).process
    os.kill(first.pid, signal.SIGSTOP)
    try:
        until(lambda: health.check(workspace).worker.state == "silent" or None, seconds=60)
        assert health.check(workspace).status == "degraded"
        run_id = waiting_run(workspace)
        watch = Watch(workspace, stopped_seconds=0.5)
        until(lambda: (watch.look(), time.sleep(0.2), not psutil.pid_exists(first.pid) or None)[2], seconds=120)
        until(lambda: (watch.look(), phase(workspace, run_id) == "finished" or None)[1], seconds=120)
    finally:
        if psutil.pid_exists(first.pid):
            os.kill(first.pid, signal.SIGCONT)


def test_a_stopped_executor_is_said_and_replaced(workspace):
    beat = ready(workspace)
    slot = next(each for each in beat.slots if each.name == "training")
    os.kill(slot.pid, signal.SIGSTOP)
    until(lambda: health.check(workspace).worker.silent == 1 or None, seconds=60)
    assert health.check(workspace).status == "degraded"

    def replaced():
        now = worker_door.read_heartbeat(workspace)
        slots = [each for each in now.slots if each.name == "training" and each.ready] if now else []
        return (slots and slots[0].pid != slot.pid) or None

    until(replaced, seconds=200)
    assert not psutil.pid_exists(slot.pid)
    until(lambda: health.check(workspace).status == "ok" or None, seconds=120)
