"""Outputs over HTTP: files, summaries, and tables as JSON, CSV or Parquet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import IO, Annotated, Any, Literal

import orjson
import pandas as pd
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.types import Receive, Scope, Send

from mmm_core.api import conditional
from mmm_core.api.access import At
from mmm_core.api.conditional import NOT_MODIFIED, Answers
from mmm_core.api.problems import responses
from mmm_core.api.runs import RunId
from mmm_core.exports import downloads, formats
from mmm_core.exports.downloads import OutputFile, TableName
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.posterior_summary import PosteriorSummary
from mmm_core.runs import folder
from mmm_core.runs.datasets import LEAST_MARGIN
from mmm_core.runs.folder import PARQUET, FileName
from mmm_core.schema import Strict
from mmm_core.workspace.desk import Desk

router = APIRouter(prefix="/runs/{run_id}", tags=["outputs"])

JSON, CSV, ZIP = "application/json", "text/csv", "application/zip"
TABLE_TYPES = (JSON, CSV, PARQUET)
CHUNK_BYTES = 2**18


class ContributionRow(Strict):
    """What one channel brought in one period, in the target's unit."""

    entity_id: str
    period_start: date
    channel: str
    contrib_mean: float | None = Field(description="Removal: what would be missing without the channel alone.")
    contrib_low: float | None
    contrib_high: float | None
    additive_mean: float | None = Field(description="Additive: with the baseline these add up to the fitted line.")
    additive_low: float | None
    additive_high: float | None


class FittedRow(Strict):
    """Observed and fitted target of one period, in the target's unit."""

    entity_id: str
    period_start: date
    y: float | None = Field(description="Observed; null where it is unknown.")
    y_hat_mean: float | None = Field(description="Conditional median.")
    y_hat_low: float | None
    y_hat_high: float | None
    y_pred_low: float | None = Field(description="Ends of the band that holds single periods.")
    y_pred_high: float | None


class DecompositionRow(Strict):
    """A part of the fitted line in one period, in the target's unit."""

    entity_id: str
    period_start: date
    kind: Literal["baseline", "channel"]
    component: str
    mean: float | None
    low: float | None
    high: float | None


class ContributionTable(Strict):
    """What each channel brought, period by period."""

    run_id: str
    partial: bool
    rows: tuple[ContributionRow, ...]


class FittedTable(Strict):
    """Observed and fitted target, period by period."""

    run_id: str
    partial: bool
    rows: tuple[FittedRow, ...]


class DecompositionTable(Strict):
    """The fitted line taken apart, period by period."""

    run_id: str
    partial: bool
    rows: tuple[DecompositionRow, ...]


class OutputLink(OutputFile):
    """A file of a finished run, and where to get it."""

    url: str = Field(description="Address on this server.")


class OutputList(Strict):
    """The files of a finished run, and its headline."""

    run_id: str
    partial: bool = Field(description="Stopped early, with the draws so far.")
    files: tuple[OutputLink, ...]
    summary: ContributionSummary = Field(description="Totals per channel, with intervals.")


Margin = Annotated[
    float | None,
    Query(
        ge=LEAST_MARGIN, le=1, description="Margin on sales that returns are set against; left out: that of the table."
    ),
]
PROBLEMS = NOT_MODIFIED | responses(404, 409)
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE: Answers = {200: {"content": {kind: {} for kind in sorted(set(folder.MEDIA_TYPES.values()))}}}
ARCHIVE: Answers = {200: {"content": {ZIP: BINARY}}}
TABLE_FILES: dict[TableName, FileName] = {
    "contributions": folder.CONTRIBUTIONS,
    "fitted": folder.FITTED,
    "decomposition": folder.DECOMPOSITION,
}


def table_answers(kind: type[BaseModel]) -> Answers:
    """Declarations of a table's representations."""
    content = {CSV: {"schema": {"type": "string"}}, PARQUET: BINARY}
    return {200: {"model": kind, "content": content}} | NOT_MODIFIED | responses(404, 406, 409)


@router.get(
    "/outputs",
    response_model=OutputList,
    operation_id="list_outputs",
    summary="List the outputs of a run",
    responses=PROBLEMS,
)
def list_outputs(request: Request, response: Response, run_id: RunId, desk: At) -> Any:
    """Files with sizes and addresses, and the totals per channel."""
    run = downloads.finished(desk, run_id)
    root = f"{request.scope.get('root_path', '')}/runs/{run_id}/outputs"
    headers = conditional.outputs_headers(run, root)
    if answer := conditional.not_modified(request, headers):
        return answer
    response.headers.update(headers)
    files = downloads.list_files(desk, run_id)
    return OutputList(
        run_id=run_id,
        partial=run.partial,
        files=tuple(OutputLink(**file.model_dump(), url=f"{root}/{file.name}") for file in files),
        summary=downloads.channel_summary(desk, run_id),
    )


