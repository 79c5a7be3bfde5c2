"""New rows for a table that has a result: the longer table, or only its newer rows, made into a dataset of their own.

The file is read as the result's table was: the same roles and repairs. What it has of periods that the table has too is
compared cell by cell and goes before what was there, and is listed as revised; old periods that it does not have stay.
The dataset and the result of before are left as they are.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from pydantic import Field

from mmm_core.compare.newer.accepted import (
    not_taken,
    require_activity,
    require_clean,
    require_columns,
    require_same_units,
    valid,
)
from mmm_core.compare.tables import KEYS, TableChange, table_change
from mmm_core.errors import DataError, MMMError, SpecError, StorageError
from mmm_core.labels import listed
from mmm_core.runs import datasets, index, reader, runs
from mmm_core.runs.datasets import Dataset, Units
from mmm_core.runs.folder import CANONICAL, read_manifest, read_spec, whole
from mmm_core.runs.tables import Prepared
from mmm_core.schema import Strict
from mmm_core.spec import DatasetSettings, Grain, ReadingOptions, RunSpec
from mmm_core.table.asked import Asked
from mmm_core.table.typed import column_order
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk

type FileKind = Literal["longer", "newer"]

SPAN = re.compile(r", \d{4}-\d{2}-\d{2} to \d{4}-\d{2}-\d{2}$")
"""Ends the name of a table that rows were put behind; the next rows change it."""
MOST_LOOKED_AT = 20
NOTHING_NEW = "The file has nothing that the table does not have already."


class Joined(Strict):
    """What a file adds to a table."""

    kind: FileKind = Field(description="longer: the whole table and more. newer: rows that were put behind it.")
    change: TableChange = Field(description="How the table that it makes differs from the one before.")
    left_out: tuple[str, ...] = Field((), description="Columns of the table before that are not in the joined one.")
    not_taken: tuple[str, ...] = Field(
        (),
        description="Columns that the file has and the table before has not: the result's settings do not take them.",
    )

    @property
    def is_nothing(self) -> bool:
        """Whether the file says nothing new."""
        return not (self.change.has_other_periods or self.change.is_revised)

    def sentences(self) -> list[str]:
        """What the file adds, in words."""
        told = self.change.sentences() or [NOTHING_NEW]
        if self.left_out:
            told.append(f"Left out: {', '.join(self.left_out)}.")
        if self.not_taken:
            told.append(
                f"The file has {listed(self.not_taken)} too, which the result's settings do not take: make a new run "
                f"to have {'it' if len(self.not_taken) == 1 else 'them'} in the model."
            )
        return told


@dataclass(frozen=True, slots=True)
class Grown:
    """A table with what a file adds to it.

    ``content`` is what a dataset is made of under ``settings``; ``spec`` is that of the result before, for its columns.
    """

    content: bytes
    name: str
    settings: DatasetSettings
    prepared: Prepared
    spec: RunSpec
    joined: Joined


class Refreshed(Strict):
    """A dataset and a run that were made of a result and a file."""

    run_id: str
    dataset_id: str
    reused: bool = Field(description="A run with the same content and specification is given instead of a new one.")
    joined: Joined


def take(desk: Desk, run_id: str, content: bytes, name: str, *, replace: bool = False) -> Refreshed:
    """Make a dataset of a finished run's table and a file, and a run on it with the same settings, not yet queued.

    Parameters
    ----------
    content, name
        The file's bytes, and its name as a label.
    replace
        Whether the file is the whole table, however short: old periods that it does not have are gone.

    Raises
    ------
    DataError
        The file cannot be read, has errors, lacks a column, or says nothing new; nothing is kept.
    RunError
        The run is not finished.
    StorageError
        There is no such run of this owner.
    """
    made = grown(desk, run_id, content, name, replace=replace)
    units, before = _units_of(desk, run_id)
    dataset = datasets.create_dataset(desk, made.content, made.name, settings=made.settings)
    dataset = datasets.revise_dataset(desk, dataset.dataset_id, settings=made.settings, units=units, follows=before)
    spec = made.spec.model_copy(update={"dataset_id": dataset.dataset_id})
    run = runs.create(desk, spec)
    return Refreshed(run_id=run.run_id, dataset_id=dataset.dataset_id, reused=run.reused, joined=made.joined)


def again(desk: Desk, run_id: str, dataset_id: str) -> str:
    """Id of a run with the settings of another on a dataset of the same columns, queued unless it is there already.

    Raises
    ------
    DataError, SpecError
        The dataset has errors, or the settings do not fit it.
    StorageError
        There is no such run or dataset of this owner.
    """
    spec = runs.get_spec(desk, run_id).model_copy(update={"dataset_id": dataset_id})
    made = runs.create(desk, spec).run_id
    if runs.state(desk, made).phase == "created":
        runs.submit(desk, made)
    return made


def grown(desk: Desk, run_id: str, content: bytes, name: str, *, replace: bool = False) -> Grown:
    """What a file makes of a finished run's table; nothing is kept. See :func:`take` for the errors."""
    folder = runs.finished_folder(desk, run_id)
    spec, manifest = read_spec(folder), read_manifest(folder)
    own = storage.read_parquet(whole(folder, CANONICAL))
    before, label, settings = own, manifest.source_name, spec.dataset or DatasetSettings()
    dataset = _dataset_of(desk, spec)
    if dataset is not None:
        label, settings = dataset.label, dataset.settings
        before = _typed_of(datasets.load_dataset(desk, dataset.dataset_id), own)
    assert manifest.grain is not None  # noqa: S101 - a finished run has one
    return grown_table(before, own, manifest.grain, spec, settings, content, (label, name), replace=replace)


