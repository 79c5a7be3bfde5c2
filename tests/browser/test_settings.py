"""Sliders, presets and settings files, each with the estimate that follows; in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mmm_core.spec import parse_spec
from tests.browser.actions import (
    button,
    estimate_is_there,
    id_in,
    pick,
    settings_tried,
    wait_until_tried,
    worker_stopped,
)
from tests.browser.conftest import WAIT, saved, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def moved(page: Page, slider: Locator) -> None:
    """Move a slider by one step and wait until the estimate under the new setting was asked for and is there."""
    before = settings_tried(page)
    at = slider.input_value()
    slider.focus()
    slider.press("ArrowRight" if at != slider.get_attribute("max") else "ArrowLeft")
    wait_until_tried(page, before + 1)
    assert slider.input_value() != at


def test_every_slider_gives_a_new_estimate_and_what_it_changed(open_page):
    page = open_page("/features?dataset=demo")
    estimate_is_there(page)
    page.get_by_text("As set", exact=True).click()  # an estimate in a fraction of a second
    wait_until_tried(page, 2)
    page.get_by_text("Saturation, for all channels").click()
    wait_until_tried(page, 3)
    channels = page.locator(".st-key-channel button")
    assert channels.count() == 6
    tried = 0
    for number in range(channels.count()):
        channels.nth(number).click()
        name = channels.nth(number).inner_text()
        decay = page.get_by_role("slider", name=re.compile(f"Carry-over of {name} "))
        expect(decay).to_be_visible()
        moved(page, decay)
        moved(page, page.get_by_role("slider", name=re.compile(f"Half effect of {name} ")))
        tried += 2
    moved(page, page.get_by_role("slider", name=re.compile("Seasonal shape")))
    expect(page.get_by_text("Grey diamond on a dotted bar: before your last move")).to_be_visible(timeout=WAIT)
    shown = page.get_by_text(re.compile(r"(\d+) settings? tried on"))
    expect(shown).to_be_visible()
    assert int(re.search(r"(\d+) settings? tried", shown.inner_text()).group(1)) >= tried + 3


def test_presets_reset_and_a_settings_file_set_the_sliders(open_page, tmp_path):
    page = open_page("/features?dataset=demo")
    estimate_is_there(page)
    decay = page.get_by_role("slider", name=re.compile("Carry-over of TV"))
    button(page, "Presets").click()
    page.get_by_text("Long memory: decay 0.8 everywhere").click()
    expect(decay).to_have_value("0.8")
    expect(page.get_by_text("Long memory: decay 0.8 everywhere")).to_have_count(0)
    button(page, "Settings file").click()
    file = saved(page, lambda: button(page, "Save as JSON").click(), tmp_path)
    assert parse_spec(file.read_bytes()).decay("tv") == 0.8
    page.keyboard.press("Escape")
    button(page, "Reset").click()
    expect(decay).to_have_value("0.5")
    button(page, "Settings file").click()
    page.locator(".st-key-spec_file input[type=file]").set_input_files([file])
    expect(decay).to_have_value("0.8")


def test_the_estimate_stays_in_sight_while_the_next_one_is_computed(open_page, app_workspace):
    page = open_page("/features?dataset=demo")
    estimate_is_there(page)
    wait_until_tried(page, 1)
    settled(page)
    grey = page.get_by_text("In grey: the estimate before your last move")
    shares = re.compile(r"[\d.]+\xa0%")  # whatever they are: the last digit is another one on another processor
    card = page.locator(".st-key-card-estimate")
    before = shares.findall(card.inner_text())
    assert len(before) >= 6
    with worker_stopped(app_workspace):
        page.get_by_role("slider").first.press("End")
        expect(grey).to_be_visible()
        assert shares.findall(card.inner_text()) == before
    wait_until_tried(page, 2)
    expect(grey).to_have_count(0)


def test_settings_that_contradict_each_other_are_said_once_and_can_be_mended(open_page):
    page = open_page("/features?dataset=demo")
    estimate_is_there(page)
    page.get_by_text("Channels, controls and time window").click()
    page.get_by_role("button", name="Clear all").first.click()
    expect(page.get_by_text("No channel is left in the model.")).to_have_count(1)
    expect(button(page, "Fit and see results")).to_be_disabled()
    pick(page, page.get_by_role("combobox", name="Channels"), "TV")
    page.keyboard.press("Escape")
    expect(page.get_by_role("slider", name=re.compile("Carry-over of TV"))).to_be_visible(timeout=WAIT)
    estimate_is_there(page)
    months = page.get_by_role("spinbutton", name=re.compile("Months to estimate"))
    months.fill("1")
    months.press("Enter")
    expect(page.get_by_text(re.compile("to be estimated, and the model has"))).to_have_count(1)
    months.fill("0")
    months.press("Enter")
    estimate_is_there(page)


def test_settings_survive_a_refresh(open_page):
    page = open_page("/features?dataset=demo")
    estimate_is_there(page)
    lineage = id_in(page, "draft")
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowRight")
    wait_until_tried(page, 2)
    value = slider.input_value()
    page.reload()
    settled(page)
    estimate_is_there(page)
    assert page.get_by_role("slider").first.input_value() == value == "0.51"
    assert id_in(page, "draft") == lineage


def test_going_back_leaves_the_page_however_many_settings_were_tried(open_page):
    page = open_page("/data?dataset=demo")
    button(page, "Continue to Features").click()
    page.wait_for_url("**/features?**")
    estimate_is_there(page)
    slider = page.get_by_role("slider").first
    for tried in (2, 3, 4):
        slider.focus()
        slider.press("ArrowRight")
        wait_until_tried(page, tried)
    page.go_back()
    page.wait_for_url("**/data?**")
    expect(page.get_by_text("mmm_demo.csv").first).to_be_visible()


def test_two_people_work_on_different_tables_with_drafts_of_their_own(open_page):
    ann, bob = open_page("/features?dataset=demo"), open_page("/features?dataset=sample_001")
    estimate_is_there(ann)
    estimate_is_there(bob)
    assert id_in(ann, "draft") != id_in(bob, "draft")
    expect(ann.get_by_text(re.compile("settings? tried on mmm_demo.csv"))).to_be_visible()
    expect(bob.get_by_text(re.compile("settings? tried on mmm_sample.csv"))).to_be_visible()


def test_the_data_may_move_the_settings_and_the_results_say_so(open_page):
    """Features, Train and Results under the recommended model: what intervals hold is said, and never the opposite."""
    page = open_page("/features?dataset=demo")
    estimate_is_there(page)
    expect(page.get_by_text("Intervals include what the table does not tell of carry-over")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text(re.compile("the data moved it from|tells little of it")).first).to_be_visible(timeout=WAIT)
    page.get_by_text("As set", exact=True).click()
    wait_until_tried(page, 2)
    expect(page.get_by_text("they do not include the choice of them").first).to_be_visible()
    page.get_by_text("Let the data speak", exact=True).click()
    expect(page.get_by_text("Intervals include what the table does not tell of carry-over")).to_be_visible(timeout=WAIT)
    page.get_by_text("near my setting").click()
    wait_until_tried(page, 3)
    button(page, "Advanced").click()
    expect(page.get_by_text("held near or at their settings: TV")).to_be_visible()
    button(page, "Fit and see results").click()
    expect(page.get_by_text("are estimated, and intervals include that")).to_be_visible()
    expect(page.get_by_text("do not include uncertainty about them")).to_have_count(0)


def test_holidays_and_events_are_asked_for_kept_and_drawn(open_page):
    page = open_page("/features?dataset=demo")
    estimate_is_there(page)
    wait_until_tried(page, 1)
    settled(page)
    page.get_by_text("As set", exact=True).click()
    wait_until_tried(page, 2)
    country = page.get_by_role("combobox", name="Public holidays of")
    settled(page)
    country.click()
    country.fill("Germ")
    page.get_by_role("option", name="Germany", exact=True).click()
    wait_until_tried(page, 3)
    card = page.locator(".st-key-card-events")
    expect(card.get_by_text("German Unity Day")).to_be_visible()
    button(page, "Add an event").click()
    page.get_by_role("textbox", name="Name").fill("Strike")
    days = page.get_by_role("textbox", name="Days, year first")
    days.fill("2023-02-30")
    button(page, "Add").click()
    expect(page.get_by_text("2023-02-30: no day that the calendar has")).to_be_visible()
    days.fill("2023-03-01, 2023-03-08")
    button(page, "Add").click()
    wait_until_tried(page, 4)
    expect(card.get_by_text("1 Mar 2023 and 8 Mar 2023")).to_be_visible()
    expect(card.get_by_text(re.compile(r"In the model: \d+ events"))).to_be_visible()
    page.reload()
    settled(page)
    estimate_is_there(page)
    expect(card.get_by_text("1 Mar 2023 and 8 Mar 2023")).to_be_visible()
    button(page, "Fit and see results").click()
    page.wait_for_url("**/results?**")
    page.get_by_role("tab", name="Fit", exact=True).click()
    expect(page.locator(".st-key-card-events").get_by_text("What does each event do?")).to_be_visible(timeout=WAIT)
    expect(page.locator(".st-key-card-fit .legendtext", has_text="Events")).to_have_count(1)
