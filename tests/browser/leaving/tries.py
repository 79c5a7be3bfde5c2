"""Leave a page that polls, again and again: ``python -m tests.browser.leaving.tries [--tries N]``; how often the next
one ended empty. What loads an empty page anew is switched off: it is the cause that is tried. Keep both cores busy
beside it.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.endurance import Server
from mmm_core.workspace.storage import Workspace
from tests.browser.actions import button
from tests.browser.conftest import ARGUMENTS, CHROMIUM, WAIT
from tests.browser.leaving.test_emptied_pages import QUIET
from tests.engines import ready, stop

PAUSES = (0, 20, 60, 120, 250, 500, 900)
"""Milliseconds between a slider and the way on."""


def main() -> None:
    """Leave Features for Train by the menu and by a button in turn."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.leaving.tries")
    parser.add_argument("--tries", type=int, default=100)
    tries, rng, empty = parser.parse_args().tries, np.random.default_rng(5), 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workspace = Workspace(Path(folder))
        server = Server(workspace)
        ready(workspace)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(WAIT)
        page.add_init_script("window.emptyIsWatched = true")
        for number in range(tries):
            page.goto(f"{server.address}/features?dataset=demo")
            page.get_by_role("slider").first.press(str(rng.choice(["ArrowLeft", "ArrowRight"])))
            page.wait_for_timeout(int(rng.choice(PAUSES)))
            if number % 2:
                page.get_by_role("link", name="Train", exact=True).click()
            else:
                button(page, "Advanced").click()
            page.wait_for_url("**/train?**")
            page.evaluate(QUIET)
            empty += not page.get_by_role("heading", name="Fit the model").count()
        browser.close()
        server.end()
        stop(workspace)
    print(f"{tries} tries, {empty} ended empty")


if __name__ == "__main__":
    main()