def grown_table(
    before: pd.DataFrame,
    own: pd.DataFrame,
    grain: Grain,
    spec: RunSpec,
    settings: DatasetSettings,
    content: bytes,
    names: tuple[str, str],
    *,
    replace: bool = False,
) -> Grown:
    """What a file makes of a table.

    Parameters
    ----------
    before
        The table's columns under canonical names, as they were typed.
    own
        The canonical table that the result was fitted to.
    spec, settings
        Of the result, and how its file was read; how the new one is written is its own.
    content, names
        The file's bytes; labels of the table and of the file.
    """
    settings = settings.model_copy(update={"reading": ReadingOptions(sheet=settings.reading.sheet)})
    prepared = _read(content, names[1], settings, spec)
    later = _typed_of(prepared, None)
    require_activity(prepared, own)
    kind: FileKind = "longer" if replace or _holds_all(later, before) else "newer"
    left_out: tuple[str, ...] = ()
    beyond = not_taken(prepared, before)
    of_file = prepared
    if kind == "newer":
        require_clean(prepared)
        require_columns(before, later, own)
        together = _put_behind(before, later)
        left_out = tuple(str(column) for column in before.columns if column not in together)
        content, settings = _written(together, spec.target_col), _settings_of(together, spec.target_col)
        ends = [f"{day:%Y-%m-%d}" for day in (together["period_start"].min(), together["period_start"].max())]
        prepared = _read(content, f"{SPAN.sub('', names[0])}, {ends[0]} to {ends[1]}", settings, spec)
    data = valid(prepared, of_file)
    if data.grain != grain:
        words = {"WEEK": "weeks", "MONTH": "months"}
        raise DataError(
            f"The file counts in {words[data.grain]}, the table in {words[grain]}.", code="other_grain",
            remedy="Bring a file of the same grain.",
        )  # fmt: skip
    require_same_units(own, data.frame)
    change = table_change(own, data.frame, grain)
    joined = Joined(kind=kind, change=change, left_out=left_out, not_taken=beyond)
    if joined.is_nothing:
        raise DataError(NOTHING_NEW, code="nothing_new", remedy="Bring a table that goes on, or that was revised.")
    return Grown(content, prepared.name, settings, prepared, spec, joined)


