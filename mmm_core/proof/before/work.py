"""Fit worlds of the prior on a draft's design, in the executor that works in the background; each is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core.errors import RunCancelledError
from mmm_core.model.structure import Structure
from mmm_core.proof.before import outlook
from mmm_core.proof.before.outlook import WORLDS, Outlook
from mmm_core.proof.before.worlds import Design, with_another_year
from mmm_core.proof.subject import Refitter, refitter
from mmm_core.runs import execution
from mmm_core.runs.folder import CANONICAL, read_manifest, read_spec, whole
from mmm_core.spec import RunSpec
from mmm_core.table.typed import CanonicalData
from mmm_core.workspace import queueing, status, storage
from mmm_core.workspace.storage import Workspace
from mmm_core.workspace.turns import others_wait, queue_again

if TYPE_CHECKING:
    from mmm_core.sampler.sampling import CompiledModel

MONTHS_MORE = 12
MOST_MONTHS = 240
"""Months that a specification's window may have."""


def work(workspace: Workspace, identifier: str, *, compiled: Callable[[Structure], CompiledModel]) -> None:
    """Answer what is still open for the settings of a draft or a run; its status says how that ended."""
    folder = queueing.folder_of(workspace, "outlook", identifier)
    with status.failure_recorded(folder, "the look ahead", remedy="Ask again."):
        status.start(folder)

        def should_stop() -> str | None:
            return "discard" if execution.cancel_request(folder) else None

        for found in answer(folder.parent, folder, refitter(compiled, should_stop)):
            if should_stop():
                raise RunCancelledError("It was stopped.", remedy="Ask again when ready.")
            step = f"Fitting tables like yours ({found.done} of {2 * WORLDS})"
            status.set_progress(folder, status.Progress(step=step, fraction=found.fraction))
            if others_wait(workspace):
                queue_again(workspace, "outlook", identifier, folder)
                return
        status.update_status(folder, "TRAINED")
        status.update_status(folder, "OUTPUTS_READY", progress=None)


def answer(fit: Path, folder: Path, refit: Refitter) -> Iterator[Outlook]:
    """Fit every world that is open for the settings in ``fit``, keep each in ``folder``, and yield what is known.

    Raises
    ------
    DataError, SpecError, RunError
        The settings do not fit the table, nothing is estimated under them, or the refitter was stopped.
    StorageError
        The fit is gone, or nothing can be written.
    """
    grain = read_manifest(fit).grain
    assert grain is not None  # noqa: S101 - whatever has features has one
    spec, table = read_spec(fit), CanonicalData(storage.read_parquet(whole(fit, CANONICAL)), grain)
    now = Design(table, spec)
    later = Design(with_another_year(table), _with_longer_window(spec), like=now)
    found = outlook.read(folder) or Outlook(
        grain=grain, periods=len(now.features.dates), periods_later=len(later.features.dates)
    )
    for number in range(WORLDS):
        if len(found.now) <= number:
            found = _kept(folder, found.model_copy(update={"now": (*found.now, now.world(number, refit))}))
            yield found
        if len(found.later) <= number:
            found = _kept(folder, found.model_copy(update={"later": (*found.later, later.world(number, refit))}))
            yield found


def _with_longer_window(spec: RunSpec) -> RunSpec:
    """The same with another year in its window, where it has one."""
    months = spec.windows.estimation_months
    if months is None:
        return spec
    longer = spec.windows.model_copy(update={"estimation_months": min(months + MONTHS_MORE, MOST_MONTHS)})
    return spec.model_copy(update={"windows": longer})


def _kept(folder: Path, found: Outlook) -> Outlook:
    storage.write_json(folder / outlook.FILE, found)
    return found
