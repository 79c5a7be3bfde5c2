"""Does anything get lost? Kills, cancels and a full queue, against a real server and a real worker.

``python -m benchmarks.endurance [kills | cancels | queue | refits] [--rounds N]``; exit code 1 if anything was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from mmm_core.errors import StorageError
from mmm_core.exports.contract import JSON_FILES
from mmm_core.runs import drafts, runs
from mmm_core.runs.folder import OUTPUT_FILES
from mmm_core.runs.outputs import read_outputs
from mmm_core.settings import PROJECT
from mmm_core.workspace import run_state, storage, worker_door
from mmm_core.workspace.storage import Workspace
from tests.engines import decay_spec, desk, long_spec, ready, stop, submitted, until, worker_family

SHOWN_WITHIN_SECONDS = 10.0
OVER_WITHIN_SECONDS = 120.0
MOST_GROWTH_MB = 10.0
"""More memory that a process may have at the end than after the first tenth."""


def main() -> int:
    """Run the evidence asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endurance")
    parser.add_argument("names", nargs="*", help="default: all")
    parser.add_argument("--rounds", type=int)
    options = parser.parse_args()
    passed = True
    for name in options.names or EVIDENCE:
        with tempfile.TemporaryDirectory() as root:
            found = EVIDENCE[name](Workspace(Path(root)), options.rounds)
        print(name, json.dumps(found, indent=1), flush=True)
        passed = passed and found["passed"]
    return 0 if passed else 1


def kills(workspace: Workspace, rounds: int | None, *, seed: int = 1) -> dict[str, Any]:
    """``kill -9`` at random moments of worker, executor, fork server and web server, in turn.

    After each: no finished run lost or altered, no unreadable file, every run that was at work shown as interrupted
    within ten seconds, and finished when it is started again.
    """
    generator = random.Random(seed)  # noqa: S311 - moments, not secrets
    fingerprints: dict[str, dict[str, str]] = {}
    found: Counter[str] = Counter()
    slowest = 0.0
    server = Server(workspace)
    try:
        for number in range(rounds or 100):
            target = ("worker", "server", "executor", "fork server")[number % 4]
            ready(workspace)
            ids = [submitted(workspace, decay_spec(generator.uniform(0.1, 0.8), random_seed=number)) for _ in range(2)]
            time.sleep(generator.uniform(0.0, 1.5))
            _kill(target, workspace, server)
            if target == "server":
                server = Server(workspace)
            for run_id in ids:
                killed_at = time.monotonic()
                state = _until_clear(workspace, run_id)
                slowest = max(slowest, time.monotonic() - killed_at if state.phase == "interrupted" else 0.0)
                found[f"{target}: {state.phase}"] += 1
                if state.phase in ("interrupted", "failed", "cancelled"):
                    runs.submit(desk(workspace), run_id)
                final = runs.wait(desk(workspace), run_id, timeout=OVER_WITHIN_SECONDS)
                found["not finished"] += final.phase != "finished"
                fingerprints[run_id] = _fingerprint(workspace, run_id)
            found["altered"] += sum(_fingerprint(workspace, each) != seen for each, seen in fingerprints.items())
            found["unreadable"] += _unreadable(workspace)
    finally:
        server.end()
        stop(workspace)
    lost = found["not finished"] + found["altered"] + found["unreadable"]
    return {
        "rounds": rounds or 100,
        "runs": len(fingerprints),
        "slowest_shown_as_interrupted_seconds": round(slowest, 2),
        **{name: found[name] for name in ("not finished", "altered", "unreadable", *sorted(found))},
        "passed": lost == 0 and slowest <= SHOWN_WITHIN_SECONDS,
    }


