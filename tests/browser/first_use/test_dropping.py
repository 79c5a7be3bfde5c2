"""A file is dropped on the field with the pointer: what becomes of it is said aloud, in sight, and gets the focus."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Page, expect

from mmm_core.runs import datasets
from tests.browser.actions import button, id_in
from tests.engines import desk
from tests.malformed import HEADER, good_rows, table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def drop(page: Page, name: str, content: bytes) -> None:
    """Let go of a file over the field, as a pointer does."""
    carried = page.evaluate_handle(
        """([name, content]) => {
            const carried = new DataTransfer();
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            carried.items.add(new File([bytes], name, { type: "text/csv" }));
            return carried;
        }""",
        [name, base64.b64encode(content).decode()],
    )
    field = page.get_by_test_id("stFileUploaderDropzone")
    for event in ("dragenter", "dragover", "drop"):
        field.dispatch_event(event, {"dataTransfer": carried})


@pytest.mark.parametrize("width", [390, 1440])
def test_a_file_that_is_dropped_is_announced_and_a_refusal_is_in_sight_with_the_focus(open_page, width):
    page = open_page("/data", width=width)
    status = page.locator("#upload-status[role=status]")
    expect(page.get_by_text("Drop a table of days, weeks or months")).to_be_in_viewport()
    page.set_viewport_size({"width": width, "height": 420})
    drop(page, "nothing.csv", b"")
    expect(status).to_contain_text("nothing.csv was not taken")
    refused = page.locator(".st-key-upload-refused")
    expect(refused.get_by_text("'nothing.csv' is empty.")).to_be_in_viewport()
    expect(refused).to_be_focused()
    drop(page, "good.csv", table(good_rows(101), HEADER))
    expect(status).to_have_text("Taken: good.csv")
    expect(page.get_by_text("This table can be modelled.")).to_be_visible()


def test_days_are_welcome_in_the_first_sentence(open_page):
    page = open_page("/data")
    expect(page.get_by_text("Drop a table of days, weeks or months: CSV")).to_be_visible()


def test_currency_signs_in_headers_fill_the_fields_of_units(open_page, app_workspace):
    page = open_page("/data")
    names = dict(zip(HEADER.split(","), HEADER.split(","), strict=True))
    names |= {"sales": "sales ($)", "spend_tv": "spend_tv ($)", "spend_radio": "spend_radio $"}
    drop(page, "signs in headers.csv", table(good_rows(102), ",".join(names.values())))
    button(page, "Use these roles").click()
    expect(page.get_by_label("Sales are counted in")).to_have_value("$")
    expect(page.get_by_label("Spend is in")).to_have_value("$")
    button(page, "Continue to Features").click()
    page.wait_for_url("**/features?**")
    units = datasets.get_dataset(desk(app_workspace), id_in(page, "dataset")).units
    assert (units.target, units.spend) == ("$", "$")
