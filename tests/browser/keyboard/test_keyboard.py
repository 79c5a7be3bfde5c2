"""Every flow of the app by keys alone: what is pressed is what Tab has come to, and the focus is seen all the way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from mmm_core import shipped
from mmm_core.proof import asking
from mmm_core.runs import retention, runs
from mmm_core.scenarios import kept
from tests.browser.actions import button, estimate_is_there, wait_until_tried
from tests.browser.conftest import settled
from tests.browser.keyboard.walking import choose, focused, reach, stays_in, taken
from tests.engines import demo_spec, desk, finished, submitted, until_phase
from tests.malformed import with_cell

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
NEXT = 4
"""Stops within which something is at hand: whoever pressed a button need not begin at the top again."""


@pytest.fixture
def own_run(app_workspace) -> Iterator[str]:
    """A finished run of one's own, and no run left behind."""
    finished(app_workspace, "run-earlier", owner="local")
    yield "run-earlier"
    for entry in runs.list_runs(desk(app_workspace)):
        retention.delete_run(desk(app_workspace), entry.state.run_id)


@pytest.fixture
def newer_rows(tmp_path) -> Path:
    """Four more weeks of the demo, as a file."""
    more = pd.read_csv(shipped.TABLES["demo"]).tail(4)
    more["period_start"] = (pd.to_datetime(more["period_start"]) + pd.Timedelta(weeks=4)).dt.strftime("%Y-%m-%d")
    path = tmp_path / "march.csv"
    more.to_csv(path, index=False)
    return path


