"""Where a run is: its stage, its progress, its failure; the file ``status.json``.

::

    CREATED ─► VALIDATED ─► FEATURES_BUILT ─► TRAINING ─► TRAINED ─► OUTPUTS_READY
       └──────────┴───────────────┴──────────────┴──────────┴─► ERROR | CANCELLED ─► (started again)

"Interrupted" is no stage: it is derived from a status whose process is gone.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import psutil
from pydantic import AwareDatetime, Field

from mmm_core.errors import MMMError, RunCancelledError, RunError, StorageError
from mmm_core.schema import Strict
from mmm_core.workspace import storage

type Stage = Literal[
    "CREATED", "VALIDATED", "FEATURES_BUILT", "TRAINING", "TRAINED", "OUTPUTS_READY", "ERROR", "CANCELLED"
]

_END: tuple[Stage, ...] = ("ERROR", "CANCELLED")
_AGAIN: tuple[Stage, ...] = ("VALIDATED", "FEATURES_BUILT", "TRAINING")
NEXT_STAGES: dict[Stage, tuple[Stage, ...]] = {
    "CREATED": ("VALIDATED", *_END),
    "VALIDATED": ("FEATURES_BUILT", *_END),
    "FEATURES_BUILT": ("FEATURES_BUILT", "TRAINING", *_END),
    "TRAINING": ("TRAINING", "TRAINED", "FEATURES_BUILT", *_END),
    "TRAINED": ("OUTPUTS_READY", "TRAINING", "FEATURES_BUILT", *_END),
    "OUTPUTS_READY": (),
    "ERROR": (*_AGAIN, *_END),
    "CANCELLED": (*_AGAIN, *_END),
}
"""Stages that may follow each stage. A finished run never changes again."""
FILE = "status.json"
KILLED_SECONDS = 5.0
"""Longest wait for the system to end a process that was killed."""
STOPPED_SECONDS = 10.0
"""A process that was stopped for so long is taken for lost, and ended."""
STALE_SECONDS = 10.0
"""Age of a heartbeat from another host after which its process is taken for gone."""


class ChainState(Strict):
    """Progress of one chain."""

    draws_done: int
    draws_total: int
    divergences: int
    step_size: float
    tuning: bool


class Progress(Strict):
    """What is being done, and how far."""

    step: str = Field(description="What is being done, in words.")
    fraction: float = Field(ge=0, le=1, description="Share of this step that is done.")
    chains: tuple[ChainState, ...] = ()
    draws_per_second: float | None = None
    seconds_left: float | None = None


class Failure(Strict):
    """Why a run ended without results."""

    code: str
    message: str
    remedy: str


class ProcessIdentity(Strict):
    """The process that works on a run: its id alone could have been given to another since."""

    host: str
    pid: int
    started_at: float = Field(description="Start of the process, in seconds since the machine's (Linux) or since 1970.")

    @classmethod
    def of_this_process(cls) -> ProcessIdentity:
        """Identity of the running process."""
        return cls(host=socket.gethostname(), pid=os.getpid(), started_at=_started_at(psutil.Process()))


class Status(Strict):
    """The file ``status.json``."""

    format_version: int = 1
    stage: Stage
    partial: bool = False
    error: Failure | None = None
    updated_at: AwareDatetime
    queued_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    heartbeat_at: AwareDatetime | None = None
    process: ProcessIdentity | None = None
    progress: Progress | None = None


def get_status(folder: Path) -> Status:
    """Status of the run in a folder."""
    return storage.read_json(folder / FILE, Status)


def create_status(folder: Path, stage: Stage) -> Status:
    """First status of a new run."""
    status = Status(stage=stage, updated_at=_now())
    storage.write_json(folder / FILE, status)
    return status


def update_status(folder: Path, stage: Stage, **changes: object) -> Status:
    """Move a run to a stage.

    Raises
    ------
    RunError
        The stage cannot follow the present one.
    """
    present = get_status(folder)
    if stage not in NEXT_STAGES[present.stage]:
        raise RunError(
            f"A run that is {present.stage} cannot become {stage}.",
            code="wrong_stage",
            remedy="Duplicate the run to change it."
            if present.stage == "OUTPUTS_READY"
            else "Wait for the step before.",
        )
    return _write(folder, present, stage=stage, **changes)


def set_queued(folder: Path) -> Status:
    """Record that a run waits for its turn."""
    return update_status(folder, "FEATURES_BUILT", queued_at=_now(), started_at=None, progress=None, error=None)


def set_progress(folder: Path, progress: Progress) -> Status:
    """Record progress within the present stage."""
    return _write(folder, get_status(folder), progress=progress, heartbeat_at=_now())


def start(folder: Path) -> Status:
    """Record that this process begins to work on a run."""
    now = _now()
    return update_status(
        folder, "TRAINING", started_at=now, heartbeat_at=now, process=ProcessIdentity.of_this_process(), error=None
    )


def set_error(folder: Path, error: MMMError, *, stage: Stage = "ERROR") -> Status:
    """End a run with a reason and a way out."""
    failure = Failure(code=error.code, message=error.message, remedy=error.remedy)
    return update_status(folder, stage, error=failure, progress=None)


@contextmanager
def failure_recorded(folder: Path, what: str, *, remedy: str) -> Iterator[None]:
    """Let work in the background end with a reason in its status, whatever went wrong: who works goes on to the next.

    ``what`` names the work for the log, ``remedy`` is what a person can do where nobody but us can mend it.
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, MMMError):
            logging.getLogger(__name__).exception("%s of %s broke down", what, folder.parent.name)
            error = RunError(f"It broke down: {type(error).__name__}.", code="internal", remedy=remedy)
        with suppress(StorageError, RunError):  # what it was about was deleted meanwhile
            set_error(folder, error, stage="CANCELLED" if isinstance(error, RunCancelledError) else "ERROR")


