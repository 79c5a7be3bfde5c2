"""Runs over HTTP: create, build features, look ahead, train, follow, cancel, prove, list, delete."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import AwareDatetime, Field

from mmm_core.api import conditional
from mmm_core.api.access import At
from mmm_core.api.paging import Limit, Offset, Page
from mmm_core.api.problems import responses
from mmm_core.proof import asking
from mmm_core.proof.asking import ProofState, ProofView
from mmm_core.proof.before import asking as ahead
from mmm_core.proof.before.asking import OutlookState, OutlookView
from mmm_core.proof.before.outlook import Outlook
from mmm_core.proof.kept import Proof
from mmm_core.proof.verdict import ProofVerdict
from mmm_core.runs import retention, runs
from mmm_core.runs.manifest import Label, Manifest
from mmm_core.schema import Strict
from mmm_core.shipped import SAMPLE_SPEC
from mmm_core.spec import RunSpec, parse_spec
from mmm_core.workspace import run_state
from mmm_core.workspace.run_state import Phase, RunState
from mmm_core.workspace.status import Failure, Progress, Stage
from mmm_core.workspace.storage import ID_PATTERN

router = APIRouter(prefix="/runs", tags=["runs"])

EXAMPLE_SPEC = parse_spec(SAMPLE_SPEC.read_bytes()).model_dump(mode="json", exclude_unset=True)
RunId = Annotated[
    str, Path(pattern=f"^{ID_PATTERN.pattern}$", description="Id of a run; `demo` ships.", examples=["demo"])
]


class CreatedRun(Strict):
    """A new run, or one that has the same answer already."""

    run_id: str
    reused: bool = Field(description="A run with the same content, specification and versions is given instead.")
    stage: Stage


class RunStatus(Strict):
    """Where a run is."""

    run_id: str
    stage: Stage
    phase: Phase = Field(description="Derived from the stage, the queue and the life of the process at work.")
    over: bool = Field(description="Nothing more will happen by itself.")
    place: int | None = Field(description="Place in the queue, 1 being next; null unless queued.")
    step: str = Field(description="What is being done or waited for, in words.")
    fraction: float = Field(ge=0, le=1, description="Share of this step that is done.")
    partial: bool = Field(description="Stopped early, with the draws so far.")
    error: Failure | None = Field(description="Why it ended without results.")
    progress: Progress | None = Field(description="The sampler's progress, per chain.")
    updated_at: AwareDatetime
    queued_at: AwareDatetime | None
    started_at: AwareDatetime | None
    heartbeat_at: AwareDatetime | None


class RunInfo(Strict):
    """A run: its name, its specification, where it is, where its result comes from."""

    run_id: str
    label: Label
    spec: RunSpec
    status: RunStatus
    manifest: Manifest


class RunProof(Strict):
    """Where a run's proof is, and what it says so far."""

    run_id: str
    state: ProofState
    step: str = Field(description="What is being done or waited for, or why it failed; empty otherwise.")
    fraction: float = Field(ge=0, le=1, description="Share of the work that is done.")
    verdict: ProofVerdict | None = Field(description="What the parts say together; null: nothing is known yet.")
    proof: Proof | None = Field(description="Every part, as far as it is; null: nothing is known yet.")


class ChannelOutlook(Strict):
    """How near a channel will be found, by tables like a run's own whose truth is known."""

    channel: str
    measure: Literal["return", "share"] = Field(description="What the numbers are of: return on spend, or fraction.")
    likely: float = Field(description="What the prior expects; no answer.")
    reach: float = Field(description="Half the width of an interval, the middle of all tables.")
    reach_later: float | None = Field(description="The same with one more year; null: not known yet.")


class RunOutlook(Strict):
    """How much a run's table could tell under its settings, as far as it is known; asked before a fit."""

    run_id: str
    state: OutlookState
    step: str = Field(description="What is being done or waited for, or why it failed; empty otherwise.")
    fraction: float = Field(ge=0, le=1, description="Share of the work that is done.")
    sentences: tuple[str, ...] = Field(description="The answer in words; empty while too few tables were fitted.")
    channels: tuple[ChannelOutlook, ...] = Field(description="The same by channel, largest first.")
    outlook: Outlook | None = Field(description="Every table that was fitted; null: none yet.")


class RunListEntry(Strict):
    """A run in a list."""

    run_id: str
    name: str = Field(description="Name that a person gave; may be empty.")
    source_name: str = Field(description="Label of the dataset that it was made from.")
    created_at: AwareDatetime
    status: RunStatus


