"""What was put together or turned is asked about, and the answer can be taken back."""

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings
from tests.malformed import HEADER, good_rows, workbook
from tests.table.cases.written import text

ACROSS = text(*(",".join(line) for line in zip(HEADER.split(",")[1:], *(row[1:] for row in good_rows()), strict=True)))
SHEETS = workbook({"a": [HEADER.split(","), *good_rows()[:40]], "b": [HEADER.split(","), *good_rows()[40:]]})


def asked(content: bytes, name: str, **settings: object):
    report = tables.prepare(content, name, DatasetSettings.model_validate(settings)).report
    errors = [(issue.code, issue.fix) for issue in report.issues if issue.severity == "error"]
    return errors, [(record.fix, record.rows) for record in report.applied_fixes]


def test_dates_across_are_turned_when_a_person_says_so():
    assert asked(ACROSS, "t.csv") == ([("dates_across", "turn_table")], [])
    assert asked(ACROSS, "t.csv", fixes=("turn_table",)) == ([], [("turn_table", 80)])


def test_sheets_are_one_table_when_a_person_says_so():
    assert asked(SHEETS, "t.xlsx") == ([("several_sheets", "stack_sheets")], [])
    assert asked(SHEETS, "t.xlsx", fixes=("stack_sheets",)) == ([], [("stack_sheets", 80)])
    assert asked(SHEETS, "t.xlsx", reading={"sheet": "b"}) == ([], [])


def test_answers_without_a_question_change_nothing():
    found = asked(text(HEADER, *(",".join(row) for row in good_rows())), "t.csv", fixes=("turn_table", "stack_sheets"))
    assert found == ([], [("stack_sheets", 0), ("turn_table", 0)])
