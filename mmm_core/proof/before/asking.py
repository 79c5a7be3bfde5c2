"""Ask how near a fit of a draft's or a run's settings could find each return: start it, look how far it is, stop it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mmm_core import shipped
from mmm_core.errors import RunError
from mmm_core.proof.before import outlook
from mmm_core.proof.before.outlook import Outlook
from mmm_core.proof.before.worlds import require_estimated
from mmm_core.runs import drafts, fits, runs
from mmm_core.schema import Strict
from mmm_core.spec import RunSpec
from mmm_core.workspace import locks, queueing, turns, worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.run_state import RunState

type OutlookState = Literal["none", "queued", "running", "complete", "stopped", "interrupted", "failed"]
ENDED: dict[str, OutlookState] = {"cancelled": "stopped", "failed": "failed", "interrupted": "interrupted"}


class OutlookView(Strict):
    """Where the answer is, and what it is so far."""

    state: OutlookState
    step: str = Field("", description="What is being done or waited for, or why it failed; empty otherwise.")
    fraction: float = Field(0.0, description="How much of the work is done (fraction).")
    outlook: Outlook | None = Field(None, description="null: nothing is known yet.")

    @property
    def is_at_work(self) -> bool:
        """Whether more will come without anybody's doing."""
        return self.state in ("queued", "running")


def look(desk: Desk, identifier: str) -> OutlookView:
    """What is known for the settings of a draft or a run, which need not be fitted; nothing is begun.

    Raises
    ------
    StorageError
        There is no such draft or run of this owner.
    """
    _subject(desk, identifier)
    known = outlook.read(queueing.folder_of(desk.workspace, "outlook", identifier))
    fraction = known.fraction if known else 0.0
    if known is not None and known.is_complete:
        return OutlookView(state="complete", fraction=fraction, outlook=known)
    state = _state(desk, identifier)
    if state is None:
        return OutlookView(state="none", outlook=known)
    if not state.is_over:
        worker_door.ensure_worker(desk.workspace)
        phase: OutlookState = "queued" if state.phase == "queued" else "running"
        return OutlookView(state=phase, step=state.step, fraction=fraction, outlook=known)
    error = state.status.error
    return OutlookView(
        state=ENDED.get(state.phase, "none"),
        step=f"{error.message} {error.remedy}" if error else "",
        fraction=fraction,
        outlook=known,
    )


def start(desk: Desk, identifier: str) -> OutlookView:
    """Begin, or go on where it was stopped; nothing happens where it is at work or complete.

    Raises
    ------
    DataError, SpecError
        The settings are fixed: their prior says too little of sales; or they do not fit the table.
    RunError
        The run is a shipped one.
    StorageError
        There is no such draft or run of this owner.
    """
    require_estimated(_spec(desk, identifier))
    view = look(desk, identifier)
    if view.state in ("queued", "running", "complete"):
        return view
    if identifier in shipped.RUNS:
        raise RunError("The shipped demo is read-only.", code="read_only", remedy="Duplicate it, and ask of the copy.")
    if _subject(desk, identifier).status.stage in ("CREATED", "VALIDATED"):
        runs.build_features(desk, identifier)  # whether the settings fit the table is said here and now
    with locks.of(desk.workspace, identifier), queueing.locked(desk.workspace):
        state = _state(desk, identifier)
        if state is None or state.is_over:  # nobody has asked in between
            turns.begin(desk.workspace, "outlook", identifier, owner=desk.owner)
    worker_door.ensure_worker(desk.workspace)
    return look(desk, identifier)


def stop(desk: Desk, identifier: str) -> OutlookView:
    """Stop; what was found is kept, and it can go on from there.

    Raises
    ------
    StorageError
        There is no such draft or run of this owner.
    """
    _subject(desk, identifier)
    state = _state(desk, identifier)
    if state is not None and not state.is_over:
        fits.request_end(desk.workspace, queueing.folder_of(desk.workspace, "outlook", identifier), kind="outlook")
    return look(desk, identifier)


def _subject(desk: Desk, identifier: str) -> RunState:
    """Where the draft or the run itself is; whoever may not see it may not see what is asked of it."""
    return drafts.state(desk, identifier) if queueing.is_draft(identifier) else runs.state(desk, identifier)


def _spec(desk: Desk, identifier: str) -> RunSpec:
    if queueing.is_draft(identifier):
        return drafts.get(desk, identifier)[1]
    _subject(desk, identifier)
    return runs.get_spec(desk, identifier)


def _state(desk: Desk, identifier: str) -> RunState | None:
    return None if identifier in shipped.RUNS else turns.state_of(desk.workspace, "outlook", identifier)
