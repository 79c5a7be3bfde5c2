"""From records of cells to a table: title rows, the header, totals, rows of another width, the decimal mark.

Rows are numbered as a spreadsheet shows them: records from 1, title and header rows counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.errors import DataError
from mmm_core.labels import counted
from mmm_core.spec import ReadingOptions
from mmm_core.table.glance import left_out
from mmm_core.table.glance.left_out import LeftOut
from mmm_core.table.reading import layout
from mmm_core.table.reading.cells import detect_decimal, is_blank, parse_numbers
from mmm_core.table.reading.limits import check_cells
from mmm_core.table.reading.raw_table import Cell, DetectedFormat, RawTable, as_text, headers, typed_column

DECIMAL_SAMPLE = 20_000
DIGITS = frozenset("0123456789")


def table_of(
    records: Sequence[Sequence[Cell]], name: str, detected: DetectedFormat, options: ReadingOptions, notes: list[str]
) -> RawTable:
    """Find header and body among the records, and give every column its type."""
    rows = [(number, _tidied(record)) for number, record in enumerate(records, start=1)]
    rows = [(number, cells) for number, cells in rows if cells.count(None) < len(cells)]
    found = layout.find_header(rows)
    if found is None:
        raise DataError(
            f"'{name}' has a single column.",
            code="single_column",
            remedy="Check the separator: comma, semicolon, tab and bar are understood.",
        )
    parts = list(found.left_out)
    notes.extend([found.joined] if found.joined else [])
    header, header_row, body = found.cells, found.row, found.body
    is_turned = False
    if layout.holds_values(header):
        across = layout.turned(header, body)
        if across is None:
            raise _no_header(header, header_row, name)
        header, body, is_turned = across.header, across.body, True
        notes.append(across.note)
        parts.extend(across.left_out)
    if not body:
        raise DataError(f"'{name}' has a header and no rows.", code="no_rows", remedy="Export the table again.")
    body, totals, end = _without_end(body, len(header))
    parts.extend(end)
    width = _width(header, body, name, detected.separator)
    labels = headers([as_text(cell) or "" for cell in header[:width]] + [""] * (width - len(header)), header_row, name)
    columns = {
        label: typed_column(list(cells))
        for label, cells in zip(labels, zip_longest(*(cells[:width] for _, cells in body)), strict=True)
    }
    numbers = np.array([number for number, _ in body], dtype=np.int64)
    cells = pd.DataFrame(columns)
    index = _index_column(cells)
    if index is not None:
        cells = cells.drop(columns=index)
        parts.append(left_out.numbering())
    unnamed = [i >= len(header) or header[i] is None for i in range(width)]
    empty = [
        label
        for label, is_unnamed in zip(labels, unnamed, strict=True)
        if is_unnamed and label in cells and cells[label].isna().all()
    ]
    cells = cells.drop(columns=empty)
    check_cells(cells, numbers, name)
    decimal = options.decimal or detect_decimal(_sample(cells), detected.separator)
    return RawTable(
        cells,
        numbers,
        detected.model_copy(
            update={
                "decimal": decimal,
                "header_row": header_row,
                "turned": is_turned,
                "index_column": index is not None,
                "dropped_totals_rows": totals,
                "left_out": (*detected.left_out, *parts),
                "notes": (*notes, *(part.sentence for part in parts)),
            }
        ),
        called_na=_called_na(records, body, labels, cells) if not is_turned else {},
    )


def _called_na(
    records: Sequence[Sequence[Cell]], body: list[layout.Row], labels: list[str], cells: pd.DataFrame
) -> dict[str, NDArray[np.bool_]]:
    """Where a column of text has the letters NA, which are a name where it names entities."""
    found = {}
    for place, label in enumerate(labels):
        if label in cells and cells[label].dtype == "str" and cells[label].isna().any():
            written = [_cell_at(records[number - 1], place) for number, _ in body]
            called = np.array([isinstance(cell, str) and cell.strip() == "NA" for cell in written], bool)
            if called.any():
                found[label] = called
    return found


def _cell_at(record: Sequence[Cell], place: int) -> Cell:
    return record[place] if place < len(record) else None


def _tidied(record: Sequence[Cell]) -> list[Cell]:
    """Cells without blanks around them; most are a number or a date, with nothing to strip."""
    return [
        cell if cell.__class__ is str and cell and cell[0] in DIGITS and cell[-1] in DIGITS else _tidy(cell)
        for cell in record
    ]


def _tidy(cell: Cell) -> Cell:
    if isinstance(cell, str):
        text = cell.strip().strip("\u00a0").removeprefix("\ufeff")
        return None if is_blank(text) else text
    return cell


def _no_header(header: list[Cell], row: int, name: str) -> DataError:
    """A header is words; a first row of numbers and dates is data."""
    first = next(cell for cell in header if cell is not None)
    return DataError(
        f"'{name}': row {row} should name the columns, and holds values ({as_text(first)}, …).",
        code="no_header",
        remedy="Add a first row with the names of the columns.",
        row=row,
    )


def _without_end(body: list[layout.Row], width: int) -> tuple[list[layout.Row], tuple[int, ...], list[LeftOut]]:
    """The rows above totals and footnotes, the numbers of the totals, and what is said of both."""
    body, totals, footnotes = layout.without_end(body, width)
    parts = [left_out.totals([layout.line_of(row) for row in totals])] if totals else []
    parts += [left_out.footnotes([layout.line_of(row) for row in footnotes])] if footnotes else []
    return body, tuple(number for number, _ in totals), parts


def _width(header: list[Cell], body: list[tuple[int, list[Cell]]], name: str, separator: str | None) -> int:
    """Number of columns; a row with cells where the header has none is at fault, and so is a row that is cut short."""
    named = max((i + 1 for i, cell in enumerate(header) if cell is not None), default=0)
    used = [
        len(cells)
        if cells[-1] is not None
        else max((i + 1 for i, cell in enumerate(cells) if cell is not None), default=0)
        for _, cells in body
    ]
    long = [(body[row][0], cells) for row, cells in enumerate(used) if cells > max(named, len(header))]
    if long:
        example = ", such as 1,234," if separator == "," else ""
        remedy = (
            f"Look for {spoken(separator)} inside a cell{example} and put that cell in quotation marks."
            if separator
            else "Name the columns of these cells, or remove the cells."
        )
        raise _ragged(f"'{name}': {_those(long, named)}", remedy, long[0][0])
    short = [(number, len(cells)) for number, cells in body if len(cells) < named]
    if short:
        raise _ragged(
            f"'{name}': {_those(short, named)}",
            "Fill the row up with empty cells where they are missing, or export the table again.",
            short[0][0],
        )
    return max(named, max(len(cells) for _, cells in body))


def _those(rows: list[tuple[int, int]], named: int) -> str:
    (number, cells), more = rows[0], len(rows) - 1
    others = f" {counted(more, 'more row')} {'is' if more == 1 else 'are'} not as wide as the header." if more else ""
    return f"row {number} has {counted(cells, 'cell')}, the header has {named}.{others}"


def _ragged(message: str, remedy: str, row: int) -> DataError:
    return DataError(message, code="ragged_row", remedy=remedy, row=row)


def _index_column(cells: pd.DataFrame) -> str | None:
    """An unnamed first column that counts the rows from 0 or 1."""
    first = str(cells.columns[0])
    if first != "column_1" or cells.shape[1] < 3:
        return None
    numbers, _, _ = parse_numbers(cells[first], ".")
    counting = np.arange(len(numbers))
    return first if any(np.array_equal(numbers, counting + start) for start in (0, 1)) else None


def _sample(cells: pd.DataFrame) -> Iterator[str]:
    texts = [column for _, column in cells.items() if column.dtype == "str"]
    per_column = max(50, DECIMAL_SAMPLE // max(1, len(texts)))
    for column in texts:
        yield from (str(cell) for cell in column.dropna().head(per_column))


def spoken(separator: str) -> str:
    """A separator in words."""
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[separator]
