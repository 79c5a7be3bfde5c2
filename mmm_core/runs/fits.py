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
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mmm_core import settings
from mmm_core.errors import MMMError, RunCancelledError, RunError, SpecError, StorageError
from mmm_core.model.features import FeatureMatrix, FeatureScaler, build_features, features_from
from mmm_core.model.padding import structure_of
from mmm_core.runs import datasets, index
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
    is_whole,
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
from mmm_core.workspace.folders import copy_files
from mmm_core.workspace.queueing import Job, JobKind
from mmm_core.workspace.run_state import Phase, RunState
from mmm_core.workspace.storage import Workspace

MOST_NUMBERS = 500_000_000
"""Draws times rows times columns of one fit: effects of all draws are held at once, 8 bytes each."""
STARTABLE: tuple[Phase, ...] = ("created", "failed", "cancelled", "interrupted")


class Origin(NamedTuple):
    """Where the data of a fit come from."""

    name: str
    """Name of the file that the person gave: a label."""
    content_hash: str
    """Hash of the file's bytes."""
    owner: str


def create(
    folder: Path,
    data: CanonicalData | None,
    spec: RunSpec,
    origin: Origin,
    *,
    drafts_before: int = 0,
    colours: dict[str, int] | None = None,
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
        colours=colours or {},
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
    given = datasets.colours(desk, spec.dataset_id)
    return create(folder, prepared.canonical(), spec, origin, drafts_before=drafts_before, colours=given)


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
    require_bounded(build_features(datasets.load_dataset(desk, spec.dataset_id, spec).canonical(), spec), spec)


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
        desk = Desk(workspace, manifest.owner)
        try:
            data = datasets.load_dataset(desk, spec.dataset_id, spec).canonical()
            given = datasets.colours(desk, spec.dataset_id)
        except MMMError as error:
            status.set_error(folder, error)
            raise
        changed = change_manifest(folder, colours=given, **_write_data(folder, data, spec, manifest.owner))
        index.note_key(workspace, "run", folder.name, changed.fit_key)
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
        spec = read_spec(folder)
        built = build_features(data, spec)
        require_bounded(built, spec)
    except MMMError as error:
        status.set_error(folder, error)
        raise
    write_features(folder, built)
    change_manifest(
        folder,
        features_hash=storage.file_hash(folder / FEATURES),
        bucket=str(structure_of(built)),
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
    """Folder of a run, or of a finished live estimate, that has the same result; finished and whole ones first."""
    at_work = None
    kinds: tuple[JobKind, ...] = ("run", "draft")
    for kind in kinds:
        for name in index.with_key(workspace, kind, manifest.owner, manifest.fit_key):
            folder = queueing.folder_of(workspace, kind, name)
            if owner_and_key(folder) != (manifest.owner, manifest.fit_key):
                continue
            with suppress(StorageError):  # deleted or damaged a moment ago
                phase = run_state.state_of(workspace, folder, kind).phase
                if phase == "finished" and is_whole(folder):
                    return folder
                if kind == "run" and phase in ("created", "queued", "running"):
                    at_work = at_work or folder
    return at_work


def take_over_finished(filled: Path, same: Path) -> bool:
    """Copy a finished result into a folder that is being filled, which keeps its own files; false: not finished."""
    if status.get_status(same).stage != "OUTPUTS_READY":
        return False
    copy_files(same, filled, leaving=OWN_FILES)
    kept = {"features_hash", "bucket", "seconds", "outputs", "host_cores"}
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
        manifest = read_manifest(folder)
        require_room(workspace, kind, manifest.owner)
        job = Job(kind=kind, id=folder.name, bucket=manifest.bucket, lineage=lineage, owner=manifest.owner)
        if state.phase == "interrupted":
            storage.sweep(folder)
        queueing.add(workspace, job)
        status.set_queued(folder)
    worker_door.ensure_worker(workspace)


def require_room(workspace: Workspace, kind: JobKind, owner: str) -> None:
    """Refuse more runs of one owner than may wait.

    Raises
    ------
    RunError
        So many wait already.
    """
    most = settings.queued_per_owner()
    own = sum(job.kind == "run" and job.owner == owner for job in queueing.waiting(workspace)) if kind == "run" else 0
    if own >= most:
        raise RunError(
            f"{own} of your runs wait already, and {most} may.",
            code="queue_full",
            remedy="Wait until some are finished, or cancel some; whoever runs the server sets MMM_QUEUED_PER_OWNER.",
        )


def require_bounded(features: FeatureMatrix, spec: RunSpec) -> None:
    """Refuse a fit whose draws would not fit into memory: said before anybody waits for it.

    Raises
    ------
    SpecError
        Draws of all chains times rows times columns are more than a process may hold.
    """
    columns = features.transformed.shape[1] + features.controls_scaled.shape[1]
    rows, draws = features.target.size, spec.sampler.draws * spec.sampler.chains
    numbers = rows * draws * (columns + 1)
    if numbers > MOST_NUMBERS:
        raise SpecError(
            f"{draws:,} draws of {rows:,} rows and {columns} columns are {numbers / 1e9:.1f} thousand million numbers; "
            f"at most {MOST_NUMBERS / 1e9:.1f} are computed.",
            code="too_much_work",
            remedy=f"Draw less (up to {MOST_NUMBERS // (rows * (columns + 1)):,} in all chains), or take fewer rows.",
        )


def request_end(workspace: Workspace, folder: Path, *, kind: JobKind, keep: bool = False) -> None:
    """Withdraw a job that waits, or ask whoever works on it to end; with ``keep``, with the draws so far."""
    with queueing.locked(workspace):
        job = next(
            (job for job in queueing.waiting(workspace) if job.id == queueing.id_of(folder) and job.kind == kind), None
        )
        if job is not None and queueing.withdraw(workspace, job):
            error = RunCancelledError("The run was cancelled before it began.", remedy="Start it again when ready.")
            status.set_error(folder, error, stage="CANCELLED")
            return
    storage.write_bytes(folder / CANCEL, b"keep" if keep else b"")


def folders(workspace: Workspace, kind: JobKind) -> list[Path]:
    """Folders of all runs or live estimates, whoever owns them."""
    names = workspace.ids("runs" if kind == "run" else "drafts")
    return [queueing.folder_of(workspace, kind, name) for name in names]


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
