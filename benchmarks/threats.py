"""What does a file that was made to hurt cost? Each is read in a process of its own, whose peak memory is measured.

``python -m benchmarks.threats [NAME …]``; exit code 1 if one was not refused, or took more memory than a table may.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mmm_core.errors import DataError
from mmm_core.settings import PROJECT
from mmm_core.table.reading.limits import MAX_BYTES, MAX_CELLS
from mmm_core.table.reading.reading import read_table
from tests.malformed import good_rows, table, workbook

MOST_SERVER_MB = 1500
"""Peak of the server's own process, with the libraries that it has loaded (some 200 MB) and the file itself."""
MOST_READER_MB = 2100
"""Peak of the process that reads workbooks and Parquet files, which has a limit of 2 GB."""
SHEET = "xl/worksheets/sheet1.xml"


def main() -> int:
    """Read each threat and report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.threats")
    parser.add_argument("names", nargs="*", help="default: all")
    parser.add_argument("--make", type=Path, help="write the one threat named to this file")
    parser.add_argument("--read", type=Path, help="read the one threat named from this file, in this process")
    options = parser.parse_args()
    if options.make:
        options.make.write_bytes(THREATS[options.names[0]][0]())
        return 0
    if options.read:
        print(json.dumps(refuse(options.names[0], options.read.read_bytes())))
        return 0
    passed = True
    for name in options.names or THREATS:
        found = measured(name)
        print(name, json.dumps(found), flush=True)
        passed = passed and found["passed"]
    return 0 if passed else 1


def measured(name: str) -> dict[str, Any]:
    """How a threat fares in a fresh process; it is made in another, whose memory does not count."""
    command = [sys.executable, "-m", "benchmarks.threats", name]
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([*command, "--make", file.name], cwd=PROJECT, check=True)
        done = subprocess.run([*command, "--read", file.name], cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return {"passed": False, "died": done.returncode, "words": done.stderr[-300:]}
    found: dict[str, Any] = json.loads(done.stdout)
    bounded = found["peak_mb"] <= MOST_SERVER_MB and found["reader_peak_mb"] <= MOST_READER_MB
    return found | {"passed": bounded and found["refused_as"] == THREATS[name][1]}


def refuse(name: str, content: bytes) -> dict[str, Any]:
    """Read a threat here, and say how that ended."""
    started = time.perf_counter()
    code, words = None, ""
    try:
        read_table(content, name)
    except DataError as refused:
        code, words = refused.code, str(refused)
    return {
        "file_mb": round(len(content) / 2**20, 2),
        "refused_as": code,
        "words": words,
        "seconds": round(time.perf_counter() - started, 2),
        "peak_mb": round(int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024),
        "reader_peak_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }


def far_cell() -> bytes:
    """A workbook of 5 KB with a cell in the last row and column: a dense table of it has 17 billion cells."""
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return _with_sheet(lambda sheet: sheet.replace(b"</sheetData>", cell))


def many_cells() -> bytes:
    """A workbook whose two far cells stay within rows and columns, and span too many cells."""
    cell = b'<row r="150000"><c r="KN150000"><v>1</v></c></row></sheetData>'
    return _with_sheet(lambda sheet: sheet.replace(b"</sheetData>", cell))


def zip_bomb() -> bytes:
    """A workbook that says honestly that it unpacks to 600 MB."""
    return _with_sheet(lambda _: b"\0" * (600 * 2**20))


def zip_bomb_by_ratio() -> bytes:
    """A workbook that unpacks to less than the cap, and to a thousand times its size."""
    return _with_sheet(lambda sheet: sheet.replace(b"</sheetData>", b" " * (100 * 2**20) + b"</sheetData>"))


def lying_zip_bomb() -> bytes:
    """A workbook that says it unpacks to a few bytes, with a text of 1.5 GB in a cell."""
    text = b'<row r="9"><c r="A9" t="str"><v>' + b"0" * (1536 * 2**20) + b"</v></c></row></sheetData>"
    packed = bytearray(_with_sheet(lambda sheet: sheet.replace(b"</sheetData>", text)))
    name = SHEET.encode()
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = packed.find(signature)
        while at >= 0:
            if packed[at + name_at : at + name_at + len(name)] == name:
                struct.pack_into("<I", packed, at + size_at, 1000)
            at = packed.find(signature, at + 4)
    return bytes(packed)


def parquet_rows() -> bytes:
    """A small file of fifty million rows."""
    return _parquet(pa.table({"week": pa.array(np.zeros(50_000_000, np.int8))}))


def parquet_columns() -> bytes:
    """A small file of five thousand columns."""
    return _parquet(pa.table({f"column {number}": [1] for number in range(5000)}))


def parquet_repeated_text() -> bytes:
    """A few KB that hold one long text 100,000 times: 900 MB once each cell has its own."""
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100_000, np.int32)), pa.array(["x" * 9000]))
    return _parquet(pa.table({"week": words}))


def parquet_long_cell() -> bytes:
    """A few KB that hold one text of 300 MB."""
    return _parquet(pa.table({"week": pa.array(["2022-01-03"] * 9 + ["x" * (300 * 2**20)])}), limit=None)


def parquet_lying_footer() -> bytes:
    """A file of 190,000 rows of text whose footer says that a page has two thousand million values."""
    content = bytearray(_parquet(pa.table({"week": pa.array([f"week {number}" for number in range(190_000)])})))
    length = struct.unpack("<I", content[-8:-4])[0]
    footer = content[-8 - length : -8]
    real = _varint(2 * 190_000)
    absurd = bytes([0xFE, 0xFF, 0x7F])  # as long as the real one: 1,048,575 rows
    content[-8 - length : -8] = footer.replace(real, absurd)
    return bytes(content)


def csv_cells() -> bytes:
    """A table of the largest size, nothing but commas: 52 million cells."""
    row = b"," * 299 + b"\n"
    return (b"week" + row + row * (MAX_BYTES // len(row)))[:MAX_BYTES]


def csv_most_cells() -> bytes:
    """Nearly as many cells as are allowed, each a number of its own, and one row that is cut short."""
    columns = 25
    rows = MAX_CELLS // columns - 10
    numbers = np.arange(rows * columns) % 90_000_000 + 10_000_000
    lines = [",".join(f"c{number}" for number in range(columns))]
    lines += [",".join(map(str, row)) for row in numbers.reshape(rows, columns)]
    return ("\n".join(lines) + "\n1,2\n").encode()[:MAX_BYTES]


def csv_long_cell() -> bytes:
    """A quotation mark that is closed 40 MB later."""
    return table([*good_rows(5), ['"' + "x" * (40 * 2**20) + '"', *["1"] * 7]])


def _with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook with its sheet's XML changed."""
    source = zipfile.ZipFile(io.BytesIO(workbook({"s": [["week", "sales"], ["2022-01-03", 1]]})))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(source.read(name)) if name == SHEET else source.read(name))
    return packed.getvalue()


