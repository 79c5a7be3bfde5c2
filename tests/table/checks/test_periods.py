"""Periods are judged entity by entity, and before anything is summed."""

from __future__ import annotations

import datetime as dt
import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.spec import spec_from
from mmm_core.table.asked import Asked
from mmm_core.table.checks import entities, periods
from mmm_core.table.checks.issues import Issue
from tests.malformed import good_rows, table
from tests.table.cases.written import HEADER as SHORT
from tests.table.cases.written import codes, issues_of, lines, subject_of, text, weeks

BASE = {"dataset_id": "x", "drivers": ["act_tv"]}


def found(content: bytes, asked: dict[str, object] | None = None, **chosen: object) -> list[Issue]:
    question = None if asked is None else Asked.of(spec_from(BASE | asked))
    return issues_of(subject_of(content, question, **chosen), periods.check, entities.check)


def the_issue(content: bytes, code: str, **chosen: object) -> Issue:
    (issue,) = [issue for issue in found(content, **chosen) if issue.code == code]
    return issue


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("nse"), st.sampled_from(weeks(5))), min_size=2, max_size=14))
def test_repeats_and_absences_are_those_that_a_loop_finds(keys):
    said = {issue.code: issue for issue in found(lines(*keys))}
    repeated = [row for row, key in enumerate(keys, start=2) if key in keys[: row - 2]]
    assert (said["duplicate_period"].rows if "duplicate_period" in said else ()) == tuple(repeated)
    entities = {who for who, _ in keys}
    short = {date for _, date in keys if {who for who, other in keys if other == date} != entities}
    absent = [row for row, (_, date) in enumerate(keys, start=2) if date in short]
    assert (said["unbalanced_panel"].rows if "unbalanced_panel" in said else ()) == tuple(absent)


def test_only_rows_that_are_alike_in_every_cell_are_offered_to_be_dropped():
    copy, other = good_rows()[-1], [*good_rows()[-1][:2], "7", *good_rows()[-1][3:]]
    assert the_issue(table([*good_rows(), copy]), "duplicate_period").fix == "drop_exact_duplicates"
    revised = the_issue(table([*good_rows(), copy, other]), "duplicate_period")
    assert revised.fixes == ("keep_last_of_repeated_rows", "keep_first_of_repeated_rows", "add_up_repeated_rows")


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("gone", [(5,), (5, 6), (3, 9)])
def test_a_hole_between_weeks_is_named_by_the_weeks_around_it(gone, newest_first):
    kept = [date for number, date in enumerate(weeks(14)) if number not in gone]
    keys = [("n", date) for date in (kept[::-1] if newest_first else kept)]
    issue = the_issue(lines(*keys), "irregular_periods")
    days = [dt.date.fromisoformat(date) for date in kept]
    holes = [(one, other) for one, other in itertools.pairwise(days) if (other - one).days != 7]
    assert all(f"{one} to {other}" in issue.message for one, other in holes)
    assert issue.n_rows == len(holes)
    assert sorted(issue.rows) == sorted(keys.index(("n", str(after))) + 2 for _, after in holes)


@pytest.mark.parametrize(
    ("dates", "odd"),
    [
        (pd.date_range("2022-01-01", periods=14, freq="MS"), 0),
        (pd.date_range("2022-01-31", periods=14, freq="ME"), 0),
        (pd.date_range("2022-01-01", periods=14, freq="MS") + pd.Timedelta(days=27), 0),
        (pd.date_range("2022-01-01", periods=14, freq="MS").delete(6), 1),
        (pd.date_range("2022-01-01", periods=14, freq="MS").delete(6).insert(6, pd.Timestamp("2022-07-15")), 2),
    ],
)
def test_months_are_even_by_the_calendar_and_not_by_days(dates, odd):
    keys = [("n", str(date.date())) for date in dates]
    said = [issue for issue in found(lines(*keys)) if issue.code == "irregular_periods"]
    assert len(said) == bool(odd)
    assert all(
        f"The months are not evenly spaced: {odd} irregular step{'s' * (odd > 1)} (" in issue.message for issue in said
    )


@pytest.mark.parametrize(("grain", "said"), [("MONTH", ["wrong_grain"]), ("WEEK", []), (None, [])])
def test_a_specification_for_another_grain_is_told(grain, said):
    assert codes(found(table(good_rows()), {"drivers": ["tv"], "grain": grain})) == said


def days(first: str, number: int) -> list[str]:
    return [str(day.date()) for day in pd.date_range(first, periods=number)]


