"""What is deleted, and what goes with it.

A dataset goes with the live estimates made from it and with what this process remembers of it; runs made from it stay,
because they keep what they need and somebody may have reported their figures. A run goes with its folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mmm_core import logs
from mmm_core.errors import RunError, StorageError
from mmm_core.runs import datasets, drafts, fits, runs
from mmm_core.runs.doubts import asking
from mmm_core.runs.folder import read_manifest, read_spec
from mmm_core.workspace import folders, locks, run_state, status, storage
from mmm_core.workspace.desk import Desk, owner_of
from mmm_core.workspace.storage import Workspace

END_SECONDS = 5.0
"""Longest wait for an estimate at work to end before its folder is removed; a cancel takes less than one."""


@dataclass(frozen=True, slots=True)
class Purged:
    """Ids of what was deleted, or would be."""

    datasets: tuple[str, ...]
    runs: tuple[str, ...]
    drafts: tuple[str, ...]


def delete_dataset(desk: Desk, dataset_id: str) -> None:
    """Remove a dataset of the owner and everything derived that names it; its runs stay readable.

    Raises
    ------
    StorageError
        There is no such dataset, or it is a shipped one.
    """
    # Drafts first: were the dataset gone first, a failure in between would leave drafts that nobody can name.
    if not datasets.get_dataset(desk, dataset_id).read_only:
        _remove_drafts_of(desk, dataset_id)
        asking.end(desk, dataset_id)
    datasets.delete_dataset(desk, dataset_id)
    # And those that were made of it in between: from here on nobody can make another.
    _remove_drafts_of(desk, dataset_id)


def delete_run(desk: Desk, run_id: str) -> None:
    """Remove a run of the owner; see :func:`mmm_core.runs.runs.delete`."""
    runs.delete(desk, run_id)


def purge(workspace: Workspace, *, older_than: timedelta, owner: str | None = None, dry_run: bool = False) -> Purged:
    """Delete what is older than a span: runs that are over, live estimates, and datasets that nothing younger uses.

    Parameters
    ----------
    owner
        Whose; None: everybody's.
    dry_run
        Only say what would go.
    """
    before = datetime.now(UTC) - older_than
    wanted = [folder for folder in _run_folders(workspace) if owner is None or owner_of(folder) == owner]
    old_runs = [
        each for each in wanted if _made_at(each) < before and run_state.state_of(workspace, each, "run").is_over
    ]
    old_drafts = [
        folder
        for folder in _draft_folders(workspace)
        if (owner is None or owner_of(folder) == owner) and _made_at(folder) < before
    ]
    going = {*old_runs, *old_drafts}
    staying = [each for each in [*_run_folders(workspace), *_draft_folders(workspace)] if each not in going]
    used = {_dataset_of(folder) for folder in staying}
    old_datasets = [
        (dataset_id, dataset.owner)
        for dataset_id in workspace.ids("datasets")
        if (dataset := _dataset(workspace, dataset_id)) is not None
        and (owner is None or dataset.owner == owner)
        and dataset.created_at < before
        and dataset_id not in used
    ]
    purged = Purged(
        tuple(dataset_id for dataset_id, _ in old_datasets),
        tuple(folder.name for folder in old_runs),
        tuple(folder.name for folder in old_drafts),
    )
    if not dry_run:
        for folder in old_drafts:
            _remove_draft(workspace, folder)
        for folder in old_runs:
            delete_run(Desk(workspace, str(owner_of(folder))), folder.name)
        for dataset_id, its_owner in old_datasets:
            delete_dataset(Desk(workspace, its_owner), dataset_id)
    return purged


def _remove_drafts_of(desk: Desk, dataset_id: str) -> None:
    for folder in _draft_folders(desk.workspace):
        if owner_of(folder) == desk.owner and _dataset_of(folder) == dataset_id:
            _remove_draft(desk.workspace, folder)


def _remove_draft(workspace: Workspace, folder: Path) -> None:
    drafts.supersede(workspace, folder.name)
    try:
        run_state.until_over(lambda: run_state.state_of(workspace, folder, "draft"), timeout=END_SECONDS)
    except (RunError, StorageError):
        logs.write("draft_did_not_end", draft=folder.name)
    with locks.of(workspace, folder.name):
        folders.remove(folder)


def _run_folders(workspace: Workspace) -> list[Path]:
    return [folder for folder in fits.folders(workspace, "run") if _is_ours(folder)]


def _draft_folders(workspace: Workspace) -> list[Path]:
    return [folder for folder in fits.folders(workspace, "draft") if _is_ours(folder)]


def _is_ours(folder: Path) -> bool:
    return (folder / status.FILE).is_file() and owner_of(folder) is not None


def _made_at(folder: Path) -> datetime:
    return read_manifest(folder).created_at


def _dataset_of(folder: Path) -> str | None:
    try:
        return read_spec(folder).dataset_id
    except StorageError:
        return None


def _dataset(workspace: Workspace, dataset_id: str) -> datasets.Dataset | None:
    try:
        return storage.read_json(workspace.dataset_dir(dataset_id) / datasets.FILE, datasets.Dataset)
    except StorageError:
        return None
