"""Tables as people have them: rows, days, entities and amounts; the answer that each of them must get."""

from __future__ import annotations

import pytest

from mmm_core.runs import tables
from mmm_core.runs.tables import Prepared
from mmm_core.spec import DatasetSettings, FixName
from tests.conftest import PROJECT

CASES = PROJECT.parent / "shared" / "data" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project (../shared/data)")
SALES = 7.82e6
"""Observed sales of the weekly table that most cases are made of."""
TO_WEEKS: tuple[FixName, ...] = ("sum_days_to_weeks",)


def prepared(name: str, *fixes: FixName) -> Prepared:
    return tables.prepare((CASES / name).read_bytes(), name, DatasetSettings(fixes=fixes))


def errors(name: str, *fixes: FixName) -> list[str]:
    return [issue.code for issue in prepared(name, *fixes).report.issues if issue.severity == "error"]


@pytest.mark.parametrize(
    ("name", "asked", "ways"),
    [
        ("31-total-as-entity.csv", ["total_entity"], [["leave_out_total_entities"], ["each_entity_has_its_own_sales"]]),
        ("32-sales-repeated-per-campaign.csv", ["same_sales"], [["sales_once_for_all_entities"]]),
        ("13-entity-case.csv", ["near_equal_entities"], [["merge_entity_names"]]),
        ("14-unbalanced-late-region.csv", ["unbalanced_panel"], [["use_common_dates"]]),
        ("33-small-region-zero-week.csv", [], [[], ["drop_nonpositive_sales_rows", "use_common_dates"]]),
        ("38-weekly-then-daily.csv", ["mixed_grain"], [TO_WEEKS]),
        ("47-monday-and-sunday-weeks.csv", ["different_weeks"], []),
        (
            "48-daily-scattered-missing.csv",
            ["missing_days", "daily"],
            [[*TO_WEEKS, "leave_out_incomplete_weeks"], [*TO_WEEKS, "missing_days_sold_nothing"]],
        ),
        (
            "49-daily-revised-rows.csv",
            ["duplicate_period", "daily"],
            [[*TO_WEEKS, "keep_last_of_repeated_rows"], [*TO_WEEKS, "keep_first_of_repeated_rows"]],
        ),
        ("66-daily-rows-per-campaign.csv", ["repeated_sales", "daily"], [[*TO_WEEKS, "sales_once_per_period"]]),
        ("64-daily-closed-sundays.csv", ["daily"], [TO_WEEKS]),
        ("54-brand-dimension-dropped.csv", ["duplicate_period"], [["add_up_repeated_rows"]]),
        (
            "50-monthly-total-on-each-week.csv",
            ["month_totals"],
            [["spread_month_totals"], ["amounts_are_of_their_period"]],
        ),
    ],
)
def test_what_is_asked_and_what_settles_it(name, asked, ways):
    assert errors(name) == asked
    for fixes in ways:
        assert errors(name, *fixes) == []


@pytest.mark.parametrize(
    "name", ["48-daily-scattered-missing.csv", "66-daily-rows-per-campaign.csv", "49-daily-revised-rows.csv"]
)
def test_a_sum_alone_is_refused_and_says_why(name):
    found = prepared(name, *TO_WEEKS)
    assert not found.report.ok
    assert [record.rows for record in found.report.applied_fixes] == [0]
    assert "Nothing was summed" in found.report.applied_fixes[0].sentence


@pytest.mark.parametrize(
    ("name", "fixes"),
    [
        ("66-daily-rows-per-campaign.csv", [*TO_WEEKS, "sales_once_per_period"]),
        ("32-sales-repeated-per-campaign.csv", ["sales_once_for_all_entities"]),
    ],
)
def test_sales_are_those_of_the_shop_and_not_three_times_as_much(name, fixes):
    total = prepared(name, *fixes).canonical().frame["sales"].sum()
    assert total == pytest.approx(SALES, rel=0.02)


def test_a_channel_that_was_launched_late_is_named():
    (issue,) = [
        each
        for each in prepared("40b-late-strong-channel.csv").report.issues
        if "tiktok" in each.message and each.severity == "info" and each.code == "channel_began_or_ended"
    ]
    assert "begins on 2024-02-26" in issue.message


@pytest.mark.parametrize(
    "name",
    [
        "08-friday-weeks.csv",
        "10-zero-inflated.csv",
        "41-extreme-units.csv",
        "51-last-week-incomplete.csv",
        "61-constant-channel.csv",
        "65-newest-first-times.csv",
    ],
)
def test_what_was_right_stays_right(name):
    assert errors(name) == []
