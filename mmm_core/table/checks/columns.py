"""The checks of a table's columns: the role that each plays, and whether its cells are numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from mmm_core.labels import counted
from mmm_core.spec import DatasetSettings
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.subject import Subject
from mmm_core.table.reading.cells import Writing, has_decimal, is_numeric, parse_numbers, writing_of
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.roles import Roles
from mmm_core.table.typed import TypedTable
from mmm_core.table.typed_file import ColumnKind

MEDIA_CAUSED_WORDS = ("visit", "click", "session", "brand_search", "branded", "awareness", "traffic", "lead")
"""Names of controls that advertising may move, which would hide its effect."""
MARKS = {".": "point", ",": "comma"}
LONGEST_QUOTED = 40
MOST_EVENTS_NAMED = 5
MOST_IGNORED_NAMED = 20
MOST_EVENT_ROWS = 0.25
"""Share of rows up to which what stands out is an event and not a second kind of row."""
LEAST_ROWS_OF_EVENTS = 8


def check(findings: Findings, subject: Subject) -> None:
    """Check the roles of columns; what their cells say of themselves was found when the file was read."""
    _columns(findings, subject.roles)
    _unused(findings, subject)
    played = set(subject.roles.sources.values())
    for issue in subject.file.cell_issues:
        if (issue.column in played) != (issue.code == "unused_events"):
            findings.issues.append(issue)


def check_cells(findings: Findings, table: TypedTable, raw: RawTable, settings: DatasetSettings) -> None:
    """Cells that are no numbers, how numbers are written, and events that no column tells: all that needs the file."""
    decimal = settings.reading.decimal or raw.detected.decimal
    _cells(findings, table, raw, decimal)
    _writing(findings, table, raw, decimal, chosen=settings.reading.decimal is not None)
    played = set(table.sources.values())
    for name, cells in raw.cells.items():
        if str(name) not in played and (events := _told_events(cells, raw)) is not None:
            _unused_events(findings, str(name), events, raw)


def kind_of(cells: pd.Series, raw: RawTable) -> ColumnKind:
    """What the cells of a column look like."""
    if is_numeric(cells, raw.detected.decimal):
        return "numbers"
    return "text" if _told_events(cells, raw) is None else "events"


def _told_events(cells: pd.Series, raw: RawTable) -> pd.Series | None:
    return None if is_numeric(cells, raw.detected.decimal) else _events(cells)


def _columns(findings: Findings, roles: Roles) -> None:
    if roles.entity is None:
        findings.add(
            "no_entity_column",
            "info",
            "No column says which brand or region a row is about: the whole table is taken as one brand.",
            meaning="All rows are one time series.",
            remedy="If the table holds several, give that column the role of the entity (entity_id).",
        )
    if not roles.activity:
        findings.add(
            "no_channels",
            "error",
            "There is no media column (act_… or spend_…).",
            meaning="There is nothing to attribute sales to.",
            remedy="Name media columns act_<channel> and spend_<channel>, or map them under dataset.columns.",
        )
    for channel, column in roles.activity.items():
        if column == roles.spend.get(channel) and column.lower().startswith("spend_"):
            findings.add(
                "spend_as_activity",
                "info",
                f"Channel '{channel}' has no activity column: its spend stands for activity.",
                column=f"act_{channel}",
                meaning="A price change looks like a change of exposure.",
                remedy="Add impressions, GRPs or clicks if you have them.",
            )
    for name, column in roles.controls.items():
        if any(word in name.lower() for word in MEDIA_CAUSED_WORDS):
            findings.add(
                "control_caused_by_media",
                "warning",
                f"Column '{column}': could media change this?",
                column=f"ctrl_{name}",
                meaning="If advertising moves a control, the control takes part of advertising's credit.",
                remedy="Leave it out if advertising moves it.",
            )


def _unused(findings: Findings, subject: Subject) -> None:
    """Columns that play no role: numbers that may have to, and the rest. Events are told with the cells."""
    played = set(subject.roles.sources.values())
    unused = {name: kind for name, kind in subject.file.columns.items() if name not in played}
    numbers, rest = ([name for name, kind in unused.items() if kind == wanted] for wanted in ("numbers", "text"))
    make = "it" if len(numbers) == 1 else "each"
    _ignored(findings, numbers, f"Make {make} a control if it moves sales, a channel if it is advertising.")
    _ignored(
        findings,
        rest,
        "Nothing to do, unless a column tells of something that moved sales: then give that a 0/1 control.",
    )


def _ignored(findings: Findings, names: list[str], remedy: str) -> None:
    if not names:
        return
    listed = ", ".join(f"'{name}'" for name in names[:MOST_IGNORED_NAMED])
    more = ", …" if len(names) > MOST_IGNORED_NAMED else ""
    single = len(names) == 1
    findings.add(
        "ignored_columns",
        "info",
        f"Column {listed} plays no role." if single else f"{len(names)} columns play no role: {listed}{more}.",
        column=names[0] if single else None,
        meaning="It is not in the model." if single else "They are not in the model.",
        remedy=remedy,
    )


def _unused_events(findings: Findings, name: str, events: pd.Series, raw: RawTable) -> None:
    counts = events.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    named = ", ".join(
        f"'{_quoted(value)}' in {counted(times, 'row')}" for value, times in counts.head(MOST_EVENTS_NAMED).items()
    )
    more = len(counts) - MOST_EVENTS_NAMED
    numbers = findings.table.row_numbers if findings.table is not None else raw.row_numbers
    findings.add(
        "unused_events",
        "warning",
        f"Column '{name}' seems to name events, and plays no role: {named}"
        f"{f', and {counted(more, "more value")}' if more > 0 else ''}.",
        column=name,
        rows=np.isin(numbers, raw.row_numbers[events.index]),
        meaning="What happened in these rows stays unexplained, or is credited to what else moved then.",
        remedy="Add a 0/1 control column per event (1 in its rows, 0 in all others), and the model knows of it.",
    )


def _events(cells: pd.Series) -> pd.Series | None:
    """Cells that stand out from a column that mostly says nothing, or one thing; None: the column tells no events.

    Notes that differ in every row have no usual value, and sentences are no names.
    """
    if cells.dtype != "str" or len(cells) < LEAST_ROWS_OF_EVENTS:
        return None
    present = cells.dropna()
    counts = present.value_counts()
    usual = None if len(present) <= len(cells) / 2 else counts.index[0]
    events = present[present != usual] if usual is not None else present
    values = events.unique()
    is_rare = 0 < len(events) <= MOST_EVENT_ROWS * len(cells)
    are_names = all(len(str(value)) <= LONGEST_QUOTED for value in values)
    return events if is_rare and are_names and not _are_dates(values) else None


def _are_dates(values: Iterable[object]) -> bool:
    return not parse_dates(pd.Series([str(value) for value in values], dtype="str"), "DMY").bad.any()


def _cells(findings: Findings, table: TypedTable, raw: RawTable, decimal: str) -> None:
    other = "," if decimal == "." else "."
    for column, source in table.numbers().items():
        bad = table.bad[column]
        if not bad.any():
            continue
        written = raw.cells[source]
        unread = written[parse_numbers(written, decimal).bad]
        cells = unread[np.isin(raw.row_numbers[unread.index], table.row_numbers[bad])]
        cells = unread if cells.empty else cells  # a summed row has the number of its first day
        number, example = int(bad.sum()), f"'{_quoted(cells.iloc[0])}'"
        such = example if number == 1 else f"such as {example}"
        if not parse_numbers(cells, other).bad.any():
            message = (
                f"{counted(number, 'cell')} {_are(number)} written with a decimal {MARKS[other]}, {such} "
                f"({findings.place(bad)}), but the file is read with a decimal {MARKS[decimal]}."
            )
            remedy = (
                "Write all numbers with the same decimal mark, or choose the other mark (dataset.reading.decimal) "
                "if the whole file has it."
            )
        else:
            nouns = "is not a number" if number == 1 else "are not numbers"
            message = f"{counted(number, 'cell')} {nouns}, {such} ({findings.place(bad)})."
            remedy = "Leave a number alone in each of these cells: no words, formulas or units such as k or m."
        findings.add(
            "not_a_number",
            "error",
            f"Column '{source}': {message}",
            column=column,
            rows=bad,
            meaning="They cannot be used, and guessing them would be inventing data.",
            remedy=remedy,
        )


def _writing(findings: Findings, table: TypedTable, raw: RawTable, decimal: str, *, chosen: bool) -> None:
    """What signs and separators make of the numbers of a column."""
    settled: bool | None = None
    for column, source in table.numbers().items():
        cells = raw.cells[source]
        writing = writing_of(cells, decimal)

        def shown(position: int, cells: pd.Series = cells) -> str:
            return f"'{_quoted(cells.iloc[position])}' in row {int(raw.row_numbers[position])}"

        if len(writing.currencies) > 1:
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
        if writing.unclear is not None and not chosen:
            if settled is None:
                settled = any(has_decimal(others, decimal) for _, others in raw.cells.items())
            _unclear(findings, column, shown(writing.unclear), decimal, supported=settled and not writing.currencies)
        elif len(writing.currencies) < 2 and (signs := _signs(writing, shown)):
            findings.add(
                "numbers_with_signs",
                "info",
                f"Column '{source}' is read as numbers, without its {signs}.",
                column=column,
                meaning="1,200 is the number 1200, € 5 is 5, and 12 % is 12."
                if decimal == "."
                else "1.200 is the number 1200, € 5 is 5, and 12 % is 12.",
                remedy="Nothing, if that is what they mean.",
            )


def _unclear(findings: Findings, column: str, shown: str, decimal: str, *, supported: bool) -> None:
    """An amount of money seldom has three decimals; a plain number may, where other columns have the same mark."""
    mark = MARKS[decimal]
    findings.add(
        "ambiguous_numbers",
        "warning" if supported else "error",
        f"Column '{findings.source(column)}': the {mark} of its numbers may be a decimal mark or separate thousands "
        f"({shown})" + (f"; it is read as a decimal {mark}, as in the other columns." if supported else "."),
        column=column,
        meaning="The wrong reading would make these numbers a thousand times too small or too large.",
        remedy="Write the numbers without thousands separators, or choose the decimal mark (dataset.reading.decimal).",
    )


def _signs(writing: Writing, shown: Callable[[int], str]) -> str:
    named = [f"currency sign ({shown(position)})" for position in list(writing.currencies.values())[:1]]
    named += [f"percent sign ({shown(writing.percent)})"] if writing.percent is not None else []
    named += [f"thousands separators ({shown(writing.grouped)})"] if writing.grouped is not None else []
    return " and ".join(named)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _quoted(cell: object) -> str:
    text = " ".join(str(cell).split())
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}…"
