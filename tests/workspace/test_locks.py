"""One at a time, between threads and between processes; what dies lets go."""

import subprocess
import sys
import threading
import time

import pytest

from mmm_core.errors import StorageError
from mmm_core.workspace import locks
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT

HOLDER = """
import sys, time
from pathlib import Path
from mmm_core.workspace import locks
from mmm_core.workspace.storage import Workspace
with locks.of(Workspace(Path(sys.argv[1])), "run-a"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_threads_take_turns(tmp_path):
    inside, most = [], []

    def enter() -> None:
        with locks.of(Workspace(tmp_path), "run-a"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.005)
            inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def test_what_another_process_holds_is_free_when_it_is_killed(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        lock = next((tmp_path / "worker" / "locks").iterdir())
        with (
            pytest.raises(StorageError, match="It is held by another process") as caught,
            locks.held(lock, "It is", seconds=0.05),
        ):
            pytest.fail("two hold one lock")
        assert caught.value.code == "queue_busy"
        holder.kill()
    with locks.held(lock, "It is", seconds=5):
        pass


def test_a_place_that_cannot_be_written_is_said_in_words(tmp_path):
    (tmp_path / "worker").write_text("a file where a folder should be")
    with (
        pytest.raises(StorageError, match="nothing can be written there") as caught,
        locks.of(Workspace(tmp_path), "run-a"),
    ):
        pytest.fail("held nothing")
    assert caught.value.code == "write_failed"


def test_what_is_no_id_is_refused_and_makes_nothing(tmp_path):
    with pytest.raises(StorageError, match="is not an id"), locks.of(Workspace(tmp_path), "../run"):
        pytest.fail("held no id")
    assert list(tmp_path.iterdir()) == []
