"""What media columns stand for is asked where the numbers make one wonder."""

from __future__ import annotations

import pandas as pd
import pytest

from mmm_core.table.checks import media, rows
from mmm_core.table.checks.issues import Issue
from tests.table.cases.written import HEADER, issues_of, subject_of, text, weeks

SPENDS = [float(100 + (37 * n) % 60) for n in range(60)]


def found(spends: list[float], **chosen: object) -> list[Issue]:
    dated = zip(weeks(60), spends, strict=True)
    lines = [f"n,{date},{9000 + n % 3},{1 + n % 7},{spend},1" for n, (date, spend) in enumerate(dated)]
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


def returns(sales: float, tv: float, radio: float, *, header: str = "", **chosen: object) -> list[Issue]:
    """What is said of a table with so many sales and so much spend a period, give or take some."""
    names = header or "period_start,sales,spend_tv,spend_radio,act_tv"
    rows = [
        f"{date},{sales * (1 + n % 3 / 10)},{tv * (1 + n % 4 / 10)},{radio * (1 + n % 5 / 10)},{7 + n % 6}"
        for n, date in enumerate(weeks(60))
    ]
    return issues_of(subject_of(text(names, *rows), **chosen), media.check)


@pytest.mark.parametrize(
    ("sales", "tv", "radio", "code", "words"),
    [
        (50_000, 3_000, 2.5, "implausible_returns", "that of 'radio'"),
        (50_000, 3, 2.5, "implausible_returns", "that of 'tv'"),
        (90, 12_000, 13_000, "implausible_returns", "far below spend"),
        (5_000, 4_000, 3_000, "spend_above_sales", "spent 1.5 times"),
        (80_000, 2_000, 900_000, "spend_above_sales", "the most 'radio'"),
        (5e8, 4e3, 9e6, "spend_of_another_size", "'radio' 2,3"),
    ],
)
def test_returns_that_cannot_be_are_asked_about_with_their_likely_cause(sales, tv, radio, code, words):
    (issue,) = [issue for issue in returns(sales, tv, radio) if issue.code == code]
    assert issue.severity == "warning"
    assert words in issue.message
    assert "Likely causes: " in issue.meaning


@pytest.mark.parametrize(("sales", "tv", "radio"), [(50_000, 3_000, 900), (900_000, 10_000, 300_000), (70, 20, 3)])
def test_ordinary_returns_are_not(sales, tv, radio):
    assert returns(sales, tv, radio) == []


def test_few_orders_for_much_money_are_ordinary():
    header = "period_start,orders,spend_tv,spend_radio,act_tv"
    assert returns(9, 2_000, 3_000, header=header, columns={"sales": "orders"}) == []


def test_a_channel_that_spent_seldom_is_judged_by_the_time_in_which_it_did():
    rows = [f"{date},1000,{30 if n > 55 else 0},100" for n, date in enumerate(weeks(60))]
    found = issues_of(subject_of(text("period_start,sales,spend_tv,spend_radio", *rows)), media.check)
    assert [issue.code for issue in found] == ["channel_began_or_ended"]


def test_impressions_in_the_column_of_spend_are_recognised():
    rows = [f"{date},{900 + n},{90_000 + 700 * n},{90_000 + 700 * n}" for n, date in enumerate(weeks(60))]
    (issue,) = issues_of(subject_of(text("period_start,sales,act_tv,spend_tv", *rows)), media.check)
    assert "'spend_tv' has the numbers of 'act_tv', which is no money" in issue.meaning


def test_a_unit_in_the_header_is_the_way_out_and_is_not_asked_twice():
    header = "period_start,sales,spend_tv ($000),spend_radio k€,act_tv"
    columns = {"spend_tv": "spend_tv ($000)", "spend_radio": "spend_radio k€"}
    columns["sales"] = "sales"
    assert [issue.code for issue in returns(50_000, 3, 2, header=header, columns=columns)] == []
    (issue,) = [
        each
        for each in returns(50_000, 3, 2, header=header, columns=columns, fixes=["numbers_are_in_full"])
        if each.code == "implausible_returns"
    ]
    assert issue.fix == "headers_say_thousands"
    fixes = ["numbers_are_in_full", "headers_say_thousands"]
    assert returns(50_000, 3, 2, header=header, columns=columns, fixes=fixes) == []


@pytest.mark.parametrize(
    ("total", "found"),
    [
        (lambda tv, radio, web: tv + radio + web, ["tv", "radio", "web"]),
        (lambda tv, radio, web: round((tv + radio) * 1.001), ["tv", "radio"]),
        (lambda tv, radio, web: 2 * tv + radio, []),
        (lambda tv, radio, web: tv + radio + 40 + web % 7, []),
        (lambda tv, radio, web: tv, []),
    ],
)
def test_a_channel_that_is_the_sum_of_others_is_found(total, found):
    bought = [(100 + (37 * n) % 61, 90 + (53 * n) % 47, 70 + (29 * n) % 83) for n in range(60)]
    rows = [
        f"{date},{9000 + n},{','.join(map(str, each))},{total(*each)}"
        for n, (date, each) in enumerate(zip(weeks(60), bought, strict=True))
    ]
    header = "period_start,sales,spend_tv,spend_radio,spend_web,spend_all"
    issues = [
        issue for issue in issues_of(subject_of(text(header, *rows)), media.check) if issue.code == "total_channel"
    ]
    assert [issue.severity for issue in issues] == ["error"] * bool(found)
    assert all(f"'{name}'" in issue.message for issue in issues for name in found)
    left = subject_of(text(header, *rows), left_out=("spend_all",))
    assert "total_channel" not in [issue.code for issue in issues_of(left, media.check)]
