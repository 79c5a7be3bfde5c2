"""What a cell says of time: dates written as text, in the ways that people and programs write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.table.reading.cells import LONGEST_VALUE, SPACES, is_blank

type DateOrder = Literal["YMD", "DMY", "MDY"]

SERIAL_DATES = (20_000, 80_000)
"""Spreadsheet day numbers of 1954 to 2119; a column of such numbers, asked for as dates, is dates."""
SERIAL_EPOCH = np.datetime64("1899-12-30", "us")


_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})(?:-?(\d))?", re.IGNORECASE)
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_THREE_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ].*)?")
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})[-/. ]+([A-Za-z]{3,9})[-/., ]+(\d{4}|\d{2})")
_NAME_DAY_YEAR = re.compile(r"([A-Za-z]{3,9})[-/. ]+(\d{1,2}),?[-/. ]+(\d{4})")
_NAME_YEAR = re.compile(r"([A-Za-z]{3,9})[-/., ]+(\d{4}|\d{2})")
_MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


class DateColumn(NamedTuple):
    """A column as calendar dates, NaT where blank or bad.

    ``ambiguous``: day and month cannot be told apart, so that no date was read.
    """

    values: NDArray[np.datetime64]
    bad: NDArray[np.bool_]
    blank: NDArray[np.bool_]
    order: DateOrder | None
    ambiguous: bool


def parse_dates(column: pd.Series, order: DateOrder | None = None) -> DateColumn:
    """Calendar dates of a column; times and zones are dropped as written.

    Parameters
    ----------
    order
        Order of day, month and year in dates such as 3/4/2023; ``None``: found from the column, or ``ambiguous``.
    """
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = column.to_numpy(dtype="datetime64[us]").astype("datetime64[D]").astype("datetime64[us]")
        blank = np.isnat(days)
        return DateColumn(days, np.zeros(len(days), bool), blank, "YMD", False)
    if pd.api.types.is_numeric_dtype(column.dtype):
        column = column.map(lambda number: f"{number:.15g}", na_action="ignore").astype("str")
    codes, texts = pd.factorize(column)
    cells = [str(text).strip().strip(SPACES) for text in texts]
    empty = np.array([is_blank(cell) for cell in cells] + [True])
    cells = [cell if len(cell) <= LONGEST_VALUE else "" for cell in cells]
    found_order = order or _date_order(cells)
    dates = np.array([_date(cell, found_order) for cell in cells] + ["NaT"], dtype="datetime64[us]")
    values, blank = dates[codes], empty[codes]
    ambiguous = found_order is None and any(_THREE_NUMBERS.fullmatch(cell) for cell in cells)
    bad = np.isnat(values) & ~blank
    return DateColumn(values, np.zeros_like(bad) if ambiguous else bad, blank, found_order, ambiguous)


def _date(cell: str, order: DateOrder | None) -> str:
    """ISO text of one date, 'NaT' if it is none."""
    try:
        date = _written_date(cell, order)
    except ValueError:
        date = None
    return date.isoformat() if date else "NaT"


def _written_date(cell: str, order: DateOrder | None) -> dt.date | None:
    for pattern in (_ISO, _COMPACT):
        if match := pattern.fullmatch(cell):
            return dt.date(*(int(part) for part in match.groups()))
    if match := _ISO_WEEK.fullmatch(cell):
        return dt.date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
    if match := _YEAR_MONTH.fullmatch(cell):
        return dt.date(int(match[1]), int(match[2]), 1)
    if match := _THREE_NUMBERS.fullmatch(cell):
        if order not in ("DMY", "MDY"):
            return None
        first, second, year = int(match[1]), int(match[2]), _full_year(match[3])
        return dt.date(year, second, first) if order == "DMY" else dt.date(year, first, second)
    if match := _DAY_NAME_YEAR.fullmatch(cell):
        return dt.date(_full_year(match[3]), _month(match[2]), int(match[1]))
    if match := _NAME_DAY_YEAR.fullmatch(cell):
        return dt.date(int(match[3]), _month(match[1]), int(match[2]))
    if match := _NAME_YEAR.fullmatch(cell):
        return dt.date(_full_year(match[2]), _month(match[1]), 1)
    return _serial_date(cell)


def _serial_date(cell: str) -> dt.date | None:
    number = float(cell)
    if not SERIAL_DATES[0] <= number <= SERIAL_DATES[1]:
        return None
    day: dt.date = (SERIAL_EPOCH + np.timedelta64(int(number), "D")).astype("datetime64[D]").item()
    return day


def _full_year(text: str) -> int:
    """Two digits: the years 1970 to 2069."""
    year = int(text)
    return year if len(text) == 4 else (2000 if year < 70 else 1900) + year


def _month(name: str) -> int:
    """Number of a month from its English name or at least its first three letters."""
    for month, full_name in enumerate(_MONTH_NAMES, start=1):
        if full_name.startswith(name.lower()):
            return month
    raise ValueError(name)


def _date_order(cells: list[str]) -> DateOrder | None:
    """Order of day and month over a whole column; None where nothing tells them apart."""
    pairs = [(int(match[1]), int(match[2])) for cell in cells if (match := _THREE_NUMBERS.fullmatch(cell))]
    if not pairs:
        return "YMD"
    day_first = any(first > 12 for first, _ in pairs)
    month_first = any(second > 12 for _, second in pairs)
    if day_first != month_first:
        return "DMY" if day_first else "MDY"
    if day_first and month_first:
        return "DMY" if sum(a > 12 for a, _ in pairs) >= sum(b > 12 for _, b in pairs) else "MDY"
    orders: tuple[DateOrder, ...] = ("DMY", "MDY")
    regular = [order for order in orders if _regular([_date(cell, order) for cell in cells])]
    return regular[0] if len(regular) == 1 else None


def _regular(dates: list[str]) -> bool:
    """Whether dates are a day, a week or a month apart throughout."""
    days = np.unique(np.array([date for date in dates if date != "NaT"], dtype="datetime64[D]"))
    if len(days) < 3:
        return False
    steps = np.unique(np.diff(days).astype(int))
    months = np.diff(days.astype("datetime64[M]").astype(int))
    return (len(steps) == 1 and steps[0] in (1, 7)) or (bool((months == 1).all()) and steps.min() >= 28)
