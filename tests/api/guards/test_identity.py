"""Keys: who is recognised, for whom a request then works, and what is answered to everybody else."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mmm_core.api.guards.identity import IdentityGuard
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.api.guards.conftest import asked, bearer
from tests.doors import problem
from tests.guarded import Guarded, running


@pytest.fixture(scope="module")
def key_server(tmp_path_factory) -> Iterator[tuple[Guarded, Workspace, str]]:
    """A server at loopback with one key."""
    root = tmp_path_factory.mktemp("keys")
    workspace = Workspace(root / "workspace")
    secret = keys.create(workspace, "test", owner="ann").secret
    with running(workspace, root) as found:
        yield found, workspace, secret


def test_without_the_right_key_nothing_but_health_answers(key_server):
    server, _, secret = key_server
    echo = f"{server.address}/api/echo"
    missing = httpx.get(echo, timeout=120)
    problem(missing, 401, "key_needed")
    assert missing.headers["www-authenticate"].startswith("Bearer")
    for wrong in ("wrong", secret[:-1], secret + "x", secret.swapcase(), "x" * 5000):
        problem(httpx.get(echo, headers=bearer(wrong), timeout=120), 401, "unknown_key")
    problem(httpx.get(echo, headers={"authorization": f"Basic {secret}"}, timeout=120), 401, "unknown_key")
    assert httpx.get(f"{server.address}/api/health", timeout=120).status_code == 200
    problem(httpx.post(f"{server.address}/api/health", timeout=120), 401, "key_needed")
    problem(httpx.get(f"{server.address}/api/health/../echo".replace("..", "%2e%2e"), timeout=120), 401, "key_needed")


def test_a_key_acts_for_its_owner_until_it_is_revoked(key_server):
    server, workspace, secret = key_server
    echo = f"{server.address}/api/echo"
    assert httpx.get(echo, headers=bearer(secret), timeout=120).json() == {"owner": "ann"}
    other = keys.create(workspace, "other", owner="bob")
    assert httpx.get(echo, headers=bearer(other.secret), timeout=120).json() == {"owner": "bob"}
    keys.revoke(workspace, other.key.id)
    problem(httpx.get(echo, headers=bearer(other.secret), timeout=120), 401, "unknown_key")


def who(request: Request) -> Response:
    return JSONResponse({"owner": request.state.owner, "client": request.state.client})


def guard(workspace: Workspace, *, needs_key: bool = False) -> IdentityGuard:
    """An application behind the guard that says for whom it was asked."""
    routes = [Route(path, who, methods=["GET", "OPTIONS"]) for path in ("/who", "/health")]
    return IdentityGuard(Starlette(routes=routes), workspace=workspace, needs_key=needs_key, per_minute=6000)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def test_where_there_is_no_key_everybody_is_the_local_owner(workspace):
    answer = asked(guard(workspace), "/who", headers=bearer("mmm_whatever"), client="127.0.0.7")
    assert answer.json() == {"owner": "local", "client": "address:127.0.0.7"}


def test_the_first_key_closes_a_server_that_is_running(workspace):
    app = guard(workspace)
    assert asked(app, "/who").status_code == 200
    made = keys.create(workspace, "first", owner="ann")
    problem(asked(app, "/who"), 401, "key_needed")
    answer = asked(app, "/who", headers=bearer(made.secret))
    assert answer.json() == {"owner": "ann", "client": f"key:{made.key.id}"}


@pytest.mark.parametrize("spelled", ["bearer {}", "BEARER {}", "Bearer  {} "])
def test_the_scheme_is_read_in_any_case_and_blanks_around_a_key_do_not_count(workspace, spelled):
    secret = keys.create(workspace, "test", owner="ann").secret
    assert asked(guard(workspace), "/who", headers={"authorization": spelled.format(secret)}).json()["owner"] == "ann"


def test_two_keys_in_one_request_are_none(workspace):
    secret = keys.create(workspace, "test").secret
    both = httpx.Headers([("authorization", f"Bearer {secret}"), ("authorization", f"Bearer {secret}")])
    problem(asked(guard(workspace), "/who", headers=both), 401, "unknown_key")


def test_a_browser_may_ask_whether_it_may_ask_and_nothing_else(workspace):
    app = guard(workspace, needs_key=True)
    asking = {"origin": "https://bi.example.com", "access-control-request-method": "POST"}
    assert asked(app, "/who", method="OPTIONS", headers=asking).status_code == 200
    problem(asked(app, "/who", method="OPTIONS"), 401, "key_needed")


def test_a_wrong_key_does_not_close_what_is_open(workspace):
    assert asked(guard(workspace, needs_key=True), "/health", headers=bearer("mmm_wrong")).status_code == 200


def test_keys_that_cannot_be_read_open_nothing(workspace):
    app = guard(workspace)
    (workspace.root / keys.FILE).write_text("{broken")
    for path in ("/who", "/health"):
        problem(asked(app, path), 503, "file_damaged")
    (workspace.root / keys.FILE).write_text('{"format_version": 2, "locks": []}')
    assert "Update" in problem(asked(app, "/who"), 503, "newer_format")["remedy"]


def test_the_last_key_that_is_revoked_leaves_the_door_closed(tmp_path):
    workspace = Workspace(tmp_path)
    behind = guard(workspace)
    assert asked(behind, "/who").json()["owner"] == "local"
    key = keys.create(workspace, "one").key
    problem(asked(behind, "/who"), 401, "key_needed")
    keys.revoke(workspace, key.id)
    problem(asked(behind, "/who"), 401, "key_needed")
    assert asked(behind, "/health").status_code == 200
