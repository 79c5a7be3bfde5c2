"""Many at once: status polls while a fit runs, and programs and people together.

``python -m benchmarks.load [polls | together] [--seconds S]``; exit code 1 if something failed, leaked to another
owner, or was slower than promised. Against the app as ``make run`` starts it, at loopback, for so long and no longer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
from playwright.async_api import Browser, FilePayload, Page, async_playwright

from benchmarks.endurance import Server, memory_mb
from mmm_core.runs import runs
from mmm_core.settings import PROJECT
from mmm_core.workspace import keys, worker_door
from mmm_core.workspace.storage import Workspace
from tests.engines import OWNER, desk, long_spec, ready, stop, submitted, until_phase

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

POLLERS = 200
FITS = 4
P95_MILLISECONDS = 250.0
CLIENTS, SESSIONS = 20, 10
SAMPLE = (PROJECT / "sample_data" / "mmm_sample.csv").read_bytes()
SPEC = json.loads((PROJECT / "sample_data" / "run_spec.json").read_text())
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
PAGE_MILLISECONDS = 180_000
PATIENCE_SECONDS = 600.0
"""After the end, for runs that still wait: they are fitted one after the other, beside ten browsers."""
SHOWN_FAILURES = 10


class UnexpectedError(Exception):
    """Something that should not have been seen."""


def expect(found: bool, words: str) -> None:
    """Fail with these words unless it was found."""
    if not found:
        raise UnexpectedError(words)


class Record:
    """What everybody met: milliseconds by what was done, and what went wrong."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, list[float]] = defaultdict(list)
        self.failures: list[str] = []

    async def timed[T](self, name: str, work: Awaitable[T]) -> T:
        """Do something and keep how long it took."""
        started = time.perf_counter()
        found = await work
        self.milliseconds[name].append(1000 * (time.perf_counter() - started))
        return found

    def table(self) -> dict[str, dict[str, float]]:
        """Number, median, 95th percentile and maximum of each."""
        return {
            name: {
                "count": len(found),
                "median_ms": round(float(np.median(found)), 1),
                "p95_ms": round(float(np.percentile(found, 95)), 1),
                "max_ms": round(max(found), 1),
            }
            for name, found in sorted(self.milliseconds.items())
        }


