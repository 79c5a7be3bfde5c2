"""Datasets of a workspace: take a file in, decide how it is read, look at it, list, delete.

A *dataset* is a folder: the file as it came, what was detected and decided (``dataset.json``), the validation report,
the typed table and, once there are no errors, the canonical one. The shipped tables are read-only datasets of every
workspace; they lie with the project and are never copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pandas as pd
from pydantic import AwareDatetime, Field

from mmm_core import logs, shipped
from mmm_core.errors import MMMError, SpecError, StorageError
from mmm_core.lineup import colour_places
from mmm_core.runs import reader, tables
from mmm_core.runs.tables import Prepared, Source
from mmm_core.schema import Strict
from mmm_core.spec import DatasetSettings, FixName, RunSpec
from mmm_core.table.fixes import currencies
from mmm_core.table.fixes.preview import Preview
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.table.reading.raw_table import DetectedFormat, RawTable
from mmm_core.table.reading.units import shown
from mmm_core.table.typed_file import TypedFile
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import folders, locks, storage
from mmm_core.workspace.desk import Desk

FILE = "dataset.json"
RAW_NAMES = {"csv": "table.csv", "excel": "table.xlsx", "parquet": "table.parquet"}
"""Name under which an uploaded file is kept; the person's own name is a label."""
SHIPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)

LEAST_MARGIN = 0.001
"""Below, no return would ever pay: its reciprocal is the return that does."""


class Units(Strict):
    """Units that charts and sentences use."""

    target: str = Field("sales", max_length=40, description="A currency or a noun.")
    spend: str = Field("", max_length=40, description="Currency of spend; empty: not said.")
    activity: dict[str, str] = Field(default_factory=dict, description="Unit of activity per channel.")
    margin: float | None = Field(
        None,
        ge=LEAST_MARGIN,
        le=1,
        description="Part of sales that is left after the cost of what was sold; null: not said.",
    )

    @property
    def break_even(self) -> float | None:
        """Return at which spend pays: one over the margin; None: sales and spend are not counted in one currency."""
        if self.margin is None and (not self.spend or self.target != self.spend):
            return None
        return 1 / (self.margin or 1)


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
    columns: tuple[str, ...] = Field((), description="Columns of the file as it came; empty: an older version took it.")
    follows: str | None = Field(
        None, description="Dataset of the same columns whose roles, units and repairs were taken over; null: none."
    )
    colours: dict[str, int] = Field(
        default_factory=dict,
        description="Place in the palette of each column that was a channel's before roles were decided anew.",
    )


def create_dataset(
    desk: Desk, content: bytes, name: str, *, settings: DatasetSettings | None = None, check: bool = True
) -> Dataset:
    """Take a file into the workspace under an id of ours.

    Without ``check`` it is read as a table and kept; :func:`validate_dataset` looks at its content later.

    Raises
    ------
    DataError
        The file cannot be read as a table; nothing is kept. A table with errors is kept with its report.
    """
    settings = settings or DatasetSettings()
    prepared = tables.take(content, name, settings) if check else None
    file = prepared.validated.file if prepared else _typed(content, name, settings)
    dataset = Dataset(
        dataset_id=storage.new_id("data"),
        owner=desk.owner,
        label=_label_of(name),
        created_at=datetime.now(UTC),
        settings=settings,
        detected=file.detected if file else reader.read(content, name, settings.reading).detected,
        content_hash=storage.content_hash(content),
        columns=tuple(file.columns) if file else (),
    )
    folder = desk.workspace.dataset_dir(dataset.dataset_id)
    with folders.filled_beside(folder) as filled:
        (filled / "raw").mkdir()
        storage.write_bytes(filled / "raw" / RAW_NAMES[dataset.detected.kind], content)
        storage.write_json(filled / FILE, dataset)
        if prepared:
            tables.keep_table(filled, source_of(desk, dataset), prepared)
        elif file:
            tables.keep_typed(filled, source_of(desk, dataset), file)
        folders.swap_in(filled, folder)
    logs.record("dataset created", dataset.dataset_id, owner=desk.owner)
    return dataset


def _typed(content: bytes, name: str, settings: DatasetSettings) -> TypedFile | None:
    """The columns of a file; None where settings name one that it does not have, which is told when it is looked at."""
    try:
        return tables.typed(content, name, settings)
    except SpecError:
        return None


