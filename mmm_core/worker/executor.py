"""One executor: a child process of the worker that fits one run after the other and keeps its models compiled.

The worker sends the jobs through a pipe; progress and results go to the run's folder, as for every door. When the pipe
closes the worker is gone, and the executor ends at once: its run shows as interrupted and can be started again.
"""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mmm_core import shipped
from mmm_core.compare import work as explanations
from mmm_core.errors import MMMError
from mmm_core.model.structure import AnySize, Structure, parse_structure
from mmm_core.proof import work as proofs
from mmm_core.proof.before import work as outlooks
from mmm_core.runs import drafts, execution, fits, tables
from mmm_core.runs.doubts import work as doubts
from mmm_core.spec import SamplerSettings, parse_spec
from mmm_core.workspace import queueing, status, worker_door
from mmm_core.workspace.desk import LOCAL_OWNER
from mmm_core.workspace.queueing import JobKind
from mmm_core.workspace.storage import Workspace

if TYPE_CHECKING:
    from mmm_core.sampler.sampling import CompiledModel

type SlotName = Literal["interactive", "training", "background"]
type Order = tuple[JobKind, str]
"""Kind and folder of a job."""
type Message = tuple[Literal["ready", "compiled", "done"], object]
TRAINING_NICENESS, BACKGROUND_NICENESS = 10, 12
"""Trainings give way to live estimates where both want the same core, and what nobody waits for to both."""
IN_THE_BACKGROUND = {
    "doubts": doubts.work,
    "proof": proofs.work,
    "outlook": outlooks.work,
    "why": explanations.work,
}
"""Who does the work of each kind that nobody waits for."""
MODELS_KEPT = 3
SECONDS_BETWEEN_TICKS = 0.25
MOST_HEAPS = -8
"""``M_ARENA_MAX`` of glibc's ``mallopt``."""
UNRECORDED = 3
"""Exit code of an executor that could not write how its run ended."""


def run_executor(connection: Connection, root: str, slot: SlotName, bucket: str) -> None:
    """Serve the worker at the other end of ``connection`` until it goes away.

    ``bucket`` is the size that this executor is meant for, as ``"16x24"``; it is compiled before the first job.
    """
    # Stopping the worker by Ctrl-C must let it end its executors in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _share_heaps()
    os.nice({"interactive": 0, "training": TRAINING_NICENESS, "background": BACKGROUND_NICENESS}[slot])
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, orders), daemon=True).start()

    from mmm_core.worker import warm

    models = Models(Workspace(Path(root)), connection, dict(warm.models))
    models.get(parse_structure(bucket))
    connection.send(("ready", warm.seconds))
    if not queueing.waiting(models.workspace):
        _rehearse(models)
    while True:
        kind, name = orders.get()
        folder = Path(name)
        _execute(kind, folder, models)
        connection.send(("done", str(folder)))


def _share_heaps() -> None:
    """Let the threads of all fits share as many heaps as there are cores.

    Each fit draws in new threads. The C library would give them sixteen heaps in turn on two cores, and each keeps what
    its largest fit took: memory would grow over thousand fits until all of them had seen one.
    """
    with suppress(AttributeError, OSError):  # other C libraries have no such setting, and no such heaps
        ctypes.CDLL(None).mallopt(MOST_HEAPS, max(2, os.cpu_count() or 2))


class Models:
    """Compiled models of this process; the least recently used go first."""

    def __init__(self, workspace: Workspace, connection: Connection, compiled: dict[Structure, CompiledModel]) -> None:
        self.workspace = workspace
        self._connection = connection
        self._compiled = OrderedDict(compiled)
        self._pinned = set(compiled)

    def get(self, bucket: Structure, folder: Path | None = None) -> CompiledModel:
        """The model of a size; compiled now if need be, which the run's status says meanwhile."""
        from mmm_core.sampler import sampling

        if bucket not in self._compiled:
            usual = worker_door.read_timings(self.workspace).compile.get(str(bucket))
            with _telling(folder, bucket, usual):
                self._compiled[bucket] = sampling.compile_structure(bucket)
            self._connection.send(("compiled", (str(bucket), self._compiled[bucket].seconds)))
            while len(self._compiled) > MODELS_KEPT:
                oldest = next(each for each in self._compiled if each not in self._pinned)
                del self._compiled[oldest]
        self._compiled.move_to_end(bucket)
        return self._compiled[bucket]


def _listen(connection: Connection, orders: queue.SimpleQueue[Order]) -> None:
    while True:
        try:
            orders.put(connection.recv())
        except (EOFError, OSError):
            os._exit(0)


def _execute(kind: JobKind, folder: Path, models: Models) -> None:
    if kind in IN_THE_BACKGROUND:
        work = IN_THE_BACKGROUND[kind]
        work(models.workspace, queueing.id_of(folder), compiled=lambda bucket: models.get(bucket, folder))
        return
    try:
        execution.execute_run(
            folder,
            compiled=lambda bucket: models.get(bucket, folder),
            live=kind == "draft",
            before=drafts.folder_before(models.workspace, folder) if kind == "draft" else None,
        )
    except MMMError:
        # The status and the log say why. If they could not be written, only the end of this process can tell.
        with suppress(MMMError):
            if status.get_status(folder).stage in ("ERROR", "CANCELLED", "OUTPUTS_READY"):
                return
        os._exit(UNRECORDED)


@contextmanager
def _telling(folder: Path | None, bucket: Structure, usual: float | None) -> Iterator[None]:
    """Report a compilation while it lasts, as a share of the time the last one took: a compiler reports nothing."""
    if folder is None:
        yield
        return
    done = threading.Event()
    before = f" (last time {usual:.0f} s)" if usual else " (first time on this machine: up to a minute)"
    size = "" if isinstance(bucket, AnySize) else f" for {bucket.channels} channels and {bucket.controls} controls"
    step = f"Compiling the model{size}{before}"

    def tick() -> None:
        started = time.monotonic()
        while not done.wait(SECONDS_BETWEEN_TICKS):
            share = min((time.monotonic() - started) / (usual or 60.0), 0.99)
            with suppress(MMMError):
                status.set_progress(folder, status.Progress(step=step, fraction=share))

    status.set_progress(folder, status.Progress(step=step, fraction=0))
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()


def _rehearse(models: Models) -> None:
    """Fit a small table once, so that the first person does not pay for what is loaded on first use."""
    spec = parse_spec(shipped.SAMPLE_SPEC.read_bytes())
    spec = spec.model_copy(update={"sampler": SamplerSettings(draws=100, tune=100)})
    prepared = tables.read_file(shipped.TABLES["sample_001"], spec=spec)
    with tempfile.TemporaryDirectory() as name, suppress(MMMError):
        folder = Path(name)
        fits.create(folder, prepared.canonical(), spec, fits.Origin(prepared.name, prepared.content_hash, LOCAL_OWNER))
        fits.build(folder)
        execution.execute_run(folder, compiled=models.get, should_stop=lambda: None)
