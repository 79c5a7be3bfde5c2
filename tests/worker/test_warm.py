"""What executors have from birth: the sampler, and the model of the usual size, compiled once for all of them."""

import subprocess
import sys

import psutil
import pytest

from mmm_core.model.structure import BUCKETS
from mmm_core.worker.executor import BACKGROUND_NICENESS, TRAINING_NICENESS
from mmm_core.workspace import worker_door
from mmm_core.workspace.worker_door import Heartbeat, SlotState
from tests.conftest import PROJECT
from tests.engines import LONG, until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="executors are forked on Linux")]


@pytest.fixture
def beat(workspace_with_worker) -> Heartbeat:
    found = worker_door.read_heartbeat(workspace_with_worker)
    assert found is not None
    return found


def forked_from(pid: int) -> psutil.Process:
    parent = psutil.Process(pid).parent()
    assert parent is not None
    return parent


def test_every_executor_has_the_usual_model_from_birth(beat):
    ready = [slot for slot in beat.slots if slot.ready]
    assert {slot.name for slot in ready} >= {"interactive", "training"}
    assert all(str(BUCKETS[0]) in slot.compiled for slot in ready)


def test_larger_sizes_are_compiled_once_nobody_wants_anything(workspace_with_worker):
    def larger() -> list[SlotState]:
        now = worker_door.read_heartbeat(workspace_with_worker)
        assert now is not None
        return [slot for slot in now.slots if str(BUCKETS[1]) in (slot.compiling, *slot.compiled)]

    assert until(larger, seconds=LONG)[0].name == "interactive"


def test_executors_come_from_one_warm_process_that_is_not_the_worker(beat):
    parents = {forked_from(slot.pid).pid for slot in beat.slots}
    assert len(parents) == 1
    assert parents != {beat.process.pid}
    assert psutil.Process(parents.pop()).ppid() == beat.process.pid


def test_warming_gives_way_but_estimates_do_not_inherit_that(beat):
    worker = psutil.Process(beat.process.pid).nice()
    for slot in beat.slots:
        assert forked_from(slot.pid).nice() == worker
        lowered = {"interactive": 0, "training": TRAINING_NICENESS, "background": BACKGROUND_NICENESS}[slot.name]
        if slot.ready:
            assert psutil.Process(slot.pid).nice() == worker + lowered


def test_how_long_warming_took_is_remembered_for_the_next_start(workspace_with_worker, beat):
    assert beat.warm_seconds is not None
    assert beat.warm_seconds > 0
    assert worker_door.read_timings(workspace_with_worker).warm == beat.warm_seconds


def test_the_worker_itself_loads_no_sampler():
    code = "import sys, mmm_core.worker.loop, mmm_core.worker.executor; print('mmm_core.worker.warm' in sys.modules, "
    code += "'pymc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
