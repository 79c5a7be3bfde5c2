"""Where a run is: its phase, its place in the queue, what it waits for; and waiting until it is over.

What is on disk says how far a run came; whether it still goes on is told by the queue and by the life of its process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from mmm_core.errors import RunError
from mmm_core.workspace import queueing, status, worker_door
from mmm_core.workspace.status import Status
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.worker_door import Heartbeat

type Phase = Literal["created", "queued", "running", "finished", "failed", "cancelled", "interrupted"]

WAIT_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class RunState:
    """Where a run is, as a person should see it.

    Attributes
    ----------
    status
        The file ``status.json``.
    phase
        Derived from the status, the queue and the life of the process at work.
    place
        Place in the queue, 1 being next; None unless queued.
    step, fraction
        What is being done or waited for, in words, and the share of it that is done.
    """

    run_id: str
    status: Status
    phase: Phase
    place: int | None
    step: str
    fraction: float

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.phase not in ("queued", "running")


def keep_going(workspace: Workspace, state: RunState) -> RunState:
    """The same state, after making sure that somebody works on the queue: for doors that look again and again."""
    if state.phase == "queued":
        worker_door.ensure_worker(workspace)
    return state


def until_over(look: Callable[[], RunState], *, timeout: float, poll: float = WAIT_POLL_SECONDS) -> RunState:
    """Look again and again until a run is over. Raises RunError if it is not after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not (state := look()).is_over:
        if time.monotonic() > deadline:
            raise RunError(
                f"The run is not over after {timeout:.0f} s: {state.step}.",
                code="not_over",
                remedy="Wait longer, or cancel it.",
            )
        time.sleep(poll)
    return state


def state_of(workspace: Workspace, folder: Path, kind: queueing.JobKind) -> RunState:
    """Where the run or draft in a folder is."""
    current = status.get_status(folder)
    phase, place = _phase(workspace, folder, kind, current)
    if phase == "interrupted" and (again := status.get_status(folder)) != current:
        # It moved on between the two looks.
        current = again
        phase, place = _phase(workspace, folder, kind, current)
    step, fraction = _describe(workspace, phase, place, current)
    return RunState(folder.name, current, phase, place, step, fraction)


def _phase(workspace: Workspace, folder: Path, kind: queueing.JobKind, current: Status) -> tuple[Phase, int | None]:
    ended: dict[str, Phase] = {"OUTPUTS_READY": "finished", "ERROR": "failed", "CANCELLED": "cancelled"}
    if current.stage in ended:
        return ended[current.stage], None
    if current.stage in ("TRAINING", "TRAINED"):
        alive = current.process is not None and status.process_alive(current.process)
        gone = status.is_interrupted(current, datetime.now(UTC), alive=alive)
        # A living worker that still holds the job is about to say how it ended.
        held = (
            gone
            and worker_door.read_heartbeat(workspace)
            and queueing.place(workspace, kind, queueing.id_of(folder)) == 0
        )
        return ("interrupted" if gone and not held else "running"), None
    if current.queued_at is None:
        return "created", None
    place = queueing.place(workspace, kind, queueing.id_of(folder))
    return ("interrupted", None) if place is None else ("queued", place)


def _describe(workspace: Workspace, phase: Phase, place: int | None, current: Status) -> tuple[str, float]:
    if phase == "running" and current.progress:
        return current.progress.step, current.progress.fraction
    if phase == "queued":
        return _what_it_waits_for(workspace, worker_door.read_heartbeat(workspace), place or 0)
    words: dict[Phase, str] = {
        "created": "Ready to start",
        "running": "Starting",
        "finished": "Done",
        "failed": "Failed",
        "cancelled": "Cancelled",
        "interrupted": "Interrupted: its process is gone; it can be started again",
    }
    return words.get(phase, ""), 1.0 if phase == "finished" else 0.0


def _what_it_waits_for(workspace: Workspace, beat: Heartbeat | None, place: int) -> tuple[str, float]:
    failure = worker_door.read_failure(workspace) if beat is None else None
    if failure is not None:
        return f"The worker could not start: {failure.message} {failure.remedy}", 0.0
    if beat is None or beat.state == "warming":
        return worker_door.warming_progress(workspace, beat)
    return ("Starting" if place == 0 else f"Waiting, number {place} in the queue"), 0.0
