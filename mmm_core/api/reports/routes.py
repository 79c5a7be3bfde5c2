"""The report of a run over HTTP.

``GET`` for what fits into an address; ``POST`` where there are notes or a logo, whose texts no address has room for.
Both answer the file itself and keep nothing.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Response

from mmm_core.api.access import At
from mmm_core.api.conditional import Answers
from mmm_core.api.outputs import BINARY, Margin, attachment
from mmm_core.api.problems import responses
from mmm_core.api.runs import RunId
from mmm_core.report import made
from mmm_core.report.request import LONGEST_TITLE, MEDIA_TYPES, SECTIONS, Form, Numbers, ReportRequest, SectionName
from mmm_core.workspace.desk import Desk

router = APIRouter(prefix="/runs/{run_id}", tags=["outputs"])
REPORT: Answers = {200: {"content": {kind.partition(";")[0]: BINARY for kind in MEDIA_TYPES.values()}}}
Asked = Annotated[
    ReportRequest,
    Body(examples=[{"form": "pptx", "title": "Spring review", "notes": {"shares": "With the new TV spot."}}]),
]


@router.get(
    "/report",
    operation_id="get_report",
    summary="A run as a document",
    response_class=Response,
    responses=REPORT | responses(404, 409, 422, 501, 503),
)
def get_report(
    run_id: RunId,
    desk: At,
    form: Annotated[Form, Query(description="html (one page that needs no network), pdf or pptx (slides).")] = "html",
    sections: Annotated[
        list[SectionName] | None,
        Query(description="Those to hold, once each; left out: all.", max_length=len(SECTIONS)),
    ] = None,
    title: Annotated[str, Query(max_length=LONGEST_TITLE, description="Left out: the run's name.")] = "",
    numbers: Annotated[Numbers, Query(description="How numbers are written.")] = "1,234.5",
    margin: Margin = None,
) -> Response:
    """The run's answer in sentences, charts and tables, with the plan that is carried out, where one is kept."""
    request = ReportRequest(
        form=form, sections=tuple(sections or SECTIONS), title=title.replace("\0", ""), numbers=numbers, margin=margin
    )
    return _answer(desk, run_id, request)


@router.post(
    "/report",
    operation_id="make_report",
    summary="A run as a document, with notes and a logo",
    response_class=Response,
    responses=REPORT | responses(400, 404, 409, 413, 422, 501, 503),
)
def make_report(run_id: RunId, desk: At, request: Asked) -> Response:
    """The same for a request as a body, which has room for own notes under charts and a logo; nothing is kept."""
    return _answer(desk, run_id, request)


def _answer(desk: Desk, run_id: str, request: ReportRequest) -> Response:
    report = made.report_of(desk, run_id, request)
    return Response(report.content, media_type=report.media_type, headers=attachment(report.name))
