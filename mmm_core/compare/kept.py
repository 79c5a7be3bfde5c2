"""What is kept of why a run differs from an earlier one: a folder within the later run's for each earlier one.

It is derived: of other results, or of another version of this package, it is made anew.
"""

from __future__ import annotations

from pathlib import Path

from mmm_core.compare.why import Why
from mmm_core.errors import StorageError
from mmm_core.proof.kept import identity_of as identity_of_one
from mmm_core.workspace import storage
from mmm_core.workspace.queueing import WHY

FILE = "why.json"


def folder_of(run: Path, before: str) -> Path:
    """Where it is kept in the folder of the later run; ``before`` is the earlier run's id."""
    return run / WHY / storage.checked_id(before)


def identity_of(before: Path, now: Path) -> str:
    """Changes if and only if the answer about two runs may have changed."""
    return storage.content_hash(f"{identity_of_one(before)}{identity_of_one(now)}".encode())


def read(folder: Path, identity: str) -> Why | None:
    """What is kept in a folder; None: nothing that could be read, or it is of other results."""
    try:
        found = storage.read_json(folder / FILE, Why)
    except StorageError:
        return None
    return found if found.identity == identity else None