def _label_of(name: str) -> str:
    """The last part of a file's name, with a mark for whatever no file can keep."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1][:200]
    return last.encode("utf-8", "replace").decode().replace("\0", "?")


def revise_dataset(
    desk: Desk,
    dataset_id: str,
    *,
    settings: DatasetSettings | None = None,
    units: Units | None = None,
    label: str | None = None,
    follows: Dataset | None = None,
) -> Dataset:
    """Decide anew how a dataset's file is read, what its columns are, which fixes apply, its units and name.

    Runs made before keep the table that they were made with. What is not given stays, and so do the colours of channels
    (:func:`colours`): those of ``follows``, the table whose roles are taken over, or else its own.

    Raises
    ------
    DataError, SpecError
        The file cannot be read so, or has no such column; the dataset stays as it was.
    StorageError
        There is no such dataset, or it is a shipped one.
    """
    dataset = get_dataset(desk, dataset_id)
    if dataset.read_only:
        raise StorageError(
            "The shipped tables cannot be changed.", code="read_only", remedy="Upload the table as your own."
        )
    with locks.of(desk.workspace, dataset_id):
        dataset, folder = get_dataset(desk, dataset_id), desk.dataset_dir(dataset_id)
        asked = dataset.model_copy(
            update={
                "settings": settings or dataset.settings,
                "units": units or dataset.units,
                "label": (label or dataset.label)[:200],
                "follows": follows.dataset_id if follows else dataset.follows,
                "colours": _colours_by_column(desk, follows or dataset) if settings else dataset.colours,
            }
        )
        source = source_of(desk, asked)
        prepared = tables.open_table(source)
        changed = asked.model_copy(update={"detected": prepared.report.detected})
        tables.keep_table(folder, source, prepared)
        storage.write_json(folder / FILE, changed)
    logs.record("dataset changed", dataset_id, owner=desk.owner)
    return changed


def take_over(desk: Desk, dataset_id: str) -> Dataset | None:
    """Give a new table the roles, units and repairs of the newest one with the same columns.

    Returns
    -------
    The table that they are from; None: there is none, or its settings do not fit, and the new table stays as it was.
    """
    made = get_dataset(desk, dataset_id)
    before = next(
        (
            each
            for each in list_datasets(desk)
            if each.columns and each.dataset_id != dataset_id and set(each.columns) == set(made.columns)
        ),
        None,
    )
    if before is None or before.read_only:
        return None
    try:
        # How a file is read is the new one's own: it may be written in another way.
        settings = before.settings.model_copy(update={"reading": made.settings.reading})
        revise_dataset(desk, dataset_id, settings=settings, units=before.units, follows=before)
    except MMMError:
        return None
    return before


def stand_alone(desk: Desk, dataset_id: str) -> Dataset:
    """Undo :func:`take_over`: the table as it came. Errors are those of :func:`revise_dataset`."""
    changed = revise_dataset(desk, dataset_id, settings=DatasetSettings(), units=Units())
    with locks.of(desk.workspace, dataset_id):
        alone = changed.model_copy(update={"follows": None})
        storage.write_json(desk.dataset_dir(dataset_id) / FILE, alone)
    return alone


def validate_dataset(
    desk: Desk,
    dataset_id: str,
    *,
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
    if changes or not get_dataset(desk, dataset_id).read_only:
        revise_dataset(desk, dataset_id, settings=settings, units=units, label=label)
    return load_dataset(desk, dataset_id).report


def is_checked(desk: Desk, dataset_id: str) -> bool:
    """Whether somebody has looked at the content of a dataset, as it is read now."""
    if dataset_id in shipped.TABLES:
        return True
    return (desk.dataset_dir(dataset_id) / tables.REPORT).is_file()


def delete_dataset(desk: Desk, dataset_id: str) -> None:
    """Remove a dataset's folder and forget its content; doors call :func:`mmm_core.runs.retention.delete_dataset`."""
    if get_dataset(desk, dataset_id).read_only:
        raise StorageError("The shipped tables cannot be deleted.", code="read_only", remedy="Delete your own tables.")
    with locks.of(desk.workspace, dataset_id):
        folder = desk.dataset_dir(dataset_id)
        try:
            folders.remove(folder)
        finally:
            tables.forget(folder)
    logs.record("dataset deleted", dataset_id, owner=desk.owner)


def get_dataset(desk: Desk, dataset_id: str) -> Dataset:
    """A dataset of the owner, or a shipped one.

    Raises
    ------
    StorageError
        There is none of that id, or it is somebody else's.
    """
    if dataset_id in shipped.TABLES:
        return _shipped(dataset_id)
    return storage.read_json(desk.dataset_dir(dataset_id) / FILE, Dataset)


def list_datasets(desk: Desk) -> list[Dataset]:
    """The owner's datasets, newest first, then the shipped ones; folders that cannot be read are left out."""
    readable = []
    for dataset_id in desk.workspace.ids("datasets"):
        with suppress(StorageError):
            readable.append(storage.read_json(desk.workspace.dataset_dir(dataset_id) / FILE, Dataset))
    own = [dataset for dataset in readable if dataset.owner == desk.owner]
    own.sort(key=lambda dataset: dataset.created_at, reverse=True)
    return [*own, *map(_shipped, shipped.TABLES)]


