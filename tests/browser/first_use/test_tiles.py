"""A tile that looks as if it could be pressed leads to its chart, wherever it stands; the others do not look so."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WAIT, settled
from tests.runs.returning.results import made

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

TILES = {
    "media": ("Contributions", "card-contributions_over_time"),
    "largest": ("Contributions", "card-contributions_over_time"),
    "return": ("Return on spend", "card-roi"),
    "trust": ("Diagnostics", "card-diagnostics"),
}
"""The tab of each tile, and a card that hangs under it."""


@pytest.fixture
def own(request, app_workspace):
    """Whether somebody has a result of her own."""
    folder = made(app_workspace, "run-of-tiles", 2021) if request.param else None
    yield request.param
    if folder is not None:
        shutil.rmtree(folder)


def press(page: Page, tile: str) -> None:
    whole = page.locator(f".st-key-tile-{tile}")
    # The figure is drawn before what makes the tile a button.
    expect(whole.locator(".stButton button")).to_be_attached()
    whole.scroll_into_view_if_needed()
    # Where a person presses: in the middle of what she sees.
    whole.click()


def leads(page: Page, tile: str) -> None:
    tab, card = TILES[tile]
    page.wait_for_url(re.compile("/results"))
    selected = page.get_by_role("tab", name=tab, exact=True)
    expect(selected).to_have_attribute("aria-selected", "true", timeout=WAIT)
    expect(page.locator(f".st-key-{card} .js-plotly-plot").first).to_be_visible(timeout=WAIT)
    settled(page)
    expect(selected).to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 1440, 1920])
def test_every_tile_of_the_results_opens_its_tab_and_brings_it_into_sight(open_page, width):
    page = open_page("/results?run=demo", width=width)
    expect(page.locator("[class*=st-key-tile-]")).to_have_count(len(TILES))
    # The one whose tab is open at first comes last, or nothing would have to happen.
    for tile in ("return", "trust", "largest", "return", "media"):
        press(page, tile)
        leads(page, tile)
        page.get_by_test_id("stMain").evaluate("e => e.scrollTo(0, 0)")


@pytest.mark.parametrize("tile", TILES)
@pytest.mark.parametrize("own", [False, True], indirect=True)
def test_every_tile_of_the_overview_leads_to_its_tab_of_the_result(open_page, tile, own):
    page = open_page("/" if own else "/?demo=1")
    if own:
        expect(page.get_by_role("heading", name="Your newest result")).to_be_visible()
    expect(page.locator("[class*=st-key-tile-]")).to_have_count(len(TILES))
    press(page, tile)
    leads(page, tile)
    assert ("run=demo" in page.url) is not own


def test_a_tile_is_reached_and_pressed_by_keys(open_page):
    page = open_page("/results?run=demo")
    page.locator(".st-key-tile-trust .stButton button").focus()
    page.keyboard.press("Enter")
    leads(page, "trust")
    expect(page.get_by_role("tab", name="Diagnostics", exact=True)).to_be_focused()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("by", ["pointer", "keyboard"])
def test_a_tile_says_where_its_figure_comes_from_and_shows_all_of_it(open_page, width, by):
    page = open_page("/results?run=demo", width=width)
    mark = page.locator(".st-key-tile-largest").get_by_role("button", name="Help for")
    mark.scroll_into_view_if_needed()
    if by == "pointer":
        mark.hover()
    else:
        mark.focus()
    told = page.get_by_test_id("stTooltipContent")
    expect(told).to_contain_text("A channel's additive contribution over all fitted sales")
    expect(told.get_by_text(re.compile("Run demo, made on")).last).to_be_in_viewport()
    assert told.evaluate("e => e.scrollHeight <= e.clientHeight + 1")
    assert "/results" in page.url
