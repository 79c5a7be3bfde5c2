"""Find out why a run differs from an earlier one, in the executor in the background; each fit is kept at once.

Work goes on where it was stopped. Between two fits it gives way to whoever else waits for the same executor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core import shipped
from mmm_core.compare import kept, why
from mmm_core.compare.pair import read_pair
from mmm_core.compare.why import Why
from mmm_core.errors import RunCancelledError
from mmm_core.model.structure import Structure
from mmm_core.proof.subject import Refitter, refitter
from mmm_core.runs import execution
from mmm_core.workspace import queueing, status, storage
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.turns import others_wait, queue_again

if TYPE_CHECKING:
    from mmm_core.sampler.sampling import CompiledModel

type Compiled = Callable[[Structure], CompiledModel]


def work(workspace: Workspace, identifier: str, *, compiled: Compiled) -> None:
    """Answer what is still open of a pair of runs; its status says how that ended."""
    now_id, before_id = queueing.both_runs(identifier)
    now, folder = workspace.run_dir(now_id), queueing.folder_of(workspace, "why", identifier)
    before = shipped.RUNS.get(before_id) or workspace.run_dir(before_id)
    with status.failure_recorded(folder, "the comparison", remedy="Start it again."):
        status.start(folder)

        def should_stop() -> str | None:
            return "discard" if execution.cancel_request(folder) else None

        for known in answer((before, now), (before_id, now_id), folder, refitter(compiled, should_stop)):
            if should_stop():
                raise RunCancelledError("The comparison was stopped.", remedy="Go on with it when ready.")
            status.set_progress(folder, progress(known))
            if others_wait(workspace) and not known.complete:
                queue_again(workspace, "why", identifier, folder)
                return
        status.update_status(folder, "TRAINED")
        status.update_status(folder, "OUTPUTS_READY", progress=None)


def answer(folders: tuple[Path, Path], names: tuple[str, str], kept_in: Path, refit: Refitter) -> Iterator[Why]:
    """Find out why the second of two finished runs differs from the first; what is found is kept after each fit.

    Raises
    ------
    DataError
        They do not explain the same thing.
    RunCancelledError
        The refitter was stopped.
    StorageError
        One is not finished or damaged, or nothing can be written.
    """
    pair, identity = read_pair(*folders), kept.identity_of(*folders)
    known = kept.read(kept_in, identity) or why.begin(pair, identity=identity, before=names[0], now=names[1])
    storage.write_json(kept_in / kept.FILE, known)
    if known.complete:
        yield known
        return
    for found in why.answer(pair, known, refit):
        storage.write_json(kept_in / kept.FILE, found)
        yield found


def progress(known: Why) -> status.Progress:
    """How far the work is."""
    step = f"Fitting what lies between the two ({len(known.corners)} of {known.corners_in_all})"
    return status.Progress(step=step, fraction=known.fraction)
