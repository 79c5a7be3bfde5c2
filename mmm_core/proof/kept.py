"""What is kept of a run's proof, in a folder of its own within the run's.

``proof.json`` is what every reader reads; ``units.json`` what is found so far, from which work goes on after a stop.
Both are derived: of another version of this package they are made anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from mmm_core import __version__
from mmm_core.errors import StorageError
from mmm_core.proof.part import PartReport
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.verdicts import Grade
from mmm_core.runs.folder import CHECKS, read_manifest
from mmm_core.schema import Strict
from mmm_core.workspace import storage
from mmm_core.workspace.queueing import PROOF

FILE, UNITS = "proof.json", "units.json"


class Proof(Strict):
    """The file ``proof.json``: every part, as far as it is."""

    format_version: int = 1
    identity: str = Field(description="Of the run's result and of this package's version.")
    complete: bool = Field(False, description="Whether every part is answered, left out or given up.")
    parts: tuple[PartReport, ...] = ()

    def part(self, name: str) -> PartReport | None:
        """A part by its name; None: it is not there."""
        return next((part for part in self.parts if part.name == name), None)

    @property
    def fraction(self) -> float:
        """How much of the work is done (fraction)."""
        units = sum(part.units for part in self.parts)
        return sum(part.done for part in self.parts) / units if units else 0.0


class Units(Strict):
    """The file ``units.json``: what each unit of work found, by part and key."""

    format_version: int = 1
    identity: str
    found: dict[str, dict[str, Any]] = Field(default_factory=dict)
    failed: dict[str, dict[str, str]] = Field(default_factory=dict, description="Why, of units that could not be done.")

    def is_done(self, part: str, key: str) -> bool:
        """Whether a unit needs no more work: it found something, or cannot be done."""
        return key in self.found.get(part, {}) or key in self.failed.get(part, {})


def folder_of(run: Path) -> Path:
    """Where the proof of the run in a folder is kept."""
    return run / PROOF


def grade_of_fit(run: Path) -> Grade:
    """What the checks of the fit in a folder say; a file that cannot be read says nothing."""
    try:
        return storage.read_json(run / CHECKS, Diagnostics).overall
    except StorageError:
        return "pass"


def identity_of(run: Path) -> str:
    """Changes if and only if the proof of the run in a folder may have changed."""
    manifest = read_manifest(run)
    parts = (manifest.canonical_hash, manifest.spec_hash, sorted(manifest.outputs.items()), __version__)
    return storage.content_hash(repr(parts).encode())


def read(run: Path) -> Proof | None:
    """What is kept of a run's proof; None: nothing that could be read, or of another version."""
    found = _read(folder_of(run) / FILE, Proof)
    return found if found is not None and found.identity == identity_of(run) else None


def read_units(run: Path, identity: str) -> Units:
    """What has been found so far; nothing where it is another result's."""
    found = _read(folder_of(run) / UNITS, Units)
    return found if found is not None and found.identity == identity else Units(identity=identity)


def _read[T: Strict](path: Path, kind: type[T]) -> T | None:
    try:
        return storage.read_json(path, kind)
    except StorageError:
        return None
