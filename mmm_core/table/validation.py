"""What is wrong with a table, all of it at once, in words that say what to do.

An *error* stops a run, because the result would be false or could not be computed. A *warning* lets it run and says
what it does to the result. An *info* tells what was assumed. A person gets every issue in one report; doors raise or
translate (:func:`require_valid`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import DataError, SpecError
from mmm_core.schema import Strict
from mmm_core.spec import DatasetSettings, FixName, Grain, Weekday
from mmm_core.table.asked import Asked
from mmm_core.table.canonicalize import to_canonical
from mmm_core.table.checks import columns, currencies, dates, layout, written
from mmm_core.table.checks.catalogue import check_all
from mmm_core.table.checks.issues import Findings, Issue
from mmm_core.table.checks.rows import has_dates
from mmm_core.table.checks.subject import CountParameters, Subject
from mmm_core.table.events.controls import with_event_controls
from mmm_core.table.events.named import event_columns
from mmm_core.table.events.told import tell_events
from mmm_core.table.fixes.applied import AppliedFix, apply_fixes
from mmm_core.table.fixes.currencies import converted, with_one_currency
from mmm_core.table.fixes.date_columns import end_column, with_period
from mmm_core.table.fixes.dates import Periods, read_periods
from mmm_core.table.fixes.merged import Blocks, merged_columns, with_blocks_filled
from mmm_core.table.fixes.totals import total_rows, without_total_rows
from mmm_core.table.fixes.ways import as_it_lay, as_it_was_read
from mmm_core.table.glance.first_rows import first_rows
from mmm_core.table.grain import WEEKDAYS, AnyGrain, grain_of
from mmm_core.table.guesses import questions_of
from mmm_core.table.long.channels import plan_of
from mmm_core.table.long.found import Channels, LongTable, channels_in
from mmm_core.table.long.measures import PIVOTS, with_measures_as_columns
from mmm_core.table.long.names import USUAL_NAMES
from mmm_core.table.long.told import CODE as LONG_LAYOUT
from mmm_core.table.long.told import tell_channels, tell_measures
from mmm_core.table.number_ways import NumberWay, number_ways
from mmm_core.table.reading.raw_table import DetectedFormat, RawTable
from mmm_core.table.repeats import has_sales_once
from mmm_core.table.roles import RoleQuestion, Roles, near_matches, resolve_roles, roles_of
from mmm_core.table.suggestions import Suggestion, suggestions
from mmm_core.table.typed import CanonicalData, TypedTable, type_columns
from mmm_core.table.typed_file import TypedFile, narrowed


class ValidationReport(Strict):
    """The file ``validation_summary.json``."""

    format_version: int = 1
    ok: bool = Field(description="No error: the table can be modelled.")
    grain: AnyGrain
    week_start: Weekday | None
    n_rows: int
    n_entities: int
    entities: tuple[str, ...] = Field(description="Names of the first fifty entities.")
    n_periods: int
    first_period: str | None
    last_period: str | None
    channels: tuple[str, ...]
    controls: tuple[str, ...]
    events: tuple[str, ...] = Field((), description="Those of the controls that were made of names of events.")
    missingness: dict[str, float] = Field(description="Share of blank cells per column of the file.")
    issues: tuple[Issue, ...]
    applied_fixes: tuple[AppliedFix, ...]
    detected: DetectedFormat
    suggestions: tuple[Suggestion, ...] = Field((), description="Repairs that the issues offer, once for each code.")
    questions: tuple[RoleQuestion, ...] = Field(
        (), description="What is asked of columns that have no role yet; `dataset.columns` or `left_out` answers it."
    )


class Validated(NamedTuple):
    """The report, and the file as it was checked: with the columns that were asked for."""

    report: ValidationReport
    file: TypedFile

    @property
    def roles(self) -> Roles:
        """Which column plays which role."""
        return self.file.roles


class _Read(NamedTuple):
    """Rows of a file that are to be judged, their cells as they are read, and what was done on the way.

    ``totals`` are rows (row) that seem to be totals of others and were not left out.
    """

    raw: RawTable
    ways: dict[str, NumberWay]
    periods: Periods
    table: TypedTable
    totals: NDArray[np.bool_]
    applied: tuple[AppliedFix, ...]


def type_file(raw: RawTable, settings: DatasetSettings, asked: Asked | None = None) -> TypedFile:
    """Read every column under its role, apply the fixes that were asked for, and keep what the cells say.

    Raises
    ------
    SpecError
        The settings or the specification name a column that the table does not have.
    """
    raw, filled = with_blocks_filled(raw, settings)
    merged = merged_columns(raw, settings)
    by_measure = with_measures_as_columns(raw, settings)
    raw, settings, joins = with_period(by_measure.raw, by_measure.settings)
    raw, settings, events, of_events = with_event_controls(raw, settings)
    roles, channels = _roles(raw, settings, asked, is_long=by_measure.measures is not None)
    long = channels.table if channels is not None else by_measure.done
    table, findings, is_pivoted, head = None, Findings(None), False, first_rows(raw, None)
    applied = (*as_it_lay(raw.detected, len(raw.cells), settings.fixes), *filled, *by_measure.applied, *of_events)
    if by_measure.measures is not None:
        tell_measures(findings, by_measure.measures)
        long = by_measure.measures.table
    elif roles.period and roles.target:
        read = _read(raw, roles, roles.period, settings, channels)
        raw = read.raw
        head = first_rows(raw, read.table)
        fixes = settings.fixes if channels is not None or by_measure.done is None else _without_pivots(settings.fixes)
        table, repaired = apply_fixes(read.table, fixes, week_start=settings.week_start)
        of_dates = (AppliedFix(fix=fix, rows=n, sentence=what) for fix, n, what in (*joins, *read.periods.applied))
        applied = (*applied, *read.applied, *of_dates, *repaired)
        is_pivoted = any(record.fix in PIVOTS and record.rows for record in repaired)
        findings = _of_cells(read, table, roles, settings, long, merged, is_pivoted=is_pivoted)
        if is_pivoted and long is not None:
            long, roles = long.model_copy(update={"roles": roles}), roles_of(table.sources)
    else:
        head = first_rows(raw, type_columns(raw, roles, settings) if roles.sources else None)
        if channels is not None:
            _tell_channels(findings, raw, channels, settings)
        if roles.period is None and channels is None:
            layout.check_rows(findings, raw, np.zeros(len(raw.cells), bool), merged)
            dates.check_columns(findings, raw, end_column(raw))
    file = TypedFile(
        roles=roles,
        table=table,
        columns={str(name): columns.kind_of(cells) for name, cells in raw.cells.items()},
        cell_issues=tuple(findings.issues),
        applied_fixes=_one_of_each(applied),
        missingness={
            str(name): float((raw.names(str(name)) if name == roles.entity else cells).isna().mean())
            for name, cells in raw.cells.items()
        },
        detected=raw.detected,
        rows=len(raw.cells),
        first_rows=head,
        long=long,
        events=events,
    )
    if asked is None:  # a specification has answered: it names the columns that it means
        file = replace(file, questions=questions_of(by_measure.raw, file.roles_in_file, settings.left_out))
    return _narrowed(file, asked) if asked is not None and is_pivoted else file


def _of_cells(
    read: _Read,
    table: TypedTable,
    roles: Roles,
    settings: DatasetSettings,
    long: LongTable | None,
    merged: Sequence[Blocks],
    *,
    is_pivoted: bool,
) -> Findings:
    """All that the cells of a file say of themselves; of a pivoted one in the columns that they stand in."""
    raw, seen = read.raw, read.table if is_pivoted else table
    totals = _of_no_channel(read) if is_pivoted else read.totals
    findings = Findings(seen)
    layout.check_rows(findings, raw, totals, merged)
    dates.check_cells(findings, seen, read.periods, raw, settings, totals)
    events = event_columns(raw, roles, long.columns if long is not None else ())
    for each in events:
        tell_events(findings, raw, each)
    written.check_cells(findings, seen, raw, read.ways, settings, [each.column for each in events])
    currencies.check_cells(findings, read.table, raw, roles, settings)
    return findings


def _roles(
    raw: RawTable, settings: DatasetSettings, asked: Asked | None, *, is_long: bool
) -> tuple[Roles, Channels | None]:
    """Which column plays which role, and which of them are those of a table with a row for each channel.

    Until a long table is pivoted a specification may name columns that it does not have yet: saying that they are
    missing would mislead.
    """
    names = list(raw.cells.columns)
    own = resolve_roles(names, settings)
    if is_long:
        return own, None
    channels = channels_in(raw, own, settings)
    if channels is not None and set(PIVOTS) & set(settings.fixes) and channels.roles.target is not None:
        return channels.roles, channels
    try:
        return resolve_roles(names, settings, asked), channels
    except SpecError:
        if channels is None:
            raise
        return own, channels


def _narrowed(file: TypedFile, asked: Asked) -> TypedFile:
    """A table that was pivoted, with the columns of a specification."""
    found = narrowed(file, asked)
    if found is None:
        raise SpecError(
            "The specification gives a column of the pivoted table another role than it has.",
            code="unknown_column",
            remedy=f"Channels and controls are {near_matches('', file.roles.sources)}",
        )
    return found


def _tell_channels(findings: Findings, raw: RawTable, channels: Channels, settings: DatasetSettings) -> None:
    """What is said of a table with a row for each channel before its columns have roles."""
    table = type_columns(raw, channels.roles, settings)
    labels = raw.cells[channels.table.names].str.strip()
    tell_channels(findings, replace(table, labels=labels).rows(~table.exact_duplicate), channels.table, is_table=False)


def _of_no_channel(read: _Read) -> NDArray[np.bool_]:
    """Rows that seem to be totals and are none of a channel that was left out as the total of others."""
    plan = plan_of(read.table)
    if plan is None or read.table.labels is None:
        return read.totals
    return np.asarray(read.totals & ~read.table.labels.isin(plan.totals).to_numpy(bool))


def _without_pivots(fixes: tuple[FixName, ...]) -> tuple[FixName, ...]:
    return tuple(fix for fix in fixes if fix not in PIVOTS)


def _one_of_each(applied: Iterable[AppliedFix]) -> tuple[AppliedFix, ...]:
    """Records, with what one repair did in two steps as one."""
    found: dict[FixName, AppliedFix] = {}
    for record in applied:
        before = found.get(record.fix)
        both = f"{before.sentence} {record.sentence}" if before else record.sentence
        rows = max(record.rows, before.rows) if before else record.rows
        found[record.fix] = AppliedFix(fix=record.fix, rows=rows, sentence=both)
    return tuple(found.values())


def _read(
    raw: RawTable, roles: Roles, period: str, settings: DatasetSettings, channels: Channels | None = None
) -> _Read:
    """Type the rows of a file, without those that were to be left out, and with their money in one currency."""
    if channels is not None and settings.left_out:
        raw = raw.rows(~raw.cells[channels.table.names].str.strip().isin(settings.left_out).to_numpy(bool))
    raw, kept = with_one_currency(raw, roles, settings)
    ways = number_ways(raw, roles.sources, settings)
    periods = read_periods(raw.cells[period], settings)
    table = type_columns(raw, roles, settings, ways, periods)
    totals = total_rows(raw, roles, table, periods)
    raw, without = without_total_rows(raw, totals, settings)
    if any(record.rows for record in without):
        periods, totals = read_periods(raw.cells[period], settings), np.zeros(len(raw.cells), bool)
        table = type_columns(raw, roles, settings, ways, periods)
    if channels is not None:
        table = replace(table, labels=raw.cells[channels.table.names].str.strip())
    # What all rows of a period repeat is in one currency, whatever those of its channels are in.
    is_of_period = table.labels is not None and has_sales_once(table.frame)
    table, money = converted(table, raw, replace(roles, target=None) if is_of_period else roles, settings)
    return _Read(
        raw, ways, periods, table, totals, (*without, *as_it_was_read(ways, table, settings.fixes), *kept, *money)
    )


def check_file(
    file: TypedFile,
    settings: DatasetSettings,
    asked: Asked | None = None,
    *,
    count_parameters: CountParameters,
    today: dt.date | None = None,
) -> Validated:
    """Check a file that has the columns that are asked for.

    ``count_parameters`` says how many parameters a model would have: a table that cannot tell them is refused.
    """
    table = file.table
    findings, grain = Findings(table), None
    layout.check_layout(findings, file.detected, settings)
    if table is None:
        _missing_columns(findings, file)
    else:
        grain = grain_of(table.frame) if has_dates(table) else None
        subject = Subject(file, table, grain, settings, asked, today or dt.date.today(), count_parameters)
        check_all(findings, subject)
    return Validated(_report(file, findings.issues, grain, settings), file)


def validate(
    raw: RawTable,
    settings: DatasetSettings | None = None,
    asked: Asked | None = None,
    *,
    count_parameters: CountParameters,
    today: dt.date | None = None,
) -> Validated:
    """Check a table, with the fixes applied that its settings ask for; see :func:`type_file` and :func:`check_file`."""
    settings = settings or DatasetSettings()
    file = type_file(raw, settings, asked)
    return check_file(file, settings, asked, count_parameters=count_parameters, today=today)


def require_valid(validated: Validated) -> CanonicalData:
    """The canonical table of a report without errors.

    Raises
    ------
    DataError
        There are errors: the first one, and how many more there are.
    """
    report, table = validated.report, validated.file.table
    errors = [issue for issue in report.issues if issue.severity == "error"]
    if errors:
        first, more = errors[0], len(errors) - 1
        others = f" ({more} more error{'s' if more > 1 else ''}: see the validation report.)" if more else ""
        named = " or ".join(f"'{name}'" for name in first.fixes)
        fix = f" Fix: {named} under dataset.fixes." if named else ""
        raise DataError(
            first.message,
            code=first.code,
            remedy=f"{first.remedy}{fix}{others}",
            column=first.column,
            row=first.rows[0] if first.rows else None,
        )
    if table is None or report.grain not in ("WEEK", "MONTH"):
        raise DataError("The table has no weekly or monthly periods.", code="no_grain", remedy="Check the dates.")
    grain: Grain = report.grain
    return to_canonical(table, grain)


def _missing_columns(findings: Findings, file: TypedFile) -> None:
    names, roles = list(file.columns), file.roles
    findings.issues.extend(file.cell_issues)
    waiting = file.long if any(issue.code == LONG_LAYOUT for issue in file.cell_issues) else None
    if waiting is not None and waiting.shape == "measures":
        return  # which column holds what is told once it is pivoted
    for role, column in (("period_start", roles.period), ("sales", roles.target)):
        is_found = waiting is not None and (role == "period_start" or waiting.sales is not None)
        if column is None and not is_found and not (role == "period_start" and file.cell_issues):
            usual = [name for name in names if name.lower() in USUAL_NAMES[role]]
            hint = f"It may be '{usual[0]}'." if usual else near_matches(role, names)
            findings.add(
                "missing_column",
                "error",
                f"There is no column '{role}'.",
                column=role,
                meaning="Without it there is nothing to explain over time.",
                remedy=f"Name the column '{role}', or map one to it under dataset.columns. {hint}",
            )


def _report(file: TypedFile, found: list[Issue], grain: AnyGrain, settings: DatasetSettings) -> ValidationReport:
    table = file.table
    dates = table.frame["period_start"].dropna() if table is not None else pd.Series(dtype="datetime64[us]")
    entities = table.frame["entity_id"].dropna().unique().tolist() if table is not None else []
    order = {"error": 0, "warning": 1, "info": 2}
    issues = tuple(sorted(found, key=lambda issue: order[issue.severity]))
    return ValidationReport(
        ok=all(issue.severity != "error" for issue in issues),
        grain=grain,
        week_start=WEEKDAYS[dates.min().weekday()] if grain == "WEEK" and len(dates) else None,
        n_rows=len(table.frame) if table is not None else file.rows,
        n_entities=len(entities),
        entities=tuple(str(name) for name in entities[:50]),
        n_periods=int(dates.nunique()),
        first_period=dates.min().date().isoformat() if len(dates) else None,
        last_period=dates.max().date().isoformat() if len(dates) else None,
        channels=tuple(file.roles.activity),
        controls=tuple(file.roles.controls),
        events=tuple(name for name in file.events if name in file.roles.controls),
        missingness=file.missingness,
        issues=issues,
        applied_fixes=file.applied_fixes,
        detected=file.detected.model_copy(update={"date_order": table.date_order if table is not None else None}),
        suggestions=suggestions(issues, settings.fixes),
        questions=file.questions,
    )
