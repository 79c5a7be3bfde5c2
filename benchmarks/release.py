"""How long from the release of a slider to the estimate on disk, here and in another checkout, in one sitting?

Usage: ``python -m benchmarks.release [OTHER] [--releases N]``. Each version has a workspace and a worker of its own;
they take turns, one release each, so that whatever else the machine does meets both. What is released: decay, K,
window. Also measured: the start of the web process until it answers, and its memory then.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.endurance import free_port

HERE = Path(__file__).resolve().parent.parent
STARTS = 7
PROGRAM = """
import importlib.util, json, sys, time
from pathlib import Path
if importlib.util.find_spec("mmm_core.workspace"):
    from mmm_core.runs import datasets, drafts
    from mmm_core.spec import spec_from
    from mmm_core.workspace import worker_door as door
    from mmm_core.workspace.desk import Desk
    from mmm_core.workspace.storage import Workspace
    desk = Desk(Workspace(Path(sys.argv[1])), "local")
    workspace, first, more, estimate_of = desk.workspace, (desk,), {}, drafts.get_live_estimate
else:
    from mmm_core import datasets, drafts, engine as door
    from mmm_core.spec import spec_from
    from mmm_core.storage import Workspace
    workspace = Workspace(Path(sys.argv[1]))
    first, more, estimate_of = (workspace,), {"owner": "local"}, drafts.get_answer
samples = Path("sample_data")
made = datasets.create_dataset(*first, (samples / "mmm_demo.csv").read_bytes(), "t.csv", **more)
demo = json.loads((samples / "mmm_demo_spec.json").read_text()) | {"dataset_id": made.dataset_id}
door.ensure_worker(workspace)
while not ((beat := door.read_heartbeat(workspace)) and beat.state == "ready"):
    time.sleep(0.1)
previous = None
print("ready", flush=True)
for line in sys.stdin:
    spec = spec_from(demo | json.loads(line))
    started = time.perf_counter()
    draft = drafts.create(*first, spec, previous=previous, **more).draft
    asked = time.perf_counter()
    while estimate_of(*first, draft.draft_id, **more) is None:
        time.sleep(0.002)
    shown = time.perf_counter()
    while not drafts.state(*first, draft.draft_id, **more).is_over:
        time.sleep(0.002)
    previous = draft.draft_id
    print(json.dumps([asked - started, shown - started, time.perf_counter() - started]), flush=True)
import psutil
for process in [psutil.Process(beat.process.pid), *psutil.Process(beat.process.pid).children(recursive=True)]:
    process.kill()
"""


def main() -> None:
    """Measure both versions and print medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.release")
    parser.add_argument("other", type=Path, nargs="?", help="another checkout of this project")
    parser.add_argument("--releases", type=int, default=20)
    options = parser.parse_args()
    versions = {"here": HERE} | ({"other": options.other.resolve()} if options.other else {})
    figures = {name: {} for name in versions} | _releases(versions, options.releases)  # type: ignore[var-annotated]
    for name, found in _starts(versions).items():
        figures[name] |= found
    if "other" in figures:
        figures["ratio"] = {
            key: round(value / figures["other"][key], 2) for key, value in figures["here"].items() if value
        }
    print(json.dumps(figures, indent=1))


def _releases(versions: dict[str, Path], releases: int) -> dict[str, dict[str, float]]:
    """Median seconds by what was released: until it was asked for, until the answer is there, until all is."""
    with tempfile.TemporaryDirectory() as scratch:
        programs = {name: _program(code, Path(scratch) / name) for name, code in versions.items()}
        seconds: dict[str, dict[str, list[list[float]]]] = {name: {} for name in versions}
        for what in ("decay", "K", "window"):
            for number in range(releases + 1):
                for name, program in programs.items():
                    assert program.stdin is not None  # noqa: S101 - for the type checker
                    assert program.stdout is not None  # noqa: S101 - the same
                    program.stdin.write(json.dumps(_moved(what, number)) + "\n")
                    program.stdin.flush()
                    times = json.loads(program.stdout.readline())
                    if number:  # the first of each warms what is loaded on first use
                        seconds[name].setdefault(what, []).append(times)
        for program in programs.values():
            program.communicate(timeout=60)
    return {
        name: {
            f"{what}: {until}": round(statistics.median(each[place] for each in times), 4)
            for what, times in by_what.items()
            for place, until in enumerate(("asked", "estimate on disk", "everything on disk"))
        }
        for name, by_what in seconds.items()
    }


def _program(code: Path, workspace: Path) -> subprocess.Popen[str]:
    workspace.mkdir()
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(workspace)],
        cwd=code, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert program.stdout is not None  # noqa: S101 - for the type checker
    if program.stdout.readline().strip() != "ready":
        raise SystemExit(f"{code} did not start")
    return program


def _moved(what: str, number: int) -> dict[str, Any]:
    """Fields of the demo's specification after one more release; never the same twice."""
    config: dict[str, Any] = json.loads((HERE / "sample_data" / "mmm_demo_spec.json").read_text())["feature_config"]
    if what == "decay":
        return {"feature_config": config | {"adstock": {"decay_default": round(0.2 + 0.017 * number, 4)}}}
    if what == "K":
        adstock = {"decay_default": round(0.3 + 0.001 * number, 4)}
        return {"feature_config": config | {"adstock": adstock, "seasonality": {"enabled": True, "K": 1 + number % 8}}}
    return {"windows": {"estimation_months": 14 + number}}


def _starts(versions: dict[str, Path]) -> dict[str, dict[str, float]]:
    """Median seconds from the start of the web process to its first answer, and its memory then."""
    seconds: dict[str, list[float]] = {name: [] for name in versions}
    memory: dict[str, list[float]] = {name: [] for name in versions}
    for _ in range(STARTS):
        for name, code in versions.items():
            with tempfile.TemporaryDirectory() as scratch:
                port, started = free_port(), time.perf_counter()
                server = subprocess.Popen(
                    [sys.executable, "-m", "mmm_core", "serve", "--port", str(port)],
                    cwd=code, env=os.environ | {"MMM_ARTIFACTS": scratch}, stdout=subprocess.DEVNULL,
                )  # fmt: skip
                try:
                    while not _answers(port):
                        time.sleep(0.01)
                    seconds[name].append(time.perf_counter() - started)
                    memory[name].append(psutil.Process(server.pid).memory_info().rss / 2**20)
                finally:
                    server.terminate()
                    server.wait(20)
    return {
        name: {
            "web process: first answer": round(statistics.median(seconds[name]), 3),
            "web process: MB": round(statistics.median(memory[name]), 1),
        }
        for name in versions
    }


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/runs/demo/contributions", timeout=120).status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    main()
