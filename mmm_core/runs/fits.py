"""A fit is a folder: filled from a dataset, prepared, queued, asked to end. Runs and live estimates are fits.

::

    fill ──► VALIDATED ──build──► FEATURES_BUILT ──enqueue──► (queue) ──worker──► OUTPUTS_READY
                                                 request_end ▲───────┴──────► CANCELLED | ERROR

The manifest of a fit names its owner; :mod:`mmm_core.runs.runs` and :mod:`mmm_core.runs.drafts` check that whoever asks
is that owner.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from mmm_core.errors import MMMError, RunCancelledError, RunError, StorageError
from mmm_core.model.features import FeatureMatrix, FeatureScaler, build_features, features_from
from mmm_core.model.padding import bucket_of
from mmm_core.runs import datasets
from mmm_core.runs.folder import (
    CANCEL,
    CANONICAL,
    FEATURES,
    LABEL,
    MANIFEST,
    OWN_FILES,
    REPORT,
    SCALER,
    SPEC,
    change_manifest,
    read_manifest,
    read_spec,
)
from mmm_core.runs.manifest import Label, Manifest, fit_key, versions
from mmm_core.runs.outputs import write_features
from mmm_core.sampler.compiling import compile_options
from mmm_core.spec import RunSpec
from mmm_core.table.typed import CanonicalData
from mmm_core.workspace import queueing, run_state, status, storage, worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.queueing import Job, JobKind
from mmm_core.workspace.run_state import Phase, RunState
from mmm_core.workspace.storage import Workspace

STARTABLE: tuple[Phase, ...] = ("created", "failed", "cancelled", "interrupted")


class Origin(NamedTuple):
    """Where the data of a fit come from."""

    name: str
    """Name of the file that the person gave: a label."""
    content_hash: str
    """Hash of the file's bytes."""
    owner: str


def create(
    folder: Path, data: CanonicalData | None, spec: RunSpec, origin: Origin, *, drafts_before: int = 0
) -> Manifest:
    """Fill an empty folder: specification, canonical data, label, manifest; stage ``VALIDATED``.

    Without ``data`` the table has not been validated yet: stage ``CREATED``, and :func:`prepare` takes them.
    """
    storage.write_json(folder / SPEC, spec)
    storage.write_json(folder / LABEL, Label())
    of_data = _write_data(folder, data, spec, origin.owner) if data else {}
    current = status.create_status(folder, "VALIDATED" if data else "CREATED")
    manifest = Manifest(
        owner=origin.owner,
        created_at=current.updated_at,
        source_name=origin.name,
        dataset_hash=origin.content_hash,
        canonical_hash="",
        spec_hash=storage.file_hash(folder / SPEC),
        versions=versions(),
        compile_options=compile_options(),
        host_cores=os.cpu_count() or 1,
        drafts_before=drafts_before,
    ).model_copy(update=of_data)
    storage.write_json(folder / MANIFEST, manifest)
    return manifest


def fill(folder: Path, desk: Desk, spec: RunSpec, *, drafts_before: int = 0) -> Manifest:
    """Fill an empty folder from a dataset of the workspace.

    Raises
    ------
    DataError, SpecError
        The dataset has errors, or the specification does not fit it.
    StorageError
        There is no such dataset.
    """
    prepared = datasets.load_dataset(desk, spec.dataset_id, spec)
    storage.write_json(folder / REPORT, prepared.report)
    origin = Origin(prepared.name, prepared.content_hash, desk.owner)
    return create(folder, prepared.canonical(), spec, origin, drafts_before=drafts_before)


def fill_unchecked(folder: Path, desk: Desk, spec: RunSpec) -> Manifest:
    """The same from a dataset that nobody has validated: its content is looked at when the features are built."""
    dataset = datasets.get_dataset(desk, spec.dataset_id)
    return create(folder, None, spec, Origin(dataset.label, dataset.content_hash, desk.owner))


def _write_data(folder: Path, data: CanonicalData, spec: RunSpec, owner: str) -> dict[str, object]:
    """Write the canonical table; returns what the manifest says of it."""
    storage.write_parquet(folder / CANONICAL, data.frame)
    content = storage.file_hash(folder / CANONICAL)
    return {"canonical_hash": content, "grain": data.grain, "fit_key": fit_key(owner, content, spec)}


def require_fitting(desk: Desk, spec: RunSpec) -> None:
    """Refuse a specification that does not fit its dataset; see :func:`fill` and :func:`build` for the errors."""
    build_features(datasets.load_dataset(desk, spec.dataset_id, spec).canonical(), spec)


def prepare(workspace: Workspace, folder: Path) -> FeatureMatrix:
    """Write all that training reads; a table that nobody had validated is validated first.

    Raises
    ------
    DataError, SpecError
        The specification does not fit the table; the fit ends as ``ERROR`` and says why.
    """
    manifest = read_manifest(folder)
    if not manifest.canonical_hash:
        spec = read_spec(folder)
        try:
            data = datasets.load_dataset(Desk(workspace, manifest.owner), spec.dataset_id, spec).canonical()
        except MMMError as error:
            status.set_error(folder, error)
            raise
        change_manifest(folder, **_write_data(folder, data, spec, manifest.owner))
        status.update_status(folder, "VALIDATED", error=None)
    return build(folder)


