"""A report of a run, for every door: what it is made of is read, and it is written in the form that was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mmm_core.report import pdf, slides
from mmm_core.report.basis import basis_of
from mmm_core.report.content import Report
from mmm_core.report.document import document
from mmm_core.report.logo import logo_from
from mmm_core.report.page import page
from mmm_core.report.request import MEDIA_TYPES, Form, ReportRequest
from mmm_core.runs import runs
from mmm_core.runs.datasets import Units
from mmm_core.scenarios import kept
from mmm_core.scenarios.kept import Scenario
from mmm_core.workspace.desk import Desk

WRITERS: dict[Form, Callable[[Report], bytes]] = {"html": page, "pdf": pdf.pdf, "pptx": slides.slides}
MOST_WORDS = 6
"""So many words of a report's title make its file's name."""


@dataclass(frozen=True, slots=True)
class Made:
    """A report as a file.

    Attributes
    ----------
    name
        Of the file, with its ending.
    """

    content: bytes
    name: str
    media_type: str


def report_of(desk: Desk, run_id: str, request: ReportRequest, *, units: Units | None = None) -> Made:
    """A report of a finished run of the workspace, with the plan that is carried out.

    ``units`` are those that the run is shown with (None: those of its table).

    Raises
    ------
    StorageError
        There is no such run of this owner, or a file is damaged.
    RunError
        It is not finished; or a PDF cannot be printed here.
    SpecError, DataError
        A note is given to a chart that there is not; the logo is no picture.
    """
    folder = runs.finished_folder(desk, run_id)
    record = next((each for each in kept.list_plans(desk, run_id=run_id) if each.of_record), None)
    known = units or runs.units_of(desk, run_id)
    return report_of_folder(folder, request, run_id=run_id, units=known, scenario=record)


def report_of_folder(
    folder: Path,
    request: ReportRequest,
    *,
    run_id: str = "",
    units: Units | None = None,
    scenario: Scenario | None = None,
) -> Made:
    """The same of a finished run's folder; see :func:`report_of` for the errors."""
    logo_from(request.logo)  # before anything that takes time
    units = units or Units()
    if request.margin is not None:
        units = units.model_copy(update={"margin": request.margin})
    found = basis_of(folder, run_id=run_id or folder.name, units=units, sections=request.in_order, scenario=scenario)
    report = document(found, request)
    return Made(
        WRITERS[request.form](report),
        file_name(request.title.strip() or found.run.name, request.form),
        MEDIA_TYPES[request.form],
    )


def file_name(title: str, form: Form) -> str:
    """Name of a report's file: plain letters, no blanks, nothing of a path."""
    words = re.findall(r"[A-Za-z0-9]+", title)[:MOST_WORDS]
    return f"{'_'.join(['report', *words])[:80]}.{form}"
