"""Runs of a workspace: create, build features, submit, cancel, look, wait.

::

    create ──► VALIDATED ──build_features──► FEATURES_BUILT ──submit──► (queue) ──worker──► OUTPUTS_READY
                                                                  cancel ▲───────┴──────► CANCELLED | ERROR

Doors call these functions and never the sampler: a run is fitted by the workspace's worker (:mod:`mmm_core.worker`),
which outlives the door. A run belongs to an owner; what is not the owner's is not there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from mmm_core import logs
from mmm_core.errors import MMMError, RunCancelledError, RunError, StorageError
from mmm_core.runs import datasets, execution
from mmm_core.runs.execution import Label, Manifest
from mmm_core.runs.outputs import Outputs, read_outputs
from mmm_core.settings import PROJECT
from mmm_core.spec import RunSpec
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import queueing, run_state, status, storage, worker_door
from mmm_core.workspace.queueing import Job
from mmm_core.workspace.run_state import Phase, RunState
from mmm_core.workspace.status import Status
from mmm_core.workspace.storage import Workspace

REPORT = "validation_summary.json"
SHIPPED = {"demo": PROJECT / "sample_data" / "demo_run"}
"""Finished runs of every workspace, read-only."""
STARTABLE: tuple[Phase, ...] = ("created", "failed", "cancelled", "interrupted")


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
    """Part of a list of runs; ``total`` counts the whole list."""

    entries: list[RunEntry]
    total: int


def create(workspace: Workspace, spec: RunSpec, *, owner: str, fresh: bool = False, drafts_before: int = 0) -> Created:
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
    folder = workspace.run_dir(run_id)
    with storage.filled_beside(folder) as filled:
        if not datasets.is_checked(workspace, spec.dataset_id, owner=owner):
            _fill_unchecked(filled, workspace, spec, owner=owner)
            storage.swap_in(filled, folder)
            logs.record("run created", run_id, owner=owner)
            return Created(run_id, reused=False)
        manifest = fill(filled, workspace, spec, owner=owner, drafts_before=drafts_before)
        same = None if fresh else find_same(workspace, manifest)
        if same is not None and same.parent == folder.parent:
            return Created(same.name, reused=True)
        reused = same is not None and take_over_finished(filled, same)
        storage.swap_in(filled, folder)
    logs.record("run created", run_id, owner=owner)
    return Created(run_id, reused=reused)


def fill(folder: Path, workspace: Workspace, spec: RunSpec, *, owner: str, drafts_before: int = 0) -> Manifest:
    """Fill an empty run folder from a dataset of the workspace; see :func:`create` for the errors."""
    prepared = datasets.load_dataset(workspace, spec.dataset_id, owner=owner, spec=spec)
    storage.write_json(folder / REPORT, prepared.report)
    return execution.create_run(
        folder,
        prepared.canonical(),
        spec,
        source_name=prepared.name,
        dataset_hash=prepared.content_hash,
        owner=owner,
        drafts_before=drafts_before,
    )


def _fill_unchecked(folder: Path, workspace: Workspace, spec: RunSpec, *, owner: str) -> None:
    dataset = datasets.get_dataset(workspace, spec.dataset_id, owner=owner)
    execution.create_run(folder, None, spec, source_name=dataset.label, dataset_hash=dataset.content_hash, owner=owner)


def find_same(workspace: Workspace, manifest: Manifest) -> Path | None:
    """Folder of a run, or of a finished draft, that has the same result; finished ones first."""
    found = None
    kinds: tuple[queueing.JobKind, ...] = ("run", "draft")
    for kind in kinds:
        for folder in _folders(workspace, kind):
            if _fit_key(folder) != (manifest.owner, manifest.fit_key):
                continue
            phase = run_state.state_of(workspace, folder, kind).phase
            if phase == "finished":
                return folder
            if kind == "run" and phase not in ("failed", "cancelled", "interrupted"):
                found = folder
    return found


def take_over_finished(filled: Path, same: Path) -> bool:
    """Let a finished result become that of a folder being filled, whose label and manifest stay its own."""
    if status.get_status(same).stage != "OUTPUTS_READY":
        return False
    manifest = storage.read_json(filled / "manifest.json", Manifest)
    made = storage.read_json(same / "manifest.json", Manifest)
    storage.copy_files(same, filled, leaving=("label.json", "manifest.json", "run_spec.json", "draft.json", "cancel"))
    kept = {"features_hash", "bucket", "seconds", "host_cores"}
    storage.write_json(filled / "manifest.json", manifest.model_copy(update=made.model_dump(include=kept)))
    return True


def build_features(workspace: Workspace, run_id: str, *, owner: str) -> Status:
    """Build the features of a run; stage ``FEATURES_BUILT``.

    Raises
    ------
    DataError, SpecError
        The specification does not fit the table.
    RunError
        The run is at work or finished.
    """
    found = state(workspace, run_id, owner=owner)
    if found.phase not in STARTABLE:
        raise _wrong_phase(found)
    _prepare(workspace, folder_of(workspace, run_id, owner=owner))
    return state(workspace, run_id, owner=owner).status


def _prepare(workspace: Workspace, folder: Path) -> None:
    """Write all that training reads; a run on a table that nobody had validated has it validated first."""
    manifest = storage.read_json(folder / "manifest.json", Manifest)
    if not manifest.canonical_hash:
        spec = storage.read_json(folder / "run_spec.json", RunSpec)
        try:
            data = datasets.load_dataset(workspace, spec.dataset_id, owner=manifest.owner, spec=spec).canonical()
        except MMMError as error:
            status.set_error(folder, error)
            raise
        execution.take_data(folder, data)
    execution.build_run_features(folder)


def submit(workspace: Workspace, run_id: str, *, owner: str) -> RunState:
    """Queue a run for the worker, which is started if need be; returns at once.

    A run that failed, was cancelled or interrupted starts again from its features.

    Raises
    ------
    RunError
        The run is queued or at work already, or finished.
    """
    folder = folder_of(workspace, run_id, owner=owner)
    if run_id in SHIPPED:
        raise _wrong_phase(state(workspace, run_id, owner=owner))
    enqueue(workspace, folder, kind="run")
    logs.record("run queued", run_id, owner=owner)
    return state(workspace, run_id, owner=owner)


def enqueue(workspace: Workspace, folder: Path, *, kind: queueing.JobKind, lineage: str = "") -> None:
    """Queue the run in a folder; its features are built where they are missing."""
    unbuilt = status.get_status(folder).stage in ("CREATED", "VALIDATED")
    if unbuilt or not (folder / "feature_scaler.json").exists():
        _prepare(workspace, folder)
    with queueing.locked(workspace):
        found = run_state.state_of(workspace, folder, kind)
        if found.phase not in STARTABLE:
            raise _wrong_phase(found)
        (folder / "cancel").unlink(missing_ok=True)
        bucket = storage.read_json(folder / "manifest.json", Manifest).bucket
        # Nobody can claim the job before the lock is free: what the worker writes comes after this.
        queueing.add(workspace, Job(kind=kind, id=folder.name, bucket=bucket, lineage=lineage))
        status.set_queued(folder)
    worker_door.ensure_worker(workspace)


def cancel(workspace: Workspace, run_id: str, *, owner: str, keep: bool = False) -> RunState:
    """Ask a run to end; with ``keep``, with the draws so far if there are 100 a chain.

    A run that waits is taken out of the queue at once, one at work ends within a second.

    Raises
    ------
    RunError
        The run is neither queued nor at work.
    """
    folder = folder_of(workspace, run_id, owner=owner)
    found = state(workspace, run_id, owner=owner)
    if found.is_over:
        raise _wrong_phase(found)
    request_end(workspace, folder, kind="run", keep=keep)
    logs.record("run cancelled", run_id, owner=owner)
    return state(workspace, run_id, owner=owner)


def request_end(workspace: Workspace, folder: Path, *, kind: queueing.JobKind, keep: bool = False) -> None:
    """Withdraw a job that waits, or ask whoever works on it to end."""
    with queueing.locked(workspace):
        job = next((job for job in queueing.waiting(workspace) if job.id == folder.name and job.kind == kind), None)
        if job is not None and queueing.withdraw(workspace, job):
            error = RunCancelledError("The run was cancelled before it began.", remedy="Start it again when ready.")
            status.set_error(folder, error, stage="CANCELLED")
            return
    storage.write_bytes(folder / "cancel", b"keep" if keep else b"")


def state(workspace: Workspace, run_id: str, *, owner: str) -> RunState:
    """Where a run is.

    Raises
    ------
    StorageError
        There is no such run of this owner.
    """
    found = run_state.state_of(workspace, folder_of(workspace, run_id, owner=owner), "run")
    # The shipped run's folder has another name than the run.
    return replace(found, run_id=run_id)


def wait(
    workspace: Workspace, run_id: str, *, owner: str, timeout: float, poll: float = run_state.WAIT_POLL_SECONDS
) -> RunState:
    """Wait until a run is over.

    Raises
    ------
    RunError
        It is not over after ``timeout`` seconds; it goes on nevertheless.
    """
    return run_state.until_over(
        lambda: run_state.keep_going(workspace, state(workspace, run_id, owner=owner)), timeout=timeout, poll=poll
    )


def list_runs(workspace: Workspace, *, owner: str) -> list[RunEntry]:
    """The owner's runs, newest first; folders that cannot be read are left out."""
    return list_page(workspace, owner=owner).entries


