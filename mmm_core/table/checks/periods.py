"""The checks of periods: several rows of one, their grain, and those that are missing."""

from __future__ import annotations

from calendar import day_name
from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.labels import counted, first_of, listed
from mmm_core.spec import FixName
from mmm_core.table.calendar.coverage import DAYS_A_WEEK, coverage
from mmm_core.table.calendar.evenness import MOSTLY, RETAIL_STEPS, is_retail, odd_in_month
from mmm_core.table.checks.issues import Findings
from mmm_core.table.checks.layout import MERGED
from mmm_core.table.checks.subject import Subject
from mmm_core.table.entities import spellings
from mmm_core.table.grain import FEWEST_STEPS, WEEKDAYS, days_begin, step_days, week_starts
from mmm_core.table.long.told import tell_channels
from mmm_core.table.repeats import Kind, kind_of, repeated_keys
from mmm_core.table.typed import TypedTable

MOST_DATES_NAMED = 5
MOST_ENTITIES_NAMED = 5

REPEATS: dict[Kind, tuple[str, str, FixName | None, tuple[FixName, ...]]] = {
    "copies": (
        "duplicate_period",
        "Keep one row per entity and period: these repeat a row in every cell.",
        "drop_exact_duplicates",
        (),
    ),
    "sales once": (
        "repeated_sales",
        "All rows of a period have the same sales: count them once and add up what was spent, or add up sales too if "
        "each row sold that much. If the rows are channels, give each its own columns first (a pivot table does it): "
        "added up they are one channel.",
        "sales_once_per_period",
        ("add_up_repeated_rows",),
    ),
    "revised": (
        "duplicate_period",
        "Keep the row that is true: the last one, if it was delivered again, or the first. Add them up if each is a "
        "part.",
        "keep_last_of_repeated_rows",
        ("keep_first_of_repeated_rows", "add_up_repeated_rows"),
    ),
    "parts": (
        "duplicate_period",
        "If a column says which part each row is, make it the entity; or add the rows up if each is a part. If the "
        "rows are channels, give each its own columns first (a pivot table does it).",
        None,
        ("add_up_repeated_rows",),
    ),
}
"""Code, remedy and fixes for each way in which rows repeat an entity and period."""


class _Way(TypedDict):
    remedy: str
    fix: FixName | None


def check(findings: Findings, subject: Subject) -> None:
    """Run every check of this module."""
    told = {issue.code for issue in subject.file.cell_issues}
    if told & {"swapped_dates", MERGED}:
        return  # dates that are wrong, or not filled in yet, are neither repeated nor apart
    if "hourly" not in told and not _are_channels(findings, subject):
        _repeated(findings, subject.table)
    _grain(findings, subject)


def _are_channels(findings: Findings, subject: Subject) -> bool:
    """Whether rows of one period are those of its channels; that is said then."""
    long, table = subject.file.long, subject.table
    return long is not None and table.labels is not None and tell_channels(findings, table, long)


def _repeated(findings: Findings, table: TypedTable) -> None:
    repeated = repeated_keys(table.frame)
    if not repeated.any():
        return
    code, remedy, fix, others = REPEATS[kind_of(table.frame, table.exact_duplicate)]
    findings.add(
        code,
        "error",
        f"{counted(repeated.sum(), 'row')} {'repeats' if repeated.sum() == 1 else 'repeat'} an entity and period "
        f"({findings.place(repeated)}).",
        column="period_start",
        rows=repeated,
        meaning="It is not known which of them is true, or whether they are to be added.",
        remedy=remedy,
        fix=fix,
        other_fixes=others,
    )


def _grain(findings: Findings, subject: Subject) -> None:
    table, grain, asked = subject.table, subject.grain, subject.asked
    frame = table.frame
    begin = days_begin(frame)
    if grain is None:
        steps = step_days(frame)
        findings.add(
            "unknown_grain",
            "error",
            "Periods are neither days, weeks nor months apart "
            f"(steps of {', '.join(map(str, np.unique(steps)[:5]))} days)."
            if len(steps)
            else "There is only one period.",
            column="period_start",
            meaning="Carry-over counts periods: they must be evenly spaced.",
            remedy="Give one row per week or per month.",
        )
        return
    if begin is not None:
        _mixed(findings, subject, begin)
    elif grain == "MONTH" and _are_four_weeks(frame):
        findings.add(
            "four_weeks",
            "error",
            "The periods have four weeks each, which makes thirteen a year.",
            column="period_start",
            meaning="The model works on weeks or months: a season of twelve months would not fit.",
            remedy="Export the table by week.",
        )
    elif grain == "DAY":
        _daily(findings, subject)
    elif grain == "WEEK" and len(starts := week_starts(frame)) > 1:
        _different_weeks(findings, starts)
    else:
        _irregular(findings, table, grain)
    if asked is not None and asked.grain and grain != "DAY" and asked.grain != grain:
        findings.add(
            "wrong_grain",
            "error",
            f"The specification says {asked.grain}, the rows are {grain}s.",
            column="period_start",
            meaning="Carry-over and season would be counted in the wrong unit.",
            remedy=f'Set grain to "{grain}" or null, or sum the table.',
        )


