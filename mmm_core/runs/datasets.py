"""From a file to a table that a run can use: read, validate, make canonical; the same for every door.

A *dataset* of the workspace is a folder: the file as it came, what was detected and decided (``dataset.json``), the
validation report, and, once there are no errors, the canonical table. The shipped tables are read-only datasets of
every workspace; they lie with the project and are never copied.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import AwareDatetime, Field

from mmm_core import logs
from mmm_core.errors import StorageError
from mmm_core.model.structure import parameter_count
from mmm_core.schema import Strict
from mmm_core.settings import PROJECT
from mmm_core.spec import DatasetSettings, ReadingOptions, RunSpec
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.table.reading.raw_table import DetectedFormat, RawTable
from mmm_core.table.reading.reading import read_table
from mmm_core.table.typed import CanonicalData
from mmm_core.table.validation import Validated, ValidationReport, require_valid, validate
from mmm_core.workspace import storage
from mmm_core.workspace.storage import Workspace

RAW_NAMES = {"csv": "table.csv", "excel": "table.xlsx", "parquet": "table.parquet"}
"""Name under which an uploaded file is kept; the person's own name is a label."""
SHIPPED = {
    "sample_001": PROJECT / "sample_data" / "mmm_sample.csv",
    "demo": PROJECT / "sample_data" / "mmm_demo.csv",
}
"""Read-only datasets of every workspace."""
SHIPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)
MOST_REMEMBERED = 16
LARGEST_REMEMBERED = 4 * 2**20
"""Tables up to this size (bytes of the file) are kept in memory once they are read and validated."""

_remembered: OrderedDict[tuple[object, ...], Prepared] = OrderedDict()
_remembered_lock = threading.Lock()


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


class Units(Strict):
    """Units that charts and sentences use."""

    target: str = Field("sales", max_length=40, description="A currency or a noun.")
    spend: str = Field("", max_length=40, description="Currency of spend; empty: not said.")
    activity: dict[str, str] = Field(default_factory=dict, description="Unit of activity per channel.")


class Dataset(Strict):
    """The file ``dataset.json``."""

    format_version: int = 1
    dataset_id: str
    owner: str
    label: str = Field(max_length=200, description="The file's name, or one that a person gave: never a path.")
    created_at: AwareDatetime
    read_only: bool = False
    units: Units = Units()
    settings: DatasetSettings = Field(description="Format overrides, column mapping and fixes that were asked for.")
    detected: DetectedFormat
    content_hash: str = Field(description="Hash of the file's bytes.")


def create_dataset(
    workspace: Workspace,
    content: bytes,
    name: str,
    *,
    owner: str,
    settings: DatasetSettings | None = None,
    check: bool = True,
) -> Dataset:
    """Take a file into the workspace under an id of ours.

    Without ``check`` it is read as a table and kept; :func:`validate_dataset` looks at its content later.

    Raises
    ------
    DataError
        The file cannot be read as a table; nothing is kept. A table with errors is kept with its report.
    """
    settings = settings or DatasetSettings()
    prepared = prepare(content, name, settings, owner=owner) if check else None
    dataset = Dataset(
        dataset_id=storage.new_id("data"),
        owner=owner,
        label=name.replace("\\", "/").rsplit("/", 1)[-1][:200],
        created_at=datetime.now(UTC),
        settings=settings,
        detected=prepared.report.detected if prepared else read_table(content, name, settings.reading).detected,
        content_hash=storage.content_hash(content),
    )
    folder = workspace.dataset_dir(dataset.dataset_id)
    filled = storage.folder_beside(folder)
    try:
        storage.write_bytes(filled / "raw" / RAW_NAMES[dataset.detected.kind], content)
        storage.write_json(filled / "dataset.json", dataset)
        if prepared:
            _write_report(filled, prepared)
        storage.swap_in(filled, folder)
    finally:
        storage.remove_folder(filled)
    logs.record("dataset created", dataset.dataset_id, owner=owner)
    return dataset


