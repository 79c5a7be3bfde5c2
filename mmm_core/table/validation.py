"""What is wrong with a table, all of it at once, in words that say what to do.

An *error* stops a run, because the result would be false or could not be computed. A *warning* lets it run and says
what it does to the result. An *info* tells what was assumed. A person gets every issue in one report; doors raise or
translate (:func:`require_valid`).
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import DataError
from mmm_core.schema import Strict
from mmm_core.spec import DatasetSettings, Grain, Weekday
from mmm_core.table.asked import Asked
from mmm_core.table.canonicalize import to_canonical
from mmm_core.table.checks import columns, currencies, dates, layout, written
from mmm_core.table.checks.catalogue import check_all
from mmm_core.table.checks.issues import Findings, Issue
from mmm_core.table.checks.rows import has_dates
from mmm_core.table.checks.subject import CountParameters, Subject
from mmm_core.table.fixes.applied import AppliedFix, apply_fixes
from mmm_core.table.fixes.currencies import converted, with_one_currency
from mmm_core.table.fixes.date_columns import end_column, with_period
from mmm_core.table.fixes.dates import Periods, read_periods
from mmm_core.table.fixes.merged import merged_columns, with_blocks_filled
from mmm_core.table.fixes.totals import total_rows, without_total_rows
from mmm_core.table.fixes.ways import as_it_lay, as_it_was_read
from mmm_core.table.grain import WEEKDAYS, AnyGrain, grain_of
from mmm_core.table.number_ways import NumberWay, number_ways
from mmm_core.table.reading.raw_table import DetectedFormat, RawTable
from mmm_core.table.roles import Roles, near_matches, resolve_roles
from mmm_core.table.suggestions import Suggestion, suggestions
from mmm_core.table.typed import CanonicalData, TypedTable, type_columns
from mmm_core.table.typed_file import TypedFile

_OTHER_PERIODS = (
    "hour timestamp datum tag woche kalenderwoche monat zeitraum semaine mois jour periode période fecha semana mes "
    "día periodo settimana mese giorno maand dag mês tydzień miesiąc 日付 週 月"
)
_OTHER_SALES = (
    "umsatz umsätze erlös erlöse nettoumsatz bruttoumsatz ventes ca ventas ingresos facturación fatturato vendite "
    "ricavi omzet vendas faturamento receita sprzedaż przychód 売上"
)
USUAL_NAMES = {
    "period_start": {"date", "time", "week", "day", "month", "period", "date_week", "week_start", "ds", "wk_strt_dt"}
    | set(_OTHER_PERIODS.split()),
    "sales": {"revenue", "y", "conversions", "orders", "target", "kpi", "units", "turnover", "chiffre d'affaires"}
    | set(_OTHER_SALES.split()),
}
"""What other people call the required columns, in small letters."""
LONG_LAYOUT_WORDS = ("variable", "metric", "measure", "kpi", "attribute")


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
    missingness: dict[str, float] = Field(description="Share of blank cells per column of the file.")
    issues: tuple[Issue, ...]
    applied_fixes: tuple[AppliedFix, ...]
    detected: DetectedFormat
    suggestions: tuple[Suggestion, ...] = Field((), description="Repairs that the issues offer, once for each code.")


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
    # In long layout no column of the specification can be found; saying that it is missing would mislead.
    is_long = _is_long_layout(raw.cells)
    raw, filled = with_blocks_filled(raw, settings)
    merged = merged_columns(raw, settings)
    raw, settings, joins = with_period(raw, settings)
    roles = resolve_roles(list(raw.cells.columns), settings, None if is_long else asked)
    table, findings = None, Findings(None)
    applied = (*as_it_lay(raw.detected, len(raw.cells), settings.fixes), *filled)
    if roles.period and roles.target:
        read = _read(raw, roles, roles.period, settings)
        raw, ways, periods = read.raw, read.ways, read.periods
        table, repaired = apply_fixes(read.table, settings.fixes, week_start=settings.week_start)
        of_dates = (AppliedFix(fix=fix, rows=n, sentence=what) for fix, n, what in (*joins, *periods.applied))
        applied = (*applied, *read.applied, *of_dates, *repaired)
        findings = Findings(table)
        layout.check_rows(findings, raw, read.totals, merged)
        dates.check_cells(findings, table, periods, raw, settings, read.totals)
        columns.check_cells(findings, table, raw)
        written.check_cells(findings, table, raw, ways, settings)
        currencies.check_cells(findings, read.table, raw, roles, settings)
    elif roles.period is None and not is_long:
        layout.check_rows(findings, raw, np.zeros(len(raw.cells), bool), merged)
        dates.check_columns(findings, raw, end_column(raw))
    return TypedFile(
        roles=roles,
        table=table,
        columns={str(name): columns.kind_of(cells) for name, cells in raw.cells.items()},
        cell_issues=tuple(findings.issues),
        applied_fixes=applied,
        missingness={
            str(name): float((raw.names(str(name)) if name == roles.entity else cells).isna().mean())
            for name, cells in raw.cells.items()
        },
        detected=raw.detected,
        rows=len(raw.cells),
        long_layout=is_long,
    )


def _read(raw: RawTable, roles: Roles, period: str, settings: DatasetSettings) -> _Read:
    """Type the rows of a file, without those that were to be left out, and with their money in one currency."""
    raw, kept = with_one_currency(raw, roles, settings)
    ways = number_ways(raw, roles.sources, settings)
    periods = read_periods(raw.cells[period], settings)
    table = type_columns(raw, roles, settings, ways, periods)
    totals = total_rows(raw, roles, table, periods)
    raw, without = without_total_rows(raw, totals, settings)
    if any(record.rows for record in without):
        periods, totals = read_periods(raw.cells[period], settings), np.zeros(len(raw.cells), bool)
        table = type_columns(raw, roles, settings, ways, periods)
    table, money = converted(table, raw, roles, settings)
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
    if file.long_layout:
        findings.add(
            "long_layout",
            "error",
            "The table is in long layout: one column names the variable and another holds its value.",
            meaning="A row must hold one period, with a column for sales and for each channel.",
            remedy="Pivot it first: one row per period, one column per variable (a pivot table in Excel does it), "
            "then name or map the columns.",
        )
    for role, column in (("period_start", roles.period), ("sales", roles.target)):
        if column is None and not (role == "period_start" and file.cell_issues):
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


def _is_long_layout(cells: pd.DataFrame) -> bool:
    names = [str(column).lower() for column in cells.columns]
    named = any(any(word in name for word in LONG_LAYOUT_WORDS) for name in names)
    return named and any("value" in name for name in names)


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
        missingness=file.missingness,
        issues=issues,
        applied_fixes=file.applied_fixes,
        detected=file.detected.model_copy(update={"date_order": table.date_order if table is not None else None}),
        suggestions=suggestions(issues, settings.fixes),
    )
