"""How long does an answer take? Our warm refit and cold fit beside the peers' refits, in one run.

``python -m benchmarks.refit [--refits N] [--peer-refits N] [--json FILE] [--only ours | scaling]``

Ours is timed from the request to ``OUTPUTS_READY``: queue, fit, every output written. The peers are timed for their fit
alone, in a running process, with their own defaults. Peers run in environments of their own, made by ``make bench``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

from benchmarks.endurance import memory_mb
from mmm_core.results.posterior_summary import PosteriorSummary
from mmm_core.runs import datasets, drafts, runs
from mmm_core.settings import PROJECT
from mmm_core.spec import RunSpec
from mmm_core.workspace import run_state, storage
from mmm_core.workspace.storage import Workspace
from tests.engines import (
    SAMPLES,
    decay_spec,
    demo_spec,
    desk,
    long_spec,
    ready,
    recommended_spec,
    stop,
    submitted,
    until,
    until_phase,
)
from tests.worlds import simulate

TABLE, SPEC = SAMPLES / "mmm_demo.csv", SAMPLES / "mmm_demo_spec.json"
PEERS = {
    "PyMC-Marketing, its default sampler": (".venv-bench", "peer_pymc_marketing.py", ["--sampler", "pymc"]),
    "PyMC-Marketing, nutpie": (".venv-bench", "peer_pymc_marketing.py", ["--sampler", "nutpie"]),
    "Meridian": (".venv-meridian", "peer_meridian.py", []),
}


SEEDS = itertools.count(1000)


def main() -> int:
    """Measure, print a table, and say whether the claims hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refit")
    parser.add_argument("--refits", type=int, default=50)
    parser.add_argument("--peer-refits", type=int, default=3)
    parser.add_argument("--only", choices=["ours", "scaling", "peers"])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    if options.only in (None, "ours", "peers"):
        figures["ours"] = ours(options.refits)
        print(json.dumps(figures["ours"], indent=1), flush=True)
    if options.only in (None, "peers"):
        figures["peers"] = {name: peer(name, options.peer_refits) for name in PEERS}
        figures["ratios"] = _ratios(figures["ours"], figures["peers"])
        print(_table(figures), flush=True)
    if options.only in (None, "scaling"):
        figures["scaling"] = scaling()
        print(json.dumps(figures["scaling"], indent=1))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def ours(refits: int) -> dict[str, Any]:
    """Seconds from the release of a slider to every output on disk, in several situations."""
    found: dict[str, Any] = {"cold_fit_seconds": _cold_fit()}
    with tempfile.TemporaryDirectory() as root:
        workspace = Workspace(Path(root))
        started = time.perf_counter()
        found["seconds to the first progress, worker not started"] = _first_progress(workspace)
        beat = ready(workspace)
        found["worker_ready_seconds"] = round(time.perf_counter() - started, 2)
        try:
            decays = np.linspace(0.1, 0.8, refits)
            found["refit, other decays"] = _refits(workspace, [decay_spec(round(float(d), 4)) for d in decays])
            found["refit, other structure"] = _refits(workspace, _structures(workspace))
            found["recommended, 2 x (500 + 500)"] = _fits(workspace, min(refits, 20), draws=500)
            found["recommended, 2 x (1000 + 1000)"] = _fits(workspace, min(refits, 20), draws=1000)
            found["memory_mb"] = round(memory_mb(beat))
            found["seconds to the first progress, warm"] = _first_progress(workspace)
            training = submitted(workspace, long_spec(99))
            until_phase(workspace, training, "running")
            others = [decay_spec(round(float(d), 4), random_seed=5) for d in np.linspace(0.1, 0.8, 20)]
            found["refit, while a training runs"] = _refits(workspace, others)
            found["the training was still at work"] = runs.state(desk(workspace), training).phase == "running"
            runs.cancel(desk(workspace), training)
        finally:
            stop(workspace)
    return found


def _refits(workspace: Workspace, specs: list[RunSpec]) -> dict[str, float]:
    """Refit one setting after the other; the first two are left out, a person has moved a slider before."""
    seconds, ess, previous = [], [], None
    for spec in specs:
        started = time.perf_counter()
        previous = drafts.create(desk(workspace), spec, previous=previous).draft.draft_id
        found = drafts.wait(desk(workspace), previous, timeout=120)
        seconds.append(time.perf_counter() - started)
        assert found.phase == "finished", found  # noqa: S101 - a benchmark of failures would be fast
        summary = storage.read_json(workspace.draft_dir(previous) / "posterior_summary.json", PosteriorSummary)
        ess.append(min(row.ess_bulk or 0.0 for row in summary.parameters))
    return _summary(seconds[2:], ess)


