"""The checks of how numbers are written: marks, signs, units and words, and cells that are no numbers at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
import pandas as pd

from mmm_core.labels import counted
from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.checks.issues import Findings
from mmm_core.table.number_ways import NumberWay, Words
from mmm_core.table.reading.cells import Writing, parse_numbers, writing_of
from mmm_core.table.reading.marks import OTHER
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.reading.units import is_counted
from mmm_core.table.typed import TypedTable

MARKS = {".": "point", ",": "comma"}
LONGEST_QUOTED = 40
THOUSANDS_OR_DECIMAL: tuple[FixName, ...] = ("doubtful_marks_are_thousands", "doubtful_marks_are_decimal")
UNIT_OR_FULL: tuple[FixName, ...] = ("headers_say_thousands", "numbers_are_in_full")

type Shown = Callable[[int], str]


def check_cells(
    findings: Findings,
    table: TypedTable,
    raw: RawTable,
    ways: Mapping[str, NumberWay],
    settings: DatasetSettings,
    events: Collection[str] = (),
) -> None:
    """All that the cells of numbers say of themselves, column by column; ``events`` are those that name some."""
    _formulas(findings, table, raw)
    for column, source in table.numbers().items():
        if source in events:
            continue
        way, cells = ways[source], raw.cells[source]
        _unread(findings, table, raw, column, way)
        _unit(findings, table, column, way, settings)
        _writing(findings, column, cells, way, raw, is_asked=not set(THOUSANDS_OR_DECIMAL) & set(settings.fixes))


def quoted(cell: object) -> str:
    """A cell as it is shown in a message."""
    text = " ".join(str(cell).split())
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}…"


def _unread(findings: Findings, table: TypedTable, raw: RawTable, column: str, way: NumberWay) -> None:
    bad, source = table.bad[column], findings.source(column)
    if not bad.any() or (way.words is not None and not way.uses_words):
        if bad.any() and way.words is not None:
            _words(findings, column, way.words)
        return
    written = raw.cells[source]
    unread = written[parse_numbers(written, way.decimal).bad]
    cells = unread[np.isin(raw.row_numbers[unread.index], table.row_numbers[bad])]
    cells = unread if cells.empty else cells  # a summed row has the number of its first day
    if raw.detected.kind == "excel" and cells.str.startswith("=").all():
        return
    other = OTHER[way.decimal]
    number, example = int(bad.sum()), f"'{quoted(cells.iloc[0])}'"
    such = example if number == 1 else f"such as {example}"
    if not parse_numbers(cells, other).bad.any():
        message = (
            f"{counted(number, 'cell')} {_are(number)} written with a decimal {MARKS[other]}, {such} "
            f"({findings.place(bad)}), but the column is read with a decimal {MARKS[way.decimal]}."
        )
        remedy = (
            "Write all numbers of the column with the same decimal mark, or choose the other mark "
            "(dataset.reading.decimal) if the whole file has it."
        )
    else:
        nouns = "is not a number" if number == 1 else "are not numbers"
        message = f"{counted(number, 'cell')} {nouns}, {such} ({findings.place(bad)})."
        remedy = "Leave a number alone in each of these cells: no words, formulas or units such as kg."
        if column.startswith("ctrl_"):
            remedy += " Where words name events, write 1 in their periods and 0 in all others."
    findings.add(
        "not_a_number",
        "error",
        f"Column '{source}': {message}",
        column=column,
        rows=bad,
        meaning="They cannot be used, and guessing them would be inventing data.",
        remedy=remedy,
    )


def _formulas(findings: Findings, table: TypedTable, raw: RawTable) -> None:
    """Formulas stand in a workbook's cells only where they were saved without their values."""
    if raw.detected.kind != "excel":
        return
    for column in ("period_start", *table.numbers()):
        cells = raw.cells[findings.source(column)]
        if cells.dtype != "str":
            continue
        formulas = cells.str.startswith("=").fillna(value=False).to_numpy(bool)
        if not formulas.any():
            continue
        number, example = int(formulas.sum()), cells[formulas].iloc[0]
        what = "is a formula that was" if number == 1 else "are formulas that were"
        findings.add(
            "formulas_without_values",
            "error",
            f"Column '{findings.source(column)}': {counted(number, 'cell')} {what} saved without "
            f"{'its value' if number == 1 else 'their values'} ('{quoted(example)}').",
            column=column,
            rows=np.isin(table.row_numbers, raw.row_numbers[formulas]),
            meaning="The program that wrote the workbook left the working out to Excel.",
            remedy="Open the workbook in Excel, save it once, and use that file.",
        )


def _words(findings: Findings, column: str, words: Words) -> None:
    zero = f"'{words.zero}' for 0" if words.zero is not None else "blank cells for 0"
    findings.add(
        "words_for_numbers",
        "error",
        f"Column '{findings.source(column)}' has words: '{words.one}' may stand for 1, and {zero}.",
        column=column,
        meaning="A control must be a number: 1 where something was the case, and 0 where it was not.",
        remedy="Read the words as 1 and 0, or write numbers.",
        fix="words_are_zero_and_one",
    )


