"""Workbooks and Parquet files are read by a process that may be lost; see ``isolated_reader``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

READER = Path(__file__).with_name("isolated_reader.py")
WALL_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What a file may hold, and what reading it may take.

    ``cell_bytes`` and ``text_bytes`` are of one cell and of all cells together, in UTF-8.
    """

    rows: int
    columns: int
    cells: int
    cell_bytes: int
    text_bytes: int
    batch_rows: int = 4096
    memory_bytes: int = 2 * 2**30
    cpu_seconds: int = 60


class ExhaustedError(Exception):
    """The file wanted more memory or time than a table may take."""


class UnreadableError(Exception):
    """The reader gave the file up, with a reason of its own."""


def read_isolated(
    kind: Literal["excel", "parquet"], content: bytes, *, limits: ReadingLimits, sheet: str | None = None
) -> tuple[dict[str, Any], bytes]:
    """What the reader answers: a description, and for Parquet an Arrow stream.

    Raises
    ------
    ExhaustedError
        Memory or time ran out.
    UnreadableError
        The reader could not read the file.
    """
    asked = json.dumps({"kind": kind, "sheet": sheet, **asdict(limits)})
    # No secret of ours is in its environment; the allocators named keep to what is used.
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own file
            [sys.executable, "-I", str(READER), asked],
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            env=kept | {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ExhaustedError from error
    head, _, body = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        raise ExhaustedError
    answer: dict[str, Any] = orjson.loads(head)
    if "exhausted" in answer:
        raise ExhaustedError
    if "failed" in answer:
        # Arrow has no error of its own for memory that it could not get.
        if "malloc" in answer["failed"] or "memory" in answer["failed"].lower():
            raise ExhaustedError
        raise UnreadableError(answer["failed"])
    return answer, body
