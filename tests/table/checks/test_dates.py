"""What was decided is said, and what is open is asked."""

import pandas as pd
import pytest

from mmm_core.table.checks import columns, periods, rows
from mmm_core.table.checks.issues import Issue
from tests.malformed import workbook
from tests.table.cases.written import HEADER, issues_of, subject_of, text

WEEKS = pd.date_range("2023-01-02", periods=40, freq="7D")
MONTHS = pd.date_range("2023-01-01", periods=24, freq="MS")


def said(cells: list[str], **chosen: object) -> dict[str, Issue]:
    content = text(HEADER, *(f'n,"{cell}",5,1,1,1' for cell in cells))
    subject = subject_of(content, **chosen)
    found = issues_of(subject, columns.check, rows.check_dates, periods.check)
    return {issue.code: issue for issue in found if issue.code not in ("constant", "spend_without_activity")}


def of(dates: pd.DatetimeIndex, form: str) -> list[str]:
    return [date.strftime(form) for date in dates]


def test_an_open_order_is_asked_with_its_ways():
    assert said(of(MONTHS[:12], "%d/%m/%Y"))["ambiguous_dates"].fixes == ("dates_day_first", "dates_month_first")
    assert len(said(of(MONTHS[:12], "%d-%m-%y"))["ambiguous_dates"].fixes) == 3
    assert "ambiguous_dates" not in said(of(MONTHS[:12], "%d/%m/%Y"), fixes=["dates_day_first"])


@pytest.mark.parametrize(("form", "is_said"), [("%d/%m/%Y", True), ("%d-%m-%y", True), ("%Y-%m-%d", False)])
def test_an_order_that_only_the_grid_tells_is_said(form, is_said):
    found = said(of(MONTHS, form))
    assert ("date_order_decided" in found) == is_said
    assert {issue.severity for issue in found.values()} <= {"info"}


def test_numbers_of_weeks_are_said():
    assert "Monday, 2023-01-02" in said(of(WEEKS, "%G%V"))["weeks_by_number"].message
    assert "weeks_by_number" not in said(of(MONTHS, "%Y%m"))


@pytest.mark.parametrize("last", [6, 7])
def test_ranges_are_checked_by_their_last_day(last):
    cells = [f"{day.date()} - {(day + pd.Timedelta(days=last)).date()}" for day in WEEKS]
    assert "ranges_read" in said(cells)
    cells[5] = f"{WEEKS[5].date()} - {(WEEKS[5] + pd.Timedelta(days=3)).date()}"
    issue = said(cells)["odd_range"]
    assert (issue.severity, issue.rows) == ("error", (7,))
    assert "1 range of 4 days" in issue.message


def test_ranges_that_overlap_are_refused():
    cells = [f"{day.date()} - {(day + pd.Timedelta(days=6)).date()}" for day in pd.date_range("2023-01-02", periods=40)]
    assert said(cells)["odd_range"].n_rows == 40


@pytest.mark.parametrize("form", ["%d.%m.%Y", "%Y-%m-%d"])
def test_ranges_of_months_end_where_the_month_does(form):
    cells = [f"{day:{form}} – {day + pd.offsets.MonthEnd(0):{form}}" for day in MONTHS]
    found = said(cells)
    assert "ranges_read" in found
    assert all(issue.severity == "info" for issue in found.values())


def test_times_are_never_dropped_unsaid():
    assert (
        "'2023-01-02 00:15:00'" in said([f"{cell} 00:15:00" for cell in of(WEEKS, "%Y-%m-%d")])["times_dropped"].message
    )
    assert "zone" in said([f"{cell}T00:00:00+01:00" for cell in of(WEEKS, "%Y-%m-%d")])["times_dropped"].message
    assert "times_dropped" not in said([f"{cell} 00:00:00" for cell in of(WEEKS, "%Y-%m-%d")])


def test_midnights_elsewhere_are_offered_their_day():
    cells = [f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in MONTHS.tz_localize("Europe/Berlin").tz_convert("UTC")]
    assert said(cells)["local_midnights"].fix == "dates_are_local_midnights"
    assert set(said(cells, fixes=["dates_are_local_midnights"])) == set()


def test_several_times_a_day_are_hours():
    cells = of(pd.date_range("2023-01-02", periods=24 * 8, freq="h"), "%Y-%m-%d %H:%M")
    found = said(cells)
    assert found["hourly"].fix == "add_up_repeated_rows"
    assert "duplicate_period" not in found
    assert "hourly" not in said(cells, fixes=["add_up_repeated_rows"])


def test_swapped_days_are_one_fault():
    cells = [f"{day:%Y-%d-%m}T00:00:00" if day.day <= 12 else f"{day:%d/%m/%Y}" for day in WEEKS]
    found = said(cells)
    assert [code for code, issue in found.items() if issue.severity == "error"] == ["swapped_dates"]
    assert "mix dates and text" in found["swapped_dates"].message
    assert not [code for code, issue in said(cells, fixes=["swap_day_and_month"]).items() if issue.severity == "error"]


@pytest.mark.parametrize(("form", "code"), [("%y%m%d", "date_order_decided"), ("%G%V", "weeks_by_number")])
def test_numbers_of_a_workbook_are_read_as_text_is(form, code):
    rows_of = [["n", float(cell), 5.0, 1.0, 1.0, 1.0] for cell in of(WEEKS, form)]
    subject = subject_of(workbook({"s": [HEADER.split(","), *rows_of]}))
    assert subject.table.frame["period_start"].tolist() == WEEKS.tolist()
    assert code in [issue.code for issue in subject.file.cell_issues]
