"""The queue of a workspace: one small file a job, so that any process can add one and none can lose one.

::

    worker/queue/<number>-<id>.json ──claim (rename)──► worker/claimed/<number>-<id>.json ──finish──► (gone)

A job is a run or a draft that is ready to be fitted, or a dataset whose repairs are to be weighed. Numbers give the
order, not clocks, which jump. Changes are made under one lock that the operating system frees when its holder dies;
reading needs none. Drafts never wait for runs, and nothing waits for the weighing of repairs; within a kind owners take
turns: whoever queues a hundred runs keeps nobody else waiting for more than one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

from mmm_core.errors import StorageError
from mmm_core.schema import Strict
from mmm_core.workspace import locks, storage
from mmm_core.workspace.storage import Workspace

type JobKind = Literal["run", "draft", "doubts"]
DOUBTS = "doubts"
"""Folder in a dataset's own, with what its repairs would do; its status is that of a fit."""


class Job(Strict):
    """One run, draft or dataset that waits for its turn."""

    format_version: int = 1
    kind: JobKind
    id: str
    bucket: str
    lineage: str = ""
    owner: str = ""

    def folder(self, workspace: Workspace) -> Path:
        """The run folder to work on."""
        return folder_of(workspace, self.kind, self.id)


def folder_of(workspace: Workspace, kind: JobKind, identifier: str) -> Path:
    """Folder of a run, a live estimate or a dataset's doubts; the id is checked, the folder need not exist."""
    if kind == "doubts":
        return workspace.dataset_dir(identifier) / DOUBTS
    return workspace.run_dir(identifier) if kind == "run" else workspace.draft_dir(identifier)


def id_of(folder: Path) -> str:
    """Id of the job whose folder this is."""
    return folder.parent.name if folder.name == DOUBTS else folder.name


def locked(workspace: Workspace) -> AbstractContextManager[None]:
    """Hold the queue: nothing is added, claimed or withdrawn by anybody else meanwhile."""
    return locks.held(workspace.worker_dir / "queue.lock", "The queue of this workspace is")


def add(workspace: Workspace, job: Job) -> None:
    """Put a job at the end; call it with the queue :func:`locked`."""
    last = max((_number(path) for path in _files(workspace, "queue")), default=0)
    folder = workspace.worker_dir / "queue"
    folder.mkdir(parents=True, exist_ok=True)
    storage.write_json(folder / f"{last + 1:012d}-{job.id}.json", job)
    storage.flush(folder)  # what is accepted outlives a loss of power


def waiting(workspace: Workspace) -> list[Job]:
    """Jobs that nobody has claimed yet, the next first: owners take turns, and each one's jobs keep their order."""
    jobs = [job for _, job in _read(workspace, "queue")]
    if len({job.owner for job in jobs}) < 2:
        return jobs
    turns = Counter((job.kind, job.owner) for job in claimed(workspace))
    turn_of = {}
    for job in jobs:
        turn_of[job.id] = turns[job.kind, job.owner]
        turns[job.kind, job.owner] += 1
    return sorted(jobs, key=lambda job: turn_of[job.id])  # stable: first come first within a turn


def claimed(workspace: Workspace) -> list[Job]:
    """Jobs that a worker has taken and not finished."""
    return [job for _, job in _read(workspace, "claimed")]


def claim(workspace: Workspace, job: Job) -> bool:
    """Take a waiting job; false if it was withdrawn meanwhile."""
    with locked(workspace):
        return _move(workspace, job, "queue", "claimed")


def finish(workspace: Workspace, job: Job) -> None:
    """Forget a claimed job."""
    _remove(workspace, job, "claimed")


def withdraw(workspace: Workspace, job: Job) -> bool:
    """Take a job out before anybody claims it; call it with the queue :func:`locked`."""
    return _remove(workspace, job, "queue")


def put_back(workspace: Workspace, job: Job) -> None:
    """Let a claimed job wait again, in its old place; call it with the queue :func:`locked`."""
    _move(workspace, job, "claimed", "queue")


def place(workspace: Workspace, kind: JobKind, identifier: str) -> int | None:
    """Place in the queue: 1 is next; 0 once it is claimed; None if it is not there."""
    # The order of the two looks matters: a job moves from the first folder to the second.
    ids = [job.id for job in waiting(workspace) if job.kind == kind]
    if identifier in ids:
        return ids.index(identifier) + 1
    return 0 if any(job.id == identifier for job in claimed(workspace)) else None


def _files(workspace: Workspace, state: str) -> list[Path]:
    folder = workspace.worker_dir / state
    return sorted(folder.glob("[0-9]*.json")) if folder.is_dir() else []


def _read(workspace: Workspace, state: str) -> Iterator[tuple[Path, Job]]:
    for path in _files(workspace, state):
        try:
            yield path, storage.read_json(path, Job)
        except StorageError as error:
            if error.code != "not_found":  # otherwise it was claimed or withdrawn a moment ago
                path.unlink(missing_ok=True)


def _number(path: Path) -> int:
    return int(path.name.partition("-")[0])


def _find(workspace: Workspace, job: Job, state: str) -> Path | None:
    return next((path for path in _files(workspace, state) if path.name.partition("-")[2] == f"{job.id}.json"), None)


def _move(workspace: Workspace, job: Job, source: str, target: str) -> bool:
    path = _find(workspace, job, source)
    if path is None:
        return False
    folder = workspace.worker_dir / target
    folder.mkdir(parents=True, exist_ok=True)
    path.rename(folder / path.name)
    return True


def _remove(workspace: Workspace, job: Job, state: str) -> bool:
    path = _find(workspace, job, state)
    if path is None:
        return False
    path.unlink(missing_ok=True)
    return True
