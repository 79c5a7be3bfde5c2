"""A run as a document: the sections that were asked for, with title, warning, footnotes and own notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mmm_core.errors import SpecError
from mmm_core.exports.about import one_line, title_of
from mmm_core.exports.gallery import STUDIO
from mmm_core.labels import day, display_names, first_of
from mmm_core.model.events.columns import EVENT_PREFIX
from mmm_core.report.basis import Basis
from mmm_core.report.content import Report, Section
from mmm_core.report.logo import logo_from
from mmm_core.report.request import ReportRequest, SectionName
from mmm_core.report.sections import ahead, answer, background, evidence
from mmm_core.report.written import Writing, printable
from mmm_core.results.conditions import FAILED_CHECKS

BUILDERS: dict[SectionName, Callable[[Basis], Section]] = {
    "headline": answer.headline,
    "channels": answer.channels,
    "sureness": evidence.sureness,
    "returns": answer.returns,
    "fit": evidence.fit,
    "curves": ahead.curves,
    "plan": ahead.plan,
    "proof": evidence.proof,
    "settings": background.settings,
    "data": background.data,
    "definitions": background.definitions,
}
MOST_CHARTS_NAMED = 20


def document(basis: Basis, request: ReportRequest) -> Report:
    """The report that was asked for.

    Raises
    ------
    SpecError
        A note is given to a chart or section that the report does not have.
    DataError
        The logo is no picture; see :func:`mmm_core.report.logo.checked`.
    """
    run = basis.run
    logo = logo_from(request.logo)
    sections = [BUILDERS[name](basis) for name in request.in_order]
    _check_notes(request, sections)
    name = one_line(run.name)
    dates = run.outputs.fitted["period_start"]
    when = f"{day(dates.min())} to {day(dates.max())}"
    keep = _names_of_people(basis) | {request.title, *request.notes.values()}
    return Report(
        title=printable(request.title.strip() or title_of(run)),
        subtitle=f"{name} · {when} · {day(basis.made_at)}"
        if request.title.strip()
        else f"{when} · {day(basis.made_at)}",
        warning=_warning(basis),
        source=f"{run.source()} · {STUDIO}",
        sections=tuple(replace(each, note=printable(request.notes.get(each.name, ""))) for each in sections),
        footnotes=background.footnotes(basis, {mark for section in sections for mark in section.marks}),
        writing=Writing(request.numbers, keep),
        logo=logo,
        notes={chart: printable(note) for chart, note in request.notes.items()},
    )


def _check_notes(request: ReportRequest, sections: list[Section]) -> None:
    known = [name for section in sections for name in (section.name, *(chart.name for chart in section.charts))]
    unknown = [name for name in request.notes if name not in known]
    if unknown:
        raise SpecError(
            f"notes.{unknown[0][:60]}: the report has no chart or section of that name.",
            code="unknown_chart",
            remedy=f"Choose among {first_of(known, MOST_CHARTS_NAMED)}.",
        )


def _warning(basis: Basis) -> str:
    """What stands before any figure: that checks failed, and how, or that the fit was stopped."""
    found = basis.run.outputs.diagnostics
    if basis.failed:
        failed = next(verdict for verdict in found.verdicts if verdict.status == "stop")
        return f"{FAILED_CHECKS} {failed.finding} {failed.advice}".strip()
    return "The fit was stopped early: there are fewer draws than planned." if basis.run.outputs.summary.partial else ""


def _names_of_people(basis: Basis) -> set[str]:
    """Words that are not ours, which no rule of writing numbers may touch."""
    run, report = basis.run, basis.run.report
    names = {run.name, one_line(run.name), basis.manifest.source_name, basis.run_id, run.units.target, run.units.spend}
    names |= set(run.channels) | set(display_names(run.channels).values()) | set(run.outputs.scaler.controls)
    names |= set(display_names(list(run.outputs.scaler.controls)).values()) | {
        name.removeprefix(EVENT_PREFIX) for name in run.outputs.scaler.events
    }
    names |= set(report.entities) if report else set()
    names |= {basis.manifest.versions.get("mmm_core", "")}
    return {name for name in names if name}
