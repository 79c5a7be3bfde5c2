"""Runs of a workspace: create, build features, submit, cancel, look, wait; each is a fit (:mod:`mmm_core.runs.fits`).

Doors call these functions and never the sampler: a run is fitted by the workspace's worker (:mod:`mmm_core.worker`),
which outlives the door. What is not the owner's is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from mmm_core import logs, shipped
from mmm_core.errors import MMMError, RunError, StorageError
from mmm_core.runs import datasets, fits, index
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import LABEL, LOG, read_manifest, read_report, read_spec
from mmm_core.runs.index import Unreadable
from mmm_core.runs.manifest import Label, Manifest
from mmm_core.runs.outputs import Outputs, read_outputs
from mmm_core.spec import RunSpec
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import folders, locks, queueing, run_state, storage, turns
from mmm_core.workspace.desk import LOCAL_OWNER, Desk
from mmm_core.workspace.queueing import JobKind
from mmm_core.workspace.run_state import RunState
from mmm_core.workspace.status import Status, get_status


@dataclass(frozen=True, slots=True)
class Created:
    """A new run, or one that has the same answer already."""

    run_id: str
    reused: bool


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run in a list."""

    state: RunState
    label: Label
    manifest: Manifest


class RunPage(NamedTuple):
    """Part of a list of runs; ``total`` counts the whole list.

    ``unreadable`` are folders of which it is not known whose they are, where nobody logs in.
    """

    entries: list[RunEntry]
    total: int
    unreadable: tuple[Unreadable, ...] = ()


def create(desk: Desk, spec: RunSpec, *, fresh: bool = False, drafts_before: int = 0) -> Created:
    """Make a run on a dataset of the workspace; stage ``VALIDATED``.

    Unless ``fresh``, an unfailed run of the same owner with the same content, specification and versions is given
    instead, and a finished live estimate with the same settings becomes the run. On a dataset that nobody has
    validated the stage is ``CREATED``: its content is looked at when the features are built.

    Raises
    ------
    DataError, SpecError
        The dataset has errors, or the specification does not fit it; nothing is made.
    StorageError
        There is no such dataset.
    """
    run_id = storage.new_id("run")
    folder = desk.workspace.run_dir(run_id)
    with folders.filled_beside(folder) as filled:
        if not datasets.is_checked(desk, spec.dataset_id):
            fits.fill_unchecked(filled, desk, spec)
            folders.swap_in(filled, folder)
            logs.record("run created", run_id, owner=desk.owner)
            return Created(run_id, reused=False)
        manifest = fits.fill(filled, desk, spec, drafts_before=drafts_before)
        same = None if fresh else fits.find_same(desk.workspace, manifest)
        if same is not None and same.parent == folder.parent:
            return Created(same.name, reused=True)
        reused = same is not None and fits.take_over_finished(filled, same)
        folders.swap_in(filled, folder)
    logs.record("run created", run_id, owner=desk.owner)
    return Created(run_id, reused=reused)


def build_features(desk: Desk, run_id: str) -> Status:
    """Build the features of a run; stage ``FEATURES_BUILT``.

    Raises
    ------
    DataError, SpecError
        The specification does not fit the table.
    RunError
        The run is at work or finished.
    """
    _require_changeable(run_id, desk)
    with locks.of(desk.workspace, run_id):
        before = state(desk, run_id)
        if before.phase not in fits.STARTABLE:
            raise fits.wrong_phase(before)
        fits.prepare(desk.workspace, desk.run_dir(run_id))
        return state(desk, run_id).status


def submit(desk: Desk, run_id: str) -> RunState:
    """Queue a run for the worker, which is started if need be; returns at once.

    A run that failed, was cancelled or interrupted starts again from its features.

    Raises
    ------
    RunError
        The run is queued or at work already, or finished.
    """
    _require_changeable(run_id, desk)
    with locks.of(desk.workspace, run_id):
        fits.enqueue(desk.workspace, desk.run_dir(run_id), kind="run")
    logs.record("run queued", run_id, owner=desk.owner)
    return state(desk, run_id)


def cancel(desk: Desk, run_id: str, *, keep: bool = False) -> RunState:
    """Ask a run to end; with ``keep``, with the draws so far if there are 100 a chain.

    A run that waits is taken out of the queue at once, one at work ends within a second.

    Raises
    ------
    RunError
        The run is neither queued nor at work.
    """
    before = state(desk, run_id)
    if before.is_over:
        raise fits.wrong_phase(before)
    fits.request_end(desk.workspace, desk.run_dir(run_id), kind="run", keep=keep)
    logs.record("run cancelled", run_id, owner=desk.owner)
    return state(desk, run_id)


def state(desk: Desk, run_id: str) -> RunState:
    """Where a run is.

    Raises
    ------
    StorageError
        There is no such run of this owner.
    """
    # The shipped run's folder has another name than the run.
    return replace(run_state.state_of(desk.workspace, desk.run_dir(run_id), "run"), run_id=run_id)


def wait(desk: Desk, run_id: str, *, timeout: float, poll: float = run_state.WAIT_POLL_SECONDS) -> RunState:
    """Wait until a run is over.

    Raises
    ------
    RunError
        It is not over after ``timeout`` seconds; it goes on nevertheless.
    """
    return run_state.until_over(
        lambda: run_state.keep_going(desk.workspace, state(desk, run_id)), timeout=timeout, poll=poll
    )


def list_runs(desk: Desk) -> list[RunEntry]:
    """All of the owner's runs, newest first; for doors that need no part of them, see :func:`list_page`."""
    return list_page(desk).entries


