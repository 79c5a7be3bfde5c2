"""A report in the browser: asked for on a page, saved, and read without a network in both themes and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mmm_core import shipped
from mmm_core.report.made import report_of_folder
from mmm_core.report.request import ReportRequest
from mmm_core.runs.datasets import Units
from tests.browser.actions import button
from tests.browser.conftest import settled

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
LONG = 240_000


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    made = report_of_folder(shipped.RUNS["demo"], ReportRequest(), run_id="demo", units=Units(target="€", spend="€"))
    path = tmp_path_factory.mktemp("report") / made.name
    path.write_bytes(made.content)
    return path


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_the_page_draws_every_chart_asks_for_nothing_and_fits(browser: Browser, saved, scheme, width):
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(saved.as_uri())
    page.locator("html[data-drawn]").wait_for(timeout=LONG)
    charts = page.locator(".chart")
    assert page.locator(".chart svg.main-svg").count() >= charts.count() > 10
    assert [url for url in asked if url != saved.as_uri() and not url.startswith(("data:", "blob:"))] == []
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.querySelector('.chart .bg') || document.body).fill")
    assert ground
    other = {"light": "dark", "dark": "light"}[scheme]
    before = page.evaluate("document.querySelector('.chart').layout.font.color")
    page.emulate_media(color_scheme=other)
    page.wait_for_function("before => document.querySelector('.chart').layout.font.color !== before", arg=before)
    context.close()


def test_from_results_to_a_saved_page_with_a_note(open_page, tmp_path):
    page: Page = open_page("/results?run=demo")
    button(page, "Report").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Spring review")
    dialog.get_by_text("Logo, numbers and own notes").click()
    note = dialog.get_by_label("Note", exact=True)
    note.fill("As we told the board.")
    note.press("Control+Enter")
    settled(page)
    button(dialog, "Make the report").click()
    expect(dialog.get_by_text(re.compile("report_Spring_review.html is made"))).to_be_visible(timeout=LONG)
    with page.expect_download() as download:
        button(dialog, "Save HTML").click()
    download.value.save_as(tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text()
    assert "<h1>Spring review</h1>" in html
    assert "As we told the board." in html


@pytest.mark.parametrize(
    ("form", "shown", "begins"), [("pdf", "PDF", b"%PDF-"), ("pptx", "Slides (PowerPoint)", b"PK\x03\x04")]
)
def test_a_pdf_and_slides_are_made_and_saved(open_page, tmp_path, form, shown, begins):
    page: Page = open_page("/plan?run=demo")
    button(page, "Report").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(shown, exact=True).click()
    settled(page)
    button(dialog, "Make the report").click()
    save = dialog.get_by_role("button", name=re.compile("^Save "))
    expect(save).to_be_visible(timeout=LONG)
    with page.expect_download() as download:
        save.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == f".{form}"
    assert path.read_bytes().startswith(begins)


def test_without_a_section_nothing_is_offered(open_page):
    page: Page = open_page("/results?run=demo")
    button(page, "Report").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Clear all").click()
    expect(dialog.get_by_text("Choose a section at least.")).to_be_visible()
    expect(button(dialog, "Make the report")).to_have_count(0)
