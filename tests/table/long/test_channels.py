"""Each channel of a long table gets columns of its own; what each must hold is known."""

from __future__ import annotations

import pandas as pd
import pytest

from mmm_core.runs import tables
from mmm_core.spec import parse_spec
from tests.table.long.tables import MADE, amounts, errors, prepared, spend_of, written

PIVOTS = {"pivot_long_table", "pivot_adding_up_sales"}


def offered(content: bytes, **chosen: object) -> str:
    """The pivot that is offered."""
    ((_, fixes),) = [each for each in errors(content, **chosen) if PIVOTS & set(each[1])]
    return next(fix for fix in fixes if fix in PIVOTS)


@pytest.mark.parametrize("name", MADE)
def test_a_long_table_is_asked_about_and_pivoted_to_the_same_amounts(name):
    long = MADE[name]()
    found = prepared(long.content, offered(long.content))
    assert [issue.message for issue in found.report.issues if issue.severity == "error"] == []
    frame = found.canonical().frame
    spend = {column.removeprefix("spend_"): frame[column].sum() for column in frame if column.startswith("spend_")}
    assert spend == pytest.approx(long.spend)
    assert frame["sales"].sum() == pytest.approx(long.sales)
    assert list(found.report.channels) == sorted(long.spend)


def test_columns_of_pivoted_tables_are_checked_under_the_names_that_people_know():
    rows = amounts("search", "tv")
    rows.loc[rows["channel"] == "tv", ["spend", "impressions"]] = 0
    found = prepared(written(rows), "pivot_long_table").report
    assert "impressions (tv)" in {issue.column for issue in found.issues if issue.code == "all_zero"}


def test_sales_that_differ_are_added_up_only_when_that_is_said():
    rows = amounts("search", "tv")
    rows["sales"] = rows["sales"] * (1 + rows["channel"].eq("tv"))
    content = written(rows)
    (once,) = prepared(content, "pivot_long_table").report.applied_fixes
    assert (once.rows, once.sentence) == (0, "The rows of a period differ in sales: they were not taken for one.")
    assert offered(content) == "pivot_adding_up_sales"
    added = prepared(content, "pivot_adding_up_sales").canonical().frame
    assert added["sales"].sum() == pytest.approx(rows["sales"].sum())


def test_pairs_without_a_row_count_as_nothing_spent_and_that_is_said():
    rows = amounts("search", "tv").drop(index=[3, 7])
    content = written(rows)
    (issue,) = [each for each in prepared(content).report.issues if "pivot_long_table" in each.fixes]
    assert "2 pairs of a period and a channel without a row count as nothing spent." in issue.remedy
    found = prepared(content, "pivot_long_table")
    assert "2 pairs of a period and a channel without a row counted as nothing spent." in (
        found.report.applied_fixes[0].sentence
    )
    frame = found.canonical().frame
    assert (frame["spend_tv"] == 0).sum() == 2


def test_a_blank_is_not_zero_before_that_is_said():
    rows = amounts("search", "tv")
    rows.loc[4, "spend"] = None
    content = written(rows)
    asked = [each for each in errors(content, "pivot_long_table") if each[0] == "blank_spend"]
    assert asked == [("blank_spend", ("blank_spend_is_zero",))]
    assert errors(content, "pivot_long_table", "blank_spend_is_zero") == []


def test_a_total_is_left_out_only_where_its_name_says_so():
    rows = amounts("brand", "generic", "shopping")
    total = rows[rows["channel"] != "brand"].groupby("date")["spend"].sum().round(2)
    brand = rows["channel"] == "brand"
    rows.loc[brand, "spend"] = rows.loc[brand, "date"].map(total)
    found = prepared(written(rows), "pivot_long_table").report
    assert set(found.channels) == {"brand", "generic", "shopping"}
    assert "total_channel" in {issue.code for issue in found.issues}
    without = prepared(written(rows), "pivot_long_table", left_out=["brand"]).report
    assert set(without.channels) == {"generic", "shopping"}
    assert without.ok


def test_copies_of_rows_are_asked_about_before_anything_is_added_up():
    rows = amounts("search", "tv")
    content = (
        written(rows.iloc[[*range(len(rows)), 5, 9]])
        .replace(b"date,", b"period_start,")
        .replace(b",spend,", b",spend_all,")
    )
    assert errors(content)[0] == ("duplicate_period", ("drop_exact_duplicates",))
    refused = prepared(content, "pivot_long_table").report.applied_fixes[0]
    assert (refused.rows, refused.sentence) == (0, "Nothing was pivoted: 2 rows repeat another in every cell.")
    found = prepared(content, "drop_exact_duplicates", "pivot_long_table")
    assert found.canonical().frame["spend_search"].sum() == pytest.approx(
        rows.loc[rows["channel"] == "search", "spend"].sum()
    )


