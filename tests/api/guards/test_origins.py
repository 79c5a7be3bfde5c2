"""Other pages in the same browser: foreign hosts, foreign origins, and names as browsers read them."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse

from mmm_core.api.guards.origins import OriginGuard, host_name
from tests.api.guards.conftest import asked
from tests.doors import problem


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost@evil", "10.0.0.7", ""]
)
def test_a_host_that_is_not_ours_is_refused_as_dns_rebinding_would_send_it(open_server, host):
    answer = httpx.post(
        f"{open_server.address}/api/echo", headers={"host": host, "origin": f"http://{host}"}, timeout=120
    )
    if host:
        problem(answer, 421, "unknown_host")
    else:
        assert answer.status_code in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:8501", "localhost."])
def test_loopback_goes_by_all_its_names(open_server, host):
    assert httpx.get(f"{open_server.address}/api/echo", headers={"host": host}, timeout=120).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost.evil.example", "file://localhost", "http://user@localhost"],
)
def test_a_form_that_another_site_sends_is_refused(open_server, origin):
    headers = {"origin": origin, "sec-fetch-site": "cross-site"}
    form = httpx.post(f"{open_server.address}/api/echo", headers=headers, data={"field": "value"}, timeout=120)
    problem(form, 403, "cross_site")


def test_a_page_that_hides_its_origin_is_refused_by_what_the_browser_says(open_server):
    answer = httpx.get(f"{open_server.address}/api/echo", headers={"sec-fetch-site": "cross-site"}, timeout=120)
    problem(answer, 403, "cross_site")
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert httpx.get(f"{open_server.address}/api/docs", headers=link, timeout=120).status_code == 200
    problem(httpx.post(f"{open_server.address}/api/echo", headers=link, timeout=120), 403, "cross_site")


def test_our_own_page_and_the_origins_that_were_named_may_ask(open_server):
    for origin in (open_server.address, "http://localhost:8501", "https://bi.example.com"):
        assert httpx.post(f"{open_server.address}/api/echo", headers={"origin": origin}, timeout=120).status_code == 200


def test_names_are_taken_apart_as_browsers_do():
    assert host_name("Example.COM:80") == "example.com"
    assert host_name("[::1]:8501") == "::1"
    assert [host_name(bad) for bad in ("a@b", "a/b", "a:b:c", "[::1", "a b", "a\\b")] == [None] * 6


NAMED = OriginGuard(
    PlainTextResponse("reached"), hosts=frozenset({"studio.example.com"}), origins=("https://BI.example.com/",)
)


@pytest.mark.parametrize("host", ["studio.example.com", "Studio.Example.com:443", "localhost"])
def test_a_name_that_was_allowed_is_answered_beside_loopback_s(host):
    assert asked(NAMED, headers={"host": host}).text == "reached"


def test_a_name_beside_the_allowed_one_is_told_which_setting_would_allow_it():
    found = problem(asked(NAMED, headers={"host": "other.example.com"}), 421, "unknown_host")
    assert "'other.example.com'" in found["message"]
    assert "MMM_ALLOWED_HOSTS" in found["remedy"]
    assert len(problem(asked(NAMED, headers={"host": "x" * 5000}), 421, "unknown_host")["message"]) < 300


@pytest.mark.parametrize(
    "origin", ["https://bi.example.com", "https://studio.example.com", "http://studio.example.com"]
)
def test_pages_of_allowed_hosts_and_origins_may_ask_however_they_are_spelled(origin):
    assert asked(NAMED, headers={"origin": origin, "sec-fetch-site": "cross-site"}).text == "reached"


@pytest.mark.parametrize(
    "origin", ["http://bi.example.com", "https://bi.example.com:444", "https://sub.bi.example.com"]
)
def test_an_origin_is_allowed_with_its_scheme_and_port_or_not_at_all(origin):
    assert "MMM_CORS_ORIGINS" in problem(asked(NAMED, headers={"origin": origin}), 403, "cross_site")["remedy"]


def beyond(**changes: object) -> OriginGuard:
    """The guard of a server that other machines reach."""
    fields: dict[str, object] = {"hosts": frozenset({"studio.example.com"}), "origins": (), "addresses": True}
    return OriginGuard(PlainTextResponse("reached"), **(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["192.168.1.5:8501", "[2001:db8::1]:8501", "studio.example.com"])
def test_a_server_for_others_answers_under_its_addresses_to_its_own_pages(host):
    """Nobody can point a name of theirs at a bare address; a page at another address is another page."""
    own = {"host": host, "origin": f"http://{host}"}
    assert asked(beyond(), headers=own).text == "reached"
    problem(asked(beyond(), headers=own | {"origin": "http://192.168.1.6:8501"}), 403, "cross_site")
    problem(asked(beyond(addresses=False), headers={"host": "192.168.1.5"}), 421, "unknown_host")


@pytest.mark.parametrize(
    "origin", ["http://[", "http://[::1", "://", "http://", "HTTPS://evil.example", "http:/localhost"]
)
def test_an_origin_that_is_none_is_refused(origin):
    problem(asked(beyond(), headers={"origin": origin}), 403, "cross_site")


def opened(guard: OriginGuard, headers: dict[str, str]) -> list[dict[str, object]]:
    """What a web socket is answered; the application behind accepts it and says which origin it saw."""
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: object) -> None:
        sent.append(message)  # type: ignore[arg-type]

    async def behind(scope, receive, send) -> None:
        origins = [value.decode() for key, value in scope["headers"] if key == b"origin"]
        await send({"type": "websocket.accept", "origins": origins})

    guard.app = behind
    raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    asyncio.run(guard({"type": "websocket", "path": "/_stcore/stream", "headers": raw}, receive, send))
    return sent


def test_a_web_socket_of_a_foreign_page_is_closed_before_it_opens():
    for headers in (
        {"host": "rebound.example", "origin": "http://rebound.example"},
        {"host": "localhost:8501", "origin": "https://evil.example"},
    ):
        (closed,) = opened(beyond(), headers)
        assert (closed["type"], closed["code"]) == ("websocket.close", 1008)


def test_a_web_socket_that_may_open_names_an_origin_that_nobody_need_look_up():
    """Streamlit would ask a server of another company for its own address, and everybody would wait for the answer."""
    seen = opened(beyond(), {"host": "studio.example.com", "origin": "https://studio.example.com:8443"})
    assert seen == [{"type": "websocket.accept", "origins": ["https://studio.example.com"]}]
    same = opened(beyond(), {"host": "192.168.1.5:8501", "origin": "http://192.168.1.5:8501"})
    assert same == [{"type": "websocket.accept", "origins": ["http://192.168.1.5:8501"]}]
    assert opened(beyond(), {"host": "localhost:8501"}) == [{"type": "websocket.accept", "origins": []}]


def test_the_api_is_left_to_the_guard_behind_its_log_and_nothing_else_is():
    pages = beyond(beside="/api")
    for path, status in (("/api", 200), ("/api/runs", 200), ("/apix", 421), ("//api/runs", 421), ("/", 421)):
        assert asked(pages, path, headers={"host": "rebound.example"}).status_code == status, path
