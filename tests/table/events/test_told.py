"""What is said of a column that names events."""

from __future__ import annotations

from tests.table.events.test_controls import EACH, ONE, unused
from tests.table.events.test_named import EASTER, control
from tests.table.long.tables import prepared


def test_a_control_of_names_is_an_error_with_two_answers():
    (issue,) = [each for each in prepared(control(EASTER)).report.issues if each.severity == "error"]
    assert (issue.code, issue.fixes, issue.rows) == ("words_for_events", (ONE, EACH), (7, 22, 59))
    assert issue.message == (
        "Column 'ctrl_price' names events, and is no number: 'Easter' in 2 rows, 'Black Friday' in 1 row."
    )
    assert "Zero stands for blank cells then." in issue.remedy
    (issue,) = [each for each in prepared(control(EASTER, "shelf")).report.issues if each.severity == "error"]
    assert "Zero stands for 'shelf' and blank cells then." in issue.remedy


def test_a_column_without_a_role_is_a_warning_with_the_same_answers():
    (issue,) = [each for each in prepared(unused(EASTER)).report.issues if each.code == "unused_events"]
    assert (issue.severity, issue.fixes, issue.n_rows) == ("warning", (ONE, EACH), 3)


def test_one_name_is_one_question():
    (issue,) = [each for each in prepared(control({4: "Sale"})).report.issues if each.severity == "error"]
    assert issue.fixes == (ONE,)
