"""Limits, a split of one's own, groups and controls: typed with the keyboard, and pasted from a sheet."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settled

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
LONG, TRIES = 120_000, 3
NAME, TODAY, MINE, LOW, HIGH = range(5)
"""Columns of the table of limits."""
PRICE = 1
"""Column of the table of controls."""


@pytest.fixture
def page(open_page) -> Page:
    page = open_page("/plan?run=demo")
    expect(page.locator(".st-key-card-test h2")).to_be_visible(timeout=LONG)
    settled(page)
    return page


def answer(page: Page) -> Locator:
    return page.locator(".st-key-card-plan h2, .st-key-card-plan-at-once h2")


def grid(page: Page, key: str) -> Locator:
    return page.locator(f"[class*=st-key-{key}]").get_by_test_id("stDataFrame")


def cell(page: Page, key: str, row: int, column: int) -> Locator:
    """What a screen reader has of a cell; the grid itself is a drawing."""
    return grid(page, key).get_by_test_id(f"glide-cell-{column}-{row}")


def at_the_first_cell(page: Page, key: str, to: int = 0) -> None:
    """Put the grid's cursor on its first row by keys."""
    grid(page, key).scroll_into_view_if_needed()
    canvas = grid(page, key).get_by_test_id("data-grid-canvas")
    canvas.focus()
    page.keyboard.press("ControlOrMeta+Home")
    for _ in range(to):
        page.keyboard.press("ArrowRight")


def typed(page: Page, key: str, column: int, value: str) -> None:
    """Type into a cell of the first row; once more where the grid, on a busy machine, took the end too soon."""
    there = cell(page, key, 0, column)
    for _ in range(TRIES):
        at_the_first_cell(page, key, column)
        page.keyboard.press("Enter")
        field = page.locator("#portal input")
        expect(field).to_be_focused()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(value, delay=50)
        expect(field).to_have_value(value)
        page.keyboard.press("Enter")
        with suppress(AssertionError):
            expect(there).to_have_text(re.compile(value), timeout=LONG / TRIES)
            return
    raise AssertionError(f"{value} cannot be typed into column {column} of {key}")


def pasted(page: Page, key: str, column: int, rows: list[list[str]]) -> None:
    """Paste cells from the first row of a column on; once more where the grid, drawn anew, was not listening."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for _ in range(TRIES):
        at_the_first_cell(page, key, column)
        page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join("\t".join(row) for row in rows))
        page.keyboard.press("ControlOrMeta+v")
        with suppress(AssertionError):
            for number, row in enumerate(rows):
                for place, value in enumerate(row, start=column):
                    expect(cell(page, key, number, place)).to_have_text(re.compile(value), timeout=LONG / TRIES)
            return
    raise AssertionError(f"nothing can be pasted into column {column} of {key}")


def opened_by_channel(page: Page) -> Locator:
    """The row of TV in the table by channel, opened once the page has drawn what was asked."""
    settled(page)
    card = page.locator(".st-key-card-splits")
    card.get_by_text("By channel", exact=True).click()
    return card.locator("table").nth(1).get_by_role("row").filter(has_text="TV").first


def test_a_limit_is_typed_and_the_plan_keeps_it(page):
    before = answer(page).inner_text()
    typed(page, "plan-table", HIGH, "60000")
    expect(answer(page)).not_to_have_text(before, timeout=LONG)
    row = opened_by_channel(page)
    expect(row).to_contain_text("60,000.00", timeout=LONG)
    expect(row).to_contain_text("at its most")


def test_a_split_of_ones_own_is_typed_and_stands_beside_the_plan(page):
    typed(page, "plan-table", MINE, "50000")
    heading = page.locator(".st-key-card-splits").get_by_role("heading")
    expect(heading).to_have_text("Today beside Plan beside Mine", timeout=LONG)
    expect(opened_by_channel(page)).to_contain_text("50,000.00", timeout=LONG)


def test_limits_are_pasted_from_a_sheet(page):
    before = answer(page).inner_text()
    pasted(page, "plan-table", LOW, [["80000", "85000"], ["30000", "35000"]])
    expect(answer(page)).not_to_have_text(before, timeout=LONG)
    expect(opened_by_channel(page)).to_contain_text(re.compile(r"8[0-5],\d{3}\.\d\d"), timeout=LONG)


def test_a_control_by_hand_is_said_and_moves_the_sales_of_both_splits(page):
    sales = page.locator(".st-key-card-splits table").first.get_by_role("row").filter(has_text="Sales").first
    before = sales.inner_text()
    page.get_by_text("What else comes, as a year before").click()
    typed(page, "plan-controls", PRICE, "5")
    said = "Price as you gave it; season and everything else as a year before"
    expect(page.get_by_text(said)).to_be_visible(timeout=LONG)
    expect(sales).not_to_have_text(before)
