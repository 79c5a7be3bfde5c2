"""Links to a run's report over HTTP: made and withdrawn by its owner, opened by whoever has one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import Field

from mmm_core.api import binding
from mmm_core.api.access import At, Space
from mmm_core.api.outputs import BINARY
from mmm_core.api.paging import Limit, Offset, Page
from mmm_core.api.problems import responses
from mmm_core.api.runs import RunId
from mmm_core.report.made import report_of
from mmm_core.report.request import ReportRequest
from mmm_core.runs import runs
from mmm_core.schema import Strict
from mmm_core.workspace import shares
from mmm_core.workspace.shares import MOST_DAYS, USUAL_DAYS, Share
from mmm_core.workspace.storage import ID_PATTERN

router = APIRouter(tags=["outputs"])
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-popups allow-downloads"
)
"""Of the page that a link shows: its own scripts, no request to anybody, and no part in this site."""
ShareId = Annotated[str, Path(pattern=f"^{ID_PATTERN.pattern}$", description="Id of a link that was made.")]
Token = Annotated[str, Path(max_length=200, description="What the link ends with.")]


class Wanted(Strict):
    """A link that is to be made."""

    days: int = Field(USUAL_DAYS, ge=1, le=MOST_DAYS, description="How long it shows the report.")
    report: ReportRequest = Field(default_factory=ReportRequest, description="What the report holds; it is a page.")


class Shared(Strict):
    """A link that was made; ``path`` is shown this once."""

    share: Share
    path: str = Field(description="Behind this server's address: who opens it sees the report.")


class Shares(Page):
    """Links that still show something, the newest first."""

    shares: tuple[Share, ...]


@router.post(
    "/runs/{run_id}/shares",
    operation_id="share_report",
    status_code=201,
    summary="Share a run's report by a link",
    responses=responses(400, 403, 404, 409, 413, 422, 429),
)
def share_report(
    request: Request, run_id: RunId, desk: At, wanted: Annotated[Wanted | None, Body(examples=[{"days": 14}])] = None
) -> Shared:
    """A link for somebody without an account: it shows the report as it is now, until its date or its withdrawal."""
    server = request.scope.get("server") or ("", 0)
    binding.require_shareable(str(server[0]))
    asked = wanted or Wanted()
    wanted_page = asked.report.model_copy(update={"form": "html"})
    title = wanted_page.title or runs.get_label(desk, run_id).name or run_id
    made = shares.create(desk, run_id, title, lambda: report_of(desk, run_id, wanted_page).content, days=asked.days)
    return Shared(share=made.share, path=f"{request.scope.get('root_path', '')}/shared/{made.token}")


@router.get("/shares", operation_id="list_shares", summary="Links to reports", responses=responses(422))
def list_shares(
    desk: At,
    run_id: Annotated[str | None, Query(max_length=64, description="Of this run alone.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Shares:
    """Those that still show something, without their secrets."""
    found = shares.list_shares(desk, run_id=run_id)
    return Shares(shares=tuple(found[offset : offset + limit]), total=len(found), limit=limit, offset=offset)


@router.delete(
    "/shares/{share_id}",
    operation_id="withdraw_share",
    status_code=204,
    summary="Withdraw a link",
    responses=responses(404),
)
def withdraw_share(share_id: ShareId, desk: At) -> None:
    """It shows nothing any more, from now on."""
    shares.withdraw(desk, share_id)


@router.get(
    "/shared/{token}",
    operation_id="open_shared",
    summary="The report behind a link",
    response_class=Response,
    responses={200: {"content": {"text/html": BINARY}}, **responses(404, 422)},
)
def open_shared(token: Token, workspace: Space) -> Response:
    """The page, for whoever has the link; no key is asked for, and nothing else of the workspace is shown."""
    headers = {"content-security-policy": POLICY, "cache-control": "no-store", "referrer-policy": "no-referrer"}
    return Response(shares.open_page(workspace, token), media_type="text/html; charset=utf-8", headers=headers)
