"""A table as it was written, and how its columns get their names and types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import DataError
from mmm_core.schema import Strict
from mmm_core.table.calendar.written_dates import DateOrder
from mmm_core.table.glance.left_out import LeftOut
from mmm_core.table.reading.cells import is_blank

type Cell = str | float | dt.datetime | None


class DetectedFormat(Strict):
    """How a file was read; part of ``dataset.json``."""

    kind: Literal["csv", "excel", "parquet"]
    encoding: str | None = None
    separator: str | None = None
    decimal: Literal[".", ","] = "."
    date_order: DateOrder | None = Field(None, description="Order of dates, once a date column has been read.")
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_row: int = Field(1, description="Row of the header (1 is the first).")
    index_column: bool = Field(False, description="An unnamed column that numbers the rows was left out.")
    turned: bool = Field(False, description="The dates stood across: each of their columns was made a row.")
    stacked: tuple[str, ...] = Field((), description="Sheets that were put under each other.")
    dropped_totals_rows: tuple[int, ...] = ()
    left_out: tuple[LeftOut, ...] = Field((), description="Parts of the file that are not in the table.")
    notes: tuple[str, ...] = Field((), description="What was found and done, in sentences.")


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it was written.

    Attributes
    ----------
    cells
        One column per header: ``str`` text with blanks missing, ``float64`` or ``datetime64[us]``.
    row_numbers
        Number of each row in the file.
    called_na
        Columns of text with the letters NA, and where: blank in numbers, and a name among names of entities.
    """

    cells: pd.DataFrame
    row_numbers: NDArray[np.int64]
    detected: DetectedFormat
    called_na: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    def rows(self, mask: NDArray[np.bool_]) -> RawTable:
        """The rows of a mask."""
        return replace(
            self,
            cells=self.cells[mask].reset_index(drop=True),
            row_numbers=self.row_numbers[mask],
            called_na={column: cells[mask] for column, cells in self.called_na.items()},
        )

    def names(self, column: str) -> pd.Series:
        """Cells of a column that names entities."""
        cells = self.cells[column]
        return cells.mask(self.called_na[column], "NA") if column in self.called_na else cells


def headers(labels: list[str], row: int, name: str) -> list[str]:
    """Names of the columns, ``column_3`` where there is none. Raises DataError where two are the same."""
    positions: dict[str, int] = {}
    result = []
    for position, label in enumerate(labels, start=1):
        text = label.strip() or f"column_{position}"
        if text in positions:
            raise DataError(
                f"'{name}': two columns are named '{text}' (columns {positions[text]} and {position}, row {row}).",
                code="duplicate_header",
                remedy="Rename or remove one of them.",
                column=text,
                row=row,
            )
        positions[text] = position
        result.append(text)
    return result


def typed_column(cells: list[Cell]) -> pd.Series:
    """A column of numbers or times where all cells are, else of text."""
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)} and str in kinds:
        return pd.Series(cells, dtype="str")  # blank ones are None already
    present = [cell for cell in cells if cell is not None]
    if present and all(isinstance(cell, float) for cell in present):
        return pd.Series([np.nan if cell is None else cell for cell in cells], dtype="float64")
    if present and all(isinstance(cell, dt.datetime) for cell in present):
        return pd.Series(np.array(["NaT" if cell is None else cell for cell in cells], dtype="datetime64[us]"))
    return pd.Series([as_text(cell) for cell in cells], dtype="str")


def text_column(cells: list[str | None]) -> pd.Series:
    """A column of text, blanks missing."""
    tidy = [None if cell is None or is_blank(cell) else cell for cell in cells]
    return pd.Series(tidy, dtype="str")


def one_under_another(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables with the same columns as one; a column that is not of one type in all of them is text."""
    columns = {}
    for label in tables[0].columns:
        parts = [table[label] for table in tables]
        kinds = {part.dtype for part in parts if part.notna().any()} or {parts[0].dtype}
        if len(kinds) > 1:
            texts = [None if pd.isna(cell) else as_text(_cell(cell)) for part in parts for cell in part]
            columns[label] = text_column(texts)
        else:
            (kind,) = kinds
            columns[label] = pd.concat([part.astype(kind) for part in parts], ignore_index=True)
    return pd.DataFrame(columns)


def _cell(cell: object) -> Cell:
    if isinstance(cell, pd.Timestamp):
        return cell.to_pydatetime()
    return cell if isinstance(cell, float) else str(cell)


def as_text(cell: Cell) -> str | None:
    """A cell as it would be written."""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return cell.isoformat() if isinstance(cell, dt.datetime) else cell