def main() -> int:
    """Run the load asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("names", nargs="*", help="default: all")
    parser.add_argument("--seconds", type=float)
    options = parser.parse_args()
    passed = True
    for name in options.names or LOADS:
        with tempfile.TemporaryDirectory() as root:
            found = LOADS[name](Workspace(Path(root)), options.seconds)
        print(name, json.dumps(found, indent=1), flush=True)
        passed = passed and found["passed"]
    return 0 if passed else 1


def polls(workspace: Workspace, seconds: float | None) -> dict[str, Any]:
    """200 clients that each ask for the status once a second while a fit runs, then all at the same moment."""
    # Each has a rate of its own, as clients of different machines would.
    secrets = [keys.create(workspace, f"poller {number}", owner=OWNER).secret for number in range(POLLERS)]
    server = Server(workspace)
    try:
        ready(workspace)
        # One after the other, so that something is fitted until the end.
        ids = [submitted(workspace, long_spec(seed)) for seed in range(FITS)]
        until_phase(workspace, ids[0], "running")
        record = Record()
        asyncio.run(_poll(server.port, secrets, ids, record, seconds or 20.0))
        fitting = not runs.state(desk(workspace), ids[-1]).is_over
        memory = round(psutil.Process(server.process.pid).memory_info().rss / 2**20)
        for run_id in ids:
            if not runs.state(desk(workspace), run_id).is_over:
                runs.cancel(desk(workspace), run_id)
    finally:
        server.end()
        stop(workspace)
    table = record.table()
    return {
        "clients": POLLERS,
        "fitting_until_the_end": fitting,
        "failures": record.failures[:SHOWN_FAILURES],
        "web_process_mb": memory,
        **table,
        "passed": not record.failures and fitting and table["once a second"]["p95_ms"] <= P95_MILLISECONDS,
    }


async def _poll(port: int, secrets: list[str], ids: list[str], record: Record, seconds: float) -> None:
    """Each client has a connection of its own, and does as little as it can: it shares two cores with the server."""
    current = 0

    async def ask(name: str, number: int) -> None:
        nonlocal current
        run_id = ids[current]
        status, body = await record.timed(name, _get(clients[number], f"/api/runs/{run_id}/status", secrets[number]))
        if status != 200 or f'"run_id":"{run_id}"'.encode() not in body:
            record.failures.append(f"{status} {body[:200]!r}")
        elif b'"over":true' in body:
            current = max(current, min(ids.index(run_id) + 1, len(ids) - 1))

    clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(POLLERS)]
    # The first request loads the API.
    await ask("first", 0)

    async def keep_asking(number: int) -> None:
        await asyncio.sleep(number / POLLERS)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await asyncio.gather(ask("once a second", number), asyncio.sleep(1.0))

    await asyncio.gather(*(keep_asking(number) for number in range(POLLERS)))
    await asyncio.gather(*(ask("all at one moment", number) for number in range(POLLERS)))
    for _, writer in clients:
        writer.close()


async def _get(streams: Streams, path: str, secret: str) -> tuple[int, bytes]:
    """Status and body of an answer; the connection stays open."""
    reader, writer = streams
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {secret}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    return int(head.split()[1]), await reader.readexactly(length)


def together(
    workspace: Workspace, seconds: float | None, *, clients: int = CLIENTS, sessions: int = SESSIONS
) -> dict[str, Any]:
    """Programs, each an owner with a key, and people in browsers: no error, nobody sees another's."""
    secrets = {
        name: keys.create(workspace, name, owner=name).secret for name in (f"client-{i}" for i in range(clients))
    }
    server = Server(workspace)
    try:
        beat = ready(workspace)
        web = psutil.Process(server.process.pid)
        before = web.memory_info().rss / 2**20
        record = Record()
        memory = partial(_memory, web, workspace)
        peak = asyncio.run(_all(server.address, secrets, record, seconds or 300.0, memory, sessions))
        after = web.memory_info().rss / 2**20
        family = round(memory_mb(worker_door.read_heartbeat(workspace) or beat))
        wrong = server.wrong() if record.failures else ""
    finally:
        server.end()
        stop(workspace)
    table = record.table()
    finished = table.get("api: fitted", {"count": 0})["count"]
    return {
        "seconds": seconds or 300.0,
        "clients": clients,
        "sessions": sessions,
        "failures": len(record.failures),
        "first_failures": record.failures[:SHOWN_FAILURES],
        "server_wrote": wrong,
        "web_process_mb": {"before": round(before), "after": round(after), "peak": round(peak)},
        "worker_family_mb": family,
        **table,
        "passed": not record.failures and finished > 0 and "page: own table" in table,
    }


def _memory(web: psutil.Process, workspace: Workspace) -> float:
    worker_door.ensure_worker(workspace)
    return float(web.memory_info().rss / 2**20)


async def _all(
    address: str, secrets: dict[str, str], record: Record, seconds: float, memory: Callable[[], float], sessions: int
) -> float:
    end = time.monotonic() + seconds
    peak = 0.0

    async def watch() -> None:
        nonlocal peak
        while time.monotonic() < end:
            peak = max(peak, memory())
            await asyncio.sleep(0.5)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        programs = [_program(address, name, secret, record, end) for name, secret in secrets.items()]
        people = [_person(browser, address, number, record, end) for number in range(sessions)]
        await asyncio.gather(watch(), *programs, *people)
        await browser.close()
    return peak


