"""How numbers are written is said where it decides, and asked where only a person can decide."""

import pytest

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings, ReadingOptions
from mmm_core.table.checks.issues import Issue
from tests.malformed import HEADER, good_rows, table, with_cell, with_column


def errors(content: bytes, **settings: object) -> list[Issue]:
    report = tables.prepare(content, "t.csv", DatasetSettings.model_validate(settings)).report
    return [issue for issue in report.issues if issue.severity == "error"]


def the_issue(content: bytes, code: str, **settings: object) -> Issue:
    report = tables.prepare(content, "t.csv", DatasetSettings.model_validate(settings)).report
    found = [issue for issue in report.issues if issue.code == code]
    assert len(found) == 1, report.issues
    return found[0]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('"1,2{:02d}"', "thousands separators ('1,200' in row 2)"),
        ("€ 1{:02d}.50", "currency sign ('€ 100.50' in row 2)"),
        ("1{:02d} %", "percent sign ('100 %' in row 2)"),
        ('"$1,2{:02d}"', "currency sign ('$1,200' in row 2) and thousands separators ('$1,200' in row 2)"),
    ],
)
def test_signs_that_are_left_out_are_said(cell, words):
    content = with_column("spend_tv", [cell.format(week) for week in range(80)])
    assert errors(content) == []
    assert the_issue(content, "numbers_with_signs").message == (
        f"Column 'spend_tv' is read as numbers, without its {words}."
    )


def test_money_with_three_decimals_is_asked_about_and_not_guessed():
    content = with_column("spend_tv", [f"€ 1.{200 + week}" for week in range(80)])
    found = errors(content)
    assert [issue.code for issue in found] == ["ambiguous_numbers"]
    assert "point of its numbers may be a decimal mark or separate thousands ('€ 1.200' in row 2" in found[0].message
    assert errors(content, reading=ReadingOptions(decimal=".")) == []


def test_a_person_says_what_a_mark_is_and_can_take_it_back():
    content = with_column("spend_tv", [f"1.{200 + week}" for week in range(80)])
    issue = the_issue(content, "ambiguous_numbers")
    assert (issue.severity, issue.column) == ("error", "spend_tv")
    assert issue.fixes == ("doubtful_marks_are_thousands", "doubtful_marks_are_decimal")
    assert "('1.200' in row 2 is 1200 or 1.2)" in issue.message
    for fix, value in zip(issue.fixes, (1200, 1.2), strict=True):
        prepared = tables.prepare(content, "t.csv", DatasetSettings(fixes=(fix,)))
        assert prepared.report.ok
        assert prepared.canonical().frame["spend_tv"].iloc[0] == value
        assert prepared.canonical().frame["ctrl_price"].iloc[0] < 20  # no other column is touched
        assert [(record.fix, record.rows) for record in prepared.report.applied_fixes] == [(fix, 80)]


def test_what_the_column_itself_tells_of_its_mark_is_said():
    grouped = [f"{value:,}".replace(",", ".") for value in range(960, 1040)]
    issue = the_issue(with_column("spend_tv", grouped), "marks_of_thousands")
    assert issue.severity == "info"
    assert (
        issue.message == "Column 'spend_tv': the point of its numbers separates thousands: '1.000' in row 42 is 1000."
    )


def test_a_column_with_the_other_mark_is_read_by_its_own():
    content = with_column("act_tv", [f'"1.2{week:02d},50"' for week in range(80)])
    prepared = tables.prepare(content, "t.csv")
    assert prepared.report.ok
    assert prepared.canonical().frame["act_tv"].iloc[0] == 1200.5


def test_letters_for_thousands_are_read_and_said():
    cells = [f"{value / 1000:.1f}K" if value > 1000 else str(value) for value in range(800, 1200, 5)]
    issue = the_issue(with_column("spend_tv", cells), "numbers_with_units")
    assert (issue.severity, issue.fix) == ("info", None)
    assert issue.message.endswith("thousands or millions: '1.0K' in row 43 is 1,000.")


