"""Where a run is sent: ``sqlite:///FILE`` or the address of an MLflow server, checked before MLflow is asked.

MLflow tries for minutes to open a database that it cannot, and its words name neither the file nor a way out.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from mmm_core.errors import TrackingError

SQLITE = "sqlite:///"
REMEDY = (
    "Write sqlite:///FILE for a database on this machine, such as sqlite:///mlflow.db, or the address of an MLflow "
    "server, such as https://mlflow.example.com."
)
"""What an address may be."""
LOCK_SECONDS = 5.0
"""Longest wait for another program that writes to the database."""
ARTIFACTS = "mlartifacts"
"""Folder beside a database for the files of its runs: where MLflow's own server keeps them by default."""


class Place(NamedTuple):
    """Where a run is sent.

    Attributes
    ----------
    address
        As MLflow takes it.
    shown
        The same without a password: what a person is told.
    database
        File of the database; None: a server.
    """

    address: str
    shown: str
    database: Path | None

    @property
    def files(self) -> str | None:
        """Address under which the files of new experiments lie; None: the server knows."""
        return (self.database.resolve().parent / ARTIFACTS).as_uri() if self.database else None


def place_of(address: str) -> Place:
    """The place that an address names.

    Raises
    ------
    TrackingError
        It is neither a database nor a server, or the database cannot be written.
    """
    if address.startswith(SQLITE):
        database = _database(address)
        _require_writable(database)
        # MLflow keeps what it has opened under its address: one from here on, wherever the process goes.
        return Place(f"{SQLITE}{database.resolve().as_posix()}", address, database)
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise _bad_address(_without_password(address))
    return Place(address.rstrip("/"), _without_password(address).rstrip("/"), None)


def _database(address: str) -> Path:
    name, options = address.removeprefix(SQLITE).partition("?")[::2]
    if options or not name or name == ":memory:":
        raise _bad_address(address)
    database = Path(name)
    if "%" in database.resolve().as_posix():
        raise TrackingError(
            f"'{address}': MLflow reads a % in a path as the beginning of a code.",
            code="bad_address",
            remedy="Name a file without % in its name and in those of the folders above it.",
        )
    return database


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # which may be no number
    except ValueError:
        return None
    return parts


def _bad_address(shown: str) -> TrackingError:
    return TrackingError(f"'{shown}' is no place for a run.", code="bad_address", remedy=REMEDY)


def _without_password(address: str) -> str:
    """The address without what stands before an ``@``: a user, a password, a token."""
    scheme, mark, rest = address.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else address


def _require_writable(database: Path) -> None:
    if not database.resolve().parent.is_dir():
        raise TrackingError(
            f"'{database}': there is no folder '{database.resolve().parent}'.",
            code="tracking_unreachable",
            remedy="Make it, or correct the address.",
        )
    is_new = not database.exists()
    try:
        with closing(sqlite3.connect(database, timeout=LOCK_SECONDS, isolation_level=None)) as opened:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("CREATE TABLE mmm_may_write (x)")
            opened.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise TrackingError(
            f"'{database}' cannot be written as a database: {error}.",
            code="tracking_unreachable",
            remedy="Check the path and its permissions, and that no other program holds the file; or name another.",
        ) from error
    if is_new:
        database.unlink(missing_ok=True)  # MLflow makes its own
