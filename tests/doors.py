"""The HTTP API as a real server on a free port, for tests."""

from __future__ import annotations

import http.client
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from mmm_core.api.server import create_server
from mmm_core.api.sockets import listening
from mmm_core.workspace.storage import Workspace
from tests.engines import SAMPLES, until

SAMPLE = (SAMPLES / "mmm_sample.csv").read_bytes()


@contextmanager
def running_api(workspace: Workspace) -> Iterator[str]:
    """Address of the API on a workspace, as ``python -m mmm_core serve`` serves it."""
    with running(create_server(workspace)) as address:
        yield f"{address}/api"


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Address of any application, served in a thread of its own."""
    with listening("127.0.0.1", 0) as bound:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=5))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        until(lambda: server.started, seconds=120)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=120)
            assert not thread.is_alive()


def uploaded(http: httpx.Client, content: bytes = SAMPLE, name: str = "table.csv", **form: str) -> str:
    """Id of a table that was uploaded."""
    answer = http.post("/datasets/upload", files={"file": (name, content)}, data=form)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["dataset_id"])


def created(http: httpx.Client, spec: dict[str, Any], **query: Any) -> str:
    """Id of a run that was made."""
    answer = http.post("/runs/create", json=spec, params=query)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["run_id"])


def until_over(http: httpx.Client, run_id: str, *, seconds: float = 90) -> dict[str, Any]:
    """Status of a run once it is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found: dict[str, Any] = http.get(f"/runs/{run_id}/status").json()
        if found["over"]:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not over after {seconds} s: {found}")


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem that an answer holds, which must be of that status and code and say what to do."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert (found["status"], found["code"], found["type"]) == (status, code, f"urn:mmm:{code}")
    assert found["title"]
    assert found["message"]
    assert found["remedy"]
    assert found["detail"] == f"{found['message']} {found['remedy']}"
    assert "Traceback" not in answer.text
    return found


def stays_open(port: int, *, seconds: float) -> bool:
    """Whether the server leaves a connection alone that has asked once and is idle."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/api/health")
        connection.getresponse().read()
        # A closed connection can be read: it has an end.
        ended, _, _ = select.select([connection.sock], [], [], seconds)
        return not ended
    finally:
        connection.close()
