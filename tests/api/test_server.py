"""``python -m mmm_core serve``, as a person starts it."""

import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.doors import stays_open
from tests.engines import ready, stop, until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mmm_core", "serve", *arguments]


@pytest.mark.slow
def test_the_api_alone_is_served_with_its_document_page_and_ends_when_asked(tmp_path):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {"MMM_ARTIFACTS": str(tmp_path)}
    workspace = Workspace(tmp_path)
    with subprocess.Popen(
        command("--port", str(port)), cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:

        def answers() -> bool:
            try:
                return httpx.get(f"{address}/api/health").status_code == 200
            except httpx.TransportError:
                return False

        try:
            until(answers, seconds=60)
            assert httpx.get(address).headers["location"] == "/api/docs"
            assert "server" not in httpx.get(f"{address}/api/health").headers
            assert httpx.get(f"{address}/api/runs/demo/status").json()["phase"] == "finished"
            assert stays_open(port, seconds=6)
            server.send_signal(signal.SIGTERM)
            said, _ = server.communicate(timeout=30)
            assert f"{address}/api/docs" in said
        finally:
            server.kill()
            # A worker that is still on its way could not be found, and would stay.
            ready(workspace)
            stop(workspace)


def test_a_port_that_is_taken_is_told_in_words(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = str(bound.getsockname()[1])
        environment = os.environ | {"MMM_ARTIFACTS": str(tmp_path)}
        done = subprocess.run(
            command("--port", port), cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 1
    assert "Address already in use" in done.stderr
    assert "--port 8001" in done.stderr
    assert "Traceback" not in done.stderr
