"""Answer the parts of a run's proof, in the executor that works in the background; every unit is kept at once.

Work goes on where it was stopped. Between two units it gives way to whoever else waits for the same executor: then it
is queued again behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mmm_core.errors import DataError, MMMError, RunCancelledError
from mmm_core.model.structure import Structure
from mmm_core.proof import kept
from mmm_core.proof.catalogue import PARTS
from mmm_core.proof.kept import Proof, Units
from mmm_core.proof.part import AnyPart, PartReport, PartState
from mmm_core.proof.subject import Refitter, Subject, read_subject, refitter
from mmm_core.proof.tried import Tried, tried_before
from mmm_core.runs import execution
from mmm_core.workspace import queueing, status, storage
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.turns import others_wait, queue_again

if TYPE_CHECKING:
    from mmm_core.sampler.sampling import CompiledModel

type Compiled = Callable[[Structure], CompiledModel]


def work(workspace: Workspace, run_id: str, *, compiled: Compiled) -> None:
    """Answer what is still open of a run's proof; its status says how that ended."""
    run, folder = workspace.run_dir(run_id), queueing.folder_of(workspace, "proof", run_id)
    with status.failure_recorded(folder, "the proof", remedy="Start it again."):
        status.start(folder)

        def should_stop() -> str | None:
            return "discard" if execution.cancel_request(folder) else None

        for _ in answer(run, refitter(compiled, should_stop), tried=tried_before(workspace, run_id)):
            if should_stop():
                raise RunCancelledError("The proof was stopped.", remedy="Go on with it when ready.")
            status.set_progress(folder, _progress(kept.read(run)))
            if others_wait(workspace):
                queue_again(workspace, "proof", run_id, folder)
                return
        status.update_status(folder, "TRAINED")
        status.update_status(folder, "OUTPUTS_READY", progress=None)


def answer(
    run: Path,
    refit: Refitter,
    parts: tuple[AnyPart, ...] = PARTS,
    *,
    tried: tuple[Tried, ...] = (),
    only: Collection[str] = (),
) -> Iterator[str]:
    """Answer every part of the proof of the run in a folder; yields the name of a part after each of its units.

    ``tried`` are the answers that were seen on its table before, as far as its workspace has them; ``only`` names the
    parts that are worked on (none: all of them), and the others stay as they are.

    Raises
    ------
    RunCancelledError
        The refitter was stopped.
    StorageError
        The run is not finished, or nothing can be written.
    """
    subject, identity = read_subject(run, tried), kept.identity_of(run)
    kept.folder_of(run).mkdir(exist_ok=True)
    found = kept.read_units(run, identity)
    plans = {part.name: _plan(part, subject) for part in parts if not part.reads}
    _keep(run, subject, parts, plans, found)
    # What one unit answers comes first, so that something is on screen within seconds.
    asked = {part.reads or part.name for part in parts if not only or part.name in only}
    for part in sorted((part for part in parts if part.name in asked), key=lambda part: len(plans[part.name].keys) > 1):
        for key in plans[part.name].keys:
            if found.is_done(part.name, key):
                continue
            found = _with_unit(found, part, subject, key, refit)
            _keep(run, subject, parts, plans, found)
            yield part.name
    _keep(run, subject, parts, plans, found, complete=_is_over(plans, found))


class _Plan(NamedTuple):
    """Units that a part asks for; none, and why, where the run cannot be asked."""

    keys: tuple[str, ...]
    why: str = ""


def _plan(part: AnyPart, subject: Subject) -> _Plan:
    try:
        return _Plan(part.units(subject))
    except DataError as error:
        return _Plan((), f"{error.message} {error.remedy}".strip())


def _is_over(plans: dict[str, _Plan], found: Units) -> bool:
    return all(found.is_done(name, key) for name, plan in plans.items() for key in plan.keys)


def _with_unit(found: Units, part: AnyPart, subject: Subject, key: str, refit: Refitter) -> Units:
    try:
        result: dict[str, Any] | None = part.work(subject, key, refit).model_dump(mode="json")
        why = ""
    except RunCancelledError:
        raise
    except MMMError as error:
        result, why = None, f"{error.message} {error.remedy}".strip()
    target = "failed" if result is None else "found"
    units: dict[str, dict[str, Any]] = getattr(found, target)
    changed = units | {part.name: units.get(part.name, {}) | {key: why if result is None else result}}
    return found.model_copy(update={target: changed})


def _keep(
    run: Path,
    subject: Subject,
    parts: tuple[AnyPart, ...],
    plans: dict[str, _Plan],
    found: Units,
    *,
    complete: bool = False,
) -> None:
    reports = tuple(_report(part, subject, plans, found) for part in parts)
    storage.write_json(kept.folder_of(run) / kept.UNITS, found)
    storage.write_json(
        kept.folder_of(run) / kept.FILE, Proof(identity=found.identity, complete=complete, parts=reports)
    )


def _report(part: AnyPart, subject: Subject, plans: dict[str, _Plan], found: Units) -> PartReport:
    source = part.reads or part.name
    plan = plans[source]
    results = {key: part.result.model_validate(value) for key, value in found.found.get(source, {}).items()}
    failed = found.failed.get(source, {})
    done = len(results) + len(failed)
    state: PartState = "working" if done else "waiting"
    why = ""
    if not plan.keys:
        state, why = "left_out", plan.why
    elif done == len(plan.keys):
        reason = next(iter(failed.values()), "")
        state, why = ("complete", _left_out(len(failed), done, reason)) if results else ("failed", reason)
    return PartReport(
        name=part.name,
        question=part.question,
        how_to_read=part.how_to_read,
        state=state,
        done=done,
        units=len(plan.keys),
        told=part.tell(subject, results) if results else None,
        why=why,
    )


def _left_out(failed: int, of: int, reason: str) -> str:
    """How much of a part that is answered could not be asked; empty: all of it could."""
    return f"{failed} of its {of} fits could not be made, and the answer is of the others: {reason}" if failed else ""


def _progress(proof: Proof | None) -> status.Progress:
    if proof is None:
        return status.Progress(step="Proving", fraction=0)
    at = next((part for part in proof.parts if part.state in ("waiting", "working")), None)
    step = f"{at.question} ({at.done} of {at.units})" if at else "Done"
    return status.Progress(step=step, fraction=proof.fraction)