class UnreadableRun(Strict):
    """A run whose files are damaged, and why it is not in the list."""

    run_id: str
    reason: str


class RunList(Page):
    """Part of the list of runs, newest first."""

    runs: tuple[RunListEntry, ...]
    unreadable: tuple[UnreadableRun, ...] = ()


@router.post(
    "/create",
    status_code=201,
    operation_id="create_run",
    summary="Create a run",
    responses={
        200: {"model": CreatedRun, "description": "A run with the same answer exists and is given instead."},
        **responses(400, 404, 422),
    },
)
def create_run(
    request: Request,
    response: Response,
    desk: At,
    spec: Annotated[RunSpec, Body(examples=[EXAMPLE_SPEC])],
    fresh: Annotated[bool, Query(description="Make a new run even if one with the same answer exists.")] = False,
) -> CreatedRun:
    """Make a run from a dataset and a specification.

    Stage `VALIDATED`; on a dataset that was never validated `CREATED`; a dataset with errors is refused.
    """
    made = runs.create(desk, spec, fresh=fresh)
    if made.reused:
        response.status_code = 200
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/runs/{made.run_id}"
    stage = runs.state(desk, made.run_id).status.stage
    return CreatedRun(run_id=made.run_id, reused=made.reused, stage=stage)


@router.post(
    "/{run_id}/build_features",
    operation_id="build_features",
    summary="Build the features of a run",
    responses=responses(404, 409, 422),
)
def build_features(run_id: RunId, desk: At) -> RunStatus:
    """Build what training reads of the data; training does it by itself where it is missing."""
    runs.build_features(desk, run_id)
    return status_of(runs.state(desk, run_id))


@router.post(
    "/{run_id}/train",
    status_code=202,
    operation_id="train_run",
    summary="Train a run",
    responses=responses(404, 409, 422, 429, 503),
)
def train(request: Request, response: Response, run_id: RunId, desk: At) -> RunStatus:
    """Queue a run for fitting, and answer at once; ask for its status to follow it.

    A run that failed, was cancelled or interrupted starts again.
    """
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/runs/{run_id}/status"
    return status_of(runs.submit(desk, run_id))


@router.post(
    "/{run_id}/cancel",
    status_code=202,
    operation_id="cancel_run",
    summary="Cancel a run",
    responses=responses(404, 409, 422, 503),
)
def cancel(
    run_id: RunId,
    desk: At,
    keep: Annotated[bool, Query(description="Keep the draws so far, if there are 100 a chain.")] = False,
) -> RunStatus:
    """Ask a run that is queued or at work to end; it does within a second."""
    return status_of(runs.cancel(desk, run_id, keep=keep))


@router.get("/{run_id}/status", operation_id="get_run_status", summary="Follow a run", responses=responses(404))
async def get_status(run_id: RunId, desk: At) -> RunStatus:
    """Where a run is; cheap enough to be asked often."""
    # Two small files: 0.2 ms when read here, and a wait for a thread otherwise, long while a fit has the cores.
    state = runs.state(desk, run_id)
    if state.phase == "queued":
        await run_in_threadpool(run_state.keep_going, desk.workspace, state)
    return status_of(state)


@router.get(
    "/{run_id}/proof",
    response_model=RunProof,
    operation_id="get_proof",
    summary="Should you believe it?",
    responses=conditional.NOT_MODIFIED | responses(404),
)
def get_proof(request: Request, run_id: RunId, desk: At) -> Response:
    """What each part of a run's proof says, as far as it is, and the verdict; ask again while it is at work."""
    content = _proof_of(run_id, asking.look(desk, run_id)).model_dump_json().encode()
    headers = conditional.content_headers(content)
    if answer := conditional.not_modified(request, headers):
        return answer
    return Response(content, media_type="application/json", headers=headers)


@router.post(
    "/{run_id}/proof",
    status_code=202,
    operation_id="start_proof",
    summary="Prove a run",
    responses=responses(403, 404, 409, 503),
)
def start_proof(request: Request, response: Response, run_id: RunId, desk: At) -> RunProof:
    """Begin the proof of a finished run, or go on where it was stopped; nothing happens where it is complete."""
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/runs/{run_id}/proof"
    return _proof_of(run_id, asking.start(desk, run_id))


@router.delete(
    "/{run_id}/proof",
    status_code=202,
    operation_id="stop_proof",
    summary="Stop proving a run",
    responses=responses(404, 503),
)
def stop_proof(run_id: RunId, desk: At) -> RunProof:
    """Stop the proof of a run; what it has found is kept, and it can go on from there."""
    return _proof_of(run_id, asking.stop(desk, run_id))


