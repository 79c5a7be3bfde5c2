"""What a person does, in a real browser: the demo, an own table up to downloaded files, refreshes, mistakes."""

from __future__ import annotations

import re
import zipfile

import pandas as pd
import pytest
from playwright.sync_api import expect

from benchmarks.endurance import Server
from mmm_core.runs import runs
from mmm_core.runs.folder import OUTPUT_FILES
from tests.browser.actions import button, estimate_is_there, upload
from tests.browser.conftest import WAIT, saved, settled
from tests.engines import desk, long_spec, submitted, until, until_phase
from tests.malformed import HEADER, good_rows, table, with_cell

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def test_the_demo_is_one_click_away(open_page):
    page = open_page()
    button(page, "Open the demo").click()
    page.wait_for_url(re.compile("/results.*run=demo"))
    page.locator(".st-key-card-contributions_over_time .js-plotly-plot:visible").first.wait_for()
    expect(page.get_by_text("Print cannot be told from no effect").first).to_be_visible()
    for tab in ("Overlap and figures", "Fit", "Return on spend", "Curves", "Parameters", "Diagnostics"):
        page.get_by_role("tab", name=tab, exact=True).click()
        settled(page)
        page.locator(".js-plotly-plot:visible").first.wait_for()


def test_an_own_table_goes_from_upload_to_downloaded_files(open_page, tmp_path):
    page = open_page("/data")
    upload(page, "my brand.csv", with_cell(5, "act_tv", ""))
    expect(page.get_by_text("must be mended").first).to_be_visible()
    fix = button(page, "Count blank activity as zero")
    fix.click()
    expect(page.get_by_text("This table can be modelled.")).to_be_visible()
    button(page, "Undo").click()
    expect(page.get_by_text("must be mended").first).to_be_visible()
    fix.click()
    button(page, "Continue to Features").click()
    page.wait_for_url("**/features?**")
    estimate_is_there(page)
    button(page, "Advanced").click()
    page.wait_for_url("**/train?**")
    page.get_by_label("Name of the run").fill("first try")
    button(page, "Fit and see results").click()
    page.wait_for_url("**/results?**")
    page.locator(".st-key-card-contributions_over_time .js-plotly-plot:visible").first.wait_for()
    expect(page.get_by_role("radio", name="My data")).to_be_checked()

    archive = saved(page, lambda: button(page, "Everything (zip)").click(), tmp_path)
    with zipfile.ZipFile(archive) as found:
        assert {*OUTPUT_FILES, "run_spec.json", "manifest.json", "reproduce.py", "README.txt"} <= set(found.namelist())
        assert found.testzip() is None
    page.locator(".st-key-save-contributions_over_time button").click()
    data = saved(page, lambda: page.get_by_role("button", name="Data (CSV)").click(), tmp_path)
    assert list(pd.read_csv(data).columns) == ["period_start", "baseline", "tv", "radio", "observed"]
    html = saved(page, lambda: page.get_by_role("button", name="Chart (HTML)").click(), tmp_path)
    text = html.read_text()
    assert "<script src=" not in text
    assert len(text) > 1_000_000
    picture = saved(page, lambda: button(page, "Picture (PNG)").click(), tmp_path)
    page.keyboard.press("Escape")
    assert picture.read_bytes().startswith(b"\x89PNG")
    page.get_by_role("button", name="Tables").click()
    excel = saved(page, lambda: page.get_by_role("button", name="All tables (Excel)").click(), tmp_path)
    sheets = pd.read_excel(excel, sheet_name=None, engine="calamine")
    assert {"Contributions per week", "Fitted and observed", "Channels in total"} < set(sheets)


