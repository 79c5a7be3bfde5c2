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
ROUNDING = 1e-9
LEAST_FALL = 0.5
"""Share by which the year so far falls, at least, when a year begins."""
WEEKS = [f"W-{day}" for day in ("SUN", "SAT", "MON", "TUE", "WED", "THU", "FRI")]
"""Weeks by their last day."""
SPANS = {"M": "month", "Q": "quarter"} | dict.fromkeys(WEEKS, "week")
"""Spans that a total may be of, by their name in pandas."""
LEAST_DAYS = {"week": 7, "month": 28, "quarter": 84}
"""Days from which on a period is no shorter than the span."""
LEAST_SAME = 0.4
"""Share of rows with the number of the row before, below which a column repeats no totals."""
LEAST_GROWING = 0.4
"""Share of rows with more than the row before, below which a column adds nothing up."""
DAYS_A_YEAR = 365.25
YEAR_GIVE = 10
"""Days by which the years of a business differ from those of the sun: 52 or 53 whole weeks."""
FEWEST_STEPS = 20
"""Steps up without a fall that no spend of single periods takes."""
EVEN = 0.5
"""Share of steps of one and the same size from which on a column is a line, and no sum of amounts."""

type Array = NDArray[np.float64]


def month_totals(frame: pd.DataFrame, columns: list[str]) -> dict[str, str]:
    """Columns that are the same in all periods of a month and another number in the next month, with "month".

    Likewise "quarter" and "week", where periods are shorter. A period belongs to the span that it begins in. What never
    changes, or seldom, is no total.
    """
    found = _spans(frame, columns)
    return {column: SPANS[span] for column, span in found.items()}


def year_so_far(frame: pd.DataFrame, columns: list[str]) -> dict[str, bool]:
    """Columns that only grow within each year, of the calendar or a business, and whether they fall at its end.

    Activity and spend that never fall are the sum since the beginning; sales that never fall may have grown.
    """
    dated, same_entity = _in_order(frame)
    years = {column: _years(dated, column, same_entity) for column in columns}
    return {column: each.nunique() > 1 for column, each in years.items() if each is not None}


def below_zero(frame: pd.DataFrame, columns: list[str]) -> list[str]:
    """Columns whose numbers are all zero or negative: costs as a ledger books them."""
    return [column for column in columns if (frame[column] < 0).any() and not (frame[column] > 0).any()]


def spread_over_weeks(frame: pd.DataFrame, column: str) -> pd.Series:
    """A total in equal parts on those periods of its month, quarter or week that are in the table."""
    span = _spans(frame, [column]).get(column, "M")
    periods = frame.groupby([frame["entity_id"], frame["period_start"].dt.to_period(span)])[column].transform("size")
    spread: pd.Series = frame[column] / periods
    return spread


def of_the_period(frame: pd.DataFrame, column: str) -> pd.Series:
    """The year so far as what each period added to it."""
    ordered, same_entity = _in_order(frame)
    years = _years(ordered, column, same_entity)
    if years is None:
        return frame[column]
    added: pd.Series = ordered.groupby([ordered["entity_id"], years])[column].diff().fillna(ordered[column])
    return added.reindex(frame.index)


