"""A table of other people's names: guessed and chosen roles, and units; in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mmm_core.runs import datasets
from tests.browser.actions import button, estimate_is_there, id_in, pick, upload
from tests.browser.conftest import WAIT, settled
from tests.engines import desk
from tests.malformed import HEADER, good_rows, table
from tests.runs.doubts.tables import world_of_days

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

FOREIGN = dict(
    zip(
        HEADER.split(","),
        ["brand", "DATE", "revenue", "tv_I", "radio_GRP", "temperature", "tv_S", "radio_S"],
        strict=True,
    )
)
"""Column names of our own, and what another tool calls them."""


def foreign_table(weeks: int) -> bytes:
    return table(good_rows(weeks), ",".join(FOREIGN.values()))


def role_of(page: Page, column: str) -> Locator:
    return page.get_by_role("combobox", name=f"Role of {column}")


def choose(page: Page, column: str, role: str) -> None:
    pick(page, role_of(page, column), role)
    expect(role_of(page, column)).to_have_value(role)
    settled(page)


def test_guessed_roles_are_used_at_a_click_and_one_is_chosen_by_hand(open_page, app_workspace):
    page = open_page("/data")
    upload(page, "foreign.csv", foreign_table(90))
    expect(page.get_by_text("We guessed the roles of 7 columns")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("must be mended")).to_have_count(0)
    expect(role_of(page, "DATE")).to_have_value("period")
    choose(page, "temperature", "control")
    choose(page, "brand", "entity")
    expect(page.get_by_text("Temperature", exact=True).or_(page.get_by_text("Controls: Temperature"))).to_be_visible()
    button(page, "Use these roles").click()
    expect(page.get_by_text("This table can be modelled.")).to_be_visible(timeout=WAIT)
    made = datasets.get_dataset(desk(app_workspace), id_in(page, "dataset"))
    assert made.settings.columns["ctrl_temperature"] == "temperature"
    assert made.settings.columns["act_radio"] == "radio_GRP"
    page.reload()
    settled(page)
    page.get_by_text("What each column is:").click()
    expect(role_of(page, "temperature")).to_have_value("control")


def test_a_role_given_twice_is_said_and_nothing_that_was_chosen_is_lost(open_page):
    page = open_page("/data")
    upload(page, "twice.csv", foreign_table(91))
    role_of(page, "temperature").wait_for()
    choose(page, "temperature", "sales")
    expect(page.get_by_text("are both sales")).to_be_visible()
    choose(page, "temperature", "control")
    choose(page, "brand", "entity")
    expect(page.get_by_text("are both sales")).to_have_count(0)
    expect(role_of(page, "brand")).to_have_value("entity")
    button(page, "Use these roles").click()
    expect(page.get_by_text("This table can be modelled.")).to_be_visible(timeout=WAIT)


def test_a_changed_role_stops_the_way_on_until_it_is_used_and_then_reaches_the_model(open_page):
    page = open_page("/data")
    upload(page, "later.csv", foreign_table(94))
    role_of(page, "temperature").wait_for()
    choose(page, "brand", "entity")
    choose(page, "temperature", "leave out")
    button(page, "Use these roles").click()
    button(page, "Continue to Features").click()
    page.wait_for_url("**/features?**")
    estimate_is_there(page)
    page.get_by_role("link", name="Data", exact=True).click()
    page.get_by_text("What each column is:").click()
    choose(page, "temperature", "control")
    expect(page.get_by_text("waiting for the button below: temperature")).to_be_visible()
    button(page, "Continue to Features").click()
    expect(page.get_by_text("and did not use it yet")).to_be_visible()
    settled(page)  # the warning moves what stands below it
    button(page, "Use these roles").click()
    expect(page.get_by_text("waiting for the button below: temperature")).to_have_count(0, timeout=WAIT)
    button(page, "Continue to Features").click()
    page.wait_for_url("**/features?**")
    estimate_is_there(page)
    expect(page.get_by_text("Not in the model")).to_have_count(0)
    button(page, "Advanced").click()
    expect(page.get_by_text("Controls: Temperature")).to_be_visible(timeout=WAIT)


def test_units_are_asked_once_beside_the_way_on(open_page, app_workspace):
    page = open_page("/data")
    upload(page, "units.csv", table(good_rows(92)))
    page.get_by_label("Sales are counted in").fill("€")
    page.get_by_label("Spend is in").fill("€")
    button(page, "Continue to Features").click()
    page.wait_for_url("**/features?**")
    units = datasets.get_dataset(desk(app_workspace), id_in(page, "dataset")).units
    assert (units.target, units.spend) == ("€", "€")
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_text("Units: sales in €, spend in €")).to_be_visible()
    expect(page.get_by_text("What are they counted in?")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_what_became_of_a_file_is_said_where_it_was_dropped_and_aloud(open_page, width):
    page = open_page("/data", width=width)
    status = page.locator("#upload-status[role=status]")
    expect(page.get_by_text("Drop a table of days, weeks or months")).to_be_visible()
    upload(page, "empty.csv", b"")
    expect(status).to_contain_text("empty.csv was not taken")
    expect(page.get_by_text("'empty.csv' is empty.").first).to_be_in_viewport()
    page.locator(".st-key-upload input[type=file]").set_input_files(
        [{"name": "brief.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}]
    )
    expect(page.get_by_role("alert").filter(has_text="Files of this kind are not read here")).to_be_in_viewport(ratio=1)
    upload(page, "good.csv", table(good_rows(96), HEADER))
    expect(status).to_have_text("Taken: good.csv")
    expect(page.get_by_text("was not taken")).to_have_count(0)


def test_units_that_the_cells_name_are_filled_in_and_kept(open_page, app_workspace):
    page = open_page("/data")
    rows = [[*row[:2], f"€{row[2]}", *row[3:6], f"{row[6]} €", f"EUR {row[7]}"] for row in good_rows(97)]
    upload(page, "signs.csv", table(rows))
    expect(page.get_by_label("Sales are counted in")).to_have_value("€")
    expect(page.get_by_label("Spend is in")).to_have_value("€")
    button(page, "Continue to Features").click()
    page.wait_for_url("**/features?**")
    units = datasets.get_dataset(desk(app_workspace), id_in(page, "dataset")).units
    assert (units.target, units.spend) == ("€", "€")


@pytest.mark.parametrize("width", [800, 390])
def test_choosing_roles_needs_no_sideways_scrolling(open_page, width):
    page = open_page("/data", width=width)
    upload(page, "narrow.csv", foreign_table(93))
    role_of(page, "temperature").wait_for()
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth") <= 1


@pytest.mark.parametrize("width", [1440, 390])
def test_what_each_repair_would_do_arrives_while_the_page_can_be_used(open_page, width):
    page = open_page("/data", width=width)
    upload(page, "days.csv", world_of_days(missing=(30, 70 if width == 390 else 90)))
    expect(button(page, "Sum the days to weeks")).to_be_enabled()
    expect(page.get_by_text("is a quick estimate with the default settings")).to_be_visible()
    card = page.locator("[class*=st-key-card-issue-error-missing_days]")
    expect(card.get_by_text("of sales (return")).to_have_count(2)
    expect(page.get_by_text("Computing what each repair")).to_have_count(0)
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth") <= 1
    button(card, "Nothing was sold or bought on the missing days").click()
    expect(button(page, "Undo")).to_be_visible()
    expect(card).to_have_count(0)
    summed = page.locator("[class*=st-key-card-issue-error-daily]")
    expect(summed.get_by_text("of sales (return")).to_have_count(1)


def google_ads_with_doubts() -> bytes:
    """Titles, a total and a footnote around a table with one stop, doubts, a column without a role and no units."""
    rows = good_rows(120)
    rows[30][5], rows[40][2] = "", "99999.00"
    lines = table([[*row, "note"] for row in rows], f"{HEADER},remark").decode()
    return f"Weekly report,,,,,,,,\n{lines}Total,,9,9,9,9,9,9,\nSource: finance,,,,,,,,\n".encode()


def tops(page: Page, *selectors: str) -> list[float]:
    """How far down each of these begins."""
    return [page.locator(each).first.bounding_box()["y"] for each in selectors]


def edge(page: Page, selector: str) -> tuple[str, str]:
    """Colour and width of a card's left edge."""
    style = "e => { const s = getComputedStyle(e); return [s.borderLeftColor, s.borderLeftWidth] }"
    colour, width = page.locator(selector).first.evaluate(style)
    return colour, width


