"""Screenshots of a running app, for the documents: ``python -m tests.browser.make_screenshots [ADDRESS]``."""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.conftest import PROJECT

PAGES = {"overview": ""}
WIDTHS = {"": 1440, "_narrow": 800}


def main(address: str = "http://127.0.0.1:8501") -> None:
    """Every page in light and dark, wide and narrow."""
    folder = PROJECT / "docs" / "screenshots"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, path in PAGES.items():
            for scheme in ("light", "dark"):
                for suffix, width in WIDTHS.items():
                    page = browser.new_page(viewport={"width": width, "height": 1800}, color_scheme=scheme)
                    page.goto(f"{address}/{path}")
                    page.locator(".js-plotly-plot").nth(4).wait_for(timeout=30_000)
                    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
                    page.evaluate("document.fonts.ready")
                    page.screenshot(path=folder / f"{name}_{scheme}{suffix}.png")
                    page.close()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
