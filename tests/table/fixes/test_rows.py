"""Which rows go, stay, or become one."""

from __future__ import annotations

import numpy as np
import pytest

from mmm_core.table.fixes.applied import apply_fixes
from tests.table.cases.written import typed


@pytest.mark.parametrize(
    ("fix", "dropped"),
    [
        ("drop_trailing_blank_sales", {8, 9}),
        ("use_common_dates", {2, 7, 8}),
        ("drop_exact_duplicates", {10}),
        ("drop_rows_without_date", {11}),
        ("drop_nonpositive_sales_rows", {7}),
    ],
)
def test_rows_that_go_are_these_and_are_counted(fix, dropped):
    lines = ["n,2022-01-03,1,1,1,1", "n,2022-01-10,2,1,1,1", "n,2022-01-17,x,1,1,1"]
    lines += ["s,2022-01-10,1,1,1,1", "s,2022-01-17,1,1,1,1", "s,2021-12-27,0,1,1,1"]
    lines += ["n,2022-01-24,,1,1,1", "s,2022-01-31,,1,1,1", lines[0], "n,,1,1,1,1", "s,soon,1,1,1,1"]
    before = typed(*lines)
    after, (record,) = apply_fixes(before, [fix])
    if fix == "use_common_dates":  # and rows that repeat one that goes
        dropped = dropped | {9, 10}
    assert set(before.row_numbers) - set(after.row_numbers) == dropped
    assert record.rows == len(dropped)


ONE_PERIOD = ["n,2022-01-03,5,1,10,2", "n,2022-01-03,5,2,20,4", "s,2022-01-03,9,1,1,1", "n,2022-01-03,5,x,30,6"]


def test_rows_of_a_period_become_one_with_their_sales_once():
    after, (record,) = apply_fixes(typed(*ONE_PERIOD), ["sales_once_per_period"])
    assert after.frame["entity_id"].tolist() == ["n", "s"]
    assert after.frame["sales"].tolist() == [5, 9]
    assert after.frame["spend_tv"].tolist() == [60, 1]
    assert np.isnan(after.frame["act_tv"][0])
    assert after.bad["act_tv"].tolist() == [True, False]
    assert after.frame["ctrl_price"].tolist() == [4, 1]
    assert after.row_numbers.tolist() == [2, 4]
    assert record.rows == 3


def test_rows_of_a_period_are_added_up_only_where_that_was_chosen():
    after, _ = apply_fixes(typed(*ONE_PERIOD), ["add_up_repeated_rows"])
    assert after.frame["sales"].tolist() == [15, 9]
    differing = [ONE_PERIOD[0], ONE_PERIOD[1].replace(",5,", ",6,")]
    before = typed(*differing)
    after, (record,) = apply_fixes(before, ["sales_once_per_period"])
    assert (record.rows, len(after.frame)) == (0, 2)


@pytest.mark.parametrize(
    ("fix", "rows"), [("keep_last_of_repeated_rows", [4, 5]), ("keep_first_of_repeated_rows", [2, 4])]
)
def test_the_last_or_the_first_row_of_a_period_stays(fix, rows):
    after, (record,) = apply_fixes(typed(*ONE_PERIOD), [fix])
    assert after.row_numbers.tolist() == rows
    assert record.rows == 2


def test_rows_without_a_date_are_no_repeats():
    before = typed("n,,5,1,1,1", "n,,5,1,1,1", "n,2022-01-03,5,1,1,1")
    for fix in ("keep_last_of_repeated_rows", "add_up_repeated_rows", "sales_once_per_period"):
        after, (record,) = apply_fixes(before, [fix])
        assert (len(after.frame), record.rows) == (3, 0)


def test_one_entity_may_sell_nothing_where_others_sell():
    before = typed("n,2022-01-03,0,1,1,1", "s,2022-01-03,5,1,1,1", "n,2022-01-10,-6,1,1,1", "s,2022-01-10,5,1,1,1")
    after, (record,) = apply_fixes(before, ["drop_nonpositive_sales_rows"])
    assert after.row_numbers.tolist() == [2, 3]
    assert record.rows == 2


def test_common_dates_say_nothing_of_rows_without_one():
    after, _ = apply_fixes(typed("n,2022-01-03,1,1,1,1", "s,2022-01-03,1,1,1,1", "s,,1,1,1,1"), ["use_common_dates"])
    assert after.frame["period_start"].isna().tolist() == [False, False, True]
