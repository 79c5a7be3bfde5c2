"""A kind's report, made in its forms, and everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from mmm_core.report.basis import basis_of
from mmm_core.report.content import Report
from mmm_core.report.document import document
from mmm_core.report.page import page
from mmm_core.report.slides import slides
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept
from mmm_core.scenarios.kept import Scenario
from mmm_core.workspace.storage import Workspace
from tests.engines import desk
from tests.kinds import figures, laws
from tests.kinds.catalogue import Kind
from tests.kinds.read import Page, read

LARGEST = 8_000_000
"""Bytes of a page that may be sent by mail."""


def report_of(kind: Kind, root: Path) -> tuple[Path, Report]:
    """Folder of a run of the kind, and its report."""
    folder = kind.make(root / "made")
    basis = basis_of(
        folder, run_id="run", units=kind.units, sections=kind.request.sections, scenario=_record(kind, root)
    )
    return folder, document(basis, kind.request)


def _record(kind: Kind, root: Path) -> Scenario | None:
    if kind.plan is None:
        return None
    at = desk(Workspace(root / "workspace"))
    name = kind.names[0] if kind.names else ""
    return kept.set_of_record(at, kept.save(at, "demo", kind.plan, Label(name=name)).plan_id)


def faults(kind: Kind, folder: Path, report: Report) -> tuple[Page, list[str]]:
    """The page as it is read, and what of it and of the slides is wrong."""
    found, said = wrong_page(kind, folder, report, page(report))
    return found, [*said, *(f"slides: {each}" for each in laws.wrong_slides(report, slides(report)))]


def wrong_page(kind: Kind, folder: Path, report: Report, content: bytes) -> tuple[Page, list[str]]:
    """A page as it is read, and what is wrong with it."""
    found, names = read(content), _names(kind)
    said = [
        *(f"words: {each}" for each in laws.broken_words(found, names)),
        *(f"page: {each}" for each in laws.reaches_out(found, names)),
        *(f"figures: {each}" for each in figures.wrong(found, figures.facts(folder), kind.request.numbers)),
    ]
    if len(content) > LARGEST:
        said.append(f"page: {len(content)} bytes")
    return found, said


def _names(kind: Kind) -> tuple[str, ...]:
    """People's names, as they are given and as sentences show them."""
    return tuple({form for name in kind.names for form in (name, name[:1].upper() + name[1:])})
