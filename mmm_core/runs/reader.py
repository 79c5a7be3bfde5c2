"""Files that people send are read and checked in a process that may be lost, with a limit of time and memory.

::

    web process ──one socket a file──► reader process (libraries loaded) ──fork──► child: reads, checks, answers, ends

What a child answers is JSON and an Arrow table, never code. A child that takes too much is killed, or kills itself by
its limits, and the file is refused in words; nobody else waits for it. Where no process can be forked (Windows) files
are read in this one, workbooks and Parquet apart, which have a process of their own anyway
(:mod:`mmm_core.table.reading.isolation`).
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from mmm_core import errors
from mmm_core.errors import MMMError, RunError
from mmm_core.runs.reader_process import CAN_FORK, PID_BYTES, ROW_NUMBERS, Asked, answer
from mmm_core.settings import PROJECT
from mmm_core.spec import DatasetSettings, FixName, ReadingOptions
from mmm_core.table.asked import Asked as AskedColumns
from mmm_core.table.fixes.preview import Preview
from mmm_core.table.reading.limits import exhausting_error
from mmm_core.table.reading.raw_table import DetectedFormat, RawTable
from mmm_core.table.stored import FileNote, from_stored
from mmm_core.table.typed_file import TypedFile
from mmm_core.table.validation import Validated, ValidationReport

WALL_SECONDS = 120.0
"""Longest time that a file may take; the child's limit of processor time is shorter."""
LARGE_BYTES = 2**20
AT_ONCE = threading.BoundedSemaphore(2)
"""So many large files are read at a time: each may take several hundred megabytes while it is read."""
SMALL_AT_ONCE = threading.BoundedSemaphore(8)
"""The same for small ones, which wait for no large one."""


def read(content: bytes, name: str, options: ReadingOptions) -> RawTable:
    """A file's cells; see :func:`mmm_core.table.reading.reading.read_table` for the errors."""
    head, table = _ask(Asked(what="read", name=name, settings=DatasetSettings(reading=options)), content)
    numbers = table.pop(ROW_NUMBERS).to_numpy(np.int64)
    return RawTable(table, numbers, DetectedFormat.model_validate(head["detected"]))


def type_columns(content: bytes, name: str, settings: DatasetSettings, asked: AskedColumns | None = None) -> TypedFile:
    """A file under its roles, not checked; see :func:`mmm_core.table.validation.type_file` for the errors."""
    head, table = _ask(Asked(what="type", name=name, settings=settings, asked=asked), content)
    return from_stored(table, FileNote.model_validate(head["note"]))


def check(content: bytes, name: str, settings: DatasetSettings, asked: AskedColumns | None = None) -> Validated:
    """A file under its roles, with its report; see :func:`mmm_core.runs.tables.prepare` for the errors."""
    head, table = _ask(Asked(what="check", name=name, settings=settings, asked=asked), content)
    file = from_stored(table, FileNote.model_validate(head["note"]))
    return Validated(ValidationReport.model_validate(head["report"]), file)


def preview(content: bytes, name: str, settings: DatasetSettings, fix: FixName) -> Preview:
    """What a repair would change in a file, beside those asked for; see :func:`type_columns` for the errors."""
    head, _ = _ask(Asked(what="preview", name=name, settings=settings, fix=fix), content)
    return Preview.model_validate(head["preview"])


def _ask(asked: Asked, content: bytes) -> tuple[dict[str, Any], pd.DataFrame]:
    with AT_ONCE if len(content) > LARGE_BYTES else SMALL_AT_ONCE:
        raw = _READER.ask(asked, content) if CAN_FORK else answer(asked, content)
    head_bytes, _, body = raw.partition(b"\n")
    if not head_bytes:
        raise exhausting_error(asked.name)
    head: dict[str, Any] = json.loads(head_bytes)
    if "error" in head:
        raise _error_of(head["error"])
    return head, pa.ipc.open_stream(body).read_all().to_pandas()


def _error_of(told: dict[str, Any]) -> MMMError:
    kind = getattr(errors, told.pop("kind"), None)
    message = told.pop("message")
    if not (isinstance(kind, type) and issubclass(kind, MMMError)):
        return RunError(message, code="internal", remedy="Try again; the server's log has the reason.")
    return kind(message, **told)


COMMAND = (sys.executable, "-m", "mmm_core.runs.reader_process")
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Keeps libraries from starting threads: a process that forks has but one."""


class Reader:
    """The process that forks; started when the first file comes, and again when it was lost."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """Number of the process that forks, while there is one."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def close(self) -> None:
        """End the process; it would end with this one."""
        with self._lock:
            if self._door is not None:
                self._door.close()
            if self._process is not None:
                self._process.wait(timeout=10)
            self._process = self._door = None

    def ask(self, asked: Asked, content: bytes) -> bytes:
        """What the child answers; empty where it was lost."""
        with self._line() as line:
            line.settimeout(WALL_SECONDS)
            pid = 0
            try:
                pid = int.from_bytes(_exactly(line, PID_BYTES))
                request = asked.model_dump_json().encode()
                line.sendall(len(request).to_bytes(8) + len(content).to_bytes(8) + request)
                if content:  # to send nothing is an error once the other side is gone
                    line.sendall(content)
                with suppress(OSError):  # it has answered already
                    line.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: line.recv(2**20), b""))
            except OSError:  # lost, or too slow
                if pid:
                    with suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
                return b""

    @contextmanager
    def _line(self) -> Iterator[socket.socket]:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs, self._lock:
                try:
                    socket.send_fds(self._open(), [b"f"], [theirs.fileno()])
                except OSError:  # it was killed
                    self._process = None
                    socket.send_fds(self._open(), [b"f"], [theirs.fileno()])
            yield ours

    def _open(self) -> socket.socket:
        if self._process is None or self._process.poll() is not None or self._door is None:
            if self._door is not None:
                self._door.close()
            self._door, theirs = socket.socketpair()
            with theirs:
                # Nothing of our environment that is a secret: a file that breaks a library finds none.
                kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PATH", "LANG") if name in os.environ}
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                    self._command,
                    cwd=PROJECT,
                    stdin=theirs.fileno(),
                    env=kept | ALONE,
                )
        return self._door


_READER = Reader()
atexit.register(_READER.close)


def _exactly(line: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        part = line.recv(count - len(received))
        if not part:
            raise ConnectionResetError
        received += part
    return received
