"""What was decided while the table was read leaves a record, so that it can be taken back."""

import pytest

from mmm_core.spec import DatasetSettings
from mmm_core.table.number_ways import WAYS
from mmm_core.table.validation import type_file
from tests.table.cases.written import weeks, written

DATES = weeks(4)


def records(column: str, cells: list[str], *fixes: str):
    raw = written(
        *(f"{date},1.5,{cell}" for date, cell in zip(DATES, cells, strict=True)), header=f"period_start,sales,{column}"
    )
    applied = type_file(raw, DatasetSettings(fixes=fixes)).applied_fixes
    return [(record.fix, record.rows, record.sentence) for record in applied]


@pytest.mark.parametrize(
    ("column", "cell", "fix", "words"),
    [
        ("spend_tv", "1.200", "doubtful_marks_are_thousands", "as a separator of thousands ('spend_tv')."),
        ("spend_tv", "1.200", "doubtful_marks_are_decimal", "as a decimal mark ('spend_tv')."),
        ("ctrl_a", "ja", "words_are_zero_and_one", "as 1 and 0 ('ctrl_a')."),
        ("spend_tv (k€)", "5", "headers_say_thousands", "multiplied by the unit in their header ('spend_tv (k€)')."),
        ("spend_tv (k€)", "5", "numbers_are_in_full", "in full, whatever unit their header names ('spend_tv (k€)')."),
    ],
)
def test_each_decision_names_its_columns(column, cell, fix, words):
    ((name, rows, sentence),) = records(column, [cell] * 4, fix)
    assert (name, rows) == (fix, 4)
    assert words in sentence


@pytest.mark.parametrize("fix", WAYS)
def test_a_decision_without_a_question_changes_nothing(fix):
    ((_, rows, sentence),) = records("spend_tv", ["1", "2", "3", "4"], fix)
    assert rows == 0
    assert sentence.endswith("nothing was changed.")


def test_of_two_answers_the_first_counts():
    found = records("spend_tv", ["1.200"] * 4, "doubtful_marks_are_decimal", "doubtful_marks_are_thousands")
    assert [(fix, rows) for fix, rows, _ in found] == [
        ("doubtful_marks_are_thousands", 4), ("doubtful_marks_are_decimal", 0),
    ]  # fmt: skip
