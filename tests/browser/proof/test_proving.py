"""A result is proved in a real browser: begun, answers arrive, stopped, gone on with, taken away."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from mmm_core import shipped
from mmm_core.proof import asking, kept
from tests.browser.actions import button
from tests.browser.conftest import saved
from tests.engines import demo_spec, desk, submitted, until, until_phase

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def top(page: Page, key: str) -> float:
    box = page.locator(f".st-key-{key}").bounding_box()
    assert box is not None
    return float(box["y"])


def test_a_run_is_proved_stopped_and_gone_on_with(open_page, app_workspace, tmp_path):
    run_id = submitted(app_workspace, demo_spec(random_seed=171))
    until_phase(app_workspace, run_id, "finished")
    page = open_page(f"/proof?run={run_id}")
    expect(page.get_by_text(re.compile("Up to about .* going by what this run's own fit took"))).to_be_visible()
    button(page, "Prove this run").focus()
    page.keyboard.press("Enter")

    # Each part has its place before it is answered; what a person looks at stays where it is when answers arrive.
    expect(page.locator(".st-key-card-part-refreshes")).to_be_visible()
    page.locator(".st-key-card-part-refreshes").evaluate("card => card.scrollIntoView()")
    before = top(page, "card-part-refreshes")
    page.locator(".st-key-card-part-refreshes .js-plotly-plot:visible").first.wait_for()
    page.locator(".st-key-card-part-foresight .js-plotly-plot:visible").first.wait_for()
    assert abs(top(page, "card-part-refreshes") - before) < 40
    expect(page.get_by_text("so far").first).to_be_visible()

    button(page, "Stop").click()
    expect(page.get_by_text("It was stopped. What it has found is kept.")).to_be_visible()
    done = asking.look(desk(app_workspace), run_id).fraction
    assert 0 < done < 1
    expect(page.locator(".st-key-card-part-foresight .js-plotly-plot:visible").first).to_be_visible()

    page.reload()
    button(page, "Go on").click()
    expect(button(page, "Stop")).to_be_visible()
    until(lambda: asking.look(desk(app_workspace), run_id).fraction > done or None, seconds=120)
    page.get_by_role("link", name="Does a refresh rewrite history?").first.click()
    expect(page.locator(".st-key-card-part-refreshes")).to_be_in_viewport()

    proof = saved(page, lambda: button(page, "Proof (JSON)").click(), tmp_path)
    assert [part["name"] for part in json.loads(proof.read_text())["parts"]][:2] == ["foresight", "refreshes"]
    page.locator(".st-key-save-proof_foresight button").click()
    picture = saved(page, lambda: button(page, "Picture (PNG)").click(), tmp_path)
    assert picture.read_bytes().startswith(b"\x89PNG")
    page.keyboard.press("Escape")
    button(page, "Stop").click()
    expect(button(page, "Go on")).to_be_visible()
    page.get_by_role("link", name="Results", exact=True).click()
    expect(page.get_by_text(re.compile(r"Evidence: \d of \d holds? so far")).first).to_be_visible()
    button(page, "See the proof").click()
    page.wait_for_url(re.compile(f"/proof.*run={run_id}"))


def test_a_copy_of_the_shipped_demo_can_be_proved(open_page):
    page = open_page("/proof?run=demo")
    if kept.read(shipped.RUNS[shipped.DEMO]) is None:
        button(page, "Duplicate the demo").click()
        page.wait_for_url(re.compile("/features"))
    else:
        expect(page.get_by_text(re.compile(r"Evidence: \d of \d holds?")).first).to_be_visible()
