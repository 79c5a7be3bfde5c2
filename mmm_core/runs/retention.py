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
from mmm_core.runs import datasets, drafts, execution, runs
from mmm_core.spec import RunSpec
from mmm_core.workspace import run_state, status, storage
from mmm_core.workspace.storage import Workspace

END_SECONDS = 5.0
"""Longest wait for an estimate at work to end before its folder is removed; a cancel takes less than one."""


@dataclass(frozen=True, slots=True)
class Purged:
    """Ids of what was deleted, or would be."""

    datasets: tuple[str, ...]
    runs: tuple[str, ...]
    drafts: tuple[str, ...]


def delete_dataset(workspace: Workspace, dataset_id: str, *, owner: str) -> None:
    """Remove a dataset of the owner and everything derived that names it; its runs stay readable.

    Raises
    ------
    StorageError
        There is no such dataset, or it is a shipped one.
    """
    # Drafts first: were the dataset gone first, a failure in between would leave drafts that nobody can name.
    if not datasets.get_dataset(workspace, dataset_id, owner=owner).read_only:
        for folder in _draft_folders(workspace):
            if _owner(folder) == owner and _dataset_of(folder) == dataset_id:
                _remove_draft(workspace, folder)
    datasets.delete_dataset(workspace, dataset_id, owner=owner)


def delete_run(workspace: Workspace, run_id: str, *, owner: str) -> None:
    """Remove a run of the owner; see :func:`mmm_core.runs.runs.delete`."""
    runs.delete(workspace, run_id, owner=owner)


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
    wanted = [folder for folder in _run_folders(workspace) if owner is None or _owner(folder) == owner]
    old_runs = [
        each for each in wanted if _made_at(each) < before and run_state.state_of(workspace, each, "run").is_over
    ]
    old_drafts = [
        folder
        for folder in _draft_folders(workspace)
        if (owner is None or _owner(folder) == owner) and _made_at(folder) < before
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
    found = Purged(
        tuple(dataset_id for dataset_id, _ in old_datasets),
        tuple(folder.name for folder in old_runs),
        tuple(folder.name for folder in old_drafts),
    )
    if not dry_run:
        for folder in old_drafts:
            _remove_draft(workspace, folder)
        for folder in old_runs:
            delete_run(workspace, folder.name, owner=str(_owner(folder)))
        for dataset_id, its_owner in old_datasets:
            delete_dataset(workspace, dataset_id, owner=its_owner)
    return found


def _remove_draft(workspace: Workspace, folder: Path) -> None:
    drafts.supersede(workspace, folder.name)
    try:
        run_state.until_over(lambda: run_state.state_of(workspace, folder, "draft"), timeout=END_SECONDS)
    except (RunError, StorageError):
        logs.write("draft_did_not_end", draft=folder.name)
    storage.remove_folder(folder)


def _run_folders(workspace: Workspace) -> list[Path]:
    return [workspace.run_dir(name) for name in workspace.ids("runs") if _is_ours(workspace.run_dir(name))]


def _draft_folders(workspace: Workspace) -> list[Path]:
    return [workspace.draft_dir(name) for name in workspace.ids("drafts") if _is_ours(workspace.draft_dir(name))]


def _is_ours(folder: Path) -> bool:
    return (folder / status.FILE).is_file() and _owner(folder) is not None


def _owner(folder: Path) -> str | None:
    try:
        return storage.read_json(folder / "manifest.json", execution.Manifest).owner
    except StorageError:
        return None


def _made_at(folder: Path) -> datetime:
    return storage.read_json(folder / "manifest.json", execution.Manifest).created_at


def _dataset_of(folder: Path) -> str | None:
    try:
        return storage.read_json(folder / "run_spec.json", RunSpec).dataset_id
    except StorageError:
        return None


def _dataset(workspace: Workspace, dataset_id: str) -> datasets.Dataset | None:
    try:
        return storage.read_json(workspace.dataset_dir(dataset_id) / "dataset.json", datasets.Dataset)
    except StorageError:
        return None
