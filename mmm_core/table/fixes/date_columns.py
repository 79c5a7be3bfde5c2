"""Which columns of a file tell the period where none is named so: year, month and day apart, a column of last days.

Nothing of it is done before a person has said so (``join_year_and_week``, ``dates_are_period_ends`` and their like).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmm_core.labels import counted, listed
from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.calendar.month_names import month_of, plain_letters
from mmm_core.table.calendar.written_dates import LAST_MONTH, LAST_WEEK, YEARS
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.raw_table import RawTable

YEAR_NAMES = frozenset(
    ["year", "yr", "jahr", "annee", "ano", "anno", "isoyear", "isojahr", "jaar", "rok", "aar", "ar"]
) | {
    "iso year",
    "year iso",
}
WEEK_NAMES = frozenset(
    [
        "week",
        "wk",
        "kw",
        "cw",
        "woche",
        "kalenderwoche",
        "semaine",
        "semana",
        "settimana",
        "isoweek",
        "weeknum",
        "weekno",
        "weeknumber",
    ]
) | {"iso week", "week no", "week num", "week number", "week of year", "calendar week", "iso kw", "week iso"}
MONTH_NAMES = frozenset(
    ["month", "mth", "monat", "mois", "mes", "mese", "maand", "monthnum", "monthno", "miesiac", "maned"]
) | {
    "month no",
    "month number",
    "month of year",
    "month name",
}
DAY_NAMES = frozenset(["day", "tag", "jour", "dia", "giorno", "dag", "dom", "den", "dzien", "dayofmonth"]) | {
    "day of month",
    "day of the month",
    "day no",
    "day number",
    "tag des monats",
    "jour du mois",
    "dia del mes",
}
END_WORDS = frozenset(
    [
        "end",
        "ending",
        "ends",
        "ended",
        "ende",
        "endet",
        "bis",
        "until",
        "till",
        "fin",
        "fine",
        "final",
        "last",
        "eow",
        "eom",
        "weekending",
    ]
)
END_PHRASES = ("w/e", "week end", "weekend")
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS_AND_NUMBER = re.compile(r"[^\W\d_]{0,12}\.?[ -]?(\d{1,2})(?:\.0)?")
_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:\.0|\.|st|nd|rd|th)?", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})(?:\.0)?")
MOSTLY = 0.9
DAYS_A_WEEK, LAST_DAY, MOST_WEEKS_OF_MONTH = 7, 31, 6


class PeriodParts(NamedTuple):
    """Columns that tell a period together, the year first, and the fix that joins them."""

    columns: tuple[str, ...]
    fix: FixName


class _Part(NamedTuple):
    """A part of a date, what its column may be called, and how a cell is read as a number."""

    noun: str
    names: frozenset[str]
    number_of: Callable[[str], int | None]


def says_end(name: str) -> bool:
    """Whether a column's name says that its dates are the last days of periods: week_ending, w/e, period_end, bis."""
    plain = " ".join(plain_letters(name).replace("_", " ").replace("-", " ").split())
    words = _WORD.findall(plain)
    return any(word in END_WORDS for word in words) or any(phrase in plain for phrase in END_PHRASES)


def end_column(raw: RawTable) -> str | None:
    """The one column of dates whose name says that they are last days."""
    found = [str(name) for name, cells in raw.cells.items() if says_end(str(name)) and _are_dates(cells)]
    return found[0] if len(found) == 1 else None


def period_parts(raw: RawTable, period: str | None = None) -> PeriodParts | None:
    """Columns of years and of weeks, months or days, by names and cells; ``period`` has to be one of them.

    Weeks that are counted within their month begin on no day of their own: of them year and month are taken.
    """
    found = {part: names[0] for part in _PARTS if len(names := _columns(raw, part)) == 1}
    if _YEARS not in found:
        return None
    weekly = _WEEKS in found and not (_MONTHS in found and _largest(raw, found[_WEEKS], _WEEKS) <= MOST_WEEKS_OF_MONTH)
    for fix, parts in _FORMS.items():
        # A day of the week stands beside weeks, and up to 7; a day of the month beside months.
        is_there = all(part in found for part in parts) and (weekly or _WEEKS not in parts)
        if is_there and _DAYS in parts and weekly and _largest(raw, found[_DAYS], _DAYS) <= DAYS_A_WEEK:
            continue
        columns = tuple(found[part] for part in parts) if is_there else ()
        if columns and (period is None or period in columns):
            return PeriodParts(columns, fix)
    return None


def joined(raw: RawTable, together: PeriodParts) -> RawTable:
    """The table with year and week, or year, month and day, in the last of their columns."""
    parts, form = _FORMS[together.fix], _WRITTEN[together.fix]
    cells: list[str | None] = []
    for texts in zip(*(_texts(raw.cells[column]) for column in together.columns), strict=True):
        numbers = [part.number_of(text) for part, text in zip(parts, texts, strict=True)]
        known = all(number is not None for number in numbers)
        cells.append(form.format(*numbers) if known else " ".join(text for text in texts if text) or None)
    return replace(raw, cells=raw.cells.assign(**{together.columns[-1]: pd.Series(cells, dtype="str")}))