def _mixed(findings: Findings, subject: Subject, begin: pd.Timestamp) -> None:
    table = subject.table
    days = (table.frame["period_start"] >= begin).to_numpy()
    _missing_days(findings, table.frame[days])
    findings.add(
        "mixed_grain",
        "error",
        f"The rows are weeks at first, and days from {begin.date()} on ({findings.place(days)}).",
        column="period_start",
        rows=days,
        meaning="Carry-over counts rows: a day would count as much as a week.",
        **_to_weeks(subject, "Sum the days to weeks; the weekly rows stay."),
    )


def _daily(findings: Findings, subject: Subject) -> None:
    table = subject.table
    _missing_days(findings, table.frame)
    findings.add(
        "daily",
        "error",
        "The rows are days.",
        column="period_start",
        meaning="The model works on weeks or months.",
        **_to_weeks(subject, "Sum the days to weeks."),
    )


def _to_weeks(subject: Subject, remedy: str) -> _Way:
    """The sum as a way out; where it was asked for already, what stands against it."""
    refused = [record for record in subject.file.applied_fixes if record.fix == "sum_days_to_weeks" and not record.rows]
    return (
        {"remedy": f"{refused[0].sentence} Mend that first.", "fix": None}
        if refused
        else {"remedy": remedy, "fix": "sum_days_to_weeks"}
    )


def _missing_days(findings: Findings, daily: pd.DataFrame) -> None:
    if spellings(daily["entity_id"].dropna()):
        return  # two spellings leave holes in both: until they are one nobody knows which days are missing
    found = coverage(daily)
    absent = {entity: each.missing for entity, each in found.items() if len(each.missing)}
    if closed := {day for each in found.values() for day in each.closed}:
        findings.add(
            "closed_days",
            "info",
            f"There are no rows for {listed([f'{day_name[day]}s' for day in sorted(closed)])}.",
            column="period_start",
            meaning="They count as days on which nothing is sold; a week without them is whole.",
            remedy="Nothing, if the business is closed then.",
        )
    if not absent:
        return
    number = sum(len(days) for days in absent.values())
    where = [
        f"{entity}: {first_of([str(day.date()) for day in days], MOST_DATES_NAMED)}" if len(found) > 1
        else first_of([str(day.date()) for day in days], MOST_DATES_NAMED)
        for entity, days in absent.items()
    ]  # fmt: skip
    findings.add(
        "missing_days",
        "error",
        f"{counted(number, 'day')} {'is' if number == 1 else 'are'} missing ({first_of(where, MOST_ENTITIES_NAMED)}).",
        column="period_start",
        meaning="A week with a missing day would be summed as if it were whole, and be too small for no reason of the "
        "market.",
        remedy="Add the missing rows. If nothing was sold or bought on these days, say so; if it is not known, leave "
        "their weeks out of the estimate.",
        fix="leave_out_incomplete_weeks",
        other_fixes=("missing_days_sold_nothing",),
    )


def _different_weeks(findings: Findings, starts: dict[str, list[str]]) -> None:
    told = [
        f"on {day_name[WEEKDAYS.index(day)]} for {first_of(names, MOST_ENTITIES_NAMED)}"
        for day, names in sorted(starts.items())
    ]
    findings.add(
        "different_weeks",
        "error",
        f"Weeks begin {listed(told)}.",
        column="period_start",
        meaning="Sums over entities need the same weeks.",
        remedy="Export all entities with the same first day of the week, or as days, which can be summed to weeks.",
    )


