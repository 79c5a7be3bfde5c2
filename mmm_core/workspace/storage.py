"""The only file input and output: workspace, ids, atomic writes, hashes.

Every file is written to a temporary name in its own folder, flushed, and then moved over the old one, so
that a reader sees the old file or the new one and never half of either. Ids are made here, from random
characters; a name that came from a person is a label and never a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr
from pydantic import BaseModel, ValidationError

from mmm_core.errors import DataError, StorageError
from mmm_core.schema import describe_problems

type Kind = Literal["datasets", "runs", "drafts", "plans", "shares"]

ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{2,63}")
ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
RANDOM_CHARACTERS = 12
FORMAT_VERSION = 1
"""Newest format of our JSON files that this version reads."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where datasets, runs, drafts, plans and shared reports lie."""

    root: Path

    def dataset_dir(self, dataset_id: str) -> Path:
        """Folder of a dataset; the id is checked, the folder need not exist."""
        return self.root / "datasets" / checked_id(dataset_id)

    def run_dir(self, run_id: str) -> Path:
        """Folder of a run; the id is checked, the folder need not exist."""
        return self.root / "runs" / checked_id(run_id)

    def draft_dir(self, draft_id: str) -> Path:
        """Folder of a draft; the id is checked, the folder need not exist."""
        return self.root / "drafts" / checked_id(draft_id)

    def plan_dir(self, plan_id: str) -> Path:
        """Folder of a plan; the id is checked, the folder need not exist."""
        return self.root / "plans" / checked_id(plan_id)

    def share_dir(self, share_id: str) -> Path:
        """Folder of a link to a report; the id is checked, the folder need not exist."""
        return self.root / "shares" / checked_id(share_id)

    @property
    def worker_dir(self) -> Path:
        """Folder of the worker: lock, heartbeat, queue, log."""
        return self.root / "worker"

    def parent_of(self, kind: Kind) -> Path:
        """Folder that holds those of all ``datasets``, ``runs``, ``drafts``, ``plans`` or ``shares``."""
        return self.root / kind

    def ids(self, kind: Kind) -> list[str]:
        """Ids of all ``datasets``, ``runs``, ``drafts``, ``plans`` or ``shares``, whoever owns them."""
        folder = self.parent_of(kind)
        if not folder.is_dir():
            return []
        # A folder whose name begins with a dot is being filled or removed; any other name is not of our making.
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if ID_PATTERN.fullmatch(entry.name) and entry.is_dir())


def new_id(prefix: str) -> str:
    """A fresh id such as ``run-k3v9x0q2m7ab``."""
    return f"{prefix}-" + "".join(secrets.choice(ID_ALPHABET) for _ in range(RANDOM_CHARACTERS))


def checked_id(identifier: str) -> str:
    """The id itself, if it has the form of ours.

    Raises
    ------
    StorageError
        It has not: it is never used as part of a path.
    """
    if not ID_PATTERN.fullmatch(identifier):
        raise StorageError(
            f"'{identifier[:80]}' is not an id of a dataset or run.",
            code="bad_id",
            remedy="Use an id from the list of datasets or runs.",
        )
    return identifier


def content_hash(content: bytes) -> str:
    """SHA-256 of bytes, as ``sha256:…``."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as ``sha256:…``."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def read_upload(path: Path, max_bytes: int) -> bytes:
    """Content of a file that a person named, refused above ``max_bytes`` before it is read."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise DataError(
                f"'{path}' is not a file.", code="not_a_file", remedy="Name one CSV, Excel or Parquet file."
            )
        if size > max_bytes:
            raise DataError(
                f"'{path.name}' has {size / 2**20:.1f} MB; at most {max_bytes / 2**20:.0f} MB are read.",
                code="file_too_large",
                remedy="Leave out columns or rows that the model does not need, or sum to weeks first.",
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            f"'{path}' cannot be read: {error.strerror}.",
            code="file_unreadable",
            remedy="Check the path and its permissions.",
        ) from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    _write_atomically(path, lambda temporary: temporary.write_bytes(content))


def write_json(path: Path, model: BaseModel) -> None:
    """Write a model as JSON, field names as in its schema."""
    write_bytes(path, json_bytes(model))


def json_bytes(model: BaseModel) -> bytes:
    """JSON of a model as it is written to disk."""
    return (model.model_dump_json(indent=1, by_alias=True) + "\n").encode()


def read_json[M: BaseModel](path: Path, kind: type[M]) -> M:
    """Read a model from JSON.

    Raises
    ------
    StorageError
        The file is missing, from a newer version, or not what it should be.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise StorageError(
            f"'{path.name}' is not there yet.",
            code="not_found",
            remedy="Check the id, or wait until the run is finished.",
        ) from error
    except ValidationError as error:
        raise _unreadable(path, error) from error
    except OSError as error:
        raise _unread(path, error) from error


NOTE = b"mmm_note"
"""Key of a table's note in its Parquet metadata."""


