"""Records of the repairs that say how columns are read: they were applied when the table was typed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from mmm_core.labels import first_of
from mmm_core.spec import FixName
from mmm_core.table.fixes.applied import AppliedFix
from mmm_core.table.number_ways import WAYS, NumberWay
from mmm_core.table.reading.raw_table import DetectedFormat
from mmm_core.table.typed import TypedTable

MOST_NAMED = 10


def as_it_lay(detected: DetectedFormat, rows: int, fixes: Collection[FixName]) -> tuple[AppliedFix, ...]:
    """What a person said of sheets and of dates that stood across, in the order of repairs."""
    sheets = first_of([f"'{sheet}'" for sheet in detected.stacked], MOST_NAMED)
    answers: tuple[tuple[FixName, bool, str, str], ...] = (
        ("stack_sheets", bool(sheets), f"Sheets were put under each other ({sheets}).", "There is one sheet to read."),
        ("turn_table", detected.turned, "The table was turned: its dates stood across.", "No dates stand across."),
    )
    return tuple(
        AppliedFix(fix=fix, rows=rows if holds else 0, sentence=done if holds else nothing)
        for fix, holds, done, nothing in answers
        if fix in fixes
    )


def as_it_was_read(
    ways: Mapping[str, NumberWay], table: TypedTable, fixes: Collection[FixName]
) -> tuple[AppliedFix, ...]:
    """What the repairs that were asked for have done to the columns of a table, in their order."""
    return tuple(_record(fix, ways, table, fixes) for fix in WAYS if fix in fixes)


def _record(fix: FixName, ways: Mapping[str, NumberWay], table: TypedTable, fixes: Collection[FixName]) -> AppliedFix:
    concerns, done, nothing = _FIXES[fix]
    names = [name for name, way in ways.items() if concerns(way)]
    earlier = next((each for other, each in _OTHER_WAY.items() if other in fixes and fix == each), None)
    if not names or earlier is not None:
        return AppliedFix(fix=fix, rows=0, sentence="The other answer was given too." if names else nothing)
    named = first_of([f"'{name}'" for name in names], MOST_NAMED)
    return AppliedFix(fix=fix, rows=len(table.frame), sentence=f"{done} ({named}).")


_OTHER_WAY: dict[FixName, FixName] = {
    "doubtful_marks_are_thousands": "doubtful_marks_are_decimal",
    "headers_say_thousands": "numbers_are_in_full",
}
"""Of two answers to one question the first counts."""
_NO_DOUBT = "No column's mark is in doubt: nothing was changed."
_NO_UNIT = "No header of a column of money names a unit: nothing was changed."
_FIXES: dict[FixName, tuple[Callable[[NumberWay], bool], str, str]] = {
    "doubtful_marks_are_thousands": (
        lambda way: way.mark.doubt is not None,
        "The mark of numbers was read as a separator of thousands",
        _NO_DOUBT,
    ),
    "doubtful_marks_are_decimal": (
        lambda way: way.mark.doubt is not None,
        "The mark of numbers was read as a decimal mark",
        _NO_DOUBT,
    ),
    "words_are_zero_and_one": (
        lambda way: way.words is not None,
        "Words were read as 1 and 0",
        "No control consists of one pair of words: nothing was changed.",
    ),
    "headers_say_thousands": (
        lambda way: way.unit is not None,
        "Numbers were multiplied by the unit in their header",
        _NO_UNIT,
    ),
    "numbers_are_in_full": (
        lambda way: way.unit is not None,
        "Numbers were taken to be in full, whatever unit their header names",
        _NO_UNIT,
    ),
}
"""Which columns a repair concerns, what was done to them, and what is said where there is none."""
