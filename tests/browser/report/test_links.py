"""A report is shared by a link: somebody else opens it, sees that page alone, and no more once it is withdrawn."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.actions import button

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
LONG = 60_000


def test_a_link_is_made_opened_by_somebody_else_and_withdrawn(open_page, browser: Browser):
    page: Page = open_page("/results?run=demo")
    button(page, "Report").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("For the board")
    dialog.get_by_label("Title").press("Enter")
    dialog.get_by_text("Share it by a link").click()
    button(dialog, "Make a link").click()
    expect(dialog.get_by_text("Copy the link now: it is shown this once.")).to_be_visible(timeout=LONG)
    address = dialog.get_by_test_id("stCode").inner_text().strip()
    assert "/api/shared/share-" in address

    visitor = browser.new_context()
    shown, asked, wrong = visitor.new_page(), [], []
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.goto(address)
    shown.locator("html[data-drawn]").wait_for(timeout=LONG)
    expect(shown.get_by_role("heading", name="For the board", level=1)).to_be_visible()
    assert [url for url in asked if url != address and not url.startswith(("data:", "blob:"))] == []
    assert wrong == []
    # The page runs as nobody: it has no part in the site that serves it.
    assert shown.evaluate("origin") == "null"

    button(dialog, "Withdraw").click()
    expect(button(dialog, "Withdraw")).to_have_count(0)
    assert visitor.request.get(address).status == 404
    visitor.close()