@router.get(
    "/outputs/{name}",
    operation_id="get_output_file",
    summary="Take one file",
    response_class=Response,
    responses=FILE | PROBLEMS,
)
def get_output_file(
    request: Request,
    run_id: RunId,
    desk: At,
    name: Annotated[FileName, Path(description="Name of a file in the list of outputs.")],
) -> Response:
    """One file of a finished run, byte for byte."""
    headers = conditional.outputs_headers(downloads.finished(desk, run_id), name)
    if answer := conditional.not_modified(request, headers):
        return answer
    file = downloads.open_file(desk, run_id, name)
    return FileAnswer(file, folder.media_type(name), headers | attachment(f"{run_id}_{name}"))


@router.get(
    "/posterior_summary",
    response_model=PosteriorSummary,
    operation_id="get_posterior_summary",
    summary="Parameters of a fit",
    responses=PROBLEMS,
)
def get_posterior_summary(request: Request, run_id: RunId, desk: At) -> Response:
    """Mean, 94 % interval, R-hat and effective sample size of every parameter, on the scaled columns."""
    return _summary(request, run_id, desk, downloads.posterior_summary)


@router.get(
    "/diagnostics",
    response_model=Diagnostics,
    operation_id="get_diagnostics",
    summary="How good a fit is",
    responses=PROBLEMS,
)
def get_diagnostics(request: Request, run_id: RunId, desk: At) -> Response:
    """Numbers, and verdicts in words."""
    return _summary(request, run_id, desk, downloads.diagnostics)


@router.get(
    "/contributions",
    response_model=ContributionTable,
    operation_id="get_contributions",
    summary="What each channel brought",
    responses=table_answers(ContributionTable),
)
def get_contributions(request: Request, run_id: RunId, desk: At) -> Response:
    """A row a channel and period, as JSON, CSV or Parquet by the header Accept."""
    return _table(request, run_id, desk, "contributions")


@router.get(
    "/fitted",
    response_model=FittedTable,
    operation_id="get_fitted",
    summary="Observed and fitted target",
    responses=table_answers(FittedTable),
)
def get_fitted(request: Request, run_id: RunId, desk: At) -> Response:
    """A row a period, as JSON, CSV or Parquet by the header Accept."""
    return _table(request, run_id, desk, "fitted")


@router.get(
    "/decomposition",
    response_model=DecompositionTable,
    operation_id="get_decomposition",
    summary="The fitted line taken apart",
    responses=table_answers(DecompositionTable),
)
def get_decomposition(request: Request, run_id: RunId, desk: At) -> Response:
    """A row a component and period, as JSON, CSV or Parquet by the header Accept; means add up to the fitted line."""
    return _table(request, run_id, desk, "decomposition")


@router.get(
    "/download",
    operation_id="download_run",
    summary="Take everything",
    response_class=Response,
    responses=ARCHIVE | responses(404, 409, 422),
)
def download_run(run_id: RunId, desk: At, margin: Margin = None) -> Response:
    """All files of a finished run as one zip, with a script that makes the run again."""
    units = downloads.units_of(desk, run_id, margin=margin)
    return FileAnswer(downloads.archive(desk, run_id, units=units), ZIP, attachment(f"{run_id}.zip"))


def _summary(request: Request, run_id: str, desk: Desk, read: Callable[..., BaseModel]) -> Response:
    headers = conditional.outputs_headers(downloads.finished(desk, run_id), read.__name__)
    if answer := conditional.not_modified(request, headers):
        return answer
    content = read(desk, run_id).model_dump_json(by_alias=True)
    return Response(content, media_type=JSON, headers=headers)


def _table(request: Request, run_id: str, desk: Desk, name: TableName) -> Response:
    media_type = conditional.media_type(request, TABLE_TYPES)
    run = downloads.finished(desk, run_id)
    headers = conditional.outputs_headers(run, f"{name} {media_type}")
    if answer := conditional.not_modified(request, headers):
        return answer
    if media_type == PARQUET:
        file = downloads.open_file(desk, run_id, TABLE_FILES[name])
        return FileAnswer(file, PARQUET, headers | attachment(f"{run_id}_{name}.parquet"))
    frame = downloads.read_table(desk, run_id, name)
    if media_type == CSV:
        headers |= attachment(f"{run_id}_{name}.csv")
        return Response(formats.csv_bytes(frame), media_type=CSV, headers=headers)
    content = {"run_id": run_id, "partial": run.partial, "rows": rows_of(frame)}
    # orjson writes what is not a number as null.
    return Response(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), media_type=JSON, headers=headers)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as JSON objects; dates without a time, as periods have none."""
    plain = frame.assign(period_start=frame["period_start"].dt.strftime("%Y-%m-%d"))
    columns = [plain[name].to_numpy(dtype=object) for name in plain]
    return [dict(zip(plain.columns, values, strict=True)) for values in zip(*columns, strict=True)]


def attachment(name: str) -> dict[str, str]:
    """The header that lets a browser save an answer under a name."""
    # Names are made of ids and names of ours: nothing in them needs quoting.
    return {"Content-Disposition": f'attachment; filename="{name}"'}


class FileAnswer(StreamingResponse):
    """An open file as an answer; it is closed however the answer ends, also if the client is gone before it begins."""

    def __init__(self, file: IO[bytes], media_type: str, headers: dict[str, str]) -> None:
        super().__init__(iter(lambda: file.read(CHUNK_BYTES), b""), media_type=media_type, headers=headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        with self._file:
            await super().__call__(scope, receive, send)
