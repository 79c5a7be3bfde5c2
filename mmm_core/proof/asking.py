"""Ask for a run's proof: start it, look how far it is, stop it, go on. Nothing is fitted here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mmm_core import shipped
from mmm_core.errors import RunError
from mmm_core.proof import kept
from mmm_core.proof.kept import Proof
from mmm_core.proof.verdict import ProofVerdict, verdict_of
from mmm_core.results.verdicts import Grade
from mmm_core.runs import fits, runs
from mmm_core.schema import Strict
from mmm_core.workspace import locks, queueing, turns, worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.run_state import RunState

type ProofState = Literal["none", "queued", "running", "complete", "stopped", "interrupted", "failed"]


class ProofView(Strict):
    """Where a run's proof is, and what it says so far."""

    state: ProofState
    step: str = Field("", description="What is being done or waited for, or why it failed; empty otherwise.")
    fraction: float = Field(0.0, description="How much of the work is done (fraction).")
    proof: Proof | None = Field(None, description="null: nothing is known yet.")
    fit: Grade = Field("pass", description="What the checks of the fit itself say.")

    @property
    def verdict(self) -> ProofVerdict | None:
        """What the parts say together; None: nothing is known yet."""
        return verdict_of(self.proof, fit=self.fit) if self.proof else None


def look(desk: Desk, run_id: str) -> ProofView:
    """What is known of a run's proof; a proof that waits is kept going, one that was interrupted is not begun anew.

    Raises
    ------
    StorageError
        There is no such run of this owner.
    """
    runs.state(desk, run_id)  # whoever may not see the run may not see its proof
    known = kept.read(desk.run_dir(run_id))
    fit: Grade = kept.grade_of_fit(desk.run_dir(run_id)) if known else "pass"
    if known is not None and known.complete:
        return ProofView(state="complete", fraction=1.0, proof=known, fit=fit)
    state = _state(desk, run_id)
    if state is None:
        return ProofView(state="none", proof=known, fit=fit)
    if state.phase in ("queued", "running"):
        worker_door.ensure_worker(desk.workspace)
        phase: ProofState = "queued" if state.phase == "queued" else "running"
        return ProofView(state=phase, step=state.step, fraction=known.fraction if known else 0.0, proof=known, fit=fit)
    ended: dict[str, ProofState] = {"cancelled": "stopped", "failed": "failed", "interrupted": "interrupted"}
    error = state.status.error
    return ProofView(
        state=ended.get(state.phase, "none"),
        step=f"{error.message} {error.remedy}" if error else "",
        fraction=known.fraction if known else 0.0,
        proof=known,
        fit=fit,
    )


def start(desk: Desk, run_id: str) -> ProofView:
    """Begin a run's proof, or go on where it was stopped; nothing happens where it is at work or complete.

    Raises
    ------
    RunError
        The run is not finished, or it is a shipped one.
    StorageError
        There is no such run of this owner.
    """
    before = runs.state(desk, run_id)
    if before.phase != "finished":
        raise RunError(
            f"The run is {before.phase}: only a finished run can be proved.",
            code="wrong_stage",
            remedy="Wait until it is finished.",
        )
    view = look(desk, run_id)
    if view.state in ("queued", "running", "complete"):
        return view
    if run_id in shipped.RUNS:
        raise RunError("The shipped demo is read-only.", code="read_only", remedy="Duplicate it, and prove the copy.")
    with locks.of(desk.workspace, run_id), queueing.locked(desk.workspace):
        state = _state(desk, run_id)
        if state is None or state.is_over:  # nobody has asked in between
            turns.begin(desk.workspace, "proof", run_id, owner=desk.owner)
    worker_door.ensure_worker(desk.workspace)
    return look(desk, run_id)


def stop(desk: Desk, run_id: str) -> ProofView:
    """Stop a run's proof; what it has found is kept, and it can go on from there.

    Raises
    ------
    StorageError
        There is no such run of this owner.
    """
    runs.state(desk, run_id)
    state = _state(desk, run_id)
    if state is not None and not state.is_over:
        fits.request_end(desk.workspace, queueing.folder_of(desk.workspace, "proof", run_id), kind="proof")
    return look(desk, run_id)


def _state(desk: Desk, run_id: str) -> RunState | None:
    return None if run_id in shipped.RUNS else turns.state_of(desk.workspace, "proof", run_id)
