"""Which runs and live estimates there are, without opening the folder of each: ``index.sqlite`` of a workspace.

The folders are the truth, and the index is made of them: it may be deleted at any time, and is made anew where it is
missing, damaged or of another version. It keeps what never changes in a folder, and two things that it is told of: the
key of the result once there is one, and the name and note that a person gives. Before each question the folder of all
folders is looked at: its time on disk changes when one comes or goes, and only then are names compared and new folders
opened.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mmm_core.errors import StorageError
from mmm_core.runs.folder import DRAFT, LABEL, read_manifest
from mmm_core.runs.manifest import Label, Manifest
from mmm_core.schema import Strict
from mmm_core.workspace import storage
from mmm_core.workspace.queueing import JobKind, folder_of
from mmm_core.workspace.storage import ID_PATTERN, Workspace

FILE = "index.sqlite"
VERSION = 3
"""Of the tables below: an index of another version is made anew."""
BUSY_SECONDS = 5.0
PENDING = ""
"""What is wrong with a folder that does not say yet whose it is: it is being copied, or was left behind."""
SETTLED_SECONDS = 1.0
"""A folder that changed more recently may change again without another time on disk: it is looked at again."""
MOST_KEPT = 8
_names: dict[str, set[str]] = {}
"""Names by the state of an index, which has another state, a random word, after each change."""
SCHEMA = """
CREATE TABLE fit (
  kind TEXT, id TEXT, owner TEXT, created_at REAL, fit_key TEXT, lineage TEXT, number INTEGER, problem TEXT,
  dataset_hash TEXT, source TEXT, label TEXT,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX of_owner ON fit (kind, owner, created_at DESC, id);
CREATE INDEX of_table ON fit (kind, owner, dataset_hash, created_at DESC, id);
CREATE INDEX of_key ON fit (owner, fit_key);
CREATE INDEX of_lineage ON fit (kind, lineage, number);
CREATE INDEX of_problem ON fit (kind) WHERE problem IS NOT NULL;
CREATE TABLE seen (kind TEXT PRIMARY KEY, changed_at INTEGER, state TEXT);
"""


PROBLEMS = "FROM fit INDEXED BY of_problem WHERE kind = ? AND problem IS NOT NULL"
"""Few rows of many; the index is named, because SQLite would go through all rows of the kind."""


class Unreadable(NamedTuple):
    """A folder of which it is not known whose it is, and why."""

    id: str
    reason: str


class Page(NamedTuple):
    """Part of a list, newest first; ``total`` counts the whole list."""

    ids: list[str]
    total: int


class _Place(Strict):
    """What the index keeps of ``draft.json``."""

    model_config = Strict.model_config | {"extra": "ignore"}

    lineage: str
    number: int


def page(workspace: Workspace, kind: JobKind, owner: str, *, limit: int | None = None, offset: int = 0) -> Page:
    """Ids of an owner's runs or live estimates, newest first."""
    with _synced(workspace, kind) as rows:
        total = rows.execute("SELECT count(*) FROM fit WHERE kind = ? AND owner = ?", (kind, owner)).fetchone()[0]
        found = rows.execute(
            "SELECT id FROM fit WHERE kind = ? AND owner = ? ORDER BY created_at DESC, id LIMIT ? OFFSET ?",
            (kind, owner, -1 if limit is None else limit, offset),
        )
        return Page([identifier for (identifier,) in found], total)


def search(
    workspace: Workspace,
    kind: JobKind,
    owner: str,
    words: Sequence[str],
    *,
    tables: Mapping[str, str] | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Page:
    """Ids of an owner's fits that hold every word, newest first: in their name or note, or in their table's name.

    ``tables`` are names that tables have now, by the hash of their content: a table may be renamed.
    """
    with _synced(workspace, kind) as rows:
        rows.create_function("holds", 4, partial(_holds, [word.casefold() for word in words], tables or {}))
        where = "FROM fit WHERE kind = ? AND owner = ? AND holds(source, label, dataset_hash, id)"
        total = rows.execute(f"SELECT count(*) {where}", (kind, owner)).fetchone()[0]
        found = rows.execute(
            f"SELECT id {where} ORDER BY created_at DESC, id LIMIT ? OFFSET ?",
            (kind, owner, -1 if limit is None else limit, offset),
        )
        return Page([identifier for (identifier,) in found], total)


def _holds(words: Sequence[str], tables: Mapping[str, str], source: str, label: str, table: str, name: str) -> bool:
    told = "\n".join((source, label, tables.get(table, ""), name)).casefold()
    return all(word in told for word in words)


def of_table(workspace: Workspace, kind: JobKind, owner: str, dataset_hash: str, *, limit: int) -> list[str]:
    """Ids of an owner's fits of a file with this content, newest first."""
    with _synced(workspace, kind) as rows:
        found = rows.execute(
            "SELECT id FROM fit WHERE kind = ? AND owner = ? AND dataset_hash = ? ORDER BY created_at DESC, id LIMIT ?",
            (kind, owner, dataset_hash, limit),
        )
        return [identifier for (identifier,) in found]


def with_key(workspace: Workspace, kind: JobKind, owner: str, fit_key: str) -> list[str]:
    """Ids of an owner's runs or live estimates whose result has a key, newest first."""
    with _synced(workspace, kind) as rows:
        found = rows.execute(
            "SELECT id FROM fit WHERE owner = ? AND fit_key = ? AND kind = ? ORDER BY created_at DESC, id",
            (owner, fit_key, kind),
        )
        return [identifier for (identifier,) in found]


def lineage_of(workspace: Workspace, lineage: str) -> list[str]:
    """Ids of the live estimates of a lineage, newest first."""
    with _synced(workspace, "draft") as rows:
        found = rows.execute("SELECT id FROM fit WHERE kind = 'draft' AND lineage = ? ORDER BY number DESC", (lineage,))
        return [identifier for (identifier,) in found]


def count(workspace: Workspace, kind: JobKind) -> int:
    """Number of all runs or live estimates, whoever owns them."""
    with _synced(workspace, kind) as rows:
        counted = rows.execute("SELECT count(*) FROM fit WHERE kind = ? AND problem IS NULL", (kind,))
        return int(counted.fetchone()[0])


def unreadable(workspace: Workspace, kind: JobKind) -> list[Unreadable]:
    """Folders that cannot be read: they are on nobody's list, and somebody may miss them."""
    with _synced(workspace, kind) as rows:
        found = rows.execute(f"SELECT id, problem {PROBLEMS} AND problem != ? ORDER BY id", (kind, PENDING))
        return [Unreadable(*row) for row in found]


def note_key(workspace: Workspace, kind: JobKind, identifier: str, fit_key: str) -> None:
    """Tell the index the key of a result, which a run gets when its table is validated late."""
    with _synced(workspace, kind) as rows, rows:
        rows.execute("UPDATE fit SET fit_key = ? WHERE kind = ? AND id = ?", (fit_key, kind, identifier))


def note_label(workspace: Workspace, kind: JobKind, identifier: str, label: Label) -> None:
    """Tell the index the name and note of a fit, which a person may change at any time."""
    with _synced(workspace, kind) as rows, rows:
        rows.execute("UPDATE fit SET label = ? WHERE kind = ? AND id = ?", (_words_of(label), kind, identifier))


def distrust(workspace: Workspace, kind: JobKind) -> None:
    """Make the index of a kind anew at the next question: it has named what is not there."""
    with _synced(workspace, kind) as rows, rows:
        _forget(rows, kind)


@contextmanager
def _synced(workspace: Workspace, kind: JobKind) -> Iterator[sqlite3.Connection]:
    """The index, true of the folders as they are now."""
    try:
        rows = _true(workspace, kind, workspace.root / FILE)
    except sqlite3.OperationalError:
        # Held by somebody for long, or on a disk that cannot be written: the folders are there.
        rows = _true(workspace, kind, ":memory:")
    except sqlite3.DatabaseError:
        rows = _true(workspace, kind, _anew(workspace))  # damaged, or of another version
    with closing(rows):
        yield rows


def _true(workspace: Workspace, kind: JobKind, path: Path | str) -> sqlite3.Connection:
    rows = _open(path)
    try:
        with rows:
            _sync(rows, workspace, kind)
    except BaseException:
        rows.close()
        raise
    return rows


def _open(path: Path | str) -> sqlite3.Connection:
    rows = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        # What is lost with the power is made anew.
        rows.execute("PRAGMA synchronous = OFF")
        version = rows.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            with rows:
                rows.execute("BEGIN IMMEDIATE")
                if rows.execute("PRAGMA user_version").fetchone()[0] == 0:
                    for statement in SCHEMA.split(";\n"):
                        rows.execute(statement)
                    rows.execute(f"PRAGMA user_version = {VERSION}")
        elif version != VERSION:
            raise sqlite3.DatabaseError(f"version {version}")
    except sqlite3.DatabaseError:
        rows.close()
        raise
    return rows


def _anew(workspace: Workspace) -> Path | str:
    """Where a new index can be made."""
    path = workspace.root / FILE
    try:
        path.unlink(missing_ok=True)
        path.with_name(f"{FILE}-journal").unlink(missing_ok=True)
    except OSError:
        return ":memory:"
    return path


def _sync(rows: sqlite3.Connection, workspace: Workspace, kind: JobKind) -> None:
    parent = workspace.parent_of("runs" if kind == "run" else "drafts")
    try:
        changed_at = parent.stat().st_mtime_ns
    except OSError:
        _forget(rows, kind)
        return
    seen = rows.execute("SELECT changed_at, state FROM seen WHERE kind = ?", (kind,)).fetchone() or (None, "")
    if seen[0] != changed_at:
        # Names alone, and of those the new ones: thousands take a millisecond. What they lead to is looked at once.
        listed = set(os.listdir(parent))  # noqa: PTH208
        known = _names_of(rows, kind, seen[1])
        gone = known - listed
        new = {name for name in listed - known if ID_PATTERN.fullmatch(name)}
        state = seen[1]
        if gone or new:
            rows.executemany("DELETE FROM fit WHERE kind = ? AND id = ?", [(kind, name) for name in gone])
            _enter(rows, workspace, kind, sorted(new))
            state = secrets.token_hex(8)
        settled = time.time_ns() - changed_at > SETTLED_SECONDS * 1e9
        rows.execute("REPLACE INTO seen VALUES (?, ?, ?)", (kind, changed_at if settled else None, state))
        if gone or new:
            _names[state] = (known - gone) | new
            while len(_names) > MOST_KEPT:
                del _names[next(iter(_names))]
    problems = rows.execute(f"SELECT id {PROBLEMS}", (kind,)).fetchall()
    _enter(rows, workspace, kind, [name for (name,) in problems])


def _forget(rows: sqlite3.Connection, kind: JobKind) -> None:
    """Drop the rows of a kind, and that they were true of anything: the next question makes them anew."""
    rows.execute("DELETE FROM fit WHERE kind = ?", (kind,))
    rows.execute("DELETE FROM seen WHERE kind = ?", (kind,))


def _names_of(rows: sqlite3.Connection, kind: JobKind, state: str) -> set[str]:
    """Names that the index has; those of a state that this process has made are remembered."""
    if state in _names:
        return _names[state]
    return {name for (name,) in rows.execute("SELECT id FROM fit WHERE kind = ?", (kind,))}


def _enter(rows: sqlite3.Connection, workspace: Workspace, kind: JobKind, names: list[str]) -> None:
    for name in names:
        folder = folder_of(workspace, kind, name)
        try:
            manifest = read_manifest(folder)
            place = storage.read_json(folder / DRAFT, _Place) if (folder / DRAFT).exists() else None
        except StorageError as error:
            problem = PENDING if error.code == "not_found" else error.message
            row = (kind, name, None, None, "", None, None, problem, "", "", "")
        else:
            lineage = (place.lineage, place.number) if place else (None, None)
            told = (manifest.dataset_hash, manifest.source_name, _label_in(folder))
            row = (kind, name, *_of(manifest), *lineage, None, *told)
        rows.execute("REPLACE INTO fit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def _of(manifest: Manifest) -> tuple[str, float, str]:
    return manifest.owner, manifest.created_at.timestamp(), manifest.fit_key


def _label_in(folder: Path) -> str:
    """Name and note of a fit; a label that cannot be read is said where the fit is opened."""
    try:
        return _words_of(storage.read_json(folder / LABEL, Label))
    except StorageError:
        return ""


def _words_of(label: Label) -> str:
    return f"{label.name}\n{label.note}"
