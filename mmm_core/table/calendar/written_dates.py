"""What one cell says of time: a day, a range of days, a month or a week, and the time of day beside it.

A cell that can be read in several ways is taken apart and left open; the whole column decides
(:mod:`mmm_core.table.reading.dates`).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from mmm_core.table.calendar.month_names import is_weekday, month_of

type DateOrder = Literal["YMD", "DMY", "MDY"]

SERIAL_DATES = (20_000, 80_000)
"""Spreadsheet day numbers of 1954 to 2119; a column of such numbers, asked for as dates, is dates."""
SERIAL_EPOCH = np.datetime64("1899-12-30", "us")
YEARS = (1950, 2100)
"""Four digits that are a year where they begin a number of six or eight."""
LAST_MONTH, LAST_WEEK = 12, 53
SECONDS_A_DAY = 86_400

_NAME = r"([^\W\d_]{3,12})"
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_SIX_DIGITS = re.compile(r"\d{6}")
_DIGITS = re.compile(r"\d{6}|\d{8}|\d{10}")
_WEEK_WORD = r"(?:W|KW|CW|S|WK|Week|Woche|Kalenderwoche|Sem|Semaine|Semana|Settimana)"
_YEAR_WEEK = re.compile(rf"(\d{{4}})[-/., ]{{0,2}}{_WEEK_WORD}[-. ]?(\d{{1,2}})(?:-?(\d))?", re.IGNORECASE)
_WEEK_YEAR = re.compile(rf"{_WEEK_WORD}[-. ]{{0,2}}(\d{{1,2}})[-/., ]{{1,2}}(\d{{4}})", re.IGNORECASE)
_NUMBERED_WEEK_YEAR = re.compile(rf"(\d{{1,2}})\.? ?{_WEEK_WORD}[-/., ]{{0,2}}(\d{{4}})", re.IGNORECASE)
_YEAR_M = re.compile(r"(\d{4})[-/. ]?M(\d{1,2})", re.IGNORECASE)
_M_YEAR = re.compile(r"M(\d{1,2})[-/. ](\d{4})", re.IGNORECASE)
_YEAR_NUMBER = re.compile(r"(\d{4})[-/. ](\d{1,2})")
_NUMBER_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{4})")
_THREE = re.compile(r"(\d{1,2})[-/. ]{1,2}(\d{1,2})[-/. ]{1,2}(\d{4}|\d{2})")
_DAY_NAME_YEAR = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|er)?[-/. ]{{0,2}}{_NAME}[-/., ]{{1,2}}'?(\d{{4}}|\d{{2}})")
_NAME_DAY_YEAR = re.compile(rf"{_NAME}[-/. ]{{1,2}}(\d{{1,2}})(?:st|nd|rd|th)?[-/., ]{{1,2}}'?(\d{{4}})")
_NAME_YEAR = re.compile(rf"{_NAME}[-/., ]{{0,2}}'?(\d{{4}}|\d{{2}})")
_YEAR_NAME = re.compile(rf"(\d{{4}})[-/., ]{{1,2}}{_NAME}")
_YEAR_NAME_DAY = re.compile(rf"(\d{{4}})[-/., ]{{1,2}}{_NAME}[-/., ]{{1,2}}(\d{{1,2}})")
_TIME = re.compile(
    r"(?:T|[ ,]{1,3})(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)? ?([AP])?\.?(?:M\.?)? ?"
    r"(Z|[A-Z]{3,5}|(?:UTC|GMT)?[+-]\d{2}:?(?:\d{2})?)?$",
    re.IGNORECASE,
)
_COMPACT_TIME = re.compile(r"T(\d{2})(\d{2})(\d{2})?()(Z|[+-]\d{4})?$", re.IGNORECASE)
_YEAR_SIGN, _MONTH_SIGN, _DAY_SIGN, _WEEK_SIGN = "年년", "月월", "日号號일", "周週주"
_EAST_DAY = re.compile(rf"(\d{{4}}|\d{{2}}) ?[{_YEAR_SIGN}] ?(\d{{1,2}}) ?[{_MONTH_SIGN}] ?(\d{{1,2}}) ?[{_DAY_SIGN}]")
_EAST_MONTH = re.compile(rf"(\d{{4}}) ?[{_YEAR_SIGN}] ?(\d{{1,2}}) ?[{_MONTH_SIGN}](?! ?\d)")
_EAST_MONTH_DAY = re.compile(rf"(\d{{1,2}}) ?[{_MONTH_SIGN}] ?(\d{{1,2}}) ?[{_DAY_SIGN}]")
_EAST_WEEK = re.compile(rf"(\d{{4}}) ?[{_YEAR_SIGN}] ?第? ?(\d{{1,2}}) ?[{_WEEK_SIGN}차]?[{_WEEK_SIGN}目]?")
_EAST_POINTS = re.compile(r"(\d{4})\. ?(\d{1,2})\. ?(\d{1,2})\.?")
_EAST_WEEKDAY = re.compile(
    r" ?[(（]?(?:星期|周|週|礼拜)?[月火水木金土日一二三四五六天월화수목금토일](?:曜日?|요일)?[)）]?$"
)
_ERAS = {"令和": 2018, "平成": 1988}
_ERA = re.compile(r"(令和|平成)(元|\d{1,2})(?=年)")
"""Dates in signs of Chinese, Japanese and Korean: 2022年1月3日, 2022년 1월 3일, 2022年第1周, 令和4年1月3日."""
_OF = re.compile(r" (?:de|of|del|di) ", re.IGNORECASE)
_BETWEEN = (" - ", "–", "—", " to ", " bis ", " until ", " through ", " au ", " al ", " a ", " à ", " t/m ", "→", "->",
            "〜", "..", "~", ";", ",", "/")  # fmt: skip
"""What stands between the first and the last day of a range."""
_BEFORE = ("from ", "von ", "vom ", "du ", "del ", "dal ", "de ")


_RANGE_WORDS = frozenset(
    [
        "from",
        "to",
        "bis",
        "until",
        "through",
        "von",
        "vom",
        "du",
        "au",
        "del",
        "dal",
        "de",
        "al",
        "a",
        "à",
        "t",
        "m",
        "st",
        "nd",
        "rd",
        "th",
        "er",
    ]
)
_WORD = re.compile(r"[^\W\d_]+")
MOST_TRIES = 3
"""A range has one mark between its days; so many are tried."""


class Three(NamedTuple):
    """Three numbers of which the order is open; ``year_digits`` are those of the last one."""

    first: int
    second: int
    third: int
    year_digits: int
    first_digits: int


class YearAnd(NamedTuple):
    """A year and a number: a month, or the week of the ISO calendar."""

    year: int
    number: int


type Part = dt.date | Three | YearAnd


class Written(NamedTuple):
    """A cell taken apart.

    Attributes
    ----------
    end
        Last day of a range.
    borrowed
        The first day of a range has the year of the last one, for it has none of its own.
    seconds
        Time of day (seconds since midnight).
    zone
        Zone as written, upper case; Z and UTC are ``Z``.
    iso
        The year first, and the month second.
    """

    start: Part
    end: Part | None = None
    borrowed: bool = False
    seconds: int = 0
    zone: str = ""
    iso: bool = False


def written(cell: str) -> Written | None:
    """Take one cell apart; None: it is no date."""
    cell = cell if cell.isascii() else _in_numbers(cell)
    body, seconds, zone = _without_time(cell)
    body = _without_weekday(body)
    found = _part(body)
    if found is not None:
        return Written(found, seconds=seconds, zone=zone, iso=_ISO.fullmatch(body) is not None)
    if seconds == 0 and not zone and (serial := _serial(cell)) is not None:
        return Written(serial[0], seconds=serial[1])
    return _range(cell)


def resolved(part: Part, order: DateOrder | None, *, weeks: bool) -> dt.date | None:
    """The first day of what was written; None where there is no such day, or the order is open."""
    try:
        if isinstance(part, YearAnd):
            return dt.date.fromisocalendar(part.year, part.number, 1) if weeks else dt.date(part.year, part.number, 1)
        if not isinstance(part, Three):
            return part
        if order == "YMD":
            two = part.year_digits == 2 and part.first_digits == 2
            return dt.date(full_year(part.first), part.second, part.third) if two else None
        if order is None:
            return None
        year = part.third if part.year_digits == 4 else full_year(part.third)
        month, day = (part.second, part.first) if order == "DMY" else (part.first, part.second)
        return dt.date(year, month, day)
    except ValueError:
        return None


def as_three(text: str) -> Three | None:
    """Six digits as day, month and year of two digits each, in an order that is open."""
    return Three(int(text[:2]), int(text[2:4]), int(text[4:]), 2, 2) if _SIX_DIGITS.fullmatch(text) else None


def full_year(number: int) -> int:
    """Two digits: the years 1970 to 2069."""
    return (2000 if number < 70 else 1900) + number


def _in_numbers(cell: str) -> str:
    """A cell with signs of Chinese, Japanese or Korean as one with numbers: 2022-1-3, 2022M1, 2022-W1."""
    text = unicodedata.normalize("NFKC", cell)
    text = _ERA.sub(lambda era: str(_ERAS[era[1]] + (1 if era[2] == "元" else int(era[2]))), text)
    if text[-1:] in ")）" or "曜" in text or "요일" in text or "星期" in text:
        text = _EAST_WEEKDAY.sub("", text)
    if not any(sign in text for sign in _YEAR_SIGN):
        return text
    found = _EAST_DAY.sub(lambda day: f"{_year_of(day[1])}-{day[2]}-{day[3]}", text)
    found = _EAST_MONTH.sub(r"\1M\2", found)
    if (year := found[:4]).isdigit():
        found = _EAST_MONTH_DAY.sub(rf"{year}-\1-\2", found)
    return _EAST_WEEK.sub(r"\1-W\2", found) if any(sign in found for sign in _WEEK_SIGN) else found


def _year_of(digits: str) -> int:
    return int(digits) if len(digits) == 4 else full_year(int(digits))


@lru_cache(maxsize=20_000)
def _part(text: str) -> Part | None:
    try:
        return _by_digits(text) or _by_week(text) or _by_name(text)
    except ValueError:
        return None


def _by_digits(text: str) -> Part | None:
    if match := _ISO.fullmatch(text):
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    if match := _EAST_POINTS.fullmatch(text):
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    if match := _THREE.fullmatch(text):
        first, second, third = (int(part) for part in match.groups())
        return Three(first, second, third, len(match[3]), len(match[1]))
    if _DIGITS.fullmatch(text):
        return _run_of_digits(text)
    if match := _YEAR_NUMBER.fullmatch(text):
        return YearAnd(int(match[1]), int(match[2]))
    if match := _NUMBER_YEAR.fullmatch(text):
        return YearAnd(int(match[2]), int(match[1]))
    if match := _YEAR_M.fullmatch(text):
        return dt.date(int(match[1]), int(match[2]), 1)
    if match := _M_YEAR.fullmatch(text):
        return dt.date(int(match[2]), int(match[1]), 1)
    return None


def _run_of_digits(text: str) -> Part | None:
    """20230102, 202301, 230102, 02012023."""
    head, tail = int(text[:4]), int(text[-4:])
    if YEARS[0] <= head <= YEARS[1] and len(text) == 6:
        return YearAnd(head, int(text[4:]))
    if len(text) == 8 and not YEARS[0] <= head <= YEARS[1] and YEARS[0] <= tail <= YEARS[1]:
        return Three(int(text[:2]), int(text[2:4]), tail, 4, 2)
    if len(text) == 8:
        return dt.date(head, int(text[4:6]), int(text[6:]))
    return as_three(text)


def _by_week(text: str) -> dt.date | None:
    if match := _YEAR_WEEK.fullmatch(text):
        return dt.date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
    if match := _WEEK_YEAR.fullmatch(text) or _NUMBERED_WEEK_YEAR.fullmatch(text):
        return dt.date.fromisocalendar(int(match[2]), int(match[1]), 1)
    return None


def _by_name(text: str) -> dt.date | None:
    text = _OF.sub(" ", text)
    for pattern, places in (
        (_DAY_NAME_YEAR, (3, 2, 1)),
        (_NAME_DAY_YEAR, (3, 1, 2)),
        (_YEAR_NAME_DAY, (1, 2, 3)),
        (_NAME_YEAR, (2, 1, None)),
        (_YEAR_NAME, (1, 2, None)),
    ):
        match = pattern.fullmatch(text)
        year, name, day = places
        if match and (month := month_of(match[name])) is not None:
            number = int(match[year])
            return dt.date(number if len(match[year]) == 4 else full_year(number), month, int(match[day]) if day else 1)
    return None


def _without_time(cell: str) -> tuple[str, int, str]:
    """The cell without its time of day, which is seconds since midnight and a zone."""
    match = _TIME.search(cell) if ":" in cell else _COMPACT_TIME.search(cell)
    if match is None:
        if len(cell) == 10 and cell.isdigit() and int(cell[8:]) < 24:  # 2023010214, as analytics tools write hours
            return cell[:8], 3600 * int(cell[8:]), ""
        return cell, 0, ""
    hour, half = int(match[1]), (match[4] or "").upper()
    hour = hour % 12 + (12 if half == "P" else 0) if half else hour
    minute, second = int(match[2]), int(match[3] or 0)
    if hour > 24 or minute > 59 or second > 60:
        return cell, 0, ""
    zone = (match[5] or "").upper()
    return cell[: match.start()], 3600 * hour + 60 * minute + second, "Z" if zone in ZULU else zone


ZULU = frozenset({"Z", "UTC", "GMT", "+00", "+0000", "+00:00", "UTC+00:00", "GMT+0000"})


def _without_weekday(text: str) -> str:
    first, _, rest = text.partition(" ")
    if rest and not first[:1].isdigit() and is_weekday(first[:12]) and month_of(first.rstrip(".,")) is None:
        return rest.strip()
    before, _, last = text.rpartition(" ")
    return before.rstrip(" ,") if before and not last[:1].isdigit() and is_weekday(last[:12]) else text


def _serial(cell: str) -> tuple[dt.date, int] | None:
    """Day and time of a spreadsheet's number."""
    try:
        number = float(cell)
    except ValueError:
        return None
    if not SERIAL_DATES[0] <= number <= SERIAL_DATES[1]:
        return None
    seconds = round(number * SECONDS_A_DAY)
    day: dt.date = (SERIAL_EPOCH + np.timedelta64(seconds // SECONDS_A_DAY, "D")).astype("datetime64[D]").item()
    return day, seconds % SECONDS_A_DAY


def _range(cell: str) -> Written | None:
    """First and last day of a range; the first may leave its year, or its month and year, to the last."""
    lowered = cell.lower()
    if not all(_belongs_to_ranges(word) for word in _WORD.findall(lowered)):
        return None
    start = next((len(word) for word in _BEFORE if lowered.startswith(word)), 0)
    body, lowered = cell[start:], lowered[start:]
    once = [between for between in _BETWEEN if lowered.count(between) == 1]
    for between in once[:MOST_TRIES]:
        place = lowered.index(between)
        if found := _from_to(body[:place].strip(), body[place + len(between) :].strip()):
            return found
    hyphens = [place for place, character in enumerate(body) if character == "-"]
    if len(hyphens) % 2 == 1 and len(hyphens) <= 5:
        place = hyphens[len(hyphens) // 2]
        return _from_to(body[:place].strip(), body[place + 1 :].strip())
    return None


def _belongs_to_ranges(word: str) -> bool:
    return word in _RANGE_WORDS or month_of(word) is not None or is_weekday(word)


def _from_to(left: str, right: str) -> Written | None:
    left, right = _without_weekday(_without_time(left)[0]), _without_weekday(_without_time(right)[0])
    if not left or not right:
        return None
    end, year, rest = _part(right), right[-4:], right.lstrip("0123456789")
    # "Jan 2 – 8, 2023": the last day has the first one's month.
    if (end is None or isinstance(end, YearAnd)) and not left[:1].isdigit():
        end = _part(f"{left.split()[0]} {right}")
    if not isinstance(end, dt.date | Three):
        return None
    start = _part(left)
    if isinstance(start, dt.date | Three) and not _lacks_year(left):
        return Written(start, end)
    if not year.isdigit():
        return None
    for text in (f"{left.rstrip('.-/, ')}{_mark(right)}{year}", f"{left.rstrip('., ')} {year}", f"{left}{rest}"):
        start = _part(text)
        if isinstance(start, dt.date | Three):
            return Written(start, end, borrowed=True)
    return None


def _lacks_year(left: str) -> bool:
    """Whether what can be read as "Jan 2002" is a day of January: two digits alone are no year of a range's start."""
    return _NAME_YEAR.fullmatch(left) is not None


def _mark(text: str) -> str:
    return next((mark for mark in "./-" if mark in text), " ")
