"""Runs in a process of its own: bytes of a workbook or Parquet file in, plain cells out.

The readers of both formats are foreign code that trusts the file: a cell in the last row and column of a 5 KB workbook
makes one ask for 550 GB and abort its process. So it is a process that may be lost, with little memory and time, no
environment and nothing of ours loaded. :mod:`mmm_core.table.reading.isolation` starts it and judges what comes out.

``python -I isolated_reader.py '{"kind": "excel" | "parquet", …limits…}' < file > answer``. The answer is one line of
JSON, followed, for Parquet, by the table as an Arrow stream.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import sys
from typing import Any

TABLE_WIDTH = 3
TABLE_ROWS = 2
"""A sheet with fewer cells in a row, or fewer such rows, is a cover page or a remark."""
LONGEST_FORMULA = 100
"""Characters of a formula that are shown."""


def main() -> None:
    """Read what stands on the input, within the limits that the first argument gives."""
    limits = json.loads(sys.argv[1])
    _limit_process(limits["memory_bytes"], limits["cpu_seconds"])
    content = sys.stdin.buffer.read()
    try:
        head, body = read_excel(content, limits) if limits["kind"] == "excel" else read_parquet(content, limits)
    except MemoryError:
        head, body = {"exhausted": True}, b""
    except BaseException as error:  # noqa: BLE001 - a panic of a foreign extension is no Exception
        head, body = {"failed": str(error)[:500] or type(error).__name__}, b""
    import orjson

    sys.stdout.buffer.write(orjson.dumps(head, option=orjson.OPT_PASSTHROUGH_DATETIME, default=_as_plain) + b"\n")
    sys.stdout.buffer.write(body)


def read_excel(content: bytes, limits: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Names of all sheets and of those with cells, and the rows of the one asked for, or of the tables there are."""
    import python_calamine

    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        every = list(book.sheet_names)
        kinds = {name: _kind_of(book.get_sheet_by_name(name), limits) for name in every}
        filled = [name for name in every if kinds[name] != "empty"]
        tables = [name for name in filled if kinds[name] == "table"]
        # A cover page or a remark beside the one table leaves nothing to choose.
        only = filled if len(filled) == 1 else tables
        head: dict[str, Any] = {
            "every": every,
            "filled": filled,
            "only_table": only[0] if len(only) == 1 else None,
            "rows": [],
        }
        wanted = limits["sheet"] or head["only_table"]
        if wanted is None and len(tables) > 1:
            sizes = [_size(book.get_sheet_by_name(name)) for name in tables]
            together = (sum(rows for rows, _ in sizes), max(columns for _, columns in sizes))
            if not _is_too_large(together, limits):
                head["tables"] = {name: _cells_of(book, name, content) for name in tables}
            return head, b""
        if wanted not in filled:
            return head, b""
        sheet = book.get_sheet_by_name(wanted)
        size = _size(sheet)
        if _is_too_large(size, limits):
            return head | {"size": size}, b""
        return head | {"rows": _cells_of(book, wanted, content)}, b""


