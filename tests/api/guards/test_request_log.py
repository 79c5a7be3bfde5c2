"""One log line for each write: who did what, under which id, and nothing that is secret."""

from __future__ import annotations

import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mmm_core import logs
from mmm_core.api.guards.request_log import LONGEST_PATH, RequestLog
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.api.guards.conftest import asked, bearer
from tests.guarded import running


def test_each_write_leaves_one_line_that_says_who_and_what(tmp_path):
    workspace = Workspace(tmp_path / "w")
    made = keys.create(workspace, "test", owner="ann")
    with running(workspace, tmp_path, MMM_LOG_JSON="1") as server:
        echo = f"{server.address}/api/echo"
        given = {"x-request-id": "from-the-client-1", **bearer(made.secret)}
        assert httpx.post(echo, headers=given, timeout=120).headers["x-request-id"] == "from-the-client-1"
        httpx.post(f"{server.address}/api/nowhere", headers={"x-request-id": "bad id"}, timeout=120)
        httpx.get(echo, headers=given, timeout=120)
    text = server.log.read_text()
    done, refused = (json.loads(line) for line in text.splitlines())
    del done["at"], done["milliseconds"]
    assert done == {
        "level": "info", "event": "api", "who": "ann", "client": f"key:{made.key.id}", "method": "POST",
        "path": "/api/echo", "status": 200, "what": "thing made thing-1", "request_id": "from-the-client-1",
    }  # fmt: skip
    assert (refused["who"], refused["status"], refused["what"]) == ("unknown", 401, "nothing")
    assert made.secret not in text


def test_plain_log_lines_cannot_be_forged(tmp_path):
    with running(Workspace(tmp_path / "w"), tmp_path) as server:
        httpx.post(f"{server.address}/api/x%20who=root%0D2026-01-01T00:00:00.000Z%20INFO", timeout=120)
    (line,) = server.log.read_text().splitlines()
    assert 'path="/api/x who=root\\r2026' in line


def read(_: Request) -> Response:
    return PlainTextResponse("read")


def renamed(_: Request) -> Response:
    for number in (1, 2):
        logs.record("thing renamed", f"thing-{number}", owner="ann")
    return PlainTextResponse("renamed")


def broken(_: Request) -> Response:
    raise ZeroDivisionError("of all things")


APP = RequestLog(
    Starlette(
        routes=[Route("/read", read), Route("/renamed", renamed), Route("/broken", broken)],
    )
)


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with blank in it", "id;drop", "ünicode-id"])
def test_an_id_that_is_not_of_the_form_is_replaced_by_one_of_ours(given):
    found = asked(APP, "/read", headers={"x-request-id": given.encode()}).headers["x-request-id"]
    assert found != given
    assert len(found) == 16
    assert set(found) <= set("0123456789abcdef")


def test_ids_of_ours_differ_and_a_client_s_own_is_kept():
    assert len({asked(APP, "/read").headers["x-request-id"] for _ in range(20)}) == 20
    assert asked(APP, "/read", headers={"x-request-id": "trace_0-AbC"}).headers["x-request-id"] == "trace_0-AbC"


def test_reading_leaves_no_line_unless_something_was_written(said):
    for method in ("GET", "HEAD"):
        asked(APP, "/read", method=method)
    assert said == []
    asked(APP, "/renamed")
    (line,) = said
    assert line.fields["what"] == "thing renamed thing-1; thing renamed thing-2"


def test_what_breaks_down_leaves_a_line_of_an_error_whoever_only_read(said):
    with pytest.raises(ZeroDivisionError, match="of all things"):
        asked(APP, "/broken", headers={"x-request-id": "the-broken-one"})
    (line,) = said
    assert (line.levelname, line.fields["status"], line.fields["path"]) == ("ERROR", 500, "/broken")
    assert line.fields["request_id"] == "the-broken-one"


def test_a_line_names_the_address_of_a_client_without_a_key_and_no_header_or_query(said):
    secret = {"authorization": "Bearer mmm_hidden", "cookie": "session=hidden"}
    asked(APP, "/nowhere?token=hidden", method="POST", headers=secret, client="10.0.0.9")
    (line,) = said
    assert (line.fields["client"], line.fields["who"], line.fields["status"]) == ("address:10.0.0.9", "unknown", 404)
    assert line.fields["path"] == "/nowhere"
    assert "hidden" not in str(vars(line))


def test_an_endless_path_makes_no_endless_line(said):
    asked(APP, "/" + "x" * 5000, method="DELETE")
    assert len(said[0].fields["path"]) == LONGEST_PATH
