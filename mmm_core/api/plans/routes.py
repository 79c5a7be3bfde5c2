"""Response curves, plans and saved plans over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import Field

from mmm_core.api.access import At
from mmm_core.api.outputs import attachment
from mmm_core.api.paging import Limit, Offset, Page
from mmm_core.api.problems import responses
from mmm_core.api.runs import RunId
from mmm_core.exports import plans as sheet
from mmm_core.exports.reproduce import plan_script_of
from mmm_core.planning.answer import Plan
from mmm_core.planning.budget import Frontier
from mmm_core.planning.request import LONGEST, SHORTEST, USUAL, PlanRequest
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept, made
from mmm_core.scenarios.kept import Scenario
from mmm_core.scenarios.made import ChannelCurve
from mmm_core.schema import Strict
from mmm_core.workspace.storage import ID_PATTERN

router = APIRouter(tags=["plans"])
CSV, PYTHON = "text/csv", "text/x-python"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PlanId = Annotated[str, Path(pattern=f"^{ID_PATTERN.pattern}$", description="Id of a plan that was saved.")]
Request_ = Annotated[PlanRequest, Body(examples=[{"horizon": 13, "bounds": {"tv": {"low": 0, "high": 90000}}}])]


class RunCurves(Strict):
    """What each channel of a run brings at any spend."""

    run_id: str
    interval_prob: float = Field(description="Probability of the intervals.")
    curves: tuple[ChannelCurve, ...]


class RunPlan(Strict):
    """A plan of a run, and what every other budget within its limits would bring."""

    run_id: str
    plan: Plan
    frontier: Frontier


class NewPlan(Strict):
    """A plan to keep."""

    run_id: str = Field(description="The finished run it is made of.")
    label: Label = Field(default=Label(), description="Its name and a note.")
    request: PlanRequest = Field(default=PlanRequest(), description="What is asked; all of it may be left out.")


class PlanListEntry(Strict):
    """A plan in a list."""

    plan_id: str
    run_id: str
    label: Label
    of_record: bool
    created_at: str
    says: str = Field(description="The plan in a sentence; money in the table's unit of spend.")


class PlanList(Page):
    """Part of the list of plans, newest first."""

    plans: tuple[PlanListEntry, ...]


@router.get(
    "/runs/{run_id}/curves",
    operation_id="get_curves",
    summary="What a channel brings at any spend",
    responses=responses(404, 409, 422),
)
def get_curves(
    run_id: RunId,
    desk: At,
    horizon: Annotated[int, Query(ge=SHORTEST, le=LONGEST, description="Periods that come.")] = USUAL,
) -> RunCurves:
    """Response curves on the posterior: steady spend, the next period alone, and the next unit of money."""
    run = made.run_of(desk, run_id)
    return RunCurves(
        run_id=run_id,
        interval_prob=run.summary.interval_prob,
        curves=made.curves_described(run, made.response_for(run, horizon)),
    )


@router.post(
    "/runs/{run_id}/plan",
    operation_id="make_plan",
    summary="Plan the periods that come",
    responses=responses(400, 404, 409, 422),
)
def make_plan(run_id: RunId, desk: At, request: Request_) -> RunPlan:
    """The split of the money that brings most, how sure that is, and the frontier; nothing is kept."""
    run = made.run_of(desk, run_id)
    response = made.response_for(run, request.horizon, request.controls)
    found = made.sought(run, response, request)
    return RunPlan(run_id=run_id, plan=made.told(found), frontier=made.frontier_of(found))


@router.post(
    "/plans",
    status_code=201,
    operation_id="save_plan",
    summary="Keep a plan",
    responses=responses(400, 404, 409, 422, 429),
)
def save_plan(request: Request, response: Response, desk: At, new: NewPlan) -> Scenario:
    """Make a plan of a finished run and keep it under a name."""
    saved = kept.save(desk, new.run_id, new.request, new.label)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/plans/{saved.plan_id}"
    return saved


@router.get("/plans", operation_id="list_plans", summary="List plans", responses=responses(422))
def list_plans(
    desk: At,
    run_id: Annotated[str | None, Query(description="Only plans of this run.", max_length=80)] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> PlanList:
    """Plans that were kept, the newest first."""
    found = kept.list_plans(desk, run_id=run_id)
    return PlanList(
        total=len(found),
        limit=limit,
        offset=offset,
        plans=tuple(
            PlanListEntry(
                plan_id=each.plan_id, run_id=each.run_id, label=each.label, of_record=each.of_record,
                created_at=each.created_at.isoformat(), says=each.plan.headline(lambda money: f"{money:,.0f}"),
            )
            for each in found[offset : offset + limit]
        ),
    )  # fmt: skip


@router.get("/plans/{plan_id}", operation_id="get_plan", summary="Take a plan", responses=responses(404))
def get_plan(plan_id: PlanId, desk: At) -> Scenario:
    """A plan that was kept: what was asked, and the answer."""
    return kept.get(desk, plan_id)


@router.get(
    "/plans/{plan_id}/workbook",
    operation_id="download_plan",
    summary="Take a plan as a workbook",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}, **responses(404)},
)
def download_plan(plan_id: PlanId, desk: At) -> Response:
    """An Excel file whose sums and returns are formulas."""
    scenario = kept.get(desk, plan_id)
    content = sheet.workbook(scenario)
    return Response(content, media_type=XLSX, headers=attachment(f"{plan_id}.xlsx"))


@router.get(
    "/plans/{plan_id}/weeks",
    operation_id="download_weeks",
    summary="Take a plan's periods",
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}, **responses(404)},
)
def download_weeks(plan_id: PlanId, desk: At) -> Response:
    """A row a split, channel and period, as CSV."""
    content = sheet.weeks_csv(kept.get(desk, plan_id).plan)
    return Response(content, media_type=CSV, headers=attachment(f"{plan_id}_weeks.csv"))


@router.get(
    "/plans/{plan_id}/script",
    operation_id="download_plan_script",
    summary="Take a plan as a script",
    response_class=Response,
    responses={200: {"content": {PYTHON: {"schema": {"type": "string"}}}}, **responses(404)},
)
def download_plan_script(plan_id: PlanId, desk: At) -> Response:
    """A Python script that makes the plan again from the folder of its run, and compares the money."""
    content = plan_script_of(kept.get(desk, plan_id)).encode()
    return Response(content, media_type=PYTHON, headers=attachment(f"{plan_id}.py"))


@router.post(
    "/plans/{plan_id}/label", operation_id="name_plan", summary="Name a plan", responses=responses(400, 404, 422)
)
def name_plan(plan_id: PlanId, desk: At, label: Label) -> Scenario:
    """Give a plan another name and note."""
    return kept.relabel(desk, plan_id, label)


@router.post(
    "/plans/{plan_id}/of_record",
    operation_id="set_plan_of_record",
    summary="Carry a plan out",
    responses=responses(404),
)
def set_of_record(plan_id: PlanId, desk: At) -> Scenario:
    """Let a plan be the one that is carried out; another plan of its run is so no more."""
    return kept.set_of_record(desk, plan_id)


@router.delete(
    "/plans/{plan_id}", status_code=204, operation_id="delete_plan", summary="Delete a plan", responses=responses(404)
)
def delete_plan(plan_id: PlanId, desk: At) -> None:
    """Remove a plan."""
    kept.delete(desk, plan_id)
