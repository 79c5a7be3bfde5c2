"""A real server and a real browser; without Chromium these tests are skipped, saying how to get it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import PROJECT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    if CHROMIUM is None:
        if os.environ.get("MMM_REQUIRE_BROWSER"):
            pytest.fail("Chromium is missing and the browser tests must run here.")
        pytest.skip("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of the app, started as `make run` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "asgi.py", "--server.address", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--server.port", str(port), "--server.headless", "true"], cwd=PROJECT, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(process, address)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_healthy(process: subprocess.Popen[bytes], address: str) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(  # noqa: S310 - our own server
                f"{address}/_stcore/health", timeout=1
            ):
                return
        except OSError:
            process_wait(process)
    raise AssertionError("the server did not answer within 30 seconds")


def process_wait(process: subprocess.Popen[bytes]) -> None:
    """A tenth of a second, or less if the process ends."""
    try:
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        return
