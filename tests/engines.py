"""A workspace with a real worker, for tests: started once, and shown to leave no process behind."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from mmm_core import shipped
from mmm_core.runs import runs
from mmm_core.runs.folder import change_manifest
from mmm_core.settings import PROJECT
from mmm_core.spec import RunSpec, spec_from
from mmm_core.workspace import queueing, run_state, worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.worker_door import Heartbeat

OWNER = "local"
SAMPLES = PROJECT / "sample_data"


def desk(workspace: Workspace, owner: str = OWNER) -> Desk:
    """Where somebody works: the local owner, unless said otherwise."""
    return Desk(workspace, owner)


LONG = 240
"""Seconds after which something does not happen any more, on however busy a machine."""


@contextmanager
def running_worker(root: Path) -> Iterator[Workspace]:
    """A workspace whose worker is ready; it is stopped at the end, and nothing of it may be left."""
    workspace = Workspace(root)
    worker_door.ensure_worker(workspace)
    ready(workspace)
    try:
        yield workspace
    finally:
        stop(workspace)


def ready(workspace: Workspace) -> Heartbeat:
    """The heartbeat of the worker, once it could fit."""

    def is_ready() -> Heartbeat | None:
        worker_door.ensure_worker(workspace)
        beat = worker_door.read_heartbeat(workspace)
        warm = {slot.name for slot in beat.slots if slot.ready} if beat else set()
        return beat if beat and beat.state == "ready" and warm >= {"interactive", "training"} else None

    return until(is_ready, seconds=LONG)


def stop(workspace: Workspace) -> None:
    """Stop the worker; every process of it must go."""
    beat = worker_door.read_heartbeat(workspace)
    family = worker_family(beat) if beat else []
    if beat:
        psutil.Process(beat.process.pid).terminate()
    # A fork server that is still loading its libraries hears of the end when it has loaded them.
    left = still_there(family, seconds=LONG)
    assert not left, f"processes left behind: {left}"


def still_there(family: list[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Those that have not ended in time; the adopter of one that has ended may not have asked for it yet."""
    deadline = time.monotonic() + seconds
    while (left := [each for each in family if _works(each)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _works(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def worker_family(beat: Heartbeat) -> list[psutil.Process]:
    """The worker, its fork server and its executors."""
    worker = psutil.Process(beat.process.pid)
    return [worker, *worker.children(recursive=True)]


def until[T](look: Callable[[], T | None], *, seconds: float) -> T:
    """What ``look`` gives once it gives something; fails if it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"nothing after {seconds} s: {look}")


FIXED = {
    "adstock": {
        "per_channel": {
            "act_tv": 0.7, "act_search": 0.1, "act_social": 0.3, "act_video": 0.45, "act_radio": 0.5, "act_print": 0.4
        }
    },
    "saturation": {"enabled": False},
    "seasonality": {"K": 2},
}  # fmt: skip
"""Settings under which the demo's fit takes a fraction of a second."""


def demo_spec(**changes: object) -> RunSpec:
    """The demo's specification with fixed settings, unless others are given; top-level fields can be replaced."""
    demo = json.loads((SAMPLES / "mmm_demo_spec.json").read_text())
    return spec_from(demo | {"model": {"kind": "fixed"}, "feature_config": FIXED} | changes)


def recommended_spec(**changes: object) -> RunSpec:
    """The demo's specification as it ships: the data may move the settings."""
    return spec_from(json.loads((SAMPLES / "mmm_demo_spec.json").read_text()) | changes)


def decay_spec(decay: float, **changes: object) -> RunSpec:
    """The demo with one decay for every channel."""
    adstock = {"decay_default": decay, "per_channel": {}}
    return demo_spec(feature_config=FIXED | {"adstock": adstock}, **changes)


def long_spec(seed: int = 1, draws: int = 20_000) -> RunSpec:
    """A run that takes many seconds, so that something can happen meanwhile."""
    return demo_spec(random_seed=seed, sampler={"draws": draws, "tune": draws, "chains": 8})


def submitted(workspace: Workspace, spec: RunSpec) -> str:
    """Id of a fresh run that was queued."""
    run_id = runs.create(desk(workspace), spec, fresh=True).run_id
    runs.submit(desk(workspace), run_id)
    return run_id


def until_phase(workspace: Workspace, run_id: str, phase: str, *, seconds: float = 200) -> run_state.RunState:
    """State of the run once it is in that phase."""

    def look() -> run_state.RunState | None:
        found = runs.state(desk(workspace), run_id)
        return found if found.phase == phase else None

    return until(look, seconds=seconds)


def unproved_demo(target: Path) -> Path:
    """A copy of the shipped run without the proof that ships with it."""
    return Path(shutil.copytree(shipped.RUNS[shipped.DEMO], target, ignore=shutil.ignore_patterns(queueing.PROOF)))


def finished(workspace: Workspace, name: str, *, kind: str = "run", **manifest: object) -> Path:
    """Folder of a finished run, a copy of the shipped one; ``manifest`` is what its manifest says otherwise."""
    folder = workspace.run_dir(name) if kind == "run" else workspace.draft_dir(name)
    unproved_demo(folder)
    change_manifest(folder, **manifest)
    return folder


def finished_as_set(workspace: Workspace, name: str, *, saturation: float | None = None) -> Path:
    """Folder of a finished run as an earlier version left it, with settings as they were set.

    ``saturation`` is where every channel's effect is half of its most; None: there is no saturation.
    """
    folder = finished(workspace, name, outputs={}, owner=OWNER)
    summary = json.loads((folder / "channel_summary.json").read_text()) | {"model": "fixed"}
    summary.pop("mroi_note", None)
    (folder / "channel_summary.json").write_text(json.dumps(summary))
    scaler = json.loads((folder / "feature_scaler.json").read_text()) | {"estimated": None}
    for channel in scaler["channels"].values():
        channel |= {"half_saturation": saturation, "slope": None if saturation is None else 1.0}
    (folder / "feature_scaler.json").write_text(json.dumps(scaler))
    return folder
