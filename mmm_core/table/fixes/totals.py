"""Rows of totals between the others: they say so, or hold the sum of the rows above them.

Those below the last row are left out when a file is read; those within the table are for a person to decide.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted
from mmm_core.spec import DatasetSettings
from mmm_core.table.fixes.applied import AppliedFix
from mmm_core.table.fixes.dates import Periods
from mmm_core.table.reading.cells import looks_numeric
from mmm_core.table.reading.layout import is_total_word
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import Roles
from mmm_core.table.typed import TypedTable

ROUNDING = 0.005
"""Relative difference that rounding of parts may leave in a sum."""
FEWEST_ROWS, FEWEST_OF_MANY, MANY = 3, 2, 3
"""A row that is the sum of so many above it is a total; of fewer ones where there are many of them."""
LEVELS = 3
"""Totals of totals: of a quarter, of a year, of all."""
FIRST_STEP = 64
"""Rows that are looked at together, and twice as many each time when no total is among them."""
MOST_NAMED = 0.5
"""Share of rows up to which a word for totals tells some rows from the others."""
MOST_WORDS = 5000
"""A column with more different words is a column of remarks."""

type Mask = NDArray[np.bool_]
type Array = NDArray[np.float64]


def total_rows(raw: RawTable, roles: Roles, table: TypedTable, periods: Periods) -> Mask:
    """Rows (row) that seem to be totals of others.

    A row without a date is told otherwise, and so is an entity that is the total of others. ``table`` has the rows of
    the file.
    """
    dated = ~np.isnat(periods.values)
    values = np.nan_to_num(np.column_stack([table.frame[column].to_numpy(float) for column in _summable(table)]))
    named = _named(raw, roles)
    # A label may say "total" for other reasons; a date may not.
    in_dates = _says_total(raw.cells[roles.period]) & ~dated if roles.period else np.zeros(len(raw.cells), bool)
    summed = _sums_of_above(values, fewest=FEWEST_OF_MANY)
    if 0 < summed.sum() < MANY:
        summed = (summed & named) | _sums_of_above(values, fewest=FEWEST_ROWS)
    unread = periods.column.bad & named
    found = np.asarray((in_dates | unread | summed) & ~periods.column.blank, bool)
    return found & ~_whole_entities(raw, roles, found & dated) if found.any() else found


def without_total_rows(raw: RawTable, totals: Mask, settings: DatasetSettings) -> tuple[RawTable, list[AppliedFix]]:
    """The rows that are no totals, if a person asked for it, and a record."""
    if "leave_out_total_rows" not in settings.fixes:
        return raw, []
    if not totals.any() or totals.all():
        sentence = "No row seems to be a total of others: nothing was left out."
        return raw, [AppliedFix(fix="leave_out_total_rows", rows=0, sentence=sentence)]
    number = int(totals.sum())
    sentence = f"{counted(number, 'row')} of totals {'was' if number == 1 else 'were'} left out."
    return raw.rows(~totals), [AppliedFix(fix="leave_out_total_rows", rows=number, sentence=sentence)]


def _summable(table: TypedTable) -> list[str]:
    """Canonical columns that add up, sales first, each column of the file once."""
    return ["sales", *(name for name in table.numbers() if name.startswith(("act_", "spend_")))]


def _named(raw: RawTable, roles: Roles) -> Mask:
    """Rows that a column of words, entities or remarks, calls a total; few of them, or the word tells nothing."""
    numbers = {source for role, source in roles.sources.items() if role not in ("entity_id", "period_start")}
    found = np.zeros(len(raw.cells), bool)
    for name, cells in raw.cells.items():
        if str(name) in numbers or str(name) == roles.period or cells.dtype != "str":
            continue
        if cells.nunique() > MOST_WORDS or looks_numeric(cells):
            continue
        mine = _says_total(cells)
        found |= mine if mine.mean() <= MOST_NAMED else False
    return found


def _says_total(cells: pd.Series) -> Mask:
    if cells.dtype != "str":
        return np.zeros(len(cells), bool)
    words = {text for text in cells.dropna().unique() if not text[:1].isdigit() or not text[-1:].isdigit()}
    return cells.isin({text for text in words if is_total_word(text)}).to_numpy(bool)


def _sums_of_above(values: Array, *, fewest: int) -> Mask:
    """Rows that are the sum of the rows above them since the last such row, in every column, and in two at least."""
    found = np.zeros(len(values), bool)
    if values.shape[1] < 2:
        return found
    sales = values[:, 0]
    before = np.concatenate([[0.0], np.cumsum(sales)])
    # Where each level's rows begin, and what is to be taken from the sum of all rows above to get that of its own.
    start, base = [0] * LEVELS, [0.0] * LEVELS
    row, step = 0, FIRST_STEP
    while row < len(sales):
        near = _near_sums(sales, before, base, row, step)
        hit = next(
            (
                (each, level)
                for each in near
                for level in range(LEVELS)
                if _is_sum(values, each, start[level], found, fewest)
            ),
            None,
        )
        if hit is None:
            row, step = row + step, 2 * step
            continue
        (last, closed), step = hit, FIRST_STEP
        row, found[last] = last + 1, True
        for level in range(LEVELS):
            start[level] = row if level <= closed else start[level]
            base[level] = before[row] if level <= closed else base[level] + sales[last]
    return found


def _near_sums(sales: Array, before: Array, base: list[float], row: int, step: int) -> list[int]:
    """The next rows whose sales are near the sum of those above them on any level."""
    mine, above = sales[row : row + step], before[row : row + step][: len(sales) - row]
    near = [np.abs(above - each - mine) <= ROUNDING * np.abs(mine) for each in dict.fromkeys(base)]
    return (row + np.flatnonzero(np.logical_or.reduce(near) & (mine != 0))).tolist()


def _is_sum(values: Array, row: int, start: int, found: Mask, fewest: int) -> bool:
    parts = values[start:row][~found[start:row]]
    if len(parts) < fewest:
        return False
    together, mine = parts.sum(axis=0), values[row]
    agree = np.abs(together - mine) <= ROUNDING * np.maximum(np.abs(mine), np.abs(together))
    # A row that repeats the only one above it is no sum.
    return bool(agree.all() and np.count_nonzero(parts[:, 0]) > 1 and np.count_nonzero(mine) > 1)


def _whole_entities(raw: RawTable, roles: Roles, found: Mask) -> Mask:
    """Rows of entities all of whose rows were found: these are told as entities."""
    if roles.entity is None:
        return np.zeros(len(found), bool)
    names = raw.names(roles.entity)
    mixed = set(names[~found].dropna())
    return found & names.notna().to_numpy() & ~names.isin(mixed).to_numpy()
