"""The worker of a workspace: takes jobs from the queue and hands them to executors that are kept warm.

::

    worker ──► fork server (sampler loaded, usual size compiled, no run of its own)
      │            ├── executor "interactive"  live estimates, one per compiled size
      └─ pipes ────┼── executor "training"     runs, lower priority
                   └── executor "background"   what nobody waits for, as proofs: lowest; begun when it is first wanted

The worker itself computes nothing, so it always answers: it claims jobs, watches for cancel requests, replaces
executors that died, and says in its heartbeat how things are. An executor is forked from a process that has compiled
already, which takes milliseconds: ending one in the middle of a compilation costs nothing. Where forking is unsafe
(macOS) executors are started afresh and compile for themselves.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psutil
from filelock import Timeout

from mmm_core import __version__, settings
from mmm_core.errors import MMMError, RunCancelledError, RunError, StorageError
from mmm_core.model.structure import BUCKETS, AnySize
from mmm_core.runs import drafts, execution
from mmm_core.worker.executor import UNRECORDED, run_executor
from mmm_core.workspace import folders, queueing, status, storage, worker_door
from mmm_core.workspace.queueing import Job, JobKind
from mmm_core.workspace.status import STOPPED_SECONDS, end_process, is_stopped
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.worker_door import Heartbeat, SlotState, WorkerState

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from mmm_core.worker.executor import SlotName

type Ending = Literal["idle", "asked", "failed", "removed"]

SLOT_OF: dict[JobKind, SlotName] = {
    "run": "training",
    "draft": "interactive",
    "doubts": "background",
    "proof": "background",
    "outlook": "background",
    "why": "background",
}
"""Executor that works on jobs of each kind."""
LOCK_SECONDS = 1.0
"""Longest wait for those who only ask whether the lock of the worker is held."""
TICK_SECONDS = 0.02
IDLE_TICK_SECONDS = 0.1
BUSY_SECONDS = 60.0
"""After so long without work the queue is looked at less often."""
QUIET_SECONDS = 20.0
"""After so long without work there is time to compile what may be wanted later."""
BEAT_SECONDS = 2.0
HOUSEKEEPING_SECONDS = 300.0
CANCEL_GRACE_SECONDS = 0.5
"""Time for a run to end by itself once it is cancelled; then its executor is ended."""
INTERACTIVE_SIZES = 3
"""Model sizes that are kept warm for live estimates, each in an executor of its own."""
LONGEST_PAUSE_SECONDS = 30.0
MOST_FAILURES = 3
"""So many executors in a row that never got ready mean that none will."""


@dataclass(eq=False)
class Slot:
    """One executor and what it is doing."""

    name: SlotName
    bucket: str
    process: BaseProcess
    known_as: psutil.Process
    connection: Connection
    ready: bool = False
    job: Job | None = None
    compiled: set[str] = field(default_factory=set)
    job_since: float = 0.0
    cancel_seen: float | None = None
    stopped_since: float | None = None
    last_used: float = 0.0

    def state(self) -> SlotState:
        """The slot as the heartbeat shows it."""
        return SlotState(
            name=self.name,
            pid=self.process.pid or 0,
            ready=self.ready,
            job=self.job.id if self.job else None,
            compiled=tuple(sorted(self.compiled)) if self.ready else (),
            compiling=None if self.ready else self.bucket,
        )


def serve(workspace: Workspace, *, idle_seconds: float) -> bool:
    """Work on the queue until nobody has wanted anything for ``idle_seconds``, or the worker is asked to stop.

    A job that arrives while the worker ends was left to it by whoever saw its heartbeat or its lock: the queue is
    looked at once more after both are gone.

    Returns
    -------
    False if the workspace has a worker already, which is no failure.
    """
    lock = worker_door.lock_of(workspace)
    while True:
        try:
            # Whoever asks whether there is a worker holds the lock for a moment.
            with lock.acquire(timeout=LOCK_SECONDS):
                ending = Worker(workspace, idle_seconds).run()
        except Timeout:
            return False
        if ending != "idle" or not queueing.waiting(workspace):
            return True


class Worker:
    """The loop of the worker and what it knows between two rounds."""

    def __init__(self, workspace: Workspace, idle_seconds: float) -> None:
        self._workspace = workspace
        self._idle_seconds = idle_seconds
        self._slots: list[Slot] = []
        self._spawning: set[tuple[SlotName, str]] = set()
        self._left: dict[str, tuple[Job, bool]] = {}
        self._failures = 0
        self._deaths = 0
        self._born = time.monotonic()
        self._started_at = datetime.now(UTC)
        self._warm_seconds: float | None = None
        self._larger_are_warm = False
        self._last_work = self._born
        self._last_beat = 0.0
        self._last_watch = 0.0
        self._run_seconds = settings.run_seconds()
        self._last_housekeeping = 0.0
        self._wanted = 0.0
        self._stopping = False
        self._usual = str(BUCKETS[0])
        self._context = _context()

    def run(self) -> Ending:
        """Work until it is time to end, end every executor then, and say why."""
        signal.signal(signal.SIGTERM, lambda *_: self._end_executors_and_exit())
        worker_door.end_left_behind(self._workspace)
        self._beat(force=True)
        self._take_stock()
        for name in ("interactive", "training"):
            self._spawn(name, self._usual)
        try:
            while (ending := self._ending()) is None:
                try:
                    self._listen()
                    self._give_back_what_is_left()
                    self._watch_cancels()
                    self._watch_time()
                    self._warm_larger()
                    if not self._stopping:
                        self._assign()
                except StorageError as error:
                    _log(f"queue: {error}")  # a full or a slow disk must not end the worker
                self._keep_house()
                self._beat()
        finally:
            self._end_executors()
            (self._workspace.worker_dir / "heartbeat.json").unlink(missing_ok=True)
        return ending

    def _ending(self) -> Ending | None:
        """Why it is time to end; None: it is not."""
        directory = self._workspace.worker_dir
        if not directory.is_dir():
            return "removed"
        if self._failures >= MOST_FAILURES:
            worker_door.record_failure(
                self._workspace, "The process that fits models ends as soon as it starts.", "See worker/log for why."
            )
            return "failed"
        if (directory / "stop").exists():
            self._stopping = True
        if self._stopping:
            return None if any(slot.job for slot in self._slots) else "asked"
        idle = time.monotonic() - self._last_work > self._idle_seconds and not self._is_wanted()
        return "idle" if idle else None

    def _is_wanted(self) -> bool:
        try:
            touched = (self._workspace.worker_dir / "wanted").stat().st_mtime
        except OSError:
            return False
        changed = touched != self._wanted
        self._wanted = touched
        if changed:
            # Whatever the file's clock says: somebody has asked since the last look.
            self._last_work = time.monotonic()
        return changed

    def _listen(self) -> None:
        """Wait a tick for news from the executors."""
        recently = time.monotonic() - self._last_work < BUSY_SECONDS
        tick = TICK_SECONDS if recently or self._spawning else IDLE_TICK_SECONDS
        connections = {slot.connection: slot for slot in self._slots}
        sentinels = {slot.process.sentinel: slot for slot in self._slots}
        if not connections:
            time.sleep(tick)
            return
        news = wait([*connections, *sentinels], timeout=tick)
        for source in news:
            if isinstance(source, Connection):
                self._hear(connections[source])
        for source in news:
            if isinstance(source, int) and sentinels[source] in self._slots:
                self._bury(sentinels[source])

    def _hear(self, slot: Slot) -> None:
        try:
            while slot.connection.poll():
                kind, what = slot.connection.recv()
                if kind == "ready":
                    self._on_ready(slot)
                elif kind == "compiled":
                    self._on_compiled(slot, *what)
                elif kind == "done" and slot.job:
                    self._deaths = 0
                    queueing.finish(self._workspace, slot.job)
                    self._release(slot)
                self._last_work = time.monotonic()
                self._beat(force=True)
        except (EOFError, OSError):
            return  # its sentinel tells the rest

    def _on_ready(self, slot: Slot) -> None:
        slot.ready = True
        slot.compiled.add(self._usual)
        slot.compiled.add(slot.bucket)
        self._failures = 0
        if self._warm_seconds is None:
            self._warm_seconds = time.monotonic() - self._born
            worker_door.record_timing(self._workspace, warm=self._warm_seconds)

    def _on_compiled(self, slot: Slot, bucket: str, seconds: float) -> None:
        slot.compiled.add(bucket)
        worker_door.record_timing(self._workspace, compiled={bucket: seconds})

    def _assign(self) -> None:
        """Give waiting jobs to free executors, first come first served within runs and within drafts."""
        for job in queueing.waiting(self._workspace):
            self._last_work = time.monotonic()
            slot = self._slot_for(job)
            if slot is None or not queueing.claim(self._workspace, job):
                continue
            slot.job, slot.last_used = job, time.monotonic()
            slot.job_since = slot.last_used
            with suppress(OSError):  # it died a moment ago: its sentinel tells, and the job waits again
                slot.connection.send((job.kind, str(job.folder(self._workspace))))
            self._beat(force=True)

    def _slot_for(self, job: Job) -> Slot | None:
        """A free executor for a job; a size that no interactive executor has gets one."""
        name = SLOT_OF[job.kind]
        # What takes tables of every size is compiled in all of them.
        any_size = name != "interactive" or job.bucket == str(AnySize())
        bucket = self._usual if any_size else job.bucket
        fitting = [
            slot for slot in self._slots if slot.name == name and (name != "interactive" or slot.bucket == bucket)
        ]
        if not fitting and (name, bucket) not in self._spawning:
            if name == "interactive":
                self._make_room()
            self._spawn(name, bucket)
        return next((slot for slot in fitting if slot.ready and slot.job is None), None)

    def _warm_larger(self) -> None:
        """Compile the larger sizes once nobody has wanted anything for a while: it takes a core for half a minute."""
        if self._larger_are_warm or self._warm_seconds is None or self._stopping:
            return
        if time.monotonic() - self._last_work > QUIET_SECONDS and not any(slot.job for slot in self._slots):
            self._larger_are_warm = True
            for bucket in BUCKETS[1:]:
                if not any(slot.bucket == str(bucket) for slot in self._slots):
                    self._spawn("interactive", str(bucket))

    def _make_room(self) -> None:
        others = [slot for slot in self._slots if slot.name == "interactive" and slot.bucket != self._usual]
        idle = sorted((slot for slot in others if slot.job is None), key=lambda slot: slot.last_used)
        if len(others) >= INTERACTIVE_SIZES - 1 and idle:
            self._end(idle[0])

    def _watch_cancels(self) -> None:
        """End executors whose run was cancelled and cannot hear it, as during a compilation."""
        for slot in [slot for slot in self._slots if slot.job]:
            assert slot.job is not None  # noqa: S101 - for the type checker
            folder = slot.job.folder(self._workspace)
            wish = execution.cancel_request(folder)
            if wish is None:
                continue
            now = time.monotonic()
            slot.cancel_seen = slot.cancel_seen or now
            if now - slot.cancel_seen < CANCEL_GRACE_SECONDS or (wish == "keep" and _has_draws(folder)):
                continue
            job = slot.job
            self._end(slot)
            self._mark_cancelled(job)
            self._spawn(slot.name, slot.bucket)

    def _watch_time(self) -> None:
        """End executors that stand still, as one that was stopped does, and runs that take longer than any may."""
        now = time.monotonic()
        if now - self._last_watch < BEAT_SECONDS:
            return
        self._last_watch = now
        for slot in list(self._slots):
            slot.stopped_since = (slot.stopped_since or now) if is_stopped(slot.process.pid) else None
            if slot.stopped_since is not None and now - slot.stopped_since > STOPPED_SECONDS:
                _log(f"executor {slot.name} {slot.bucket} stands still and is replaced")
                self._bury(slot)
            elif slot.job is not None and slot.job.kind != "draft" and now - slot.job_since > self._run_seconds:
                job = slot.job
                self._end(slot)
                self._mark(job, _too_long(self._run_seconds), "ERROR")
                self._spawn(slot.name, slot.bucket)

    def _mark_cancelled(self, job: Job) -> None:
        self._mark(job, RunCancelledError("The run was cancelled.", remedy="Start it again when ready."), "CANCELLED")

    def _mark(self, job: Job, error: MMMError, stage: Literal["ERROR", "CANCELLED"]) -> None:
        """Record how a run ended whose executor was ended."""
        folder = job.folder(self._workspace)
        storage.sweep(folder)
        try:
            if status.get_status(folder).stage != "OUTPUTS_READY":
                status.set_error(folder, error, stage=stage)
        except MMMError as problem:
            _log(f"{job.id}: how it ended could not be recorded: {problem}")
        queueing.finish(self._workspace, job)

    def _bury(self, slot: Slot) -> None:
        """Replace an executor that died; a run that it had begun is left as it is, which shows as interrupted."""
        job = slot.job
        self._end(slot)
        _log(
            f"executor {slot.name} {slot.bucket} ended with code {slot.process.exitcode}, job {job.id if job else '-'}"
        )
        self._failures = 0 if slot.ready else self._failures + 1
        self._deaths += 1
        if job:
            self._left[job.id] = job, slot.process.exitcode == UNRECORDED
        self._give_back_what_is_left()
        if slot.bucket == self._usual and slot.name != "background":
            self._spawn(slot.name, slot.bucket)
        self._beat(force=True)

    def _give_back_what_is_left(self) -> None:
        """Jobs of executors that died: now, or at a later round where the queue is held or the disk is full."""
        for job, unrecorded in list(self._left.values()):
            try:
                with queueing.locked(self._workspace):
                    self._give_back(job, begun=True if unrecorded else None)
            except StorageError as error:
                _log(f"{job.id}: cannot be given back yet: {error}")
                return
            del self._left[job.id]

    def _release(self, slot: Slot) -> None:
        slot.job, slot.cancel_seen, slot.last_used = None, None, time.monotonic()

    def _spawn(self, name: SlotName, bucket: str) -> None:
        """Start an executor, in a thread: the first waits until the fork server has compiled."""
        key = (name, bucket)
        self._spawning.add(key)

        def start() -> None:
            # One death costs no time; executors that die again and again must not keep the machine busy.
            time.sleep(min(0.1 * 2**self._deaths, LONGEST_PAUSE_SECONDS) if self._deaths > 1 else 0)
            try:
                ours, theirs = self._context.Pipe()
                process = self._context.Process(  # type: ignore[attr-defined]
                    target=run_executor, args=(theirs, str(self._workspace.root), name, bucket), daemon=True
                )
                process.start()
                theirs.close()
                known_as = psutil.Process(process.pid)
                self._slots.append(Slot(name, bucket, process, known_as, ours, last_used=time.monotonic()))
            except Exception as error:  # noqa: BLE001 - whatever it was, the loop counts it and goes on
                _log(f"executor {name} {bucket} could not be started: {type(error).__name__}: {error}")
                self._failures += 1
            finally:
                self._spawning.discard(key)

        threading.Thread(target=start, daemon=True).start()

    def _end(self, slot: Slot) -> None:
        self._slots.remove(slot)
        # Without its fork server an executor counts as ended, and is not: it must not write on beside the next one.
        end_process(slot.known_as)
        slot.process.join(timeout=5)
        slot.connection.close()

    def _end_executors(self) -> None:
        for slot in list(self._slots):
            self._end(slot)

    def _end_executors_and_exit(self) -> None:
        self._end_executors()
        (self._workspace.worker_dir / "heartbeat.json").unlink(missing_ok=True)
        os._exit(0)

    def _take_stock(self) -> None:
        """After a worker that was killed: jobs it had not begun wait again; what it had begun shows as interrupted."""
        with queueing.locked(self._workspace):
            for job in queueing.claimed(self._workspace):
                self._give_back(job)

    def _give_back(self, job: Job, *, begun: bool | None = None) -> None:
        """Let a claimed job wait again unless it was begun; call it with the queue locked."""
        folder = job.folder(self._workspace)
        storage.sweep(folder)
        if begun is None:
            try:
                begun = status.get_status(folder).stage != "FEATURES_BUILT"
            except MMMError:
                begun = True
        if begun:
            queueing.finish(self._workspace, job)
        else:
            queueing.put_back(self._workspace, job)

    def _keep_house(self) -> None:
        if time.monotonic() - self._last_housekeeping < HOUSEKEEPING_SECONDS:
            return
        self._last_housekeeping = time.monotonic()
        try:
            drafts.prune(self._workspace, older_than=timedelta(days=30))
            for left in folders.sweep_leftovers(self._workspace, older_than=timedelta(hours=1)):
                _log(f"housekeeping: {left}")
        except (MMMError, OSError) as error:
            _log(f"housekeeping: {error}")

    def _beat(self, *, force: bool = False) -> None:
        if not force and time.monotonic() - self._last_beat < BEAT_SECONDS:
            return
        self._last_beat = time.monotonic()
        state: WorkerState = "stopping" if self._stopping else "warming" if self._warm_seconds is None else "ready"
        beat = Heartbeat(
            process=status.ProcessIdentity.of_this_process(),
            version=__version__,
            state=state,
            started_at=self._started_at,
            beat_at=datetime.now(UTC),
            warm_seconds=self._warm_seconds,
            slots=tuple(slot.state() for slot in self._slots),
        )
        try:
            if self._workspace.worker_dir.is_dir():
                storage.write_json(self._workspace.worker_dir / "heartbeat.json", beat)
        except MMMError as error:
            _log(f"heartbeat: {error}")  # a full disk must not end the worker


def _too_long(seconds: float) -> RunError:
    return RunError(
        f"The run was ended: it had been at work for {seconds / 60:.0f} minutes.",
        code="time_limit",
        remedy="Draw less, or estimate fewer rows; whoever runs the server sets MMM_RUN_SECONDS.",
    )


def _context() -> BaseContext:
    if sys.platform == "darwin":
        # Apple's libraries break in a forked process that does not start a new program.
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["mmm_core.worker.warm"])
    return context


def _has_draws(folder: Path) -> bool:
    try:
        current = status.get_status(folder)
    except MMMError:
        return False
    return current.stage == "TRAINED" or bool(current.progress and current.progress.chains)


def _log(message: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {message}", flush=True)  # noqa: T201 - stdout is worker/log
