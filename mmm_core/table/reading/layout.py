"""Where in a sheet is the table? Titles above it, its header in one row or two, totals and footnotes below it.

A table may also lie on its side, its dates across: then it is turned.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from mmm_core.table.glance import left_out
from mmm_core.table.glance.left_out import LeftOut, Line
from mmm_core.table.reading.cells import LONGEST_VALUE, parse_numbers
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.raw_table import Cell, as_text
from mmm_core.table.reading.units import currency_of, scale_of, unit_in

type Row = tuple[int, list[Cell]]
"""Number of a row in the file, and its cells."""

ROWS_LOOKED_AT = 200
LEAST_WIDTH = 0.75
"""Share of the usual width from which a row may be the header: what is narrower stands above the table."""
LEAST_DATES_ACROSS = 3
MOST_LABELS = 2
"""So many columns may name the lines of a table whose dates stand across."""
ACROSS = "The dates stand across: each of these columns was made a row, and has the number of the column."
PREFIXES = ("act_", "spend_", "ctrl_")
NAMES = ("entity_id", "period_start", "sales")
_TOTALS = (
    r"(?:eind|sub)?(?:totals?|totaal|totale|totali|totaux|totales)|sum|[^\W\d_]{0,12}summe|gesamt|(?:gesamt)?ergebnis|"
    r"insgesamt|somme|suma|soma|razem|celkem|toplam|yhteensä|итого|всего|összesen"
)
_TOTAL = re.compile(
    rf"(?:(?:grand|sub|overall|sous|year|quarter|month|annual)[ -]?)?(?:{_TOTALS})(?!\w)|.*(?<!\w)(?:{_TOTALS})[: ]*$",
    re.IGNORECASE,
)
_LONGER_SPAN = re.compile(
    r"(?:fy|cy|gj|ytd|full[ -]year|year|jahr|ann[ée]e|año|anno)[ ']*(?:\d{2}|\d{4})?(?:[/-]\d{2,4})?"
    r"|(?:19|20)\d{2}(?:\.0)?|[qth][1-4](?:[ '/-]*\d{2,4})?|[1-4][qt](?:[ '/-]*\d{2,4})?",
    re.IGNORECASE,
)
"""A year, a half or a quarter: among columns of months it is their total."""
_MEASURE = re.compile(
    r"(?:act|spend|ctrl)_|.*(?:sales|revenue|turnover|umsatz|ventas|ventes|vendite|omzet|orders|spend|cost|kosten|coste|co[uû]t"
    r"|price|preis|precio|prix|impression|click|grp)",
    re.IGNORECASE,
)
"""What measures are called, as against entities."""
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
KNOWN_TEXTS = 256
"""So many cells are remembered as values or words: header and first rows are looked at several times."""
_COMPACT_DATE = re.compile(r"(?:19|20)\d{6}")


class Header(NamedTuple):
    """The names of the columns as they are written, the number of their (first) row, and the rows below.

    ``joined`` says that two rows name the columns; ``left_out`` is what stood above and between.
    """

    cells: list[Cell]
    row: int
    body: list[Row]
    joined: str | None
    left_out: tuple[LeftOut, ...] = ()


def find_header(rows: list[Row]) -> Header | None:
    """The header and what stands under it; None where no row has two cells."""
    start = _start(rows)
    if start is None:
        return None
    number, cells = rows[start]
    if start and _is_group_row(rows[start - 1][1], cells):
        above, group = rows[start - 1]
        joined = f"Rows {above} and {number} name the columns together."
        return Header(_joined(group, cells), above, rows[start + 1 :], joined, _titles(rows[: start - 1]))
    body = rows[start + 1 :]
    if len(body) > 1 and _is_second_row(cells, body):
        second, low = body[0]
        complete = all(cell is not None for cell in cells[: _extent(low)]) and len(set(cells)) == len(cells)
        if complete:
            names = [_with_unit(name, cell) for name, cell in _pairs(cells, low)]
            said = left_out.explanation(line_of(body[0]))
            return Header(names, number, body[1:], None, (*_titles(rows[:start]), said))
        joined = f"Rows {number} and {second} name the columns together."
        return Header(_joined(cells, low), number, body[1:], joined, _titles(rows[:start]))
    return Header(cells, number, body, None, _titles(rows[:start]))


def line_of(row: Row) -> Line:
    """A row with its cells as text, blank ones aside."""
    number, cells = row
    return number, [str(as_text(cell)) for cell in cells if cell is not None]


def _titles(rows: list[Row]) -> tuple[LeftOut, ...]:
    return (left_out.titles([line_of(row) for row in rows]),) if rows else ()


class Turned(NamedTuple):
    """A table that lay on its side: its header, its rows with the numbers of their columns, and what was done."""

    header: list[Cell]
    body: list[Row]
    note: str
    left_out: tuple[LeftOut, ...] = ()


def turned(header: list[Cell], body: list[Row]) -> Turned | None:
    """A table with its dates across, turned: every column of dates becomes a row with the number of that column.

    The columns before the dates name a measure, or an entity and a measure, whose every pair has a line. None: the
    dates are not across. Columns of totals (a year after its months, too) and rows without a value are left out.
    """
    dates = [place for place, cell in enumerate(header) if place and _may_be_date(cell)]
    labels = range(dates[0] if dates else 0)
    others = [cell for place, cell in enumerate(header) if place >= len(labels) and place not in dates]
    is_line = [
        _filled(cells[: len(labels)]) > 0 and any(_at(cells, place) is not None for place in dates) for _, cells in body
    ]
    lines = [cells for (_, cells), kept in zip(body, is_line, strict=True) if kept]
    if len(dates) < LEAST_DATES_ACROSS or not lines or not all(_is_left_out(cell) for cell in others):
        return None
    if not 0 < len(labels) <= MOST_LABELS or any(_may_be_date(header[place]) for place in labels):
        return None
    named = [_label_column(lines, place) for place in labels]
    columns = [cells for cells in named if cells is not None]
    if len(columns) < len(named):
        return None
    found = (
        _with_names(columns[0], lines, dates, header) if len(columns) == 1 else _of_two(columns, lines, dates, header)
    )
    others_of = [line_of(row) for row, kept in zip(body, is_line, strict=True) if not kept]
    return None if found is None else _telling(found, _beside(dates, len(labels), header, lines), others_of)


def _telling(found: Turned, columns: list[str], lines: list[Line]) -> Turned:
    """A turned table with what of it is not in its rows."""
    parts = [left_out.summing_columns(columns)] if columns else []
    parts += [left_out.nameless_lines(lines)] if lines else []
    return found._replace(left_out=(*found.left_out, *parts))


def _beside(dates: list[int], labels: int, header: list[Cell], lines: list[list[Cell]]) -> list[str]:
    """Columns beside the dates that have a name or a value."""
    width = max(len(header), *(len(cells) for cells in lines))
    beside = [place for place in range(labels, width) if place not in dates]
    return [
        as_text(_at(header, place)) or f"column {place + 1}"
        for place in beside
        if _at(header, place) is not None or any(_at(cells, place) is not None for cells in lines)
    ]


def _is_left_out(cell: Cell) -> bool:
    """Whether a column among the dates is none of them: blank, a total, or a year after its months."""
    return cell is None or is_total_word(cell) or _LONGER_SPAN.fullmatch(str(cell).strip()) is not None


def _label_column(lines: list[list[Cell]], place: int) -> list[str] | None:
    """Labels of the lines, each until the next one where cells were merged; None: they are no words."""
    found: list[str] = []
    for cells in lines:
        cell = _at(cells, place)
        if cell is None and not found:
            return None
        if cell is not None and not _is_word(cell):
            return None
        found.append(found[-1] if cell is None else str(cell))
    return found


def _with_names(
    names: list[str], lines: list[list[Cell]], dates: list[int], header: list[Cell], how: str = ""
) -> Turned:
    first = "period_start" if "period_start" not in names else as_text(header[0])
    body: list[Row] = [(place + 1, [header[place], *(_at(cells, place) for cells in lines)]) for place in dates]
    return Turned([first, *names], body, f"{ACROSS}{how}")


def _of_two(columns: list[list[str]], lines: list[list[Cell]], dates: list[int], header: list[Cell]) -> Turned | None:
    """A table whose lines have two labels: entity and measure, a measure and its unit, or two parts of a name."""
    one, two = columns
    if len(set(zip(one, two, strict=True))) < len(lines):
        return None
    if len(set(one)) * len(set(two)) == len(lines) and min(len(set(one)), len(set(two))) > 1:
        return _by_entity(columns, lines, dates, header)
    first, second = (f"'{as_text(header[place]) or place + 1}'" for place in (0, 1))
    if len(set(one)) == len(lines) and all(_says_unit(text) for text in two):
        several = len({currency_of(text) for text in two} - {None}) > 1
        names = [
            f"{name} ({unit})" if several and currency_of(unit) else str(_with_unit(name, unit))
            for name, unit in zip(one, two, strict=True)
        ]
        return _with_names(names, lines, dates, header, f" Column {first} names them, and {second} their units.")
    for names, own, other in ((two, second, first), (one, first, second)):
        if len(set(names)) == len(lines) and all(_has_role(name) for name in names):
            found = _with_names(names, lines, dates, header, f" Column {own} names them; {other} was left out.")
            return found._replace(left_out=(left_out.second_label(other.strip("'")),))
    joined = [f"{group}_{name}" for group, name in zip(one, two, strict=True)]
    return _with_names(joined, lines, dates, header, f" Columns {first} and {second} name them together.")


def _by_entity(columns: list[list[str]], lines: list[list[Cell]], dates: list[int], header: list[Cell]) -> Turned:
    measured = [sum(_MEASURE.match(text) is not None for text in set(texts)) / len(set(texts)) for texts in columns]
    place = 1 if measured[0] > measured[1] else 0
    entities, measures = columns[place], columns[1 - place]
    names = list(dict.fromkeys(measures))
    line_of = dict(zip(zip(entities, measures, strict=True), lines, strict=True))
    body: list[Row] = [
        (date + 1, [header[date], entity, *(_at(line_of[entity, name], date) for name in names)])
        for entity in dict.fromkeys(entities)
        for date in dates
    ]
    which = [f"'{as_text(header[each]) or each + 1}'" for each in (place, 1 - place)]
    how = f" Column {which[0]} names entities, and {which[1]} what was measured."
    return Turned(["period_start", "entity_id", *names], body, f"{ACROSS}{how}")


def _has_role(name: str) -> bool:
    return name.lower() in NAMES or name.lower().startswith(PREFIXES)


def _says_unit(text: str) -> bool:
    return currency_of(text) is not None or scale_of(text) is not None or unit_in(f"({text})") is not None


def without_end(body: list[Row], width: int) -> tuple[list[Row], list[Row], list[Row]]:
    """The rows without totals and footnotes below the last one, then these."""
    totals: list[Row] = []
    footnotes: list[Row] = []
    while len(body) > 1:
        _, cells = body[-1]
        if _is_totals(cells, body[0][1]):
            totals.insert(0, body[-1])
        elif _is_footnote(cells, body[-2][1], body[0][1], width):
            footnotes.insert(0, body[-1])
        else:
            break
        body = body[:-1]
    return body, totals, footnotes


def holds_values(cells: list[Cell]) -> bool:
    """Whether more than half of the cells of a row are numbers or dates."""
    present = [cell for cell in cells if cell is not None]
    return sum(not isinstance(cell, str) or is_value(cell) for cell in present) > len(present) / 2


@lru_cache(maxsize=KNOWN_TEXTS)
def is_value(text: str) -> bool:
    """Whether a text is a number or a date."""
    if _PLAIN_NUMBER.fullmatch(text):
        return True
    column = pd.Series([text], dtype="str")
    return not (
        parse_numbers(column, ".").bad[0] and parse_numbers(column, ",").bad[0] and parse_dates(column, "DMY").bad[0]
    )


def is_total_word(cell: Cell) -> bool:
    """Whether a cell says that its row or column is a total."""
    return isinstance(cell, str) and len(cell) <= LONGEST_VALUE and _TOTAL.match(cell.strip()) is not None


def _start(rows: list[Row]) -> int | None:
    """Place of the header: the first row that is about as wide as the table, unless that is a row of values."""
    looked_at = [(place, cells) for place, (_, cells) in enumerate(rows[:ROWS_LOOKED_AT]) if _filled(cells) > 1]
    if not looked_at:
        return next((place for place, (_, cells) in enumerate(rows) if _filled(cells) > 1), None)
    widths = Counter(_extent(cells) for _, cells in looked_at)
    usual = max(widths, key=lambda width: (widths[width], width))
    wide = next(place for place, cells in looked_at if _extent(cells) >= LEAST_WIDTH * usual)
    first = looked_at[0][0]
    return first if holds_values(rows[wide][1]) else wide


def _is_group_row(group: list[Cell], header: list[Cell]) -> bool:
    """Whether a row above the header names groups of columns: cells merged over several of them."""
    if _filled(group) < 2 or holds_values(group) or _extent(group) > len(header):
        return False
    gap = any(cell is None for cell in group[: _extent(group)])
    return gap or any(cell is None for cell in header[: _extent(group)])


def _is_second_row(header: list[Cell], body: list[Row]) -> bool:
    """Whether the row below the header is words above numbers."""
    low, below = body[0][1], body[1][1]
    words = [place for place, cell in enumerate(low) if cell is not None]
    if len(words) < 2 or _extent(low) > len(header):
        return False
    if not all(_is_word(low[place]) for place in words) or any(_at(below, place) == low[place] for place in words):
        return False
    above = [place for place in words if not _is_word(_at(below, place)) and _at(below, place) is not None]
    return len(above) > len(words) / 2


def _joined(top: list[Cell], low: list[Cell]) -> list[Cell]:
    """Names of two rows: that of a group goes for the columns right of it, until the next."""
    names: list[Cell] = []
    group: str | None = None
    for upper, lower in _pairs(top, low):
        group = as_text(upper) if upper is not None else group
        name = as_text(lower)
        if name is None:
            names.append(as_text(upper))
        elif group is None or _has_role(name) or name.lower().startswith(group.lower()):
            names.append(name)
        else:
            names.append(f"{group}_{name}")
    return names


def _pairs(top: list[Cell], low: list[Cell]) -> list[tuple[Cell, Cell]]:
    return [(_at(top, place), _at(low, place)) for place in range(max(len(top), len(low)))]


def _with_unit(name: Cell, unit: Cell) -> Cell:
    """A name with the unit below it, where that is a factor."""
    said = f"({as_text(unit)})"
    return f"{as_text(name)} {said}" if unit is not None and unit_in(said) is not None else name


def _is_totals(cells: list[Cell], first_row: list[Cell]) -> bool:
    """A word for totals stands in a row without a date; not where all rows have that word."""
    place = next((place for place, cell in enumerate(cells) if is_total_word(cell)), None)
    if place is None or is_total_word(_at(first_row, place)):
        return False
    return not any(_is_written_date(cell) for cell in cells)


def _is_footnote(cells: list[Cell], above: list[Cell], first_row: list[Cell], width: int) -> bool:
    """Words below a table of values: one cell, or some pieces of a sentence with commas. No row that was cut off."""
    present = [(place, cell) for place, cell in enumerate(cells) if cell is not None]
    if len(present) > max(1, width // 2) or not all(_is_word(cell) for _, cell in present):
        return False
    place, cell = present[0]
    has_values = any(not _is_word(cell) for cell in first_row if cell is not None)
    return has_values and cell not in (_at(above, place), _at(first_row, place))


def _is_written_date(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return isinstance(cell, dt.datetime)
    column = pd.Series([cell], dtype="str")
    is_date = not parse_dates(column, "DMY").bad[0] or not parse_dates(column, "MDY").bad[0]
    return bool(is_date and (parse_numbers(column, ".").bad[0] or _COMPACT_DATE.fullmatch(cell)))


def _may_be_date(cell: Cell) -> bool:
    return cell is not None and not isinstance(cell, float) and _is_written_date(cell)


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and not is_value(cell)


def _filled(cells: list[Cell]) -> int:
    return sum(cell is not None for cell in cells)


def _extent(cells: list[Cell]) -> int:
    return max((place + 1 for place, cell in enumerate(cells) if cell is not None), default=0)


def _at(cells: list[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None
