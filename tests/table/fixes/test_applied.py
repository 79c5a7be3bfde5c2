"""Repairs do what a loop over the entities would do, fill blank cells and never bad ones, and say what they did."""

import pandas as pd
import pytest
from hypothesis import strategies as st

from mmm_core.runs import tables
from mmm_core.spec import FIX_NAMES, DatasetSettings, spec_from
from mmm_core.table.fixes.applied import apply_fixes
from tests.malformed import good_rows, malformed_tables, table
from tests.table.cases.written import UNBALANCED, text, typed, weeks

SPEC = spec_from({"dataset_id": "x", "drivers": ["act_tv", "act_radio"], "controls": ["ctrl_price"]})
CASES = {case.name: case for case in malformed_tables()}
CONTROLS = st.lists(st.tuples(st.sampled_from("ns"), st.sampled_from(["", "", "x", "1", "2.5", "7"])), min_size=2)


def errors(content: bytes, **chosen: object) -> list[str]:
    report = tables.prepare(content, "t.csv", DatasetSettings(**chosen), SPEC).report
    return [issue.code for issue in report.issues if issue.severity == "error"]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("copy.csv", "drop_exact_duplicates"),
        ("daily.csv", "sum_days_to_weeks"),
        ("blank_sales.csv", "blank_sales_outside_likelihood"),
        ("blank_activity.csv", "blank_activity_is_zero"),
        ("blank_spend.csv", "blank_spend_is_zero"),
        ("blank_control.csv", "carry_controls_forward"),
        ("blank_control.csv", "interpolate_controls"),
        ("blank_end.csv", "drop_trailing_blank_sales"),
        ("unbalanced.csv", "use_common_dates"),
    ],
)
def test_each_fix_mends_its_error_and_leaves_a_record(name, fix):
    before = errors(CASES[name].content)
    prepared = tables.prepare(CASES[name].content, "t.csv", DatasetSettings(fixes=(fix,)), SPEC)
    after = [issue.code for issue in prepared.report.issues if issue.severity == "error"]
    assert before
    assert set(after) < set(before) or after == ["too_few_rows"]
    assert prepared.report.applied_fixes[0].fix == fix
    assert prepared.report.applied_fixes[0].sentence


def test_nothing_is_repaired_that_nobody_asked_for():
    before = typed(*UNBALANCED)
    after, records = apply_fixes(before, [])
    assert (after, records) == (before, ())
    untouched = before.frame.copy()
    apply_fixes(before, FIX_NAMES)
    pd.testing.assert_frame_equal(before.frame, untouched)


@pytest.mark.parametrize("fix", FIX_NAMES)
def test_a_second_time_changes_nothing(fix):
    rows = [*UNBALANCED, UNBALANCED[0], "north,,1,1,1,1", "south,2022-01-31,,1,1,1", "south,2021-12-27,0,1,1,1"]
    once, _ = apply_fixes(typed(*rows), [fix])
    twice, _ = apply_fixes(once, [fix])
    pd.testing.assert_frame_equal(once.frame, twice.frame)
    assert all(len(cells) == len(once.frame) == len(once.row_numbers) for cells in once.bad.values())


def test_rows_without_date_can_be_dropped():
    rows = [*good_rows(), ["brand", "", *["1"] * 6]]
    assert "blank_date" in errors(table(rows))
    assert errors(table(rows), fixes=("drop_rows_without_date",)) == []


@pytest.mark.parametrize(
    ("rows", "fix"),
    [
        ([f"n,{date},-1,1,1,1" for date in weeks(3)], "drop_nonpositive_sales_rows"),
        ([f"n,{date},,1,1,1" for date in weeks(3)], "drop_trailing_blank_sales"),
        (["n,2022-01-03,1,1,1,1", "s,2022-01-10,1,1,1,1"], "use_common_dates"),
        (["n,,1,1,1,1", "s,,1,1,1,1"], "drop_rows_without_date"),
        ([f"n,2022-01-{day:02},1,1,1,1" for day in range(5, 10)], "sum_days_to_weeks"),
    ],
)
def test_no_repair_empties_a_table(rows, fix):
    before = typed(*rows)
    after, (record,) = apply_fixes(before, [fix])
    pd.testing.assert_frame_equal(after.frame, before.frame)
    assert (record.rows, record.sentence) == (0, "No row would be left: nothing was changed.")


def test_a_blank_that_means_zero_does_not_take_the_other_parts_of_a_sum_with_it():
    rows = [f"{day},{number},1,{spend}" for number, day in enumerate(weeks(6)) for spend in ("10", "--")]
    content = text("period_start,sales,act_tv,spend_tv", *rows)
    for fix in ("add_up_repeated_rows", "sales_once_per_period"):
        settings = DatasetSettings(fixes=(fix, "blank_spend_is_zero"))
        table = tables.prepare(content, "t.csv", settings).validated.file.table
        assert table.frame["spend_tv"].to_list() == [10.0] * 6
