"""The API's document page, beside the app, in a real browser."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_page_shows_every_route_and_asks_no_other_host(browser, server):
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{server}/api/docs")
    for words in ("Upload a table", "What each channel brought", "How the service is"):
        page.get_by_text(words, exact=True).first.wait_for()
    assert len(asked) >= 3
    assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []
    assert problems == []
    context.close()
