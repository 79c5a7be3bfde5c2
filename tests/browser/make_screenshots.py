"""Screenshots of every page and state, for the documents: ``python -m tests.browser.make_screenshots``.

Starts a server on a workspace of its own, brings it into each state, and ends both.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.endurance import Server
from mmm_core.errors import RunError
from mmm_core.runs import fits, runs
from mmm_core.runs.manifest import Label
from mmm_core.settings import PROJECT
from mmm_core.workspace import queueing, status, storage, worker_door
from mmm_core.workspace.status import ProcessIdentity
from mmm_core.workspace.storage import Workspace
from tests.browser.actions import upload
from tests.browser.conftest import ARGUMENTS, CHROMIUM, settled
from tests.engines import demo_spec, desk, long_spec, ready, stop, submitted, until_phase
from tests.malformed import good_rows, table

FOLDER = PROJECT / "docs" / "screenshots"
PAGES = {
    "overview": "/",
    "data": "/data?dataset=demo",
    "features": "/features?dataset=demo",
    "train": "/train?dataset=demo",
    "results": "/results?run=demo",
    "proof": "/proof?run=demo",
    "plan": "/plan?run=demo",
    "compare": "/compare?run=demo",
}
TABS = ("Fit", "Other settings", "Parameters", "Diagnostics")
"""Tabs of the results that have a picture of their own."""
WIDTHS = {"": 1440, "_narrow": 800}
CARDS = {"overview": "contributions_over_time", "data": "correlations", "features": "estimate", "results": "waterfall"}


def main() -> None:
    """Every page in light and dark, wide and narrow, and every state once."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        workspace = Workspace(Path(root))
        server = Server(workspace)
        try:
            ready(workspace)
            take(browser, server, "/", "state_empty_workspace")
            for name, path in PAGES.items():
                for scheme in ("light", "dark"):
                    for suffix, width in WIDTHS.items():
                        take(browser, server, path, f"{name}_{scheme}{suffix}", scheme, width, wait_for=CARDS.get(name))
            for tab in TABS:
                take(browser, server, PAGES["results"], f"results_{tab.lower().replace(' ', '_')}", tab=tab)
            for name, page in states(browser, server, workspace):
                picture(page, f"state_{name}")
        finally:
            server.end()
            stop(workspace)
            browser.close()


def states(browser: Browser, server: Server, workspace: Workspace) -> Iterator[tuple[str, Page]]:
    """What a person sees when something asks, waits or goes wrong: a name and its page. Ends the worker."""
    yield "unknown_run", opened(browser, server, "/results?run=run-000000000000")
    page = opened(browser, server, "/data")
    upload(page, "report.csv", b"%PDF-1.4")
    page.get_by_text("is a PDF document").first.wait_for()
    yield "file_refused", page
    page = opened(browser, server, "/data")
    header = "brand,DATE,revenue,tv_I,radio_GRP,temperature,tv_S,radio_S"
    upload(page, "other names.csv", table(good_rows(), header))
    page.get_by_text("We guessed the roles").wait_for()
    settled(page)
    yield "roles_guessed", page
    page = opened(browser, server, PAGES["results"])
    page.locator(".st-key-save-contributions_over_time button").click()
    page.get_by_role("button", name="Picture (PNG)").wait_for()
    yield "save_menu", page

    first, second = submitted(workspace, long_spec(1)), submitted(workspace, long_spec(2))
    until_phase(workspace, first, "running")
    yield "running", opened(browser, server, f"/train?run={first}")
    yield "queued", opened(browser, server, f"/train?run={second}")
    for run_id in (second, first):
        runs.cancel(desk(workspace), run_id)
        runs.wait(desk(workspace), run_id, timeout=10)
    page = opened(browser, server, "/")
    page.get_by_role("button", name="Delete…").first.click()
    page.get_by_role("dialog").wait_for()
    settled(page)
    yield "delete", page

    failed, folder = new_run(workspace, "failed")
    error = RunError(
        "The sampler broke down: the log density is not finite.", remedy="Check the table for extreme values."
    )
    status.set_error(folder, error)
    yield "failed", opened(browser, server, f"/train?run={failed}")
    interrupted, folder = new_run(workspace, "interrupted")
    gone = ProcessIdentity.of_this_process().model_copy(update={"started_at": 1.0})
    status.update_status(folder, "TRAINING", process=gone)
    yield "interrupted", opened(browser, server, f"/train?run={interrupted}")

    stop(workspace)
    waiting, folder = new_run(workspace, "waiting")
    with queueing.locked(workspace):
        queueing.add(workspace, queueing.Job(kind="run", id=waiting, bucket="16x24"))
        status.set_queued(folder)
    failure = worker_door.WorkerFailure(
        message="The process that fits models ends as soon as it starts.",
        remedy="See worker/log for why.",
        at=datetime.now(UTC),
    )
    storage.write_json(workspace.worker_dir / "failure.json", failure)
    yield "worker_down", opened(browser, server, f"/train?run={waiting}")


def new_run(workspace: Workspace, name: str) -> tuple[str, Path]:
    """A run with its features built, and its folder."""
    run_id = runs.create(desk(workspace), demo_spec(), fresh=True).run_id
    folder = desk(workspace).run_dir(run_id)
    fits.build(folder)
    runs.relabel(desk(workspace), run_id, Label(name=name))
    return run_id, folder


def take(
    browser: Browser, server: Server, path: str, name: str, scheme: str = "light", width: int = 1440,
    *, wait_for: str | None = None, tab: str | None = None,
) -> None:  # fmt: skip
    """One picture of a page, as tall as the page is."""
    page = opened(browser, server, path, scheme, width)
    if tab is not None:
        show_tab(page, tab)
    if wait_for:
        page.locator(f".st-key-card-{wait_for} .js-plotly-plot").first.wait_for(timeout=30_000)
    settled(page)
    if path == PAGES["features"]:
        page.get_by_role("slider").first.focus()
        for _ in range(20):  # from 0.5 to 0.7: what a person would try
            page.keyboard.press("ArrowRight")
        page.get_by_role("slider").first.and_(page.locator("[aria-valuenow='0.7'], [value='0.7']")).wait_for()
        page.get_by_text("Grey diamond").wait_for()
        settled(page)
        page.mouse.click(5, 500)  # the slider loses its focus
    picture(page, name)


def picture(page: Page, name: str) -> None:
    """Save what a page shows, all of it, and close it."""
    width = page.viewport_size["width"]
    height = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(int(height) + 60, 700), 2600)})
    # Charts are drawn again for the new size.
    page.evaluate("new Promise(done => setTimeout(done, 900))")
    page.screenshot(path=FOLDER / f"{name}.png")
    page.context.close()


def show_tab(page: Page, tab: str) -> None:
    """A tab of the results with its charts; other settings are fitted first."""
    page.get_by_role("tab", name=tab, exact=True).click()
    settled(page)
    if tab == "Other settings":
        page.get_by_role("button", name="Fit 6 other settings").click()
    page.locator(".js-plotly-plot:visible").first.wait_for(timeout=30_000)
    settled(page)


def opened(browser: Browser, server: Server, path: str, scheme: str = "light", width: int = 1440) -> Page:
    """A page in a context of its own."""
    context = browser.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{server.address}{path}")
    settled(page)
    page.evaluate("document.fonts.ready")
    return page


if __name__ == "__main__":
    main()
