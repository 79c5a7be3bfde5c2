"""What is kept of a dataset's doubts, in a folder of its own within the dataset's: the file ``doubts.json``.

It is derived: of another file, other settings or another version of this package it is made anew.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from mmm_core import __version__
from mmm_core.errors import StorageError
from mmm_core.runs import datasets
from mmm_core.runs.doubts.costs import Cost
from mmm_core.schema import Strict
from mmm_core.spec import FixName
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk

FILE = "doubts.json"


class Doubts(Strict):
    """The file ``doubts.json``: what each repair that a report offers would do to the answer."""

    format_version: int = 1
    identity: str = Field(description="Of the file, of the way it is read, and of this package's version.")
    attempt: int = Field(1, ge=1, description="How often this was begun.")
    complete: bool = Field(False, description="Whether nothing is left to be tried.")
    costs: tuple[Cost, ...] = Field((), description="Repairs that were tried, the worst doubt first.")
    left: tuple[FixName, ...] = Field((), description="Repairs that are still to be tried, the next first.")
    not_tried: tuple[FixName, ...] = Field((), description="Repairs that are not tried: the table is too large.")


def identity_of(desk: Desk, dataset_id: str) -> str:
    """Changes if and only if a dataset's doubts may have changed."""
    source = datasets.source_of(desk, datasets.get_dataset(desk, dataset_id))
    return storage.content_hash(f"{source.identity}{__version__}".encode())


def read(folder: Path) -> Doubts | None:
    """What is kept; None: nothing that could be read."""
    try:
        return storage.read_json(folder / FILE, Doubts)
    except StorageError:
        return None
