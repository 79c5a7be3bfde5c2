"""Login with a provider of our own, in a real browser: nobody is let on before, and nobody sees another's tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.endurance import Server, free_port
from mmm_core.runs import datasets
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.browser.conftest import WAIT, settled
from tests.conftest import PROJECT
from tests.engines import stop, until
from tests.issuer import running_issuer, secrets_file
from ui.shell.login import owner_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with running_issuer() as address:
        yield address


@pytest.fixture(scope="module")
def login_server(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Workspace]]:
    """The app with login, on a workspace of its own."""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    (home / ".streamlit").mkdir()
    (home / ".streamlit" / "secrets.toml").write_text(secrets_file(issuer, f"http://127.0.0.1:{port}"))
    workspace = Workspace(tmp_path_factory.mktemp("login"))
    server = Server(workspace, port=port, settings={"HOME": str(home)})
    try:
        yield server.address, workspace
    finally:
        server.end()
        stop(workspace)


def mail_of(page: Page, name: str) -> Locator:
    """A person's address on the page, which is cut by a sign without width so that it becomes no link."""
    return page.get_by_text(re.compile(rf"{name}\u2060?@example\.com"))


def log_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name=name).click()
    expect(mail_of(page, name)).to_be_visible(timeout=WAIT)
    settled(page)


def test_nobody_is_let_on_before_login_and_nobody_sees_anothers_tables(
    open_page: Callable[..., Page], login_server: tuple[str, Workspace], issuer: str
) -> None:
    address, workspace = login_server
    ann = open_page("/data", address=address)
    expect(ann.get_by_role("button", name="Log in")).to_be_visible()
    assert ann.get_by_text("What is in your table?").count() == 0
    log_in(ann, "ann")
    ann.goto(f"{address}/data")
    settled(ann)
    ann.locator(".st-key-upload input[type=file]").set_input_files(PROJECT / "sample_data" / "mmm_sample.csv")
    expect(ann.get_by_text("This table can be modelled.")).to_be_visible(timeout=WAIT)
    owner = owner_of(issuer, "ann")
    (made,) = [each for each in datasets.list_datasets(Desk(workspace, owner)) if not each.read_only]

    bob = open_page("/", address=address)
    log_in(bob, "bob")
    assert bob.get_by_text("mmm_sample.csv").count() == 0
    bob.goto(f"{address}/data?dataset={made.dataset_id}")
    settled(bob)
    expect(bob.get_by_text("There is no dataset")).to_be_visible()

    # After a refresh Ann is still Ann; after logging out nobody is.
    ann.reload()
    expect(mail_of(ann, "ann")).to_be_visible(timeout=WAIT)
    mail_of(ann, "ann").click()
    expect(ann.get_by_text(owner)).to_be_visible()
    ann.get_by_role("button", name="Log out").click()
    expect(ann.get_by_role("button", name="Log in")).to_be_visible(timeout=WAIT)
    # The browser is sent to where its cookie ends: whoever goes elsewhere before that has it still.
    until(lambda: not any(each["name"] == "_streamlit_user" for each in ann.context.cookies()), seconds=WAIT / 1000)
    ann.goto(f"{address}/data?dataset={made.dataset_id}")
    expect(ann.get_by_role("button", name="Log in")).to_be_visible(timeout=WAIT)
    assert ann.get_by_text("mmm_sample.csv").count() == 0


def test_after_login_the_link_that_one_came_with_is_open(
    open_page: Callable[..., Page], login_server: tuple[str, Workspace]
) -> None:
    address, _ = login_server
    page = open_page("/results?run=demo", address=address)
    log_in(page, "ann")
    page.wait_for_url("**/results?*run=demo*", timeout=WAIT)
    expect(page.get_by_role("heading", name="Where did sales come from?")).to_be_visible(timeout=WAIT)
    # Once: whoever goes to the first page afterwards stays there.
    page.goto(address)
    settled(page)
    expect(page.get_by_role("button", name="Open the demo")).to_be_visible()


def test_a_cookie_of_ones_own_making_logs_nobody_in(
    open_page: Callable[..., Page], login_server: tuple[str, Workspace], tmp_path: Path
) -> None:
    address, _ = login_server
    page = open_page("/", address=address)
    forged = "2|1:0|10:1790000000|15:_streamlit_user|40:eyJzdWIiOiAiYW5uIiwgImlzX2xvZ2dlZF9pbiI6IHRydWV9|00"
    page.context.add_cookies([{"name": "_streamlit_user", "value": forged, "url": address}])
    page.goto(address)
    settled(page)
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