def look_alike(desk: Desk, dataset: Dataset) -> str | None:
    """Id of the newest finished run on an earlier table that a new one goes on from; None: there is none.

    It goes on from one with the same columns and at least one period in common.
    """
    for other in datasets.list_datasets(desk):
        if other.dataset_id == dataset.dataset_id or not other.columns or set(other.columns) != set(dataset.columns):
            continue
        if not _overlap(desk, dataset, other):
            continue
        for run_id in index.of_table(desk.workspace, "run", desk.owner, other.content_hash, limit=MOST_LOOKED_AT):
            with suppress(StorageError):  # deleted this moment, or damaged
                if runs.state(desk, run_id).phase == "finished":
                    return run_id
    return None


def _overlap(desk: Desk, one: Dataset, other: Dataset) -> bool:
    spans = []
    for dataset in (one, other):
        try:
            report = datasets.load_dataset(desk, dataset.dataset_id).report
        except MMMError:
            return False
        if report.first_period is None or report.last_period is None:
            return False
        spans.append((report.first_period, report.last_period))
    return spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]


def _dataset_of(desk: Desk, spec: RunSpec) -> Dataset | None:
    """The dataset of a run; None: it was deleted since, or was a file of the command line."""
    try:
        return datasets.get_dataset(desk, spec.dataset_id)
    except MMMError:
        return None


def _units_of(desk: Desk, run_id: str) -> tuple[Units, Dataset | None]:
    dataset = _dataset_of(desk, read_spec(desk.run_dir(run_id)))
    return (dataset.units, dataset) if dataset else (Units(), None)


def _read(content: bytes, name: str, settings: DatasetSettings, spec: RunSpec) -> Prepared:
    try:
        return Prepared(name, storage.content_hash(content), reader.check(content, name, settings, Asked.of(spec)))
    except SpecError as error:
        raise DataError(
            f"The file lacks what the result's settings take: {error.message}", code="missing_columns",
            remedy="Bring a file with the columns of the table before.", column=error.column,
        ) from error  # fmt: skip


def _typed_of(prepared: Prepared, otherwise: pd.DataFrame | None) -> pd.DataFrame:
    """A file's columns under canonical names, as they were typed and repaired."""
    table = prepared.validated.file.table
    if table is None:
        if otherwise is not None:
            return otherwise
        raise DataError(
            "The file has no column of periods or of sales.", code="missing_columns",
            remedy="Bring a file with the columns of the table before.",
        )  # fmt: skip
    return table.frame


def _holds_all(later: pd.DataFrame, before: pd.DataFrame) -> bool:
    """Whether a file begins and ends where the table before does, or beyond: then it is the whole of it."""
    mine, own = later["period_start"], before["period_start"]
    return bool(mine.min() <= own.min() and mine.max() >= own.max())


def _put_behind(before: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """The table before with the file's rows in place of those of the same entity and period."""
    columns = [column for column in column_order(before.columns) if column in later]
    replaced = pd.MultiIndex.from_frame(before[KEYS]).isin(pd.MultiIndex.from_frame(later[KEYS]))
    together = pd.concat([before.loc[~replaced, columns], later[columns]])
    return together.sort_values(KEYS, kind="stable").reset_index(drop=True)


def _written(frame: pd.DataFrame, target: str) -> bytes:
    """A table as CSV with every digit."""
    named = frame.rename(columns={"sales": target})
    return named.assign(period_start=named["period_start"].dt.strftime("%Y-%m-%d")).to_csv(index=False).encode()


def _settings_of(frame: pd.DataFrame, target: str) -> DatasetSettings:
    """Roles of a table that was written under canonical names, but for the target's own."""
    if target == "sales":
        return DatasetSettings()
    return DatasetSettings(columns={str(name): target if name == "sales" else str(name) for name in frame.columns})
