"""What a cell says: numbers and dates written as text, in the ways that people and programs write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

type DateOrder = Literal["YMD", "DMY", "MDY"]

BLANK_WORDS = frozenset(
    {"", "na", "n/a", "n.a.", "n/d", "<na>", "null", "(null)", "<null>", "\\n", "none", "nan", "nat", "(blank)", "."}
    | {dash * count for dash in "-–—" for count in (1, 2, 3, 4)}
    | {"#n/a", "#n/a!", "#nv", "#n/d", "#div/0!"}
)
"""Cells that mean: nothing here (compared in lower case); a share of nothing (#DIV/0!) is unknown too."""
LONGEST_BLANK = max(map(len, BLANK_WORDS))
PLAIN = {".": r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$", ",": r"^-?[0-9]{1,15}(,[0-9]{1,15})?$"}
GROUPED = {
    ".": r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,15})?$",
    ",": r"^-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,15})?$",
}
"""Of Arrow's patterns, which take no more steps than a text has characters."""
SERIAL_DATES = (20_000, 80_000)
"""Spreadsheet day numbers of 1954 to 2119; a column of such numbers, asked for as dates, is dates."""
SERIAL_EPOCH = np.datetime64("1899-12-30", "us")

_SPACES = "\u00a0\u202f\u2009\u2007"
LONGEST_VALUE = 200
"""Characters, blanks around them aside, beyond which a cell is text: no pattern is tried on it."""
_SIGN = r"(?:[$€£¥₹₽₺₩]|USD|EUR|GBP|CHF|JPY|SEK|NOK|DKK|PLN|kr)"
# Blanks are stripped and never matched: a pattern that begins with them tries each of them again at every other.
_CURRENCY = re.compile(rf"^{_SIGN}|{_SIGN}$", re.IGNORECASE)
_SAME_CURRENCY = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_NUMBER = {
    # 14,04,582.80 is grouped as in India.
    ".": re.compile(
        r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}|\d+)?(?:\.\d*)?(?:e[+-]?\d+)?", re.IGNORECASE
    ),
    ",": re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d*)?(?:e[+-]?\d+)?", re.IGNORECASE),
}
_SPACED = re.compile(rf"(?<=\d)[ '’{_SPACES}](?=\d{{3}}(?!\d))")
_BOUND = re.compile(r"[<>≤≥]=? ?[0-9.,]+ ?%?")
_NUMERIC_LOOK = re.compile(r"[+-]?\d[\d.,]*")
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


class NumberColumn(NamedTuple):
    """A column as numbers: ``values`` is NaN where the cell is blank or bad (not a finite number)."""

    values: NDArray[np.float64]
    bad: NDArray[np.bool_]
    blank: NDArray[np.bool_]


class DateColumn(NamedTuple):
    """A column as calendar dates, NaT where blank or bad.

    ``ambiguous``: day and month cannot be told apart, so that no date was read.
    """

    values: NDArray[np.datetime64]
    bad: NDArray[np.bool_]
    blank: NDArray[np.bool_]
    order: DateOrder | None
    ambiguous: bool


class Writing(NamedTuple):
    """How the numbers of a text column are written, each with the position of its first cell."""

    currencies: dict[str, int]
    percent: int | None
    no_percent: int | None
    grouped: int | None
    bound: int | None


def is_blank(text: str) -> bool:
    """Whether a cell's text means that nothing is there."""
    if len(text) > LONGEST_BLANK and not text[0].isspace() and not text[-1].isspace():
        return False  # most cells: nothing to strip, and too long for any of the words
    return text.strip().strip(_SPACES).lower() in BLANK_WORDS


def is_bound(text: str) -> bool:
    """Whether a cell gives a bound and no number: a share of "< 10%"."""
    return len(text) <= LONGEST_VALUE and _BOUND.fullmatch(text.strip()) is not None


