"""An issue names its column and rows as the file does, and lists no more of them than a person reads."""

import numpy as np
import pytest
from pydantic import ValidationError

from mmm_core.table.checks.issues import MOST_ROWS_LISTED, Findings, Issue
from mmm_core.table.typed import TypedTable
from tests.table.cases.written import typed, weeks

DATES = weeks(30)
ROWS = [f"n,{date},1,1" for date in DATES]


def table() -> TypedTable:
    """A table whose columns have other names in the file, with a title row and a blank line in it."""
    lines = ["brand,week,revenue,grp", *ROWS[:2], "", "n,soon,1,1", *ROWS[2:]]
    columns = {"entity_id": "brand", "period_start": "week", "sales": "revenue", "act_tv": "grp"}
    return typed(*lines, header="Report", columns=columns)


def mask(*places: int) -> np.ndarray:
    found = np.zeros(31, bool)
    found[list(places)] = True
    return found


def added(findings: Findings, **parts: object) -> Issue:
    findings.add("code", "error", "Message.", **({"meaning": "Meaning.", "remedy": "Remedy."} | parts))
    return findings.issues[-1]


@pytest.mark.parametrize(
    ("column", "named"), [("act_tv", "grp"), ("sales", "revenue"), ("act_new", "act_new"), (None, None)]
)
def test_a_column_is_named_as_in_the_file(column, named):
    findings = Findings(table())
    assert added(findings, column=column).column == named
    if column:
        assert findings.source(column) == named


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    # Title in row 1, header in row 2, a blank line in row 5.
    assert added(Findings(table()), rows=mask(0, 1, 2, 3)).rows == (3, 4, 6, 7)


@pytest.mark.parametrize("number", [0, 1, MOST_ROWS_LISTED, MOST_ROWS_LISTED + 1, 31])
def test_the_first_rows_are_listed_and_all_are_counted(number):
    issue = added(Findings(table()), rows=mask(*range(number)))
    assert issue.n_rows == number
    assert len(issue.rows) == min(number, 20)
    assert list(issue.rows) == sorted(issue.rows)


def test_an_issue_of_the_whole_table_has_no_rows():
    issue = added(Findings(table()))
    assert (issue.rows, issue.n_rows, issue.fix) == ((), 0, None)


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ((1, 5), f"first in row 4, {DATES[1]}"),
        ((30,), f"first in row 34, {DATES[29]}"),
        ((2, 3), "first in row 6"),  # its date could not be read
    ],
)
def test_a_place_is_a_row_and_its_date_where_it_has_one(places, words):
    assert Findings(table()).place(mask(*places)) == words


def test_without_a_table_columns_keep_the_name_that_they_were_given():
    findings = Findings(None)
    issue = added(findings, column="sales", rows=mask(1))
    assert (issue.column, issue.rows, issue.n_rows) == ("sales", (), 0)
    assert findings.source("sales") == "sales"


def test_issues_stay_in_the_order_in_which_they_were_found():
    findings = Findings(table())
    for number in range(3):
        added(findings, column=f"c{number}")
    assert [issue.column for issue in findings.issues] == ["c0", "c1", "c2"]


def test_an_issue_survives_its_json_and_cannot_be_changed():
    issue = added(Findings(table()), column="act_tv", rows=mask(1, 2), fix="blank_activity_is_zero")
    assert Issue.model_validate_json(issue.model_dump_json()) == issue
    with pytest.raises(ValidationError, match="frozen"):
        issue.severity = "info"


def test_a_fix_that_nobody_can_apply_is_not_offered():
    with pytest.raises(ValidationError, match="fix"):
        added(Findings(table()), fix="invent_the_data")
