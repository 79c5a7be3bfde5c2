"""From a file to a table that a run can use: read, validate, make canonical; the same for every door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mmm_core import storage
from mmm_core.canonicalize import CanonicalData
from mmm_core.reading import MAX_BYTES, DetectedFormat, read_table
from mmm_core.spec import DatasetSettings, RunSpec
from mmm_core.validation import Validated, ValidationReport, require_valid, validate


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read and validated.

    ``content_hash`` is that of the file's bytes; ``validated`` holds the report with every issue.
    """

    name: str
    content_hash: str
    detected: DetectedFormat
    validated: Validated

    @property
    def report(self) -> ValidationReport:
        """Every issue of the table."""
        return self.validated.report

    def canonical(self) -> CanonicalData:
        """The canonical table.

        Raises
        ------
        DataError
            The table has errors; the first is named, with its remedy.
        """
        return require_valid(self.validated)


def read_file(
    path: Path, settings: DatasetSettings | None = None, spec: RunSpec | None = None, *, today: date | None = None
) -> Prepared:
    """Read and validate a file that a person named; see :func:`prepare`."""
    return prepare(storage.read_upload(path, MAX_BYTES), path.name, settings, spec, today=today)


def prepare(
    content: bytes,
    name: str,
    settings: DatasetSettings | None = None,
    spec: RunSpec | None = None,
    *,
    today: date | None = None,
) -> Prepared:
    """Read and validate a table.

    Parameters
    ----------
    content, name
        The file's bytes and its name; the name is a label and a hint at the format.
    settings
        How the file becomes a table; default: those in the specification, or all detected.
    spec
        Names the target, drivers and controls; without it they go by prefix.

    Raises
    ------
    DataError
        The file cannot be read as a table. What is wrong within a table is in the report.
    SpecError
        The specification names columns that the table does not have.
    """
    settings = settings or (spec.dataset if spec else None) or DatasetSettings()
    raw = read_table(content, name, settings.reading)
    return Prepared(name, storage.content_hash(content), raw.detected, validate(raw, settings, spec, today=today))
