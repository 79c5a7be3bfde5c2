"""The queue of a workspace: one small file a job, so that any process can add one and none can lose one.

::

    worker/queue/<number>-<id>.json ──claim (rename)──► worker/claimed/<number>-<id>.json ──finish──► (gone)

A job is a run or a draft that is ready to be fitted, a dataset whose repairs are to be weighed, a finished run that is
to be proved or explained by an earlier one, or a draft or a run of which is asked how near a fit could come. Numbers
give the order, not clocks, which jump. Changes are made under one lock that the operating system frees when its holder
dies; reading needs none. Drafts never wait for runs, and nothing waits for what is done in the background; within a
kind owners take turns: whoever queues a hundred runs keeps nobody else waiting for more than one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

from mmm_core.errors import StorageError
from mmm_core.schema import Strict
from mmm_core.workspace import locks, storage
from mmm_core.workspace.storage import Workspace

type JobKind = Literal["run", "draft", "doubts", "proof", "outlook", "why"]
DOUBTS = "doubts"
"""Folder in a dataset's own, with what its repairs would do; its status is that of a fit."""
PROOF = "proof"
"""The same in a run's own, with what its proof says."""
OUTLOOK = "outlook"
"""The same in a live estimate's or a run's own, with how near a fit could find each return."""
WHY = "why"
"""In a run's own, a folder of the same kind for each earlier run: why the one differs from the other."""
BETWEEN = "."
"""Stands between two runs' ids in the id of what is asked of both; no id of ours holds it."""
IN_THE_BACKGROUND: frozenset[JobKind] = frozenset({"doubts", "proof", "outlook", "why"})
"""Kinds of work that nobody waits for: they share an executor, and give way to each other."""
CANCEL = "cancel"
"""File in the folder of a job by which whoever works on it is asked to end."""


class Job(Strict):
    """One run, draft, dataset, proof, look ahead or pair of runs that waits for its turn."""

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
    """Folder of what a job is about; the id is checked, and it need not exist."""
    if kind == "doubts":
        return workspace.dataset_dir(identifier) / DOUBTS
    if kind == "proof":
        return workspace.run_dir(identifier) / PROOF
    if kind == "outlook":
        return folder_of(workspace, "draft" if is_draft(identifier) else "run", identifier) / OUTLOOK
    if kind == "why":
        now, before = both_runs(identifier)
        return workspace.run_dir(now) / WHY / storage.checked_id(before)
    return workspace.run_dir(identifier) if kind == "run" else workspace.draft_dir(identifier)


def is_draft(identifier: str) -> bool:
    """Whether an id is that of a live estimate, where it may be a run's as well."""
    return identifier.startswith("draft-")


def of_both(now: str, before: str) -> str:
    """Id of what is asked of a run and an earlier one."""
    return f"{now}{BETWEEN}{before}"


def both_runs(identifier: str) -> tuple[str, str]:
    """The later and the earlier run that :func:`of_both` has put together."""
    now, _, before = identifier.partition(BETWEEN)
    return now, before


def id_of(folder: Path) -> str:
    """Id of the job whose folder this is."""
    if folder.parent.name == WHY:
        return of_both(folder.parent.parent.name, folder.name)
    return folder.parent.name if folder.name in (DOUBTS, PROOF, OUTLOOK) else folder.name


def locked(workspace: Workspace) -> AbstractContextManager[None]:
    """Hold the queue: nothing is added, claimed or withdrawn by anybody else meanwhile."""
    return locks.held(workspace.worker_dir / "queue.lock", "The queue of this workspace is")


def add(workspace: Workspace, job: Job) -> None:
    """Put a job at the end; call it with the queue :func:`locked`.

    What a worker had taken of the same work before it was killed is forgotten: the next worker would let it wait again,
    beside this one.
    """
    finish(workspace, job)
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
    return 0 if any((job.kind, job.id) == (kind, identifier) for job in claimed(workspace)) else None


def _files(workspace: Workspace, state: str) -> list[Path]:
    folder = workspace.worker_dir / state
    return sorted(folder.glob("[0-9]*.json")) if folder.is_dir() else []


def _read(workspace: Workspace, state: str) -> Iterator[tuple[Path, Job]]:
    return _jobs(_files(workspace, state))


def _jobs(files: Iterable[Path]) -> Iterator[tuple[Path, Job]]:
    for path in files:
        try:
            yield path, storage.read_json(path, Job)
        except StorageError as error:
            if error.code != "not_found":  # otherwise it was claimed or withdrawn a moment ago
                path.unlink(missing_ok=True)


def _number(path: Path) -> int:
    return int(path.name.partition("-")[0])


def _find(workspace: Workspace, job: Job, state: str) -> Path | None:
    # A live estimate and what is asked of it have one id; only files of that id are read, for there may be many.
    files = [path for path in _files(workspace, state) if path.name.partition("-")[2] == f"{job.id}.json"]
    return next((path for path, found in _jobs(files) if found.kind == job.kind), None)


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
