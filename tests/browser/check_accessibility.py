"""axe-core on every page, tab and state, on four widths, light and dark; exit code 1 on a finding.

``python -m tests.browser.check_accessibility``, or with names of pages behind it (``overview results``): those alone,
without the states.

Needs npm, which brings axe-core into a temporary folder; so it is no part of the tests.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.endurance import Server
from mmm_core.workspace.storage import Workspace
from tests.browser.conftest import ARGUMENTS, CHROMIUM, settled
from tests.browser.make_screenshots import CARDS, PAGES, opened, states
from tests.engines import ready, stop

GRAVE = ("serious", "critical")
WIDTHS = (390, 800, 1440, 1920)
"""Pixels: a phone, a tablet, a desk, a wide screen."""


def main() -> int:
    """Print serious and critical findings."""
    found = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        script = axe(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        workspace = Workspace(Path(folder) / "workspace")
        server = Server(workspace)
        try:
            ready(workspace)
            wanted = sys.argv[1:]
            for name, scheme, width in product(wanted or PAGES, ("light", "dark"), WIDTHS):
                found += of_page(browser, server, script, name, scheme, width)
            for name, page in () if wanted else states(browser, server, workspace):
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    page.locator(f"[data-drawn-for={scheme}]").wait_for(state="attached")
                    settled(page)
                    page.evaluate(script)
                    found += findings(page, f"{name} {scheme}")
                page.context.close()
        finally:
            server.end()
            stop(workspace)
            browser.close()
    print("\n".join(found) or "No serious or critical finding.")
    return 1 if found else 0


def of_page(browser: Browser, server: Server, script: str, name: str, scheme: str, width: int) -> list[str]:
    """Serious and critical findings of a page and all its tabs, in one theme, on one width."""
    page = opened(browser, server, PAGES[name], scheme, width)
    if name in CARDS:
        page.locator(f".st-key-card-{CARDS[name]} .js-plotly-plot").first.wait_for(timeout=60_000)
    # An estimate that has come draws its page once more, faded meanwhile.
    settled(page)
    page.evaluate(script)
    found = findings(page, f"{name} {scheme} {width}")
    for tab in page.get_by_role("tab").all()[1:]:
        tab.click()
        settled(page)
        found += findings(page, f"{name} {scheme} {width}, {tab.inner_text()}")
    page.context.close()
    return found


def findings(page: Page, where: str) -> list[str]:
    """Serious and critical findings of the page as it is; all of them are counted aloud."""
    violations = page.evaluate("axe.run()")["violations"]
    grave = [each for each in violations if each["impact"] in GRAVE]
    others = ", ".join(each["id"] for each in violations if each not in grave)
    print(f"{where}: {len(grave)} serious or critical{f'; besides {others}' if others else ''}")
    return [f"{where}: {each['id']} {each['nodes'][0]['html'][:200]}" for each in grave]


def axe(folder: Path) -> str:
    """The script of axe-core, from npm."""
    subprocess.run(["npm", "pack", "axe-core"], cwd=folder, check=True, capture_output=True)
    with tarfile.open(next(folder.glob("axe-core-*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return (folder / "package" / "axe.min.js").read_text()


if __name__ == "__main__":
    sys.exit(main())