def _summary(seconds: list[float], ess: list[float]) -> dict[str, float]:
    median = float(np.median(seconds))
    return {
        "refits": len(seconds),
        "median_seconds": round(median, 3),
        "p95_seconds": round(float(np.quantile(seconds, 0.95)), 3),
        "min_ess": round(float(np.median(ess))),
        "ess_per_second": round(float(np.median(ess)) / median, 1),
    }


def _fits(workspace: Workspace, fits: int, *, draws: int) -> dict[str, float]:
    """Fits of the demo by the recommended model, each with a seed of its own: request to answer on disk, warm."""
    seconds, ess = [], []
    for _ in range(fits + 1):
        spec = recommended_spec(random_seed=next(SEEDS), sampler={"draws": draws, "tune": draws})
        started = time.perf_counter()
        run_id = submitted(workspace, spec)
        found = runs.wait(desk(workspace), run_id, timeout=300)
        seconds.append(time.perf_counter() - started)
        assert found.phase == "finished", found  # noqa: S101 - as above
        totals = runs.get_outputs(desk(workspace), run_id).diagnostics.totals_ess_bulk
        ess.append(totals or 0.0)
    return _summary(seconds[1:], ess[1:])


def _structures(workspace: Workspace) -> list[RunSpec]:
    """Settings that change the number of columns: Fourier pairs, controls, channels; up to 16 channels, 24 controls."""
    world = simulate(16, weeks=156, channels=16)
    noise = np.random.default_rng(16).normal(size=(156, 21))
    wide = world.frame.join(pd.DataFrame(noise, columns=[f"ctrl_noise{number}" for number in range(21)]))
    content = wide.to_csv(index=False).encode()
    dataset = datasets.create_dataset(desk(workspace), content, "wide.csv")
    columns = [str(column) for column in wide.columns]
    drivers = [column for column in columns if column.startswith("act_")]
    controls = [column for column in columns if column.startswith("ctrl_")]
    found: list[RunSpec] = []
    for number in range(12):
        config = demo_spec().feature_config.model_dump() | {"seasonality": {"enabled": True, "K": 1 + number % 8}}
        config["adstock"]["per_channel"] = {}
        small = demo_spec()
        found.append(
            demo_spec(
                feature_config=config,
                drivers=list(small.drivers)[: 3 + number % 4],
                controls=list(small.controls)[: number % 5],
            )
        )
        # Trend and Fourier terms are control columns too: 24 in all at the most.
        pairs = 1 + number % 3
        config = config | {"seasonality": {"enabled": True, "K": pairs}}
        few = {"drivers": drivers[: 16 - number % 4], "controls": controls[: 23 - 2 * pairs]}
        found.append(demo_spec(dataset_id=dataset.dataset_id, feature_config=config, **few))
    return found


def _first_progress(workspace: Workspace) -> float:
    """Seconds from asking for a fit to the first true progress: a share above zero, of warming or of draws."""
    started = time.perf_counter()
    run_id = submitted(workspace, long_spec(98, draws=4000))

    def look() -> run_state.RunState | None:
        found = run_state.keep_going(workspace, runs.state(desk(workspace), run_id))
        return found if found.fraction > 0 else None

    until(look, seconds=30)
    seconds = time.perf_counter() - started
    runs.cancel(desk(workspace), run_id)
    return round(seconds, 2)


