import re

import pytest
from playwright.sync_api import Browser, expect

from mmm_core.runs import retention
from mmm_core.runs.folder import SPEC, read_spec
from mmm_core.workspace import storage
from tests.browser.actions import button
from tests.browser.conftest import WAIT
from tests.engines import desk
from tests.runs.returning.results import made

pytestmark = pytest.mark.browser

CHARTS = 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_demos_charts_are_there_at_once(server: str, browser: Browser, scheme):
    page = browser.new_page(color_scheme=scheme)
    outside: list[str] = []
    errors: list[str] = []
    page.on(
        "request", lambda r: outside.append(r.url) if not r.url.startswith((server, "data:", "blob:", "ws:")) else None
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server}/?demo=1")
    expect(page.get_by_role("heading", name="What did your marketing bring?").first).to_be_visible(timeout=WAIT)
    expect(page.locator(".js-plotly-plot")).to_have_count(CHARTS, timeout=WAIT)
    expect(page.get_by_text("cannot be told from no effect").first).to_be_visible()
    expect(page.get_by_text("94 % interval").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert outside == []
    assert errors == []
    page.close()


def test_a_deep_link_goes_through_the_router(server: str, browser: Browser):
    page = browser.new_page()
    page.goto(f"{server}/overview?demo=1")
    expect(page.locator(".js-plotly-plot")).to_have_count(CHARTS, timeout=WAIT)
    page.close()


@pytest.fixture
def two_results(app_workspace):
    """Two results on one table, newer than all others, of which the second has another seed."""
    made(app_workspace, "run-eve-1", 2097)
    now = made(app_workspace, "run-eve-2", 2098)
    spec = read_spec(now)
    storage.write_json(now / SPEC, spec.model_copy(update={"random_seed": spec.random_seed + 1}))
    yield
    for run_id in ("run-eve-1", "run-eve-2"):
        retention.delete_run(desk(app_workspace), run_id)


@pytest.mark.parametrize("width", [1440, 390])
def test_who_returns_sees_the_newest_result_what_changed_and_finds_everything(open_page, two_results, width):
    page = open_page("/", width=width)
    expect(page.get_by_role("heading", name="Your newest result")).to_be_visible()
    expect(page.locator(".st-key-card-newest .js-plotly-plot:visible").first).to_be_visible()
    expect(page.locator(".st-key-card-since")).to_contain_text("random seed:")
    expect(page.locator(".st-key-card-since table")).to_be_visible()
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth") <= 1
    search = page.get_by_role("textbox", name="Search by name, note or table")
    search.fill("run-eve-1")
    search.press("Enter")
    expect(page.locator("[class*=st-key-card-row-run-]")).to_have_count(1)
    expect(page.locator(".st-key-card-row-run-eve-1")).to_be_visible()
    button(page, "Open this result").click()
    expect(page).to_have_url(re.compile("/results.*run=run-eve-2"))