def _irregular(findings: Findings, table: TypedTable, grain: str) -> None:
    """Holes and odd dates, each entity by itself: what one of them lacks another may have."""
    every = np.unique(table.frame["period_start"].dropna().to_numpy().astype("datetime64[D]"))
    retail = grain == "MONTH" and is_retail(every)
    if retail:
        _retail(findings, every)
    astray = every[odd_in_month(every)] if grain == "MONTH" and not retail else every[:0]
    steps: dict[tuple[np.datetime64, np.datetime64], list[str]] = {}
    after = np.zeros(len(table.frame), bool)
    names = table.frame["entity_id"]
    one_each = names.replace(spellings(names.dropna()))  # two spellings are told as one fault, and not as two holes
    entities = [(str(name), part) for name, part in table.frame.groupby(one_each)]
    # A row whose entity is not known may be the one that an entity seems to lack: that is said already.
    nameless = table.frame["period_start"][names.isna()].dropna().to_numpy().astype("datetime64[D]")
    for name, part in entities:
        days = np.unique(part["period_start"].dropna().to_numpy().astype("datetime64[D]"))
        for place in np.flatnonzero(_odd_steps(days, grain, astray, retail=retail)):
            before, following = days[place], days[place + 1]
            is_told = bool(((nameless > before) & (nameless < following)).any())
            if not is_told and not _left_by_unread_dates(part["period_start"], before, following, grain):
                steps.setdefault((before, following), []).append(name)
                after[part.index[(part["period_start"] == following).to_numpy()]] = True
    if not steps:
        return
    told = [
        f"{before} to {following}"
        + (f" for {first_of(names, MOST_ENTITIES_NAMED)}" if len(names) < len(entities) else "")
        for (before, following), names in sorted(steps.items())
    ]
    stray = [str(day) for day in astray if any(day in step for step in steps)]
    findings.add(
        "irregular_periods",
        "error",
        f"The {grain.lower()}s are not evenly spaced: {counted(len(told), 'irregular step')} "
        f"({', '.join(told[:MOST_DATES_NAMED])}{', …' if len(told) > MOST_DATES_NAMED else ''})"
        + (f"; on another day of the month than the rest: {first_of(stray, MOST_DATES_NAMED)}." if stray else "."),
        column="period_start",
        rows=after,
        meaning="Carry-over counts rows: a hole or an odd step shifts every lag after it.",
        remedy="Add the missing periods (with their activity), or correct the dates.",
    )


def _odd_steps(
    days: NDArray[np.datetime64], grain: str, astray: NDArray[np.datetime64], *, retail: bool
) -> NDArray[np.bool_]:
    """Which steps between days (date) of one entity are not those of its grain, or lead to or from an odd date."""
    steps = np.diff(days).astype(int)
    if retail:
        return np.asarray(~np.isin(steps, RETAIL_STEPS))
    if grain == "WEEK":
        return np.asarray(steps != DAYS_A_WEEK)
    months, odd = np.diff(days.astype("datetime64[M]").astype(int)), np.isin(days, astray)
    return np.asarray((months != 1) | odd[1:] | odd[:-1])


def _retail(findings: Findings, days: NDArray[np.datetime64]) -> None:
    lengths = [f"{counted(steps // DAYS_A_WEEK, 'week')}" for steps in np.diff(days).astype(int)[:6]]
    findings.add(
        "retail_calendar",
        "info",
        "The periods are the months of a retail calendar (4-4-5): four or five whole weeks each, here "
        f"{', '.join(lengths)}, … from {days[0]} on.",
        column="period_start",
        meaning="They are taken as months with the lengths that they have: carry-over counts them, and the season goes "
        "by their first days. A month of five weeks sells more than one of four for no reason of the market.",
        remedy="Export weeks, if you can; or add a control with the number of weeks in each period.",
    )


def _are_four_weeks(frame: pd.DataFrame) -> bool:
    """Whether most steps are of four weeks, and none of five: thirteen periods a year."""
    steps = step_days(frame)
    return len(steps) >= FEWEST_STEPS and bool((steps == RETAIL_STEPS[0]).mean() >= MOSTLY)


def _left_by_unread_dates(dates: pd.Series, before: np.datetime64, after: np.datetime64, grain: str) -> bool:
    """Whether rows whose dates could not be read fill a hole: they are reported already, and it is one fault."""
    previous, following = dates.ffill(), dates.bfill()
    first, last = np.minimum(previous, following), np.maximum(previous, following)
    missing = round((after - before).astype(int) / (7 if grain == "WEEK" else 30.44)) - 1
    return bool(0 < missing <= (dates.isna() & (first == before) & (last == after)).sum())