def detect_decimal(cells: Iterable[str], separator: str | None) -> tuple[Literal[".", ","], bool]:
    """Decimal mark of a file, and whether it had to be assumed although some cells could be read either way."""
    votes = {".": 0, ",": 0}
    unclear = 0
    for cell in cells:
        body = bare_number(cell)
        if body is None or not _NUMERIC_LOOK.fullmatch(body):
            continue
        mark = decimal_of(body)
        if mark in votes:
            votes[mark] += is_number(body, mark)  # a date such as 03.01.2022 has no vote
        elif mark == "unclear":
            unclear += 1
    if votes["."] != votes[","]:
        return (".", False) if votes["."] > votes[","] else (",", False)
    return ("," if separator == ";" and unclear else "."), unclear > 0


def parse_numbers(column: pd.Series, decimal: str) -> NumberColumn:
    """Numbers of a column, each cell judged by itself.

    Understands thousands separators, also as in India, currency signs, percent signs (12.5 % is 12.5), accounting
    negatives, trailing and typographic minus signs. Words for infinity and formulas are bad cells; a bound (< 10%) is
    unknown, and so blank.
    """
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        return NumberColumn(np.where(np.isfinite(numbers), numbers, np.nan), np.isinf(numbers), np.isnan(numbers))
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        blank = column.isna().to_numpy()
        return NumberColumn(np.full(len(column), np.nan), ~blank, blank)
    if column.dtype != "str":
        column = column.astype("str")
    cells = as_arrow(column)
    plain = _plain(cells, decimal) | matching(cells, GROUPED[decimal])
    values, blank = np.full(len(column), np.nan), np.zeros(len(column), bool)
    values[plain] = _numbers(cells.filter(pa.array(plain)), decimal)
    codes, texts = pd.factorize(column[~plain])
    numbers = np.array([_number(str(text), decimal) for text in texts] + [np.nan])
    empty = np.array([is_blank(str(text)) or is_bound(str(text)) for text in texts] + [True])
    values[~plain], blank[~plain] = numbers[codes], empty[codes]
    return NumberColumn(values, np.isnan(values) & ~blank, blank)


