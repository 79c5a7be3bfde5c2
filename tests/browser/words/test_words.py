"""Nothing of the framework is on screen, in whatever state: its name, its signs, its menu, its own sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.endurance import Server
from mmm_core.settings import PROJECT
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.workspace.storage import Workspace
from tests.browser.conftest import WAIT, settled
from tests.engines import ready, stop

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

OF_THE_FRAMEWORK = re.compile(
    r"streamlit|made with|record screen|\bdeploy\b|clear cache|rerun|manage app|running\.\.\.|page not found|"
    r"connection error",
    re.IGNORECASE,
)
SHOWN = """
() => {
  const said = [document.title, document.body.innerText];
  for (const each of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    if (!each.checkVisibility()) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) said.push(each.getAttribute(name) ?? "");
  }
  for (const each of document.querySelectorAll("body *")) {
    if (!each.checkVisibility()) continue;
    for (const part of ["::before", "::after"]) said.push(getComputedStyle(each, part).content);
  }
  return said.join("\\n");
}
"""
NAME = "Marketing Mix Studio"
BROKEN = "import streamlit as st\nst.set_page_config(page_title='x')\nraise RuntimeError('a secret')\n"
AROUND = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from starlette.middleware import Middleware
from ui.shell.first_page import FirstPage
app = st.App({script!r}, middleware=[Middleware(FirstPage)])
"""


def clean(page: Page) -> None:
    shown = page.evaluate(SHOWN)
    assert [line for line in shown.splitlines() if OF_THE_FRAMEWORK.search(line)] == []
    assert page.title() == NAME


def noted_of_files(page: Page) -> set[str]:
    """Names of files of the app, and the framework's words of a run, that title, header or side menu showed."""
    lines = "\n".join(page.evaluate("() => [...window.noted]")).splitlines()
    return {"app", "data", "overview", "results", "Stop", "Running"} & set(lines)


@pytest.mark.parametrize(
    ("path", "width"),
    [
        ("/", 390), ("/", 1440), ("/data?dataset=demo", 390), ("/features?dataset=demo", 1440),
        ("/train?dataset=demo", 390), ("/results?run=demo", 1440),
    ],
)  # fmt: skip
def test_no_page_shows_it_and_no_menu(open_page: Callable[..., Page], path: str, width: int) -> None:
    page = open_page(path, width=width)
    clean(page)
    page.get_by_role("button", name="Main menu").click()
    menu = page.get_by_role("menu")
    expect(menu.get_by_text("Dark")).to_be_visible()
    clean(page)
    menu.get_by_text("About").click()
    expect(page.get_by_role("dialog").get_by_text("Apache-2.0")).to_be_visible()
    clean(page)


NOTES = """
window.noted = new Set();
window.grounds = new Set();
new MutationObserver(() => setTimeout(() => {
  window.noted.add(document.title);
  for (const each of document.querySelectorAll("[data-testid=stHeader], [data-testid=stSidebar]")) {
    window.noted.add(each.innerText);
  }
})).observe(document, { childList: true, subtree: true, characterData: true });
const look = () => {
  const top = document.querySelector(".first-words") ?? document.querySelector(".stApp");
  if (top) window.grounds.add(getComputedStyle(top).backgroundColor);
  requestAnimationFrame(look);
};
look();
"""


@pytest.mark.parametrize(
    ("system", "chosen", "ground"),
    [
        ("light", "System", "rgb(248, 246, 241)"),
        ("dark", "System", "rgb(21, 25, 30)"),
        ("light", "Dark", "rgb(21, 25, 30)"),
        ("dark", "Light", "rgb(248, 246, 241)"),
    ],
)
def test_it_is_not_shown_while_the_first_page_comes_and_while_it_runs(
    browser: Browser, server: str, system: Literal["light", "dark"], chosen: str, ground: str
) -> None:
    """Titles, what the header shows and the colour of the ground are noted at every change, from the first byte on."""
    context = browser.new_context(color_scheme=system)
    context.add_init_script(f"localStorage.setItem('stActiveTheme-/data-v2', '\"{chosen}\"');")
    context.add_init_script(NOTES)
    page = context.new_page()
    page.goto(f"{server}/data", wait_until="commit")
    expect(page.get_by_text(f"{NAME} is loading…")).to_be_visible()
    page.locator(".st-key-upload [data-testid=stFileUploaderDropzone]").wait_for(timeout=WAIT)
    expect(page.get_by_text("is loading…")).to_have_count(0)
    noted = "\n".join(page.evaluate("() => [...window.noted]"))
    assert NAME in noted
    assert OF_THE_FRAMEWORK.findall(noted) == []
    assert not noted_of_files(page)
    assert page.evaluate("() => [...window.grounds]") == [ground]
    context.close()