def title_has_the_focus(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_focused()
    settled(page)


def begin_and_stop(page: Page, begin: str, *, within: str) -> None:
    """Work in the background is begun and stopped, and what goes on with it has the focus: all within one part."""
    reach(page, "button", begin)
    page.keyboard.press("Enter")
    expect(button(page, "Stop")).to_be_visible()
    stays_in(page, within)
    reach(page, "button", "Stop", most=NEXT)
    page.keyboard.press("Enter")
    expect(page.get_by_text("It was stopped. What it has found is kept.")).to_be_visible()
    stays_in(page, within)
    reach(page, "button", "Go on", most=NEXT)


def test_a_tile_of_the_overview_leads_to_its_tab_and_the_menu_to_another_page(open_page):
    page: Page = open_page("/?demo=1")
    expect(page.locator(".st-key-tile-return .stButton button")).to_be_attached()
    reach(page, "button", "Show Return on spend")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/results"))
    expect(page.get_by_role("tab", name="Return on spend", exact=True)).to_be_focused()
    expect(page.locator(".st-key-card-roi .js-plotly-plot")).to_be_visible()
    settled(page)
    reach(page, "link", "Plan", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/plan"))
    expect(page.locator(".st-key-card-plan h2")).to_be_visible()
    # The link is still there, and has the focus still.
    assert focused(page).name == "Plan"


def test_tabs_menus_and_a_report_of_a_result(open_page, tmp_path):
    page: Page = open_page("/results?run=demo")
    reach(page, "tab", "Contributions")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Overlap and figures", exact=True)).to_be_focused()
    settled(page)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Contributions", exact=True)).to_be_focused()
    page.locator(".st-key-card-contributions_over_time .js-plotly-plot").first.wait_for()
    settled(page)

    reach(page, "button", "Save", within="save-contributions_over_time")
    page.keyboard.press("Enter")
    expect(button(page, "Picture (PNG)")).to_be_focused()
    reach(page, "button", "Data (CSV)", most=NEXT)
    data = taken(page, tmp_path)
    assert list(pd.read_csv(data).columns[:2]) == ["period_start", "baseline"]
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-save-contributions_over_time button")).to_be_focused()

    reach(page, "button", "Tables", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(button(page, "All tables (Excel)")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button(page, "Tables")).to_be_focused()

    reach(page, "button", "Report", most=NEXT)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(button(dialog, "Make the report")).to_be_visible()
    settled(page)
    reach(page, "radio", "Page (HTML)")
    for key, form in (("ArrowRight", "PDF"), ("ArrowLeft", "Page (HTML)")):
        page.keyboard.press(key)
        expect(dialog.get_by_role("radio", name=form)).to_be_focused()
    reach(page, "textbox", "Title", most=1)
    page.keyboard.type("Read by keys")
    sections = dialog.locator(".st-key-report-sections")
    reach(page, "generic", "The answer", most=NEXT)
    page.keyboard.press("Delete")
    expect(sections).not_to_contain_text("The answer")
    stays_in(page, "report-sections")
    reach(page, "button", "Make the report", most=NEXT)
    page.keyboard.press("Enter")
    expect(button(dialog, "Save HTML")).to_be_visible()
    settled(page)
    reach(page, "button", "Save HTML", most=1)
    report = taken(page, tmp_path)
    assert "<h1>Read by keys</h1>" in report.read_text()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button(page, "Report")).to_be_focused()


def test_a_file_is_chosen_a_question_is_answered_and_features_come(open_page, tmp_path):
    file = tmp_path / "by keys.csv"
    file.write_bytes(with_cell(5, "act_tv", ""))
    page: Page = open_page("/data")
    # Who listens only when the key is pressed may miss the chooser: the browser is told of it a moment later.
    page.on("filechooser", lambda chooser: chooser)
    reach(page, "button", "Upload")
    choose(page, file)
    expect(page.get_by_text("must be mended").first).to_be_visible()
    stays_in(page, "upload-said")
    fix = "Count blank activity as zero"
    reach(page, "button", fix)
    page.keyboard.press("Enter")
    expect(page.get_by_text("This table can be modelled.")).to_be_visible()
    settled(page)
    reach(page, "button", "Continue to Features", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/features?**")
    title_has_the_focus(page, "How does advertising work here?")
    estimate_is_there(page)


def test_a_slider_is_moved_an_estimate_comes_and_it_is_fitted(open_page, own_run):
    page: Page = open_page("/features?dataset=demo")
    estimate_is_there(page)
    reach(page, "radio", "As set")
    page.keyboard.press("Space")  # an estimate in a fraction of a second
    wait_until_tried(page, 2)
    stays_in(page, "model_kind")
    slider = page.get_by_role("slider", name=re.compile("Carry-over of TV"))
    before = slider.input_value()
    while focused(page).role != "slider":
        reach(page, "button", "Help for Carry-over of TV (adstock decay)")
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    wait_until_tried(page, 3)
    stays_in(page, "decay_tv")
    assert slider.input_value() != before
    reach(page, "button", "Fit and see results", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/results?**")
    title_has_the_focus(page, "What did each channel bring?")


def test_a_proof_is_begun_stopped_gone_on_with_and_taken_away(open_page, app_workspace, tmp_path):
    run_id = submitted(app_workspace, demo_spec(random_seed=181))
    until_phase(app_workspace, run_id, "finished")
    page: Page = open_page(f"/proof?run={run_id}")
    begin_and_stop(page, "Prove this run", within="proving")
    page.keyboard.press("Enter")
    expect(button(page, "Proof (JSON)")).to_be_visible()
    stays_in(page, "proving")
    reach(page, "button", "Proof (JSON)", most=NEXT)
    proof = taken(page, tmp_path)
    assert json.loads(proof.read_text())["parts"]
    reach(page, "button", "Stop", key="Shift+Tab", most=NEXT)
    page.keyboard.press("Enter")
    expect(button(page, "Go on")).to_be_visible()
    stays_in(page, "proving")
    assert asking.look(desk(app_workspace), run_id).state == "stopped"


def test_levers_are_turned_and_a_plan_is_saved_taken_away_and_deleted(open_page, app_workspace, tmp_path):
    page: Page = open_page("/plan?run=demo")
    saved_plans = page.locator(".st-key-card-saved")
    expect(saved_plans).to_be_visible()
    settled(page)
    reach(page, "spinbutton", "Weeks to plan")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_text("14 weeks from").first).to_be_visible()
    expect(saved_plans).to_be_visible()
    stays_in(page, "horizon")
    reach(page, "spinbutton", "Budget, €")
    page.keyboard.type("250000")
    page.keyboard.press("Enter")
    stays_in(page, "budget")
    expect(saved_plans).to_be_visible()
    reach(page, "textbox", "Name", within="card-saved")
    page.keyboard.type("By keys")
    reach(page, "button", "Save this plan", most=NEXT)
    page.keyboard.press("Enter")
    expect(page.get_by_text("By keys is kept.")).to_be_visible()
    stays_in(page, "card-saved")
    reach(page, "button", "JSON", most=2 * NEXT)
    plan = json.loads(taken(page, tmp_path).read_text())
    assert (plan["label"]["name"], plan["request"]["horizon"], plan["plan"]["budget"]) == ("By keys", 14, 250_000)
    reach(page, "button", "Delete", most=NEXT)
    page.keyboard.press("Enter")
    expect(button(page, "Delete it")).to_be_visible()
    reach(page, "button", "Delete it", most=NEXT)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    stays_in(page, "card-saved")
    assert kept.list_plans(desk(app_workspace)) == []


def test_another_run_is_chosen_newer_rows_are_fitted_and_it_is_asked_why(open_page, own_run, newer_rows):
    page: Page = open_page("/compare?run=demo")
    page.on("filechooser", lambda chooser: chooser)
    reach(page, "combobox", "Compare with")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-card-differences")).to_be_visible()
    stays_in(page, "with-demo")
    page.keyboard.press("Escape")

    reach(page, "disclosure", "Add newer rows to this run's table", most=NEXT)
    page.keyboard.press("Enter")
    reach(page, "button", "Upload", most=NEXT)
    choose(page, newer_rows)
    expect(page.locator(".st-key-newer")).to_contain_text("4 weeks added")
    stays_in(page, "newer")
    reach(page, "button", "Fit with the same settings", most=2 * NEXT)
    page.keyboard.press("Enter")
    title_has_the_focus(page, "Fit the model")
    expect(button(page, "Compare with the one before")).to_be_visible()
    settled(page)
    reach(page, "button", "Compare with the one before")
    page.keyboard.press("Enter")
    title_has_the_focus(page, "What has changed?")
    expect(button(page, "Find out why")).to_be_visible()
    begin_and_stop(page, "Find out why", within="card-why")


def test_a_link_to_a_report_is_made_copied_and_withdrawn(open_page):
    page: Page = open_page("/results?run=demo")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reach(page, "button", "Report")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(button(dialog, "Make the report")).to_be_visible()
    settled(page)
    reach(page, "disclosure", "Share it by a link")
    page.keyboard.press("Enter")
    reach(page, "button", "Make a link", most=NEXT)
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Copy the link now: it is shown this once.")).to_be_visible()
    settled(page)
    address = dialog.get_by_test_id("stCode").inner_text().strip()
    reach(page, "button", "Copy to clipboard", most=NEXT)
    page.keyboard.press("Enter")
    page.wait_for_function("address => navigator.clipboard.readText().then((text) => text === address)", arg=address)
    assert page.request.get(address).status == 200
    reach(page, "button", "Withdraw", most=NEXT)
    page.keyboard.press("Enter")
    expect(button(dialog, "Withdraw")).to_have_count(0)
    page.wait_for_function("() => document.activeElement !== document.body")
    assert page.request.get(address).status == 404
    page.keyboard.press("Escape")
    expect(button(page, "Report")).to_be_focused()
