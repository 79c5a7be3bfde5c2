"""Who can use it: by keyboard alone, in a narrow window, without any outside host, on both sides of the switch."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from mmm_core.charts.style import theme
from mmm_core.runs import datasets
from tests.browser.actions import button, estimate_is_there, id_in, wait_until_tried
from tests.browser.conftest import WAIT, saved, settled
from tests.engines import desk
from tests.malformed import good_rows, table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
PAGES = (
    "/data?dataset=demo", "/features?dataset=demo", "/train?dataset=demo", "/results?run=demo", "/proof?run=demo",
    "/plan?run=demo", "/compare?run=demo",
)  # fmt: skip


def side(page: Page, name: str) -> Locator:
    """One side of the switch in the header."""
    return page.locator(".st-key-side").get_by_text(name, exact=True)


def test_the_switch_changes_between_the_demo_and_ones_own_and_finds_both_again(open_page, app_workspace):
    made = datasets.create_dataset(desk(app_workspace), table(good_rows()), "own table.csv").dataset_id
    page = open_page(f"/data?dataset={made}")
    expect(page.get_by_text("own table.csv").first).to_be_visible()
    side(page, "Demo").click()
    expect(page.get_by_text("mmm_demo.csv").first).to_be_visible()
    assert id_in(page, "demo") == "1"
    side(page, "My data").click()
    expect(page.get_by_text("own table.csv").first).to_be_visible()
    assert "demo=1" not in page.url
    page = open_page("/results?demo=1")
    expect(page.get_by_role("combobox", name="Run")).to_have_value("Demo brand")


def test_no_page_asks_any_other_host(open_page):
    asked = set()
    page = open_page("/", watch=lambda request: asked.add(urlsplit(request.url).netloc))
    own = urlsplit(page.url).netloc
    for path in PAGES:
        page.goto(f"http://{own}{path}")
        settled(page)
        page.wait_for_load_state("networkidle")
    assert asked - {"", own} == set()


def test_the_address_of_a_page_is_opened_without_a_question_in_vain(open_page):
    answers = []
    page = open_page("/", watch=lambda request: None)
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    address = page.url.rstrip("/")
    for path in PAGES:
        page.goto(f"{address}{path}")
        settled(page)
    assert len(answers) > len(PAGES)
    assert [each for each in answers if each[0] >= 400] == []


@pytest.mark.parametrize("width", [800, 390])
def test_a_narrow_window_needs_no_sideways_scrolling(open_page, width):
    page = open_page("/", width=width)
    address = page.url.rstrip("/")
    main = page.get_by_test_id("stMain")
    for path in ("/", *PAGES):
        page.goto(f"{address}{path}")
        settled(page)
        assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 1, path


def test_a_table_that_is_wider_than_a_phone_is_reached_by_the_keyboard(open_page):
    page = open_page("/results?run=demo", width=390)
    page.get_by_role("tab", name="Fit").click()
    wide = page.locator("[data-testid=stTable] > div[tabindex='0']").first
    wide.wait_for(timeout=WAIT)
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator("[data-testid=stTable] > div[tabindex]")).to_have_count(0)


def tab_to(page: Page, wanted: Locator, *, most: int = 120) -> None:
    """Press Tab until something has the focus; nothing else is used to get there."""
    wanted.wait_for(timeout=WAIT)
    for _ in range(most):
        if wanted.evaluate("e => e === document.activeElement || e.contains(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by {most} presses of Tab")


def test_a_keyboard_alone_leads_from_upload_to_download(open_page, tmp_path):
    file = tmp_path / "by keyboard.csv"
    file.write_bytes(table(good_rows()))
    page = open_page("/")
    # Who listens only when the key is pressed may miss the chooser: the browser is told of it a moment later.
    page.on("filechooser", lambda chooser: chooser)
    # Where other tests have left runs, the page is that of somebody who returns.
    tab_to(page, button(page, "Use my data").or_(button(page, "Bring another table")))
    page.keyboard.press("Enter")
    page.wait_for_url("**/data**")
    settled(page)
    tab_to(page, page.locator(".st-key-upload button").first)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    expect(page.get_by_text("This table can be modelled.")).to_be_visible()
    tab_to(page, button(page, "Continue to Features"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/features**")
    estimate_is_there(page)
    tab_to(page, page.get_by_role("slider").first)
    page.keyboard.press("ArrowRight")
    wait_until_tried(page, 2)
    settled(page)
    tab_to(page, button(page, "Advanced"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/train**")
    # The button that was pressed is gone: the title of the new page has the focus, and Tab goes on from there.
    expect(page.get_by_role("heading", name="Fit the model")).to_be_focused(timeout=WAIT)
    tab_to(page, button(page, "Fit and see results"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/results**")
    page.locator(".st-key-card-contributions_over_time .js-plotly-plot:visible").first.wait_for()
    tab_to(page, page.locator(".st-key-save-contributions_over_time button"))
    page.keyboard.press("Enter")
    tab_to(page, button(page, "Picture (PNG)"), most=1)
    picture = saved(page, lambda: page.keyboard.press("Enter"), tmp_path)
    assert picture.read_bytes().startswith(b"\x89PNG")
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-save-contributions_over_time button")).to_be_focused()


def test_a_page_follows_when_the_browser_turns_dark(open_page):
    page = open_page("/results?run=demo")
    card = page.locator(".st-key-card-contributions_over_time")
    drawing = card.locator(".js-plotly-plot")
    drawing.wait_for()
    for scheme in ("dark", "light"):
        tokens = theme(dark=scheme == "dark")
        page.emulate_media(color_scheme=scheme)
        expect(card).to_have_css("background-color", rgb(tokens.card))
        expect(drawing.locator(".legendtext").first).to_have_css("fill", rgb(tokens.ink))


def rgb(colour: str) -> str:
    """A colour such as ``#1D232A`` as browsers write it."""
    return "rgb({}, {}, {})".format(*bytes.fromhex(colour[1:]))
