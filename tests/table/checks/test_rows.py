"""What is wrong with rows is found by the calendar and the entity, wherever in the file they stand."""

import datetime as dt

import pytest

from mmm_core.spec import spec_from
from mmm_core.table.asked import Asked
from mmm_core.table.checks import rows
from mmm_core.table.checks.issues import Issue
from tests.malformed import HEADER, malformed_tables, with_cell
from tests.table.cases.written import HEADER as SHORT
from tests.table.cases.written import codes, issues_of, lines, subject_of, text, weeks

BASE = {"dataset_id": "x", "drivers": ["act_tv"]}
CASES = {case.name: case for case in malformed_tables()}


def found(content: bytes, asked: dict[str, object] | None = None, **chosen: object) -> list[Issue]:
    question = None if asked is None else Asked.of(spec_from(BASE | asked))
    return issues_of(subject_of(content, question, **chosen), rows.check_dates, rows.check)


def the_issue(content: bytes, code: str, **chosen: object) -> Issue:
    (issue,) = [issue for issue in found(content, **chosen) if issue.code == code]
    return issue


def changed(column: str, value: str) -> bytes:
    return with_cell(32, column, value)


@pytest.mark.parametrize(
    ("content", "code"),
    [(changed("act_tv", "0"), "spend_without_activity"), (changed("spend_tv", "0"), "activity_without_spend")],
)
def test_spend_and_activity_in_different_periods_are_doubted(content, code):
    (issue,) = found(content)
    assert (issue.code, issue.severity, issue.column, issue.rows) == (code, "warning", "spend_tv", (32,))


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
