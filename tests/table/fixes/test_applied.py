"""Repairs do what a loop over the entities would do, fill blank cells and never bad ones, and say what they did."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.runs import tables
from mmm_core.spec import FIX_NAMES, DatasetSettings, spec_from
from mmm_core.table.fixes import apply_fixes
from mmm_core.table.grain import WEEKDAYS
from tests.malformed import good_rows, malformed_tables, table
from tests.table.written import UNBALANCED, typed, weeks

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


def carried(values: list[float], blank: list[bool]) -> list[float]:
    """Blank controls of one entity, in the order of time, with the value before them."""
    last, found = np.nan, []
    for value, is_blank in zip(values, blank, strict=True):
        last = last if np.isnan(value) else value
        found.append(last if is_blank else value)
    return found


def between(values: list[float], blank: list[bool]) -> list[float]:
    """Blank controls of one entity on the line between the known ones around them."""
    known = [place for place, value in enumerate(values) if not np.isnan(value)]
    found = list(values)
    for place in range(len(values)):
        if blank[place] and known and known[0] < place < known[-1]:
            found[place] = float(np.interp(place, known, [values[each] for each in known]))
    return found


@settings(max_examples=20)
@given(CONTROLS, st.randoms(use_true_random=False))
@pytest.mark.parametrize(("fix", "loop"), [("carry_controls_forward", carried), ("interpolate_controls", between)])
def test_controls_are_filled_in_each_entity_by_time_and_not_by_row(fix, loop, controls, random):
    lines = [f"{who},{date},1,1,1,{cell}" for date, (who, cell) in zip(weeks(len(controls)), controls, strict=True)]
    random.shuffle(lines)
    before = typed(*lines)
    after, (record,) = apply_fixes(before, [fix])
    frame = before.frame.assign(blank=before.frame["ctrl_price"].isna() & ~before.bad["ctrl_price"])
    for _, rows in frame.sort_values("period_start").groupby("entity_id"):
        expected = loop(rows["ctrl_price"].tolist(), rows["blank"].tolist())
        np.testing.assert_allclose(after.frame.loc[rows.index, "ctrl_price"], expected)
    filled = before.frame["ctrl_price"].isna() & after.frame["ctrl_price"].notna()
    assert record.rows == filled.sum()


def test_a_blank_becomes_zero_and_a_word_does_not():
    after, records = apply_fixes(typed(*UNBALANCED), ["blank_spend_is_zero", "blank_activity_is_zero"])
    assert after.frame["act_tv"].tolist() == pytest.approx([1, 2, np.nan, 4, 0, 6, 7], nan_ok=True)
    assert after.frame["spend_tv"].tolist() == [10, 20, 30, 40, 2, 0, -4]
    assert [(record.fix, record.rows) for record in records] == [
        ("blank_activity_is_zero", 1),
        ("blank_spend_is_zero", 1),
    ]


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
    if fix == "use_common_dates":  # and rows that have no date, or repeat one that goes
        dropped = dropped | {9, 10, 11, 12}
    assert set(before.row_numbers) - set(after.row_numbers) == dropped
    assert record.rows == len(dropped)


def test_rows_without_date_can_be_dropped():
    rows = [*good_rows(), ["brand", "", *["1"] * 6]]
    assert "blank_date" in errors(table(rows))
    assert errors(table(rows), fixes=("drop_rows_without_date",)) == []


def test_days_become_weeks_with_sums_means_and_whole_weeks_only():
    days = pd.date_range("2022-01-05", periods=150)
    lines = [f"{day.date()},{100 + i},{i},{i % 7}" for i, day in enumerate(days)]
    content = ("period_start,sales,act_tv,ctrl_price\n" + "\n".join(lines)).encode()
    prepared = tables.prepare(content, "t.csv", DatasetSettings(fixes=("sum_days_to_weeks",), week_start="MON"))
    frame = prepared.canonical().frame
    assert frame["period_start"].iloc[0] == pd.Timestamp("2022-01-10")
    assert frame["act_tv"].iloc[0] == sum(range(5, 12))
    assert frame["ctrl_price"].iloc[0] == pytest.approx(np.mean([i % 7 for i in range(5, 12)]))
    assert "2022-01-03" in prepared.report.applied_fixes[0].sentence


@pytest.mark.parametrize("first_day", WEEKDAYS)
def test_weeks_start_on_the_day_asked_for_and_one_bad_day_spoils_its_week_alone(first_day):
    days = pd.date_range("2022-01-05", periods=40)
    lines = [f"{who},{day.date()},1,{i},1,1" for who in "ns" for i, day in enumerate(days)]
    lines[60] = lines[60].replace(",20,", ",many,")
    after, (record,) = apply_fixes(typed(*lines[::-1]), ["sum_days_to_weeks"], week_start=first_day)
    assert set(after.frame["period_start"].dt.day_of_week) == {WEEKDAYS.index(first_day)}
    for (who, start), rows in after.frame.groupby(["entity_id", "period_start"]):
        numbers = [i for i, day in enumerate(days) if start <= day < start + pd.Timedelta(days=7)]
        assert len(numbers) == 7
        spoilt = who == "s" and 20 in numbers
        assert rows["act_tv"].tolist() == pytest.approx([np.nan if spoilt else sum(numbers)], nan_ok=True)
        assert after.bad["act_tv"][rows.index].tolist() == [spoilt]
    assert record.rows == 80


def test_weeks_are_not_summed_to_weeks():
    after, (record,) = apply_fixes(typed(*UNBALANCED), ["sum_days_to_weeks"])
    assert len(after.frame) == len(UNBALANCED)
    assert (record.rows, record.sentence) == (0, "The table is not daily: nothing was summed.")