ROWS, CHART = ".st-key-card-first-rows", ".st-key-card-sales_and_spend"
STOP, DOUBT = "[class*=st-key-card-issue-error]", "[class*=st-key-card-issue-warning]"
KNOWN, LEFT = ".st-key-card-known", ".st-key-card-left-out"


@pytest.mark.parametrize("width", [390, 768, 1440, 1920])
def test_the_table_comes_first_then_three_kinds_of_card_and_what_was_left_out(open_page, width):
    page = open_page("/data", width=width)
    upload(page, "report.csv", google_ads_with_doubts())
    expect(page.get_by_role("heading", name="Before a fit: 1 thing to answer")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("heading", name=re.compile("Open questions: [1-9]"))).to_be_visible()
    expect(page.locator(CHART).locator(".js-plotly-plot:visible").first).to_be_visible()
    settled(page)
    if width < 1600:
        found = tops(page, ROWS, CHART, STOP, DOUBT, LEFT, KNOWN)
        assert found == sorted(found)
    else:
        rows, chart, stop, left = tops(page, ROWS, CHART, STOP, LEFT)
        assert rows == chart < min(stop, left)
    edges = [edge(page, each) for each in (STOP, DOUBT, KNOWN)]
    assert len({colour for colour, _ in edges}) == 3
    assert edges[0][1] == edges[1][1] != edges[2][1]
    expect(page.locator(STOP).first).to_contain_text("Must be ")
    expect(page.locator(DOUBT).first).to_contain_text(re.compile("Question|Doubt"))
    expect(page.locator(LEFT)).to_contain_text("“Weekly report”")
    expect(page.locator(LEFT)).to_contain_text("Row 123 holds totals and was left out.")
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth") <= 1
    wide = page.locator("[class*=st-key-card]:visible").evaluate_all(
        "(cards, w) => cards.filter(e => e.getBoundingClientRect().right > w + 1).map(e => e.className)", width
    )
    assert wide == []


def test_the_first_rows_can_be_read_with_the_keyboard_alone(open_page):
    page = open_page("/data?dataset=demo", width=390)
    rows = page.get_by_role("region", name="First rows of mmm_demo.csv")
    expect(rows.get_by_role("columnheader", name=re.compile("sales"))).to_contain_text("€")
    rows.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.first-rows').scrollLeft > 0")
    numbers = rows.get_by_role("rowheader")
    expect(numbers).to_have_count(5)
    # Which row it is stays in sight.
    assert numbers.first.bounding_box()["x"] >= rows.bounding_box()["x"]


def test_a_column_of_a_file_cannot_become_markup(open_page):
    page = open_page("/data")
    upload(page, "odd.csv", table([["<img src=x>", *row[1:]] for row in good_rows(30)]))
    rows = page.locator(".first-rows")
    expect(rows).to_contain_text("<img src=x>", timeout=WAIT)
    expect(rows.locator("img")).to_have_count(0)
