"""The checks of how dates are written: what was decided, and what only a person can say."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted, first_of
from mmm_core.spec import DatasetSettings, FixName
from mmm_core.table.calendar.evenness import DAYS_A_WEEK, RETAIL_STEPS, evenness_of
from mmm_core.table.checks import unread_dates
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.unread_dates import quoted_date, rows_of_file
from mmm_core.table.fixes.date_columns import PeriodParts, period_parts, says_end, sentence
from mmm_core.table.fixes.dates import ORDERS, Periods, starts_of
from mmm_core.table.reading.raw_table import RawTable
from mmm_core.table.typed import TypedTable

type Mask = NDArray[np.bool_]

MOST_NAMED = 3
HOURLY = 0.5
"""Share of days with several times of day from which on rows are hours."""


def check_cells(
    findings: Findings, table: TypedTable, periods: Periods, raw: RawTable, settings: DatasetSettings, totals: Mask
) -> None:
    """All that the cells of the column of periods say of themselves; rows of ``totals`` are told as such already."""
    cells = raw.cells[table.sources["period_start"]]
    if table.date_order_ambiguous:
        _ambiguous(findings, periods, cells)
        return
    unread_dates.check_cells(findings, table, periods, raw, totals)
    _swapped(findings, table, periods, raw)
    _decided(findings, periods, cells)
    _ranges(findings, table, periods, raw)
    _times(findings, table, periods, raw, settings)
    _ends(findings, periods, settings)


def check_columns(findings: Findings, raw: RawTable, end: str | None) -> None:
    """Columns that could tell the period, in a table in which none does."""
    together = period_parts(raw)
    if together is not None:
        _together(findings, together, len(raw.cells))
    elif end is not None:
        _named_end(findings, end, end, "No column is the period yet. ")


def _ambiguous(findings: Findings, periods: Periods, cells: pd.Series) -> None:
    column = findings.source("period_start")
    ways: tuple[FixName, ...] = tuple(ORDERS) if periods.column.two_digits else tuple(ORDERS)[:2]
    example = _first(cells, ~periods.column.blank)
    years = "day, month and year" if periods.column.two_digits else "day and month"
    findings.add(
        "ambiguous_dates",
        "error",
        f"Column '{column}': {years} cannot be told apart in {example} (3/4/2023 is 3 April or 4 March).",
        column="period_start",
        meaning="The wrong reading would put every row in the wrong week; no order, or more than one, makes the dates "
        "evenly spaced.",
        remedy="Say what comes first (or set dataset.reading.date_order), or write dates as 2023-04-03.",
        fix=ways[0],
        other_fixes=ways[1:],
    )


def _swapped(findings: Findings, table: TypedTable, periods: Periods, raw: RawTable) -> None:
    rows = rows_of_file(table, raw, periods.swapped)
    if not rows.any():
        return
    mixed = (~periods.column.stored & ~periods.column.blank & ~periods.column.bad).any()
    cause = "cells mix dates and text, and days above 12 are only in text" if mixed else "only swapped are they even"
    findings.add(
        "swapped_dates",
        "error",
        f"Column '{findings.source('period_start')}': day and month seem to be swapped in "
        f"{counted(rows.sum(), 'cell')} ({findings.place(rows)}): {cause}.",
        column="period_start",
        rows=rows,
        meaning="A spreadsheet has read dates in another order than they were written in: what had no thirteenth month "
        "became a wrong date, and the rest stayed text.",
        remedy="Swap them back, which makes the dates evenly spaced, or import the file again with the right order.",
        fix="swap_day_and_month",
    )


def _decided(findings: Findings, periods: Periods, cells: pd.Series) -> None:
    column, values = periods.column, periods.column.values
    if column.by_grid is not None:
        findings.add(
            "date_order_decided",
            "info",
            f"Column '{findings.source('period_start')}': {quoted_date(cells.iloc[column.by_grid])} is read as "
            f"{_day(values[column.by_grid])}.",
            column="period_start",
            meaning="Only in this order are the dates evenly spaced.",
            remedy="Nothing, if that is the day; else choose the order of dates (dataset.reading.date_order).",
        )
    if column.by_week is not None:
        findings.add(
            "weeks_by_number",
            "info",
            f"Column '{findings.source('period_start')}': {quoted_date(cells.iloc[column.by_week])} is read as a "
            f"week of the ISO calendar, which begins on Monday, {_day(values[column.by_week])}.",
            column="period_start",
            meaning="Numbers above 12 are no months. Other calendars number weeks otherwise, and begin them on Sunday.",
            remedy="Nothing, if these are ISO weeks; else export the day on which each week begins.",
        )


def _ranges(findings: Findings, table: TypedTable, periods: Periods, raw: RawTable) -> None:
    starts, ends = (side.astype("datetime64[D]") for side in (periods.column.values, periods.column.ends))
    there = ~np.isnat(ends)
    if not there.any():
        return
    days = np.where(there, (ends - starts).astype(int) + 1, 0)
    known, counts = np.unique(days[there], return_counts=True)
    usual = int(known[counts.argmax()])
    odd = there & ~_fits(starts, days, usual)
    rows = rows_of_file(table, raw, odd)
    example = _first(raw.cells[table.sources["period_start"]], there)
    if not rows.any():
        findings.add(
            "ranges_read",
            "info",
            f"Column '{findings.source('period_start')}': ranges such as {example} are read by their first day.",
            column="period_start",
            meaning="Their last days agree with the length of the periods.",
            remedy="Nothing.",
        )
        return
    lengths = sorted({int(length) for length in days[odd]})
    findings.add(
        "odd_range",
        "error",
        f"Column '{findings.source('period_start')}': {counted(rows.sum(), 'range')} of "
        f"{first_of([str(length) for length in lengths], MOST_NAMED)} days ({findings.place(rows)}), where the periods "
        f"have {_usual_length(starts, usual)}.",
        column="period_start",
        rows=rows,
        meaning="A period that is cut short, too long, or laid over the next one would count as much as a whole one.",
        remedy="Leave partial periods out of the export, and let each range begin after the one before.",
    )


def _fits(starts: NDArray[np.datetime64], days: NDArray[np.int64], usual: int) -> Mask:
    """Ranges (row) that are as long as the periods of their table; the last day may be that of the next period."""
    even = evenness_of(starts)
    wanted = {"DAY": (1,), "WEEK": (DAYS_A_WEEK,), "RETAIL": RETAIL_STEPS}.get(str(even), (usual,))
    if even == "MONTH":
        months = starts.astype("datetime64[M]")
        following = (months + np.timedelta64(1, "M")).astype("datetime64[D]") - months.astype("datetime64[D]")
        length = following.astype("timedelta64[D]").astype(int)
        return np.asarray((days == length) | (days == length + 1))
    return np.asarray(np.isin(days, wanted) | np.isin(days - 1, wanted))


def _usual_length(starts: NDArray[np.datetime64], usual: int) -> str:
    lengths = {"DAY": "one day", "WEEK": "seven", "MONTH": "a month", "RETAIL": "four or five weeks"}
    return lengths.get(str(evenness_of(starts)), str(usual))


def _times(findings: Findings, table: TypedTable, periods: Periods, raw: RawTable, settings: DatasetSettings) -> None:
    column = periods.column
    timed = ((column.seconds > 0) | (column.zones != "")) & ~column.bad & ~column.blank
    if not timed.any():
        return
    name, example = findings.source("period_start"), _first(raw.cells[table.sources["period_start"]], timed)
    entity = table.sources.get("entity_id")
    if _are_hours(periods, raw.cells[entity] if entity else None) and "add_up_repeated_rows" not in settings.fixes:
        findings.add(
            "hourly",
            "error",
            f"Column '{name}' has several times of day on one date (such as {example}): the rows are hours.",
            column="period_start",
            meaning="The model works on weeks or months, and a date may stand for a period once only.",
            remedy="Export the table by day, week or month, or add up the rows of each date.",
            fix="add_up_repeated_rows",
        )
    elif periods.zone is not None:
        rows = rows_of_file(table, raw, (column.seconds > 0) & ~np.isnat(column.values))
        findings.add(
            "local_midnights",
            "warning",
            f"Column '{name}': the times, such as {example}, are midnights in {periods.zone}, written in universal "
            f"time ({findings.place(rows)}).",
            column="period_start",
            rows=rows,
            meaning="They are read as they are written, which is the day before the one that is meant.",
            remedy="Let them be the days that begin at these midnights.",
            fix="dates_are_local_midnights",
        )
    elif "dates_are_local_midnights" not in settings.fixes:
        zones = " and the zone" if (column.zones[timed] != "").any() else ""
        findings.add(
            "times_dropped",
            "info",
            f"Column '{name}': the time of day{zones} is left out (such as {example}).",
            column="period_start",
            meaning="A period is told by its first day, as it is written.",
            remedy="Nothing, if the day is right.",
        )


def _are_hours(periods: Periods, entities: pd.Series | None) -> bool:
    column = periods.column
    there = ~np.isnat(column.values)
    times = pd.DataFrame({"day": column.values, "second": column.seconds})[there]
    if entities is not None:
        times["entity"] = entities.to_numpy(object)[there]
    keys = [key for key in times.columns if key != "second"]
    return bool((times.groupby(keys)["second"].nunique() > 1).mean() > HOURLY)


def _ends(findings: Findings, periods: Periods, settings: DatasetSettings) -> None:
    name = findings.source("period_start")
    asked = {"dates_are_period_ends", "dates_are_period_starts"} & set(settings.fixes)
    ranges = (~np.isnat(periods.column.ends)).any()
    if asked or ranges or not says_end(name):
        return
    starts = starts_of(periods.values)
    there = ~np.isnat(periods.values)
    if starts is not None and there.any() and (starts[there] == periods.values[there]).all():
        return  # days, which end when they begin
    _named_end(findings, name, "period_start", "")


def _named_end(findings: Findings, name: str, column: str, first: str) -> None:
    findings.add(
        "period_ends",
        "error",
        f"{first}Column '{name}' seems to hold the last days of periods.",
        column=column,
        meaning="Periods are told by their first day: taken for it, last days would put every row a period late beside "
        "the calendar and other tables.",
        remedy="Say whether these are last days, which are moved to the first day of their week or month, or first "
        "days.",
        fix="dates_are_period_ends",
        other_fixes=("dates_are_period_starts",),
    )


def _together(findings: Findings, together: PeriodParts, rows: int) -> None:
    findings.add(
        "year_and_number",
        "error",
        f"No column is the period yet. {sentence(together, rows)}",
        column=together.columns[-1],
        meaning="Without a period there is nothing to explain over time.",
        remedy=unread_dates.JOIN_REMEDY,
        fix=together.fix,
    )


def _first(cells: pd.Series, rows: Mask) -> str:
    return quoted_date(cells.iloc[int(np.flatnonzero(rows)[0])])


def _day(date: np.datetime64) -> str:
    return str(date.astype("datetime64[D]"))
