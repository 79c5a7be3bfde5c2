"""What programs take from a finished run: its files with their sizes, its tables, everything as one zip.

A finished run never changes, so what it is can be told by a short identity without reading a file: the same identity,
the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, BinaryIO, Literal

import pandas as pd
from pydantic import BaseModel, Field

from mmm_core.errors import StorageError
from mmm_core.exports.archive import exhibit_of, write_run_zip
from mmm_core.exports.workbook import workbook_of_run
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.posterior_summary import PosteriorSummary
from mmm_core.runs import runs
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import (
    BY_NAME,
    CHECKS,
    PARAMETERS,
    FileName,
    media_type,
    read_manifest,
    whole,
)
from mmm_core.runs.outputs import read_summary
from mmm_core.schema import Strict
from mmm_core.workspace import status, storage
from mmm_core.workspace.desk import Desk

type TableName = Literal["contributions", "fitted", "decomposition"]
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


def finished(desk: Desk, run_id: str) -> Finished:
    """The run, if it is finished.

    Raises
    ------
    RunError
        It is not finished: there is nothing to take yet.
    StorageError
        There is no such run of this owner.
    """
    folder = runs.finished_folder(desk, run_id)
    current = status.get_status(folder)
    manifest = read_manifest(folder)
    decided = (run_id, manifest.created_at, manifest.fit_key, manifest.features_hash, current.updated_at)
    return Finished(run_id, current.partial, storage.content_hash(repr(decided).encode()))


def list_files(desk: Desk, run_id: str) -> list[OutputFile]:
    """The files of a finished run; see :func:`finished` for the errors."""
    folder = runs.finished_folder(desk, run_id)
    return [
        OutputFile(name=name, bytes=(folder / name).stat().st_size, media_type=media_type(name))
        for name in BY_NAME
        if (folder / name).is_file()
    ]


def open_file(desk: Desk, run_id: str, name: FileName) -> BinaryIO:
    """A file of a finished run, to be read and closed; see :func:`finished` for the errors."""
    try:
        return whole(runs.finished_folder(desk, run_id), name).open("rb")
    except FileNotFoundError as error:
        raise StorageError(
            f"The run has no '{name}'.", code="not_found", remedy="Choose a file from the list of its outputs."
        ) from error


def read_table(desk: Desk, run_id: str, name: TableName) -> pd.DataFrame:
    """A table of a finished run, in the target's unit; see :func:`finished` for the errors."""
    return storage.read_parquet(whole(runs.finished_folder(desk, run_id), f"{name}.parquet"))


def posterior_summary(desk: Desk, run_id: str) -> PosteriorSummary:
    """Mean, interval, R-hat and sample size of every parameter; see :func:`finished` for the errors."""
    return _read(desk, run_id, PARAMETERS, PosteriorSummary)


def diagnostics(desk: Desk, run_id: str) -> Diagnostics:
    """Numbers and verdicts on a fit; see :func:`finished` for the errors."""
    return _read(desk, run_id, CHECKS, Diagnostics)


def channel_summary(desk: Desk, run_id: str) -> ContributionSummary:
    """Totals per channel; see :func:`finished` for the errors."""
    return read_summary(runs.finished_folder(desk, run_id))


def archive(
    desk: Desk, run_id: str, *, others: Mapping[str, ContributionSummary] | None = None, units: Units | None = None
) -> IO[bytes]:
    """Everything of a finished run as one zip, open at its beginning; see :func:`finished` for the errors.

    ``others`` are answers under other settings that go with it, by what differs; ``units`` those that the run was shown
    with, its margin among them (None: those of its table).
    """
    folder = runs.finished_folder(desk, run_id)
    units = units or runs.units_of(desk, run_id)
    target = tempfile.SpooledTemporaryFile(max_size=LARGEST_ZIP_IN_MEMORY)  # noqa: SIM115 - whoever takes it closes it
    try:
        write_run_zip(folder, target, units=units, others=others)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def workbook(
    desk: Desk, run_id: str, *, others: Mapping[str, ContributionSummary] | None = None, units: Units | None = None
) -> bytes:
    """Every table of a finished run as one Excel file that says what it is; see :func:`archive`."""
    folder = runs.finished_folder(desk, run_id)
    return workbook_of_run(*exhibit_of(folder, units=units or runs.units_of(desk, run_id), others=others))


def units_of(desk: Desk, run_id: str, *, margin: float | None = None) -> Units:
    """Units of the table that a run was made on, with another ``margin`` on sales (fraction), where one is given.

    See :func:`finished` for the errors.
    """
    units = runs.units_of(desk, run_id)
    return units if margin is None else units.model_copy(update={"margin": margin})


def _read[M: BaseModel](desk: Desk, run_id: str, name: FileName, kind: type[M]) -> M:
    return storage.read_json(whole(runs.finished_folder(desk, run_id), name), kind)
