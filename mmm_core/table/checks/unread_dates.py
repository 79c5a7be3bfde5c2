"""The check of cells that are no dates: each kind is named, with what to do about it."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted
from mmm_core.table.calendar.month_names import month_of
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.written import quoted
from mmm_core.table.fixes.date_columns import period_parts, sentence
from mmm_core.table.fixes.dates import Periods
from mmm_core.table.reading.cells import LONGEST_VALUE
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.typed import TypedTable

type Mask = NDArray[np.bool_]

JOIN_REMEDY = "Join them, or write dates as 2023-04-03 in one column."


class _Unread(NamedTuple):
    """A kind of cell that is no day, by what it looks like, and what to do about it."""

    look: re.Pattern[str]
    what: str
    remedy: str


_QUARTER = r"(?:Q|QTR|Quarter|Quartal|Trimestre|Trim|T)"
_UNREAD = (
    _Unread(
        re.compile(
            rf"{_QUARTER}\.? ?[1-4](?:[-/., ]{{1,2}}\d{{2,4}})?|[1-4]\.? ?{_QUARTER}(?:[-/., ]{{0,2}}\d{{2,4}})?"
            rf"|\d{{4}}[-/., ]{{0,2}}{_QUARTER}[-. ]?[1-4]",
            re.IGNORECASE,
        ),
        "a quarter",
        "Quarters are too few and too long to tell advertising from season: export the table by week or by month.",
    ),
    _Unread(
        re.compile(r"(?:19|20)\d{2}"),
        "a year alone",
        "Export the table by week or by month, or put the year beside the week or month in one column: 2023-W14, "
        "2023-04.",
    ),
    _Unread(
        re.compile(r"\d{4}[-/., ]{0,2}(?:W|KW|CW|Week|Wk)[-. ]?\d{1,2}", re.IGNORECASE),
        "a week that its year does not have",
        "Only some years have a week 53 (2015, 2020, 2026): see to which year the week belongs.",
    ),
    _Unread(
        re.compile(r"[^\W\d_]{3,12}\.?"),
        "a month without a year",
        "Write the year beside the month: Jan 2023, or 2023-01.",
    ),
    _Unread(
        re.compile(r"(?:W|KW|CW|Week|Wk|Woche|Semaine|Semana|Nth week)?[-. ]{0,2}\d{1,4}", re.IGNORECASE),
        "a number without a year",
        "A number counts weeks or months from a day that the table does not tell: export the date on which each period "
        "begins, or year and week (in Google Analytics 4 the dimension 'ISO week of ISO year' instead of 'Nth week'; "
        "its first week begins on the report's start date).",
    ),
)


def check_cells(findings: Findings, table: TypedTable, periods: Periods, raw: RawTable, totals: Mask) -> None:
    """Cells of the column of periods that are no dates; rows of ``totals`` are told as such already."""
    bad = table.bad["period_start"] & ~rows_of_file(table, raw, totals)
    if not bad.any():
        return
    source = table.sources["period_start"]
    cells = raw.cells[source][periods.column.bad & np.isin(raw.row_numbers, table.row_numbers[bad])]
    number = int(bad.sum())
    kind = next((kind for kind in _UNREAD if _look_like(cells, kind)), None)
    together = period_parts(raw, source)
    what = "is not a date" if number == 1 else "are not dates"
    if kind is not None:
        what += f", but {kind.what}" if number == 1 else f": each is {kind.what}"
    example = f", such as {quoted_date(cells.iloc[0])}" if len(cells) else ""
    findings.add(
        "bad_date",
        "error",
        f"Column '{source}': {counted(number, 'cell')} {what} ({findings.place(bad)}){example}.",
        column="period_start",
        rows=bad,
        meaning="These rows have no place in time.",
        remedy=f"{sentence(together, len(raw.cells))} {JOIN_REMEDY}"
        if together
        else kind.remedy
        if kind
        else "Write dates as 2023-04-03.",
        fix=together.fix if together else None,
    )


def _look_like(cells: pd.Series, kind: _Unread) -> bool:
    texts = {text for cell in cells.dropna().unique() if len(text := _as_text(cell)) <= LONGEST_VALUE}
    if not texts or not all(kind.look.fullmatch(text) for text in texts):
        return False
    return kind.what != "a month without a year" or all(month_of(text) for text in texts)


def rows_of_file(table: TypedTable, raw: RawTable, of_file: Mask) -> Mask:
    """Rows of a file among those of the table."""
    return np.asarray(np.isin(table.row_numbers, raw.row_numbers[of_file]))


def _as_text(cell: object) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell).strip()


def quoted_date(cell: object) -> str:
    """A cell of dates as it is shown in a message."""
    return f"'{quoted(_as_text(cell))}'"
