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
                return httpx.get(f"{address}/api/health", timeout=120).status_code == 200
            except httpx.TransportError:
                return False

        try:
            until(answers, seconds=120)
            assert httpx.get(address, timeout=120).headers["location"] == "/api/docs"
            assert "server" not in httpx.get(f"{address}/api/health", timeout=120).headers
            assert httpx.get(f"{address}/api/runs/demo/status", timeout=120).json()["phase"] == "finished"
            assert stays_open(port, seconds=6)
            server.send_signal(signal.SIGTERM)
            said, _ = server.communicate(timeout=30)
            assert f"{address}/api/docs" in said
        finally:
            server.kill()
            # A worker that is still on its way could not be found, and would stay.
            ready(workspace)
            stop(workspace)


@pytest.mark.slow
@pytest.mark.parametrize("door", ["the app", "the api"])
def test_nobody_gets_another_address_by_naming_one(tmp_path, door):
    environment = os.environ | {
        "MMM_ARTIFACTS": str(tmp_path),
        "MMM_RATE_PER_MINUTE": "5",
        "MMM_WORKER_IDLE_SECONDS": "1",
    }
    port = free_port()
    app = ["-m", "streamlit", "run", "asgi.py", "--server.address=127.0.0.1", f"--server.port={port}"]
    arguments = [sys.executable, *app, "--server.headless=true"] if door == "the app" else command("--port", str(port))
    with subprocess.Popen(
        arguments, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:

        def ask(number: int) -> int | None:
            headers = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}
            try:
                return httpx.get(f"http://127.0.0.1:{port}/api/datasets", headers=headers, timeout=120).status_code
            except httpx.TransportError:
                return None

        try:
            until(lambda: ask(0), seconds=120)
            # Five a minute and address: all of these are one address.
            assert [ask(number) for number in range(1, 11)].count(429) >= 5
        finally:
            server.kill()


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
