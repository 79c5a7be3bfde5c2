"""Parquet: the types are the file's; a process of its own opens it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mmm_core.errors import DataError
from mmm_core.table.reading.isolation import ExhaustedError, UnreadableError, read_isolated
from mmm_core.table.reading.limits import (
    LIMITS,
    MAX_DECOMPRESSED_BYTES,
    MAX_TEXT_BYTES,
    cell_too_long_error,
    check_cells,
    check_size,
    exhausting_error,
    not_a_table_error,
    too_large_error,
)
from mmm_core.table.reading.raw_table import DetectedFormat, RawTable, headers, text_column


def read_parquet(content: bytes, name: str) -> RawTable:
    """Read a Parquet file; its header is row 1. Raises DataError."""
    table = _parquet_table(content, name)
    names = headers(list(table.column_names), 1, name)
    try:
        columns = {label: _arrow_column(table.column(i)) for i, label in enumerate(names)}
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise not_a_table_error(f"'{name}' has a column that cannot be read: {error}.") from error
    cells = pd.DataFrame(columns)
    check_cells(cells, np.arange(2, len(cells) + 2), name)
    detected = DetectedFormat(kind="parquet", notes=("A Parquet file; types as stored.",))
    texts = [(label, table.column(i)) for i, label in enumerate(names) if cells[label].dtype == "str"]
    called = {label: np.array([cell == "NA" for cell in column.to_pylist()], bool) for label, column in texts}
    called_na = {label: where for label, where in called.items() if where.any()}
    return RawTable(cells, np.arange(2, len(cells) + 2), detected, called_na)


def _parquet_table(content: bytes, name: str) -> pa.Table:
    """The table, its size judged by the footer first and then by what there is."""
    try:
        meta = pq.read_metadata(pa.BufferReader(content))
        check_size(meta.num_rows, meta.num_columns, name)
        unpacked = sum(meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
        if unpacked > MAX_DECOMPRESSED_BYTES:
            raise too_large_error(f"'{name}' unpacks to {unpacked / 2**20:,.0f} MB.")
        answer, stream = read_isolated("parquet", content, limits=LIMITS)
    except ExhaustedError as error:
        raise exhausting_error(name) from error
    except (UnreadableError, pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise not_a_table_error(f"'{name}' is a damaged Parquet file.") from error
    if "nested" in answer:
        raise DataError(
            f"'{name}': column '{answer['nested']}' holds lists or records, not single values.",
            code="nested_column",
            remedy="Leave the column out, or spread it over several columns.",
            column=answer["nested"],
        )
    if "long_cell" in answer:
        column, row, length = answer["long_cell"]
        raise cell_too_long_error(name, column, row + 2, length)
    if "size" in answer:
        rows, columns = answer["size"]
        check_size(rows, columns, name)
        raise too_large_error(f"'{name}' holds more than {MAX_TEXT_BYTES // 2**20} MB of text.")
    return pa.ipc.open_stream(stream).read_all()


def _arrow_column(column: pa.ChunkedArray) -> pd.Series:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        # The zone is dropped as written: what the clock on the wall said.
        local = pc.local_timestamp(column) if getattr(kind, "tz", None) else column
        return pd.Series(local.cast(pa.timestamp("us"), safe=False).to_numpy(zero_copy_only=False))
    if (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    ):
        return pd.Series(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
    return text_column([None if cell is None else str(cell) for cell in column.to_pylist()])
