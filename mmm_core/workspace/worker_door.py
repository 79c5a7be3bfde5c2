"""The worker as doors see it: is it there, is it warm, start it.

The worker (:mod:`mmm_core.worker.loop`) is one process per workspace, detached from whoever started it. It holds a lock
that the operating system frees when it dies, and says how it is in ``worker/heartbeat.json``. A door never talks to it
directly: it leaves files, and reads files.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import psutil
from filelock import FileLock, Timeout
from pydantic import AwareDatetime, Field

from mmm_core import __version__
from mmm_core.errors import StorageError
from mmm_core.schema import Strict
from mmm_core.settings import PROJECT
from mmm_core.workspace import storage
from mmm_core.workspace.status import STALE_SECONDS, ProcessIdentity, end_process, process_alive
from mmm_core.workspace.storage import Workspace

type WorkerState = Literal["warming", "ready", "stopping"]
USUAL_WARM_SECONDS = 12.0
"""What warming takes on a prepared machine, until this workspace has measured it."""
LOG_BYTES = 2**20
SPAWNED = "spawned"
"""Empty file in the worker's folder: its time is when a worker was started last."""
LONGEST_BIRTH_SECONDS = 10.0
"""Longest time between the start of a worker and its first heartbeat."""
LATE = 3.0
"""A worker without a heartbeat after so many times the usual time will not come."""
RETRY_AFTER = timedelta(seconds=30)
"""A worker that gave up is not started again before; its reason is shown meanwhile."""


FORKED = "multiprocessing"
"""Is in the command line of every executor."""


class SlotState(Strict):
    """What one executor process is doing."""

    name: Literal["interactive", "training", "background"]
    pid: int
    ready: bool = Field(description="Whether it has loaded the sampler.")
    job: str | None = Field(None, description="Id of the run or draft it works on.")
    compiled: tuple[str, ...] = Field((), description="Sizes of the models it keeps compiled.")
    compiling: str | None = Field(None, description="Size of the model that it compiles before its first job.")


class Heartbeat(Strict):
    """The file ``worker/heartbeat.json``."""

    format_version: int = 1
    process: ProcessIdentity
    version: str = Field(description="Version of this package that the worker runs.")
    state: WorkerState
    started_at: AwareDatetime
    beat_at: AwareDatetime
    warm_seconds: float | None = Field(None, description="Seconds from its start until it could fit; null: not yet.")
    slots: tuple[SlotState, ...] = ()


class WorkerFailure(Strict):
    """The file ``worker/failure.json``: why the last worker gave up."""

    format_version: int = 1
    message: str
    remedy: str
    at: AwareDatetime


class Timings(Strict):
    """The file ``worker/timings.json``: how long slow things took last time, in seconds."""

    format_version: int = 1
    warm: float = USUAL_WARM_SECONDS
    compile: dict[str, float] = Field(default_factory=dict, description="Seconds by size of the model.")


def read_heartbeat(workspace: Workspace) -> Heartbeat | None:
    """The living worker of a workspace, or None.

    A heartbeat is a file and outlives whoever wrote it: on another host, in a container that is gone, its process
    cannot be asked for, and after a restart of the machine a number may be another's. So it is believed while it is
    fresh, and after that only while somebody holds the worker's lock.
    """
    try:
        beat = storage.read_json(workspace.worker_dir / "heartbeat.json", Heartbeat)
    except StorageError:
        return None
    if not process_alive(beat.process):
        return None
    return beat if is_fresh(beat) or is_locked(workspace) else None


def end_left_behind(workspace: Workspace) -> None:
    """End the executors of a worker that is gone; call it with the worker's lock, before the first heartbeat.

    They end by themselves when their worker does, unless they were stopped: such a one would stay for ever, and with it
    the process that it was forked from.
    """
    try:
        beat = storage.read_json(workspace.worker_dir / "heartbeat.json", Heartbeat)
    except StorageError:
        return
    if not is_here(beat):
        return
    for slot in beat.slots:
        with suppress(psutil.Error):
            process = psutil.Process(slot.pid)
            # The number may be another's by now: an executor is older than what was said of it, and was forked.
            if process.create_time() <= beat.beat_at.timestamp() and FORKED in " ".join(process.cmdline()):
                end_process(process)


def is_here(beat: Heartbeat) -> bool:
    """Whether a worker runs on this machine."""
    return beat.process.host == socket.gethostname()


def was_just_started(workspace: Workspace) -> bool:
    """Whether a worker was started a moment ago and has not said anything yet."""
    return _seconds_since_start(workspace, None) < LONGEST_BIRTH_SECONDS and (workspace.worker_dir / SPAWNED).exists()


def is_fresh(beat: Heartbeat) -> bool:
    """Whether a heartbeat is of the last few seconds; one from the future is a clock that was set."""
    return abs((datetime.now(UTC) - beat.beat_at).total_seconds()) <= STALE_SECONDS


def is_locked(workspace: Workspace) -> bool:
    """Whether a process holds the lock of the worker: the operating system frees it when that process ends."""
    try:
        with lock_of(workspace):
            return False
    except Timeout:
        return True
    except OSError:
        return False  # a disk that cannot be written has no worker either


