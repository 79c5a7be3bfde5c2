"""Weigh the repairs of one dataset, in the executor that does it in the background; what is known is kept at once.

If the dataset is decided anew meanwhile, what was being weighed is of no use: the work begins again with what is there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core.errors import RunCancelledError, StorageError
from mmm_core.model.structure import Bucket
from mmm_core.runs import datasets, execution
from mmm_core.runs.doubts import kept
from mmm_core.runs.doubts.estimates import quick_answer
from mmm_core.runs.doubts.kept import Doubts
from mmm_core.runs.doubts.weighing import Weighed, weigh
from mmm_core.workspace import queueing, status, storage
from mmm_core.workspace.desk import Desk, owner_of
from mmm_core.workspace.storage import Workspace

if TYPE_CHECKING:
    from mmm_core.sampler.sampling import CompiledModel

SECONDS_BETWEEN_LOOKS = 0.2
"""How often the dataset is looked at while something is estimated."""

type Compiled = Callable[[Bucket], CompiledModel]


def work(workspace: Workspace, dataset_id: str, *, compiled: Compiled) -> None:
    """Weigh every repair that a dataset's report offers; its status says how that ended."""
    folder = queueing.folder_of(workspace, "doubts", dataset_id)
    with status.failure_recorded(folder, "the weighing of repairs", remedy="Look at it again."):
        status.start(folder)
        desk = Desk(workspace, owner_of(folder.parent) or "")
        while not _weighed(desk, dataset_id, folder, compiled):
            pass
        status.update_status(folder, "TRAINED")
        status.update_status(folder, "OUTPUTS_READY", progress=None)


def _weighed(desk: Desk, dataset_id: str, folder: Path, compiled: Compiled) -> bool:
    """Whether it came to its end; false: the dataset was decided anew meanwhile."""
    identity, before = kept.identity_of(desk, dataset_id), kept.read(folder)
    attempt = before.attempt + 1 if before and before.identity == identity else 1
    _keep(folder, Doubts(identity=identity, attempt=attempt))
    is_old = _every_so_often(lambda: not _is(desk, dataset_id, identity))

    def should_stop() -> str | None:
        return "discard" if is_old() else execution.cancel_request(folder)

    try:
        dataset = datasets.get_dataset(desk, dataset_id)
        raw = datasets.raw_table(desk, dataset_id)
        estimate = partial(quick_answer, compiled=compiled, should_stop=should_stop)
        for weighed in weigh(raw, dataset.settings, estimate):
            if should_stop():
                raise RunCancelledError("It was asked to end.", remedy="Look at the table again.")
            _keep(folder, _doubts(weighed, identity, attempt))
    except RunCancelledError:
        if kept.identity_of(desk, dataset_id) == identity:
            raise
    return kept.identity_of(desk, dataset_id) == identity


def _is(desk: Desk, dataset_id: str, identity: str) -> bool:
    """Whether a dataset is still there, and as it was."""
    try:
        return kept.identity_of(desk, dataset_id) == identity
    except StorageError:
        return False


def _doubts(weighed: Weighed, identity: str, attempt: int) -> Doubts:
    return Doubts(
        identity=identity,
        attempt=attempt,
        complete=not weighed.left,
        costs=weighed.costs,
        left=weighed.left,
        not_tried=weighed.not_tried,
    )


def _keep(folder: Path, doubts: Doubts) -> None:
    storage.write_json(folder / kept.FILE, doubts)
    done = len(doubts.costs)
    step = status.Progress(step="Trying the repairs", fraction=done / (done + len(doubts.left)) if done else 0)
    status.set_progress(folder, step)


def _every_so_often(look: Callable[[], bool]) -> Callable[[], bool]:
    """The same look, which is asked many times a second, at the disk only now and then."""
    last, answer = time.monotonic(), False

    def looked() -> bool:
        nonlocal last, answer
        if time.monotonic() - last >= SECONDS_BETWEEN_LOOKS:
            last, answer = time.monotonic(), look()
        return answer

    return looked