def list_page(workspace: Workspace, *, owner: str, limit: int | None = None, offset: int = 0) -> RunPage:
    """Some of the owner's runs, newest first, and how many there are; only these have their state looked up."""
    own = []
    for folder in _folders(workspace, "run"):
        with suppress(StorageError):
            manifest = storage.read_json(folder / "manifest.json", Manifest)
            if manifest.owner == owner:
                own.append((manifest, folder))
    own.sort(key=lambda each: each[0].created_at, reverse=True)
    entries = []
    for manifest, folder in own[offset : None if limit is None else offset + limit]:
        with suppress(StorageError):  # deleted a moment ago, or damaged
            label = storage.read_json(folder / "label.json", Label)
            entries.append(RunEntry(run_state.state_of(workspace, folder, "run"), label, manifest))
    return RunPage(entries, total=len(own))


def relabel(workspace: Workspace, run_id: str, label: Label, *, owner: str) -> None:
    """Name and note of a run: all of a finished run that may change."""
    _require_own(run_id)
    storage.write_json(folder_of(workspace, run_id, owner=owner) / "label.json", label)
    logs.record("run named", run_id, owner=owner)


def delete(workspace: Workspace, run_id: str, *, owner: str) -> None:
    """Remove a run and everything in its folder.

    Raises
    ------
    RunError
        It is queued or at work: cancel it first.
    """
    _require_own(run_id)
    found = state(workspace, run_id, owner=owner)
    if not found.is_over:
        raise _wrong_phase(found)
    storage.remove_folder(folder_of(workspace, run_id, owner=owner))
    logs.record("run deleted", run_id, owner=owner)


