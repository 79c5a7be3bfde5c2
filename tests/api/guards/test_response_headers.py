"""Headers that tell a browser what an answer may not be used for."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mmm_core.api.guards.response_headers import COMMON, ResponseHeaders, page_headers
from tests.api.guards.conftest import asked

APP = Starlette(
    routes=[
        Route("/data", lambda _: JSONResponse({})),
        Route("/page", lambda _: HTMLResponse("<p>page</p>")),
        Route("/own", lambda _: Response("x", headers={"Content-Security-Policy": "sandbox", "Referrer-Policy": "a"})),
        Route("/empty", lambda _: Response(status_code=304)),
    ]
)


def directives(policy: str) -> dict[str, set[str]]:
    """A Content-Security-Policy by directive."""
    return {name: set(sources) for name, *sources in (part.split() for part in policy.split(";"))}


def test_browsers_are_told_what_an_answer_may_not_be_used_for(open_server):
    data = httpx.get(f"{open_server.address}/api/echo", timeout=120).headers
    assert data["x-content-type-options"] == "nosniff"
    assert data["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert data["x-frame-options"] == "DENY"
    assert data["cache-control"] == "private, no-cache"
    page = httpx.get(f"{open_server.address}/api/docs", timeout=120).headers["content-security-policy"]
    assert "script-src 'self';" in page
    refused = httpx.get(f"{open_server.address}/api/echo", headers={"host": "evil.example"}, timeout=120).headers
    assert refused["x-content-type-options"] == "nosniff"
    assert refused["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/data", "/page", "/own", "/empty", "/nothing"])
def test_every_answer_has_them_whatever_it_is(path):
    headers = asked(ResponseHeaders(APP, extra={"x-frame-options": "DENY"}), path).headers
    assert {*COMMON, "content-security-policy", "x-frame-options"} <= set(headers)


def test_what_an_application_says_itself_is_kept_and_said_once():
    headers = asked(ResponseHeaders(APP), "/own").headers
    assert headers.get_list("content-security-policy") == ["sandbox"]
    assert headers.get_list("referrer-policy") == ["a"]
    assert headers["x-content-type-options"] == "nosniff"


def test_data_may_load_nothing_and_a_document_only_its_own():
    data = directives(asked(ResponseHeaders(APP), "/data").headers["content-security-policy"])
    page = directives(asked(ResponseHeaders(APP), "/page").headers["content-security-policy"])
    assert set.union(*data.values()) == {"'none'"}
    assert page["script-src"] == {"'self'"}
    assert set.union(*page.values()) <= {"'none'", "'self'", "'unsafe-inline'", "data:"}


def test_pages_of_the_app_run_scripts_and_load_nothing_from_elsewhere():
    headers = asked(page_headers(APP), "/page").headers
    policy = directives(headers["content-security-policy"])
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert policy["object-src"] == {"'none'"}
    own = {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}
    assert {source for sources in policy.values() for source in sources} <= own
    assert "data:" not in policy["script-src"]
    # What Streamlit sends as data, such as its health, is under the same policy.
    assert asked(page_headers(APP), "/data").headers["content-security-policy"] == headers["content-security-policy"]
