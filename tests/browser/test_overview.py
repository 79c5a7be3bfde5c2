import pytest
from playwright.sync_api import Browser, expect

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
    page.goto(server)
    expect(page.get_by_role("heading", name="What did your marketing bring?").first).to_be_visible(timeout=30_000)
    expect(page.locator(".js-plotly-plot")).to_have_count(CHARTS, timeout=30_000)
    expect(page.get_by_text("cannot be told from no effect").first).to_be_visible()
    expect(page.get_by_text("94 % interval").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert outside == []
    assert errors == []
    page.close()


def test_a_deep_link_goes_through_the_router(server: str, browser: Browser):
    page = browser.new_page()
    page.goto(f"{server}/overview")
    expect(page.locator(".js-plotly-plot")).to_have_count(CHARTS, timeout=30_000)
    page.close()