def get_spec(workspace: Workspace, run_id: str, *, owner: str) -> RunSpec:
    """The specification of a run."""
    return storage.read_json(folder_of(workspace, run_id, owner=owner) / "run_spec.json", RunSpec)


def get_label(workspace: Workspace, run_id: str, *, owner: str) -> Label:
    """Name and note of a run."""
    return storage.read_json(folder_of(workspace, run_id, owner=owner) / "label.json", Label)


def read_log(workspace: Workspace, run_id: str, *, owner: str) -> bytes:
    """The run's log; empty before it began."""
    path = folder_of(workspace, run_id, owner=owner) / "run.log"
    return path.read_bytes() if path.is_file() else b""


def get_manifest(workspace: Workspace, run_id: str, *, owner: str) -> Manifest:
    """Where the run's result comes from."""
    return storage.read_json(folder_of(workspace, run_id, owner=owner) / "manifest.json", Manifest)


def get_report(workspace: Workspace, run_id: str, *, owner: str) -> ValidationReport | None:
    """What was noticed about the run's table when the run was made; None: an older version made it."""
    path = folder_of(workspace, run_id, owner=owner) / REPORT
    return storage.read_json(path, ValidationReport) if path.is_file() else None


def get_outputs(workspace: Workspace, run_id: str, *, owner: str) -> Outputs:
    """Tables and summaries of a finished run."""
    return read_outputs(folder_of(workspace, run_id, owner=owner))


def folder_of(workspace: Workspace, run_id: str, *, owner: str) -> Path:
    """Folder of a run of the owner, or of a shipped one.

    Raises
    ------
    StorageError
        There is none of that id, or it is somebody else's (which is not told apart).
    """
    if run_id in SHIPPED:
        return SHIPPED[run_id]
    folder = workspace.run_dir(run_id)
    if _fit_key(folder)[0] != owner:
        raise StorageError(
            f"There is no run '{run_id}' here.", code="no_run", remedy="Choose one from the list of runs."
        )
    return folder


def _folders(workspace: Workspace, kind: queueing.JobKind) -> list[Path]:
    folder = workspace.run_dir if kind == "run" else workspace.draft_dir
    return [folder(name) for name in workspace.ids(f"{kind}s")]


def _fit_key(folder: Path) -> tuple[str | None, str]:
    try:
        manifest = storage.read_json(folder / "manifest.json", Manifest)
    except MMMError:
        return None, ""
    return manifest.owner, manifest.fit_key


def _require_own(run_id: str) -> None:
    if run_id in SHIPPED:
        raise StorageError(
            "The shipped demo cannot be changed.", code="read_only", remedy="Duplicate it, and change the copy."
        )


def _wrong_phase(found: RunState) -> RunError:
    remedies: dict[Phase, str] = {
        "finished": "Duplicate it to change something.",
        "queued": "Wait for it, or cancel it.",
        "running": "Wait for it, or cancel it.",
    }
    return RunError(
        f"The run is {found.phase}.", code="wrong_stage", remedy=remedies.get(found.phase, "Start it first.")
    )