def is_interrupted(status: Status, now: datetime, *, alive: bool) -> bool:
    """Whether a run that should be at work has lost its process.

    ``alive`` says whether the recorded process lives (:func:`process_alive`), or, where that cannot be
    known because it is another host's, whether its heartbeat is to be believed.
    """
    if status.stage not in ("TRAINING", "TRAINED") or status.process is None:
        return False
    if not alive:
        return True
    same_host = status.process.host == socket.gethostname()
    beat = status.heartbeat_at or status.updated_at
    return not same_host and (now - beat).total_seconds() > STALE_SECONDS


def process_alive(identity: ProcessIdentity) -> bool:
    """Whether the very process still lives; on another host: presumed so."""
    if identity.host != socket.gethostname():
        return True
    try:
        process = psutil.Process(identity.pid)
        # A dead child whose parent has not asked after it still has an id.
        return process.status() != psutil.STATUS_ZOMBIE and abs(_started_at(process) - identity.started_at) < 1
    except psutil.Error:
        return False


def end_process(process: psutil.Process) -> None:
    """Kill a process, a child or not, and return once it writes no more."""
    deadline = time.monotonic() + KILLED_SECONDS
    with suppress(psutil.Error):
        process.kill()
        # One whose parent is gone too stays a zombie until the system asks after it.
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
            time.sleep(0.005)


def is_stopped(pid: int | None) -> bool:
    """Whether a process of this machine was stopped (SIGSTOP): it lives, holds its locks, and does nothing."""
    try:
        return pid is not None and psutil.Process(pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    except psutil.Error:
        return False


def _started_at(process: psutil.Process) -> float:
    """When a process started, by a clock that nobody can set: on Linux the machine's uptime.

    psutil's own figure is derived from the wall clock: after a jump a living process would look like another one.
    """
    stat = Path(f"/proc/{process.pid}/stat")
    if not stat.exists():
        return float(process.create_time())
    # The name in field 2 may hold blanks and brackets; the start is field 22 (proc(5)).
    return int(stat.read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")


def _write(folder: Path, present: Status, **changes: object) -> Status:
    status = Status.model_validate(present.model_dump() | {"updated_at": _now()} | changes)
    storage.write_json(folder / FILE, status)
    return status


def _now() -> datetime:
    return datetime.now(UTC)
