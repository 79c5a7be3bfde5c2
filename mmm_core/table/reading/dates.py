"""What a column says of time: its cells as days, in the one order that the whole column allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.table.calendar.evenness import HALF, evenness_of
from mmm_core.table.calendar.written_dates import (
    LAST_MONTH,
    LAST_WEEK,
    SECONDS_A_DAY,
    DateOrder,
    Three,
    Written,
    YearAnd,
    as_three,
    resolved,
    written,
)
from mmm_core.table.reading.cells import LONGEST_VALUE, SPACES, is_blank

NEARLY_ALL = 0.8
"""An order under which fewer of the cells are days, compared with the best order, is out of the question."""


class DateColumn(NamedTuple):
    """A column as calendar dates, NaT where blank or bad.

    Attributes
    ----------
    values, ends
        (row), first days, and last days where ranges are written (else NaT).
    ambiguous
        Day and month cannot be told apart, so that no date was read.
    by_grid
        Row of a cell that could be read in another order, where only this order makes the dates even.
    by_week
        Row of a cell that is a year and a number, read as a week of the ISO calendar; None: such numbers are months.
    two_digits
        Years are written with two digits, next to two other numbers.
    seconds, zones
        (row), time of day that is not in ``values`` (seconds), and the zone as written (``Z``: universal time).
    stored
        (row), year first and month second, as workbooks store dates.
    """

    values: NDArray[np.datetime64]
    bad: NDArray[np.bool_]
    blank: NDArray[np.bool_]
    order: DateOrder | None
    ambiguous: bool
    ends: NDArray[np.datetime64]
    by_grid: int | None
    by_week: int | None
    two_digits: bool
    seconds: NDArray[np.int64]
    zones: NDArray[np.object_]
    stored: NDArray[np.bool_]


class _Order(NamedTuple):
    order: DateOrder | None
    by_grid: bool


def parse_dates(column: pd.Series, order: DateOrder | None = None) -> DateColumn:
    """Calendar dates of a column; times and zones are kept beside them as written.

    Parameters
    ----------
    order
        Order of day, month and year in dates such as 3/4/2023; ``None``: found from the column, or ``ambiguous``.
    """
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _of_times(column)
    if pd.api.types.is_numeric_dtype(column.dtype):
        column = column.map(_number_as_written, na_action="ignore").astype("str")
    codes, texts = pd.factorize(column)
    cells = [str(text).strip().strip(SPACES) for text in texts]
    empty = np.array([is_blank(cell) for cell in cells] + [True])
    found = [
        written(cell) if len(cell) <= LONGEST_VALUE and not blank else None
        for cell, blank in zip(cells, empty, strict=False)
    ]
    found = _alike(cells, found)
    weeks = _are_weeks(found)
    threes = [place for place, each in enumerate(found) if each and _is_open(each)]
    chosen = _Order(order, by_grid=False) if order else _order_of(found, threes)
    days = [_days(each, chosen.order, weeks=weeks) for each in found] + [(None, None)]
    starts, ends = (
        np.array([day.isoformat() if day else "NaT" for day in side], "datetime64[us]")
        for side in zip(*days, strict=True)
    )
    ambiguous = chosen.order is None and bool(threes)
    bad = np.isnat(starts[codes]) & ~empty[codes]
    numbered = [place for place, each in enumerate(found) if weeks and each and isinstance(each.start, YearAnd)]
    return DateColumn(
        values=starts[codes],
        bad=np.zeros_like(bad) if ambiguous else bad,
        blank=empty[codes],
        order=chosen.order,
        ambiguous=ambiguous,
        ends=ends[codes],
        by_grid=int((codes == _telling(found, threes)).argmax()) if chosen.by_grid else None,
        by_week=int((codes == numbered[0]).argmax()) if numbered else None,
        two_digits=any(_has_two_digits(found[place]) for place in threes),
        seconds=np.array([each.seconds if each else 0 for each in found] + [0], np.int64)[codes],
        zones=np.array([each.zone if each else "" for each in found] + [""], object)[codes],
        stored=np.array([each is not None and each.iso for each in found] + [False])[codes],
    )


def _number_as_written(number: float) -> str:
    """Numbers of a workbook: 1.2020 is January 2020, or its first week, and has lost its last digit."""
    if number != int(number) and 1 <= number < LAST_WEEK + 1:
        return f"{number:.4f}"
    return f"{number:.15g}"


def _of_times(column: pd.Series) -> DateColumn:
    # A second's fraction is what a workbook's day numbers cannot hold.
    times = pd.Series(column.to_numpy(dtype="datetime64[us]")).dt.round("s").to_numpy(dtype="datetime64[us]")
    days = times.astype("datetime64[D]").astype("datetime64[us]")
    blank = np.isnat(days)
    none = np.zeros(len(days), bool)
    seconds = np.where(blank, 0, (times - days).astype("timedelta64[s]").astype(np.int64))
    return DateColumn(
        values=days,
        bad=none,
        blank=blank,
        order="YMD",
        ambiguous=False,
        ends=np.full(len(days), np.datetime64("NaT", "us")),
        by_grid=None,
        by_week=None,
        two_digits=False,
        seconds=seconds % SECONDS_A_DAY,
        zones=np.full(len(days), "", object),
        stored=~blank,
    )


def _days(each: Written | None, order: DateOrder | None, *, weeks: bool) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of one cell."""
    if each is None:
        return None, None
    start = resolved(each.start, order, weeks=weeks)
    end = resolved(each.end, order, weeks=weeks) if each.end is not None else None
    if each.end is None or start is None or end is None:
        return (start, None) if each.end is None else (None, None)
    if each.borrowed and start > end:
        start = start.replace(year=start.year - 1, day=min(start.day, 28) if start.month == 2 else start.day)
    return (start, end) if start <= end else (None, None)


