"""A real server and a real browser; without Chromium these tests are skipped, saying how to get it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from tempfile import gettempdir

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from benchmarks.endurance import Server
from mmm_core.runs import datasets
from mmm_core.workspace.storage import Workspace
from tests.engines import desk, ready, stop

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run",
    # A foreign name that somebody made to point at this machine.
    "--host-resolver-rules=MAP rebound.example 127.0.0.1",
]  # fmt: skip
WAIT = 120_000
"""Milliseconds after which something is taken to be missing from the screen, on a machine that others use too."""
expect.set_options(timeout=WAIT)
PAGES = pytest.StashKey[list[Page]]()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Headless Chromium; it ends with these tests, because its event loop would be in the way of others'."""
    if CHROMIUM is None:
        if os.environ.get("MMM_REQUIRE_BROWSER"):
            pytest.fail("Chromium is missing and the browser tests must run here.")
        pytest.skip("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        # Whoever makes a context of their own waits as long as everybody does.
        found.on("context", lambda context: context.set_default_timeout(WAIT))
        yield found
        found.close()


@pytest.fixture(scope="session")
def app_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Folder of the workspace that the app under test works on."""
    return Workspace(tmp_path_factory.mktemp("app"))


@pytest.fixture(autouse=True)
def no_tables_before(app_workspace: Workspace) -> None:
    """A table of an earlier test would hand its roles on to one with the same columns."""
    for each in datasets.list_datasets(desk(app_workspace)):
        if not each.read_only:
            datasets.delete_dataset(desk(app_workspace), each.dataset_id)


@pytest.fixture(scope="session")
def server(app_workspace: Workspace) -> Iterator[str]:
    """Address of the app, started as `make run` starts it, with a worker that is ready."""
    started = Server(app_workspace)
    try:
        ready(app_workspace)
        yield started.address
    finally:
        started.end()
        stop(app_workspace)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a failed test what its pages showed: where it ran, nobody was looking."""
    report = yield
    if report.when == "call" and report.failed:
        for number, page in enumerate(item.stash.get(PAGES, [])):
            report.sections.append((f"page {number} at {page.url}", page.inner_text("body", timeout=WAIT)))
            page.screenshot(path=Path(gettempdir()) / f"{item.name}_{number}.png")
    return report


@pytest.fixture(scope="package")
def returning(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has the app's scripts already, as that of somebody who comes back: pages open in half the time."""
    context = browser.new_context(accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, browser: Browser, returning: BrowserContext, server: str
) -> Iterator[Callable[..., Page]]:
    """Opens an address of the app as somebody without cookies; a page that shows an exception fails the test.

    Each page of another server is in a browser of its own, so that two people can be logged in.
    """
    pages = request.node.stash.setdefault(PAGES, [])
    contexts = []

    def open_one(
        path: str = "/", *, address: str = server, width: int = 1440, watch: Callable[[Request], None] | None = None
    ) -> Page:
        context = returning
        if address != server:
            context = browser.new_context(accept_downloads=True)
            contexts.append(context)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 1000})
        pages.append(page)
        page.set_default_timeout(WAIT)
        if watch:
            page.on("request", watch)
        page.goto(f"{address}{path}")
        # Between the connection and the first run of its script a page is at rest too, with nothing on it.
        page.wait_for_selector("[data-testid=stMain] [data-testid=stElementContainer]", state="attached")
        settled(page)
        return page

    yield open_one
    for page in pages:
        assert page.get_by_test_id("stException").count() == 0
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear()")
        page.close()
    returning.clear_cookies()
    for context in contexts:
        context.close()


def settled(page: Page) -> None:
    """Wait until the app is connected and its script has run."""
    page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]", timeout=WAIT)
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=WAIT)


def saved(page: Page, click: Callable[[], None], folder: Path) -> Path:
    """The file that a click downloads."""
    with page.expect_download() as download:
        click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path
