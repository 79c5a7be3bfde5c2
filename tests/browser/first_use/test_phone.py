"""On a phone the estimate stands below the sliders: a line of it stays in sight while they are moved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import estimate_is_there
from tests.browser.conftest import WAIT, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def glance(page: Page):
    return page.locator(".st-key-glance")


def test_the_headline_figure_is_in_sight_while_a_slider_is_moved_and_follows_it(open_page):
    page = open_page("/features?dataset=demo", width=390)
    estimate_is_there(page)
    slider = page.get_by_role("slider").first
    slider.scroll_into_view_if_needed()
    expect(glance(page)).to_be_in_viewport(ratio=1)
    expect(glance(page)).to_contain_text(re.compile(r"Media \d+\.\d.% of sales \(\d"))
    before = glance(page).inner_text()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(glance(page)).to_contain_text("→", timeout=WAIT)
    assert glance(page).inner_text() != before
    expect(glance(page)).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-card-estimate .js-plotly-plot").first).not_to_be_in_viewport()
    settled(page)
    page.get_by_test_id("stMain").evaluate("e => e.scrollTo(0, e.scrollHeight)")
    last = page.locator(".st-key-card-changed").bounding_box()
    assert last["y"] + last["height"] <= glance(page).bounding_box()["y"] + 1  # nothing is hidden for good


def test_beside_the_sliders_it_is_not_needed(open_page):
    page = open_page("/features?dataset=demo", width=800)
    estimate_is_there(page)
    expect(glance(page)).to_be_hidden()
