"""Merged cells: names and dates that stand in the first row of their block only, as pivot tables are exported.

A blank cell below a name may also be one that is missing: nothing is filled before a person has said so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmm_core.errors import SpecError
from mmm_core.labels import listed
from mmm_core.spec import DatasetSettings
from mmm_core.table.fixes.applied import AppliedFix
from mmm_core.table.fixes.date_columns import period_parts
from mmm_core.table.reading.layout import is_total_word
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import resolve_roles

LEAST_BLANK = 0.4
"""Share of blank cells from which on they are no gaps: of two rows a block one is blank."""


class Blocks(NamedTuple):
    """A column with merged cells: how many names stand in it, and how many blank cells below them."""

    column: str
    names: int
    blanks: int


def merged_columns(raw: RawTable, settings: DatasetSettings) -> tuple[Blocks, ...]:
    """Columns of entities and periods, or of parts of dates, that have a value in the first row of each block only."""
    try:
        roles = resolve_roles(list(raw.cells.columns), settings)
    except SpecError:
        return ()  # said when roles are resolved
    parts = period_parts(raw, roles.period)
    names = [roles.entity, roles.period, *(parts.columns if parts else ())]
    found = (_blocks(raw, name) for name in dict.fromkeys(names) if name is not None)
    return tuple(blocks for blocks in found if blocks is not None)


def with_blocks_filled(raw: RawTable, settings: DatasetSettings) -> tuple[RawTable, list[AppliedFix]]:
    """Merged cells filled with the value above, if a person asked for it, and a record."""
    if "fill_down_merged_cells" not in settings.fixes:
        return raw, []
    merged = merged_columns(raw, settings)
    if not merged:
        sentence = "No column of entities or dates has its values in the first row of blocks only: nothing was filled."
        return raw, [AppliedFix(fix="fill_down_merged_cells", rows=0, sentence=sentence)]
    filled = np.zeros(len(raw.cells), bool)
    columns, called_na = {}, dict(raw.called_na)
    for blocks in merged:
        cells = raw.names(blocks.column)
        # A line of totals names no block: what is blank below it belongs to none.
        below = cells.ffill()
        columns[blocks.column] = cells.where(cells.notna() | _totals(below), below)
        filled |= (cells.isna() & columns[blocks.column].notna()).to_numpy()
        called_na.pop(blocks.column, None)
    named = listed([f"'{blocks.column}'" for blocks in merged])
    sentence = f"Blank cells of {named} were given the value above them."
    record = AppliedFix(fix="fill_down_merged_cells", rows=int(filled.sum()), sentence=sentence)
    return replace(raw, cells=raw.cells.assign(**columns), called_na=called_na), [record]


def _blocks(raw: RawTable, column: str) -> Blocks | None:
    cells = raw.names(column)
    blank = cells.isna().to_numpy()
    if not len(cells) or blank[0] or blank.mean() < LEAST_BLANK:
        return None
    values = cells[~blank]
    # The same name twice running is no new block: such cells were not merged.
    repeats = (values == values.shift()).to_numpy()
    if repeats.any():
        return None
    return Blocks(column, len(values), int(blank.sum()))


def _totals(cells: pd.Series) -> pd.Series:
    if cells.dtype != "str":
        return pd.Series(data=False, index=cells.index)
    totals = {text for text in cells.dropna().unique() if is_total_word(text)}
    return cells.isin(totals)