def test_what_covers_the_page_at_first_goes_even_if_the_app_never_shows_anything(browser: Browser, server: str) -> None:
    page = browser.new_context().new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(server)
    expect(page.get_by_text("is loading…")).to_be_visible()
    expect(page.get_by_text("is loading…")).to_have_count(0)
    page.context.close()


def test_the_upload_field_speaks_as_we_do(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/data")
    field = page.locator(".st-key-upload [data-testid=stFileUploader]")
    expect(field).to_contain_text("At most 50\u00a0MB")
    clean(page)
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    page.locator(".st-key-upload input[type=file]").set_input_files(large)
    expect(field).to_contain_text("The file is too large: at most 50\u00a0MB.")
    page.locator(".st-key-upload input[type=file]").set_input_files(
        [{"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}]
    )
    expect(field).to_contain_text("Files of this kind are not read here.")
    expect(field).to_contain_text("52.4\u00a0MB")
    clean(page)


@pytest.mark.parametrize("width", [390, 1440])
def test_an_address_that_leads_nowhere_is_told_so(open_page: Callable[..., Page], width: int) -> None:
    page = open_page("/nowhere", width=width)
    expect(page.get_by_role("dialog")).to_contain_text("There is no such page")
    expect(page.get_by_role("dialog")).to_contain_text("Below is the overview.")
    clean(page)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Server, Workspace]]:
    """A server that may be ended, and its workspace."""
    workspace = Workspace(tmp_path)
    started = Server(workspace)
    ready(workspace)
    yield started, workspace
    started.end()
    stop(workspace)


def test_a_server_that_is_away_is_said_and_forgotten_when_it_is_back(
    browser: Browser, own: tuple[Server, Workspace]
) -> None:
    own_server, workspace = own
    page = browser.new_context().new_page()
    page.add_init_script(NOTES)
    page.goto(f"{own_server.address}/results?run=demo")
    expect(page.get_by_role("heading", name="What did each channel bring?")).to_be_visible()
    settled(page)
    # The first visit to a fresh server: it does not know yet what its pages are called.
    assert not noted_of_files(page)
    own_server.process.kill()
    own_server.process.wait()
    widget = page.get_by_test_id("stStatusWidget")
    widget.wait_for(timeout=WAIT)
    assert widget.evaluate("each => getComputedStyle(each, '::after').content") == '"Connecting…"'
    assert widget.inner_text() == ""
    expect(page.get_by_role("dialog")).to_contain_text(f"{NAME} is away")
    expect(page.get_by_role("dialog")).to_contain_text("This page asks again by itself")
    clean(page)
    own_server.process = Server(workspace, port=own_server.port).process
    page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]", timeout=WAIT)
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    page.context.close()


def test_a_page_that_breaks_says_so_in_our_words_and_nothing_of_why(browser: Browser, tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text(BROKEN)
    around = tmp_path / "around.py"
    around.write_text(AROUND.format(project=str(PROJECT), script=str(script)))
    started = Server(Workspace(tmp_path), script=str(around))
    page = browser.new_context().new_page()
    try:
        page.goto(started.address)
        expect(page.get_by_test_id("stException")).to_contain_text("Something went wrong on the server", timeout=WAIT)
        shown = page.evaluate(SHOWN)
        assert "secret" not in shown
        assert OF_THE_FRAMEWORK.findall(shown) == []
    finally:
        page.context.close()
        started.end()


def test_what_a_person_wrote_is_never_taken_for_a_sentence_of_the_framework(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    page.evaluate("() => { document.querySelector('[data-testid=stMain] p').textContent = 'Connection error'; }")
    expect(page.locator("[data-testid=stMain] p").first).to_have_text("Connection error")
