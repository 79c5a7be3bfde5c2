"""Runs in a process of its own: bytes of a workbook or Parquet file in, plain cells out.

The readers of both formats are foreign code that trusts the file: a cell in the last row and column of a 5 KB workbook
makes one ask for 550 GB and abort its process. So it is a process that may be lost, with little memory and time, no
environment and nothing of ours loaded. :mod:`mmm_core.table.reading.isolation` starts it and judges what comes out.

``python -I isolated_reader.py '{"kind": "excel" | "parquet", …limits…}' < file > answer``. The answer is one line of
JSON, followed, for Parquet, by the table as an Arrow stream.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from typing import Any

TABLE_WIDTH = 3
TABLE_ROWS = 2
"""A sheet with fewer cells in a row, or fewer such rows, is a cover page or a remark."""


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
    """Names of all sheets and of those with cells, and the rows of the one asked for or of the only table."""
    import python_calamine

    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        every = list(book.sheet_names)
        kinds = {name: _kind_of(book.get_sheet_by_name(name), limits) for name in every}
        filled = [name for name in every if kinds[name] != "empty"]
        tables = [name for name in filled if kinds[name] == "table"]
        # A cover page or a remark beside the one table leaves nothing to choose.
        only = filled if len(filled) == 1 else tables
        head = {"every": every, "filled": filled, "only_table": only[0] if len(only) == 1 else None, "rows": []}
        wanted = limits["sheet"] or head["only_table"]
        if wanted not in filled:
            return head, b""
        sheet = book.get_sheet_by_name(wanted)
        size = _size(sheet)
        if _is_too_large(size, limits):
            return head | {"size": size}, b""
        return head | {"rows": sheet.to_python(skip_empty_area=False)}, b""


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
