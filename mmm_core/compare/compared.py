"""Two or more finished results side by side: settings, tables, what each channel brought, fit, checks and evidence.

Results are posteriors without a joint distribution: each figure stands with its own interval, and no interval of a
difference is given. Settings, tables and predictions are set against the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from pydantic import AwareDatetime, Field

from mmm_core.compare.evidence import Evidence, evidence_of, same_rows
from mmm_core.compare.pair import changed_settings, why_not
from mmm_core.compare.tables import TableChange, table_change
from mmm_core.errors import DataError, RunError
from mmm_core.proof import kept
from mmm_core.proof.part import Verdict as ProofGrade
from mmm_core.proof.subject import Subject, read_subject
from mmm_core.proof.verdict import verdict_of
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.fit_quality import fit_quality
from mmm_core.results.intervals import Estimate
from mmm_core.results.verdicts import Grade
from mmm_core.runs import runs
from mmm_core.runs.folder import CHECKS, DECOMPOSITION, LABEL, read_manifest, whole
from mmm_core.runs.manifest import Label
from mmm_core.schema import Strict
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk

FEWEST, MOST = 2, 6
"""So many results are set side by side."""
NO_PROOF = "not proved"


class Side(Strict):
    """One result."""

    run_id: str
    name: str = Field(description="What it is called: its own name, or its table's.")
    source_name: str = Field(description="Label of the table that it was made from.")
    created_at: AwareDatetime
    target: str = Field(description="Column that is explained.")
    model: str = Field(description="fixed or recommended.")
    first: str = Field(description="First day of the first fitted period (ISO).")
    last: str = Field(description="First day of the last fitted period (ISO).")
    rows: int = Field(description="Rows that are fitted.")
    interval_prob: float = Field(description="Probability of its intervals.")
    partial: bool = Field(description="Whether it was stopped early.")
    media_share: Estimate = Field(description="All channels' share of sales (fraction).")
    typical_miss: float = Field(description="Median of |observed / fitted − 1| (fraction).")
    explained: float | None = Field(description="R² on the log scale; null: sales do not vary.")
    checks: Grade = Field(description="What the checks of the fit say.")
    to_look_at: int = Field(description="Checks that did not pass.")
    max_r_hat: float | None
    min_ess_bulk: float | None
    divergences: int
    proof: str = Field(description="What its proof says in a sentence, or that there is none.")
    proof_verdict: ProofGrade | None = Field(description="The worst of the proof's parts; null: none is judged.")


class Against(Strict):
    """A result against the first."""

    run_id: str
    why_not: str = Field(description="Why figures of the two mean different things; empty: they do not.")
    settings: tuple[str, ...] = Field(description="Settings that differ, in words.")
    table: TableChange | None = Field(description="How its table differs; null: of another grain.")
    evidence: Evidence | None = Field(description="How much better it predicts; null: see evidence_why_not.")
    evidence_why_not: str = Field(description="Why predictions cannot be set against each other; empty: they can.")
    sentences: tuple[str, ...] = Field(description="All of it in words.")


class ChannelRow(Strict):
    """One channel in every result, in their order; null where it is not in the model, or has no spend."""

    channel: str
    shares: tuple[Estimate | None, ...] = Field(description="Share of sales (fraction).")
    returns: tuple[Estimate | None, ...] = Field(description="Return on spend.")
    unclear: tuple[bool | None, ...] = Field(description="Whether it cannot be told from no effect.")


class Comparison(Strict):
    """Results side by side."""

    sides: tuple[Side, ...]
    against: tuple[Against, ...] = Field(description="Each but the first, against the first.")
    channels: tuple[ChannelRow, ...] = Field(description="The largest of the last result first.")


def compare(desk: Desk, run_ids: Sequence[str]) -> Comparison:
    """Set finished runs of an owner side by side.

    Raises
    ------
    DataError
        Fewer than two, more than six, or one twice.
    RunError
        One is not finished.
    StorageError
        There is no such run of this owner, or a file is damaged.
    """
    require_several(run_ids)
    folders = [finished(desk, run_id) for run_id in run_ids]
    return compare_folders(folders, run_ids)


def stamp(desk: Desk, run_ids: Sequence[str]) -> str:
    """Changes when what stands side by side may have: a name, a result, or a proof; see :func:`compare` for errors."""
    seen = []
    for run_id in run_ids:
        folder = finished(desk, run_id)
        paths = folder / LABEL, folder / CHECKS, kept.folder_of(folder) / kept.FILE
        seen += [path.stat().st_mtime_ns if path.is_file() else 0 for path in paths]
    return repr(seen)


def require_several(run_ids: Sequence[str]) -> None:
    """Refuse what cannot be set side by side: fewer than two results, more than six, or one twice."""
    remedy = f"Name {FEWEST} to {MOST} different runs."
    if not FEWEST <= len(run_ids) <= MOST:
        raise DataError(f"{len(run_ids)} runs cannot be set side by side.", code="not_several", remedy=remedy)
    if len(set(run_ids)) < len(run_ids):
        raise DataError("A run is named twice.", code="not_several", remedy=remedy)


def finished(desk: Desk, run_id: str) -> Path:
    """Folder of a finished run; the error of one that is not names it."""
    try:
        return runs.finished_folder(desk, run_id)
    except RunError as error:
        raise RunError(f"'{run_id}': {error.message}", code=error.code, remedy=error.remedy) from error


def compare_folders(folders: Sequence[Path], names: Sequence[str]) -> Comparison:
    """The same of finished runs in folders; ``names`` are what they are told apart by."""
    subjects = [read_subject(folder) for folder in folders]
    sides = [_side(*each) for each in zip(folders, names, subjects, strict=True)]
    first = (folders[0], sides[0], subjects[0])
    against = [_against(first, each) for each in zip(folders[1:], sides[1:], subjects[1:], strict=True)]
    return Comparison(sides=tuple(sides), against=tuple(against), channels=tuple(_channels(subjects)))


def _side(folder: Path, run_id: str, subject: Subject) -> Side:
    manifest, label = read_manifest(folder), storage.read_json(folder / LABEL, Label)
    checks = storage.read_json(whole(folder, CHECKS), Diagnostics)
    quality = fit_quality(
        subject.fitted, storage.read_parquet(whole(folder, DECOMPOSITION)), eps=subject.features.scaler.target_offset
    )
    proof = kept.read(folder)
    verdict = verdict_of(proof, fit=checks.overall) if proof else None
    periods = pd.DatetimeIndex(subject.fitted["period_start"])
    return Side(
        run_id=run_id,
        name=label.name or manifest.source_name,
        source_name=manifest.source_name,
        created_at=manifest.created_at,
        target=subject.spec.target_col,
        model=subject.spec.model.kind,
        first=str(periods.min().date()),
        last=str(periods.max().date()),
        rows=len(periods),
        interval_prob=subject.summary.interval_prob,
        partial=subject.summary.partial,
        media_share=subject.summary.media_share,
        typical_miss=quality.typical_miss,
        explained=quality.explained,
        checks=checks.overall,
        to_look_at=sum(each.status != "pass" for each in checks.verdicts),
        max_r_hat=checks.max_r_hat,
        min_ess_bulk=checks.min_ess_bulk,
        divergences=checks.divergences,
        proof=verdict.headline if verdict else NO_PROOF,
        proof_verdict=verdict.verdict if verdict else None,
    )


def _against(first: tuple[Path, Side, Subject], this: tuple[Path, Side, Subject]) -> Against:
    before, now = first[2], this[2]
    reason = why_not(before.spec, now.spec, (before.table.grain, now.table.grain))
    same_grain = before.table.grain == now.table.grain
    table = table_change(before.table.frame, now.table.frame, now.table.grain) if same_grain else None
    why_no_evidence = reason or same_rows(before, now)
    found = None
    if not why_no_evidence:
        found = evidence_of(before, now, unreliable=sum(_unreliable(each[0]) for each in (first, this)))
        why_no_evidence = "" if found else "a row is impossible under one of them"
    settings = changed_settings(before.spec, now.spec)
    return Against(
        run_id=this[1].run_id,
        why_not=reason,
        settings=settings,
        table=table,
        evidence=found,
        evidence_why_not=why_no_evidence,
        sentences=tuple(_sentences(reason, settings, table, found, why_no_evidence, (first[1].name, this[1].name))),
    )


def _sentences(
    reason: str,
    settings: tuple[str, ...],
    table: TableChange | None,
    found: Evidence | None,
    why_no_evidence: str,
    names: tuple[str, str],
) -> list[str]:
    told = [f"Its figures mean something else: {reason}."] if reason else []
    told += [f"Settings: {'; '.join(settings)}." if settings else "The settings are the same."]
    if table is not None:
        told += table.sentences() or ["The table is the same."]
    first, this = names if names[0] != names[1] else ("the first", "this one")
    if found is not None:
        sentence = found.sentence(first, this)
        told.append(sentence[:1].upper() + sentence[1:])
    else:
        told.append(f"Which predicts better cannot be told: {why_no_evidence}.")
    return told


def _unreliable(folder: Path) -> int:
    return storage.read_json(whole(folder, CHECKS), Diagnostics).pareto_k_above


def _channels(subjects: Sequence[Subject]) -> list[ChannelRow]:
    known = [{each.channel: each for each in subject.summary.channels} for subject in subjects]
    order = dict.fromkeys(name for subject in reversed(subjects) for name in subject.summary.names)
    return [
        ChannelRow(
            channel=name,
            shares=tuple(each[name].share if name in each else None for each in known),
            returns=tuple(each[name].roi if name in each else None for each in known),
            unclear=tuple(each[name].cannot_be_told if name in each else None for each in known),
        )
        for name in order
    ]
