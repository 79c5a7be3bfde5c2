"""What programs take from a finished run: its files with their sizes, its tables, everything as one zip.

A finished run never changes, so what it is can be told by a short identity without reading a file: the same identity,
the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Literal, get_args

import pandas as pd
from pydantic import BaseModel, Field

from mmm_core.errors import MMMError, RunError, StorageError
from mmm_core.exports.archive import write_run_zip
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics, PosteriorSummary
from mmm_core.runs import datasets, runs
from mmm_core.runs.datasets import Units
from mmm_core.runs.execution import Manifest
from mmm_core.schema import Strict
from mmm_core.spec import RunSpec
from mmm_core.workspace import status, storage
from mmm_core.workspace.storage import Workspace

type TableName = Literal["contributions", "fitted", "decomposition"]
FileName = Literal[
    "run_spec.json",
    "manifest.json",
    "canonical_data.parquet",
    "features.parquet",
    "feature_scaler.json",
    "posterior.nc",
    "posterior_summary.json",
    "diagnostics.json",
    "contributions.parquet",
    "fitted.parquet",
    "decomposition.parquet",
    "channel_summary.json",
]
"""Files that can be taken by name: a name that is not in this list never becomes part of a path."""
FILE_NAMES: tuple[FileName, ...] = get_args(FileName)
PARQUET = "application/vnd.apache.parquet"
MEDIA_TYPES = {".json": "application/json", ".parquet": PARQUET, ".nc": "application/x-netcdf"}
LARGEST_ZIP_IN_MEMORY = 8 * 2**20
"""Bytes; a larger zip is made on disk."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A run whose outputs are there.

    Attributes
    ----------
    partial
        It was stopped early and kept the draws so far.
    identity
        Changes if and only if its outputs may have changed.
    """

    run_id: str
    partial: bool
    identity: str


class OutputFile(Strict):
    """A file of a finished run."""

    name: FileName = Field(description="Name within the run's folder.")
    bytes: int = Field(ge=0, description="Size (bytes).")
    media_type: str


def finished(workspace: Workspace, run_id: str, *, owner: str) -> Finished:
    """The run, if it is finished.

    Raises
    ------
    RunError
        It is not finished: there is nothing to take yet.
    StorageError
        There is no such run of this owner.
    """
    folder = runs.folder_of(workspace, run_id, owner=owner)
    found = status.get_status(folder)
    if found.stage != "OUTPUTS_READY":
        raise RunError(
            f"The run has no outputs yet: it is {found.stage}.",
            code="not_finished",
            remedy="Train it, and wait until its stage is OUTPUTS_READY.",
        )
    manifest = storage.read_json(folder / "manifest.json", Manifest)
    decided = (run_id, manifest.created_at, manifest.fit_key, manifest.features_hash, found.updated_at)
    return Finished(run_id, found.partial, storage.content_hash(repr(decided).encode()))


def list_files(workspace: Workspace, run_id: str, *, owner: str) -> list[OutputFile]:
    """The files of a finished run; see :func:`finished` for the errors."""
    folder = _finished_folder(workspace, run_id, owner=owner)
    return [
        OutputFile(name=name, bytes=(folder / name).stat().st_size, media_type=MEDIA_TYPES[Path(name).suffix])
        for name in FILE_NAMES
        if (folder / name).is_file()
    ]


def open_file(workspace: Workspace, run_id: str, name: FileName, *, owner: str) -> BinaryIO:
    """A file of a finished run, to be read and closed; see :func:`finished` for the errors."""
    try:
        return (_finished_folder(workspace, run_id, owner=owner) / name).open("rb")
    except FileNotFoundError as error:
        raise StorageError(
            f"The run has no '{name}'.", code="not_found", remedy="Choose a file from the list of its outputs."
        ) from error


def read_table(workspace: Workspace, run_id: str, name: TableName, *, owner: str) -> pd.DataFrame:
    """A table of a finished run, in the target's unit; see :func:`finished` for the errors."""
    return storage.read_parquet(_finished_folder(workspace, run_id, owner=owner) / f"{name}.parquet")


def posterior_summary(workspace: Workspace, run_id: str, *, owner: str) -> PosteriorSummary:
    """Mean, interval, R-hat and sample size of every parameter; see :func:`finished` for the errors."""
    return _read(workspace, run_id, "posterior_summary.json", PosteriorSummary, owner=owner)


def diagnostics(workspace: Workspace, run_id: str, *, owner: str) -> Diagnostics:
    """Numbers and verdicts on a fit; see :func:`finished` for the errors."""
    return _read(workspace, run_id, "diagnostics.json", Diagnostics, owner=owner)


def channel_summary(workspace: Workspace, run_id: str, *, owner: str) -> ContributionSummary:
    """Totals per channel; see :func:`finished` for the errors."""
    return _read(workspace, run_id, "channel_summary.json", ContributionSummary, owner=owner)


def archive(
    workspace: Workspace, run_id: str, *, owner: str, others: Mapping[str, ContributionSummary] | None = None
) -> IO[bytes]:
    """Everything of a finished run as one zip, open at its beginning; see :func:`finished` for the errors.

    ``others`` are answers under other settings that go with it, by what differs.
    """
    folder = _finished_folder(workspace, run_id, owner=owner)
    units = _units(workspace, folder, owner)
    target = tempfile.SpooledTemporaryFile(max_size=LARGEST_ZIP_IN_MEMORY)  # noqa: SIM115 - whoever takes it closes it
    try:
        write_run_zip(folder, target, units=units, others=others)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def _units(workspace: Workspace, folder: Path, owner: str) -> Units:
    """Units of the table that a run was made on; those of no table, once it was deleted."""
    try:
        dataset_id = storage.read_json(folder / "run_spec.json", RunSpec).dataset_id
        return datasets.get_dataset(workspace, dataset_id, owner=owner).units
    except MMMError:
        return Units()


def _read[M: BaseModel](workspace: Workspace, run_id: str, name: FileName, kind: type[M], *, owner: str) -> M:
    return storage.read_json(_finished_folder(workspace, run_id, owner=owner) / name, kind)


def _finished_folder(workspace: Workspace, run_id: str, *, owner: str) -> Path:
    finished(workspace, run_id, owner=owner)
    return runs.folder_of(workspace, run_id, owner=owner)