def _cold_fit() -> float:
    """Seconds of a fit that starts with nothing loaded: one command."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mmm_core", "run", str(TABLE), "--spec", str(SPEC), "--out", f"{folder}/out"]
        started = time.perf_counter()
        subprocess.run([*command, "--json"], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        return round(time.perf_counter() - started, 2)


def peer(name: str, refits: int) -> dict[str, Any]:
    """Figures of a peer, or why there are none."""
    environment, script, arguments = PEERS[name]
    python = PROJECT / environment / "bin" / "python"
    if not python.exists():
        return {"missing": f"{environment} is not there: make bench makes it where the package installs"}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as spec:
        spec.write(recommended_spec().model_dump_json(by_alias=True))  # with every default in it: peers have others
        spec.flush()
        command = [str(python), f"benchmarks/{script}", str(TABLE), spec.name, "--refits", str(refits), *arguments]
        process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        peak, output = _watch_memory(process)
    if process.returncode:
        return {"missing": f"it failed: {output[1].strip().splitlines()[-1][:200]}"}
    figures: dict[str, Any] = json.loads(output[0].strip().splitlines()[-1])
    return {**figures, "memory_mb": peak, "ess_per_second": figures["min_ess"] / figures["refit_seconds"]}


def _watch_memory(process: subprocess.Popen[str]) -> tuple[float, tuple[str, str]]:
    peak = 0.0
    while True:
        try:
            return peak, process.communicate(timeout=0.5)
        except subprocess.TimeoutExpired:
            try:
                family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                peak = max(peak, sum(each.memory_full_info().pss for each in family) / 2**20)
            except psutil.Error:
                continue


def _ratios(found: dict[str, Any], peers: dict[str, Any]) -> dict[str, Any]:
    mine, recommended = found["refit, other decays"], found["recommended, 2 x (1000 + 1000)"]
    return {
        name: {
            "times_slower": round(figures["refit_seconds"] / mine["median_seconds"], 1),
            "our_ess_per_second_over_theirs": round(mine["ess_per_second"] / figures["ess_per_second"], 1),
            "times_slower_than_recommended": round(figures["refit_seconds"] / recommended["median_seconds"], 1),
            "recommended_ess_of_totals_per_second_over_theirs": round(
                recommended["ess_per_second"] * figures["refit_seconds"] / figures["min_ess_of_totals"], 1
            ),
        }
        for name, figures in peers.items()
        if "missing" not in figures
    }


def _table(figures: dict[str, Any]) -> str:
    mine = figures["ours"]["refit, other decays"]
    row = "{:<38}{:>12}{:>10}{:>14}{:>12}{:>16}{:>16}".format
    lines = [row("refit of the demo", "seconds", "min ESS", "ESS/second", "memory MB", "times slower", "ESS/s, ours ÷")]
    memory = figures["ours"]["memory_mb"]
    lines.append(
        row("ours, all outputs on disk", mine["median_seconds"], mine["min_ess"], mine["ess_per_second"], memory, 1, 1)
    )
    for name, found in figures["peers"].items():
        if "missing" in found:
            lines.append(f"{name:<38}{found['missing']}")
            continue
        ratio = figures["ratios"][name]
        numbers = (found["refit_seconds"], found["min_ess"], found["ess_per_second"], found["memory_mb"])
        shown = [f"{number:.1f}" for number in numbers]
        lines.append(row(name, *shown, ratio["times_slower"], ratio["our_ess_per_second_over_theirs"]))
    return "\n".join(lines)


def scaling() -> dict[str, Any]:
    """How our cost grows with weeks, channels and draws (seconds of a warm fit, median of three)."""
    with tempfile.TemporaryDirectory() as root:
        workspace = Workspace(Path(root))
        ready(workspace)
        try:
            return {
                "recommended, weeks": {
                    weeks: _cost(workspace, weeks=weeks, model="recommended") for weeks in (52, 104, 156, 260, 520)
                },
                "recommended, channels": {
                    channels: _cost(workspace, channels=channels, model="recommended")
                    for channels in (3, 6, 12, 20, 30)
                },
                "weeks": {weeks: _cost(workspace, weeks=weeks) for weeks in (52, 104, 156, 260, 520)},
                "channels": {channels: _cost(workspace, channels=channels) for channels in (3, 6, 12, 24, 50)},
                "draws": {draws: _cost(workspace, draws=draws) for draws in (250, 500, 1000, 2000, 4000)},
            }
        finally:
            stop(workspace)


def _cost(
    workspace: Workspace, *, weeks: int = 156, channels: int = 6, draws: int = 1000, model: str = "fixed"
) -> float:
    """Median seconds of three warm fits; a seed serves once, since the same fit would not be computed again."""
    world = simulate(7, weeks=weeks, channels=channels)
    frame: pd.DataFrame = world.frame
    dataset = datasets.create_dataset(desk(workspace), frame.to_csv(index=False).encode(), "world.csv")
    seconds = []
    for _ in range(4):
        changes = {
            "dataset_id": dataset.dataset_id,
            "random_seed": next(SEEDS),
            "sampler": {"draws": draws, "tune": draws},
        }
        spec = RunSpec.model_validate(world.spec | changes | {"model": {"kind": model}})
        started = time.perf_counter()
        draft_id = drafts.create(desk(workspace), spec).draft.draft_id
        found = drafts.wait(desk(workspace), draft_id, timeout=300)
        seconds.append(time.perf_counter() - started)
        assert found.phase == "finished", found  # noqa: S101 - a benchmark of failures would be fast
    # The first one of a size may compile.
    return round(float(np.median(seconds[1:])), 3)


if __name__ == "__main__":
    sys.exit(main())
