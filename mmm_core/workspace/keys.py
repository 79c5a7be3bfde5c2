"""Keys to the HTTP API: made, listed, revoked, and recognised; the file ``keys.json`` of a workspace.

A key is 256 random bits, shown once. What is kept is its SHA-256: the slow, salted hashes that passwords need make
guessing dear, and nobody guesses 256 bits; a fast one lets every request be checked. A key acts for its owner.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import AwareDatetime, Field

from mmm_core.errors import StorageError
from mmm_core.schema import Strict
from mmm_core.workspace import locks, storage
from mmm_core.workspace.desk import LOCAL_OWNER
from mmm_core.workspace.storage import Workspace

FILE = "keys.json"
PREFIX = "mmm_"
"""Begins every key, so that people and scanners of leaked secrets recognise one."""
RANDOM_BYTES = 32


class ApiKey(Strict):
    """A key, without the key itself."""

    id: str
    name: str = Field(min_length=1, max_length=100, description="What it is for, in a person's words.")
    owner: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{2,63}$", description="Whose datasets and runs it opens.")
    created_at: AwareDatetime
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Hash of the key.")


class KeyRing(Strict):
    """The file ``keys.json``."""

    format_version: int = 1
    keys: tuple[ApiKey, ...] = ()


class NewKey(NamedTuple):
    """A key that was made; ``secret`` is not kept anywhere and cannot be shown again."""

    key: ApiKey
    secret: str


def create(workspace: Workspace, name: str, *, owner: str = LOCAL_OWNER) -> NewKey:
    """Make a key.

    Raises
    ------
    StorageError
        The name or owner will not do, or the workspace cannot be written.
    """
    if not 1 <= len(name.strip()) <= 100:
        raise StorageError(
            f"A key's name has 1 to 100 characters, this one has {len(name.strip())}.",
            code="bad_name",
            remedy="Say in a few words what the key is for.",
        )
    if not storage.ID_PATTERN.fullmatch(owner):
        raise StorageError(
            f"'{owner[:80]}' is not an owner: lower-case letters, digits, '-' and '_', 3 to 64 of them.",
            code="bad_owner",
            remedy="Leave --owner out where nobody logs in, or use the id that the app shows a person.",
        )
    secret = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    key = ApiKey(
        id=storage.new_id("key"),
        name=name.strip(),
        owner=owner,
        created_at=datetime.now(UTC).replace(microsecond=0),
        sha256=_hashed(secret),
    )
    with _locked(workspace):
        storage.write_json(_path(workspace), KeyRing(keys=(*list_keys(workspace), key)))
    return NewKey(key, secret)


def were_made(workspace: Workspace) -> bool:
    """Whether anybody has ever made a key: to revoke the last one must not open what keys have closed."""
    return os.path.lexists(_path(workspace))


def list_keys(workspace: Workspace) -> tuple[ApiKey, ...]:
    """The keys of a workspace, oldest first."""
    path = _path(workspace)
    try:
        stat = path.stat()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StorageError(
            f"The workspace '{workspace.root}' cannot be read: {error.strerror or error}.",
            code="file_unreadable",
            remedy="Check its permissions, or set MMM_ARTIFACTS to another folder.",
        ) from error
    return _read(path, stat.st_mtime_ns, stat.st_ino, stat.st_size)


def revoke(workspace: Workspace, key_id: str) -> ApiKey:
    """Let a key open nothing any more, from the next request on.

    Raises
    ------
    StorageError
        There is no such key.
    """
    with _locked(workspace):
        known = list_keys(workspace)
        gone = next((key for key in known if key.id == key_id), None)
        if gone is None:
            raise StorageError(
                f"There is no key '{key_id[:80]}'.", code="no_key", remedy="See the list: python -m mmm_core keys list"
            )
        storage.write_json(_path(workspace), KeyRing(keys=tuple(key for key in known if key.id != key_id)))
    return gone


def recognise(workspace: Workspace, secret: str) -> ApiKey | None:
    """The key that a request shows, or None; takes as long for a wrong key as for a right one."""
    shown = _hashed(secret)
    recognised = None
    for key in list_keys(workspace):
        if hmac.compare_digest(key.sha256, shown):
            recognised = key
    return recognised


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _path(workspace: Workspace) -> Path:
    return workspace.root / FILE


@lru_cache(maxsize=8)
def _read(path: Path, changed_at: int, inode: int, size: int) -> tuple[ApiKey, ...]:  # noqa: ARG001 - keys of the cache
    return storage.read_json(path, KeyRing).keys


@contextmanager
def _locked(workspace: Workspace) -> Iterator[None]:
    """Hold the file: whoever changes it reads what the one before has written."""
    with locks.held(workspace.root / f".{FILE}.lock", "The keys of this workspace are"):
        yield
        storage.flush(workspace.root)  # a key that was revoked must not open anything after a loss of power