def test_a_run_at_work_is_followed_after_a_refresh_and_in_a_second_tab_and_can_be_cancelled(open_page, app_workspace):
    run_id = submitted(app_workspace, long_spec(31))
    page = open_page(f"/train?run={run_id}")
    expect(page.get_by_text(re.compile("Chain 8:"))).to_be_visible(timeout=WAIT)
    page.reload()
    settled(page)
    expect(page.get_by_text(re.compile("Chain 8:"))).to_be_visible(timeout=WAIT)
    other = open_page(f"/train?run={run_id}")
    # While it tunes there is nothing to keep.
    expect(button(other, "Stop and keep the draws so far")).to_be_disabled()
    button(other, "Cancel").click()
    for each in (page, other):
        expect(each.get_by_text("The run was cancelled").first).to_be_visible(timeout=WAIT)
        expect(button(each, "Start again")).to_be_visible()


def test_a_run_in_the_queue_says_its_place(open_page, app_workspace):
    first, second, third = (submitted(app_workspace, long_spec(seed)) for seed in (41, 42, 43))
    until_phase(app_workspace, first, "running")
    page = open_page(f"/train?run={third}")
    expect(page.get_by_text("Number 2 in the queue").first).to_be_visible()
    for run_id in (third, second, first):
        runs.cancel(desk(app_workspace), run_id)
        runs.wait(desk(app_workspace), run_id, timeout=10)


def test_a_deep_link_is_the_first_request_of_a_fresh_server_and_a_run_survives_its_restart(open_page, app_workspace):
    run_id = submitted(app_workspace, long_spec(51, draws=4000))
    for _ in range(2):
        fresh = Server(app_workspace)
        try:
            page = open_page(f"/train?run={run_id}", address=fresh.address)
            expect(page.get_by_text(re.compile("Run|Chain")).first).to_be_visible()
            expect(page.get_by_role("link", name="Results")).to_be_visible()
        finally:
            fresh.end()
    assert runs.wait(desk(app_workspace), run_id, timeout=200).phase == "finished"


def test_a_file_that_is_no_table_is_refused_in_words_and_nothing_is_kept(open_page, app_workspace):
    before = app_workspace.ids("datasets")
    page = open_page("/data")
    upload(page, "report.csv", b"%PDF-1.4 nothing to see")
    expect(page.get_by_text("is a PDF document").first).to_be_visible()
    expect(page.get_by_text("nothing of it was kept").first).to_be_visible()
    assert app_workspace.ids("datasets") == before


def test_a_run_is_named_and_deleted_after_a_confirmation(open_page, app_workspace):
    run_id = runs.create(desk(app_workspace), long_spec(61)).run_id
    page = open_page()
    more = page.locator(f".st-key-more-{run_id} button")
    more.click()
    page.get_by_text("Name and note…").click()
    page.get_by_label("Name", exact=True).fill("to be deleted")
    button(page.get_by_role("dialog"), "Save").click()
    expect(page.get_by_text("to be deleted").first).to_be_visible()
    more.click()
    page.get_by_role("menuitem", name="Delete…").click()
    # The menu is gone: nothing lies over the question.
    expect(page.get_by_text("Duplicate as draft")).to_have_count(0)
    expect(page.get_by_text("with its results, settings, log")).to_be_visible()
    button(page, "Delete the run").click()
    until(lambda: run_id not in app_workspace.ids("runs") or None, seconds=120)


def test_an_unknown_run_is_said_in_words(open_page):
    page = open_page("/results?run=run-000000000000")
    expect(page.get_by_text("There is no run")).to_be_visible()
    expect(button(page, "See the runs")).to_be_visible()


def test_a_file_of_15_megabytes_is_taken(open_page):
    """A panel of 650 regions, each of its own size: its weeks are summed to the brand."""
    weeks = [row[1:] for row in good_rows(156)]
    rows = [
        [f"region {region}", date, f"{float(sales) * (1 + region / 99):.2f}", *more, "x" * 90]
        for region in range(650)
        for date, sales, *more in weeks
    ]
    content = table(rows, f"{HEADER},note")
    assert 15e6 < len(content) < 20e6
    page = open_page("/data")
    upload(page, "large.csv", content)
    expect(page.get_by_text("This table can be modelled.")).to_be_visible(timeout=3 * WAIT)
    expect(page.get_by_text("large.csv: 101,400 rows")).to_be_visible()
