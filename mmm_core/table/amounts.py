"""Amounts that are not those of their period: a month's total on each of its weeks, the year so far, costs below zero.

Each is seen in the numbers alone, entity by entity, and none of it is certain: a person is asked.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FEWEST_MONTHS = 6
MOSTLY = 0.95
"""Share of months, or of steps, that must be so."""
MOST_CHANGED = 0.5
"""Share of the steps inside months up to which a closer look is worth its time."""
ROUNDING = 1e-9
LEAST_FALL = 0.5
"""Share by which the year so far falls, at least, when a year begins."""

type Array = NDArray[np.float64]


def month_totals(frame: pd.DataFrame, columns: list[str]) -> list[str]:
    """Columns that are the same in all weeks of a month and another number in the next month.

    Weeks belong to the month that they begin in. What never changes, or seldom, is no month's total.
    """
    dated = frame.dropna(subset=["entity_id", "period_start"]).sort_values(["entity_id", "period_start"])
    months = dated["period_start"].dt.to_period("M")
    same_month = (dated["entity_id"].eq(dated["entity_id"].shift()) & months.eq(months.shift())).to_numpy()[1:]
    likely = [column for column in columns if _seldom_changes(dated[column].to_numpy(float), same_month)]
    return [column for column in likely if _is_by_month(dated, column, months)]


def year_so_far(frame: pd.DataFrame, columns: list[str]) -> list[str]:
    """Columns that only grow within each year and fall back when the next begins."""
    dated = frame.dropna(subset=["entity_id", "period_start"]).sort_values(["entity_id", "period_start"])
    year = dated["period_start"].dt.year
    same_entity = dated["entity_id"].eq(dated["entity_id"].shift()).to_numpy()
    same_year = same_entity & year.eq(year.shift()).to_numpy()
    new_year = same_entity & ~same_year
    return [column for column in columns if _grows(dated[column].to_numpy(float), same_year, new_year)]


def below_zero(frame: pd.DataFrame, columns: list[str]) -> list[str]:
    """Columns whose numbers are all zero or negative: costs as a ledger books them."""
    return [column for column in columns if (frame[column] < 0).any() and not (frame[column] > 0).any()]


def spread_over_weeks(frame: pd.DataFrame, column: str) -> pd.Series:
    """A month's total in equal parts on those of its weeks that are in the table."""
    months = frame["period_start"].dt.to_period("M")
    weeks = frame.groupby([frame["entity_id"], months])[column].transform("size")
    spread: pd.Series = frame[column] / weeks
    return spread


def of_the_period(frame: pd.DataFrame, column: str) -> pd.Series:
    """The year so far as what each period added to it."""
    ordered = frame.sort_values(["entity_id", "period_start"])
    by_year = ordered.groupby([ordered["entity_id"], ordered["period_start"].dt.year])[column]
    added: pd.Series = by_year.diff().fillna(ordered[column])
    return added.reindex(frame.index)


def _seldom_changes(values: Array, same_month: NDArray[np.bool_]) -> bool:
    """Whether most neighbours in a month are the same number: what is to be a month's total has to be, at least."""
    changed = np.diff(values)[same_month] != 0  # a step from or to a blank cell is not known, and no change
    unknown = np.isnan(np.diff(values)[same_month])
    return bool((changed & ~unknown).sum() <= MOST_CHANGED * len(changed))


def _is_by_month(dated: pd.DataFrame, column: str, months: pd.Series) -> bool:
    groups = dated.groupby([dated["entity_id"], months])[column]
    several = groups.size() > 1
    values = groups.first()
    if several.sum() < FEWEST_MONTHS or (groups.nunique() <= 1)[several].mean() < MOSTLY:
        return False
    # Zero in two months running is a pause; a price that holds for months is no total.
    changed = values.groupby(level=0).diff().dropna() != 0
    return bool(changed[values.reindex(changed.index) != 0].mean() >= MOSTLY) if len(changed) else False


def _grows(values: Array, same_year: NDArray[np.bool_], new_year: NDArray[np.bool_]) -> bool:
    before = np.concatenate([[np.nan], values[:-1]])
    step = values - before
    known = np.isfinite(step)
    inside, between = known & same_year, known & new_year & (before > 0)
    if inside.sum() < FEWEST_MONTHS or not between.any():
        return False
    # Sums of cents go down by their rounding.
    grows = (step >= -ROUNDING * np.abs(before))[inside].all() and (step[inside] > 0).mean() > 1 / 2
    falls = (values[between] <= LEAST_FALL * before[between]).mean() >= MOSTLY
    return bool(grows and falls)