def with_period(
    raw: RawTable, settings: DatasetSettings
) -> tuple[RawTable, DatasetSettings, list[tuple[FixName, int, str]]]:
    """The table and settings under which it has a column of periods, as far as a person asked; and the records."""
    records: list[tuple[FixName, int, str]] = []
    wanted = [fix for fix in _FORMS if fix in settings.fixes]
    if wanted:
        together = period_parts(raw, settings.columns.get("period_start"))
        if together is not None and together.fix in wanted:
            raw = joined(raw, together)
            settings = _period_is(settings, together.columns[-1])
            what = f"{listed([f"'{name}'" for name in together.columns])} were read together as the period"
            records.append((together.fix, len(raw.cells), f"Columns {what}{_iso(together)}."))
        nothing = "No columns hold years and their weeks, months or days."
        records += [(fix, 0, nothing) for fix in wanted if not records]
    named = {"period_start"} & {str(name).strip().lower() for name in raw.cells.columns}
    asked = {"dates_are_period_ends", "dates_are_period_starts"} & set(settings.fixes)
    if asked and not named and "period_start" not in settings.columns and (column := end_column(raw)) is not None:
        settings = _period_is(settings, column)
    return raw, settings, records


def _iso(together: PeriodParts) -> str:
    return ", by the weeks of the ISO calendar" if together.fix == "join_year_and_week" else ""


def _period_is(settings: DatasetSettings, column: str) -> DatasetSettings:
    return settings.model_copy(update={"columns": {**settings.columns, "period_start": column}})


def _columns(raw: RawTable, part: _Part) -> list[str]:
    return [
        str(name)
        for name, cells in raw.cells.items()
        if " ".join(_WORD.findall(plain_letters(str(name)).replace("_", " "))) in part.names
        and _mostly(cells, part.number_of)
    ]


def _largest(raw: RawTable, column: str, part: _Part) -> int:
    return max((part.number_of(text) or 0 for text in set(_texts(raw.cells[column]))), default=0)


def _mostly(cells: pd.Series, number_of: Callable[[str], int | None]) -> bool:
    present = [text for text in _texts(cells) if text]
    found = {text: number_of(text) is not None for text in set(present)}
    return bool(present) and bool(np.mean([found[text] for text in present]) >= MOSTLY)


def _texts(cells: pd.Series) -> list[str]:
    return ["" if pd.isna(cell) else str(cell).strip() for cell in cells.tolist()]


def _year_of(text: str) -> int | None:
    match = _YEAR.fullmatch(text)
    return int(match[1]) if match and YEARS[0] <= int(match[1]) <= YEARS[1] else None


def _week_of(text: str) -> int | None:
    match = _LETTERS_AND_NUMBER.fullmatch(text)
    return int(match[1]) if match and 1 <= int(match[1]) <= LAST_WEEK else None


def _month_of(text: str) -> int | None:
    match = _LETTERS_AND_NUMBER.fullmatch(text)
    if match:
        return int(match[1]) if 1 <= int(match[1]) <= LAST_MONTH else None
    return month_of(text)


def _day_of(text: str) -> int | None:
    match = _DAY_OF_MONTH.fullmatch(text)
    return int(match[1]) if match and 1 <= int(match[1]) <= LAST_DAY else None


def _are_dates(cells: pd.Series) -> bool:
    found = parse_dates(cells)
    there = ~found.blank & ~found.bad
    return bool(there.any() and there.sum() >= MOSTLY * (~found.blank).sum())


def sentence(together: PeriodParts, rows: int) -> str:
    """What some columns tell together."""
    parts = zip(together.columns, _FORMS[together.fix], strict=True)
    told = [
        f"'{column}' holds {part.noun}" if place == 0 else f"'{column}' {part.noun}"
        for place, (column, part) in enumerate(parts)
    ]
    return f"Column {listed(told)} ({counted(rows, 'row')})."


_YEARS = _Part("years", YEAR_NAMES, _year_of)
_WEEKS = _Part("weeks", WEEK_NAMES, _week_of)
_MONTHS = _Part("months", MONTH_NAMES, _month_of)
_DAYS = _Part("days", DAY_NAMES, _day_of)
_PARTS = (_YEARS, _WEEKS, _MONTHS, _DAYS)
_FORMS: dict[FixName, tuple[_Part, ...]] = {
    "join_year_month_and_day": (_YEARS, _MONTHS, _DAYS),
    "join_year_and_week": (_YEARS, _WEEKS),
    "join_year_and_month": (_YEARS, _MONTHS),
}
"""What is joined by each fix, the likeliest first."""
_WRITTEN: dict[FixName, str] = {
    "join_year_month_and_day": "{}-{:02}-{:02}",
    "join_year_and_week": "{}-W{:02}",
    "join_year_and_month": "{}-{:02}-01",
}
