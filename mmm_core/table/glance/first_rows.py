"""The first rows of a file as they were read: numbers as numbers, dates as days, and what could not be read as written.

They are those of the file and not of the table that repairs make of it: a person knows them again.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.schema import Strict
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.typed import TypedTable

type Told = float | str | None
"""A cell as it is told: a number, a date as 2023-04-03, or text; None: it is blank."""

MOST_ROWS = 5
MOST_COLUMNS = 40
LONGEST_CELL = 60
"""Characters of a text that are kept."""


class FirstRows(Strict):
    """The first rows of a file."""

    columns: tuple[str, ...] = Field(description="Columns that are kept, in the order of the file.")
    more_columns: int = Field(description="How many columns there are beside these.")
    rows: tuple[int, ...] = Field(description="Numbers of the rows in the file.")
    cells: tuple[tuple[Told, ...], ...] = Field(description="Cells of each row, as they were read.")
    unread: tuple[tuple[int, int], ...] = Field(
        (), description="Cells, by place of row and column, that are no number or date and ought to be one."
    )


def first_rows(raw: RawTable, table: TypedTable | None) -> FirstRows:
    """The first rows of a file; ``table`` is the same rows with its columns typed, None: none has a role yet."""
    columns = [str(name) for name in raw.cells.columns[:MOST_COLUMNS]]
    roles = {} if table is None else {source: role for role, source in table.sources.items()}
    number = min(MOST_ROWS, len(raw.cells))
    unread: list[tuple[int, int]] = []
    told: list[list[Told]] = []
    for place, name in enumerate(columns):
        written = _told(raw.names(name).head(number))
        if table is None or name not in roles:
            told.append(written)
            continue
        bad = _bad(table, roles[name], number)
        unread.extend((int(row), place) for row in np.flatnonzero(bad))
        read = _told(table.frame[roles[name]].head(number))
        told.append([own if is_bad else cell for own, cell, is_bad in zip(written, read, bad, strict=True)])
    return FirstRows(
        columns=tuple(columns),
        more_columns=raw.cells.shape[1] - len(columns),
        rows=tuple(int(row) for row in raw.row_numbers[:number]),
        cells=tuple(zip(*told, strict=True)),
        unread=tuple(sorted(unread)),
    )


def _bad(table: TypedTable, role: str, number: int) -> NDArray[np.bool_]:
    return table.bad[role][:number] if role in table.bad else np.zeros(number, bool)


def _told(cells: pd.Series) -> list[Told]:
    return [_cell(cell) for cell in cells]


def _cell(cell: object) -> Told:
    if pd.isna(cell):  # type: ignore[call-overload]
        return None
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, int | float):
        return float(cell) if np.isfinite(cell) else str(cell)
    text = str(cell)
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
