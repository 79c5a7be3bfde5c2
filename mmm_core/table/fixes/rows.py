"""Which rows stay, and what becomes of several that speak of one entity and period."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted
from mmm_core.table.fixes.repair import Repaired, kept, refused
from mmm_core.table.repeats import KEYS, has_sales_once, repeated_keys
from mmm_core.table.typed import TypedTable, nonpositive_periods, summed


def without_undated(table: TypedTable) -> Repaired:
    """Rows without a date are dropped."""
    keep = (table.frame["period_start"].notna() | table.bad["period_start"]).to_numpy()
    return kept(table, keep, "Rows without a date were dropped.")


def without_exact_duplicates(table: TypedTable) -> Repaired:
    """Rows that repeat another in every cell are dropped."""
    return kept(table, ~table.exact_duplicate, "Rows that repeat another in every cell were dropped.")


def with_last_only(table: TypedTable) -> Repaired:
    """Of the rows of an entity and period the last one of the file stays: the others were revised."""
    return _one_of_each(table, keep="last", what="the last row was kept, in the order of the file")


def with_first_only(table: TypedTable) -> Repaired:
    """Of the rows of an entity and period the first one of the file stays."""
    return _one_of_each(table, keep="first", what="the first row was kept, in the order of the file")


def with_sales_once(table: TypedTable) -> Repaired:
    """Rows of an entity and period become one: their sales once, as each of them says; activity and spend added up."""
    if not repeated_keys(table.frame).any():
        return refused(table, "No entity and period has several rows: nothing was added up.")
    if not has_sales_once(table.frame):
        return refused(table, "The rows of a period differ in sales: they were not taken for one.")
    return _merged(table, sales="first", what="sales were counted once and activity and spend added up")


def added_up(table: TypedTable) -> Repaired:
    """Rows of an entity and period become one: sales, activity and spend added up."""
    if not repeated_keys(table.frame).any():
        return refused(table, "No entity and period has several rows: nothing was added up.")
    return _merged(table, sales="sum", what="sales, activity and spend were added up")


def on_common_dates(table: TypedTable) -> Repaired:
    """Only dates that every entity has are kept."""
    frame = table.frame
    present = frame.groupby("period_start")["entity_id"].nunique()
    common = set(present.index[present == frame["entity_id"].nunique()])
    # Rows without a date are asked about by themselves.
    keep = (frame["period_start"].isin(common) | frame["period_start"].isna()).to_numpy()
    return kept(table, keep, "Only dates that every entity has were kept.")


def without_nonpositive_sales(table: TypedTable) -> Repaired:
    """Rows whose sales, over all entities, are zero or negative are dropped."""
    low = nonpositive_periods(table.frame)
    return kept(table, ~low, "Rows with zero or negative sales were dropped.")


def _one_of_each(table: TypedTable, *, keep: str, what: str) -> Repaired:
    # Rows of different channels are no copies of one another.
    keys = [*KEYS] if table.labels is None else [*KEYS, "label"]
    told_apart = table.frame if table.labels is None else table.frame.assign(label=table.labels)
    repeated = told_apart.duplicated(keys, keep="last" if keep == "last" else "first")
    goes = (repeated & table.frame["period_start"].notna()).to_numpy()
    if not goes.any():
        return refused(table, "No entity and period has several rows: none was dropped.")
    return kept(table, ~goes, f"Of several rows of an entity and period {what}.")


def _merged(table: TypedTable, *, sales: str, what: str) -> Repaired:
    frame = table.frame
    keys = list(KEYS)
    dated = (frame["period_start"].notna() & frame["entity_id"].notna()).to_numpy()
    part = frame[dated]
    groups = part.groupby(keys, sort=False)
    first = ~part.duplicated(keys).to_numpy()
    merged = summed(part, keys).loc[pd.MultiIndex.from_frame(part.loc[first, keys])].reset_index()
    if sales == "first":
        merged["sales"] = groups["sales"].first().to_numpy()
    rest = frame[~dated]
    together = pd.concat([merged[list(frame.columns)], rest], ignore_index=True)
    kept_rows = np.flatnonzero(dated)[first]

    def any_of(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        ofs = pd.Series(cells[dated], index=part.index).groupby([part[key] for key in keys], sort=False).any()
        return np.concatenate([ofs.to_numpy(bool), cells[~dated]])

    result = replace(
        table,
        frame=together.astype({"period_start": "datetime64[us]"}),
        row_numbers=np.concatenate([table.row_numbers[kept_rows], table.row_numbers[~dated]]),
        bad={name: any_of(cells) for name, cells in table.bad.items()},
        left_out=any_of(table.left_out),
        exact_duplicate=np.zeros(len(together), bool),
        labels=None,
    )
    number = int(frame.duplicated(keys, keep=False)[dated].sum())
    left = number - (len(frame) - len(together))
    return Repaired(result, number, f"{counted(number, 'row')} became {left:,}: {what}.")
