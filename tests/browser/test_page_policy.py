"""The app's pages under their Content-Security-Policy: everything works, and nothing comes from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser.actions import button
from tests.browser.conftest import WAIT, saved, settled

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_pages_work_under_their_policy(open_page: Callable[..., Page], server: str, tmp_path) -> None:
    headers = httpx.get(server).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    page = open_page("/")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in ("/", "/data?dataset=demo", "/features?dataset=demo", "/results?run=demo"):
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
