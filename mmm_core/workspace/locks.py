"""Locks between processes: held for a moment, freed by the operating system when their holder dies."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from mmm_core.errors import StorageError
from mmm_core.workspace.storage import Workspace, checked_id

LOCK_SECONDS = 10.0
"""Longest wait for a lock that is held for milliseconds."""
PREPARING_SECONDS = 60.0
"""Longest wait for a run, dataset or live estimate that somebody prepares or deletes."""
STRIPES = 64
"""So many locks serve all folders: one each would stay behind when its folder goes."""


@contextmanager
def held(path: Path, what: str, *, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold a lock file, whose folder is made; ``what`` is said to be held where it stays somebody else's.

    Raises
    ------
    StorageError
        Somebody else holds it for longer than ``seconds``, or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=seconds)
        lock.acquire()
    except TimeoutError as error:
        raise StorageError(
            f"{what} held by another process.", code="queue_busy", remedy="Try again in a moment."
        ) from error
    except OSError as error:
        raise StorageError(
            f"{what} out of reach, since nothing can be written there: {error.strerror or error}.",
            code="write_failed",
            remedy="Check free space and permissions of the workspace; nothing that was there has changed.",
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def of(workspace: Workspace, identifier: str) -> Iterator[None]:
    """Hold a run, dataset or live estimate: nobody prepares, queues, changes or deletes it meanwhile.

    Two of them must not be held at once: they may share a lock.
    """
    stripe = zlib.crc32(checked_id(identifier).encode()) % STRIPES
    path = workspace.worker_dir / "locks" / f"{stripe:02d}"
    with held(path, f"'{identifier}' is", seconds=PREPARING_SECONDS):
        yield
