"""The column of periods as first days, under what a person said of it: its order, swapped days, last days, zones.

These repairs come before all others, for they say how cells are read; each leaves a record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted
from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.calendar.evenness import DAYS_A_WEEK, RETAIL_STEPS, evenness_of, is_retail, odd_in_month
from mmm_core.table.calendar.written_dates import LAST_MONTH, DateOrder
from mmm_core.table.reading.dates import DateColumn, parse_dates

type Dates = NDArray[np.datetime64]

ORDERS: dict[FixName, DateOrder] = {
    "dates_day_first": "DMY",
    "dates_month_first": "MDY",
    "dates_year_first": "YMD",
}
ZONES = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Helsinki",
    "Europe/Moscow",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
]
"""Zones east of Greenwich, where a day begins while universal time has the day before."""
READ_FIXES: tuple[FixName, ...] = (
    "join_year_and_week",
    "join_year_and_month",
    "join_year_month_and_day",
    *ORDERS,
    "swap_day_and_month",
    "dates_are_local_midnights",
    "dates_are_period_ends",
    "dates_are_period_starts",
)
"""Repairs that are done when cells are read, and not to a typed table."""
_DAY = np.timedelta64(1, "D")
_MONTH = np.timedelta64(1, "M")


class ReadFix(NamedTuple):
    """The record of a repair that was done when cells were read; 0 rows: it was not, and the sentence says why."""

    fix: FixName
    rows: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Periods:
    """The column of periods.

    Attributes
    ----------
    column
        What its cells say.
    values
        First days of periods (row), after the repairs that were asked for.
    swapped
        Rows (row) whose day and month seem to be swapped; none where there is no sign of it, or it was mended.
    zone
        Where the times of day, read as universal time, are midnights; None: nowhere, or it was mended.
    """

    column: DateColumn
    values: Dates
    swapped: NDArray[np.bool_]
    zone: str | None
    applied: tuple[ReadFix, ...]


def read_periods(cells: pd.Series, settings: DatasetSettings) -> Periods:
    """Read the column of periods, with the repairs that were asked for."""
    asked, records = set(settings.fixes), []
    by_fix = next((fix for fix in ORDERS if fix in asked), None)
    order = settings.reading.date_order or (ORDERS[by_fix] if by_fix else None)
    column = parse_dates(cells, order)
    records += [_order_record(fix, column, order) for fix in ORDERS if fix in asked]
    values, swapped, zone = column.values, _swappable(column), local_zone(column)
    if "swap_day_and_month" in asked:
        values, record = _mended(values, "swap_day_and_month", swapped, _swap, _SWAPPED)
        records.append(record)
        swapped = np.zeros_like(swapped)
    if "dates_are_local_midnights" in asked:
        rows = (column.seconds > 0) & ~np.isnat(values) if zone else np.zeros(len(values), bool)
        values, record = _mended(values, "dates_are_local_midnights", rows, _next_day, _midnights(zone))
        records.append(record)
        zone = None
    if "dates_are_period_ends" in asked:
        starts = starts_of(values)
        if starts is None:
            why = "It cannot be told how long the periods are: the dates were not moved."
            records.append(ReadFix("dates_are_period_ends", 0, why))
        else:
            moved = int((starts[~np.isnat(starts)] != values[~np.isnat(values)]).sum())
            records.append(ReadFix("dates_are_period_ends", moved, _moved(values, starts)))
            values = starts
    if "dates_are_period_starts" in asked:
        kept = "Dates were kept as the first days of periods, whatever the column's name says."
        records.append(ReadFix("dates_are_period_starts", len(values), kept))
    return Periods(column, values, swapped, zone, tuple(records))


def starts_of(ends: Dates) -> Dates | None:
    """First days of the periods (row) that end on some days; None where it cannot be told how long they are."""
    days = ends.astype("datetime64[D]")
    known = np.unique(days[~np.isnat(days)])
    steps = np.diff(known).astype(int)
    if not len(steps):
        return None
    common = int(np.bincount(steps).argmax())
    if common == 1:
        return ends
    if common == DAYS_A_WEEK:
        return np.asarray((days - 6 * _DAY).astype("datetime64[us]"))
    if is_retail(known):
        return _after_the_one_before(days, known, steps)
    if common not in range(28, 32):
        return None
    if _are_last(known):
        return np.asarray(days.astype("datetime64[M]").astype("datetime64[us]"))
    of_month = days - days.astype("datetime64[M]")
    before = (days.astype("datetime64[M]") - _MONTH).astype("datetime64[D]")
    return np.asarray((before + of_month + _DAY).astype("datetime64[us]"))


def local_zone(column: DateColumn) -> str | None:
    """The zone in which all times of a column, taken as universal time, are midnight; None: none, or none is needed."""
    there = ~np.isnat(column.values)
    zones = set(column.zones[there])
    seconds = np.unique(column.seconds[there])
    # A constant time without a zone may be the hour at which a day is closed.
    if not seconds.any() or not zones <= {"", "Z"} or ("Z" not in zones and len(seconds) < 2):
        return None
    times = np.unique(column.values[there] + column.seconds[there].astype("timedelta64[s]"))
    universal = pd.DatetimeIndex(times).tz_localize("UTC")
    for zone in ZONES:
        local = universal.tz_convert(zone)
        if (local == local.normalize()).all():
            return zone
    return None


def _swappable(column: DateColumn) -> NDArray[np.bool_]:
    """Rows whose day and month a spreadsheet has swapped: the dates are even only if they are swapped back."""
    days = column.values.astype("datetime64[D]")
    of_month = (days - days.astype("datetime64[M]")).astype(int) + 1
    rows = column.stored & ~np.isnat(days) & (of_month <= LAST_MONTH)
    none = np.zeros(len(days), bool)
    if not rows.any() or evenness_of(column.values) is not None:
        return none
    return rows if evenness_of(np.where(rows, _swap(column.values), column.values)) is not None else none


def _swap(dates: Dates) -> Dates:
    """Day and month of dates (row) swapped, where the day is a month."""
    days = dates.astype("datetime64[D]")
    years, months = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    month, day = (months - years.astype("datetime64[M]")).astype(int), (days - months).astype(int)
    swapped = (years.astype("datetime64[M]") + day.astype("timedelta64[M]")).astype("datetime64[D]") + month.astype(
        "timedelta64[D]"
    )
    return np.asarray(np.where(np.isnat(days) | (day >= LAST_MONTH), days, swapped)).astype("datetime64[us]")


def _next_day(dates: Dates) -> Dates:
    return np.asarray(dates + _DAY)


def _mended(
    values: Dates, fix: FixName, rows: NDArray[np.bool_], mend: Callable[[Dates], Dates], words: tuple[str, str]
) -> tuple[Dates, ReadFix]:
    done, refused = words
    if not rows.any():
        return values, ReadFix(fix, 0, refused)
    return np.where(rows, mend(values), values), ReadFix(fix, int(rows.sum()), done)


_SWAPPED = (
    "Day and month were swapped back in the cells that the workbook held as dates.",
    "Swapping day and month would not make the dates even: nothing was changed.",
)


def _midnights(zone: str | None) -> tuple[str, str]:
    done = f"Times in universal time became the days that begin at them in {zone}."
    return done, "The times are not the midnights of one zone: nothing was changed."


def _order_record(fix: FixName, column: DateColumn, order: DateOrder | None) -> ReadFix:
    words = {"DMY": "the day first", "MDY": "the month first", "YMD": "the year first"}
    if ORDERS[fix] != order:
        return ReadFix(fix, 0, f"The order of dates is set already: they are read with {words[str(order)]}.")
    return ReadFix(fix, int((~np.isnat(column.values)).sum()), f"Dates were read with {words[ORDERS[fix]]}.")


def _moved(ends: Dates, starts: Dates) -> str:
    there = ~np.isnat(ends)
    days = np.unique((ends[there] - starts[there]).astype("timedelta64[D]").astype(int))
    by = counted(days[0], "day") if len(days) == 1 else "to the first day of each period"
    return f"Dates are the last days of periods: they were moved back {f'by {by}' if len(days) == 1 else by}."


def _are_last(known: Dates) -> bool:
    next_days = known.astype("datetime64[D]") + _DAY
    last = next_days.astype("datetime64[M]") != known.astype("datetime64[M]")
    return bool(last.sum() > odd_in_month(known).sum() and last.mean() >= 0.5)


def _after_the_one_before(days: Dates, known: Dates, steps: NDArray[np.int64]) -> Dates | None:
    """Retail months begin on the day after the one before; the first is as long as the one a year later."""
    if len(steps) < LAST_MONTH or not np.isin(steps, RETAIL_STEPS).all():
        return None
    starts = np.concatenate([[known[0] - steps[LAST_MONTH - 1] * _DAY], known[:-1]]) + _DAY
    result = np.full(len(days), np.datetime64("NaT", "us"))
    there = ~np.isnat(days)
    result[there] = starts[np.searchsorted(known, days[there])].astype("datetime64[us]")
    return result
