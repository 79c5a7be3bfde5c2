"""Looks after the worker of a workspace while a server runs, so that nothing that was accepted waits for ever.

A job can be left without a worker: its worker ended for want of work at the moment when the job came, was killed, or
was stopped and holds its lock. Whoever asks for a run's status starts a worker; here it happens where nobody asks.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import psutil

from mmm_core import logs
from mmm_core.errors import MMMError
from mmm_core.workspace import queueing, worker_door
from mmm_core.workspace.status import STOPPED_SECONDS, ProcessIdentity, is_stopped
from mmm_core.workspace.storage import Workspace

LOOK_SECONDS = 3.0


class Watch:
    """What was seen at the last look; a worker that was stopped for ``stopped_seconds`` is ended."""

    def __init__(self, workspace: Workspace, *, stopped_seconds: float = STOPPED_SECONDS) -> None:
        self._workspace = workspace
        self._stopped_seconds = stopped_seconds
        self._stopped: ProcessIdentity | None = None
        self._stopped_since = 0.0

    def look(self) -> None:
        """Start a worker where jobs wait without one, and end one that has been stopped for long."""
        self._end_what_stands_still()
        if queueing.waiting(self._workspace):
            worker_door.ensure_worker(self._workspace)

    def _end_what_stands_still(self) -> None:
        beat = worker_door.read_heartbeat(self._workspace)
        # A worker of another machine has a number that means nothing here.
        if beat is None or not worker_door.is_here(beat) or not is_stopped(beat.process.pid):
            self._stopped = None
        elif beat.process != self._stopped:
            self._stopped, self._stopped_since = beat.process, time.monotonic()
        elif time.monotonic() - self._stopped_since > self._stopped_seconds:
            logs.write("worker_stands_still", pid=beat.process.pid)
            for pid in (beat.process.pid, *(slot.pid for slot in beat.slots if is_stopped(slot.pid))):
                with suppress(psutil.Error):
                    psutil.Process(pid).kill()


def keep_watch(workspace: Workspace, over: threading.Event) -> threading.Thread:
    """Look every few seconds, in a thread, until ``over`` is set."""
    watch = Watch(workspace)

    def run() -> None:
        while not over.wait(LOOK_SECONDS):
            try:
                watch.look()
            except MMMError as error:
                logs.write("watch", problem=str(error))  # a full or read-only disk; the next look may go better

    thread = threading.Thread(target=run, name="worker-watch", daemon=True)
    thread.start()
    return thread
