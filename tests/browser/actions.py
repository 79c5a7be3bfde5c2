"""What a person does on a page, for the tests."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

from tests.browser.conftest import WAIT


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator(".st-key-upload input[type=file]").set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": content}]
    )


def estimate_is_there(page: Page) -> None:
    page.locator(".st-key-card-estimate .js-plotly-plot").first.wait_for(timeout=WAIT)


def id_in(page: Page, name: str) -> str:
    found = re.search(rf"[?&]{name}=([\w-]+)", page.url)
    assert found, page.url
    return found.group(1)


def settings_tried(page: Page) -> int:
    """How many settings the page says were tried, once it says so."""
    said = page.locator(".st-key-card-changed").get_by_text(re.compile(r"\d+ settings? tried on")).inner_text()
    return int(said.split()[0])


def wait_until_tried(page: Page, number: int) -> None:
    """Wait until the estimate under one more setting is on screen."""
    page.locator(".st-key-card-changed").get_by_text(re.compile(rf"\b{number} settings? tried on")).wait_for(
        timeout=WAIT
    )
