"""The process that reads files: it has its libraries loaded, and forks a child for each file (:mod:`runs.reader`).

``python -m mmm_core.runs.reader_process``, with a socket as standard input that brings the socket of each file. The
process itself looks at no file, and ends when the one that started it does.
"""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import sys
from typing import Literal

import pandas as pd
import pyarrow as pa

from mmm_core.errors import MMMError
from mmm_core.model.structure import parameter_count
from mmm_core.schema import Strict
from mmm_core.spec import FIX_NAMES, DatasetSettings, FixName
from mmm_core.table.asked import Asked as AskedColumns
from mmm_core.table.fixes.preview import Preview, preview
from mmm_core.table.reading.reading import read_table
from mmm_core.table.stored import to_stored
from mmm_core.table.validation import check_file, type_file

CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds") and sys.platform != "darwin"
"""Apple's libraries break in a forked process that does not start a new program."""
PID_BYTES = 4
ROW_NUMBERS = "\0row"
"""Column that no file can have: a null character ends a file as no table."""
MEMORY_BYTES = 2 * 2**30
CPU_SECONDS = 60
"""What one file may take beyond what the process has from the beginning."""


class Asked(Strict):
    """What is wanted of a file."""

    what: Literal["read", "type", "check", "preview"]
    name: str
    settings: DatasetSettings
    asked: AskedColumns | None = None
    fix: FixName | None = None


def answer(asked: Asked, content: bytes) -> bytes:
    """A line of JSON and an Arrow table, or a line that says what is wrong with the file."""
    try:
        if asked.what == "read":
            raw = read_table(content, asked.name, asked.settings.reading)
            cells = raw.cells.assign(**{ROW_NUMBERS: raw.row_numbers})
            return _written({"detected": raw.detected.model_dump(mode="json")}, cells)
        if asked.what == "preview" and asked.fix is not None:
            seen = _previewed(asked.fix, content, asked.name, asked.settings)
            return _written({"preview": seen.model_dump(mode="json")}, pd.DataFrame())
        file = type_file(read_table(content, asked.name, asked.settings.reading), asked.settings, asked.asked)
        rows, note = to_stored(file, "")
        head: dict[str, object] = {"note": note.model_dump(mode="json")}
        if asked.what == "check":
            report = check_file(file, asked.settings, asked.asked, count_parameters=parameter_count).report
            head["report"] = report.model_dump(mode="json", by_alias=True)
        return _written(head, rows)
    except MMMError as error:
        told = {"kind": type(error).__name__, "message": error.message, "code": error.code, "remedy": error.remedy}
        places = {name: getattr(error, name) for name in ("column", "row") if getattr(error, name, None) is not None}
        return json.dumps({"error": told | places}).encode() + b"\n"


def _previewed(fix: FixName, content: bytes, name: str, settings: DatasetSettings) -> Preview:
    """A file under its settings, and once more with one repair."""
    raw = read_table(content, name, settings.reading)
    asked = {*settings.fixes, fix}
    wanted = settings.model_copy(update={"fixes": tuple(each for each in FIX_NAMES if each in asked)})
    return preview(fix, type_file(raw, settings), type_file(raw, wanted), raw)


def _written(head: dict[str, object], frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    table = pa.Table.from_pandas(frame)
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return json.dumps(head).encode() + b"\n" + sink.getvalue()


def main() -> None:
    """Fork a child for each socket that comes, until none can come any more."""
    door = socket.socket(fileno=os.dup(0))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a child: it leaves nothing behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(door, 1, 1)
        if not message:
            return
        for descriptor in descriptors:
            if os.fork() == 0:
                door.close()
                _serve(socket.socket(fileno=descriptor))
                os._exit(0)
            os.close(descriptor)


def _serve(line: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _limit()
    with line, line.makefile("rb") as incoming:
        line.sendall(os.getpid().to_bytes(PID_BYTES))
        sizes = incoming.read(16)
        request = incoming.read(int.from_bytes(sizes[:8]))
        content = incoming.read(int.from_bytes(sizes[8:]))
        try:
            line.sendall(answer(Asked.model_validate_json(request), content))
        except MemoryError:
            os._exit(1)


def _limit() -> None:
    import resource

    with open("/proc/self/statm") as file:  # noqa: PTH123 - a file of the system
        has = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (has + MEMORY_BYTES, has + MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
