"""Folders come whole and go whole: filled beside their place and moved in, moved out of it and then removed.

A folder whose name begins with a dot is being filled or removed, and is on no list. What could not be removed waits
under such a name, and :func:`sweep_leftovers` tries again.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from mmm_core.errors import StorageError
from mmm_core.workspace import storage
from mmm_core.workspace.storage import Kind, Workspace

RUN_MARKER = "run_spec.json"
"""A folder without this file is not a run folder of ours and is never replaced."""
MARKERS: dict[Kind, str] = {
    "datasets": "dataset.json", "runs": "manifest.json", "drafts": "manifest.json", "plans": "plan.json",
    "shares": "share.json",
}  # fmt: skip
"""The file without which a folder of its kind belongs to nobody and is on no list."""


def require_replaceable(folder: Path) -> None:
    """Refuse a non-empty folder that is not a run folder of ours."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / RUN_MARKER).is_file())):
        raise StorageError(
            f"'{folder}' exists and is not a run folder of ours.",
            code="folder_in_use",
            remedy="Name a new folder with --out, or empty this one.",
        )


@contextmanager
def filled_beside(folder: Path) -> Iterator[Path]:
    """A new empty folder on the same disk, to be filled and moved in; removed at the end of the block unless it was.

    Raises
    ------
    StorageError
        Nothing can be written there.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = folder.parent / f".{folder.name}.{secrets.token_hex(6)}"
        beside.mkdir()
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)  # what stays is swept, and never was on a list


def swap_in(filled: Path, folder: Path) -> None:
    """Move a filled folder into place; what was there is removed only after the new one stands.

    Raises
    ------
    StorageError
        It cannot be moved; what was there has not changed.
    """
    old = folder.parent / f".{folder.name}.{secrets.token_hex(6)}.old"
    try:
        storage.flush(filled)
        if folder.exists():
            folder.rename(old)
        filled.rename(folder)
        storage.flush(folder.parent)
    except OSError as error:
        with suppress(OSError):
            if old.exists() and not folder.exists():
                old.rename(folder)
        raise _unwritable(folder, error) from error
    shutil.rmtree(old, ignore_errors=True)


def remove(folder: Path) -> None:
    """Take a folder of ours off every list at once, and remove it with everything in it.

    A link is removed, and not what it leads to. A folder that is gone already is no error.

    Raises
    ------
    StorageError
        It cannot be moved, and is still there; or some of its files cannot be removed, and housekeeping tries again.
    """
    gone = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}.gone")
    try:
        folder.rename(gone)
        storage.flush(folder.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(
            f"'{folder.name}' could not be deleted: {error.strerror or error}. It is still there.",
            code="not_deleted",
            remedy="Check the permissions and the disk of the workspace, and delete it again.",
        ) from error
    left, reason = _erase(gone)
    if left:
        raise StorageError(
            f"'{folder.name}' is off every list, but {left} of its files could not be removed: {reason}.",
            code="not_deleted",
            remedy="Check the permissions and the disk of the workspace; the worker tries again every few minutes.",
        )


def sweep_leftovers(workspace: Workspace, *, older_than: timedelta) -> list[str]:
    """Remove folders that were being filled or removed when their process died, and those that belong to nobody.

    Returns
    -------
    Names of those that could not be removed, with the reason.
    """
    left = []
    for kind, marker in MARKERS.items():
        parent = workspace.parent_of(kind)
        for folder in list(parent.iterdir()) if parent.is_dir() else []:
            is_orphan = storage.ID_PATTERN.fullmatch(folder.name) and not os.path.lexists(folder / marker)
            if not (folder.name.startswith(".") or is_orphan):
                continue
            with suppress(FileNotFoundError):
                if time.time() - folder.lstat().st_mtime > older_than.total_seconds():
                    number, reason = _erase(folder)
                    left += [f"{kind}/{folder.name}: {reason}"] if number else []
    return left


def copy_files(source: Path, target: Path, *, leaving: tuple[str, ...]) -> None:
    """Copy the files of one folder of ours to another, but for those named."""
    for path in source.iterdir():
        if path.is_file() and not path.name.startswith(".") and path.name not in leaving:
            storage.write_bytes(target / path.name, path.read_bytes())


def _erase(folder: Path) -> tuple[int, str]:
    """Remove a folder or link; how many files could not be, and why the first could not."""
    failures: list[OSError] = []

    def note(_: object, __: str, error: BaseException) -> None:
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            failures.append(error)

    try:
        if folder.is_symlink() or not folder.is_dir():
            folder.unlink(missing_ok=True)
        else:
            shutil.rmtree(folder, onexc=note)
    except OSError as error:
        failures.append(error)
    return len(failures), (failures[0].strerror or str(failures[0])) if failures else ""


def _unwritable(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"'{folder.name}' cannot be written: {error.strerror or error}.",
        code="folder_unwritable",
        remedy=f"Check free space and permissions of '{folder.parent}', or choose another folder.",
    )