async def _program(address: str, name: str, secret: str, record: Record, end: float) -> None:
    """Again and again from upload to contributions, and everything deleted at the end."""
    headers = {"authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(base_url=f"{address}/api", headers=headers, timeout=120) as http:
        number = 0
        while time.monotonic() < end:
            number += 1
            try:
                await _once_through(http, f"{name}-{number}.csv", record, end)
            except (httpx.HTTPError, UnexpectedError, KeyError) as error:
                record.failures.append(f"{name}: {type(error).__name__} {error}")


async def _once_through(http: httpx.AsyncClient, label: str, record: Record, end: float) -> None:
    async def ask(what: str, method: str, path: str, *expected: int, **options: Any) -> Any:
        answer = await record.timed(f"api: {what}", http.request(method, path, **options))
        expect(answer.status_code in expected, f"{what}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    # A price that nobody else has makes the table, and so the run, this client's own.
    content = SAMPLE.replace(b"9.99", f"9.{zlib.crc32(label.encode()) % 9000 + 1000}".encode(), 1)
    made = await ask("upload", "POST", "/datasets/upload", 201, files={"file": (label, content)})
    dataset_id = made["dataset_id"]
    await ask("validate", "POST", f"/datasets/{dataset_id}/validate", 200)
    run_id = (await ask("create", "POST", "/runs/create", 200, 201, json=SPEC | {"dataset_id": dataset_id}))["run_id"]
    await ask("train", "POST", f"/runs/{run_id}/train", 202)
    started = time.perf_counter()
    while not (state := await ask("status", "GET", f"/runs/{run_id}/status", 200))["over"]:
        await asyncio.sleep(0.5)
        if time.monotonic() > end + PATIENCE_SECONDS:
            raise UnexpectedError(f"{run_id} is not over: {state['step']}")
    expect(state["phase"] == "finished", str(state))
    record.milliseconds["api: fitted"].append(1000 * (time.perf_counter() - started))
    rows = (await ask("contributions", "GET", f"/runs/{run_id}/contributions", 200))["rows"]
    expect({row["channel"] for row in rows} == {"tv", "digital", "social"}, f"{run_id} has other channels")
    listed = await ask("list datasets", "GET", "/datasets", 200)
    others = [each["label"] for each in listed["datasets"] if not each["read_only"] and each["label"] != label]
    expect(not others, f"{label} sees {others}")
    seen = (await ask("list runs", "GET", "/runs", 200))["runs"]
    expect([each["run_id"] for each in seen] == [run_id], f"{label} sees {len(seen)} runs")
    await ask("delete run", "DELETE", f"/runs/{run_id}", 204)
    await ask("delete dataset", "DELETE", f"/datasets/{dataset_id}", 204)


async def _person(browser: Browser, address: str, number: int, record: Record, end: float) -> None:
    """Looks at the demo, brings a table, moves on to settings; again and again, each time as somebody new."""
    turn = 0
    while time.monotonic() < end:
        turn += 1
        context = await browser.new_context(viewport={"width": 1440, "height": 1000})
        page = await context.new_page()
        page.set_default_timeout(PAGE_MILLISECONDS)
        try:
            await record.timed("page: overview", _open(page, f"{address}/"))
            await record.timed("page: results", _open(page, f"{address}/results?run=demo"))
            await record.timed("page: own table", _bring_table(page, address, f"person-{number}-{turn}.csv"))
            await record.timed("page: features", _open(page, f"{address}/features?dataset=demo"))
        except Exception as error:  # noqa: BLE001 - whatever a page does wrong is what is looked for
            record.failures.append(f"person {number}: {type(error).__name__} {str(error)[:300]}")
        finally:
            await context.close()


async def _open(page: Page, address: str) -> None:
    await page.goto(address)
    await _settled(page)
    await page.locator("h1").first.wait_for()


async def _settled(page: Page) -> None:
    await page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    await page.wait_for_selector("[data-test-script-state=notRunning]")
    for shown in await page.get_by_test_id("stException").all_inner_texts():
        expect(False, f"a page shows an exception: {' '.join(shown.split())}")


async def _bring_table(page: Page, address: str, label: str) -> None:
    await _open(page, f"{address}/data")
    # Columns that nobody else has: people without a login share their tables, and the same columns are taken over.
    content = SAMPLE.replace(b"ctrl_price", f"ctrl_price_{zlib.crc32(label.encode())}".encode(), 1)
    await page.locator(".st-key-upload input[type=file]").set_input_files(
        [FilePayload(name=label, mimeType="text/csv", buffer=content)]
    )
    await page.get_by_text("This table can be modelled.").wait_for()
    await _settled(page)
    shown = await page.inner_text("[data-testid=stMain]")
    expect(label in shown, f"{label} is not on its own page")
    strangers = [f"person-{other}-" for other in range(SESSIONS) if not label.startswith(f"person-{other}-")]
    expect(not any(each in shown for each in [*strangers, "client-"]), f"{label}: another's table is shown")


LOADS: dict[str, Callable[[Workspace, float | None], dict[str, Any]]] = {"polls": polls, "together": together}

if __name__ == "__main__":
    sys.exit(main())
