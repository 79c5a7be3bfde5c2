"""Ask why a run differs from an earlier one: start it, look how far it is, stop it. Nothing is fitted here."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from mmm_core import shipped
from mmm_core.compare import kept
from mmm_core.compare.compared import finished
from mmm_core.compare.pair import not_comparable, why_not
from mmm_core.compare.why import Why
from mmm_core.errors import RunError
from mmm_core.runs import fits, runs
from mmm_core.runs.folder import read_manifest, read_spec
from mmm_core.schema import Strict
from mmm_core.workspace import locks, queueing, turns, worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.run_state import RunState

type WhyState = Literal["none", "queued", "running", "complete", "stopped", "interrupted", "failed"]
ENDED: dict[str, WhyState] = {"cancelled": "stopped", "failed": "failed", "interrupted": "interrupted"}


class WhyView(Strict):
    """Where the answer is, and what it says so far."""

    state: WhyState
    step: str = Field("", description="What is being done or waited for, or why it failed; empty otherwise.")
    fraction: float = Field(0.0, description="How much of the work is done (fraction).")
    why: Why | None = Field(None, description="null: nothing is known yet.")

    @property
    def is_at_work(self) -> bool:
        """Whether more will come without anybody's doing."""
        return self.state in ("queued", "running")


def look(desk: Desk, run_id: str, before: str) -> WhyView:
    """What is known of why a run differs from an earlier one; nothing is begun.

    Raises
    ------
    DataError
        The two are the same, or do not explain the same thing.
    RunError
        One of them is not finished.
    StorageError
        There is no such run of this owner.
    """
    folders = _both(desk, run_id, before)
    known = kept.read(kept.folder_of(folders[1], before), kept.identity_of(*folders))
    if known is not None and known.complete:
        return WhyView(state="complete", fraction=1.0, why=known)
    state, so_far = _state(desk, run_id, before), known.fraction if known else 0.0
    if state is None:
        return WhyView(state="none", fraction=so_far, why=known)
    if not state.is_over:
        worker_door.ensure_worker(desk.workspace)
        phase: WhyState = "queued" if state.phase == "queued" else "running"
        return WhyView(state=phase, step=state.step, fraction=so_far, why=known)
    error = state.status.error
    said = f"{error.message} {error.remedy}" if error else ""
    return WhyView(state=ENDED.get(state.phase, "none"), step=said, fraction=so_far, why=known)


def start(desk: Desk, run_id: str, before: str) -> WhyView:
    """Begin to find out why a run differs from an earlier one, or go on; nothing happens where it is known.

    Raises
    ------
    DataError
        The two are the same, or do not explain the same thing.
    RunError
        One of them is not finished, or the later is a shipped one.
    StorageError
        There is no such run of this owner.
    """
    view = look(desk, run_id, before)
    if view.is_at_work or view.state == "complete":
        return view
    if run_id in shipped.RUNS:
        raise RunError(
            "The shipped demo is read-only.", code="read_only",
            remedy="Take it as the earlier of the two, or duplicate it and take the copy.",
        )  # fmt: skip
    identifier = queueing.of_both(run_id, before)
    with locks.of(desk.workspace, run_id), queueing.locked(desk.workspace):
        runs.state(desk, run_id)  # it may have been deleted meanwhile
        state = _state(desk, run_id, before)
        if state is None or state.is_over:  # nobody has asked in between
            queueing.folder_of(desk.workspace, "why", identifier).parent.mkdir(exist_ok=True)
            turns.begin(desk.workspace, "why", identifier, owner=desk.owner)
    worker_door.ensure_worker(desk.workspace)
    return look(desk, run_id, before)


def stop(desk: Desk, run_id: str, before: str) -> WhyView:
    """Stop it; what was found is kept, and it can go on from there. Errors are those of :func:`look`."""
    look(desk, run_id, before)
    state = _state(desk, run_id, before)
    if state is not None and not state.is_over:
        identifier = queueing.of_both(run_id, before)
        fits.request_end(desk.workspace, queueing.folder_of(desk.workspace, "why", identifier), kind="why")
    return look(desk, run_id, before)


def _both(desk: Desk, run_id: str, before: str) -> tuple[Path, Path]:
    """Folders of the earlier and the later run; refuses what cannot be explained by each other."""
    for each in (before, run_id):
        runs.state(desk, each)  # whoever may not see a run may not see what is made of it
    if run_id == before:
        raise not_comparable("they are the same run")
    folders = finished(desk, before), finished(desk, run_id)
    grains = [read_manifest(folder).grain for folder in folders]
    if reason := why_not(read_spec(folders[0]), read_spec(folders[1]), (grains[0], grains[1])):
        raise not_comparable(reason)
    return folders


def _state(desk: Desk, run_id: str, before: str) -> RunState | None:
    if run_id in shipped.RUNS:
        return None
    return turns.state_of(desk.workspace, "why", queueing.of_both(run_id, before))
