"""Work in the background takes turns: between two fits it gives way to whoever else waits for the same executor."""

from __future__ import annotations

from pathlib import Path

from mmm_core.errors import StorageError
from mmm_core.workspace import queueing, run_state, status, storage
from mmm_core.workspace.queueing import Job, JobKind
from mmm_core.workspace.run_state import RunState
from mmm_core.workspace.storage import Workspace


def others_wait(workspace: Workspace) -> bool:
    """Whether somebody else's work waits for the executor in the background."""
    return any(job.kind in queueing.IN_THE_BACKGROUND for job in queueing.waiting(workspace))


def queue_again(workspace: Workspace, kind: JobKind, identifier: str, folder: Path) -> None:
    """Let work that was claimed wait once more, behind all others."""
    claimed = next(job for job in queueing.claimed(workspace) if job.kind == kind and job.id == identifier)
    with queueing.locked(workspace):
        status.create_status(folder, "FEATURES_BUILT")
        queueing.add(workspace, Job(kind=kind, id=identifier, bucket="", owner=claimed.owner))
        status.set_queued(folder)


def state_of(workspace: Workspace, kind: JobKind, identifier: str) -> RunState | None:
    """Where work in the background is; None: nobody has asked for it."""
    try:
        return run_state.state_of(workspace, queueing.folder_of(workspace, kind, identifier), kind)
    except StorageError:
        return None


def begin(workspace: Workspace, kind: JobKind, identifier: str, *, owner: str) -> None:
    """Queue work that nobody does yet, in a folder that is made for it; call it with the queue locked."""
    folder = queueing.folder_of(workspace, kind, identifier)
    folder.mkdir(exist_ok=True)
    storage.sweep(folder)
    (folder / queueing.CANCEL).unlink(missing_ok=True)
    status.create_status(folder, "FEATURES_BUILT")
    queueing.add(workspace, Job(kind=kind, id=identifier, bucket="", owner=owner))
    status.set_queued(folder)