def write_parquet(path: Path, frame: pd.DataFrame, *, note: BaseModel | None = None) -> None:
    """Write a table, with a note about it where there is one; times are microseconds without zone."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    if note is not None:
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), NOTE: json_bytes(note)})
    _write_atomically(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table of ours.

    Raises
    ------
    StorageError
        The file is missing or damaged.
    """
    with _failures_in_words(path):
        return pd.read_parquet(path)


def read_noted_parquet[M: BaseModel](path: Path, kind: type[M]) -> tuple[pd.DataFrame, M]:
    """Read a table of ours with its note.

    Raises
    ------
    StorageError
        The file is missing, damaged, or from another version.
    """
    with _failures_in_words(path):
        table = pq.read_table(path)
        note = kind.model_validate_json((table.schema.metadata or {}).get(NOTE, b""))
    return table.to_pandas(), note


def write_netcdf(path: Path, tree: xr.DataTree) -> None:
    """Write draws as NetCDF, readable by plain ArviZ."""
    # Made in memory: HDF5 ends the whole process when it cannot flush a file to a full disk.
    write_bytes(path, bytes(tree.to_netcdf(engine="h5netcdf")))


def read_netcdf(path: Path) -> xr.DataTree:
    """Read draws into memory.

    Raises
    ------
    StorageError
        The file is missing or damaged.
    """
    if not path.is_file():
        raise _missing(path)
    try:
        with xr.open_datatree(path, engine="h5netcdf") as tree:
            return tree.load()
    except OSError as error:  # HDF5 has no other word for a damaged file
        raise _damaged(path) from error


def sweep(folder: Path) -> None:
    """Remove what a killed process was writing in a folder; call it when no other writes there."""
    for temporary in folder.glob(".*.tmp"):
        temporary.unlink(missing_ok=True)


def export_schemas(folder: Path, kinds: dict[str, type[BaseModel]]) -> None:
    """Write the JSON Schema of every JSON file of the contract."""
    import orjson

    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in kinds.items():
        schema = kind.model_json_schema(by_alias=True)
        write_bytes(folder / name, orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def flush(folder: Path) -> None:
    """Let what was created, renamed or removed in a folder outlive a loss of power; files are flushed one by one."""
    if os.name != "posix":
        return  # no other system lets a program ask for it
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_atomically(path: Path, write: Callable[[Path], Any]) -> None:
    # The folder is not made: one that is gone was deleted, and must not come back with a single file in it.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        write(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except FileNotFoundError as error:
        raise StorageError(
            f"'{path.name}' could not be written: '{path.parent.name}' is not there any more.",
            code="gone",
            remedy="It was deleted meanwhile: make it again.",
        ) from error
    except OSError as error:
        raise StorageError(
            f"'{path.name}' could not be written: {error.strerror or error}.",
            code="write_failed",
            remedy="Check free space and permissions of the workspace; nothing that was there has changed.",
        ) from error
    finally:
        with suppress(OSError):  # the failure that led here has its own words
            temporary.unlink(missing_ok=True)


def unwritable(workspace: Workspace, error: OSError) -> StorageError:
    """The error of a workspace that nothing can be written to."""
    return StorageError(
        f"The workspace '{workspace.root}' cannot be written: {error.strerror or error}.",
        code="write_failed",
        remedy="Check its permissions and free space, or set MMM_ARTIFACTS to another folder.",
    )


@contextmanager
def _failures_in_words(path: Path) -> Iterator[None]:
    """Say what is wrong with a Parquet file that cannot be read back."""
    try:
        yield
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (ValidationError, pa.ArrowException) as error:
        raise _damaged(path) from error
    except OSError as error:
        # Arrow says that a file is cut short with an error of the system that has no number.
        raise (_damaged(path) if error.errno is None else _unread(path, error)) from error


def _missing(path: Path) -> StorageError:
    return StorageError(f"'{path.name}' is not there yet.", code="not_found", remedy="Wait until the run is finished.")


def _damaged(path: Path) -> StorageError:
    return StorageError(
        f"'{path.name}' is damaged: it cannot be read as what it should be.",
        code="file_damaged",
        remedy="Restore the file, or make the run again.",
    )


def _unread(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"'{path.name}' cannot be read: {error.strerror or error}.",
        code="file_unreadable",
        remedy="Check that it is a file, its permissions, and the disk of the workspace.",
    )


def _unreadable(path: Path, error: ValidationError) -> StorageError:
    newer = re.search(rb'"format_version":\s*(\d+)', path.read_bytes())
    if newer and int(newer.group(1)) > FORMAT_VERSION:
        return StorageError(
            f"'{path.name}' was written by a newer version: format {int(newer.group(1))}, not {FORMAT_VERSION}.",
            code="newer_format",
            remedy="Update Marketing Mix Studio.",
        )
    return StorageError(
        f"'{path.name}' is not what it should be: {describe_problems(error)}.",
        code="file_damaged",
        remedy="Restore the file, or make the run again.",
    )
