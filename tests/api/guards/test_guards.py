"""The guards together, as ``MMM_…`` variables set them up: what is asked first, and what a refused stranger learns."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from mmm_core.api.bodies import BodyLimits
from mmm_core.api.guards.guards import guarded
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.api.guards.conftest import asked, bearer
from tests.doors import problem
from tests.guarded import running

PROBLEM_FIELDS = {"type", "title", "status", "detail", "code", "kind", "message", "remedy"}
TOO_LARGE = {"content-length": str(2**40)}
FOREIGN = {"host": "evil.example"}


async def count(request: Request) -> Response:
    return JSONResponse({"owner": request.state.owner, "size": len(await request.body())})


def server(workspace: Workspace, address: str = "127.0.0.1") -> ASGIApp:
    """An application behind all guards, mounted as the API is; what is refused is not waited for."""
    app = Starlette(routes=[Route("/count", count, methods=["GET", "POST"]), Route("/health", count)])
    limits = BodyLimits(linger_seconds=0)
    return Starlette(routes=[Mount("/api", app=guarded(app, workspace=workspace, address=address, limits=limits))])


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def test_a_server_beyond_loopback_asks_for_a_key_even_while_there_is_none(tmp_path):
    with running(Workspace(tmp_path / "w"), tmp_path, "--address", "0.0.0.0") as server:  # noqa: S104 - only said, it listens at loopback
        problem(httpx.get(f"{server.address}/api/echo", timeout=120), 401, "key_needed")


def test_a_stranger_learns_neither_of_keys_nor_of_limits_from_a_foreign_host(workspace):
    app, secret = server(workspace), keys.create(workspace, "test", owner="ann").secret
    for headers in (FOREIGN, FOREIGN | TOO_LARGE, FOREIGN | bearer(secret)):
        problem(asked(app, "/api/count", method="POST", headers=headers), 421, "unknown_host")
    problem(asked(app, "/api/count", method="POST", headers=TOO_LARGE), 401, "key_needed")
    problem(asked(app, "/api/count", method="POST", headers=TOO_LARGE | bearer(secret)), 413, "too_large")
    assert asked(app, "/api/count", headers=bearer(secret)).json() == {"owner": "ann", "size": 0}


def test_foreign_pages_do_not_use_up_what_our_own_may_ask(workspace, monkeypatch):
    monkeypatch.setenv("MMM_RATE_PER_MINUTE", "1")
    app = server(workspace)
    problem(asked(app, "/api/count", headers={"origin": "https://evil.example"}, times=5), 403, "cross_site")
    assert asked(app, "/api/count").status_code == 200
    problem(asked(app, "/api/count"), 429, "too_many_requests")


@pytest.mark.parametrize(
    "headers", [FOREIGN, {"origin": "https://evil.example"}, bearer("mmm_wrong"), TOO_LARGE], ids=[421, 403, 401, 413]
)
def test_every_refusal_has_the_same_fields_an_id_and_the_headers_of_data(workspace, headers):
    address = "0.0.0.0" if "authorization" in headers else "127.0.0.1"  # noqa: S104 - only said, nothing listens
    answer = asked(server(workspace, address), "/api/count", method="POST", headers=headers)
    assert set(answer.json()) == PROBLEM_FIELDS
    assert answer.headers["x-request-id"]
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers.get_list("cache-control") == ["no-store"]


def test_a_name_that_others_use_asks_for_a_key_and_health_stays_open(workspace, monkeypatch):
    monkeypatch.setenv("MMM_ALLOWED_HOSTS", "studio.example.com")
    app = server(workspace)
    for host in ("studio.example.com", "localhost"):
        problem(asked(app, "/api/count", headers={"host": host}), 401, "key_needed")
        assert asked(app, "/api/health", headers={"host": host}).status_code == 200
