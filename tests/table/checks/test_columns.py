"""A fault of a file is said once, where the person sees it, and with what to do."""

import pytest

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings, spec_from
from mmm_core.table.checks.issues import Issue
from tests.malformed import HEADER, good_rows, table, with_cell, with_column


def errors(content: bytes, **settings: object) -> list[Issue]:
    report = tables.prepare(content, "t.csv", DatasetSettings.model_validate(settings)).report
    return [issue for issue in report.issues if issue.severity == "error"]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (
            with_cell(14, "act_tv", "many"),
            "not_a_number",
            "1 cell is not a number, 'many' (first in row 14, 2022-03-28)",
        ),
        (with_cell(14, "spend_tv", "12kg"), "not_a_number", "1 cell is not a number, '12kg'"),
        (with_column("act_tv", ["5 clicks"] * 80), "not_a_number", "80 cells are not numbers, such as '5 clicks'"),
        (with_cell(14, "period_start", "soon"), "bad_date", "1 cell is not a date (first in row 14)"),
        (with_cell(14, "period_start", ""), "blank_date", "1 blank cell (first in row 14)"),
        (
            with_cell(14, "act_tv", '"1.234,50"'),
            "not_a_number",
            "1 cell is written with a decimal comma, '1.234,50' (first in row 14, 2022-03-28), "
            "but the column is read with a decimal point",
        ),
    ],
)
def test_one_fault_is_one_error(content, code, words):
    found = errors(content)
    assert [issue.code for issue in found] == [code]
    assert words in found[0].message
    assert found[0].remedy


def test_a_hole_beside_an_unread_date_is_still_said():
    rows = good_rows()
    rows[12][1] = "soon"
    assert [issue.code for issue in errors(table(rows[:30] + rows[31:]))] == ["bad_date", "irregular_periods"]
    assert [issue.code for issue in errors(table(rows[:13] + rows[14:]))] == ["bad_date", "irregular_periods"]


@pytest.mark.parametrize(("value", "code"), [("many", "not_a_number"), ("-5", "negative_value"), ("", "blank_spend")])
def test_spend_that_stands_for_activity_is_one_column(value, code):
    rows = [[*row[:3], *row[5:]] for row in good_rows()]
    rows[12][4] = value
    content = table(rows, "entity_id,period_start,sales,ctrl_price,spend_tv,spend_radio")
    assert [issue.code for issue in errors(content)] == [code]
    if code == "blank_spend":
        assert errors(content, fixes=("blank_spend_is_zero",)) == []


def with_extra(name: str, cells: list[str], *more: tuple[str, list[str]]) -> bytes:
    columns = [(name, cells), *more]
    rows = [row + [values[number] for _, values in columns] for number, row in enumerate(good_rows())]
    return table(rows, ",".join([HEADER, *(label for label, _ in columns)]))


def unused(content: bytes) -> list[Issue]:
    report = tables.prepare(content, "t.csv").report
    return [issue for issue in report.issues if issue.code in ("ignored_columns", "unused_events")]


def in_rows(values: dict[int, str], usual: str = "na") -> list[str]:
    return [values.get(row, usual) for row in range(2, 82)]


NUMBERS = [str(week) for week in range(80)]


def test_a_column_of_numbers_without_a_role_is_asked_about():
    (issue,) = unused(with_extra("x", NUMBERS))
    assert (issue.code, issue.severity, issue.column) == ("ignored_columns", "info", "x")
    assert issue.message == "Column 'x' plays no role."
    assert issue.remedy == "Make it a control if it moves sales, a channel if it is advertising."


def test_several_columns_without_a_role_are_counted():
    (issue,) = unused(with_extra("x", NUMBERS, ("y", NUMBERS)))
    assert issue.message == "2 columns play no role: 'x', 'y'."
    assert issue.remedy == "Make each a control if it moves sales, a channel if it is advertising."


def test_robyns_events_are_found_and_named(shared_data):
    columns = {"period_start": "DATE", "sales": "revenue", "act_tv": "tv_S"}
    settings = DatasetSettings(columns=columns, left_out=("events",))
    report = tables.read_file(shared_data / "raw_robyn_dt_simulated_weekly.csv", settings).report
    (issue,) = [issue for issue in report.issues if issue.code == "unused_events"]
    assert issue.severity == "warning"
    assert issue.message == (
        "Column 'events' seems to name events, and plays no role: 'event1' in 1 row, 'event2' in 1 row."
    )
    assert issue.n_rows == len(issue.rows) == 2
    assert "0/1 control column per event" in issue.remedy


@pytest.mark.parametrize("usual", ["", "na", "none", "normal"])
def test_events_are_named_by_how_often_they_happen(usual):
    (issue,) = unused(with_extra("what", in_rows({4: "Easter", 20: "Sale", 40: "Sale"}, usual)))
    assert issue.code == "unused_events"
    assert "'Sale' in 2 rows, 'Easter' in 1 row." in issue.message
    assert issue.rows == (4, 20, 40)


def test_at_most_five_events_are_named():
    (issue,) = unused(with_extra("what", in_rows({row: f"e{row}" for row in range(10, 17)})))
    assert issue.message.endswith("'e14' in 1 row, and 2 more values.")


@pytest.mark.parametrize(
    "cells",
    [
        [f"note {week}" for week in range(80)],
        ["shop"] * 80,
        in_rows(dict.fromkeys(range(5, 20), ""), "shop"),
        in_rows({5: "Jane looked at this week again and found nothing odd in it"}, ""),
        [("north", "south")[week % 2] for week in range(80)],
        in_rows({5: "2022-02-01"}, ""),
    ],
)
def test_text_that_tells_no_events_is_only_mentioned(cells):
    (issue,) = unused(with_extra("what", cells))
    assert (issue.code, issue.severity, issue.message) == ("ignored_columns", "info", "Column 'what' plays no role.")
    assert "Nothing to do" in issue.remedy


def with_copy_of(source: str, name: str) -> bytes:
    place = HEADER.split(",").index(source)
    return table([[*row, row[place]] for row in good_rows()], f"{HEADER},{name}")


def test_two_names_that_differ_in_case_are_asked_about():
    content = with_copy_of("act_tv", "Sales")
    (issue,) = errors(content)
    assert (issue.code, issue.message) == ("names_differ_by_case", "Columns 'sales' and 'Sales' differ in case only.")
    assert errors(content, columns={"sales": "Sales"}) == []
    assert errors(content, left_out=("Sales",)) == []


def test_a_target_in_another_case_is_a_choice():
    spec = spec_from({"dataset_id": "x", "target_col": "Sales", "drivers": ["act_radio"]})
    report = tables.prepare(with_copy_of("act_tv", "Sales"), "t.csv", spec=spec).report
    assert report.ok
    assert spec_from({"dataset_id": "x", "drivers": ["act_radio"]}).target_col == "sales"


@pytest.mark.parametrize("name", ["spend_tv.1", "spend_tv_x", "spend_other"])
def test_a_copy_of_a_column_is_named(name):
    report = tables.prepare(with_copy_of("spend_tv", name), "t.csv").report
    (issue,) = [issue for issue in report.issues if issue.code == "copied_column"]
    assert issue.message == f"Column '{name}' is a copy of 'spend_tv'."
