"""Log lines of the doors: one for each write, saying who did what; plain, or JSON (``MMM_LOG_JSON``).

Use cases call :func:`record`. Within a request to the HTTP API the line is the request's, written at its end with its
status and id (:mod:`mmm_core.api.guards.request_log`); elsewhere, as in the app, it is written at once.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from mmm_core.settings import logs_as_json

LOGGER = logging.getLogger("mmm_core")
_deeds: ContextVar[list[str] | None] = ContextVar("deeds", default=None)
"""What the request at hand has written so far; None outside of one."""


def configure() -> None:
    """Send the package's log lines to the standard error stream; call it once, where a server starts."""
    if LOGGER.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if logs_as_json() else _PlainLines())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def record(action: str, identifier: str, *, owner: str) -> None:
    """Say that an owner has written something: ``record("run deleted", run_id, owner=owner)``."""
    deeds = _deeds.get()
    if deeds is not None:
        deeds.append(f"{action} {identifier}")
        return
    write("write", who=owner, what=f"{action} {identifier}")


@contextmanager
def one_request() -> Iterator[list[str]]:
    """Gather what is recorded within a request; the list is shared by the threads that work on it."""
    deeds: list[str] = []
    token = _deeds.set(deeds)
    try:
        yield deeds
    finally:
        _deeds.reset(token)


def write(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Write one line."""
    LOGGER.log(level, event, extra={"fields": fields})


class _JsonLines(logging.Formatter):
    """One JSON object a line: ``at``, ``level``, ``event`` and what was said about it."""

    def format(self, record: logging.LogRecord) -> str:
        said = {"at": _instant(record), "level": record.levelname.lower(), "event": record.getMessage()}
        said |= getattr(record, "fields", {})
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


class _PlainLines(logging.Formatter):
    """Instant, event, and what was said about it as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{name}={_quoted(value)}" for name, value in getattr(record, "fields", {}).items())
        line = f"{_instant(record)} {record.levelname} {record.getMessage()} {fields}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _quoted(value: object) -> str:
    """A value that cannot pass for another field or another line."""
    text = str(value)
    return text if text and text.isascii() and text.isprintable() and not set(text) & set(' "=') else json.dumps(text)
