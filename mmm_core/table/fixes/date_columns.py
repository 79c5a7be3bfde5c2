"""Which columns of a file tell the period where none is named so: a year beside a week or month, a column of last days.

Nothing of it is done before a person has said so (``join_year_and_week``, ``dates_are_period_ends`` and their like).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmm_core.labels import counted
from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.calendar.month_names import month_of, plain_letters
from mmm_core.table.calendar.written_dates import LAST_MONTH, LAST_WEEK, YEARS
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.raw_table import RawTable

YEAR_NAMES = frozenset(["year", "yr", "jahr", "annee", "ano", "anno", "isoyear", "isojahr", "jaar"]) | {
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
MONTH_NAMES = frozenset(["month", "mth", "monat", "mois", "mes", "mese", "maand", "monthnum", "monthno"]) | {
    "month no",
    "month number",
    "month of year",
    "month name",
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
_YEAR = re.compile(r"(\d{4})(?:\.0)?")
MOSTLY = 0.9


class YearAndNumber(NamedTuple):
    """Two columns that tell a period together, and the fix that joins them."""

    year: str
    number: str
    fix: FixName


def says_end(name: str) -> bool:
    """Whether a column's name says that its dates are the last days of periods: week_ending, w/e, period_end, bis."""
    plain = " ".join(plain_letters(name).replace("_", " ").replace("-", " ").split())
    words = _WORD.findall(plain)
    return any(word in END_WORDS for word in words) or any(phrase in plain for phrase in END_PHRASES)


def end_column(raw: RawTable) -> str | None:
    """The one column of dates whose name says that they are last days."""
    found = [str(name) for name, cells in raw.cells.items() if says_end(str(name)) and _are_dates(cells)]
    return found[0] if len(found) == 1 else None


def year_and_number(raw: RawTable, period: str | None = None) -> YearAndNumber | None:
    """A column of years beside one of weeks or months, by names and cells; ``period`` has to be one of them."""
    years = _columns(raw, YEAR_NAMES, _year_of)
    kinds: tuple[tuple[FixName, frozenset[str], Callable[[str], int | None]], ...] = (
        ("join_year_and_week", WEEK_NAMES, _week_of),
        ("join_year_and_month", MONTH_NAMES, _month_of),
    )
    for fix, names, number_of in kinds:
        numbers = _columns(raw, names, number_of)
        if len(years) == 1 and len(numbers) == 1 and period in (None, years[0], numbers[0]):
            return YearAndNumber(years[0], numbers[0], fix)
    return None


def joined(raw: RawTable, pair: YearAndNumber) -> RawTable:
    """The table with year and week, or year and month, in the column of the latter."""
    is_week = pair.fix == "join_year_and_week"
    number_of, form = (_week_of, "{}-W{:02}") if is_week else (_month_of, "{}-{:02}-01")
    cells: list[str | None] = []
    for year, number in zip(_texts(raw.cells[pair.year]), _texts(raw.cells[pair.number]), strict=True):
        parts = _year_of(year), number_of(number)
        known = parts[0] is not None and parts[1] is not None
        cells.append(form.format(*parts) if known else " ".join(part for part in (year, number) if part) or None)
    return replace(raw, cells=raw.cells.assign(**{pair.number: pd.Series(cells, dtype="str")}))


def with_period(
    raw: RawTable, settings: DatasetSettings
) -> tuple[RawTable, DatasetSettings, list[tuple[FixName, int, str]]]:
    """The table and settings under which it has a column of periods, as far as a person asked; and the records."""
    records: list[tuple[FixName, int, str]] = []
    wanted = [fix for fix in ("join_year_and_week", "join_year_and_month") if fix in settings.fixes]
    if wanted:
        pair = year_and_number(raw, settings.columns.get("period_start"))
        if pair is not None and pair.fix in wanted:
            raw = joined(raw, pair)
            settings = _period_is(settings, pair.number)
            what = f"'{pair.year}' and '{pair.number}' were read together as the period"
            records.append((pair.fix, len(raw.cells), f"Columns {what}{_iso(pair)}."))
        records += [(fix, 0, "No two columns hold years and their weeks or months.") for fix in wanted if not records]
    named = {"period_start"} & {str(name).strip().lower() for name in raw.cells.columns}
    asked = {"dates_are_period_ends", "dates_are_period_starts"} & set(settings.fixes)
    if asked and not named and "period_start" not in settings.columns and (column := end_column(raw)) is not None:
        settings = _period_is(settings, column)
    return raw, settings, records


def _iso(pair: YearAndNumber) -> str:
    return ", by the weeks of the ISO calendar" if pair.fix == "join_year_and_week" else ""


def _period_is(settings: DatasetSettings, column: str) -> DatasetSettings:
    return settings.model_copy(update={"columns": {**settings.columns, "period_start": column}})


def _columns(raw: RawTable, names: frozenset[str], number_of: Callable[[str], int | None]) -> list[str]:
    return [
        str(name)
        for name, cells in raw.cells.items()
        if " ".join(_WORD.findall(plain_letters(str(name)).replace("_", " "))) in names and _mostly(cells, number_of)
    ]


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


def _are_dates(cells: pd.Series) -> bool:
    found = parse_dates(cells)
    there = ~found.blank & ~found.bad
    return bool(there.any() and there.sum() >= MOSTLY * (~found.blank).sum())


def sentence(pair: YearAndNumber, rows: int) -> str:
    """What two columns tell together."""
    what = "weeks" if pair.fix == "join_year_and_week" else "months"
    return f"Column '{pair.year}' holds years and '{pair.number}' {what} ({counted(rows, 'row')})."
