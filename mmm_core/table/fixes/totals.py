"""Rows of totals between the others: they say so, or hold the sum of the rows above them.

Those below the last row are left out when a file is read; those within the table are for a person to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted
from mmm_core.spec import DatasetSettings
from mmm_core.table.fixes.applied import AppliedFix
from mmm_core.table.fixes.dates import Periods
from mmm_core.table.number_ways import NumberWay
from mmm_core.table.reading.cells import looks_numeric
from mmm_core.table.reading.layout import is_total_word
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import Roles

ROUNDING = 0.005
"""Relative difference that rounding of parts may leave in a sum."""
FEWEST_ROWS, FEWEST_OF_MANY, MANY = 3, 2, 3
"""A row that is the sum of so many above it is a total; of fewer ones where there are many of them."""
SUMMED = ("act_", "spend_")
LEVELS = 3
"""Totals of totals: of a quarter, of a year, of all."""
MOST_NAMED = 0.5
"""Share of rows up to which a word for totals tells some rows from the others."""
MOST_WORDS = 5000
"""A column with more different words is a column of remarks."""

type Mask = NDArray[np.bool_]


def total_rows(raw: RawTable, roles: Roles, ways: Mapping[str, NumberWay], periods: Periods) -> Mask:
    """Rows (row) that seem to be totals of others.

    A row without a date is told otherwise, and so is an entity that is the total of others.
    """
    dated = ~np.isnat(periods.values)
    sources = {source for role, source in roles.sources.items() if role == "sales" or role.startswith(SUMMED)}
    numbers = [ways[source].read(raw.cells[source]).values for source in sorted(sources, key=_sales_first(roles))]
    values = np.nan_to_num(np.column_stack(numbers)) if numbers else np.zeros((len(raw.cells), 0))
    named = _named(raw, roles)
    # A label may say "total" for other reasons; a date may not.
    in_dates = _says_total(raw.cells[roles.period]) & ~dated if roles.period else np.zeros(len(raw.cells), bool)
    summed = _sums_of_above(values, fewest=FEWEST_OF_MANY)
    if 0 < summed.sum() < MANY:
        summed = (summed & named) | _sums_of_above(values, fewest=FEWEST_ROWS)
    unread = periods.column.bad & named
    found = np.asarray((in_dates | unread | summed) & ~periods.column.blank, bool)
    return found & ~_whole_entities(raw, roles, found & dated)


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


def _sales_first(roles: Roles) -> Callable[[str], tuple[bool, str]]:
    return lambda source: (source != roles.target, source)


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


def _sums_of_above(values: NDArray[np.float64], *, fewest: int) -> Mask:
    """Rows that are the sum of the rows above them since the last such row, in every column, and in two at least."""
    found = np.zeros(len(values), bool)
    if values.shape[1] < 2:
        return found
    running, start, since = [0.0] * LEVELS, [0] * LEVELS, [0] * LEVELS
    levels = 1  # until there is a total, there is no total of totals
    for row, value in enumerate(values[:, 0].tolist()):
        for level in range(levels):
            near = abs(value - running[level]) <= ROUNDING * abs(value)
            if near and value != 0 and since[level] >= fewest and _is_sum(values, row, start[level], found):
                found[row] = True
                break
        for each in range(LEVELS):
            is_closed = found[row] and each <= level
            running[each] = 0.0 if is_closed else running[each] + (0.0 if found[row] else value)
            since[each] = 0 if is_closed else since[each] + (not found[row])
            start[each] = row + 1 if is_closed else start[each]
        levels = LEVELS if found[row] else levels
    return found


def _is_sum(values: NDArray[np.float64], row: int, start: int, found: Mask) -> bool:
    parts = values[start:row][~found[start:row]]
    together, mine = parts.sum(axis=0), values[row]
    agree = np.abs(together - mine) <= ROUNDING * np.maximum(np.abs(mine), np.abs(together))
    # Where one row is all there is, the next may well be the same: two rows must have something in them.
    several = (np.count_nonzero(parts[:, 0]) > 1) if len(parts) else False
    return bool(agree.all() and several and np.count_nonzero(mine) > 1)


def _whole_entities(raw: RawTable, roles: Roles, found: Mask) -> Mask:
    """Rows of entities all of whose rows were found: these are told as entities."""
    if roles.entity is None:
        return np.zeros(len(found), bool)
    names = raw.names(roles.entity)
    mixed = set(names[~found].dropna())
    return found & names.notna().to_numpy() & ~names.isin(mixed).to_numpy()