def test_missing_days_are_named_before_anything_is_summed():
    kept = [date for date in days("2022-01-03", 70) if date not in ("2022-01-20", "2022-02-01")]
    content = lines(*(("n", date) for date in kept))
    issue = the_issue(content, "missing_days")
    assert "2 days are missing (2022-01-20, 2022-02-01)" in issue.message
    assert issue.fixes == ("leave_out_incomplete_weeks", "missing_days_sold_nothing")
    # Asked to sum, the table stays as it is: a sum would hide what is missing.
    said = {issue.code: issue for issue in found(content, fixes=["sum_days_to_weeks"])}
    assert set(said) == {"missing_days", "daily"}
    assert said["daily"].fix is None
    assert "2 days missing (2022-01-20, 2022-02-01)" in said["daily"].remedy
    for way in issue.fixes:
        assert found(content, fixes=["sum_days_to_weeks", way]) == []


def test_missing_days_are_those_of_each_entity():
    north, south = days("2022-01-03", 70), days("2022-01-10", 63)
    keys = [("n", date) for date in north if date != "2022-01-20"] + [("s", date) for date in south]
    assert "1 day is missing (n: 2022-01-20)" in the_issue(lines(*keys), "missing_days").message


def test_days_after_weeks_are_named_with_the_day_of_the_change_and_summed_alone():
    weekly, daily = weeks(20), days("2022-05-23", 28)
    content = lines(*(("n", date) for date in [*weekly, *daily]))
    issue = the_issue(content, "mixed_grain")
    assert "days from 2022-05-23 on" in issue.message
    assert issue.fix == "sum_days_to_weeks"
    assert found(content, fixes=["sum_days_to_weeks"]) == []
    frame = subject_of(content, fixes=["sum_days_to_weeks"]).table.frame
    assert frame["sales"].tolist() == [5.0] * 20 + [35.0] * 4


def test_weeks_that_begin_on_different_days_are_one_fault_and_no_days():
    keys = [("uk", date) for date in weeks(20)] + [("us", date) for date in weeks(20, "2022-01-02")]
    (issue,) = found(lines(*keys))
    assert issue.code == "different_weeks"
    assert "Weeks begin on Monday for uk and on Sunday for us" in issue.message
    (again,) = found(lines(*keys), fixes=["sum_days_to_weeks"])
    assert again.code == "different_weeks"


@pytest.mark.parametrize("sales", ["5", "7"])
def test_campaigns_beside_the_sales_of_all_are_told_from_parts(sales):
    parts = [f"n,{date},5,{n},{n},1" for date in weeks(12) for n in (1, 2)]
    parts[1::2] = [line.replace(",5,", f",{sales},") for line in parts[1::2]]
    (issue,) = [each for each in found(text(SHORT, *parts)) if each.severity == "error"]
    assert (issue.code, issue.fixes) == (
        ("repeated_sales", ("sales_once_per_period", "add_up_repeated_rows"))
        if sales == "5"
        else ("duplicate_period", ("add_up_repeated_rows",))
    )


def test_one_odd_month_end_is_the_only_odd_one():
    dates = [str(day.date()) for day in pd.date_range("2022-01-31", periods=14, freq="ME")]
    dates[5] = "2022-06-29"
    issue = the_issue(lines(*(("n", date) for date in dates)), "irregular_periods")
    assert "2 irregular steps (2022-05-31 to 2022-06-29, 2022-06-29 to 2022-07-31)" in issue.message
    assert "on another day of the month than the rest: 2022-06-29" in issue.message


def test_a_hole_that_another_entity_fills_is_a_hole():
    keys = [(who, date) for who in "ns" for date in weeks(14) if (who, date) != ("s", weeks(14)[5])]
    issue = the_issue(lines(*keys), "irregular_periods")
    assert f"{weeks(14)[4]} to {weeks(14)[6]} for s" in issue.message
    assert issue.n_rows == 1


def test_a_retail_calendar_is_named_and_its_hole_found():
    steps = [28, 28, 35] * 8
    dates = [pd.Timestamp("2022-01-31") + pd.Timedelta(days=sum(steps[:place])) for place in range(25)]
    keys = [("n", str(date.date())) for date in dates]
    assert codes(found(lines(*keys))) == ["retail_calendar"]
    assert set(codes(found(lines(*keys[:7], *keys[8:])))) == {"retail_calendar", "irregular_periods"}
    four = [("n", str(date.date())) for date in pd.date_range("2022-01-31", periods=26, freq="28D")]
    assert codes(found(lines(*four))) == ["four_weeks"]