def revise_dataset(
    workspace: Workspace,
    dataset_id: str,
    *,
    owner: str,
    settings: DatasetSettings | None = None,
    units: Units | None = None,
    label: str | None = None,
) -> Dataset:
    """Decide anew how a dataset's file is read, what its columns are, which fixes apply, its units and name.

    Runs made before keep the table that they were made with. What is not given stays.

    Raises
    ------
    DataError, SpecError
        The file cannot be read so, or has no such column; the dataset stays as it was.
    StorageError
        There is no such dataset, or it is a shipped one.
    """
    dataset = get_dataset(workspace, dataset_id, owner=owner)
    if dataset.read_only:
        raise StorageError(
            "The shipped tables cannot be changed.", code="read_only", remedy="Upload the table as your own."
        )
    folder = workspace.dataset_dir(dataset_id)
    content = storage.read_upload(folder / "raw" / RAW_NAMES[dataset.detected.kind], MAX_BYTES)
    settings = settings or dataset.settings
    prepared = prepare(content, dataset.label, settings, owner=owner)
    changed = dataset.model_copy(
        update={
            "settings": settings,
            "detected": prepared.report.detected,
            "units": units or dataset.units,
            "label": (label or dataset.label)[:200],
        }
    )
    _write_report(folder, prepared)
    storage.write_json(folder / "dataset.json", changed)
    logs.record("dataset changed", dataset_id, owner=owner)
    return changed


def validate_dataset(
    workspace: Workspace,
    dataset_id: str,
    *,
    owner: str,
    settings: DatasetSettings | None = None,
    units: Units | None = None,
    label: str | None = None,
) -> ValidationReport:
    """Look at a dataset's content and keep the report; what is given is decided anew (:func:`revise_dataset`).

    Raises
    ------
    DataError, SpecError
        The file cannot be read so, or has no such column. What is wrong with the data is in the report.
    StorageError
        There is no such dataset, or it is a shipped one and was to be changed.
    """
    changes = settings is not None or units is not None or label is not None
    if changes or not get_dataset(workspace, dataset_id, owner=owner).read_only:
        revise_dataset(workspace, dataset_id, owner=owner, settings=settings, units=units, label=label)
    return load_dataset(workspace, dataset_id, owner=owner).report


def is_checked(workspace: Workspace, dataset_id: str, *, owner: str) -> bool:
    """Whether somebody has looked at the content of a dataset, as it is read now."""
    if get_dataset(workspace, dataset_id, owner=owner).read_only:
        return True
    return (workspace.dataset_dir(dataset_id) / "validation_summary.json").is_file()


def _write_report(folder: Path, prepared: Prepared) -> None:
    storage.write_json(folder / "validation_summary.json", prepared.report)
    if prepared.report.ok:
        storage.write_parquet(folder / "canonical_data.parquet", prepared.canonical().frame)
    else:
        (folder / "canonical_data.parquet").unlink(missing_ok=True)


def delete_dataset(workspace: Workspace, dataset_id: str, *, owner: str) -> None:
    """Remove a dataset's folder and forget its content; doors call :func:`mmm_core.runs.retention.delete_dataset`."""
    dataset = get_dataset(workspace, dataset_id, owner=owner)
    if dataset.read_only:
        raise StorageError("The shipped tables cannot be deleted.", code="read_only", remedy="Delete your own tables.")
    storage.remove_folder(workspace.dataset_dir(dataset_id))
    _forget(dataset.content_hash, owner)
    logs.record("dataset deleted", dataset_id, owner=owner)


def get_dataset(workspace: Workspace, dataset_id: str, *, owner: str) -> Dataset:
    """A dataset of the owner, or a shipped one.

    Raises
    ------
    StorageError
        There is none of that id, or it is somebody else's (which is not told apart).
    """
    if dataset_id in SHIPPED:
        return _shipped(dataset_id)
    path = workspace.dataset_dir(dataset_id) / "dataset.json"
    found = storage.read_json(path, Dataset) if path.is_file() else None
    if found is None or found.owner != owner:
        raise StorageError(
            f"There is no dataset '{dataset_id}'.",
            code="no_dataset",
            remedy="Choose another table: the Data page lists them.",
        )
    return found


def list_datasets(workspace: Workspace, *, owner: str) -> list[Dataset]:
    """The owner's datasets, newest first, then the shipped ones; folders that cannot be read are left out."""
    found = []
    for dataset_id in workspace.ids("datasets"):
        with suppress(StorageError):
            found.append(storage.read_json(workspace.dataset_dir(dataset_id) / "dataset.json", Dataset))
    own = sorted((each for each in found if each.owner == owner), key=lambda each: each.created_at, reverse=True)
    return [*own, *(_shipped(dataset_id) for dataset_id in SHIPPED)]


