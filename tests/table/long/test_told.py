"""What is said of a long table: what was seen, what is assumed, and what can be done."""

from __future__ import annotations

from mmm_core.table.checks.issues import Issue
from tests.table.long.tables import MADE, amounts, errors, prepared, written


def told(content: bytes, *fixes: str) -> Issue:
    """The issue of a long table."""
    (issue,) = [
        each for each in prepared(content, *fixes).report.issues if each.code in ("long_layout", "repeated_sales")
    ]
    return issue


def test_what_was_seen_and_what_is_assumed_is_said():
    issue = told(MADE["a total among the channels"]().content)
    assert "column 'channel' names 2 channels (Facebook, Google)" in issue.message
    assert "spend from 'spend' and activity from 'impressions'" in issue.remedy
    assert "sales are those of 'sales', once a period" in issue.remedy
    assert "'Total', the sum of the others, is left out." in issue.remedy
    assert "--pivot names=COLUMN" in issue.remedy
    assert "' tv ' and 'TV' are taken for one." in told(MADE["names in two spellings"]().content).remedy.replace(
        "'tv'", "' tv '"
    )


def test_rows_can_be_added_up_instead_once_columns_have_roles():
    rows = amounts("search", "tv").rename(columns={"date": "period_start", "spend": "spend_all"})
    issue = told(written(rows))
    assert (issue.code, issue.n_rows) == ("repeated_sales", 40)
    assert issue.fixes == ("pivot_long_table", "sales_once_per_period", "add_up_repeated_rows")
    rows["sales"] += rows["channel"].eq("tv") * 100
    issue = told(written(rows))
    assert (issue.code, issue.fixes) == ("long_layout", ("pivot_adding_up_sales", "add_up_repeated_rows"))
    assert "credits to itself" in issue.remedy


def test_several_rows_of_a_channel_are_said_to_be_added_up():
    assert "80 rows that repeat a period and a channel are added to the first." in (
        told(MADE["several rows of a channel"]().content).remedy
    )


def test_nothing_is_said_once_it_was_done():
    for name in ("plain", "measures in rows", "measures of platforms in rows"):
        assert errors(MADE[name]().content, "pivot_long_table") == []