def test_words_of_a_control_become_one_and_zero():
    content = with_column("ctrl_price", ["Yes" if week % 7 == 0 else "No" for week in range(80)])
    (issue,) = errors(content)
    assert (issue.code, issue.fix) == ("words_for_numbers", "words_are_zero_and_one")
    prepared = tables.prepare(content, "t.csv", DatasetSettings(fixes=("words_are_zero_and_one",)))
    assert prepared.report.ok
    assert prepared.canonical().frame["ctrl_price"].tolist() == [float(week % 7 == 0) for week in range(80)]


def test_ticks_beside_blank_cells_are_one_question():
    content = with_column("ctrl_price", ["x" if week % 7 == 0 else "" for week in range(80)])
    assert [issue.code for issue in errors(content)] == ["words_for_numbers"]
    assert errors(content, fixes=("words_are_zero_and_one",)) == []


def test_words_of_anything_but_a_control_are_no_numbers():
    assert [issue.code for issue in errors(with_column("act_tv", ["yes", "no"] * 40))] == ["not_a_number"]


def test_a_unit_in_a_header_is_asked_about():
    content = table(good_rows(), HEADER.replace("spend_tv", "spend_tv (k€)"))
    settings = {"columns": {"spend_tv": "spend_tv (k€)"}}
    issue = the_issue(content, "unit_in_header", **settings)
    assert (issue.severity, issue.fixes) == ("error", ("headers_say_thousands", "numbers_are_in_full"))
    spent = []
    for fix in issue.fixes:
        prepared = tables.prepare(content, "t.csv", DatasetSettings(fixes=(fix,), **settings))
        assert prepared.report.ok
        spent.append(prepared.canonical().frame["spend_tv"].sum())
    assert spent[0] == pytest.approx(1000 * spent[1])


def test_a_bound_is_blank_and_said():
    content = with_cell(14, "ctrl_price", "< 10%")
    assert [issue.code for issue in errors(content)] == ["blank_ctrl"]
    assert "'< 10%' in row 14" in the_issue(content, "bounds_are_blank").message


@pytest.mark.parametrize("column", ["act_tv", "spend_tv", "ctrl_price"])
def test_a_column_without_a_number_is_not_filled_with_zeros(column):
    content = with_column(column, [""] * 80)
    for fixes in ((), ("blank_activity_is_zero", "blank_spend_is_zero")):
        (issue,) = errors(content, fixes=fixes)
        assert (issue.code, issue.fixes) == ("empty_column", ())


def test_a_column_that_could_not_be_read_is_one_error():
    assert [issue.code for issue in errors(with_column("sales", ["many"] * 80))] == ["not_a_number"]


def test_a_file_in_which_no_number_settles_the_mark_is_not_guessed():
    rows = [f"2022-01-{day:02d};{day},234;{day}" for day in (3, 10, 17, 24, 31)]
    content = "\n".join(["period_start;sales;act_tv", *rows]).encode()
    codes = [(issue.column, issue.code) for issue in errors(content)]
    assert ("sales", "ambiguous_numbers") in codes


def test_two_currencies_in_one_column_are_refused():
    content = with_column("spend_tv", [f"{'€' if week % 2 else 'USD'} {week + 1}" for week in range(80)])
    found = errors(content)
    assert [issue.code for issue in found] == ["mixed_currencies"]
    assert "'USD 1' in row 2, '€ 2' in row 3" in found[0].message
    same = with_column("spend_tv", [f"{'€' if week % 2 else 'EUR'} {week + 1}" for week in range(80)])
    assert errors(same) == []


def test_percent_and_plain_numbers_in_one_column_are_doubted():
    content = with_column("ctrl_price", [f"{week + 1} %" if week % 2 else f"0.{week + 11}" for week in range(80)])
    assert "('2 %' in row 3) and without ('0.11' in row 2)" in the_issue(content, "mixed_percent").message