def load_dataset(workspace: Workspace, dataset_id: str, *, owner: str, spec: RunSpec | None = None) -> Prepared:
    """Read a dataset's file again, with the settings that were decided for it."""
    dataset = get_dataset(workspace, dataset_id, owner=owner)
    raw = workspace.dataset_dir(dataset_id) / "raw" / RAW_NAMES[dataset.detected.kind]
    content = storage.read_upload(SHIPPED.get(dataset_id, raw), MAX_BYTES)
    # The shipped tables are everybody's: they are remembered once.
    return prepare(content, dataset.label, dataset.settings, spec, owner=dataset.owner)


def raw_table(workspace: Workspace, dataset_id: str, *, owner: str) -> RawTable:
    """A dataset's cells as they were written."""
    dataset = get_dataset(workspace, dataset_id, owner=owner)
    path = SHIPPED.get(dataset_id) or workspace.dataset_dir(dataset_id) / "raw" / RAW_NAMES[dataset.detected.kind]
    return _read_raw(path, dataset.label, dataset.content_hash, dataset.settings.reading.model_dump_json())


def file_rows(workspace: Workspace, dataset_id: str, rows: Sequence[int], *, owner: str) -> pd.DataFrame:
    """Rows of a dataset's file by their number in the file, which is the first column."""
    raw = raw_table(workspace, dataset_id, owner=owner)
    found = raw.cells[np.isin(raw.row_numbers, rows)]
    found.insert(0, "row", raw.row_numbers[np.isin(raw.row_numbers, rows)])
    return found


@lru_cache(maxsize=2)
def _read_raw(path: Path, name: str, content_hash: str, reading: str) -> RawTable:  # noqa: ARG001 - a key of the cache
    return read_table(storage.read_upload(path, MAX_BYTES), name, ReadingOptions.model_validate_json(reading))


@cache
def _shipped(dataset_id: str) -> Dataset:
    path = SHIPPED[dataset_id]
    prepared = read_file(path)
    return Dataset(
        dataset_id=dataset_id,
        owner="",
        label=path.name,
        created_at=SHIPPED_AT,
        read_only=True,
        units=Units(target="€", spend="€"),
        settings=DatasetSettings(),
        detected=prepared.report.detected,
        content_hash=prepared.content_hash,
    )


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
    owner: str = "",
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
    owner
        Whose table it is: nobody is served from what was remembered for somebody else.

    Raises
    ------
    DataError
        The file cannot be read as a table. What is wrong within a table is in the report.
    SpecError
        The specification names columns that the table does not have.
    """
    settings = settings or (spec.dataset if spec else None) or DatasetSettings()
    content_hash = storage.content_hash(content)
    key = (owner, content_hash, name, settings.model_dump_json(), _what_validation_reads(spec), today or date.today())
    with _remembered_lock:
        known = _remembered.get(key)
    if known is None:
        raw = read_table(content, name, settings.reading)
        known = Prepared(
            name,
            content_hash,
            raw.detected,
            validate(raw, settings, spec, count_parameters=parameter_count, today=today),
        )
        if len(content) <= LARGEST_REMEMBERED:
            _remember(key, known)
    return known


def _remember(key: tuple[object, ...], prepared: Prepared) -> None:
    with _remembered_lock:
        _remembered[key] = prepared
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)


def _forget(content_hash: str, owner: str) -> None:
    """Forget what was read of a file of an owner."""
    with _remembered_lock:
        for key in [key for key in _remembered if key[:2] == (owner, content_hash)]:
            del _remembered[key]
    _read_raw.cache_clear()


def _what_validation_reads(spec: RunSpec | None) -> str:
    """The part of a specification that can change a report: a slider of decay or saturation does not."""
    if spec is None:
        return ""
    left_out = {"feature_config": {"adstock", "saturation"}, "sampler": True, "random_seed": True, "dataset_id": True}
    return spec.model_dump_json(exclude=left_out)  # type: ignore[arg-type]
