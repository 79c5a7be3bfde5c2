"""A table of other people's names: guessed and chosen roles, and units; in a real browser."""

from __future__ import annotations

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
    expect(page.get_by_text("Not used yet: temperature")).to_be_visible()
    button(page, "Continue to Features").click()
    expect(page.get_by_text("and did not use it yet")).to_be_visible()
    button(page, "Use these roles").click()
    expect(page.get_by_text("Not used yet: temperature")).to_have_count(0, timeout=WAIT)
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
    expect(page.get_by_role("alert").filter(has_text="files are not allowed")).to_be_in_viewport(ratio=1)
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
