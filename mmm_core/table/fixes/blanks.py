"""What blank cells are taken for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.table.fixes.repair import Repaired, kept
from mmm_core.table.typed import TypedTable


def activity_is_zero(table: TypedTable) -> Repaired:
    """Blank activity means that nothing was bought."""
    return _filled(table, "act_", lambda column: column.fillna(0.0), "Blank activity was set to zero.")


def spend_is_zero(table: TypedTable) -> Repaired:
    """Blank spend means that nothing was spent."""
    return _filled(table, "spend_", lambda column: column.fillna(0.0), "Blank spend was set to zero.")


def controls_carried(table: TypedTable) -> Repaired:
    """A blank control takes the value before it, in its entity and by time."""
    entities, order = table.frame["entity_id"], table.frame["period_start"]

    def carry(column: pd.Series) -> pd.Series:
        return column.iloc[order.argsort(kind="stable")].groupby(entities).ffill().reindex(column.index)

    return _filled(table, "ctrl_", carry, "Blank controls were given the value before them.")


def controls_interpolated(table: TypedTable) -> Repaired:
    """A blank control is put on the line between its neighbours, in its entity and by time."""
    entities, order = table.frame["entity_id"], table.frame["period_start"]

    def between(column: pd.Series) -> pd.Series:
        ordered = column.iloc[order.argsort(kind="stable")].groupby(entities)
        return ordered.transform(lambda part: part.interpolate(limit_area="inside")).reindex(column.index)

    return _filled(table, "ctrl_", between, "Blank controls were put on the line between their neighbours.")


def without_trailing_sales(table: TypedTable) -> Repaired:
    """Periods after the last one with sales are dropped."""
    return kept(table, ~_is_trailing(table), "Periods after the last one with sales were dropped.")


def sales_left_blank(table: TypedTable) -> Repaired:
    """Periods without sales feed carry-over and are not estimated: the model leaves out what is blank.

    Those after the last sales feed nothing, and are asked about by themselves.
    """
    blank = table.frame["sales"].isna().to_numpy() & ~table.bad["sales"] & ~_is_trailing(table)
    left = replace(table, left_out=table.left_out | blank)
    return Repaired(left, int(blank.sum()), "Periods without sales feed carry-over and are not estimated.")


def _is_trailing(table: TypedTable) -> NDArray[np.bool_]:
    """Rows after the last period with sales, of whichever entity; all where nothing was ever sold."""
    known = table.frame["sales"].notna() | table.bad["sales"]
    last = table.frame["period_start"].where(known).max()
    dates = table.frame["period_start"]
    return np.asarray((dates.notna() & ~(dates <= last)).to_numpy(bool))


def _filled(table: TypedTable, prefix: str, fill: Callable[[pd.Series], pd.Series], what: str) -> Repaired:
    """Fill blank cells (never bad ones) of the columns with a prefix."""
    frame = table.frame.copy()
    touched = np.zeros(len(frame), bool)
    # Spend that stands for activity is one column of the file, and its blanks mean one thing.
    sources = {source for name, source in table.sources.items() if name.startswith(prefix)}
    for column in [name for name in frame.columns if table.sources.get(name) in sources]:
        blank = frame[column].isna().to_numpy() & ~table.bad.get(str(column), np.zeros(len(frame), bool))
        if blank.all():
            continue  # a column without a single number says nothing, and not zero
        filled = fill(frame[column])
        frame[column] = frame[column].where(~blank, filled)
        touched |= blank & frame[column].notna().to_numpy()
    return Repaired(replace(table, frame=frame), int(touched.sum()), what)
