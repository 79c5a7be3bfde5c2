"""What is at hand: one table, its settings and its results, also after going back in the browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from mmm_core.runs import datasets, runs
from mmm_core.runs.manifest import Label
from mmm_core.spec import default_spec
from mmm_core.workspace.storage import Workspace
from tests.browser.actions import button, estimate_is_there
from tests.browser.conftest import settled
from tests.engines import demo_spec, desk, submitted, until_phase
from tests.malformed import good_rows, table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def finished(workspace: Workspace, name: str, *, weeks: int) -> tuple[str, str]:
    """A table of its own, and a finished run on it."""
    made = datasets.create_dataset(desk(workspace), table(good_rows(weeks)), f"{name}.csv").dataset_id
    spec = default_spec(made, channels=["tv", "radio"], controls=[], grain="WEEK")
    run_id = runs.create(desk(workspace), spec).run_id
    runs.relabel(desk(workspace), run_id, Label(name=f"run of {name}"))
    runs.submit(desk(workspace), run_id)
    assert runs.wait(desk(workspace), run_id, timeout=200).phase == "finished"
    return made, run_id


def menu(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    settled(page)


def back_to(page: Page, place: str) -> None:
    """Go back until the address begins with a place: a page may have written more than one into the history."""
    for _ in range(12):
        page.go_back()
        settled(page)
        if place in page.url:
            return
    raise AssertionError(f"{place} is not reached by going back")


def test_all_pages_speak_of_one_table_and_going_back_finds_what_was_there(open_page, app_workspace):
    first, run_of_first = finished(app_workspace, "first", weeks=70)
    second, run_of_second = finished(app_workspace, "second", weeks=80)
    page = open_page(f"/results?run={run_of_first}")
    expect(page.get_by_role("combobox", name="Run")).to_have_value("run of first")
    menu(page, "Data")
    expect(page.get_by_text("first.csv").first).to_be_visible()
    page.goto(f"{page.url.split('/data')[0]}/data?dataset={second}")
    settled(page)
    menu(page, "Results")
    expect(page.get_by_role("combobox", name="Run")).to_have_value("run of second")
    expect(page).to_have_url(re.compile(f"run={run_of_second}"))  # the address follows the page
    back_to(page, f"/data?dataset={first}")
    expect(page.get_by_text("first.csv").first).to_be_visible()
    menu(page, "Results")
    expect(page.get_by_role("combobox", name="Run")).to_have_value("run of first")


def test_a_table_without_results_says_so_and_shows_nobody_elses(open_page, app_workspace):
    finished(app_workspace, "with results", weeks=75)
    made = datasets.create_dataset(desk(app_workspace), table(good_rows(72)), "without.csv").dataset_id
    page = open_page(f"/data?dataset={made}")
    menu(page, "Results")
    expect(page.get_by_text("No results for this table yet")).to_be_visible()
    button(page, "Fit a model").click()
    page.wait_for_url("**/train?**")
    expect(page.get_by_text("without.csv").first).to_be_visible()
    expect(page.get_by_text("TV 0.5, Radio 0.5")).to_be_visible()


def test_settings_go_on_from_the_results_at_hand(open_page, app_workspace):
    spec = demo_spec(random_seed=7)
    run_id = submitted(app_workspace, spec)
    until_phase(app_workspace, run_id, "finished")
    page = open_page(f"/results?run={run_id}")
    page.locator(".st-key-card-contributions_over_time .js-plotly-plot:visible").first.wait_for()
    menu(page, "Features")
    estimate_is_there(page)
    first = page.get_by_role("slider", name=re.compile("Carry-over of")).first  # while it is drawn anew there are two
    expect(first).to_have_value(f"{spec.decay('tv'):g}")
    assert spec.decay("tv") != 0.5
    button(page, "Presets").click()
    page.get_by_text("As for a new table").click()
    expect(first).to_have_value("0.5")
    button(page, "Reset").click()
    expect(first).to_have_value(f"{spec.decay('tv'):g}")


def test_settings_of_a_run_whose_table_was_deleted_are_said_to_be_out_of_reach(open_page, app_workspace):
    made, run_id = finished(app_workspace, "deleted", weeks=78)
    datasets.delete_dataset(desk(app_workspace), made)
    page = open_page(f"/results?run={run_id}")
    button(page, "Change its settings").click()
    expect(page.get_by_text("The table of this run was deleted")).to_be_visible()
    expect(page.get_by_text("Media brought").first).to_be_visible()


def test_a_dialog_can_be_left_without_deleting(open_page, app_workspace):
    made = datasets.create_dataset(desk(app_workspace), table(good_rows(71)), "kept.csv").dataset_id
    page = open_page()
    page.locator(f".st-key-card-row-{made}").get_by_role("button", name="Delete…").click()
    button(page, "Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert made in app_workspace.ids("datasets")


def test_a_result_is_fitted_again_under_other_settings_at_a_click(open_page):
    page = open_page("/results?run=demo")
    page.get_by_role("tab", name="Other settings").click()
    button(page, "Fit 6 other settings").click()
    # Each of six settings is compiled and fitted: a machine that does other things needs minutes for that.
    page.locator(".st-key-card-other_settings .js-plotly-plot:visible").first.wait_for(timeout=240_000)
    expect(page.get_by_text(re.compile("Under 6 other settings of the same model media brought"))).to_have_count(2)


def test_the_tab_that_was_left_is_found_again(open_page):
    page = open_page("/results?run=demo")
    page.get_by_role("tab", name="Fit", exact=True).click()
    page.locator(".st-key-card-fit .js-plotly-plot:visible").first.wait_for()
    menu(page, "Train")
    expect(page.get_by_text("What will be fitted")).to_be_visible()
    menu(page, "Results")
    page.locator(".st-key-card-fit .js-plotly-plot:visible").first.wait_for()
    expect(page.get_by_role("tab", name="Fit", exact=True)).to_have_attribute("aria-selected", "true")
