"""What of a file is not in its table: titles, totals, footnotes, sheets. Each part with where it stood and its words.

Whatever a reader leaves out has an entry here: what is left out without a word looks as if it were in the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from mmm_core.labels import counted, first_of, listed
from mmm_core.schema import Strict

type Part = Literal["titles", "explanation", "numbering", "totals", "footnotes", "lines", "columns", "sheets"]
type Line = tuple[int, Sequence[str]]
"""Number of a row in the file, and its cells that are not blank, as text."""

MOST_QUOTED = 4
"""Rows of which the words are kept."""
LONGEST_QUOTE = 120
MOST_NAMED = 12


class LeftOut(Strict):
    """A part of a file that is not in its table."""

    part: Part
    rows: tuple[int, ...] = Field((), description="Rows of the file that are left out, numbered as in it.")
    names: tuple[str, ...] = Field((), description="Columns or sheets that are left out.")
    words: tuple[str, ...] = Field((), description="What the first of these rows say, shortened.")
    sentence: str


def titles(lines: Sequence[Line]) -> LeftOut:
    """Rows above the header."""
    what = "is a title" if len(lines) == 1 else "are titles"
    return _of_rows("titles", lines, f"{what} above the header and {_was(lines)} left out.")


def explanation(line: Line) -> LeftOut:
    """A row below the header that says what its columns are."""
    return _of_rows("explanation", [line], "explains the columns (units, say) and was left out.")


def totals(lines: Sequence[Line]) -> LeftOut:
    """Rows of totals at the end."""
    return _of_rows("totals", lines, f"{'holds' if len(lines) == 1 else 'hold'} totals and {_was(lines)} left out.")


def footnotes(lines: Sequence[Line]) -> LeftOut:
    """Text below the table."""
    what = "is" if len(lines) == 1 else "are"
    return _of_rows("footnotes", lines, f"{what} text below the table and {_was(lines)} left out.")


def nameless_lines(lines: Sequence[Line]) -> LeftOut:
    """Lines of a table whose dates stand across that have no name, or nothing under a date."""
    what = "has" if len(lines) == 1 else "have"
    return _of_rows("lines", lines, f"{what} no name, or nothing under the dates, and {_was(lines)} left out.")


def numbering() -> LeftOut:
    """An unnamed first column that counts the rows."""
    return LeftOut(part="numbering", sentence="The unnamed first column numbers the rows and was left out.")


def summing_columns(names: Sequence[str]) -> LeftOut:
    """Columns between dates that stand across: totals, or a year after its months."""
    return _of_columns(names, "adds up dates, or names none,", "add up dates, or name none,")


def second_label(name: str) -> LeftOut:
    """A column that names the lines of a table once more."""
    return _of_columns([name], "names the lines once more", "name the lines once more")


def sheets(names: Sequence[str], *, why: str = "") -> LeftOut:
    """Sheets of a workbook beside those that were read; ``why`` follows their names."""
    quoted = first_of([f"'{name}'" for name in names], MOST_NAMED)
    return LeftOut(
        part="sheets",
        names=tuple(names),
        sentence=f"The workbook has {'another sheet' if len(names) == 1 else 'other sheets'} that "
        f"{'was' if len(names) == 1 else 'were'} not read ({quoted}){why}.",
    )


def of_sheet(part: LeftOut, sheet: str, *, before: int) -> LeftOut:
    """A part of one sheet of several under each other; its sentence has the row's number on that sheet.

    ``before`` is the number of rows on the sheets above it.
    """
    rows = tuple(row + before for row in part.rows)
    return part.model_copy(update={"rows": rows, "sentence": f"'{sheet}': {part.sentence}"})


def in_words(rows: Sequence[int]) -> str:
    """Rows by their numbers: Row 3; Rows 3 to 6; Rows 3, 5 and 2 more."""
    if len(rows) == 1:
        return f"Row {rows[0]:,}"
    if rows[-1] - rows[0] == len(rows) - 1:
        return f"Rows {rows[0]:,} {'and' if len(rows) == 2 else 'to'} {rows[-1]:,}"
    numbers = [f"{row:,}" for row in rows]
    return f"Rows {listed(numbers) if len(rows) <= MOST_NAMED else first_of(numbers, MOST_NAMED)}"


def _of_rows(part: Part, lines: Sequence[Line], what: str) -> LeftOut:
    rows = tuple(number for number, _ in lines)
    quotes = (_quote(cells) for _, cells in lines)
    words = tuple(quote for quote in quotes if any(map(str.isalnum, quote)))[:MOST_QUOTED]
    return LeftOut(part=part, rows=rows, words=words, sentence=f"{in_words(rows)} {what}")


def _of_columns(names: Sequence[str], one: str, several: str) -> LeftOut:
    quoted = first_of([f"'{name}'" for name in names], MOST_NAMED)
    sentence = (
        f"Column {quoted} {one} and was left out."
        if len(names) == 1
        else f"{counted(len(names), 'column')} {several} and were left out: {quoted}."
    )
    return LeftOut(part="columns", names=tuple(names), sentence=sentence)


def _was(lines: Sequence[Line]) -> str:
    return "was" if len(lines) == 1 else "were"


def _quote(cells: Sequence[str]) -> str:
    text = ", ".join(" ".join(cell.split()) for cell in cells)
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"
