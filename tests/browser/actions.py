"""What a person does on a page, for the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from playwright.sync_api import Error, Locator, Page, expect

from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.worker_door import read_heartbeat
from tests.browser.conftest import WAIT, settled


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator(".st-key-upload input[type=file]").set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": content}]
    )


def pick(page: Page, selector: Locator, wanted: str) -> None:
    """Choose from a list, which closes when the page moves under it: by a click from afar, or a choice before."""
    option = page.get_by_role("option", name=wanted, exact=True)
    selector.scroll_into_view_if_needed()
    settled(page)
    for _ in range(20):
        selector.click()
        with suppress(Error):
            option.click(timeout=3_000)
            return
    raise AssertionError(f"{wanted} cannot be chosen")


def estimate_is_there(page: Page) -> None:
    page.locator(".st-key-card-estimate .js-plotly-plot").first.wait_for(timeout=WAIT)


def id_in(page: Page, name: str) -> str:
    there = re.compile(rf"[?&]{name}=([\w-]+)")
    expect(page).to_have_url(there)  # the address follows the page
    found = there.search(page.url)
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


@contextmanager
def worker_stopped(workspace: Workspace) -> Iterator[None]:
    """Nobody fits anything meanwhile, however fast the machine is: jobs wait in the queue."""
    beat = read_heartbeat(workspace)
    assert beat is not None
    worker = psutil.Process(beat.process.pid)
    worker.suspend()
    try:
        yield
    finally:
        with suppress(psutil.NoSuchProcess):  # one that was stopped for too long has been replaced
            worker.resume()
