"""Results side by side, why one differs from an earlier one, and newer rows for a table, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Request, Response, UploadFile
from pydantic import Field

from mmm_core.api.access import At
from mmm_core.api.problems import responses
from mmm_core.api.runs import RunId
from mmm_core.compare import advising, asking, compared, refresh
from mmm_core.compare.advising import News
from mmm_core.compare.asking import WhyState, WhyView
from mmm_core.compare.compared import Comparison
from mmm_core.compare.refresh import Joined
from mmm_core.compare.why import Why
from mmm_core.errors import DataError
from mmm_core.runs import runs
from mmm_core.schema import Strict
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.workspace.storage import ID_PATTERN

router = APIRouter(tags=["compare"])
Before = Annotated[
    str, Path(pattern=f"^{ID_PATTERN.pattern}$", description="Id of the earlier run.", examples=["demo"])
]


class RunWhy(Strict):
    """Where the answer to why a run differs from an earlier one is, and what it says so far."""

    run_id: str
    before: str = Field(description="The earlier run.")
    state: WhyState
    step: str = Field(description="What is being done or waited for, or why it failed; empty otherwise.")
    fraction: float = Field(ge=0, le=1, description="Share of the work that is done.")
    why: Why | None = Field(description="What is known; null: nothing yet.")


class RefreshedRun(Strict):
    """A run on a longer or revised table, with the settings of an earlier one."""

    run_id: str
    dataset_id: str
    reused: bool = Field(description="A run with the same content and specification is given instead of a new one.")
    joined: Joined = Field(description="What the file adds to the table.")


@router.get(
    "/compare", operation_id="compare_runs", summary="Set runs side by side", responses=responses(404, 409, 422)
)
def compare(
    desk: At,
    run: Annotated[
        list[str], Query(description="Ids of finished runs, 2 to 6; the first is what others are set against.")
    ],
) -> Comparison:
    """What differs between runs: settings, tables, what each channel brought, fit, checks, proof, predictions."""
    return compared.compare(desk, run)


@router.get(
    "/runs/{run_id}/why/{before}",
    operation_id="get_why",
    summary="Why did it change?",
    responses=responses(404, 409, 422),
)
def get_why(run_id: RunId, before: Before, desk: At) -> RunWhy:
    """Each channel's move since an earlier run, split by cause; ask again while it is at work."""
    return _why_of(run_id, before, asking.look(desk, run_id, before))


@router.post(
    "/runs/{run_id}/why/{before}",
    status_code=202,
    operation_id="start_why",
    summary="Find out why it changed",
    responses=responses(403, 404, 409, 422, 503),
)
def start_why(request: Request, response: Response, run_id: RunId, before: Before, desk: At) -> RunWhy:
    """Fit what lies between two runs, in the background, or go on; nothing happens where it is known."""
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/runs/{run_id}/why/{before}"
    return _why_of(run_id, before, asking.start(desk, run_id, before))


@router.delete(
    "/runs/{run_id}/why/{before}",
    status_code=202,
    operation_id="stop_why",
    summary="Stop finding out why",
    responses=responses(404, 409, 422, 503),
)
def stop_why(run_id: RunId, before: Before, desk: At) -> RunWhy:
    """Stop it; what was found is kept, and it can go on from there."""
    return _why_of(run_id, before, asking.stop(desk, run_id, before))


@router.post(
    "/runs/{run_id}/refresh",
    status_code=201,
    operation_id="refresh_run",
    summary="Add newer rows and fit again",
    responses=responses(400, 404, 409, 413, 422, 429, 503),
)
def refresh_run(
    request: Request,
    response: Response,
    run_id: RunId,
    desk: At,
    file: Annotated[
        UploadFile,
        File(description="The longer table, or only its newer rows.", json_schema_extra={"format": "binary"}),
    ],
    replace: Annotated[
        bool, Query(description="The file is the whole table: old periods that it does not have are gone.")
    ] = False,
    train: Annotated[bool, Query(description="Queue the new run at once.")] = True,
) -> RefreshedRun:
    """Make a dataset of a run's table and a file, and a run on it with the same settings; the old ones stay.

    What the file has of periods that the table has too is compared cell by cell; revisions are listed.
    """
    content = file.file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise DataError(
            f"The file has more than {MAX_BYTES // 2**20} MB.", code="too_large",
            remedy="Send only the newer rows, or leave out columns that the model does not need.",
        )  # fmt: skip
    made = refresh.take(desk, run_id, content, file.filename or "table", replace=replace)
    if train and runs.state(desk, made.run_id).phase == "created":
        runs.submit(desk, made.run_id)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/runs/{made.run_id}"
    return RefreshedRun(**dict(made))


@router.get(
    "/runs/{run_id}/advice/{before}",
    operation_id="get_advice",
    summary="Has any advice changed?",
    responses=responses(404, 409, 422),
)
def get_advice(run_id: RunId, before: Before, desk: At) -> News:
    """What a run advises, what an earlier one did, and each piece of advice that is another now, in a sentence."""
    return advising.news(desk, run_id, before)


def _why_of(run_id: str, before: str, view: WhyView) -> RunWhy:
    return RunWhy(run_id=run_id, before=before, state=view.state, step=view.step, fraction=view.fraction, why=view.why)
