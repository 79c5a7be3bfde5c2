"""What a repair would change in a table: which rows go, come or change, and the cells that do.

Rows are told apart by their number in the file. Several rows of one number (days that were missing stand where the day
before them does) follow one another in time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.schema import Strict
from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.fixes.dates import read_periods
from mmm_core.table.glance.first_rows import Told
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.typed import TypedTable
from mmm_core.table.typed_file import KEYS, TypedFile

type Change = Literal["changed", "added", "dropped", "left_out"]

MOST_ROWS = 8
MOST_COLUMNS = 6
"""Of columns of numbers; entity and period come before them."""
PERIOD, ENTITY = "period_start", "entity_id"


class ChangedRow(Strict):
    """A row before and after a repair; its cells are those of :attr:`Preview.columns`."""

    row: int = Field(description="Number of the row in the file; of an added one, that of the row before it.")
    change: Change = Field(description="left_out: the row stays, and is not estimated.")
    before: tuple[Told, ...] | None = Field(description="Cells before: numbers, dates as 2023-04-03, else as written.")
    after: tuple[Told, ...] | None


class Preview(Strict):
    """What a repair would change; nothing is changed yet."""

    fix: FixName
    sentence: str = Field(description="What was done, or why nothing.")
    columns: tuple[str, ...] = Field(description="Columns that are shown, named as in the file.")
    more_columns: int = Field(description="How many columns change beside those that are shown.")
    rows: tuple[ChangedRow, ...] = Field(description="The first rows that change, in the order of the file.")
    n_changed: int
    n_added: int
    n_dropped: int
    n_left_out: int

    @property
    def n_rows(self) -> int:
        """How many rows change in all."""
        return self.n_changed + self.n_added + self.n_dropped + self.n_left_out


def preview(fix: FixName, before: TypedFile, after: TypedFile, raw: RawTable) -> Preview:
    """What a repair changes between a file without and with it; ``raw`` holds cells that could not be read."""
    sentence = next((each.sentence for each in after.applied_fixes if each.fix == fix), "")
    if after.table is None:
        return _told(fix, sentence, (), 0, (), np.array([], str))
    old = _Side(before.table if before.table is not None else _without_periods(after.table, raw), raw)
    new = _Side(after.table, raw)
    differs = _differing(old, new)
    changes = _changes(old, new, differs)
    columns = _shown(old, new, differs, changes)
    names = [name for name in columns if name not in KEYS]
    shown = [name for name in columns if name in KEYS or name in names[:MOST_COLUMNS]]
    rows = tuple(_row(key, str(change), old, new, shown) for key, change in changes.head(MOST_ROWS).items())
    labels = tuple(new.label(name) if name in new.frame else old.label(name) for name in shown)
    return _told(fix, sentence, labels, len(columns) - len(shown), rows, changes.to_numpy(str))


class _Side:
    """A table before or after, its rows under their number in the file."""

    def __init__(self, table: TypedTable, raw: RawTable) -> None:
        self.table, self.raw = table, raw
        in_time = table.frame[PERIOD].argsort(kind="stable").to_numpy()
        numbers = pd.Series(table.row_numbers)
        repeat = numbers.iloc[in_time].groupby(table.row_numbers[in_time]).cumcount().reindex(numbers.index)
        self.index = pd.MultiIndex.from_arrays([table.row_numbers, repeat.to_numpy()])
        self.frame = table.frame.set_axis(self.index)
        self.left_out = pd.Series(table.left_out, index=self.index)

    def bad(self, column: str) -> pd.Series:
        """Cells of a column that could not be read."""
        nothing = np.zeros(len(self.index), bool)
        return pd.Series(self.table.bad.get(column, nothing), index=self.index)

    def label(self, column: str) -> str:
        """A column as the file names it."""
        return self.table.sources.get(column, column)

    def cell(self, key: object, column: str) -> Told:
        """A cell as a person reads it: what could not be read is shown as it was written."""
        place = self.index.get_loc(key)
        if column not in self.frame:
            return None
        source = self.label(column)
        if self.bad(column).iloc[place] and source in self.raw.cells:
            found = self.raw.cells[source].to_numpy()[self.raw.row_numbers == self.table.row_numbers[place]]
            return str(found[0]) if len(found) else None
        if self.frame[column].isna().iloc[place]:
            return None
        value: object = self.frame[column].iloc[place]
        if isinstance(value, dt.datetime):
            return value.date().isoformat()
        return float(value) if isinstance(value, float) else str(value)


def _without_periods(table: TypedTable, raw: RawTable) -> TypedTable:
    """A table that has none before somebody says which column tells them: all but its periods is as afterwards.

    Rows that a pivot made of others are not there before.
    """
    if len(table.frame) < len(raw.cells):
        return table.rows(np.zeros(len(table.frame), bool))
    source = table.sources.get(PERIOD)
    if source in raw.cells and len(raw.cells) == len(table.frame):
        read = read_periods(raw.cells[source], DatasetSettings())
        values, bad = read.values, read.column.bad
    else:
        values, bad = np.full(len(table.frame), "NaT", "datetime64[us]"), np.zeros(len(table.frame), bool)
    dates = pd.Series(values.astype("datetime64[us]"), index=table.frame.index)
    return replace(table, frame=table.frame.assign(**{PERIOD: dates}), bad=table.bad | {PERIOD: bad})


def _differing(old: _Side, new: _Side) -> pd.DataFrame:
    """Which cells differ, of rows that are there before and after: a column for each that either side has."""
    both = old.index.intersection(new.index, sort=False)
    columns = list(dict.fromkeys([*new.frame.columns, *old.frame.columns]))
    return pd.DataFrame({name: _differs(old, new, name, both) for name in columns}, index=both)


def _differs(old: _Side, new: _Side, column: str, rows: pd.MultiIndex) -> NDArray[np.bool_]:
    if column not in old.frame or column not in new.frame:
        return np.ones(len(rows), bool)
    left, right = old.frame[column].reindex(rows), new.frame[column].reindex(rows)
    same = (left == right) | (left.isna() & right.isna())
    unread = old.bad(column).reindex(rows).to_numpy() != new.bad(column).reindex(rows).to_numpy()
    return np.asarray(~same.to_numpy(bool, na_value=False) | unread, bool)


def _changes(old: _Side, new: _Side, differs: pd.DataFrame) -> pd.Series:
    """What becomes of each row that does not stay as it is, in the order of the file."""
    both = differs.index
    changed = both[differs.any(axis=1).to_numpy(bool)]
    left = both[(new.left_out.reindex(both) & ~old.left_out.reindex(both)).to_numpy(bool)]
    parts = {
        "changed": changed,
        "added": new.index.difference(old.index, sort=False),
        "dropped": old.index.difference(new.index, sort=False),
        "left_out": left.difference(changed, sort=False),
    }
    found = pd.concat([pd.Series(change, index=rows, dtype="str") for change, rows in parts.items()])
    return found.sort_index(kind="stable")


def _shown(old: _Side, new: _Side, differs: pd.DataFrame, changes: pd.Series) -> list[str]:
    """Columns that tell the rows apart, and those that change: all of them where rows come or go and none changes."""
    several = len({*old.frame[ENTITY].dropna(), *new.frame[ENTITY].dropna()}) > 1
    keys = [ENTITY, PERIOD] if several else [PERIOD]
    moved = [str(name) for name in differs.columns if differs[name].any()]
    if not moved and len(changes):
        moved = [str(name) for name in new.frame.columns if name != ENTITY]
    # Spend that stands for activity too is one column of the file.
    names = {new.label(name): name for name in moved if name not in keys}
    return [*keys, *(name for name in moved if name in names.values())]


def _row(key: object, change: str, old: _Side, new: _Side, columns: list[str]) -> ChangedRow:
    assert isinstance(key, tuple)  # noqa: S101 - what the index of a side is made of
    before = tuple(old.cell(key, name) for name in columns) if key in old.index else None
    after = tuple(new.cell(key, name) for name in columns) if key in new.index else None
    return ChangedRow.model_validate({"row": int(key[0]), "change": change, "before": before, "after": after})


def _told(
    fix: FixName,
    sentence: str,
    columns: tuple[str, ...],
    more: int,
    rows: tuple[ChangedRow, ...],
    changes: NDArray[np.str_],
) -> Preview:
    counts = {f"n_{kind}": int((changes == kind).sum()) for kind in ("changed", "added", "dropped", "left_out")}
    return Preview(fix=fix, sentence=sentence, columns=columns, more_columns=more, rows=rows, **counts)