def cancels(workspace: Workspace, rounds: int | None, *, seed: int = 2) -> dict[str, Any]:
    """Cancel at random moments of waiting, compiling, tuning, drawing and computing outputs."""
    generator = random.Random(seed)  # noqa: S311 - moments, not secrets
    seconds: list[float] = []
    phases, stages = Counter[str](), Counter[str]()
    ready(workspace)
    try:
        number = 0
        while len(seconds) < (rounds or 30):
            number += 1
            spec = long_spec(number) if number % 2 else decay_spec(generator.uniform(0.1, 0.8), random_seed=number)
            run_id = submitted(workspace, spec)
            time.sleep(generator.uniform(0.0, 0.9 if number % 2 == 0 else 3.0))
            before = runs.state(desk(workspace), run_id)
            if before.is_over:
                phases["over before"] += 1
                continue
            stages[before.step.split(",")[0]] += 1
            started = time.monotonic()
            runs.cancel(desk(workspace), run_id, keep=number % 5 == 4)
            final = runs.wait(desk(workspace), run_id, timeout=30)
            seconds.append(time.monotonic() - started)
            phases[final.phase] += 1
    finally:
        stop(workspace)
    return {
        "tries": len(seconds),
        "slowest_seconds": round(max(seconds), 2),
        "median_seconds": round(sorted(seconds)[len(seconds) // 2], 2),
        "ended_as": dict(phases),
        "cancelled_while": dict(stages),
        "passed": max(seconds) <= 1.0,
    }


def queue(workspace: Workspace, rounds: int | None) -> dict[str, Any]:
    """Runs queued at once: all finish, in order, in bounded memory, and no process is left behind."""
    beat = ready(workspace)
    ids = [submitted(workspace, decay_spec(0.1 + number / 100, random_seed=number)) for number in range(rounds or 20)]
    order: list[str] = []
    peak = 0.0

    def look() -> bool:
        nonlocal peak
        peak = max(peak, memory_mb(beat))
        phases = {run_id: runs.state(desk(workspace), run_id).phase for run_id in ids}
        order.extend(run_id for run_id in ids if phases[run_id] == "finished" and run_id not in order)
        return all(phase not in ("queued", "running") for phase in phases.values())

    try:
        until(lambda: look() or None, seconds=300)
    finally:
        stop(workspace)
    return {
        "runs": len(ids),
        "finished": len(order),
        "in_order": order == ids,
        "peak_memory_mb": round(peak),
        "passed": order == ids and peak <= 1536,
    }


def refits(workspace: Workspace, rounds: int | None) -> dict[str, Any]:
    """Live estimates one after the other, each under other settings: the memory of every process stays level.

    Compared are the medians of the last quarter and of the quarter after the first tenth, of all memory that a process
    has (resident). What is its own alone is told too: pages that it shared with the process it was forked from become
    its own as they are written to, which is no growth.
    """
    number = rounds or 2_000
    beat = ready(workspace)
    names = {slot.pid: slot.name for slot in beat.slots} | {beat.process.pid: "worker"}
    seen: dict[str, list[float]] = {name: [] for name in (*names.values(), "this process")}
    own: dict[str, list[float]] = {name: [] for name in seen}
    previous = None
    try:
        for place in range(number):
            spec = decay_spec(0.05 + 0.9 * place / number, random_seed=place)
            previous = drafts.create(desk(workspace), spec, previous=previous).draft.draft_id
            final = drafts.wait(desk(workspace), previous, timeout=OVER_WITHIN_SECONDS)
            assert final.phase == "finished", final  # noqa: S101 - evidence
            for pid, name in (*names.items(), (os.getpid(), "this process")):
                memory = psutil.Process(pid).memory_full_info()
                seen[name].append(memory.rss / 2**20)
                own[name].append(memory.uss / 2**20)
    finally:
        stop(workspace)
    early, late = slice(number // 10, number // 10 + number // 4), slice(-number // 4, None)
    growth = {name: statistics.median(each[late]) - statistics.median(each[early]) for name, each in seen.items()}
    return {
        "refits": number,
        "after_a_tenth_mb": {name: round(statistics.median(each[early]), 1) for name, each in seen.items()},
        "at_the_end_mb": {name: round(statistics.median(each[late]), 1) for name, each in seen.items()},
        "by_tenths_mb": {name: _by_tenths(each) for name, each in seen.items()},
        "own_alone_by_tenths_mb": {name: _by_tenths(each) for name, each in own.items()},
        "passed": all(more <= MOST_GROWTH_MB for more in growth.values()),
    }


def _by_tenths(values: list[float]) -> list[float]:
    step = max(1, len(values) // 10)
    return [round(statistics.median(values[start : start + step]), 1) for start in range(0, len(values), step)]


def memory_mb(beat: worker_door.Heartbeat) -> float:
    """Memory of the worker and all its processes, pages they share counted once (MB)."""
    total = 0
    for process in worker_family(beat):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 2**20


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The app, started as ``make run`` starts it, on a free port."""

    def __init__(
        self, workspace: Workspace, *, port: int | None = None, settings: dict[str, str] | None = None,
        script: str = "asgi.py",
    ) -> None:  # fmt: skip
        port = port or free_port()
        arguments = [
            script,
            "--server.address",
            "127.0.0.1",
            "--server.port",
            str(port),
            "--server.headless",
            "true",
        ]
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        with tempfile.NamedTemporaryFile(prefix="server-", suffix=".log", delete=False) as log:
            self._log = Path(log.name)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", *arguments],
                cwd=PROJECT,
                env=os.environ | {"MMM_ARTIFACTS": str(workspace.root)} | (settings or {}),
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        until(lambda: self._is_healthy() or None, seconds=30)

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=1):  # noqa: S310 - our own server
                return True
        except (urllib.error.URLError, OSError):
            return False

    def wrong(self, most: int = 6_000) -> str:
        """The end of what it wrote down of errors, until it is ended: a page says only that something went wrong."""
        said = self._log.read_text(errors="replace")
        return said[max(said.find("Traceback"), len(said) - most) :] if "Traceback" in said else ""

    def end(self) -> None:
        """Stop the server, by whatever it takes."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.unlink(missing_ok=True)


def _kill(target: str, workspace: Workspace, server: Server) -> None:
    if target == "server":
        server.process.kill()
        server.process.wait()
        return
    beat = worker_door.read_heartbeat(workspace)
    if beat is None:
        return
    worker, *others = worker_family(beat)
    executors = {slot.pid for slot in beat.slots if slot.name == "training"}
    victims = {
        "worker": [worker.pid],
        "executor": list(executors),
        "fork server": [
            each.pid for each in others if each.ppid() == worker.pid and "forkserver" in " ".join(each.cmdline())
        ],
    }
    for pid in victims[target]:
        os.kill(pid, signal.SIGKILL)


def _until_clear(workspace: Workspace, run_id: str) -> run_state.RunState:
    """The run's state once it is interrupted or over; a run that still waits or works is waited for."""

    def look() -> run_state.RunState | None:
        found = run_state.keep_going(workspace, runs.state(desk(workspace), run_id))
        return found if found.is_over else None

    return until(look, seconds=OVER_WITHIN_SECONDS)


def _fingerprint(workspace: Workspace, run_id: str) -> dict[str, str]:
    folder = desk(workspace).run_dir(run_id)
    return {name: storage.file_hash(folder / name) for name in (*OUTPUT_FILES, "run_spec.json", "status.json")}


def _unreadable(workspace: Workspace) -> int:
    """How many files of the workspace cannot be read, or are half of something."""
    bad = 0
    for folder in (workspace.root / "runs").iterdir():
        for path in folder.glob("*.json"):
            try:
                storage.read_json(path, JSON_FILES[path.name])
            except StorageError:
                bad += 1
        try:
            read_outputs(folder)
        except StorageError:
            bad += 1
        bad += len(list(folder.glob(".*.tmp")))
    return bad


EVIDENCE: dict[str, Callable[[Workspace, int | None], dict[str, Any]]] = {
    "kills": kills,
    "cancels": cancels,
    "queue": queue,
    "refits": refits,
}

if __name__ == "__main__":
    sys.exit(main())
