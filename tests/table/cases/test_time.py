"""Tables as people have them: what must become of their periods."""

from __future__ import annotations

import pytest

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings
from mmm_core.table.validation import ValidationReport
from tests.conftest import PROJECT

CASES = PROJECT.parent / "shared" / "data" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project (../shared/data)")


def report_of(name: str, *fixes: str) -> ValidationReport:
    return tables.prepare((CASES / name).read_bytes(), name, DatasetSettings(fixes=fixes)).report


def said(report: ValidationReport, *severities: str) -> set[str]:
    return {issue.code for issue in report.issues if issue.severity in severities}


@pytest.mark.parametrize(
    ("name", "grain", "first", "last", "info"),
    [
        ("05-matomo-week-range.csv", "WEEK", "2023-01-02", "2024-12-23", "ranges_read"),
        ("06b-iso-week53-2020.csv", "WEEK", "2019-12-02", "2022-01-03", None),
        ("07-monthly.csv", "MONTH", "2021-01-01", "2024-12-01", None),
        ("08-friday-weeks.csv", "WEEK", "2023-01-06", "2024-12-27", None),
        ("18b-berlin-months.parquet", "MONTH", "2022-01-01", "2024-12-01", None),
        ("26-retail-445.csv", "MONTH", "2022-01-31", "2024-12-23", "retail_calendar"),
        ("52-mm-yyyy.csv", "MONTH", "2021-01-01", "2024-12-01", None),
        ("56-dd-mm-yy.csv", "WEEK", "2023-01-01", "2024-12-22", "date_order_decided"),
        ("57-dots-fifth-of-month.csv", "MONTH", "2022-01-05", "2024-12-05", None),
        ("65-newest-first-times.csv", "WEEK", "2023-01-02", "2024-12-23", "times_dropped"),
    ],
)
def test_ordinary_dates_are_read_and_what_was_decided_is_said(name, grain, first, last, info):
    report = report_of(name)
    assert said(report, "error") == set()
    assert (report.grain, report.first_period, report.last_period) == (grain, first, last)
    assert info is None or info in said(report, "info")


def test_two_digits_are_the_year_that_gives_months():
    report = report_of("27-yy-mm-dd-months.csv")
    assert (report.first_period, report.last_period) == ("2023-01-01", "2023-12-01")
    assert "date_order_decided" in said(report, "info")
    assert said(report, "error") == {"too_few_rows"}


@pytest.mark.parametrize(
    ("name", "words"), [("04-ga4-nth-week.csv", "ISO week of ISO year"), ("06-iso-week53-2024.csv", "week 53")]
)
def test_what_is_no_date_is_refused_with_a_way_out(name, words):
    (issue,) = [issue for issue in report_of(name).issues if issue.severity == "error"]
    assert issue.code == "bad_date"
    assert words in issue.remedy


def test_week_endings_are_asked_about_and_moved_by_six_days():
    (issue,) = [issue for issue in report_of("25-week-ending.csv").issues if issue.severity == "error"]
    assert issue.fixes == ("dates_are_period_ends", "dates_are_period_starts")
    moved = report_of("25-week-ending.csv", "dates_are_period_ends")
    assert (moved.ok, moved.first_period, moved.week_start) == (True, "2023-01-02", "MON")
    kept = report_of("25-week-ending.csv", "dates_are_period_starts")
    assert (kept.ok, kept.first_period, kept.week_start) == (True, "2023-01-08", "SUN")


def test_days_that_excel_swapped_are_named_and_swapped_back():
    report = report_of("15-excel-swapped-dates.xlsx")
    assert said(report, "error") == {"swapped_dates"}
    mended = report_of("15-excel-swapped-dates.xlsx", "swap_day_and_month")
    assert (mended.ok, mended.grain, mended.first_period) == (True, "WEEK", "2023-01-02")
    assert mended.applied_fixes[0].rows == 42
