import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from mmm_core import __version__
from mmm_core.errors import StorageError
from mmm_core.workspace import storage, worker_door
from mmm_core.workspace.status import ProcessIdentity
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.worker_door import Heartbeat


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    (tmp_path / "worker").mkdir()
    return Workspace(tmp_path)


def beat(process: ProcessIdentity, **changes: object) -> Heartbeat:
    now = datetime.now(UTC)
    fields = {"process": process, "version": __version__, "state": "warming", "started_at": now, "beat_at": now}
    return Heartbeat.model_validate(fields | changes)


def test_a_heartbeat_counts_only_while_its_process_lives(workspace):
    path = workspace.worker_dir / "heartbeat.json"
    assert worker_door.read_heartbeat(workspace) is None
    alive = beat(ProcessIdentity.of_this_process())
    storage.write_json(path, alive)
    assert worker_door.read_heartbeat(workspace) == alive
    # The same id, started at another time: the number was given to another process.
    storage.write_json(path, beat(alive.process.model_copy(update={"started_at": alive.process.started_at - 100})))
    assert worker_door.read_heartbeat(workspace) is None


def test_a_clock_that_jumped_makes_no_living_worker_dead(workspace):
    long_ago = datetime.now(UTC) - timedelta(days=400)
    jumped = beat(ProcessIdentity.of_this_process(), beat_at=long_ago, started_at=long_ago)
    storage.write_json(workspace.worker_dir / "heartbeat.json", jumped)
    # A living worker holds its lock, whatever the clock says.
    with worker_door.lock_of(workspace):
        assert worker_door.read_heartbeat(workspace) is not None
    _, share = worker_door.warming_progress(workspace, jumped)
    assert 0 <= share < 1
    ahead = beat(ProcessIdentity.of_this_process(), started_at=datetime.now(UTC) + timedelta(days=1))
    assert worker_door.warming_progress(workspace, ahead)[1] == 0


def test_warming_is_told_with_how_long_it_took_last_time(workspace):
    worker_door.record_timing(workspace, warm=7.4)
    words, share = worker_door.warming_progress(workspace, None)
    assert "usually 7 s" in words
    assert share == 0
    # Told from the start of the process on, not from its first word.
    (workspace.worker_dir / worker_door.SPAWNED).touch()
    second_ago = time.time() - 1
    os.utime(workspace.worker_dir / worker_door.SPAWNED, (second_ago, second_ago))
    assert 0.1 < worker_door.warming_progress(workspace, None)[1] < 0.9
    assert worker_door.warming_progress(workspace, beat(ProcessIdentity.of_this_process()))[1] > 0.1
    os.utime(workspace.worker_dir / worker_door.SPAWNED, (1, 1))
    assert worker_door.warming_progress(workspace, None)[1] == 0
    worker_door.record_timing(workspace, compiled={"48x64": 5.0})
    assert worker_door.read_timings(workspace) == worker_door.Timings(warm=7.4, compile={"48x64": 5.0})


def test_a_worker_of_another_version_is_asked_to_make_room(workspace):
    old = beat(ProcessIdentity.of_this_process(), version="0.0.1")
    storage.write_json(workspace.worker_dir / "heartbeat.json", old)
    worker_door.ensure_worker(workspace)
    assert (workspace.worker_dir / "stop").exists()


def test_a_worker_that_gave_up_is_not_started_again_at_once(workspace):
    worker_door.record_failure(workspace, "The process ends as soon as it starts.", "See worker/log.")
    worker_door.ensure_worker(workspace)
    assert not (workspace.worker_dir / "log").exists()
    failure = worker_door.read_failure(workspace)
    assert failure is not None
    assert failure.message == "The process ends as soon as it starts."


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_workspace_that_cannot_be_written_is_said_in_words(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="cannot be written"):
        worker_door.ensure_worker(Workspace(tmp_path / "inside"))


def test_a_file_in_the_place_of_the_workspace_is_said_in_words(tmp_path):
    (tmp_path / "artifacts").write_text("not a folder")
    with pytest.raises(StorageError, match="cannot be written"):
        worker_door.ensure_worker(Workspace(tmp_path / "artifacts"))


def test_looking_at_the_worker_loads_no_sampler():
    ours = "mmm_core.workspace.worker_door, mmm_core.worker.loop"
    code = f"import sys, {ours}; assert not {{'pymc', 'numba', 'nutpie'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
