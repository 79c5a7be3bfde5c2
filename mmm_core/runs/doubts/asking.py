"""Ask what the repairs of a dataset would do: what is known is told at once, the rest is queued and arrives later.

Nobody waits for it: validation does not ask, and what the worker computes for this gives way to everything else.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mmm_core.runs import datasets, fits
from mmm_core.runs.doubts import kept
from mmm_core.runs.doubts.costs import Cost
from mmm_core.runs.doubts.kept import Doubts
from mmm_core.runs.doubts.weighing import offers
from mmm_core.schema import Strict
from mmm_core.spec import FixName
from mmm_core.workspace import locks, queueing, turns, worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.run_state import Phase, RunState

MOST_ATTEMPTS = 2
"""So often it is begun: a table that ends its process twice would do so again."""
NOT_TRIED = "The table is too large to try every repair."


class DoubtCosts(Strict):
    """What each repair that a report offers would do to the answer, as far as it is known."""

    state: Literal["computing", "complete", "failed"]
    step: str = Field(description="What is being done or waited for, or why it failed; empty once it is complete.")
    costs: tuple[Cost, ...] = Field(description="Repairs that were tried, the worst doubt first.")
    left: tuple[FixName, ...] = Field(description="Repairs that are still to be tried, the next first.")
    not_tried: tuple[FixName, ...] = Field(description="Repairs that are not tried: the table is too large.")

    def of(self, fix: FixName) -> Cost | None:
        """What a repair would do; None: that is not known."""
        return next((cost for cost in self.costs if cost.fix == fix), None)


NOTHING = DoubtCosts(state="complete", step="", costs=(), left=(), not_tried=())


def ask(desk: Desk, dataset_id: str) -> DoubtCosts:
    """What is known of a dataset's repairs; what is not is computed in the background, if it is not already.

    Raises
    ------
    DataError, SpecError
        The file cannot be read as a table.
    StorageError
        There is no such dataset, or the workspace cannot be written.
    """
    dataset = datasets.get_dataset(desk, dataset_id)
    offered = tuple(offer.fix for offer in offers(datasets.load_dataset(desk, dataset_id).report))
    if dataset.read_only or not offered:
        return NOTHING
    folder, identity = queueing.folder_of(desk.workspace, "doubts", dataset_id), kept.identity_of(desk, dataset_id)
    doubts, state = kept.read(folder), _state(desk, dataset_id)
    known = doubts if doubts is not None and doubts.identity == identity else None
    if known is not None and known.complete:
        return _told(known, "complete", NOT_TRIED if known.not_tried else "")
    if state is None or not _goes_on_or_is_given_up(state.phase, known):
        _enqueue(desk, dataset_id)
        state = _state(desk, dataset_id)
    elif not state.is_over:
        worker_door.ensure_worker(desk.workspace)
    known = known if known is not None and known.left else Doubts(identity=identity, left=offered)
    if state is None or not state.is_over:
        return _told(known, "computing", state.step if state else "")
    error = state.status.error
    return _told(known, "failed", f"{error.message} {error.remedy}" if error else "Its process ended.")


def end(desk: Desk, dataset_id: str) -> None:
    """Withdraw the work on a dataset's repairs, or ask whoever is at it to end."""
    state = _state(desk, dataset_id)
    if state is not None and not state.is_over:
        fits.request_end(desk.workspace, queueing.folder_of(desk.workspace, "doubts", dataset_id), kind="doubts")


def _told(doubts: Doubts, state: Literal["computing", "complete", "failed"], step: str) -> DoubtCosts:
    return DoubtCosts(state=state, step=step, costs=doubts.costs, left=doubts.left, not_tried=doubts.not_tried)


def _goes_on_or_is_given_up(phase: Phase, known: Doubts | None) -> bool:
    if phase in ("queued", "running"):
        return True  # work that has begun looks by itself whether the dataset was decided anew
    if phase in ("failed", "cancelled"):
        return known is not None
    return phase == "interrupted" and known is not None and known.attempt >= MOST_ATTEMPTS


def _state(desk: Desk, dataset_id: str) -> RunState | None:
    return turns.state_of(desk.workspace, "doubts", dataset_id)


def _enqueue(desk: Desk, dataset_id: str) -> None:
    with locks.of(desk.workspace, dataset_id), queueing.locked(desk.workspace):
        state = _state(desk, dataset_id)
        if state is not None and not state.is_over:
            return  # somebody else has asked in between
        turns.begin(desk.workspace, "doubts", dataset_id, owner=desk.owner)
    worker_door.ensure_worker(desk.workspace)
