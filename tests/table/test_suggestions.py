"""What could be done about issues: each repair once for each code, with all that is asked for then."""

import pytest

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings
from mmm_core.table.fixes.words import SENTENCES
from mmm_core.table.suggestions import suggestions
from mmm_core.table.validation import ValidationReport
from tests.malformed import good_rows, table

BLANKS = table([[*row[:3], "", "", *row[5:]] if number % 9 == 4 else row for number, row in enumerate(good_rows())])


def report_of(content: bytes, *fixes: str) -> ValidationReport:
    return tables.prepare(content, "t.csv", DatasetSettings(fixes=fixes)).report


def test_several_answers_to_one_question_are_all_suggested_the_likeliest_first():
    found = report_of(table([*good_rows(), [*good_rows()[3][:2], "9", *good_rows()[3][3:]]])).suggestions
    assert [(each.code, each.fix) for each in found] == [
        ("duplicate_period", "keep_last_of_repeated_rows"),
        ("duplicate_period", "keep_first_of_repeated_rows"),
        ("duplicate_period", "add_up_repeated_rows"),
    ]
    assert all(each.sentence == SENTENCES[each.fix] for each in found)
    assert {each.command for each in found} == {None}


def test_issues_of_one_code_suggest_a_repair_once():
    report = report_of(BLANKS)
    assert sum("blank_activity_is_zero" in issue.fixes for issue in report.issues) == 2
    assert [each.fix for each in report.suggestions] == ["blank_activity_is_zero"]


def test_what_was_asked_for_before_stays_asked_for():
    (found,) = report_of(BLANKS, "drop_exact_duplicates", "use_common_dates").suggestions
    assert found.fixes == ("blank_activity_is_zero", "drop_exact_duplicates", "use_common_dates")


@pytest.mark.parametrize("content", [table(good_rows()), BLANKS])
def test_a_suggestion_that_is_followed_is_made_no_more(content):
    for each in report_of(content).suggestions:
        again = report_of(content, *each.fixes)
        assert (each.code, each.fix) not in [(other.code, other.fix) for other in again.suggestions]


def test_without_issues_nothing_is_suggested():
    assert suggestions([], ()) == ()
