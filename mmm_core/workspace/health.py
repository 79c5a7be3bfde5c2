"""How a workspace is: its worker, its queue, what it holds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mmm_core import __version__
from mmm_core.schema import Strict
from mmm_core.workspace import queueing, worker_door
from mmm_core.workspace.status import is_stopped
from mmm_core.workspace.storage import Workspace


class WorkerHealth(Strict):
    """The process that fits."""

    state: Literal["absent", "failed", "warming", "ready", "stopping", "silent"] = Field(
        description="absent: none runs now; one is started when a run is queued. silent: it lives and does not answer."
    )
    message: str = Field("", description="Why the last worker gave up; empty unless failed.")
    executors: int = Field(0, ge=0, description="Executors that have loaded the sampler.")
    busy: int = Field(0, ge=0, description="Executors that are at work.")
    silent: int = Field(0, ge=0, description="Executors that do not answer.")


class QueueHealth(Strict):
    """The queue of runs and live estimates."""

    waiting: int = Field(ge=0)
    at_work: int = Field(ge=0)


class Counts(Strict):
    """What the workspace holds, whoever owns it."""

    datasets: int = Field(ge=0)
    runs: int = Field(ge=0)


class Health(Strict):
    """Whether the service can do its work."""

    status: Literal["ok", "degraded"] = Field(
        description="degraded: results can be read, but nothing can be fitted now: the worker failed or is silent, an "
        "executor is, or jobs wait and there is no worker."
    )
    version: str
    worker: WorkerHealth
    queue: QueueHealth
    counts: Counts


def check(workspace: Workspace) -> Health:
    """Look at the worker, the queue and the folders; never fails because one of them is missing."""
    worker, waiting = _worker(workspace), len(queueing.waiting(workspace))
    deserted = worker.state == "absent" and waiting > 0 and not worker_door.was_just_started(workspace)
    return Health(
        status="degraded" if worker.state in ("failed", "silent") or worker.silent or deserted else "ok",
        version=__version__,
        worker=worker,
        queue=QueueHealth(waiting=waiting, at_work=len(queueing.claimed(workspace))),
        counts=Counts(datasets=len(workspace.ids("datasets")), runs=len(workspace.ids("runs"))),
    )


def _worker(workspace: Workspace) -> WorkerHealth:
    beat = worker_door.read_heartbeat(workspace)
    if beat is None:
        failure = worker_door.read_failure(workspace)
        return WorkerHealth(state="failed", message=failure.message) if failure else WorkerHealth(state="absent")
    here = worker_door.is_here(beat)
    is_silent = not worker_door.is_fresh(beat) or (here and is_stopped(beat.process.pid))
    return WorkerHealth(
        state="silent" if is_silent else beat.state,
        silent=sum(is_stopped(slot.pid) for slot in beat.slots) if here else 0,
        executors=sum(slot.ready for slot in beat.slots),
        busy=sum(slot.job is not None for slot in beat.slots),
    )