def as_arrow(column: pd.Series) -> pa.Array:
    """Text cells as Arrow has them."""
    found = pa.array(column, type=pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _plain(cells: pa.Array, decimal: str) -> NDArray[np.bool_]:
    """Cells that are digits and at most one decimal mark, as most are: read together, and by no pattern of ours."""
    return matching(cells, PLAIN[decimal])


def matching(cells: pa.Array, pattern: str) -> NDArray[np.bool_]:
    """Cells in which one of Arrow's patterns is found; blank ones are not among them."""
    found = pc.fill_null(pc.match_substring_regex(cells, pattern), fill_value=False)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def _numbers(cells: pa.Array, decimal: str) -> NDArray[np.float64]:
    """Plain cells as numbers, correctly rounded as Python's own."""
    ungrouped = pc.replace_substring(cells, "," if decimal == "." else ".", "")
    pointed = ungrouped if decimal == "." else pc.replace_substring(ungrouped, ",", ".")
    return np.asarray(pc.cast(pointed, pa.float64()).to_numpy(zero_copy_only=False))


def is_numeric(column: pd.Series, decimal: str) -> bool:
    """Whether a column holds more numbers than other cells; blanks do not count."""
    numbers = parse_numbers(column, decimal)
    return bool((~numbers.bad & ~numbers.blank).sum() > numbers.bad.sum())


def looks_numeric(column: pd.Series) -> bool:
    """Whether a column holds more numbers than other cells, whichever its decimal mark is."""
    return is_numeric(column, ".") or is_numeric(column, ",")


def writing_of(column: pd.Series, decimal: str) -> Writing:
    """How the numbers of a column are written; cells that are no numbers do not count."""
    writing = Writing({}, None, None, None, None)
    if column.dtype != "str":
        return writing
    column = column.reset_index(drop=True)
    for row, text in _telling(column, decimal):
        number = _number(text, decimal)
        if np.isnan(number):
            writing = writing._replace(bound=row) if writing.bound is None and is_bound(text) else writing
            continue
        if currency := _currency_of(text):
            writing.currencies.setdefault(currency, row)
        if number and text.rstrip(" )").endswith("%"):
            writing = writing._replace(percent=row if writing.percent is None else writing.percent)
        elif number:
            writing = writing._replace(no_percent=row if writing.no_percent is None else writing.no_percent)
        body = bare_number(text) or ""
        if writing.grouped is None and (("," if decimal == "." else ".") in body or _SPACED.search(text)):
            writing = writing._replace(grouped=row)
    return writing


def _telling(column: pd.Series, decimal: str) -> list[tuple[int, str]]:
    """Cells that say how a column is written, with their positions: each way that is there is among them, first.

    Of plain numbers, which are most cells, that is the first one that is not zero; of grouped ones the first.
    """
    cells = as_arrow(column)
    plain = _plain(cells, decimal)
    grouped = matching(cells, GROUPED[decimal])
    told = column[~plain & ~grouped].dropna().drop_duplicates()
    nonzero = plain & matching(cells, r"[1-9]")
    rows = sorted({*told.index.tolist(), *(int(each.argmax()) for each in (nonzero, grouped) if each.any())})
    return [(row, str(text)) for row, text in zip(rows, column.iloc[rows].tolist(), strict=True)]


def has_decimal(column: pd.Series, decimal: str) -> bool:
    """Whether a column has a number in which a mark can be nothing but the decimal mark."""
    if column.dtype != "str":
        return False
    cells = as_arrow(column)
    marked = pc.fill_null(pc.match_substring(cells, decimal), fill_value=False)
    bodies = (bare_number(text) for text in cells.filter(marked).to_pylist())
    return any(decimal_of(body) == decimal for body in bodies if body and _NUMERIC_LOOK.fullmatch(body))


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
    cells = [str(text).strip().strip(_SPACES) for text in texts]
    empty = np.array([is_blank(cell) for cell in cells] + [True])
    cells = [cell if len(cell) <= LONGEST_VALUE else "" for cell in cells]
    found_order = order or _date_order(cells)
    dates = np.array([_date(cell, found_order) for cell in cells] + ["NaT"], dtype="datetime64[us]")
    values, blank = dates[codes], empty[codes]
    ambiguous = found_order is None and any(_THREE_NUMBERS.fullmatch(cell) for cell in cells)
    bad = np.isnat(values) & ~blank
    return DateColumn(values, np.zeros_like(bad) if ambiguous else bad, blank, found_order, ambiguous)


def _currency_of(cell: str) -> str | None:
    text = cell.strip("()-+ \u2212").removesuffix("%").strip()
    match = _CURRENCY.search(text) if len(text) <= LONGEST_VALUE else None
    sign = match[0].upper() if match else None
    return _SAME_CURRENCY.get(sign, sign) if sign else None


def bare_number(cell: str) -> str | None:
    """A number's text without spaces, currency, percent and brackets; a bracket becomes a minus. None: no number."""
    text = cell.strip().strip(_SPACES).replace("\u2212", "-")
    if len(text) > LONGEST_VALUE:
        return None
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].strip()
    text = _CURRENCY.sub("", text.removesuffix("%").strip()).strip()
    if text.startswith("-"):
        text = "-" + _CURRENCY.sub("", text[1:].strip()).strip()
    if text.endswith("-") and len(text) > 1:
        text = "-" + text[:-1].strip()
    # A space or an apostrophe between digits groups thousands.
    text = _SPACED.sub("", text)
    if negative:
        text = "-" + text
    return text if any(character.isdigit() for character in text) else None


def decimal_of(body: str) -> str | None:
    """Which mark is decimal in one number: '.', ',', 'unclear' (1,234), or None (no mark)."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    if not points and not commas:
        return None
    mark, count = (".", points) if points else (",", commas)
    if count > 1:
        return "," if mark == "." else "."
    whole, part = body.lstrip("+-").split(mark)
    grouped = len(part) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    return "unclear" if grouped else mark


def is_number(body: str, decimal: str) -> bool:
    """Whether the bare text of a number is one under a decimal mark."""
    return _NUMBER[decimal].fullmatch(body) is not None


def _number(cell: str, decimal: str) -> float:
    body = bare_number(cell)
    if body is None or not is_number(body, decimal):
        return float("nan")
    plain = body.replace(",", "") if decimal == "." else body.replace(".", "").replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return float("nan")
    return number if np.isfinite(number) else float("nan")


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
