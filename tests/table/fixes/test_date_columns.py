"""A period that two columns tell, or a column of last days, is taken for it only when a person says so."""

import pandas as pd
import pytest

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings
from mmm_core.table import guesses
from mmm_core.table.fixes.date_columns import period_parts, says_end
from mmm_core.table.reading.reading import read_table
from mmm_core.table.roles import resolve_roles
from mmm_core.table.validation import ValidationReport
from tests.malformed import good_rows
from tests.table.cases.written import text

REST = "sales,act_tv,act_radio,ctrl_price,spend_tv,spend_radio"
WEEKS = pd.date_range("2022-01-03", periods=80, freq="7D")


def content(header: str, keys: list[str]) -> bytes:
    return text(f"{header},{REST}", *(",".join([key, *row[2:]]) for key, row in zip(keys, good_rows(), strict=True)))


def report_of(table: bytes, **chosen: object) -> ValidationReport:
    return tables.prepare(table, "t.csv", DatasetSettings.model_validate(chosen)).report


def errors(report: ValidationReport) -> dict[str, tuple[str, ...]]:
    return {issue.code: issue.fixes for issue in report.issues if issue.severity == "error"}


@pytest.mark.parametrize("header", ["Year,Week", "ISO year,ISO week", "Jahr,KW", "annee,semaine", "YEAR,week_number"])
@pytest.mark.parametrize("form", ["{}", "{:02}", "W{:02}", "KW {}"])
def test_year_and_week_are_joined_when_asked(header, form):
    calendar = [date.isocalendar() for date in WEEKS]
    table = content(header, [f"{each.year},{form.format(each.week)}" for each in calendar])
    assert errors(report_of(table)) == {"year_and_number": ("join_year_and_week",)}
    mended = report_of(table, fixes=["join_year_and_week"])
    assert (mended.ok, mended.first_period, mended.grain) == (True, "2022-01-03", "WEEK")
    assert mended.applied_fixes[0].rows == 80


def test_a_week_that_is_mapped_alone_is_offered_its_year():
    calendar = [date.isocalendar() for date in WEEKS]
    table = content("Year,Week", [f"{each.year},{each.week}" for each in calendar])
    columns = {"period_start": "Week"}
    assert errors(report_of(table, columns=columns)) == {"bad_date": ("join_year_and_week",)}
    assert report_of(table, columns=columns, fixes=["join_year_and_week"]).ok


@pytest.mark.parametrize("form", ["%m", "%B", "%b"])
def test_year_and_month_are_joined_when_asked(form):
    months = pd.date_range("2018-01-01", periods=80, freq="MS")
    table = content("Year,Month", [date.strftime(f"%Y,{form}") for date in months])
    assert errors(report_of(table)) == {"year_and_number": ("join_year_and_month",)}
    mended = report_of(table, fixes=["join_year_and_month"])
    assert (errors(mended), mended.first_period, mended.grain) == ({}, "2018-01-01", "MONTH")


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("Year,Month,Day", "%Y,%m,%d"),
        ("Tag,Monat,Jahr", "%d,%B,%Y"),
        ("mois,annee,jour", "%b,%Y,%-d"),
        ("day_of_month,iso_week_no,YEAR,month name", "%-d.,%V,%Y,%B"),
        ("dia,mes,ano,semana", "%-d,%-m,%Y,%V"),
    ],
)
def test_year_month_and_day_are_joined_when_asked(header, form):
    table = content(header, [date.strftime(form) for date in WEEKS])
    assert errors(report_of(table)) == {"year_and_number": ("join_year_month_and_day",)}
    mended = report_of(table, fixes=["join_year_month_and_day"])
    assert (errors(mended), mended.first_period, mended.grain) == ({}, "2022-01-03", "WEEK")
    assert mended.applied_fixes[0].sentence.endswith("were read together as the period.")
    month = next(name for name in header.split(",") if name.lower()[:2] in ("mo", "me"))
    columns = {"period_start": month}
    assert "join_year_month_and_day" in [
        fix for fixes in errors(report_of(table, columns=columns)).values() for fix in fixes
    ]
    assert report_of(table, columns=columns, fixes=["join_year_month_and_day"]).ok


def test_a_day_of_the_week_is_no_day_of_a_month():
    table = content("Year,Month,Week,Day", [date.strftime("%Y,%m,%V,1") for date in WEEKS])
    assert errors(report_of(table)) == {"year_and_number": ("join_year_and_week",)}


def test_weeks_of_the_month_are_months():
    table = content("Year,Month,Week", [f"{date:%Y,%m},{(date.day - 1) // 7 + 1}" for date in WEEKS])
    assert errors(report_of(table)) == {"year_and_number": ("join_year_and_month",)}


def test_days_that_a_month_does_not_have_are_named():
    days = [f"2022,2,{1 + place % 31}" for place in range(80)]
    mended = report_of(content("Year,Month,Day", days), fixes=["join_year_month_and_day"])
    assert "such as '2022-02-29'" in next(issue.message for issue in mended.issues if issue.code == "bad_date")


def test_nothing_is_joined_that_holds_something_else():
    table = content("Year,Week", [f"{2000 + place},{100 + place}" for place in range(80)])
    assert period_parts(read_table(table, "t.csv")) is None
    refused = report_of(table, fixes=["join_year_and_week"])
    assert set(errors(refused)) == {"missing_column"}


@pytest.mark.parametrize(
    "name",
    ["week_ending", "Week Ending", "w/e", "W/E date", "period_end", "bis", "Woche bis", "fin de semaine", "week-end",
     "Weekending", "end_date", "Datum Ende"],
)  # fmt: skip
def test_names_of_last_days(name):
    assert says_end(name)


@pytest.mark.parametrize("name", ["week", "date", "period_start", "spend_tv", "gender", "trend", "pending", "biscuits"])
def test_other_names_are_no_last_days(name):
    assert not says_end(name)


def test_last_days_are_asked_about_and_proposed_as_the_period():
    ends = [str((date + pd.Timedelta(days=6)).date()) for date in WEEKS]
    table = content("week_ending", ends)
    ways = ("dates_are_period_ends", "dates_are_period_starts")
    assert errors(report_of(table)) == {"period_ends": ways}
    raw = read_table(table, "t.csv")
    rows = guesses.role_table(raw, resolve_roles(list(raw.cells.columns), DatasetSettings()))
    assert [row.column for row in rows if row.role == "period"] == ["week_ending"]
    columns = {"period_start": "week_ending"}
    assert errors(report_of(table, columns=columns)) == {"period_ends": ways}
    for chosen in ({}, {"columns": columns}):
        moved = report_of(table, fixes=[ways[0]], **chosen)
        assert (moved.ok, moved.first_period) == (True, "2022-01-03")
        kept = report_of(table, fixes=[ways[1]], **chosen)
        assert (kept.ok, kept.first_period) == (True, "2022-01-09")
