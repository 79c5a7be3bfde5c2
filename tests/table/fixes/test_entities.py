"""Entities get one name, or go, or become one."""

from __future__ import annotations

import pandas as pd
import pytest

from mmm_core.table.fixes.applied import apply_fixes
from tests.table.cases.written import typed, weeks


def both(sales: dict[str, list[float]]) -> list[str]:
    return [
        f"{who},{date},{value},1,2,3"
        for who, values in sales.items()
        for date, value in zip(weeks(len(values)), values, strict=True)
    ]


VARYING = [float(10 + (3 * n) % 7) for n in range(12)]
OTHER = [float(20 + (5 * n) % 11) for n in range(12)]


def entities_after(fix: str, sales: dict[str, list[float]]) -> tuple[list[str], int]:
    after, (record,) = apply_fixes(typed(*both(sales)), [fix])
    return list(dict.fromkeys(after.frame["entity_id"])), record.rows


def test_names_become_the_one_that_is_written_most_often():
    after, (record,) = apply_fixes(
        typed("N,2022-01-03,1,1,1,1", "n,2022-01-10,1,1,1,1", "n,2022-01-17,1,1,1,1"), ["merge_entity_names"]
    )
    assert after.frame["entity_id"].tolist() == ["n", "n", "n"]
    assert record.rows == 1


def test_totals_and_copies_go():
    total = [one + other for one, other in zip(VARYING, OTHER, strict=True)]
    series = {"a": VARYING, "b": OTHER, "ab": total, "a2": VARYING}
    assert entities_after("leave_out_repeated_entities", series) == (["a", "b", "ab"], 12)
    del series["a2"]
    assert entities_after("leave_out_total_entities", series) == (["a", "b"], 12)


@pytest.mark.parametrize(
    "fix",
    ["merge_entity_names", "leave_out_total_entities", "leave_out_repeated_entities", "sales_once_for_all_entities"],
)
def test_nothing_is_done_where_nothing_is_to_do(fix):
    before = typed(*both({"a": VARYING, "b": OTHER}))
    after, (record,) = apply_fixes(before, [fix])
    assert record.rows == 0
    pd.testing.assert_frame_equal(after.frame, before.frame)


def test_campaigns_become_one_entity_with_their_sales_once():
    after, (record,) = apply_fixes(typed(*both({"a": VARYING, "b": VARYING[:11]})), ["sales_once_for_all_entities"])
    assert after.frame["sales"].tolist() == VARYING
    assert after.frame["spend_tv"].tolist() == [4] * 11 + [2]
    assert after.frame["entity_id"].nunique() == 1
    assert record.rows == 22


def test_rows_are_added_up_before_entities_are_compared():
    """What was said of several rows of a period goes first, whichever was said first."""
    parts = [row for row in both({"a": VARYING, "b": VARYING}) for _ in range(2)]
    for fixes in (
        ["sales_once_for_all_entities", "add_up_repeated_rows"],
        ["add_up_repeated_rows", "sales_once_for_all_entities"],
    ):
        after, records = apply_fixes(typed(*parts), fixes)
        assert after.frame["sales"].tolist() == [2 * value for value in VARYING]
        assert after.frame["spend_tv"].tolist() == [8.0] * 12
        assert all(record.rows for record in records)


def test_sales_that_one_campaign_leaves_blank_are_those_of_the_others():
    rows = both({"a": VARYING, "b": VARYING})
    rows[3] = rows[3].replace(f",{VARYING[3]},", ",,")
    after, (record,) = apply_fixes(typed(*rows), ["sales_once_for_all_entities"])
    assert (after.frame["sales"].tolist(), record.rows) == (VARYING, 24)