@router.get(
    "/{run_id}/outlook",
    operation_id="get_outlook",
    summary="How much could this table tell?",
    responses=responses(404),
)
def get_outlook(run_id: RunId, desk: At) -> RunOutlook:
    """How near each channel will be found, before a fit, now and with one more year; ask again while it is at work."""
    return _outlook_of(run_id, ahead.look(desk, run_id))


@router.post(
    "/{run_id}/outlook",
    status_code=202,
    operation_id="start_outlook",
    summary="Look ahead",
    responses=responses(403, 404, 409, 422, 503),
)
def start_outlook(request: Request, response: Response, run_id: RunId, desk: At) -> RunOutlook:
    """Fit tables like a run's own whose truth is known, in the background, or go on where it was stopped.

    The run need not be trained. Under fixed settings it is refused: their prior says too little of sales.
    """
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/runs/{run_id}/outlook"
    return _outlook_of(run_id, ahead.start(desk, run_id))


@router.delete(
    "/{run_id}/outlook",
    status_code=202,
    operation_id="stop_outlook",
    summary="Stop looking ahead",
    responses=responses(404, 503),
)
def stop_outlook(run_id: RunId, desk: At) -> RunOutlook:
    """Stop it; what was found is kept, and it can go on from there."""
    return _outlook_of(run_id, ahead.stop(desk, run_id))


@router.get("/{run_id}", operation_id="get_run", summary="Look at a run", responses=responses(404))
def get_run(run_id: RunId, desk: At) -> RunInfo:
    """A run's name, specification, status, and where its result comes from."""
    return RunInfo(
        run_id=run_id,
        label=runs.get_label(desk, run_id),
        spec=runs.get_spec(desk, run_id),
        status=status_of(runs.state(desk, run_id)),
        manifest=runs.get_manifest(desk, run_id),
    )


@router.get("", operation_id="list_runs", summary="List runs", responses=responses(422))
def list_runs(desk: At, limit: Limit = 50, offset: Offset = 0) -> RunList:
    """Own runs, newest first. The shipped run `demo` is in every workspace, and in no list."""
    page = runs.list_page(desk, limit=limit, offset=offset)
    shown = tuple(
        RunListEntry(
            run_id=entry.state.run_id,
            name=entry.label.name,
            source_name=entry.manifest.source_name,
            created_at=entry.manifest.created_at,
            status=status_of(entry.state),
        )
        for entry in page.entries
    )
    unreadable = tuple(UnreadableRun(run_id=each.id, reason=each.reason) for each in page.unreadable)
    return RunList(runs=shown, total=page.total, limit=limit, offset=offset, unreadable=unreadable)


@router.delete(
    "/{run_id}",
    status_code=204,
    operation_id="delete_run",
    summary="Delete a run",
    responses=responses(403, 404, 409),
)
def delete_run(run_id: RunId, desk: At) -> None:
    """Remove a run and all its files; one that is queued or at work must be cancelled first."""
    retention.delete_run(desk, run_id)


def status_of(state: RunState) -> RunStatus:
    """A run's state as the API tells it: without the process at work, which is the server's business."""
    status = state.status
    return RunStatus(
        run_id=state.run_id,
        stage=status.stage,
        phase=state.phase,
        over=state.is_over,
        place=state.place,
        step=state.step,
        fraction=state.fraction,
        partial=status.partial,
        error=status.error,
        progress=status.progress,
        updated_at=status.updated_at,
        queued_at=status.queued_at,
        started_at=status.started_at,
        heartbeat_at=status.heartbeat_at,
    )


def _proof_of(run_id: str, view: ProofView) -> RunProof:
    return RunProof(
        run_id=run_id,
        state=view.state,
        step=view.step,
        fraction=view.fraction,
        verdict=view.verdict,
        proof=view.proof,
    )


def _outlook_of(run_id: str, view: OutlookView) -> RunOutlook:
    found = view.outlook
    return RunOutlook(
        run_id=run_id,
        state=view.state,
        step=view.step,
        fraction=view.fraction,
        sentences=tuple(found.sentences()) if found else (),
        channels=tuple(
            ChannelOutlook(
                channel=now.channel,
                measure=now.measure,
                likely=now.size,
                reach=now.reach,
                reach_later=later and later.reach,
            )
            for now, later in (found.channels() if found else ())
        ),
        outlook=found,
    )