def _as_dates(days: Iterable[dt.date | None]) -> NDArray[np.datetime64]:
    return np.array([day.isoformat() if day else "NaT" for day in days], "datetime64[us]")


def _is_open(each: Written) -> bool:
    return isinstance(each.start, Three) or isinstance(each.end, Three)


def _has_two_digits(each: Written | None) -> bool:
    return each is not None and isinstance(each.start, Three) and each.start.year_digits == 2


def _alike(cells: Sequence[str], found: list[Written | None]) -> list[Written | None]:
    """Runs of six digits are of one kind: where one of them is 310123, 200123 is no month of 2001."""
    runs = [as_three(cell) for cell in cells]
    if not any(
        run is not None and each and isinstance(each.start, Three) for run, each in zip(runs, found, strict=True)
    ):
        return found
    return [each if run is None else Written(run) for run, each in zip(runs, found, strict=True)]


def _are_weeks(found: Iterable[Written | None]) -> bool:
    """Whether years and numbers, such as 202314, are weeks: some are beyond twelve, and as weeks they are even."""
    parts = {each.start for each in found if each and isinstance(each.start, YearAnd)}
    beyond = sum(part.number > LAST_MONTH for part in parts)
    if not beyond:
        return False
    days = [resolved(part, None, weeks=True) for part in parts]
    return evenness_of(_as_dates(days)) == "WEEK" or beyond > HALF * len(parts)


def _order_of(found: Sequence[Written | None], threes: Sequence[int]) -> _Order:
    """Order of day, month and year over a whole column; None where nothing tells.

    What makes the dates even goes before what merely exists: 23-01-01 is a day in any order.
    """
    if not threes:
        return _Order("YMD", by_grid=False)
    orders: tuple[DateOrder, ...] = ("DMY", "MDY")
    opened = [each for place in threes if (each := found[place]) is not None]
    if all(_has_two_digits(each) and _first_of(each).first_digits == 2 for each in opened):
        orders = ("DMY", "MDY", "YMD")
    # Cells that are open to no doubt belong to the same dates.
    read = {order: [_days(each, order, weeks=False)[0] for each in found if each] for order in orders}
    there = {order: sum(day is not None for day in days) for order, days in read.items()}
    possible = [order for order in orders if there[order] and there[order] >= NEARLY_ALL * max(there.values())]
    even = {order: evenness_of(_as_dates(read[order])) for order in possible}
    even = {order: evenness for order, evenness in even.items() if evenness is not None}
    # Two digits of a year are a day too: months then begin on that day, and not on their first.
    on_first = [order for order, each in even.items() if each != "MONTH" or _on_first(read[order])]
    even = {order: even[order] for order in on_first or even}
    if len(even) == 1:
        return _Order(next(iter(even)), by_grid=len(possible) > 1)
    by_limits = _by_limits([_first_of(each) for each in opened])
    if even or "YMD" in possible:
        return _Order(possible[0] if len(possible) == 1 else None, by_grid=False)
    return _Order(by_limits, by_grid=False)


def _first_of(each: Written) -> Three:
    part = each.start if isinstance(each.start, Three) else each.end
    assert isinstance(part, Three)  # noqa: S101 - only cells with an open order are asked
    return part


def _on_first(days: Iterable[dt.date | None]) -> bool:
    return all(day.day == 1 for day in days if day)


def _by_limits(parts: Sequence[Three]) -> DateOrder | None:
    """The order by numbers that can be no month; where both places have some, that of the most."""
    first, second = (
        sum(number > LAST_MONTH for number in numbers)
        for numbers in zip(*((p.first, p.second) for p in parts), strict=True)
    )
    if not first and not second:
        return None
    return "DMY" if first >= second else "MDY"


def _telling(found: Sequence[Written | None], threes: Sequence[int]) -> int:
    """The first cell whose day could be its month."""
    for place in threes:
        each = found[place]
        if each is not None:
            part = _first_of(each)
            if part.first != part.second and max(part.first, part.second) <= LAST_MONTH:
                return place
    return threes[0]