def _parquet(found: pa.Table, *, limit: int | None = 2**20) -> bytes:
    sink = io.BytesIO()
    pq.write_table(found, sink, compression="zstd", dictionary_pagesize_limit=limit or 2**20)
    return sink.getvalue()


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


THREATS: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "far_cell.xlsx": (far_cell, "too_large"),
    "many_cells.xlsx": (many_cells, "too_large"),
    "zip_bomb.xlsx": (zip_bomb, "too_large"),
    "zip_bomb_by_ratio.xlsx": (zip_bomb_by_ratio, "too_large"),
    "lying_zip_bomb.xlsx": (lying_zip_bomb, "not_a_table"),
    "rows.parquet": (parquet_rows, "too_large"),
    "columns.parquet": (parquet_columns, "too_large"),
    "repeated_text.parquet": (parquet_repeated_text, "too_large"),
    "long_cell.parquet": (parquet_long_cell, "cell_too_long"),
    "lying_footer.parquet": (parquet_lying_footer, "too_large"),
    "cells.csv": (csv_cells, "too_large"),
    "most_cells.csv": (csv_most_cells, "ragged_row"),
    "long_cell.csv": (csv_long_cell, "cell_too_long"),
}
"""By name: how the file is made, and the code under which it must be refused."""

if __name__ == "__main__":
    sys.exit(main())