def named(every: Sequence[Dataset], text: str) -> list[Dataset]:
    """Those whose label or id holds every word of ``text``, in their order."""
    words = text.casefold().split()
    return [each for each in every if all(word in f"{each.label}\n{each.dataset_id}".casefold() for word in words)]


def load_dataset(desk: Desk, dataset_id: str, spec: RunSpec | None = None) -> Prepared:
    """A dataset's table, checked: all of it, or the columns of a specification; see :func:`tables.open_table`."""
    return tables.open_table(source_of(desk, get_dataset(desk, dataset_id)), spec)


def load_as(desk: Desk, dataset_id: str, settings: DatasetSettings) -> Prepared:
    """A dataset's table as other settings would make it, which stays on trial: nothing of it is kept on disk.

    Raises
    ------
    DataError, SpecError
        The file cannot be read so, or has no such column.
    """
    on_trial = get_dataset(desk, dataset_id).model_copy(update={"settings": settings})
    return tables.open_table(source_of(desk, on_trial))


def colours(desk: Desk, dataset_id: str) -> dict[str, int]:
    """Place in the palette of each channel of a table (:mod:`mmm_core.lineup`), whichever of them a model takes.

    Raises
    ------
    DataError, SpecError, StorageError
        The table cannot be read, or there is none.
    """
    return _colours(desk, get_dataset(desk, dataset_id))


def _colours(desk: Desk, dataset: Dataset) -> dict[str, int]:
    return colour_places(_columns_of_channels(desk, dataset), dataset.colours)


def _columns_of_channels(desk: Desk, dataset: Dataset) -> dict[str, set[str]]:
    roles = tables.open_table(source_of(desk, dataset)).validated.roles
    played = (roles.activity, roles.spend)
    return {channel: {columns[channel] for columns in played if channel in columns} for channel in roles.activity}


def _colours_by_column(desk: Desk, dataset: Dataset) -> dict[str, int]:
    """Places that a table's columns had so far: by these a channel is known when it is called otherwise."""
    try:
        found = _colours(desk, dataset)
        columns = _columns_of_channels(desk, dataset)
    except MMMError:  # read as its settings say it is no table: nothing was shown of it
        return dataset.colours
    return dataset.colours | {column: found[channel] for channel in columns for column in columns[channel]}


def preview_fix(desk: Desk, dataset_id: str, fix: FixName) -> Preview:
    """What a repair would change in a dataset's table; see :func:`tables.preview` for the errors."""
    return tables.preview(source_of(desk, get_dataset(desk, dataset_id)), fix)


def raw_table(desk: Desk, dataset_id: str) -> RawTable:
    """A dataset's cells as they were written."""
    return tables.raw_table(source_of(desk, get_dataset(desk, dataset_id)))


def columns_table(desk: Desk, dataset_id: str) -> RawTable:
    """The columns that roles are given to: the file's own, or those that its measures became."""
    dataset = get_dataset(desk, dataset_id)
    return tables.columns_table(source_of(desk, dataset))


def units_named(desk: Desk, dataset_id: str) -> Units:
    """What a dataset's columns and cells say that sales and spend are counted in, beside what a person said of it."""
    dataset = get_dataset(desk, dataset_id)
    raw, file = columns_table(desk, dataset_id), load_dataset(desk, dataset_id).validated.file
    found = currencies.units_named(raw, file.roles_in_file, dataset.settings)
    told = {"target": found.sales, "spend": found.spend}
    return dataset.units.model_copy(update={name: shown(code) for name, code in told.items() if code is not None})


def file_rows(desk: Desk, dataset_id: str, rows: Sequence[int]) -> pd.DataFrame:
    """Rows of a dataset's file by their number in the file, which is the first column."""
    raw = raw_table(desk, dataset_id)
    wanted = np.isin(raw.row_numbers, rows)
    cells = raw.cells[wanted]
    cells.insert(0, "row", raw.row_numbers[wanted])
    return cells


def source_of(desk: Desk, dataset: Dataset) -> Source:
    """A dataset's file, and how it is read."""
    if dataset.read_only:
        return Source(shipped.TABLES[dataset.dataset_id], dataset.label, dataset.content_hash, dataset.settings)
    folder = desk.workspace.dataset_dir(dataset.dataset_id)
    raw = folder / "raw" / RAW_NAMES[dataset.detected.kind]
    return Source(raw, dataset.label, dataset.content_hash, dataset.settings, kept=folder)


@cache
def _shipped(dataset_id: str) -> Dataset:
    path = shipped.TABLES[dataset_id]
    content = storage.read_upload(path, MAX_BYTES)
    return Dataset(
        dataset_id=dataset_id,
        owner="",
        label=path.name,
        created_at=SHIPPED_AT,
        read_only=True,
        units=Units(target="€", spend="€"),
        settings=DatasetSettings(),
        detected=tables.prepare(content, path.name).report.detected,
        content_hash=storage.content_hash(content),
    )
