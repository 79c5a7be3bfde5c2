"""What cannot be read as a date is named by its kind."""

import pytest

from mmm_core.table.checks import columns
from tests.table.cases.written import HEADER, issues_of, subject_of, text


@pytest.mark.parametrize(
    ("cells", "words", "remedy"),
    [
        (["Q1 2023", "Q2 2023", "Q3 2023"], "a quarter", "by week or by month"),
        (["2023-Q1", "2023-Q2"], "a quarter", "by week or by month"),
        (["1. Quartal 2023", "2. Quartal 2023"], "a quarter", "by week"),
        (["January", "February"], "a month without a year", "Jan 2023"),
        (["2021", "2022"], "a year alone", "year beside"),
        (["000", "001", "103"], "a number without a year", "Google Analytics"),
        (["Week 1", "Week 2"], "a number without a year", "year and week"),
        (["2024-W53", "2023-W53"], "a week that its year does not have", "week 53"),
        (["soon", "2023-02-30"], "2 cells are not dates (", "2023-04-03"),
    ],
)
def test_what_is_no_date_is_named_by_its_kind(cells, words, remedy):
    content = text(HEADER, *(f'n,"{cell}",5,1,1,1' for cell in cells))
    issue = next(issue for issue in issues_of(subject_of(content), columns.check) if issue.code == "bad_date")
    assert words in issue.message
    assert remedy in issue.remedy
