"""An export, a table with missing days and one with a total among its markets: from upload to result."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from mmm_core.runs import datasets
from tests.browser.actions import button, estimate_is_there, id_in, pick, upload
from tests.browser.conftest import WAIT, settled
from tests.browser.tables import exports
from tests.engines import desk
from tests.malformed import good_rows, table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def choose_role(page: Page, column: str, role: str) -> None:
    selector = page.get_by_role("combobox", name=f"Role of {column}")
    pick(page, selector, role)
    expect(selector).to_have_value(role)
    settled(page)


def answer(page: Page, words: str, question: str) -> None:
    """Press an answer to a question; the question is on the page before it and gone after it."""
    asked = page.get_by_text(question).first
    expect(asked).to_be_visible(timeout=WAIT)
    # Whoever knows what each repair does presses more calmly.
    expect(page.get_by_text(re.compile("Computing what"))).to_have_count(0, timeout=WAIT)
    settled(page)
    button(page, words).first.click()
    expect(page.get_by_text(question)).to_have_count(0, timeout=WAIT)
    settled(page)


def fit(page: Page) -> None:
    """From a table that can be modelled to its result."""
    expect(page.get_by_text("This table can be modelled.")).to_be_visible(timeout=WAIT)
    button(page, "Continue to Features").click()
    page.wait_for_url("**/features?**")
    estimate_is_there(page)
    button(page, "Fit and see results").click()
    page.wait_for_url("**/results?**")
    page.locator(".st-key-card-contributions_over_time .js-plotly-plot:visible").first.wait_for()


def test_a_google_ads_export_is_understood_asked_about_and_fitted(open_page, app_workspace):
    page = open_page("/data")
    upload(page, "Campaign performance.csv", exports.google_ads())
    expect(page.get_by_text("We guessed the roles of 3 columns")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("combobox", name="Role of Day")).to_have_value("period")
    expect(page.get_by_role("combobox", name="Role of Cost")).to_have_value("spend of channel")
    choose_role(page, "Conv. value", "sales")
    button(page, "Use these roles").click()
    answer(page, "Count blank activity as zero", "Column 'Impr.': ")
    answer(page, "Count blank spend as zero", "Column 'Cost': ")
    answer(page, "Pivot it: a column for each channel, and add up the sales", "The table has a row for each channel")
    answer(page, "Sum the days to weeks", "The rows are days.")
    prepared = datasets.load_dataset(desk(app_workspace), id_in(page, "dataset"))
    frame = prepared.canonical().frame
    assert len(frame) == exports.WEEKS
    assert (frame[["spend_brand", "spend_generic"]] > 0).all(axis=None)
    fit(page)


def test_missing_days_are_asked_about_and_their_weeks_are_not_estimated(open_page, app_workspace):
    page = open_page("/data")
    upload(page, "daily.csv", exports.daily(without=frozenset({40, 41, 300, 555})))
    expect(page.get_by_text("4 days are missing")).to_be_visible(timeout=WAIT)
    answer(page, "Do not estimate weeks with missing days", "4 days are missing")
    answer(page, "Sum the days to weeks", "The rows are days.")
    table = datasets.load_dataset(desk(app_workspace), id_in(page, "dataset")).canonical().frame
    assert len(table) == exports.WEEKS
    assert table["sales"].isna().sum() == 3
    fit(page)


def test_a_total_is_seen_before_it_is_left_out_and_can_be_taken_back(open_page, app_workspace):
    page = open_page("/data")
    upload(page, "markets.csv", exports.with_total())
    total = page.get_by_text("Entity 'All markets' seems to be the total of")
    expect(total).to_be_visible(timeout=WAIT)
    page.get_by_text("Show what each of these changes").click()
    expect(page.get_by_text("104 rows left out.")).to_be_visible(timeout=WAIT)
    shown = page.get_by_test_id("stTable").first
    expect(shown.get_by_role("row")).to_have_count(9)
    expect(shown.get_by_role("row").nth(1)).to_contain_text("All markets")
    expect(page.get_by_text("… and 96 more rows.")).to_be_visible()
    made = id_in(page, "dataset")
    assert datasets.get_dataset(desk(app_workspace), made).settings.fixes == ()
    button(page, "Leave out the totals").click()
    expect(page.get_by_text("This table can be modelled.")).to_be_visible(timeout=WAIT)
    button(page, "Undo").click()
    expect(total).to_be_visible(timeout=WAIT)
    button(page, "Leave out the totals").click()
    fit(page)
    assert set(datasets.load_dataset(desk(app_workspace), made).report.entities) == {"UK", "DE"}


WATCH = """() => {
  window.tops = {};
  setInterval(() => {
    const top = document.querySelector('h1').getBoundingClientRect().top;
    for (const each of document.querySelectorAll('[class*="st-key-fix-"] button'))
      (window.tops[each.innerText] ??= new Set()).add(Math.round(each.getBoundingClientRect().top - top));
  }, 20);
}"""
SEEN = "() => Object.fromEntries(Object.entries(window.tops).map(([words, tops]) => [words, [...tops]]))"


def test_no_button_moves_while_the_costs_of_repairs_arrive(open_page):
    rows = good_rows(104)
    rows[3][3], rows[7][4], rows[9][5], rows[11][6] = "", "", "", ""
    page = open_page("/data")
    upload(page, "four blanks.csv", table([*rows, rows[-1]]))
    expect(page.locator('[class*="st-key-fix-"] button')).to_have_count(4, timeout=WAIT)
    settled(page)  # the upload makes room when it is done
    page.evaluate(WATCH)
    expect(page.get_by_text("is a quick estimate with the default settings")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text(re.compile("would bring"))).to_have_count(4, timeout=WAIT)
    settled(page)
    seen = page.evaluate(SEEN)
    assert len(seen) == 4
    assert all(max(tops) - min(tops) <= 1 for tops in seen.values()), seen