def _cells_of(book: Any, name: str, content: bytes) -> list[list[object]]:
    """Rows of a sheet; a formula that was saved without its value stands there itself."""
    rows: list[list[object]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    if any(cell == "" for row in rows for cell in row):
        for (row, column), formula in _formulas_without_value(content, name).items():
            if row < len(rows) and column < len(rows[row]) and rows[row][column] == "":
                rows[row][column] = formula
    return rows


def _formulas_without_value(content: bytes, name: str) -> dict[tuple[int, int], str]:
    """Place (from 0) to formula, for the cells of a sheet that have one and no value."""
    import re
    import zipfile

    found: dict[tuple[int, int], str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            part = _part_of(archive, name)
            text = archive.read(part) if part in archive.namelist() else b""
    except (zipfile.BadZipFile, KeyError, ValueError):  # an old or binary workbook
        return found
    if b"<f" not in text and b":f>" not in text:
        return found
    tag = rb"(?:\w{1,20}:)?"
    pattern = re.compile(
        rb"<%(t)sc [^<>]*?r=\"([A-Z]{1,3})(\d{1,7})\"[^<>]*><%(t)sf(?:[^<>]*/>|[^<>]*>([^<]*)</%(t)sf>)"
        rb"(?:<%(t)sv ?/>|<%(t)sv></%(t)sv>)?</%(t)sc>" % {b"t": tag}
    )
    for match in pattern.finditer(text):
        column = 0
        for letter in match[1]:
            column = 26 * column + letter - 64
        formula = (match[3] or b"").decode("utf-8", "replace")[:LONGEST_FORMULA]
        found[int(match[2]) - 1, column - 1] = f"={html.unescape(formula) or '…'}"
    return found


def _part_of(archive: Any, name: str) -> str:
    """The member that holds a sheet."""
    import xml.etree.ElementTree as ET

    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - this process may be lost
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    for sheet in (each for each in book.iter() if each.tag.endswith("}sheet")):
        if sheet.get("name") == name:
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            target = targets.get(link, "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _kind_of(sheet: Any, limits: dict[str, Any]) -> str:
    """``empty``, ``table``, or ``other``: a table has rows with a number or date and at least three cells."""
    if _is_too_large(_size(sheet), limits):
        return "table"
    rows: list[list[object]] = sheet.to_python(skip_empty_area=False)
    present = [[cell for cell in row if cell not in ("", None)] for row in rows]
    if not any(present):
        return "empty"
    wide = [row for row in present if len(row) >= TABLE_WIDTH]
    records = [row for row in wide if not all(isinstance(cell, str) and not _has_digit(cell) for cell in row)]
    return "table" if len(records) >= TABLE_ROWS and len(wide) > len(present) / 2 else "other"


def _has_digit(cell: str) -> bool:
    return any(character.isdigit() for character in cell)


def _size(sheet: Any) -> tuple[int, int]:
    """Rows and columns up to the last cell, whose place the library counts from 0."""
    return int(sheet.total_height) + 1, int(sheet.total_width) + 1


def _is_too_large(size: tuple[int, int], limits: dict[str, Any]) -> bool:
    rows, columns = size
    return bool(rows > limits["rows"] or columns > limits["columns"] or rows * columns > limits["cells"])


def read_parquet(content: bytes, limits: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The table, read a little at a time: its own footer may claim what it likes."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    plain = pq.read_schema(pa.BufferReader(content))
    nested = [field.name for field in plain if pa.types.is_nested(field.type)]
    if nested:
        return {"nested": nested[0]}, b""
    # Kept as a dictionary, a long text that a file repeats stays one text until it has been measured.
    texts = [field.name for field in plain if _is_text(field.type)]
    file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts, pre_buffer=False)
    rows, text_bytes, batches = 0, 0, []
    for batch in file.iter_batches(batch_size=limits["batch_rows"], use_threads=False):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if pa.types.is_dictionary(column.type) and _is_text(column.type.value_type):
                lengths = pc.binary_length(column.dictionary).take(column.indices)
                longest = pc.max(lengths).as_py() or 0
                if longest > limits["cell_bytes"]:
                    row = pc.index(lengths, pa.scalar(longest, lengths.type)).as_py()
                    characters = pc.utf8_length(column.dictionary[column.indices[row].as_py()]).as_py()
                    return {"long_cell": [name, rows + row, characters]}, b""
                text_bytes += pc.sum(lengths).as_py() or 0
        rows += batch.num_rows
        batches.append(batch)
        if _is_too_large((rows, batch.num_columns), limits) or text_bytes > limits["text_bytes"]:
            return {"size": [rows, batch.num_columns], "text_bytes": text_bytes}, b""
    table = pa.Table.from_batches(batches, schema=batches[0].schema if batches else file.schema_arrow)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.unify_dictionaries())
    return {"rows": rows}, sink.getvalue().to_pybytes()


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _as_plain(value: object) -> object:
    """Dates as ``{"t": ISO}``, so that they are not taken for text; anything else as a person would read it."""
    return {"t": value.isoformat()} if isinstance(value, dt.date) else str(value)


def _limit_process(memory_bytes: int, cpu_seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where nothing of this is a server
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
