"""May the rows of a file go behind a table? What is wrong with them is told by the file's own rows, with what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mmm_core.compare.tables import column_in_words, other_unit
from mmm_core.errors import DataError
from mmm_core.labels import in_full
from mmm_core.runs.tables import Prepared
from mmm_core.table.reading.layout import PREFIXES
from mmm_core.table.typed import CanonicalData
from mmm_core.table.validation import require_valid


def valid(prepared: Prepared, of_file: Prepared) -> CanonicalData:
    """The canonical table; what is wrong with it is told by the file's own rows, where it is wrong there too."""
    try:
        return require_valid(prepared.validated)
    except DataError as error:
        if prepared is of_file:
            raise
        own = (each for each in of_file.report.issues if each.severity == "error" and each.code == error.code)
        issue = next(own, None)
        raise DataError(
            issue.message if issue else f"In the table with the file's rows: {error.message}",
            code=error.code,
            remedy=error.remedy,
            column=error.column,
            row=issue.rows[0] if issue and issue.rows else None,
        ) from error


def not_taken(prepared: Prepared, before: pd.DataFrame) -> tuple[str, ...]:
    """Columns of channels and controls, by their prefixes, that a file has and neither settings nor table before."""
    file = prepared.validated.file
    taken = {*file.roles.sources.values(), *map(str, before.columns)}
    return tuple(name for name in file.columns if name.startswith(PREFIXES) and name not in taken)


def require_clean(prepared: Prepared) -> None:
    """Refuse a file with cells that could not be read: put behind a table they would turn blank."""
    table = prepared.validated.file.table
    assert table is not None  # noqa: S101 - looked at before
    for column, cells in table.bad.items():
        if cells.any():
            row = int(table.row_numbers[int(np.argmax(cells))])
            raise DataError(
                f"Column '{table.sources[column]}': row {row} of the file cannot be read as "
                f"{'a date' if column == 'period_start' else 'a number'}.",
                code="bad_cell", remedy="Correct the file.", column=table.sources[column], row=row,
            )  # fmt: skip
    if not len(table.frame):
        raise DataError("The file has no rows.", code="no_rows", remedy="Bring a file with the newer rows.")


def require_activity(prepared: Prepared, own: pd.DataFrame) -> None:
    """Refuse a file without a channel's activity, for which its spend would stand in: it is counted in another unit."""
    table = prepared.validated.file.table
    sources = table.sources if table is not None else {}
    for column in (name for name in map(str, own.columns) if name.startswith("act_")):
        spend = column.replace("act_", "spend_", 1)
        stands_in = column in sources and sources[column] == sources.get(spend)
        if stands_in and spend in own and not np.allclose(own[column], own[spend], equal_nan=True):
            raise _missing([column])


def require_columns(before: pd.DataFrame, later: pd.DataFrame, own: pd.DataFrame) -> None:
    """Refuse a file without a column that the result was fitted to and the table had."""
    missing = [str(column) for column in own.columns if column in before and column not in later]
    if missing:
        raise _missing(missing)


def _missing(columns: list[str]) -> DataError:
    return DataError(
        f"The file lacks columns that the result was fitted to: {', '.join(columns)}.",
        code="missing_columns",
        remedy="Bring a file with the columns of the table before.",
        column=columns[0],
    )


def require_same_units(before: pd.DataFrame, now: pd.DataFrame) -> None:
    """Refuse canonical amounts that are counted in another unit than those before.

    Raises
    ------
    DataError
        They are.
    """
    found = other_unit(before, now)
    if found is None:
        return
    column, times = found
    raise DataError(
        f"In the file {column_in_words(column)} is about {in_full(times)} times what it was: it is counted in another "
        "unit.",
        code="other_unit",
        remedy="Bring the file in the unit of the table; if the table was wrong, make a dataset and a run of the file.",
        column=column,
    )
