"""A run's report is shared by a link that needs no key and opens nothing else."""

import logging

import httpx
import pytest

from mmm_core.api.binding import require_shareable
from mmm_core.errors import RunError
from mmm_core.logs import LOGGER
from mmm_core.workspace import keys
from mmm_core.workspace.storage import Workspace
from tests.doors import problem, running_api
from tests.engines import stop, until


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def address(workspace):
    with running_api(workspace) as address:
        yield address
    stop(workspace)


def made(address: str, **headers: str) -> dict:
    """A link to the demo's headline."""
    body = {"days": 2, "report": {"form": "pptx", "sections": ["definitions"], "title": "For the board"}}
    answer = httpx.post(f"{address}/runs/demo/shares", json=body, headers=headers, timeout=120)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_link_shows_a_page_that_has_no_part_in_the_site(address):
    told = made(address)
    assert told["share"]["title"] == "For the board"
    assert told["path"].startswith("/api/shared/share-")
    page = httpx.get(f"{address.removesuffix('/api')}{told['path']}", timeout=120)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "For the board" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    listed = httpx.get(f"{address}/shares", params={"run_id": "demo"}, timeout=120).json()
    assert (listed["total"], listed["shares"][0]["share_id"]) == (1, told["share"]["share_id"])
    assert httpx.delete(f"{address}/shares/{told['share']['share_id']}", timeout=120).status_code == 204
    problem(httpx.get(f"{address.removesuffix('/api')}{told['path']}", timeout=120), 404, "no_share")
    problem(httpx.delete(f"{address}/shares/{told['share']['share_id']}", timeout=120), 404, "no_share")


class Lines(logging.Handler):
    """What is written to the log."""

    def __init__(self) -> None:
        super().__init__()
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.said += str(getattr(record, "fields", record.getMessage()))


def test_the_log_says_who_read_what_and_never_the_secret(address):
    told, lines = made(address), Lines()
    LOGGER.addHandler(lines)
    try:
        httpx.get(f"{address.removesuffix('/api')}{told['path']}", timeout=120)
        until(lambda: lines.said, seconds=60)
    finally:
        LOGGER.removeHandler(lines)
    said = lines.said
    share_id, _, secret = told["path"].rsplit("/", 1)[1].partition(".")
    assert f"shared report read {share_id}" in said
    assert secret not in said


def test_what_cannot_be_shared_is_refused_in_words(address):
    problem(httpx.post(f"{address}/runs/run-none/shares", timeout=120), 404, "no_run")
    answer = httpx.post(f"{address}/runs/demo/shares", json={"days": 0}, timeout=120)
    assert answer.status_code == 422
    assert httpx.get(f"{address}/shared/{'x' * 300}", timeout=120).status_code in (404, 422)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.4", ""])  # noqa: S104 - only asked about
def test_where_nobody_logs_in_a_server_for_others_shares_nothing(address, monkeypatch, tmp_path):
    monkeypatch.setattr("mmm_core.settings.PROJECT", tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(RunError, match="only where people log in"):
        require_shareable(address)
    require_shareable("127.0.0.1")
    require_shareable("::1")


def test_where_keys_are_needed_a_link_needs_none_and_opens_one_page(address, workspace):
    """The last: from the first key on the server wants one."""
    secret = keys.create(workspace, "test").secret
    told = made(address, authorization=f"Bearer {secret}")
    site = address.removesuffix("/api")
    assert httpx.get(f"{site}{told['path']}", timeout=120).status_code == 200
    for path in ("/api/runs", "/api/shares", "/api/runs/demo/report", f"{told['path']}/../../runs"):
        assert httpx.get(f"{site}{path}", timeout=120).status_code == 401, path
    for method in ("POST", "DELETE", "PUT"):
        assert httpx.request(method, f"{site}{told['path']}", timeout=120).status_code == 401
    problem(httpx.get(f"{site}{told['path']}x", timeout=120), 404, "no_share")
