"""What is wrong with rows is found by the calendar and the entity, wherever in the file they stand."""

import datetime as dt
import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.spec import spec_from
from mmm_core.table.asked import Asked
from mmm_core.table.checks import rows
from mmm_core.table.checks.issues import Issue
from tests.malformed import HEADER, good_rows, malformed_tables, table, with_cell
from tests.table.written import HEADER as SHORT
from tests.table.written import codes, issues_of, subject_of, text, weeks

BASE = {"dataset_id": "x", "drivers": ["act_tv"]}
CASES = {case.name: case for case in malformed_tables()}


def found(content: bytes, asked: dict[str, object] | None = None, **chosen: object) -> list[Issue]:
    question = None if asked is None else Asked.of(spec_from(BASE | asked))
    return issues_of(subject_of(content, question, **chosen), rows.check_dates, rows.check)


def the_issue(content: bytes, code: str, **chosen: object) -> Issue:
    (issue,) = [issue for issue in found(content, **chosen) if issue.code == code]
    return issue


def lines(*keys: tuple[str, str], sales: str = "5") -> bytes:
    """Rows of which only entity and period matter."""
    return text(SHORT, *(f"{who},{date},{sales},1,1,1" for who, date in keys))


def changed(column: str, value: str) -> bytes:
    return with_cell(32, column, value)


@pytest.mark.parametrize(
    ("content", "code"),
    [(changed("act_tv", "0"), "spend_without_activity"), (changed("spend_tv", "0"), "activity_without_spend")],
)
def test_spend_and_activity_in_different_periods_are_doubted(content, code):
    (issue,) = found(content)
    assert (issue.code, issue.severity, issue.column, issue.rows) == (code, "warning", "spend_tv", (32,))


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
    assert the_issue(table([*good_rows(), copy, other]), "duplicate_period").fix is None


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
    assert all(f"The months are not evenly spaced: {odd} irregular steps" in issue.message for issue in said)


@pytest.mark.parametrize(("grain", "said"), [("MONTH", ["wrong_grain"]), ("WEEK", []), (None, [])])
def test_a_specification_for_another_grain_is_told(grain, said):
    assert codes(found(table(good_rows()), {"drivers": ["tv"], "grain": grain})) == said


def test_future_rows_are_judged_by_the_day_of_the_check():
    content = CASES["future.csv"].content
    for today, code in ((dt.date(2026, 1, 1), "future_rows"), (dt.date(2050, 1, 1), "trailing_blank_sales")):
        assert code in codes(found(content, today=today))


def test_blank_sales_of_one_entity_are_at_the_end_only_if_all_have_ended():
    keys = [(who, date) for date in weeks(6) for who in "ns"]
    both = lines(*keys).replace(b"2022-02-07,5", b"2022-02-07,")
    assert the_issue(both, "trailing_blank_sales").rows == (12, 13)
    one = lines(*keys).replace(b"s,2022-02-07,5", b"s,2022-02-07,")
    assert the_issue(one, "blank_sales").rows == (13,)
    assert codes(found(one, fixes=["blank_sales_outside_likelihood"]), "error") == []


def test_zero_sales_can_be_dropped_only_where_no_hole_is_left():
    at_the_end, inside = with_cell(81, "sales", "0"), with_cell(40, "sales", "0")
    fixes = [the_issue(content, "nonpositive_sales").fix for content in (at_the_end, inside)]
    assert fixes == ["drop_nonpositive_sales_rows", None]
    assert found(at_the_end, fixes=("drop_nonpositive_sales_rows",)) == []


@pytest.mark.parametrize(("sales", "offset", "refused"), [("-2", 2.0, True), ("-2", 2.1, False), ("0", 0.1, False)])
def test_sales_must_be_above_zero_with_the_offset_that_was_asked_for(sales, offset, refused):
    said = found(with_cell(40, "sales", sales), {"target_offset": offset})
    assert codes(said) == ["nonpositive_sales"] * refused
    if refused:
        assert "1 value at or below -2 (first in row 40, 2022-09-26)" in said[0].message


def test_a_fix_that_would_do_nothing_is_not_offered():
    for row, offered in ((2, None), (7, "carry_controls_forward")):
        issue = the_issue(with_cell(row, "ctrl_price", ""), "blank_ctrl")
        assert issue.fix == offered
        assert ("leave the column out" in issue.remedy) == (offered is None)


@pytest.mark.parametrize("column", [name for name in HEADER.split(",") if name not in ("entity_id", "period_start")])
def test_a_blank_cell_and_a_bad_one_are_not_confused(column):
    assert [(issue.column, issue.rows) for issue in found(with_cell(9, column, ""))] == [(column, (9,))]
    assert found(with_cell(9, column, "many")) == []  # that is said of columns


@pytest.mark.parametrize(
    ("column", "said"), [("act_tv", "Activity must"), ("spend_tv", "Spend must"), ("ctrl_price", "")]
)
def test_media_is_never_negative_and_controls_may_be(column, said):
    issues = found(with_cell(9, column, "-5"))
    assert [said in issue.message and issue.code == "negative_value" for issue in issues] == [True] * bool(said)


def test_a_blank_control_that_follows_a_value_in_time_can_be_carried_though_the_file_turns_time_round():
    rows = [f"n,{date},5,1,1,{price}" for date, price in zip(weeks(3), ("7", "", "8"), strict=True)]
    for order in (rows, rows[::-1]):
        assert the_issue(text(SHORT, *order), "blank_ctrl").fix == "carry_controls_forward"
    late = [f"n,{date},5,1,1,{price}" for date, price in zip(weeks(3), ("", "7", "8"), strict=True)]
    for order in (late, late[::-1]):
        assert the_issue(text(SHORT, *order), "blank_ctrl").fix is None


def test_a_row_whose_entity_is_not_known_is_said_once():
    keys = [(who, date) for date in weeks(4) for who in "ns"]
    keys[3] = ("", keys[3][1])
    assert "blank_entity" in codes(found(lines(*keys)))
    assert "unbalanced_panel" not in codes(found(lines(*keys)))


@pytest.mark.parametrize(
    ("content", "fix"),
    [
        (lines(*(("n", date) for date in weeks(3)), sales="-1"), "drop_nonpositive_sales_rows"),
        (lines(*(("n", date) for date in weeks(3)), sales=""), "drop_trailing_blank_sales"),
        (lines(("n", "2022-01-03"), ("s", "2022-01-10")), "use_common_dates"),
        (lines(("n", ""), ("s", "")), "drop_rows_without_date"),
    ],
)
def test_repairs_that_leave_no_row_are_an_error_that_names_them(content, fix):
    issue = the_issue(content, "no_rows_left", fixes=[fix])
    assert issue.severity == "error"
    assert f"{fix} (" in issue.message
