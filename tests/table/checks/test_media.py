"""What media columns stand for is asked where the numbers make one wonder."""

from __future__ import annotations

import pandas as pd
import pytest

from mmm_core.table.checks import media, rows
from mmm_core.table.checks.issues import Issue
from tests.table.written import HEADER, issues_of, subject_of, text, weeks

SPENDS = [float(100 + (37 * n) % 60) for n in range(60)]


def found(spends: list[float], **chosen: object) -> list[Issue]:
    dated = zip(weeks(60), spends, strict=True)
    lines = [f"n,{date},{5 + n % 3},{1 + n % 7},{spend},1" for n, (date, spend) in enumerate(dated)]
    return issues_of(subject_of(text(HEADER, *lines), **chosen), media.check, rows.check)


def by(period: str) -> pd.Series:
    return pd.to_datetime(pd.Series(weeks(60))).dt.to_period(period)


@pytest.mark.parametrize(
    ("spends", "code", "fixes"),
    [
        (
            pd.Series(SPENDS).groupby(by("M")).transform("sum").tolist(),
            "month_totals",
            ("spread_month_totals", "amounts_are_of_their_period"),
        ),
        (
            pd.Series(SPENDS).groupby(by("Y")).cumsum().tolist(),
            "year_so_far",
            ("take_year_so_far_apart", "amounts_are_of_their_period"),
        ),
        ([-each for each in SPENDS], "negative_value", ("costs_above_zero",)),
    ],
)
def test_each_is_asked_once_and_settled_by_any_of_its_fixes(spends, code, fixes):
    (issue,) = found(spends)
    assert (issue.code, issue.column, issue.severity, issue.fixes) == (code, "spend_tv", "error", fixes)
    for fix in fixes:
        assert found(spends, fixes=[fix]) == []


def test_ordinary_spend_is_not_asked_about():
    assert found(SPENDS) == []


def test_a_channel_that_begins_or_ends_inside_the_table_is_said():
    lines = [f"n,{date},5,{0 if n < 20 or n > 44 else 3},1,1" for n, date in enumerate(weeks(60))]
    (issue,) = issues_of(subject_of(text(HEADER, *lines)), media.check)
    assert issue.severity == "info"
    assert f"begins on {weeks(60)[20]} and ends on {weeks(60)[44]}" in issue.message
