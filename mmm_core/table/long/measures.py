"""A table with a row for each period and measure becomes one with a column for each measure.

Cells stay as they were written: what is a number is told afterwards, measure by measure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted, first_of, listed
from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.entities import spellings
from mmm_core.table.fixes.applied import AppliedFix
from mmm_core.table.guesses import guess_of
from mmm_core.table.long.found import MOST_ENTITIES, LongTable, measures_in
from mmm_core.table.long.names import CHANNEL_COLUMNS, squeezed
from mmm_core.table.reading.raw_table import RawTable

MOST_NAMED = 8
PIVOTS: tuple[FixName, ...] = ("pivot_long_table", "pivot_adding_up_sales")
_ONE_OF_ROWS: tuple[FixName, ...] = (
    "drop_exact_duplicates",
    "keep_last_of_repeated_rows",
    "keep_first_of_repeated_rows",
)

type Mask = NDArray[np.bool_]


class Measures(NamedTuple):
    """A table with a row for each measure: which rows are which, and what stands against pivoting it.

    Attributes
    ----------
    keys
        Columns that tell rows of one measure apart: period, entity, channel.
    repeated
        Rows (row) that repeat another's keys and measure.
    copies
        Those of them that repeat it in every cell.
    """

    table: LongTable
    keys: tuple[str, ...]
    repeated: Mask
    copies: Mask

    @property
    def is_ready(self) -> bool:
        """Whether every cell has one place."""
        return bool(self.table.period) and not self.repeated.any()


class Pivoted(NamedTuple):
    """A table after what was asked of its measures; ``measures`` is None where it is no such table, or was pivoted."""

    raw: RawTable
    settings: DatasetSettings
    measures: Measures | None
    done: LongTable | None
    applied: tuple[AppliedFix, ...]


def with_measures_as_columns(raw: RawTable, settings: DatasetSettings) -> Pivoted:
    """The table with a column for each measure, if a person asked for it, and a record. Raises SpecError."""
    found = measures_of(raw, settings)
    if found is None:
        return Pivoted(raw, settings, None, None, ())
    records: list[AppliedFix] = []
    for fix in _ONE_OF_ROWS:
        if fix in settings.fixes:
            raw, record = _one_of_each(raw, found, fix)
            records.append(record)
            found = _measures(raw, found.table)
    asked = [fix for fix in PIVOTS if fix in settings.fixes]
    if not asked:
        return Pivoted(raw, settings, found, None, tuple(records))
    if not found.is_ready:
        why = "rows repeat a period and a measure" if found.table.period else "no column of dates was found"
        refused = (AppliedFix(fix=fix, rows=0, sentence=f"Nothing was pivoted: {why}.") for fix in asked)
        return Pivoted(raw, settings, found, None, (*records, *refused))
    wide, sentence = _pivoted(raw, found)
    records.append(AppliedFix(fix=asked[0], rows=len(raw.cells), sentence=sentence))
    left = tuple(fix for fix in settings.fixes if fix not in _ONE_OF_ROWS)
    columns = dict(settings.columns)
    if len(found.table.period) == 1:
        columns["period_start"] = found.table.period[0]
    if found.table.entity is not None:
        columns["entity_id"] = found.table.entity
    return Pivoted(
        wide, settings.model_copy(update={"columns": columns, "fixes": left}), None, found.table, tuple(records)
    )


def measures_of(raw: RawTable, settings: DatasetSettings) -> Measures | None:
    """Rows by measure, if the table has one for each."""
    table = measures_in(raw, settings)
    return None if table is None else _measures(raw, table)


def _measures(raw: RawTable, table: LongTable) -> Measures:
    keys = _keys(raw, table)
    repeated = raw.cells.duplicated([*keys, table.names]).to_numpy()
    return Measures(table, keys, repeated, repeated & raw.cells.duplicated().to_numpy())


def _keys(raw: RawTable, table: LongTable) -> tuple[str, ...]:
    """Period, entity, and columns of text that tell rows of one measure and period apart."""
    known = [*table.period, *([table.entity] if table.entity is not None else [])]
    others = [
        str(name)
        for name, cells in raw.cells.items()
        if str(name) not in (*known, table.names, table.values)
        and cells.dtype == "str"
        and 1 <= cells.nunique() <= MOST_ENTITIES
        and not _belongs_to_measures(raw.cells, table.names, str(name))
    ]
    return (*known, *others)


def _belongs_to_measures(cells: pd.DataFrame, names: str, column: str) -> bool:
    """Whether a column says something of the measure, and not of the row: its unit, its source."""
    pairs = cells[[names, column]].drop_duplicates()
    return len(pairs) == cells[names].nunique(dropna=False) and cells[column].nunique(dropna=False) > 1


def _one_of_each(raw: RawTable, found: Measures, fix: FixName) -> tuple[RawTable, AppliedFix]:
    if fix == "drop_exact_duplicates":
        goes = raw.cells.duplicated().to_numpy()
        what = "Rows that repeat another in every cell were dropped."
    else:
        keep: Literal["last", "first"] = "last" if fix == "keep_last_of_repeated_rows" else "first"
        goes = raw.cells.duplicated([*found.keys, found.table.names], keep=keep).to_numpy()
        what = f"Of several rows of a period and a measure the {keep} was kept, in the order of the file."
    if not goes.any():
        return raw, AppliedFix(fix=fix, rows=0, sentence="No period and measure has several rows: none was dropped.")
    return raw.rows(~goes), AppliedFix(fix=fix, rows=int(goes.sum()), sentence=what)


def _pivoted(raw: RawTable, found: Measures) -> tuple[RawTable, str]:
    """A row for each period and entity, and what was done."""
    table = found.table
    assert table.values is not None  # noqa: S101 - what makes a table one of measures
    named = raw.cells[table.names].notna().to_numpy()
    cells = raw.cells[named].reset_index(drop=True)
    merged = spellings(cells[table.names])
    names = cells[table.names].replace(merged)
    place = cells.groupby(list(found.keys), sort=False, dropna=False).ngroup().to_numpy()
    first = np.unique(place, return_index=True)[1]
    wide = cells.loc[first, list(found.keys)].reset_index(drop=True)
    numbers, absent = cells[table.values], 0
    is_channel = any(squeezed(key) in names_ for key in found.keys for names_ in CHANNEL_COLUMNS)
    for name in dict.fromkeys(names):
        mine = (names == name).to_numpy()
        own = pd.Series(numbers[mine].to_numpy(), index=place[mine], dtype=numbers.dtype)
        column = own[~own.index.duplicated()].reindex(range(len(first)))
        holes = ~np.isin(np.arange(len(first)), place[mine])
        if _is_media(str(name)) and not is_channel:
            column, absent = column.mask(holes, _zero(column)), absent + int(holes.sum())
        wide[_column_name(str(name), wide)] = column.to_numpy() if numbers.dtype != "str" else column.astype("str")
    told = first_of([f"'{name}'" for name in dict.fromkeys(names)], MOST_NAMED)
    sentence = f"{counted(len(raw.cells), 'row')} became {len(first):,}, with a column for each measure ({told})."
    if merged:
        pairs = [f"'{other}' and '{usual}'" for other, usual in merged.items()]
        sentence += f" {first_of(pairs, MOST_NAMED)} were taken for one."
    if absent:
        sentence += f" {counted(absent, 'cell')} of media without a row {'counts' if absent == 1 else 'count'} as zero."
    called = {key: cells_of[named][first] for key, cells_of in raw.called_na.items() if key in wide}
    return replace(raw, cells=wide, row_numbers=raw.row_numbers[named][first], called_na=called), sentence


def _is_media(name: str) -> bool:
    return name.strip().lower().startswith(("act_", "spend_")) or guess_of(name) is not None


def _zero(column: pd.Series) -> object:
    return "0" if column.dtype == "str" else 0.0


def _column_name(name: str, wide: pd.DataFrame) -> str:
    """A measure's name as a header; another than that of a column which is there."""
    tidy = " ".join(name.split())
    return tidy if tidy not in wide else f"{tidy} (value)"


def described(found: Measures) -> str:
    """What a table with a row for each measure looks like, in a sentence."""
    table = found.table
    keys = listed([f"'{key}'" for key in found.keys]) if found.keys else "no column"
    return (
        f"column '{table.names}' names what was measured ({first_of(list(table.named), MOST_NAMED)}), '{table.values}' "
        f"holds the number, and {keys} {'tells' if len(found.keys) < 2 else 'tell'} the rows of each measure apart"
    )
