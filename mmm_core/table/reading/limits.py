"""What is refused whole: files beyond the caps, and files that are no table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.errors import DataError
from mmm_core.table.reading import kinds
from mmm_core.table.reading.isolation import ReadingLimits

MAX_BYTES = 50 * 2**20
MAX_ROWS = 200_000
MAX_COLUMNS = 300
MAX_CELLS = 5_000_000
MAX_CELL_CHARACTERS = 10_000
MAX_TEXT_BYTES = 200 * 2**20
MAX_DECOMPRESSED_BYTES = 500 * 2**20
MAX_RATIO = 250
"""Caps of what is read, the same at every door. The last one: unpacked over packed size of a workbook."""
SMALL_BYTES = 20 * 2**20
"""Unpacked size up to which the ratio does not matter."""
LIMITS = ReadingLimits(
    rows=MAX_ROWS + 1,
    columns=MAX_COLUMNS,
    cells=MAX_CELLS,
    cell_bytes=4 * MAX_CELL_CHARACTERS,
    text_bytes=MAX_TEXT_BYTES,
)


def check_size(rows: int, columns: int, name: str, *, cells: int | None = None) -> None:
    """Refuse a table beyond the caps; ``rows`` counts the header. Raises DataError."""
    if rows > MAX_ROWS + 1:
        raise too_large_error(f"'{name}' has more than {MAX_ROWS:,} rows.")
    if columns > MAX_COLUMNS:
        raise too_large_error(f"'{name}' has {columns:,} columns; at most {MAX_COLUMNS} are read.")
    if (rows * columns if cells is None else cells) > MAX_CELLS:
        raise too_large_error(f"'{name}' has more than {MAX_CELLS:,} cells.")


def check_cells(cells: pd.DataFrame, numbers: NDArray[np.int64], name: str) -> None:
    """Refuse a table without rows, and cells too long to be one. Raises DataError."""
    if cells.empty:
        raise DataError(f"'{name}' has a header and no rows.", code="no_rows", remedy="Export the table again.")
    for label, column in cells.items():
        if column.dtype != "str":
            continue
        lengths = column.str.len().fillna(0).to_numpy()
        if lengths.max() > MAX_CELL_CHARACTERS:
            raise cell_too_long_error(name, str(label), int(numbers[int(lengths.argmax())]), int(lengths.max()))


def cell_too_long_error(name: str, column: str, row: int, length: int) -> DataError:
    """The error of one cell that is longer than :data:`MAX_CELL_CHARACTERS`."""
    return DataError(
        f"'{name}': column '{column}', row {row}: a cell of {length:,} characters.",
        code="cell_too_long",
        remedy=f"Shorten it to {MAX_CELL_CHARACTERS:,} characters, or look for a missing quotation mark.",
        column=column,
        row=row,
    )


def require_table(name: str, kind: kinds.Kind | None) -> None:
    """Refuse what is known to be something else. Raises DataError."""
    if kind is not None:
        raise not_a_table_error(f"'{name}' is {kind.what}, not a table.", kind.remedy)


def not_a_table_error(message: str, remedy: str = kinds.EXPORT) -> DataError:
    """The error of a file that cannot be read as a table."""
    return DataError(message, code="not_a_table", remedy=remedy)


def too_large_error(message: str) -> DataError:
    """The error of a file beyond the caps."""
    return DataError(
        message,
        code="too_large",
        remedy="Leave out rows or columns that the model does not need, or sum to weeks first.",
    )


def exhausting_error(name: str) -> DataError:
    """The error of a file whose reading was ended: it took too much."""
    return too_large_error(f"'{name}' needs more memory or time to be read than a table may take.")


def password_error(name: str) -> DataError:
    """The error of a locked workbook."""
    return DataError(
        f"'{name}' is protected by a password.", code="password", remedy="Save a copy without a password and use that."
    )
