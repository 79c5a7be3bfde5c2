"""A person compares results in the browser: newer rows, the same settings, and why; by keys and on a phone."""

from __future__ import annotations

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from mmm_core import shipped
from mmm_core.runs import retention, runs
from tests.browser.actions import button
from tests.browser.conftest import settled
from tests.engines import desk, finished

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
LONG = 240_000


@pytest.fixture
def own_run(app_workspace):
    """A finished run of one's own, and no run left behind."""
    finished(app_workspace, "run-earlier", owner="local")
    yield "run-earlier"
    for entry in runs.list_runs(desk(app_workspace)):
        retention.delete_run(desk(app_workspace), entry.state.run_id)


@pytest.fixture
def newer_rows(tmp_path):
    """Four more weeks, and one revised cell, as a file."""
    frame = pd.read_csv(shipped.TABLES["demo"]).tail(5)
    more = frame.tail(4).copy()
    more["period_start"] = (pd.to_datetime(more["period_start"]) + pd.Timedelta(weeks=4)).dt.strftime("%Y-%m-%d")
    frame.loc[frame.index[0], "sales"] *= 2
    path = tmp_path / "march.csv"
    pd.concat([frame, more]).to_csv(path, index=False)
    return path


def test_three_presses_lead_from_newer_rows_to_what_has_changed_and_why(open_page, own_run, newer_rows, app_workspace):
    page: Page = open_page("/compare?run=demo")
    page.get_by_text("Add newer rows to this run's table").click()
    page.locator(".st-key-newer input[type=file]").set_input_files(newer_rows)
    told = page.locator(".st-key-newer")
    expect(told).to_contain_text("4 weeks added", timeout=LONG)
    expect(told).to_contain_text("1 cell revised: sales (1).")
    button(page, "Fit with the same settings").click()
    button(page, "Compare with the one before").click(timeout=LONG)
    expect(page.locator(".st-key-card-differences")).to_contain_text("4 weeks added", timeout=LONG)
    settled(page)
    button(page, "Find out why").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-card-why")).to_contain_text("What has not moved for certain", timeout=LONG)
    newest = runs.list_runs(desk(app_workspace))[0].state.run_id
    assert (app_workspace.run_dir(newest) / "why" / "demo" / "why.json").is_file()
    advised = page.locator(".st-key-card-advice")
    expect(advised).to_contain_text("Has any advice changed?")
    expect(advised.locator("li, strong").first).to_be_visible(timeout=LONG)
    page.reload()
    expect(page.locator(".st-key-card-fit-and-checks")).to_contain_text("Checks", timeout=LONG)


def test_a_run_s_menu_leads_to_the_page_and_two_others_can_be_chosen(open_page, own_run, app_workspace):
    finished(app_workspace, "run-other", owner="local")
    page: Page = open_page("/compare?run=run-earlier")
    expect(page.get_by_text("What has changed?")).to_be_visible(timeout=LONG)
    settled(page)
    box = page.get_by_role("combobox", name="Compare with")
    box.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-card-differences")).to_contain_text("The settings are the same.", timeout=LONG)


def test_a_run_that_is_not_there_or_not_finished_is_told_in_words(open_page):
    page: Page = open_page("/compare?run=run-gone")
    expect(page.get_by_text("There is no run 'run-gone' here.")).to_be_visible(timeout=LONG)


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page, own_run):
    page: Page = open_page("/compare?run=run-earlier&with=demo", width=390)
    expect(page.locator(".st-key-card-fit-and-checks")).to_be_visible(timeout=LONG)
    settled(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
