"""Does the HTTP API keep its own document? Requests generated from it, by Schemathesis, against a real server.

``python -m benchmarks.api_cases [--examples N] [--at-least N]``; exit code 1 if an answer was a server error or not as
the document says, or if fewer cases were generated than asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from mmm_core.settings import PROJECT
from mmm_core.workspace.storage import Workspace
from tests.engines import ready, stop, until

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
SECONDS_TO_START = 60.0
ALL_PHASES = "examples,coverage,fuzzing,stateful"
UNSAYABLE = "positive_data_acceptance"
"""The one check left out: a schema cannot say that a file is a table, or has rows enough for a specification."""
PATIENCE = "240"
"""Seconds that an answer may take: how long it takes says more of the machine, and of what else it does."""


def main() -> int:
    """Serve an empty workspace, and send it requests."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api_cases")
    parser.add_argument("--examples", type=int, default=200, help="cases per operation and phase, at most")
    parser.add_argument("--at-least", type=int, default=5000, help="cases that must have been generated")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root, served(Workspace(Path(root))) as address:
        found = check(address, examples=options.examples, seed=options.seed)
    print(json.dumps({name: value for name, value in found.items() if name != "output"}, indent=1))
    if not found["passed"]:
        print(found["output"])
    return 0 if found["passed"] and found["cases"] >= options.at_least else 1


def check(address: str, *, examples: int, seed: int, phases: str = ALL_PHASES) -> dict[str, Any]:
    """Send generated requests to the API at ``address``: valid ones, invalid ones, and sequences of them."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            str(SCHEMATHESIS), "run", f"{address}/openapi.json", "--phases", phases, "--max-examples", str(examples),
            "--seed", str(seed), "--checks", "all", "--exclude-checks", UNSAYABLE, "--continue-on-failure",
            "--request-timeout", PATIENCE, "--max-response-time", PATIENCE, "--report", "json",
            "--report-json-path", str(report), "--no-color",
        ]  # fmt: skip
        started = time.monotonic()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        found = json.loads(report.read_text())
    cases = found["test_cases"]
    return {
        "operations": found["operations"]["tested"],
        "cases": cases["generated"],
        "failures": found["failures"],
        "errors": found["errors"],
        "seconds": round(time.monotonic() - started, 1),
        "passed": done.returncode == 0 and found["complete"],
        "output": done.stdout + done.stderr,
    }


@contextmanager
def served(workspace: Workspace) -> Iterator[str]:
    """Address of the API alone on a workspace, in a process of its own, with its worker; both end with the block."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    address = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "mmm_core", "serve", "--port", str(port)]
    environment = os.environ | {"MMM_ARTIFACTS": str(workspace.root)}
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            until(lambda: _answers(address), seconds=SECONDS_TO_START)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)
            # A worker that is still on its way could not be found, and would stay.
            ready(workspace)
            stop(workspace)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=120).is_success
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    sys.exit(main())