@pytest.mark.parametrize(("fix", "kept"), [("keep_last_of_repeated_rows", 7.0), ("keep_first_of_repeated_rows", 1.0)])
def test_a_revised_row_of_a_channel_is_kept_or_added(fix, kept):
    rows = amounts("search", "tv").rename(columns={"date": "period_start", "spend": "spend_all"})
    rows.loc[6, "spend_all"] = 1.0
    again = rows.loc[[6]].assign(spend_all=7.0)
    content = written(pd.concat([rows, again]))
    offers = next(fixes for _, fixes in errors(content) if "pivot_long_table" in fixes)
    assert {"keep_last_of_repeated_rows", "keep_first_of_repeated_rows"} <= set(offers)
    by_hand = prepared(content, "pivot_long_table").canonical().frame["spend_search"].iloc[3]
    assert by_hand == 8.0
    found = prepared(content, fix, "pivot_long_table").canonical().frame
    assert found["spend_search"].iloc[3] == kept
    assert len(found) == 40


def test_amounts_that_all_rows_of_a_period_share_stay_one_column():
    rows = amounts("brand", "generic").rename(columns={"date": "period_start", "channel": "campaign"})
    week = rows["period_start"].factorize()[0]
    content = written(
        rows.rename(columns={"spend": "spend_search"}).assign(spend_tv=3.0 * week, ctrl_price=5 + week % 3)
    )
    found = prepared(content, "pivot_long_table").canonical().frame
    assert found["spend_tv"].sum() == 3 * sum(range(40))
    assert found["ctrl_price"].tolist() == [5 + each % 3 for each in range(40)]
    assert {"spend_brand", "spend_generic"} <= set(found)


def test_a_channel_without_impressions_goes_by_its_spend():
    rows = amounts("search", "tv")
    rows.loc[rows["channel"] == "tv", "impressions"] = 0
    frame = prepared(written(rows), "pivot_long_table").canonical().frame
    assert frame["act_tv"].equals(frame["spend_tv"].rename("act_tv"))


def test_a_specification_may_name_channels_that_the_pivot_makes():
    content = written(amounts("search", "tv"))
    spec = parse_spec(
        b'{"dataset_id": "x", "target_col": "sales", "drivers": ["act_tv"], "controls": [],'
        b' "dataset": {"fixes": ["pivot_long_table"]}}'
    )
    found = tables.prepare(content, "t.csv", spec=spec)
    assert found.report.channels == ("tv",)
    assert "act_search" not in found.canonical().frame


def test_days_are_summed_after_the_pivot_and_not_before():
    rows = amounts("search", "tv", weeks=140)
    days = rows.assign(date=rows["date"].min() + (rows["date"] - rows["date"].min()) / 7)
    content = written(days)
    frame = prepared(content, "pivot_long_table", "sum_days_to_weeks").canonical().frame
    assert len(frame) == 20
    assert frame["spend_tv"].sum() == pytest.approx(spend_of(rows, {"tv": "tv"})["tv"])


def test_spend_in_several_currencies_is_converted_and_the_shop_s_sales_are_not():
    rows = amounts("search", "tv")
    content = written(rows.assign(currency=rows["channel"].map({"search": "EUR", "tv": "USD"})))
    frame = prepared(content, "pivot_long_table", rates={"USD": 0.5}).canonical().frame
    spend = spend_of(rows, {"tv": "tv", "search": "search"})
    assert frame["spend_tv"].sum() == pytest.approx(spend["tv"] / 2)
    assert frame["spend_search"].sum() == pytest.approx(spend["search"])
    assert frame["sales"].sum() == pytest.approx(rows.drop_duplicates("date")["sales"].sum())


def test_a_total_without_a_date_is_no_channel():
    rows = amounts("search", "tv")
    total = pd.DataFrame([{"spend": rows["spend"].sum(), "impressions": rows["impressions"].sum()}])
    content = written(pd.concat([total, rows])[list(rows.columns)])
    assert offered(content) == "pivot_long_table"
    assert errors(content, "pivot_long_table")[0][0] == "blank_date"
    found = prepared(content, "pivot_long_table", "drop_rows_without_date").report
    assert (found.ok, found.channels) == (True, ("search", "tv"))