def _unit(findings: Findings, table: TypedTable, column: str, way: NumberWay, settings: DatasetSettings) -> None:
    if way.unit is None or set(UNIT_OR_FULL) & set(settings.fixes):
        return
    values = table.frame[column].dropna()
    values = values[values != 0]
    example = f": {values.iloc[0]:,.6g} would be {values.iloc[0] * way.unit.factor:,.12g}" if len(values) else ""
    findings.add(
        "unit_in_header",
        "error",
        f"Column '{findings.source(column)}': its header says '{quoted(way.unit.written)}'. Are its numbers to be "
        f"multiplied by {f'{way.unit.factor:,.6f}'.rstrip('0').rstrip('.')}{example}?",
        column=column,
        meaning="A return is sales over spend: with one of them in thousands, or in cents, it is as many times too "
        "large or too small.",
        remedy="Multiply them if they are in that unit. If they are in full, or sales and all spend have the same unit "
        "and are to keep it, leave them as they are.",
        fix="headers_say_thousands",
        other_fixes=("numbers_are_in_full",),
    )


def _writing(
    findings: Findings, column: str, cells: pd.Series, way: NumberWay, raw: RawTable, *, is_asked: bool
) -> None:
    """What marks, signs and separators make of the numbers of a column."""
    writing, source = writing_of(cells, way.decimal), findings.source(column)

    def shown(position: int) -> str:
        return f"'{quoted(cells.iloc[position])}' in row {int(raw.row_numbers[position])}"

    # What makes one currency of money is asked beside what other columns say of it.
    is_money = column.startswith("spend_") or (column == "sales" and not is_counted(source))
    if len(writing.currencies) > 1 and not is_money:
        findings.add(
            "mixed_currencies",
            "error",
            f"Column '{source}' holds amounts in {len(writing.currencies)} currencies: "
            f"{', '.join(shown(position) for position in list(writing.currencies.values())[:5])}.",
            column=column,
            meaning="Amounts in different currencies cannot be set side by side.",
            remedy="Convert them to one currency.",
        )
    if writing.percent is not None and writing.no_percent is not None:
        findings.add(
            "mixed_percent",
            "warning",
            f"Column '{source}' has numbers with a percent sign ({shown(writing.percent)}) and without "
            f"({shown(writing.no_percent)}).",
            column=column,
            meaning="12 % is read as 12, and 0.12 as 0.12.",
            remedy="Write all of them in the same way.",
        )
    if writing.bound is not None:
        findings.add(
            "bounds_are_blank",
            "info",
            f"Column '{source}': cells such as {shown(writing.bound)} give a bound and no number; they count as blank.",
            column=column,
            meaning="The number itself is not known.",
            remedy="Nothing, or write a number there.",
        )
    if writing.scaled is not None:
        value = parse_numbers(pd.Series([str(cells.iloc[writing.scaled])], dtype="str"), way.decimal).values[0]
        findings.add(
            "numbers_with_units",
            "info",
            f"Column '{source}' has numbers with a word or letter for thousands or millions: {shown(writing.scaled)} "
            f"is {value * way.factor:,.12g}.",
            column=column,
            meaning="K and Tsd. are a thousand, M and Mio a million, B and Mrd. a thousand millions; what is rounded "
            "so has lost its last digits.",
            remedy="Nothing, if that is what they mean; export the numbers in full, if you can.",
        )
    if way.mark.doubt is not None and is_asked:
        _doubt(findings, column, cells, way, shown)
    elif way.mark.inferred is not None:
        _inferred(findings, column, cells, way, shown)
    elif len(writing.currencies) < 2 and (signs := _signs(writing, shown)):
        meaning = "1,200 is the number 1200, € 5 is 5, and 12 % is 12."
        findings.add(
            "numbers_with_signs",
            "info",
            f"Column '{source}' is read as numbers, without its {signs}.",
            column=column,
            meaning=meaning if way.decimal == "." else meaning.replace("1,200", "1.200"),
            remedy="Nothing, if that is what they mean.",
        )


def _doubt(findings: Findings, column: str, cells: pd.Series, way: NumberWay, shown: Shown) -> None:
    position = way.mark.doubt or 0
    mark = way.mark.doubted(cells)
    text = pd.Series([str(cells.iloc[position])], dtype="str")
    many, few = (parse_numbers(text, each).values[0] for each in (OTHER[mark], mark))
    findings.add(
        "ambiguous_numbers",
        "error",
        f"Column '{findings.source(column)}': the {MARKS[mark]} of its numbers may be a decimal mark or separate "
        f"thousands ({shown(position)} is {many:.15g} or {few:.15g}).",
        column=column,
        meaning="The wrong reading would make these numbers a thousand times too small or too large.",
        remedy="Say which it is. If columns differ, write the numbers without thousands separators.",
        fix=THOUSANDS_OR_DECIMAL[0],
        other_fixes=THOUSANDS_OR_DECIMAL[1:],
    )


def _inferred(findings: Findings, column: str, cells: pd.Series, way: NumberWay, shown: Shown) -> None:
    position, mark = way.mark.inferred or 0, way.mark.doubted(cells)
    value = parse_numbers(pd.Series([str(cells.iloc[position])], dtype="str"), way.decimal).values[0]
    findings.add(
        "marks_of_thousands",
        "info",
        f"Column '{findings.source(column)}': the {MARKS[mark]} of its numbers separates thousands: "
        f"{shown(position)} is {value:.15g}.",
        column=column,
        meaning="Only so are they of the size of the column's other numbers, which are below 1000 and have no mark.",
        remedy="Nothing, if that is so; else choose the decimal mark (dataset.reading.decimal).",
    )


def _signs(writing: Writing, shown: Shown) -> str:
    named = [f"currency sign ({shown(position)})" for position in list(writing.currencies.values())[:1]]
    named += [f"percent sign ({shown(writing.percent)})"] if writing.percent is not None else []
    named += [f"thousands separators ({shown(writing.grouped)})"] if writing.grouped is not None else []
    return " and ".join(named)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
