"""One public table: read with the roles that its names suggest, fitted, proved, and kept so that nothing is done twice.

The run is an ordinary one in a folder of its own, and its proof is kept there as the product keeps it: after each
refit. What is printed of it is kept beside, with the processor time that its parts took.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import Field

from mmm_core.errors import MMMError
from mmm_core.labels import display_name, percent
from mmm_core.model.structure import Structure
from mmm_core.model.usual import usual_spec
from mmm_core.proof import kept, work
from mmm_core.proof.kept import Proof
from mmm_core.proof.part import PartReport
from mmm_core.proof.subject import Refitter
from mmm_core.proof.verdict import verdict_of
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.runs import execution, fits, tables
from mmm_core.runs.folder import CANONICAL, CHANNELS, CHECKS, is_whole
from mmm_core.runs.tables import Prepared
from mmm_core.sampler.sampling import CompiledModel
from mmm_core.schema import Strict
from mmm_core.settings import PROJECT
from mmm_core.spec import DatasetSettings
from mmm_core.table import guesses
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.table.reading.reading import read_table
from mmm_core.workspace import folders, storage
from mmm_core.workspace.desk import LOCAL_OWNER

PUBLIC = PROJECT.parent / "shared" / "data"
ORDER = (
    "ugly_long_format", "pymc_mmm_example", "mmmmachine_104w", "redam94_national", "meridian_national_media",
    "robyn_dt_simulated_weekly", "ugly_meridian_national_media", "meridian_national_all_channels",
    "raw_pymc_mmm_example", "raw_robyn_dt_simulated_weekly", "meridian_geo_media", "sibylhe_mmm_stan",
)  # fmt: skip
"""Refusals and tables with a truth first, copies of others and the widest last; tables that are not here come after."""
SAME_TRUTH = {"raw_pymc_mmm_example": "pymc_mmm_example"}
"""Files whose truth stands under another name."""


class Held(Strict):
    """What a channel brought in truth and by the run, in the target's unit."""

    channel: str
    truth: float
    median: float
    low: float
    high: float

    @property
    def is_held(self) -> bool:
        """Whether the run's interval holds the truth."""
        return self.low <= self.truth <= self.high


class Row(Strict):
    """All that is printed of a table."""

    table: str
    refused: str = Field("", description="Why it is not fitted; empty otherwise.")
    rows: int = Field(0, description="Periods that are fitted.")
    channels: tuple[str, ...] = ()
    controls: int = 0
    said: tuple[str, ...] = Field((), description="Warnings of the table.")
    model: str = ""
    headline: str = ""
    parts: tuple[PartReport, ...] = ()
    failed: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="By part: why units could not be done, which the page says of whole parts only.",
    )
    checks: tuple[str, ...] = Field((), description="What checks of the fit itself find that is to be looked at.")
    seconds: dict[str, float] = Field(default_factory=dict, description="Of processor time, by part; fit: of the run.")
    interval_prob: float = 0.0
    shares: tuple[str, ...] = Field((), description="Largest first: a channel's median share of sales.")
    held: tuple[Held, ...] = Field((), description="Empty where the truth is not known.")


def proved(
    path: Path, parts: list[str], keep: Path, compiled: Callable[[Structure], CompiledModel], refit: Refitter
) -> Row:
    """What the proof of a public table says; goes on from what a folder holds of it."""
    folder, file = keep / path.stem, keep / f"{path.stem}.json"
    keep.mkdir(parents=True, exist_ok=True)
    try:
        prepared = as_guessed(path)
        row = storage.read_json(file, Row) if is_whole(folder) and file.is_file() else Row(table=path.stem)
        if not is_whole(folder):
            began = time.process_time()
            fit(folder, prepared, compiled)
            row = _with_seconds(row, "fit", time.process_time() - began)
        row = row.model_copy(update=_of_run(path.stem, folder, prepared))
        began = time.process_time()
        for name in work.answer(folder, refit, only=parts):
            row = _with_seconds(row, name, time.process_time() - began)
            storage.write_json(file, row)
            began = time.process_time()
        row = row.model_copy(update=_of_proof(folder))
    except MMMError as refusal:
        row = Row(table=path.stem, refused=str(refusal))
    storage.write_json(file, row)
    return row


def as_guessed(path: Path) -> Prepared:
    """A table as the app proposes to read it: roles as they are known or guessed, and nothing repaired.

    Raises
    ------
    DataError
        It cannot be read as a table.
    """
    first = tables.read_file(path)
    raw = read_table(storage.read_upload(path, MAX_BYTES), path.name, DatasetSettings().reading)
    rows = guesses.role_table(raw, first.validated.file.roles_in_file)
    if all(row.source == "known" for row in rows):
        return first
    settings = DatasetSettings(columns=guesses.mapping_of(rows), left_out=guesses.left_out_of(rows))
    return tables.read_file(path, settings)


def fit(folder: Path, prepared: Prepared, compiled: Callable[[Structure], CompiledModel]) -> None:
    """Fit a table with what the app begins with, into a folder.

    Raises
    ------
    MMMError
        The table has errors, or cannot be fitted.
    """
    data, report = prepared.canonical(), prepared.report
    spec = usual_spec("public", data, channels=report.channels, controls=report.controls, events=report.events)
    with folders.filled_beside(folder) as beside:
        fits.create(beside, data, spec, fits.Origin(prepared.name, prepared.content_hash, LOCAL_OWNER))
        fits.build(beside)
        execution.execute_run(beside, compiled=compiled)
        folders.swap_in(beside, folder)


def _with_seconds(row: Row, name: str, seconds: float) -> Row:
    return row.model_copy(update={"seconds": row.seconds | {name: row.seconds.get(name, 0.0) + seconds}})


def _of_run(table: str, folder: Path, prepared: Prepared) -> dict[str, object]:
    """What is said of a table and of its run before anything is proved."""
    report, summary = prepared.report, storage.read_json(folder / CHANNELS, ContributionSummary)
    checks = storage.read_json(folder / CHECKS, Diagnostics)
    return {
        "rows": storage.read_parquet(folder / CANONICAL)["period_start"].nunique(),
        "channels": report.channels,
        "controls": len(report.controls),
        "said": tuple(issue.message for issue in report.issues if issue.severity == "warning"),
        "model": summary.model,
        "interval_prob": summary.interval_prob,
        "shares": tuple(
            f"{display_name(each.channel)} {percent(each.share.shown, 1)}" for each in summary.largest_first
        ),
        "held": _against_truth(table, summary),
        "checks": tuple(each.finding for each in checks.verdicts if each.status != "pass"),
    }


def _against_truth(table: str, summary: ContributionSummary) -> tuple[Held, ...]:
    truths = json.loads((PUBLIC / "truth.json").read_text()).get(SAME_TRUTH.get(table, table), {})
    brought = truths.get("contribution", {})
    return tuple(
        Held(
            channel=each.channel,
            truth=brought[each.channel],
            median=each.additive.shown,
            low=each.additive.low,
            high=each.additive.high,
        )
        for each in summary.channels
        if each.channel in brought
    )


def _of_proof(folder: Path) -> dict[str, object]:
    proof: Proof | None = kept.read(folder)
    if proof is None:
        return {}
    return {
        "headline": verdict_of(proof, fit=kept.grade_of_fit(folder)).headline,
        "parts": proof.parts,
        "failed": kept.read_units(folder, proof.identity).failed,
    }
