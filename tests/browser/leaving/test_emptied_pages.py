"""A request of a page that was left comes late: the next page stays, and one that was emptied is loaded again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mmm_core.runs import datasets
from tests.browser.actions import button, estimate_is_there, worker_stopped
from tests.browser.conftest import settled
from tests.engines import desk
from tests.malformed import good_rows, table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
QUIET = """() => new Promise(done => {
  const app = document.querySelector('[data-testid=stApp]')
  let timer
  const wait = () => {
    clearTimeout(timer)
    if (app.dataset.testScriptState === 'notRunning') timer = setTimeout(done, 3500)
  }
  new MutationObserver(wait).observe(app, {attributes: true})
  wait()
})"""
"""Done when no script has run for longer than a late request or an empty page waits."""


class Between:
    """What stands between the browser and the server: it hears both, and can hold, drop and repeat what they say."""

    def __init__(self, page: Page) -> None:
        self.poll: bytes | None = None
        self.heard: list[ForwardMsg] = []
        self.loaded = 0
        self.pass_on: Callable[[ForwardMsg], bool] = lambda _: True
        self.after_next_request: Callable[[], None] = lambda: None
        page.route_web_socket("**/_stcore/stream*", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        self.loaded += 1
        self.browser, self.server = socket, socket.connect_to_server()
        self.browser.on_message(self._from_browser)
        self.server.on_message(self._from_server)

    def _from_browser(self, message: Any) -> None:
        self.server.send(message)
        said = BackMsg.FromString(message)
        if said.WhichOneof("type") != "rerun_script":
            return
        if said.rerun_script.is_auto_rerun:
            self.poll = message
            return
        after, self.after_next_request = self.after_next_request, lambda: None
        after()

    def _from_server(self, message: Any) -> None:
        said = ForwardMsg.FromString(message)
        self.heard.append(said)
        if self.pass_on(said):
            self.browser.send(message)

    def last(self, kind: str) -> ForwardMsg:
        """The last message of a kind that the server has sent."""
        return next(each for each in reversed(self.heard) if each.WhichOneof("type") == kind)

    def empty_the_page(self) -> None:
        """What the server says when it serves a late request of the page that was left."""
        session, finished = ForwardMsg(), ForwardMsg(script_finished=ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
        session.CopyFrom(self.last("new_session"))
        session.new_session.page_script_hash = "of the page that was left"
        for each in (session, finished):
            each.metadata.run.script_run_id = "late"
            each.metadata.run.fragment_ids[:] = ["gone"]
        running, over = ForwardMsg(), ForwardMsg()
        running.session_status_changed.script_is_running = True
        over.session_status_changed.script_is_running = False
        for each in (running, session, finished, over):
            self.browser.send(each.SerializeToString())


def waited(page: Page, until: Callable[[], bool]) -> None:
    """Let the browser go on until something is so; never for longer than a busy machine needs."""
    end = time.monotonic() + 120
    while not until():
        assert time.monotonic() < end, "it did not come to that"
        page.wait_for_timeout(20)


@pytest.mark.parametrize(("leave", "weeks"), [("menu", 74), ("button", 75)])
def test_a_poll_that_comes_while_its_page_is_left_does_not_empty_the_next(
    open_page, server, app_workspace, leave, weeks
):
    # A table of its own: settings that an earlier test has had fitted would be answered at once, without a poll.
    made = datasets.create_dataset(desk(app_workspace), table(good_rows(weeks)), "left.csv").dataset_id
    page: Page = open_page("/")
    page.add_init_script("window.emptyIsWatched = true")  # without the net below
    between = Between(page)
    page.goto(f"{server}/features?dataset={made}")
    estimate_is_there(page)
    between.poll = None
    with worker_stopped(app_workspace):
        page.get_by_role("slider").first.press("ArrowRight")
        waited(page, lambda: between.poll is not None)
        # The browser's timer goes on until it hears of the next page: its request arrives behind the click's.
        between.after_next_request = lambda: between.server.send(between.poll)
        if leave == "menu":
            page.get_by_role("link", name="Train", exact=True).click()
        else:
            button(page, "Advanced").click()
        page.wait_for_url("**/train?**")
    page.evaluate(QUIET)  # with the worker, whose silence a page would keep asking about
    expect(title_of(page)).to_be_visible()
    expect(page.get_by_text("What will be fitted")).to_be_visible()


def train_page(page: Page, server: str) -> Between:
    between = Between(page)
    page.goto(f"{server}/train?dataset=demo")
    settled(page)
    expect(title_of(page)).to_be_visible()
    between.loaded = 0
    return between


def title_of(page: Page) -> Locator:
    return page.get_by_role("heading", name="Fit the model")


def test_a_page_that_finds_itself_empty_is_loaded_once_more(open_page, server):
    page: Page = open_page("/")
    between = train_page(page, server)
    between.empty_the_page()
    waited(page, lambda: between.loaded > 0)
    expect(title_of(page)).to_be_visible()
    page.evaluate(QUIET)
    assert between.loaded == 1


def test_a_page_that_stays_empty_is_loaded_twice_and_then_left_alone(open_page, server):
    page: Page = open_page("/")
    between = train_page(page, server)
    main = between.last("new_session").new_session.main_script_hash
    between.pass_on = lambda said: said.metadata.active_script_hash in ("", main)
    between.empty_the_page()
    waited(page, lambda: between.loaded == 2)
    settled(page)
    page.evaluate(QUIET)
    expect(title_of(page)).to_have_count(0)
    assert between.loaded == 2


def test_a_slow_page_is_waited_for(open_page, server):
    page: Page = open_page("/")
    between = Between(page)
    page.goto(f"{server}/results?run=demo")
    settled(page)
    held: list[ForwardMsg] = []

    def hold(said: ForwardMsg) -> bool:
        """The browser hears that a run has begun, and no more."""
        begins = not held and said.WhichOneof("type") in ("session_status_changed", "new_session")
        if not begins:
            held.append(said)
        return begins

    between.loaded, between.pass_on = 0, hold
    page.get_by_role("link", name="Train", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_count(0)
    waited(page, lambda: any(each.WhichOneof("type") == "script_finished" for each in held))
    page.wait_for_timeout(4_000)  # longer than an empty page waits
    between.pass_on = lambda _: True
    for each in held:
        between.browser.send(each.SerializeToString())
    expect(title_of(page)).to_be_visible()
    page.evaluate(QUIET)
    assert between.loaded == 0
