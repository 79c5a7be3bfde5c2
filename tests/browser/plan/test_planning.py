"""A person plans in the browser: from the demo to a plan that is saved, compared, taken away and opened."""

from __future__ import annotations

import json
import re

import pytest
import python_calamine
from playwright.sync_api import Page, expect

from mmm_core.scenarios import kept
from tests.browser.actions import button
from tests.browser.conftest import settled
from tests.engines import desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
LONG = 60_000


@pytest.fixture
def no_plans(app_workspace):
    """None before, and none left behind."""
    yield
    for each in kept.list_plans(desk(app_workspace)):
        kept.delete(desk(app_workspace), each.plan_id)


def answer(page: Page):
    return page.locator(".st-key-card-plan h2")


def save(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    button(page, "Save this plan").click()
    expect(page.get_by_text(f"{name} is kept.")).to_be_visible(timeout=LONG)
    settled(page)


def test_from_the_demo_to_a_plan_that_is_saved_compared_and_opened(open_page, app_workspace, no_plans, tmp_path):
    page: Page = open_page("/results?run=demo")
    page.get_by_role("link", name="Plan", exact=True).click()
    expect(answer(page)).to_have_text(re.compile("^(Move|Leave)"), timeout=LONG)
    settled(page)
    save(page, "As it comes")
    weeks = page.get_by_label("Weeks to plan")
    weeks.fill("8")
    weeks.press("Enter")
    expect(page.get_by_text("8 weeks from").first).to_be_visible(timeout=LONG)
    settled(page)
    save(page, "Eight weeks")
    table = page.locator(".st-key-card-saved table")
    expect(table).to_contain_text("As it comes")
    expect(table).to_contain_text("Eight weeks")
    with page.expect_download() as book:
        button(page, "Excel").click()
    book.value.save_as(tmp_path / "plan.xlsx")
    sheets = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "plan.xlsx")).sheet_names
    assert sheets == ["Plan", "Today by week", "Plan by week", "About"]
    with page.expect_download() as whole:
        button(page, "JSON").click()
    whole.value.save_as(tmp_path / "plan.json")
    found = json.loads((tmp_path / "plan.json").read_text())
    assert (found["label"]["name"], found["request"]["horizon"]) == ("Eight weeks", 8)
    assert round(sum(each["plan"] for each in found["plan"]["channels"]), 2) == found["plan"]["budget"]
    button(page, "Delete").click()
    button(page, "Delete it").click()
    expect(table).not_to_contain_text("Eight weeks", timeout=LONG)
    assert [each.label.name for each in kept.list_plans(desk(app_workspace))] == ["As it comes"]


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page):
    page: Page = open_page("/plan?run=demo", width=390)
    expect(answer(page)).to_be_visible(timeout=LONG)
    settled(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_the_levers_are_reached_and_turned_by_keys_alone(open_page):
    page: Page = open_page("/plan?run=demo")
    expect(answer(page)).to_be_visible(timeout=LONG)
    settled(page)
    weeks = page.get_by_label("Weeks to plan")
    weeks.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_text("14 weeks from").first).to_be_visible(timeout=LONG)
