"""The worker as a process of its own: real kills, a real full disk, real servers."""

import os
import resource
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import psutil
import pytest

from benchmarks import endurance
from mmm_core.runs import datasets, drafts, runs
from mmm_core.workspace import locks, queueing, status, storage, worker_door
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import (
    LONG,
    SAMPLES,
    decay_spec,
    demo_spec,
    desk,
    long_spec,
    ready,
    running_worker,
    still_there,
    stop,
    submitted,
    until,
    until_phase,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace whose worker these tests may break."""
    with running_worker(tmp_path_factory.mktemp("breakable")) as workspace:
        yield workspace


@pytest.fixture(autouse=True)
def worker_is_ready(workspace):
    ready(workspace)


def executor(workspace: Workspace) -> psutil.Process:
    """The process that fits runs."""

    def look() -> psutil.Process | None:
        beat = worker_door.read_heartbeat(workspace)
        slots = [slot for slot in beat.slots if slot.name == "training" and slot.ready] if beat else []
        try:
            return psutil.Process(slots[0].pid) if slots else None
        except psutil.NoSuchProcess:  # it died a moment ago, which the worker will hear
            return None

    return until(look, seconds=120)


def test_a_second_worker_leaves_the_workspace_to_the_first(workspace):
    first = ready(workspace).process
    command = [sys.executable, "-m", "mmm_core", "worker", "--workspace", str(workspace.root)]
    second = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 0
    assert "has a worker already" in second.stdout
    assert ready(workspace).process == first


def test_progress_is_told_while_the_sampler_works(workspace):
    run_id = submitted(workspace, long_spec(3))
    seen = []

    def look() -> bool:
        found = runs.state(desk(workspace), run_id)
        if found.status.progress and found.status.progress.chains:
            seen.append(found.status.progress)
        return len({each.fraction for each in seen}) >= 3

    until(lambda: look() or None, seconds=120)
    runs.cancel(desk(workspace), run_id)
    assert runs.wait(desk(workspace), run_id, timeout=200).phase == "cancelled"
    assert [each.fraction for each in seen] == sorted(each.fraction for each in seen)
    last = seen[-1]
    assert len(last.chains) == 8
    assert all(0 <= chain.draws_done <= chain.draws_total == 40_000 for chain in last.chains)
    assert last.draws_per_second > 0
    assert last.seconds_left > 0


def test_a_cancelled_run_can_keep_the_draws_so_far(workspace):
    # Tuning is short and drawing is long: whenever there is progress beyond tuning, there is something to keep.
    spec = demo_spec(sampler={"draws": 20_000, "tune": 200, "chains": 4})
    run_id = submitted(workspace, spec)

    def drawing() -> bool:
        progress = runs.state(desk(workspace), run_id).status.progress
        return bool(progress and progress.chains and all(chain.draws_done > 600 for chain in progress.chains))

    until(lambda: drawing() or None, seconds=120)
    runs.cancel(desk(workspace), run_id, keep=True)
    found = runs.wait(desk(workspace), run_id, timeout=200)
    assert (found.phase, found.status.partial) == ("finished", True)


def test_a_size_that_is_not_compiled_yet_is_told_of(workspace):
    config = demo_spec().feature_config.model_dump() | {"seasonality": {"enabled": True, "K": 26}}
    run_id = submitted(workspace, demo_spec(feature_config=config))
    steps = set()

    def look() -> bool:
        found = runs.state(desk(workspace), run_id)
        steps.add(found.step)
        return found.is_over

    until(lambda: look() or None, seconds=200)
    assert any("Compiling the model for 48 channels and 64 controls" in step for step in steps), steps
    assert runs.state(desk(workspace), run_id).phase == "finished"


def test_a_compilation_can_be_cancelled_and_holds_up_no_estimate(workspace):
    frame = pd.read_csv(SAMPLES / "mmm_demo.csv")
    rng = np.random.default_rng(1)
    names = [f"ctrl_{number}" for number in range(70)]
    wide = pd.concat([frame, pd.DataFrame(rng.normal(size=(len(frame), 70)), columns=names)], axis=1)
    content = wide.to_csv(index=False).encode()
    dataset = datasets.create_dataset(desk(workspace), content, "wide.csv")
    run_id = submitted(workspace, demo_spec(dataset_id=dataset.dataset_id, controls=names))
    until(lambda: "Compiling" in runs.state(desk(workspace), run_id).step or None, seconds=120)
    draft = drafts.create(desk(workspace), decay_spec(0.2)).draft
    assert drafts.wait(desk(workspace), draft.draft_id, timeout=200).phase == "finished"
    assert "Compiling" in runs.state(desk(workspace), run_id).step
    runs.cancel(desk(workspace), run_id)
    assert runs.wait(desk(workspace), run_id, timeout=200).phase == "cancelled"
    again = submitted(workspace, demo_spec(random_seed=21))
    assert runs.wait(desk(workspace), again, timeout=200).phase == "finished"


def test_a_run_outlives_whoever_submitted_it(workspace):
    code = (
        "import sys; from pathlib import Path; from mmm_core.workspace.storage import Workspace; "
        "from tests.engines import submitted, demo_spec; "
        "print(submitted(Workspace(Path(sys.argv[1])), demo_spec(random_seed=77)), flush=True); "
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code, str(workspace.root)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert asked.returncode == -signal.SIGKILL
    assert runs.wait(desk(workspace), asked.stdout.strip(), timeout=200).phase == "finished"


def test_a_run_whose_executor_was_killed_shows_as_interrupted_and_finishes_when_started_again(workspace):
    run_id = submitted(workspace, long_spec(4, draws=2000))
    until_phase(workspace, run_id, "running")
    os.kill(executor(workspace).pid, signal.SIGKILL)
    until_phase(workspace, run_id, "interrupted", seconds=120)
    assert runs.submit(desk(workspace), run_id).phase in ("queued", "running")
    assert runs.wait(desk(workspace), run_id, timeout=200).phase == "finished"


def test_a_run_handed_to_an_executor_that_has_just_died_is_fitted_by_the_next(workspace):
    for seed in range(200, 206):
        executor(workspace).kill()
        run_id = submitted(workspace, demo_spec(random_seed=seed))
        assert runs.wait(desk(workspace), run_id, timeout=200).phase == "finished"


def test_a_run_whose_executor_dies_while_the_queue_is_held_is_given_back(workspace):
    run_id = submitted(workspace, long_spec(11, draws=2000))
    until_phase(workspace, run_id, "running")
    first = executor(workspace)
    with queueing.locked(workspace):
        first.kill()
        until(lambda: not first.is_running() or None, seconds=120)
        # The worker meets the lock, waits its time, and has to try again.
        time.sleep(locks.LOCK_SECONDS + 2)
    until(lambda: not queueing.claimed(workspace) or None, seconds=120)
    until_phase(workspace, run_id, "interrupted", seconds=120)
    runs.submit(desk(workspace), run_id)
    assert runs.wait(desk(workspace), run_id, timeout=200).phase == "finished"


def test_jobs_that_waited_when_the_worker_was_killed_are_done_by_the_next(workspace):
    first, second = submitted(workspace, long_spec(5)), submitted(workspace, demo_spec(random_seed=6))
    until_phase(workspace, first, "running")
    beat = worker_door.read_heartbeat(workspace)
    assert beat is not None
    os.kill(beat.process.pid, signal.SIGKILL)
    until_phase(workspace, first, "interrupted", seconds=120)
    assert runs.state(desk(workspace), second).phase == "queued"
    worker_door.ensure_worker(workspace)
    assert runs.wait(desk(workspace), second, timeout=200).phase == "finished"
    assert ready(workspace).process != beat.process


def test_an_executor_that_was_stopped_when_its_worker_was_killed_is_ended_by_the_next(workspace):
    beat = ready(workspace)
    left = executor(workspace)
    left.suspend()
    os.kill(beat.process.pid, signal.SIGKILL)
    family = [left, psutil.Process(left.ppid())]
    until(lambda: worker_door.read_heartbeat(workspace) is None or None, seconds=120)
    assert ready(workspace).process != beat.process
    assert not still_there(family, seconds=60)


def test_executors_whose_fork_server_was_killed_are_ended_and_replaced(workspace):
    beat = ready(workspace)
    left = [psutil.Process(slot.pid) for slot in beat.slots]
    # They count as ended with their fork server; one that stands still cannot end by itself.
    for process in left:
        process.suspend()
    os.kill(executor(workspace).ppid(), signal.SIGKILL)
    assert not still_there(left, seconds=LONG)
    run_id = submitted(workspace, decay_spec(0.31))
    assert runs.wait(desk(workspace), run_id, timeout=200).phase == "finished"


def test_a_run_that_is_started_again_before_the_next_worker_looks_waits_once(workspace):
    run_id = submitted(workspace, long_spec(9, draws=2000))
    until_phase(workspace, run_id, "running")
    beat = ready(workspace)
    os.kill(beat.process.pid, signal.SIGKILL)
    until_phase(workspace, run_id, "interrupted")
    runs.submit(desk(workspace), run_id)
    until_phase(workspace, run_id, "running", seconds=LONG)
    jobs = [*queueing.waiting(workspace), *queueing.claimed(workspace)]
    assert [job.id for job in jobs].count(run_id) == 1
    runs.cancel(desk(workspace), run_id)


def test_a_disk_that_is_full_ends_the_run_in_words_and_leaves_no_half_file(workspace):
    run_id = submitted(workspace, long_spec(8, draws=2000))
    until_phase(workspace, run_id, "running")
    process = executor(workspace)
    # The kernel refuses to write files beyond this size, as a disk without space does.
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
    found = runs.wait(desk(workspace), run_id, timeout=200)
    assert (found.phase, found.status.stage) == ("failed", "ERROR")
    assert found.status.error is not None
    assert "could not be written" in found.status.error.message
    assert "free space" in found.status.error.remedy
    folder = desk(workspace).run_dir(run_id)
    assert not list(folder.glob(".*.tmp"))
    assert not (folder / "posterior.nc").exists()
    # The process has said so and lives: a full disk is no reason to load the sampler anew.
    assert process.is_running()
    process.kill()
    runs.submit(desk(workspace), run_id)
    assert runs.wait(desk(workspace), run_id, timeout=200).phase == "finished"


def test_a_disk_on_which_nothing_can_be_written_shows_the_run_as_interrupted(workspace):
    run_id = submitted(workspace, long_spec(9, draws=2000))
    until_phase(workspace, run_id, "running")
    resource.prlimit(executor(workspace).pid, resource.RLIMIT_FSIZE, (0, 0))
    until_phase(workspace, run_id, "interrupted", seconds=120)
    runs.submit(desk(workspace), run_id)
    assert runs.wait(desk(workspace), run_id, timeout=200).phase == "finished"


def test_a_live_estimate_does_not_wait_for_a_training(workspace):
    run_id = submitted(workspace, long_spec(10))
    until_phase(workspace, run_id, "running")
    draft = drafts.create(desk(workspace), decay_spec(0.33)).draft
    assert drafts.wait(desk(workspace), draft.draft_id, timeout=200).phase == "finished"
    assert runs.state(desk(workspace), run_id).phase == "running"
    runs.cancel(desk(workspace), run_id)
    assert runs.wait(desk(workspace), run_id, timeout=200).phase == "cancelled"


def test_a_server_that_is_killed_takes_no_run_with_it(workspace):
    server = endurance.Server(workspace)
    try:
        before = ready(workspace).process
        run_id = submitted(workspace, long_spec(11, draws=2000))
        until_phase(workspace, run_id, "running")
        server.process.kill()
        server.process.wait()
        server = endurance.Server(workspace)
        assert runs.wait(desk(workspace), run_id, timeout=200).phase == "finished"
        assert ready(workspace).process == before
    finally:
        server.end()


def test_a_worker_without_work_ends_by_itself_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("MMM_WORKER_IDLE_SECONDS", "1")
    workspace = Workspace(tmp_path)
    worker_door.ensure_worker(workspace)
    beat = until(lambda: worker_door.read_heartbeat(workspace), seconds=120)
    family = [psutil.Process(beat.process.pid)]
    family += family[0].children(recursive=True)
    assert not still_there(family, seconds=60)
    assert worker_door.read_heartbeat(workspace) is None


def test_a_run_that_works_longer_than_is_allowed_is_ended_in_words(tmp_path, monkeypatch):
    monkeypatch.setenv("MMM_RUN_SECONDS", "2")
    with running_worker(tmp_path) as workspace:
        run_id = submitted(workspace, long_spec(12))
        found = runs.wait(desk(workspace), run_id, timeout=200)
        assert (found.phase, found.status.stage) == ("failed", "ERROR")
        assert found.status.error is not None
        assert found.status.error.code == "time_limit"
        # Whoever comes next is served; live estimates have no such limit.
        draft = drafts.create(desk(workspace), decay_spec(0.35)).draft
        assert drafts.wait(desk(workspace), draft.draft_id, timeout=200).phase == "finished"


def test_kills_at_random_moments_lose_nothing(tmp_path):
    found = endurance.kills(Workspace(tmp_path), 3)
    assert found["passed"], found


def test_cancels_at_random_moments_end_the_run(tmp_path):
    found = endurance.cancels(Workspace(tmp_path), 6)
    assert found["tries"] >= 3
    assert set(found["ended_as"]) <= {"cancelled", "finished", "over before"}


def test_a_compile_cache_filled_elsewhere_serves_another_home(tmp_path):
    """The cache is keyed by a generic CPU and lies where we say, not in HOME."""
    code = (
        "from mmm_core.model import structure; from mmm_core.sampler import sampling; import numba, json, sys; "
        "print(round(sampling.compile_structure(structure.BUCKETS[0]).seconds, 1))"
    )
    cache = worker_door.PROJECT / ".venv" / "compile-cache"
    before = {path for path in cache.rglob("*") if path.is_file()}
    asked = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=os.environ | {"HOME": str(tmp_path)}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert float(asked.stdout) > 0
    new = {path for path in cache.rglob("*") if path.is_file()} - before
    # PyTensor may write bookkeeping, but no function was compiled anew. Another test may have a size of its own kept.
    assert not [
        path
        for path in new
        if path.suffix in (".nbc", ".nbi") and (path.parent.name != "kept" or path.name.startswith("16x24"))
    ], new
    assert not list(tmp_path.rglob("*.nb*"))


def test_nothing_of_a_finished_run_is_left_half_written(workspace):
    run_id = submitted(workspace, demo_spec(random_seed=12))
    runs.wait(desk(workspace), run_id, timeout=200)
    folder = desk(workspace).run_dir(run_id)
    assert not list(folder.glob(".*"))
    assert storage.read_json(folder / "status.json", status.Status).stage == "OUTPUTS_READY"
    stop(workspace)