def read_timings(workspace: Workspace) -> Timings:
    """How long slow things took last time in this workspace; defaults where nothing is known."""
    try:
        return storage.read_json(workspace.worker_dir / "timings.json", Timings)
    except StorageError:
        return Timings()


def record_timing(workspace: Workspace, *, warm: float | None = None, compiled: dict[str, float] | None = None) -> None:
    """Remember how long something slow took."""
    known = read_timings(workspace)
    changed = {"warm": warm if warm is not None else known.warm, "compile": known.compile | (compiled or {})}
    with suppress(StorageError, OSError):  # an estimate is not worth a failure
        workspace.worker_dir.mkdir(parents=True, exist_ok=True)
        storage.write_json(workspace.worker_dir / "timings.json", known.model_copy(update=changed))


def record_failure(workspace: Workspace, message: str, remedy: str) -> None:
    """Say why the worker gives up."""
    failure = WorkerFailure(message=message, remedy=remedy, at=datetime.now(UTC))
    with suppress(StorageError, OSError):
        workspace.worker_dir.mkdir(parents=True, exist_ok=True)
        storage.write_json(workspace.worker_dir / "failure.json", failure)


def read_failure(workspace: Workspace) -> WorkerFailure | None:
    """Why the last worker gave up, if it did and no other has been started since."""
    try:
        return storage.read_json(workspace.worker_dir / "failure.json", WorkerFailure)
    except StorageError:
        return None


def warming_progress(workspace: Workspace, beat: Heartbeat | None) -> tuple[str, float]:
    """What a person waits for while the worker gets warm: words, and the share of the usual time that has passed."""
    usual = read_timings(workspace).warm
    elapsed = _seconds_since_start(workspace, beat)
    if beat is None and elapsed > LATE * usual:
        elapsed = 0.0  # that start has come to nothing
    # The clock may have been set meanwhile; the share stays a share, and is never full before the thing is done.
    share = min(max(elapsed / usual, 0.0), 0.99)
    what = "Starting the worker" if beat is None else "Loading the sampler and its compiled model"
    return f"{what} (usually {usual:.0f} s)", share


def _seconds_since_start(workspace: Workspace, beat: Heartbeat | None) -> float:
    """How long ago the worker was started: its process needs a moment before it can say so itself."""
    try:
        spawned = (workspace.worker_dir / SPAWNED).stat().st_mtime
    except OSError:
        spawned = None
    born = beat.started_at.timestamp() if beat else None
    if born is not None and (spawned is None or not 0 <= born - spawned < LONGEST_BIRTH_SECONDS):
        spawned = born
    return 0.0 if spawned is None else datetime.now(UTC).timestamp() - spawned


def lock_of(workspace: Workspace) -> FileLock:
    """The lock that the worker of a workspace holds for life."""
    workspace.worker_dir.mkdir(parents=True, exist_ok=True)
    return FileLock(workspace.worker_dir / "lock", timeout=0)


def ensure_worker(workspace: Workspace) -> None:
    """Start the worker of a workspace unless one is there; returns at once and may be called at any time.

    Also tells a living worker that somebody is about, so that it does not end for want of work; a worker of another
    version of this package is asked to make room.

    Raises
    ------
    StorageError
        The workspace cannot be written.
    """
    try:
        workspace.worker_dir.mkdir(parents=True, exist_ok=True)
        (workspace.worker_dir / "wanted").touch()
        beat = read_heartbeat(workspace)
        if beat is not None:
            if beat.version != __version__:
                retire_worker(workspace)
            return
        failure = read_failure(workspace)
        if failure is not None and abs(datetime.now(UTC) - failure.at) < RETRY_AFTER:
            return
        if not _being_started(workspace):
            _spawn(workspace)
    except OSError as error:
        raise storage.unwritable(workspace, error) from error


def retire_worker(workspace: Workspace) -> None:
    """Ask the worker to end once the runs at work are finished."""
    (workspace.worker_dir / "stop").touch()


_started: dict[Path, subprocess.Popen[bytes]] = {}


def _being_started(workspace: Workspace) -> bool:
    """Whether a worker is on its way: started by this process, or holding the lock already."""
    child = _started.get(workspace.root)
    if child is not None and child.poll() is None:
        return True
    return is_locked(workspace)


def _spawn(workspace: Workspace) -> None:
    for left in ("stop", "failure.json"):
        (workspace.worker_dir / left).unlink(missing_ok=True)
    log = workspace.worker_dir / "log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name("log.1"))
    command = [sys.executable, "-m", "mmm_core", "worker", "--workspace", str(workspace.root.resolve())]
    (workspace.worker_dir / SPAWNED).touch()
    with log.open("ab") as output:
        # A session of its own: closing the terminal or ending the server does not end the worker.
        child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
    _started[workspace.root] = child
    # Somebody must ask after a child that has ended, or it stays in the process table.
    threading.Thread(target=child.wait, name="worker-reaper", daemon=True).start()