def _in_order(frame: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Dated rows by entity and time, and which of them have the entity of the row before."""
    entities = pd.factorize(frame["entity_id"])[0]
    order = np.lexsort((frame["period_start"].to_numpy(), entities))
    order = order[(entities[order] >= 0) & frame["period_start"].notna().to_numpy()[order]]
    return frame.iloc[order], np.diff(entities[order], prepend=-1) == 0


def _spans(frame: pd.DataFrame, columns: list[str]) -> dict[str, str]:
    """The span that a column holds totals of, by its name in pandas."""
    dated, same_entity = _in_order(frame)
    days = dated["period_start"].drop_duplicates().sort_values().diff().dt.days.median()
    same = {column: np.diff(dated[column].to_numpy(float)) == 0 for column in columns}
    open_columns = [column for column, repeats in same.items() if repeats.sum() >= LEAST_SAME * len(repeats) > 0]
    found: dict[str, str] = {}
    for span, word in SPANS.items():
        if not open_columns or not days < LEAST_DAYS[word]:
            continue
        spans = dated["period_start"].dt.to_period(span)
        inside = same_entity & (np.diff(spans.array.asi8, prepend=-1) == 0)
        likely = [column for column in open_columns if _may_repeat(dated[column].to_numpy(float), inside)]
        found |= {column: span for column in likely if _is_by_month(dated, column, spans)}
        open_columns = [column for column in open_columns if column not in found]
    return found


def _years(ordered: pd.DataFrame, column: str, same_entity: NDArray[np.bool_]) -> pd.Series | None:
    """The year of each row of a column that holds the year so far; None: it does not.

    Years of the calendar first, then those that begin in another month, then those between a column's own falls.
    """
    values, dates = ordered[column].to_numpy(float), ordered["period_start"]
    step = np.diff(values, prepend=np.nan)
    falls = same_entity & (step < -ROUNDING * np.abs(values - step))
    if falls.sum() > same_entity.sum() / FEWEST_MONTHS or (step[same_entity] > 0).sum() < LEAST_GROWING * len(step):
        return None
    for month in range(1 if _is_line(step[same_entity]) else 12):
        years: pd.Series = (dates.dt.year * 12 + dates.dt.month - 1 - month) // 12
        same_year = same_entity & years.eq(years.shift()).to_numpy()
        if _grows(values, same_year, same_entity & ~same_year, at_least=FEWEST_MONTHS if month == 0 else FEWEST_STEPS):
            return years
    if _is_line(step[same_entity]):
        return None
    between_falls = pd.Series(np.cumsum(falls), index=ordered.index)
    if falls.any():
        grows = _grows(values, same_entity & ~falls, falls, at_least=FEWEST_STEPS)
        return between_falls if grows and _is_yearly(ordered[falls]) else None
    return between_falls if column != "sales" and _is_sum_so_far(values, step, same_entity) else None


def _is_line(step: Array) -> bool:
    steps = step[np.isfinite(step)]
    return bool(len(steps) and np.isclose(steps, np.median(steps)).mean() >= EVEN)


def _is_yearly(falls: pd.DataFrame) -> bool:
    """Whether the falls of each entity are whole years apart."""
    days = falls.groupby("entity_id")["period_start"].diff().dropna().dt.days.to_numpy()
    off = np.abs(days - DAYS_A_YEAR * np.maximum(1, np.round(days / DAYS_A_YEAR)))
    return bool((off <= YEAR_GIVE).all())


def _is_sum_so_far(values: Array, step: Array, same_entity: NDArray[np.bool_]) -> bool:
    """Whether a column that never falls grows from little to much."""
    steps = step[same_entity & np.isfinite(step)]
    if len(steps) < FEWEST_STEPS or (steps > 0).mean() <= 1 / 2:
        return False
    firsts, lasts = values[~same_entity], values[np.append(~same_entity[1:], True)]
    return bool((firsts >= 0).all() and (firsts <= lasts / FEWEST_MONTHS).all())


def _may_repeat(values: Array, inside: NDArray[np.bool_]) -> bool:
    """Whether so few spans hold two different numbers side by side that a column may be the same within its spans.

    ``inside`` says which rows have the span and entity of the row before. Most columns fall out here, at little cost.
    """
    span = np.cumsum(~inside)
    changed = np.unique(span[inside & (np.abs(np.diff(values, prepend=np.nan)) > 0)])
    return bool(len(changed) <= (1 - MOSTLY) * span[-1] + 1)


def _is_by_month(dated: pd.DataFrame, column: str, months: pd.Series) -> bool:
    groups = dated.groupby([dated["entity_id"], months])[column]
    several = groups.count() > 1  # one number in a month of blanks is what was booked then
    values = groups.first()
    if several.sum() < FEWEST_MONTHS or (groups.nunique() <= 1)[several].mean() < MOSTLY:
        return False
    # Zero in two months running is a pause; a price that holds for months is no total.
    changed = values.groupby(level=0).diff().dropna() != 0
    return bool(changed[values.reindex(changed.index) != 0].mean() >= MOSTLY) if len(changed) else False


def _grows(values: Array, same_year: NDArray[np.bool_], new_year: NDArray[np.bool_], *, at_least: int) -> bool:
    before = np.concatenate([[np.nan], values[:-1]])
    step = values - before
    known = np.isfinite(step)
    inside, between = known & same_year, known & new_year & (before > 0)
    if inside.sum() < at_least or not between.any():
        return False
    # Sums of cents go down by their rounding.
    grows = (step >= -ROUNDING * np.abs(before))[inside].all() and (step[inside] > 0).mean() > 1 / 2
    falls = (values[between] <= LEAST_FALL * before[between]).mean() >= MOSTLY
    return bool(grows and falls)
