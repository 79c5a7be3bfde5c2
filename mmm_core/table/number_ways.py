"""How each column of numbers is read: its decimal mark, words for 0 and 1, and a unit that its header names.

What only a person can decide is a *doubt* until a repair by name says which way it is (:data:`WAYS`): these repairs are
applied while a column is read, before all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.reading.cells import LONGEST_VALUE, NumberColumn, has_decimal, is_blank, parse_numbers
from mmm_core.table.reading.marks import OTHER, ColumnMark, DecimalMark, mark_of
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.reading.units import Unit, unit_in

WAYS: tuple[FixName, ...] = (
    "doubtful_marks_are_thousands",
    "doubtful_marks_are_decimal",
    "words_are_zero_and_one",
    "headers_say_thousands",
    "numbers_are_in_full",
)
"""Repairs that say how a column is read."""
PAIRS = (
    ("yes", "no"),
    ("y", "n"),
    ("true", "false"),
    ("t", "f"),
    ("on", "off"),
    ("ja", "nein"),
    ("ja", "nee"),
    ("ja", "nej"),
    ("ja", "nei"),
    ("j", "n"),
    ("wahr", "falsch"),
    ("oui", "non"),
    ("o", "n"),
    ("vrai", "faux"),
    ("si", "no"),
    ("sí", "no"),
    ("sì", "no"),
    ("s", "n"),
    ("verdadero", "falso"),
    ("vero", "falso"),
    ("sim", "não"),
    ("sim", "nao"),
    ("tak", "nie"),
    ("ano", "ne"),
    ("да", "нет"),
    ("evet", "hayır"),
    ("kyllä", "ei"),
)
"""Words for 1 and 0, in lower case."""
TICKS = frozenset({"x", "✓", "✔", "☑", "✗", "*", *(yes for yes, _ in PAIRS if len(yes) > 1)})
"""Words for 1 beside cells that are blank for 0."""


class Words(NamedTuple):
    """Words of a column that mean 1 and 0; ``zero`` is None where blank means 0."""

    one: str
    zero: str | None


@dataclass(frozen=True, slots=True)
class NumberWay:
    """How one column is read.

    Attributes
    ----------
    mark
        What the column tells of its decimal mark.
    decimal
        The mark that it is read with.
    words, unit
        What could be read as 0 and 1, or multiplied; None: nothing.
    uses_words, factor
        What is done of that.
    """

    mark: ColumnMark
    decimal: DecimalMark
    words: Words | None = None
    unit: Unit | None = None
    uses_words: bool = False
    factor: float = 1.0

    def read(self, cells: pd.Series) -> NumberColumn:
        """A column as numbers."""
        if self.words is not None and self.uses_words:
            return _zero_and_one(cells, self.words)
        numbers = parse_numbers(cells, self.decimal)
        return numbers if self.factor == 1 else numbers._replace(values=numbers.values * self.factor)


def number_ways(raw: RawTable, sources: Mapping[str, str], settings: DatasetSettings) -> dict[str, NumberWay]:
    """Column of the file to the way in which it is read, for every column of numbers that plays a role."""

    @cache
    def is_usual_known() -> bool:
        return any(has_decimal(cells, raw.detected.decimal) for _, cells in raw.cells.items())

    def mark(cells: pd.Series) -> ColumnMark:
        if settings.reading.decimal is not None:
            return ColumnMark(settings.reading.decimal)
        usual = raw.detected.decimal
        return mark_of(cells, usual, is_usual_known=is_usual_known, separator=raw.detected.separator)

    ways: dict[str, NumberWay] = {}
    for role, source in sources.items():
        if role in ("entity_id", "period_start") or (source in ways and not role.startswith("spend_")):
            continue
        cells = raw.cells[source]
        found = ways[source].mark if source in ways else mark(cells)
        words = words_in(cells) if role.startswith("ctrl_") else None
        unit = unit_in(source) if role == "sales" or role.startswith("spend_") else None
        ways[source] = NumberWay(
            mark=found,
            decimal=_decimal(found, cells, settings.fixes),
            words=words,
            unit=unit,
            uses_words=words is not None and "words_are_zero_and_one" in settings.fixes,
            factor=unit.factor if unit is not None and "headers_say_thousands" in settings.fixes else 1.0,
        )
    return ways


def _decimal(mark: ColumnMark, cells: pd.Series, fixes: tuple[FixName, ...]) -> DecimalMark:
    if mark.doubt is None:
        return mark.decimal
    doubted = mark.doubted(cells)
    if "doubtful_marks_are_thousands" in fixes:
        return OTHER[doubted]
    return doubted if "doubtful_marks_are_decimal" in fixes else mark.decimal


def words_in(cells: pd.Series) -> Words | None:
    """The one pair of words for 1 and 0 that a column consists of; None: there are other cells."""
    if cells.dtype != "str":
        return None
    present = cells.dropna().drop_duplicates()
    if present.empty or len(present) > LONGEST_VALUE or present.str.len().max() > LONGEST_VALUE:
        return None
    said = {text.strip().lower() for text in present if not is_blank(str(text))}
    for one, zero in PAIRS:
        if zero in said and said <= {one, zero}:
            return Words(one, zero)
    if len(said) == 1 and said <= TICKS and cells.isna().any():
        return Words(next(iter(said)), None)
    return next((Words(one, zero) for one, zero in PAIRS if said == {one}), None)


def _zero_and_one(cells: pd.Series, words: Words) -> NumberColumn:
    said = cells.str.strip().str.lower()
    one = (said == words.one).fillna(value=False).to_numpy(bool)
    blank = cells.isna().to_numpy()
    zero = blank if words.zero is None else (said == words.zero).fillna(value=False).to_numpy(bool)
    values = np.where(one, 1.0, np.where(zero, 0.0, np.nan))
    return NumberColumn(values, np.isnan(values) & ~blank, blank & ~zero)
