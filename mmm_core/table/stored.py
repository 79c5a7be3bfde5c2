"""A typed file as one table and a note, to be kept on disk: whoever reads it back needs the original no more."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.schema import Strict
from mmm_core.table.calendar.written_dates import DateOrder
from mmm_core.table.checks.issues import Issue
from mmm_core.table.fixes.applied import AppliedFix
from mmm_core.table.glance.first_rows import FirstRows
from mmm_core.table.long.found import LongTable
from mmm_core.table.reading.raw_table import DetectedFormat
from mmm_core.table.roles import RoleQuestion, Roles
from mmm_core.table.typed import TypedTable
from mmm_core.table.typed_file import ColumnKind, TypedFile

ROW, DUPLICATE, LEFT_OUT, LABEL, BAD = "row", "duplicate", "left out", "label", "bad "
"""Columns beside the canonical ones: row of the file, whether it repeats another or is not estimated, its channel, and
unread cells."""
MARKS = (ROW, DUPLICATE, LEFT_OUT, LABEL)


class FileNote(Strict):
    """All of a typed file but its rows; kept in the same file as these."""

    format_version: int = 1
    identity: str = Field(description="Of the original's content and of the way it was read.")
    roles: Roles
    columns: dict[str, ColumnKind]
    cell_issues: tuple[Issue, ...]
    applied_fixes: tuple[AppliedFix, ...]
    missingness: dict[str, float]
    detected: DetectedFormat
    rows: int
    first_rows: FirstRows
    read: tuple[str, ...] = Field(description="Canonical columns whose cells were read as numbers or dates.")
    date_order: DateOrder | None
    date_order_ambiguous: bool
    has_table: bool = Field(True, description="Whether there are columns of period and sales, and so rows.")
    long: LongTable | None = None
    events: tuple[str, ...] = ()
    questions: tuple[RoleQuestion, ...] | None = Field(None, description="Null: an earlier version kept the file.")


def to_stored(file: TypedFile, identity: str) -> tuple[pd.DataFrame, FileNote]:
    """Rows and note of a typed file; no rows where it has no typed table."""
    table = file.table or _nothing()
    marks: dict[str, NDArray[np.generic] | pd.Series] = {
        ROW: table.row_numbers,
        DUPLICATE: table.exact_duplicate,
        LEFT_OUT: table.left_out,
    }
    marks |= {f"{BAD}{column}": cells for column, cells in table.bad.items() if cells.any()}
    if table.labels is not None:
        marks[LABEL] = table.labels.set_axis(table.frame.index)
    note = FileNote(
        identity=identity,
        roles=file.roles,
        columns=file.columns,
        cell_issues=file.cell_issues,
        applied_fixes=file.applied_fixes,
        missingness=file.missingness,
        detected=file.detected,
        rows=file.rows,
        first_rows=file.first_rows,
        read=tuple(table.bad),
        date_order=table.date_order,
        date_order_ambiguous=table.date_order_ambiguous,
        has_table=file.table is not None,
        long=file.long,
        events=file.events,
        questions=file.questions,
    )
    return pd.concat([table.frame, pd.DataFrame(marks, index=table.frame.index)], axis=1), note


def from_stored(rows: pd.DataFrame, note: FileNote) -> TypedFile:
    """The typed file that :func:`to_stored` took apart."""
    none = np.zeros(len(rows), bool)
    bad = {column: rows[f"{BAD}{column}"].to_numpy(bool) if f"{BAD}{column}" in rows else none for column in note.read}
    frame = rows[[column for column in rows.columns if column not in MARKS and not column.startswith(BAD)]]
    return TypedFile(
        roles=note.roles,
        table=TypedTable(
            frame=frame,
            row_numbers=rows[ROW].to_numpy(np.int64),
            bad=bad,
            sources=note.roles.sources,
            exact_duplicate=rows[DUPLICATE].to_numpy(bool),
            left_out=rows[LEFT_OUT].to_numpy(bool) if LEFT_OUT in rows else none,
            date_order=note.date_order,
            date_order_ambiguous=note.date_order_ambiguous,
            labels=rows[LABEL].astype("str") if LABEL in rows else None,
        )
        if note.has_table
        else None,
        columns=note.columns,
        cell_issues=note.cell_issues,
        applied_fixes=note.applied_fixes,
        missingness=note.missingness,
        detected=note.detected,
        rows=note.rows,
        first_rows=note.first_rows,
        long=note.long,
        events=note.events,
        questions=note.questions or (),
    )


def _nothing() -> TypedTable:
    nothing = np.array([], bool)
    return TypedTable(pd.DataFrame(), np.array([], np.int64), {}, {}, nothing, nothing, None, False)