def build(folder: Path) -> FeatureMatrix:
    """Build the features of a fit and write them; stage ``FEATURES_BUILT``.

    Raises
    ------
    DataError, SpecError
        The specification does not fit the table; the fit ends as ``ERROR`` and says why.
    """
    started = time.perf_counter()
    grain = read_manifest(folder).grain
    if grain is None:
        raise StorageError(
            "The run's manifest does not say the grain of its table.",
            code="file_damaged",
            remedy="Make the run again from its dataset.",
        )
    data = CanonicalData(storage.read_parquet(folder / CANONICAL), grain)
    try:
        built = build_features(data, read_spec(folder))
    except MMMError as error:
        status.set_error(folder, error)
        raise
    write_features(folder, built)
    change_manifest(
        folder,
        features_hash=storage.file_hash(folder / FEATURES),
        bucket=str(bucket_of(built)),
        seconds={"features": round(time.perf_counter() - started, 4)},
    )
    status.update_status(folder, "FEATURES_BUILT", error=None)
    return built


def read_features(folder: Path) -> FeatureMatrix:
    """The features of a fit, as they were built."""
    return features_from(storage.read_parquet(folder / FEATURES), storage.read_json(folder / SCALER, FeatureScaler))


def restart(folder: Path) -> None:
    """Make a folder that holds specification, manifest and features ready to be fitted."""
    status.create_status(folder, "VALIDATED")
    status.update_status(folder, "FEATURES_BUILT")


def find_same(workspace: Workspace, manifest: Manifest) -> Path | None:
    """Folder of a run, or of a finished live estimate, that has the same result; finished ones first."""
    at_work = None
    kinds: tuple[JobKind, ...] = ("run", "draft")
    for kind in kinds:
        for folder in folders(workspace, kind):
            if owner_and_key(folder) != (manifest.owner, manifest.fit_key):
                continue
            phase = run_state.state_of(workspace, folder, kind).phase
            if phase == "finished":
                return folder
            if kind == "run" and phase not in ("failed", "cancelled", "interrupted"):
                at_work = folder
    return at_work


def take_over_finished(filled: Path, same: Path) -> bool:
    """Copy a finished result into a folder that is being filled, which keeps its own files; false: not finished."""
    if status.get_status(same).stage != "OUTPUTS_READY":
        return False
    storage.copy_files(same, filled, leaving=OWN_FILES)
    kept = {"features_hash", "bucket", "seconds", "host_cores"}
    change_manifest(filled, **read_manifest(same).model_dump(include=kept))
    return True


def enqueue(workspace: Workspace, folder: Path, *, kind: JobKind, lineage: str = "") -> None:
    """Queue the fit in a folder; its features are built where they are missing.

    Raises
    ------
    RunError
        It is queued or at work already, or finished.
    """
    unbuilt = status.get_status(folder).stage in ("CREATED", "VALIDATED")
    if unbuilt or not (folder / SCALER).exists():
        prepare(workspace, folder)
    with queueing.locked(workspace):
        state = run_state.state_of(workspace, folder, kind)
        if state.phase not in STARTABLE:
            raise wrong_phase(state)
        (folder / CANCEL).unlink(missing_ok=True)
        # Nobody can claim the job before the lock is free: what the worker writes comes after this.
        job = Job(kind=kind, id=folder.name, bucket=read_manifest(folder).bucket, lineage=lineage)
        queueing.add(workspace, job)
        status.set_queued(folder)
    worker_door.ensure_worker(workspace)


def request_end(workspace: Workspace, folder: Path, *, kind: JobKind, keep: bool = False) -> None:
    """Withdraw a job that waits, or ask whoever works on it to end; with ``keep``, with the draws so far."""
    with queueing.locked(workspace):
        job = next((job for job in queueing.waiting(workspace) if job.id == folder.name and job.kind == kind), None)
        if job is not None and queueing.withdraw(workspace, job):
            error = RunCancelledError("The run was cancelled before it began.", remedy="Start it again when ready.")
            status.set_error(folder, error, stage="CANCELLED")
            return
    storage.write_bytes(folder / CANCEL, b"keep" if keep else b"")


def folders(workspace: Workspace, kind: JobKind) -> list[Path]:
    """Folders of all runs or live estimates, whoever owns them."""
    folder = workspace.run_dir if kind == "run" else workspace.draft_dir
    return [folder(name) for name in workspace.ids(f"{kind}s")]


def owner_and_key(folder: Path) -> tuple[str | None, str]:
    """Whose a fit is, and the key of its result; none where its manifest cannot be read."""
    try:
        manifest = read_manifest(folder)
    except MMMError:
        return None, ""
    return manifest.owner, manifest.fit_key


def wrong_phase(state: RunState) -> RunError:
    """The error of something that cannot be done to a fit in this phase."""
    remedies: dict[Phase, str] = {
        "finished": "Duplicate it to change something.",
        "queued": "Wait for it, or cancel it.",
        "running": "Wait for it, or cancel it.",
    }
    return RunError(
        f"The run is {state.phase}.", code="wrong_stage", remedy=remedies.get(state.phase, "Start it first.")
    )
