"""A small application behind the guards, as a process of its own: what reaches it, it says back.

``python -m tests.guarded WORKSPACE [--address A] [--idle SECONDS]`` prints its port. It is a process of its own, so
that its memory can be measured and its log lines read.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from benchmarks.endurance import free_port
from mmm_core import logs
from mmm_core.api.bodies import BodyLimits
from mmm_core.api.guards.guards import guarded
from mmm_core.workspace.storage import Workspace
from tests.engines import stop, until

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Guarded:
    """A running server: where it is, its process, and the file of its log lines."""

    address: str
    process: psutil.Process
    log: Path

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1])

    def peak_mb(self) -> float:
        """Most memory that the process has had so far (MB)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


@contextmanager
def running(workspace: Workspace, folder: Path, *arguments: str, **settings: str) -> Iterator[Guarded]:
    """The small application, served for the length of the block; ``settings`` are environment variables."""
    command = ["tests.guarded", str(workspace.root), *arguments]
    with _started(command, folder, settings) as (child, log):
        assert child.stdout is not None
        port = child.stdout.readline().strip()
        assert port, log.read_text()
        yield Guarded(f"http://127.0.0.1:{port}", psutil.Process(child.pid), log)


@contextmanager
def serving(workspace: Workspace, folder: Path, **settings: str) -> Iterator[Guarded]:
    """The real API, as ``python -m mmm_core serve`` serves it; its worker is stopped with it."""
    port = free_port()
    settings |= {"MMM_ARTIFACTS": str(workspace.root)}
    with _started(["mmm_core", "serve", "--port", str(port)], folder, settings) as (child, log):
        found = Guarded(f"http://127.0.0.1:{port}", psutil.Process(child.pid), log)
        until(lambda: _answers(found.address) or None, seconds=120)
        try:
            yield found
        finally:
            stop(workspace)


@contextmanager
def _started(
    command: list[str], folder: Path, settings: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    log = folder / f"guarded-{len(list(folder.glob('guarded-*')))}.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=PROJECT,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
        try:
            yield child, log
        finally:
            child.terminate()
            child.wait(20)
            if child.stdout:
                child.stdout.close()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api/health", timeout=120).status_code == 200
    except httpx.TransportError:
        return False


async def echo(request: Request) -> Response:
    if request.method == "POST":
        logs.record("thing made", "thing-1", owner=request.state.owner)
    return JSONResponse({"owner": request.state.owner})


async def upload(request: Request) -> Response:
    async with request.form() as form:
        return JSONResponse({"fields": len(form), "size": form["file"].size})  # type: ignore[union-attr]


async def count(request: Request) -> Response:
    return JSONResponse({"size": len(await request.body())})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--idle", type=float, default=10.0)
    options = parser.parse_args()
    routes = [
        Route("/health", echo),
        Route("/echo", echo, methods=["GET", "POST"]),
        Route("/upload", upload, methods=["POST"]),
        Route("/count", count, methods=["POST"]),
        Route("/docs", lambda _: HTMLResponse("<p>docs</p>")),
    ]
    limits = BodyLimits(idle_seconds=options.idle, grace_seconds=options.idle)
    api = guarded(
        Starlette(routes=routes), workspace=Workspace(options.workspace), address=options.address, limits=limits
    )
    config = uvicorn.Config(Starlette(routes=[Mount("/api", app=api)]), access_log=False, log_level="warning")
    config.load()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
