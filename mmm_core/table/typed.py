"""A table under its roles: every cell a date, a number or a name, and what could not be read as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core import lineup
from mmm_core.spec import DatasetSettings, Grain
from mmm_core.table.calendar.written_dates import DateOrder
from mmm_core.table.fixes.dates import Periods, read_periods
from mmm_core.table.number_ways import NumberWay, number_ways
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import Roles

BRAND = "brand_total"
"""Entity of a table without entities, and of the sum over all."""


@dataclass(frozen=True, slots=True)
class TypedTable:
    """Canonical columns, typed, with what could not be read.

    Attributes
    ----------
    frame
        Canonical columns; numbers are NaN and dates NaT where the cell is blank or bad.
    row_numbers
        Row of the file that each row came from (the first one, for summed rows).
    bad
        Canonical column to mask of cells that are no number or no date.
    sources
        Canonical column to column of the file.
    exact_duplicate
        Rows that repeat an earlier row in every cell.
    left_out
        Rows whose sales are blank because a person said so: they are not estimated.
    labels
        Of a table with a row for each channel, the channel that a row names (row); None: it is no such table.
    """

    frame: pd.DataFrame
    row_numbers: NDArray[np.int64]
    bad: dict[str, NDArray[np.bool_]]
    sources: dict[str, str]
    exact_duplicate: NDArray[np.bool_]
    left_out: NDArray[np.bool_]
    date_order: DateOrder | None
    date_order_ambiguous: bool
    labels: pd.Series | None = None

    def numbers(self) -> dict[str, str]:
        """Columns of numbers and their columns of the file, each column of the file once.

        Spend that stands for activity too is one column of the file: what is wrong with it is said of spend.
        """
        numeric = [column for column in self.bad if column != "period_start"]
        return {column: source for source, column in {self.sources[column]: column for column in numeric}.items()}

    def rows(self, mask: NDArray[np.bool_]) -> TypedTable:
        """The rows of a mask."""
        return replace(
            self,
            frame=self.frame[mask].reset_index(drop=True),
            row_numbers=self.row_numbers[mask],
            bad={column: cells[mask] for column, cells in self.bad.items()},
            exact_duplicate=self.exact_duplicate[mask],
            left_out=self.left_out[mask],
            labels=None if self.labels is None else self.labels[mask].reset_index(drop=True),
        )


@dataclass(frozen=True, slots=True)
class CanonicalData:
    """A table that can be modelled: canonical columns, sorted by entity and period, entity level kept."""

    frame: pd.DataFrame
    grain: Grain


def type_columns(
    raw: RawTable,
    roles: Roles,
    settings: DatasetSettings,
    ways: Mapping[str, NumberWay] | None = None,
    periods: Periods | None = None,
) -> TypedTable:
    """Read every role's column as what it must be: text, dates or numbers.

    ``ways`` says how each column of numbers is read; None: as :func:`number_ways` finds. ``periods`` where they were
    read already.
    """
    ways = number_ways(raw, roles.sources, settings) if ways is None else ways
    columns: dict[str, object] = {}
    bad: dict[str, NDArray[np.bool_]] = {}
    order: DateOrder | None = None
    ambiguous = False
    for role, source in roles.sources.items():
        cells = raw.cells[source]
        if role == "entity_id":
            columns[role] = _entity_names(raw.names(source))
        elif role == "period_start":
            periods = periods or read_periods(cells, settings)
            columns[role], bad[role] = periods.values, periods.column.bad
            order, ambiguous = periods.column.order, periods.column.ambiguous
        else:
            numbers = ways[source].read(cells)
            columns[role], bad[role] = numbers.values, numbers.bad
    columns.setdefault("entity_id", pd.Series([BRAND] * len(raw.cells), dtype="str"))
    frame = pd.DataFrame(columns)
    return TypedTable(
        frame=frame[column_order(frame.columns)],
        row_numbers=raw.row_numbers,
        bad=bad,
        sources=roles.sources,
        exact_duplicate=raw.cells.duplicated().to_numpy(),
        left_out=np.zeros(len(frame), bool),
        date_order=order,
        date_order_ambiguous=ambiguous,
    )


def _entity_names(cells: pd.Series) -> pd.Series:
    numeric = pd.api.types.is_numeric_dtype(cells.dtype)
    names = cells.map(lambda value: f"{value:.15g}", na_action="ignore") if numeric else cells
    return names.astype("str").reset_index(drop=True)


def column_order(columns: Iterable[object]) -> list[str]:
    """Canonical columns as every table of ours has them: keys, sales, activity, spend, controls."""
    names = [str(column) for column in columns]
    first = [name for name in ("entity_id", "period_start", "sales") if name in names]
    rest = [name for prefix in ("act_", "spend_", "ctrl_") for name in names if name.startswith(prefix)]
    return first + rest


def by_spend(frame: pd.DataFrame, channels: Sequence[str]) -> tuple[str, ...]:
    """Channels of a canonical table by what was spent on them in all, the largest first; those without spend last."""
    columns = {channel: f"spend_{channel}" for channel in channels}
    spent = {channel: float(frame[name].sum()) if name in frame else None for channel, name in columns.items()}
    return tuple(lineup.largest_first(spent))


def by_period(table: TypedTable) -> pd.DataFrame:
    """Numbers per period: sums over entities, averages of controls; rows without a date are left out."""
    return summed(table.frame.dropna(subset="period_start"), ["period_start"])


def nonpositive_periods(frame: pd.DataFrame, offset: float = 0.0) -> NDArray[np.bool_]:
    """Rows with sales in periods whose sales over all entities, plus an offset in their unit, are zero or less."""
    totals = frame.groupby("period_start")["sales"].transform("sum", min_count=1)
    return np.asarray((totals + offset <= 0) & frame["sales"].notna(), bool)


def summed(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Numbers by ``keys``, in their order: sales, activity and spend summed, controls averaged.

    A sum with a blank part is blank: it is not known.
    """
    groups = frame.groupby(keys, sort=True)
    names = [str(column) for column in frame.columns if column not in ("entity_id", "period_start")]
    return pd.DataFrame(
        {name: groups[name].mean() if name.startswith("ctrl_") else groups[name].sum(skipna=False) for name in names}
    )