def list_page(desk: Desk, *, limit: int | None = None, offset: int = 0) -> RunPage:
    """Some of the owner's runs, newest first, and how many there are; only these have their state looked up."""
    return _read(desk, index.page(desk.workspace, "run", desk.owner, limit=limit, offset=offset))


def search(desk: Desk, text: str, *, limit: int | None = None, offset: int = 0) -> RunPage:
    """Some of the owner's runs that hold every word of ``text``: in their name, note or id, or their table's name."""
    tables = {each.content_hash: each.label for each in datasets.list_datasets(desk) if not each.read_only}
    found = index.search(desk.workspace, "run", desk.owner, text.split(), tables=tables, limit=limit, offset=offset)
    return _read(desk, found)


def _read(desk: Desk, page: index.Page) -> RunPage:
    # Where people log in a folder that says nobody's name may be anybody's.
    unreadable = index.unreadable(desk.workspace, "run") if desk.owner == LOCAL_OWNER else []
    entries = []
    for run_id in page.ids:
        try:
            entries.append(get_entry(desk, run_id))
        except StorageError as error:
            if desk.workspace.run_dir(run_id).exists():
                unreadable.append(Unreadable(run_id, error.message))
            else:
                index.distrust(desk.workspace, "run")
    return RunPage(entries, page.total, tuple(unreadable))


def get_entry(desk: Desk, run_id: str) -> RunEntry:
    """One run as lists have it.

    Raises
    ------
    StorageError
        There is no such run of this owner, or its files are damaged.
    """
    folder = desk.run_dir(run_id)
    label = storage.read_json(folder / LABEL, Label)
    return RunEntry(run_state.state_of(desk.workspace, folder, "run"), label, read_manifest(folder))


def relabel(desk: Desk, run_id: str, label: Label) -> None:
    """Name and note of a run: all of a finished run that may change."""
    _require_own(run_id)
    storage.write_json(desk.run_dir(run_id) / LABEL, label)
    index.note_label(desk.workspace, "run", run_id, label)
    logs.record("run named", run_id, owner=desk.owner)


def delete(desk: Desk, run_id: str) -> None:
    """Remove a run and everything in its folder.

    Raises
    ------
    RunError
        It is queued or at work: cancel it first.
    """
    _require_own(run_id)
    with locks.of(desk.workspace, run_id):
        before = state(desk, run_id)
        if not before.is_over:
            raise fits.wrong_phase(before)
        _end_what_is_asked_of(desk, run_id)
        folders.remove(desk.run_dir(run_id))
    logs.record("run deleted", run_id, owner=desk.owner)


def _end_what_is_asked_of(desk: Desk, run_id: str) -> None:
    """Withdraw the work on a run's proof, the look ahead and comparisons, or ask whoever is at it to end."""
    compared = sorted(path.name for path in (desk.run_dir(run_id) / queueing.WHY).glob("[a-z0-9]*"))
    asked: list[tuple[JobKind, str]] = [("proof", run_id), ("outlook", run_id)]
    asked += [("why", queueing.of_both(run_id, before)) for before in compared]
    for kind, identifier in asked:
        state_of_it = turns.state_of(desk.workspace, kind, identifier)
        if state_of_it is not None and not state_of_it.is_over:
            fits.request_end(desk.workspace, queueing.folder_of(desk.workspace, kind, identifier), kind=kind)


def finished_folder(desk: Desk, run_id: str) -> Path:
    """Folder of a run, if it is finished.

    Raises
    ------
    RunError
        It is not finished: there is nothing to take yet.
    StorageError
        There is no such run of this owner.
    """
    folder = desk.run_dir(run_id)
    stage = get_status(folder).stage
    if stage != "OUTPUTS_READY":
        raise RunError(
            f"The run has no outputs yet: it is {stage}.",
            code="not_finished",
            remedy="Train it, and wait until its stage is OUTPUTS_READY.",
        )
    return folder


def units_of(desk: Desk, run_id: str) -> Units:
    """Units of the table that a run was made on; those of no table, once it was deleted."""
    try:
        return datasets.get_dataset(desk, read_spec(desk.run_dir(run_id)).dataset_id).units
    except MMMError:
        return Units()


def get_spec(desk: Desk, run_id: str) -> RunSpec:
    """The specification of a run."""
    return read_spec(desk.run_dir(run_id))


def get_label(desk: Desk, run_id: str) -> Label:
    """Name and note of a run."""
    return storage.read_json(desk.run_dir(run_id) / LABEL, Label)


def read_log(desk: Desk, run_id: str) -> bytes:
    """The run's log; empty before it began."""
    path = desk.run_dir(run_id) / LOG
    return path.read_bytes() if path.is_file() else b""


def get_manifest(desk: Desk, run_id: str) -> Manifest:
    """Where the run's result comes from."""
    return read_manifest(desk.run_dir(run_id))


def get_report(desk: Desk, run_id: str) -> ValidationReport | None:
    """What was noticed about the run's table when the run was made; None: an older version made it."""
    return read_report(desk.run_dir(run_id))


def get_outputs(desk: Desk, run_id: str) -> Outputs:
    """Tables and summaries of a finished run."""
    return read_outputs(desk.run_dir(run_id))


def _require_changeable(run_id: str, desk: Desk) -> None:
    """Refuse what would prepare a shipped run, which is finished."""
    if run_id in shipped.RUNS:
        raise fits.wrong_phase(state(desk, run_id))


def _require_own(run_id: str) -> None:
    if run_id in shipped.RUNS:
        raise StorageError(
            "The shipped demo cannot be changed.", code="read_only", remedy="Duplicate it, and change the copy."
        )
