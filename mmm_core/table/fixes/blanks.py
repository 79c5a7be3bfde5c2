"""Repairs that a person asked for: nothing is repaired without being asked, and every fix leaves a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.schema import Strict
from mmm_core.spec import FIX_NAMES, FixName, Weekday
from mmm_core.table.grain import WEEKDAYS, step_days
from mmm_core.table.typed import TypedTable, summed


class AppliedFix(Strict):
    """The record of one repair."""

    fix: FixName
    rows: int = Field(description="Rows changed or dropped.")
    sentence: str


def apply_fixes(
    table: TypedTable, fixes: Iterable[FixName], *, week_start: Weekday | None = None
) -> tuple[TypedTable, tuple[AppliedFix, ...]]:
    """Apply the repairs that were asked for, in the order of :data:`~mmm_core.spec.FIX_NAMES`."""
    wanted = set(fixes)
    records = []
    for fix in FIX_NAMES:
        if fix not in wanted:
            continue
        repaired = _summed_to_weeks(table, week_start) if fix == "sum_days_to_weeks" else _FIXES[fix](table)
        table = repaired.table
        records.append(AppliedFix(fix=fix, rows=repaired.rows, sentence=repaired.sentence))
    return table, tuple(records)


class _Repaired(NamedTuple):
    table: TypedTable
    rows: int
    sentence: str


def _filled(table: TypedTable, prefix: str, fill: Callable[[pd.Series], pd.Series], what: str) -> _Repaired:
    """Fill blank cells (never bad ones) of the columns with a prefix."""
    frame = table.frame.copy()
    touched = np.zeros(len(frame), bool)
    # Spend that stands for activity is one column of the file, and its blanks mean one thing.
    sources = {source for name, source in table.sources.items() if name.startswith(prefix)}
    for column in [name for name in frame.columns if table.sources.get(name) in sources]:
        blank = frame[column].isna().to_numpy() & ~table.bad.get(str(column), np.zeros(len(frame), bool))
        filled = fill(frame[column])
        frame[column] = frame[column].where(~blank, filled)
        touched |= blank & frame[column].notna().to_numpy()
    return _Repaired(replace(table, frame=frame), int(touched.sum()), what)


def _zero(column: pd.Series) -> pd.Series:
    return column.fillna(0.0)


def _carried(table: TypedTable) -> _Repaired:
    entities, order = table.frame["entity_id"], table.frame["period_start"]

    def carry(column: pd.Series) -> pd.Series:
        return column.iloc[order.argsort(kind="stable")].groupby(entities).ffill().reindex(column.index)

    return _filled(table, "ctrl_", carry, "Blank controls were given the value before them.")


def _interpolated(table: TypedTable) -> _Repaired:
    entities, order = table.frame["entity_id"], table.frame["period_start"]

    def between(column: pd.Series) -> pd.Series:
        ordered = column.iloc[order.argsort(kind="stable")].groupby(entities)
        return ordered.transform(lambda part: part.interpolate(limit_area="inside")).reindex(column.index)

    return _filled(table, "ctrl_", between, "Blank controls were put on the line between their neighbours.")


def _kept(table: TypedTable, keep: NDArray[np.bool_], sentence: str) -> _Repaired:
    return _Repaired(table.rows(keep), int((~keep).sum()), sentence)


def _without_trailing_blank_sales(table: TypedTable) -> _Repaired:
    known = table.frame["sales"].notna() | table.bad["sales"]
    last = table.frame["period_start"].where(known).max()
    keep = (table.frame["period_start"].isna() | (table.frame["period_start"] <= last)).to_numpy()
    return _kept(table, keep, "Periods after the last one with sales were dropped.")


def _blank_sales_kept(table: TypedTable) -> _Repaired:
    blank = int((table.frame["sales"].isna().to_numpy() & ~table.bad["sales"]).sum())
    return _Repaired(table, blank, "Periods without sales feed carry-over and are not estimated.")


def _common_dates(table: TypedTable) -> _Repaired:
    frame = table.frame
    present = frame.groupby("period_start")["entity_id"].nunique()
    common = set(present.index[present == frame["entity_id"].nunique()])
    return _kept(table, frame["period_start"].isin(common).to_numpy(), "Only dates that every entity has were kept.")


def _without_exact_duplicates(table: TypedTable) -> _Repaired:
    return _kept(table, ~table.exact_duplicate, "Rows that repeat another in every cell were dropped.")


def _without_undated_rows(table: TypedTable) -> _Repaired:
    keep = (table.frame["period_start"].notna() | table.bad["period_start"]).to_numpy()
    return _kept(table, keep, "Rows without a date were dropped.")


def _without_nonpositive_sales(table: TypedTable) -> _Repaired:
    keep = ~(table.frame["sales"] <= 0).to_numpy()
    return _kept(table, keep, "Rows with zero or negative sales were dropped.")


def _summed_to_weeks(table: TypedTable, week_start: Weekday | None) -> _Repaired:
    """Days summed to weeks per entity, controls averaged; weeks that the table only partly covers are dropped."""
    frame = table.frame
    dates = frame["period_start"]
    if dates.isna().any() or not len(step_days(dates)) or step_days(dates).min() != 1:
        return _Repaired(table, 0, "The table is not daily: nothing was summed.")
    first_day = WEEKDAYS.index(week_start) if week_start else int(dates.min().weekday())
    weeks = dates - pd.to_timedelta((dates.dt.day_of_week - first_day) % 7, unit="D")
    in_weeks, keys = frame.assign(period_start=weeks), ["entity_id", "period_start"]
    days = in_weeks.groupby(keys, sort=True).size()
    firsts = pd.Series(table.row_numbers, index=frame.index).groupby([frame["entity_id"], weeks]).min()
    whole = (days == 7).to_numpy()
    edge = np.isin(days.index.get_level_values("period_start"), [weeks.min(), weeks.max()])
    keep = whole | ~edge
    bad = {
        name: pd.Series(cells, index=frame.index).groupby([frame["entity_id"], weeks]).any().to_numpy()[keep]
        for name, cells in table.bad.items()
    }
    in_weeks = summed(in_weeks, keys).reset_index()[keep].reset_index(drop=True)
    dropped = sorted({str(week.date()) for week in days.index.get_level_values("period_start")[~keep]})
    sentence = f"Days were summed to weeks starting on {WEEKDAYS[first_day].title()}, controls averaged."
    if dropped:
        sentence += f" Partly covered weeks were dropped: {', '.join(dropped)}."
    result = replace(
        table,
        frame=in_weeks.astype({"period_start": "datetime64[us]"}),
        row_numbers=firsts.to_numpy()[keep],
        bad=bad,
        exact_duplicate=np.zeros(len(in_weeks), bool),
    )
    return _Repaired(result, len(frame), sentence)


_FIXES: dict[FixName, Callable[[TypedTable], _Repaired]] = {
    "blank_activity_is_zero": lambda table: _filled(table, "act_", _zero, "Blank activity was set to zero."),
    "blank_spend_is_zero": lambda table: _filled(table, "spend_", _zero, "Blank spend was set to zero."),
    "carry_controls_forward": _carried,
    "interpolate_controls": _interpolated,
    "drop_trailing_blank_sales": _without_trailing_blank_sales,
    "blank_sales_outside_likelihood": _blank_sales_kept,
    "use_common_dates": _common_dates,
    "drop_exact_duplicates": _without_exact_duplicates,
    "drop_rows_without_date": _without_undated_rows,
    "drop_nonpositive_sales_rows": _without_nonpositive_sales,
}
