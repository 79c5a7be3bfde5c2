"""All that a report is made of: a finished run, what is kept of its proof, its curves, and a plan.

What is missing is said, not made up: a run without spend has no plan, and says why.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from mmm_core.errors import MMMError
from mmm_core.exports.archive import exhibit_of
from mmm_core.exports.gallery import Exhibit
from mmm_core.planning.answer import Plan
from mmm_core.planning.request import USUAL, PlanRequest
from mmm_core.planning.response import Response
from mmm_core.proof import kept
from mmm_core.proof.kept import Proof
from mmm_core.proof.part import PartReport
from mmm_core.proof.subject import Subject, read_subject
from mmm_core.report import texts
from mmm_core.runs.datasets import Units
from mmm_core.runs.manifest import Manifest
from mmm_core.scenarios import made
from mmm_core.scenarios.kept import Scenario
from mmm_core.scenarios.made import Curves
from mmm_core.table.checks.issues import Issue

NEED_DRAWS = frozenset({"headline", "curves", "plan"})
"""Sections for which the run's draws are read."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and which one it is.

    Attributes
    ----------
    says
        Which plan it is, in a sentence.
    spend
        Unit of its money.
    is_kept
        Whether somebody keeps it as the one to carry out.
    """

    plan: Plan
    says: str
    spend: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """What a report is made of.

    Attributes
    ----------
    run_id
        Id of the run, or the name of its folder.
    proof
        As far as it is kept; None: nobody has asked for one.
    curves
        Of the channels with a price; None: ``no_curves`` says why.
    planned
        None: ``no_plan`` says why.
    """

    run_id: str
    run: Exhibit
    manifest: Manifest
    made_at: datetime
    proof: Proof | None = None
    curves: Curves | None = None
    no_curves: str = ""
    planned: Planned | None = None
    no_plan: str = ""
    channels_of_curves: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether checks of the fit failed: then nothing is advised."""
        return self.run.outputs.diagnostics.overall == "stop"

    @property
    def open_questions(self) -> tuple[Issue, ...]:
        """What was noticed about the table and was not answered before the fit."""
        report = self.run.report
        return tuple(issue for issue in report.issues if issue.severity == "warning") if report else ()

    def part(self, name: str) -> PartReport | None:
        """A part of the proof that says something; None: there is none."""
        part = self.proof.part(name) if self.proof else None
        return part if part is not None and part.told is not None else None


def basis_of(
    folder: Path, *, run_id: str, units: Units, sections: Collection[str], scenario: Scenario | None = None
) -> Basis:
    """Read what a report of the finished run in ``folder`` is made of.

    Parameters
    ----------
    sections
        Those that are wanted: curves and plans are made for them alone.
    scenario
        The plan that is carried out, where one is kept.

    Raises
    ------
    StorageError
        The run is not finished, or a file is damaged.
    """
    run, manifest = exhibit_of(folder, units=units)
    found = Basis(run_id, run, manifest, datetime.now(UTC).replace(microsecond=0), proof=kept.read(folder))
    if found.failed or not NEED_DRAWS & set(sections):
        return replace(found, no_plan=texts.FAILED_NO_PLAN, no_curves=texts.FAILED_NO_CURVES)
    if not run.has_returns:
        return replace(found, no_plan=texts.NO_SPEND_NO_PLAN, no_curves=texts.NO_SPEND_NO_CURVES)
    try:
        subject = read_subject(folder)
        response = made.response_for(subject, USUAL)
        curves = made.curves_for(subject, response)
    except MMMError as error:
        reason = f"{error.message}"
        return replace(
            found, no_plan=texts.NO_PLAN.format(reason=reason), no_curves=texts.NO_CURVES.format(reason=reason)
        )
    found = replace(found, curves=curves, channels_of_curves=tuple(response.channels))
    return _with_plan(found, subject, response, scenario)


def _with_plan(found: Basis, subject: Subject, response: Response, scenario: Scenario | None) -> Basis:
    if scenario is not None:
        says = texts.plan_of_record(scenario.label.name, scenario.created_at)
        return replace(found, planned=Planned(scenario.plan, says, scenario.units.spend, is_kept=True))
    try:
        plan = made.told(made.sought(subject, response, PlanRequest()), certified=False)
    except MMMError as error:
        return replace(found, no_plan=texts.NO_PLAN.format(reason=error.message))
    return replace(found, planned=Planned(plan, texts.USUAL_PLAN, found.run.units.spend, is_kept=False))
