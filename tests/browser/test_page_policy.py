"""The app's pages under their Content-Security-Policy: everything works, and nothing comes from elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser.actions import button
from tests.browser.conftest import WAIT, saved, settled

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_pages_work_under_their_policy(open_page: Callable[..., Page], server: str, tmp_path) -> None:
    headers = httpx.get(server, timeout=120).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    page = open_page("/")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in ("/?demo=1", "/data?dataset=demo", "/features?dataset=demo", "/results?run=demo"):
        page.goto(f"{server}{path}")
        settled(page)
        page.locator(".js-plotly-plot").first.wait_for(timeout=WAIT)
    page.locator("[class*=st-key-save-] button").first.click()
    for kind in ("PNG", "SVG"):
        picture = saved(page, button(page, f"Picture ({kind})").click, tmp_path)
        assert picture.stat().st_size > 1000
    assert [each for each in said if "Content Security Policy" in each or "Content-Security-Policy" in each] == []


def test_the_api_s_document_page_works_under_its_own(open_page: Callable[..., Page], server: str) -> None:
    page = open_page("/")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    answer = page.goto(f"{server}/api/docs")
    assert answer is not None
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    page.get_by_text("/datasets/upload").first.wait_for(timeout=WAIT)
    assert [each for each in said if "Content Security Policy" in each or "Content-Security-Policy" in each] == []


def test_a_page_of_another_site_cannot_write_through_the_browser(open_page: Callable[..., Page], server: str) -> None:
    page = open_page("/")
    # A document without origin stands for a page from elsewhere: its form names no origin that is allowed.
    page.goto("about:blank")
    page.set_content(
        f'<form method="post" enctype="multipart/form-data" action="{server}/api/datasets/upload">'
        '<input name="file" value="a,b"><button>Win a prize</button></form>'
    )
    with page.expect_response("**/api/datasets/upload") as refused:
        page.get_by_role("button", name="Win a prize").click()
    assert refused.value.status == 403
    assert refused.value.json()["code"] == "cross_site"


def handshake(server: str, **headers: str) -> str:
    """First line of the answer to the question whether the app's web socket may open."""
    host, port = server.removeprefix("http://").split(":")
    asked = {
        "Host": f"{host}:{port}", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    } | headers  # fmt: skip
    lines = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{lines}\r\n".encode())
        return connection.recv(1000).decode("latin-1").partition("\r\n")[0]


def test_a_name_that_was_made_to_point_here_opens_no_page(open_page: Callable[..., Page], server: str) -> None:
    """DNS rebinding in a real browser: the page's name is another's, and its address is this machine."""
    page = open_page("/")
    answer = page.goto(server.replace("127.0.0.1", "rebound.example"))
    assert answer is not None
    assert answer.status == 421
    assert "rebound.example" in page.inner_text("body")
    for path in ("/static/index.html", "/_stcore/health", "/_stcore/host-config", "/media/x", "/api/health"):
        assert httpx.get(f"{server}{path}", headers={"host": "rebound.example"}, timeout=120).status_code == 421, path


def test_a_web_socket_opens_for_our_own_pages_only(server: str) -> None:
    assert " 101 " in handshake(server, Origin=server)
    assert " 101 " in handshake(server, Origin=server.replace("127.0.0.1", "localhost"))
    assert " 101 " in handshake(server)
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example"):
        assert " 403 " in handshake(server, Origin=origin)
    assert " 403 " in handshake(server, Host="rebound.example", Origin="http://rebound.example")
