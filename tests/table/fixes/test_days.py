"""Days become weeks only where no day is missing or there twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.runs import tables
from mmm_core.spec import DatasetSettings
from mmm_core.table.fixes.applied import apply_fixes
from mmm_core.table.grain import WEEKDAYS
from tests.table.cases.written import UNBALANCED, typed, weeks


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
    assert (record.rows, record.sentence) == (0, "The rows are not days: nothing was summed.")


def frame_of(rows: list[str], *fixes: str, week_start: str | None = None) -> tuple[pd.DataFrame, list[str]]:
    after, records = apply_fixes(typed(*rows), fixes, week_start=week_start)
    return after.frame.assign(left_out=after.left_out), [record.sentence for record in records]


def daily(first: str, number: int, entity: str = "n") -> list[str]:
    days = pd.date_range(first, periods=number)
    return [f"{entity},{day.date()},{10 + place},{place},{2 * place},{place % 5}" for place, day in enumerate(days)]


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (lambda lines: lines[:30] + lines[31:], "1 day missing (2022-02-02)"),
        (lambda lines: [*lines, lines[30]], "1 row repeat an entity and a day"),
        (lambda lines: [*lines, lines[3].replace("2022-01-06", "")], "1 row without a date"),
        (lambda lines: [*lines[:30], lines[30].replace("n,", ",", 1), *lines[31:]], "1 row without an entity"),
    ],
)
def test_nothing_is_summed_where_a_sum_would_hide_something(spoilt, words):
    lines = spoilt(daily("2022-01-03", 70))
    before = typed(*lines)
    after, (record,) = apply_fixes(before, ["sum_days_to_weeks"])
    assert record.rows == 0
    assert words in record.sentence
    pd.testing.assert_frame_equal(after.frame, before.frame)


def test_missing_days_are_quiet_or_unknown():
    lines = daily("2022-01-03", 28)
    gone = [*lines[:9], *lines[11:]]
    quiet, _ = frame_of(gone, "missing_days_sold_nothing", "sum_days_to_weeks")
    whole, _ = frame_of(lines, "sum_days_to_weeks")
    assert quiet["sales"].tolist() == [*whole["sales"][:1], whole["sales"][1] - 19 - 20, *whole["sales"][2:]]
    assert quiet["act_tv"][1] == whole["act_tv"][1] - 9 - 10
    assert not quiet["left_out"].any()
    unknown, said = frame_of(gone, "leave_out_incomplete_weeks", "sum_days_to_weeks")
    assert unknown["sales"].isna().tolist() == unknown["left_out"].tolist() == [False, True, False, False]
    # The mean of the other five days, seven times.
    assert unknown["act_tv"][1] == pytest.approx((whole["act_tv"][1] - 9 - 10) / 5 * 7)
    assert unknown["spend_tv"][1] == pytest.approx(2 * unknown["act_tv"][1])
    assert said[0].startswith("2 missing days have a row now")
    assert unknown["ctrl_price"][[0, 2, 3]].tolist() == whole["ctrl_price"][[0, 2, 3]].tolist()


def test_each_entity_has_its_own_edges():
    lines = daily("2022-01-05", 30) + daily("2022-01-13", 30, "s")
    frame, said = frame_of(lines, "sum_days_to_weeks", week_start="MON")
    starts = {who: [str(day.date()) for day in part] for who, part in frame.groupby("entity_id")["period_start"]}
    assert starts == {
        "n": ["2022-01-10", "2022-01-17", "2022-01-24"],
        "s": ["2022-01-17", "2022-01-24", "2022-01-31"],
    }
    assert "Partly covered weeks were dropped: 2022-01-03, 2022-01-10, 2022-01-31, 2022-02-07" in said[0]


def test_a_shop_that_is_closed_on_sundays_has_whole_weeks():
    lines = [line for line in daily("2022-01-03", 61) if pd.Timestamp(line.split(",")[1]).weekday() != 6]
    frame, _ = frame_of(lines, "sum_days_to_weeks")
    assert len(frame) == 8  # and five days of a ninth, which are no whole week
    assert frame["period_start"].diff().dropna().dt.days.unique().tolist() == [7]


def test_weekly_rows_stay_where_days_follow_them():
    lines = [f"n,{date},70,7,14,1" for date in weeks(6)] + daily("2022-02-14", 21)
    frame, _ = frame_of(lines, "sum_days_to_weeks")
    assert len(frame) == 9
    assert frame["sales"][:6].tolist() == [70] * 6
    assert frame["sales"][6] == sum(range(10, 17))
    inside = [f"n,{date},70,7,14,1" for date in weeks(6)] + daily("2022-02-10", 21)
    _, said = frame_of(inside, "sum_days_to_weeks")
    assert "inside the last week" in said[0]


@settings(max_examples=20)
@given(st.integers(14, 60), st.integers(0, 6), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_entities_changes_nothing(number, shift, random):
    lines = daily("2022-01-03", number) + daily(f"2022-01-{3 + shift:02}", number, "s")
    mixed = list(lines)
    random.shuffle(mixed)
    keys = ["entity_id", "period_start"]
    for fixes in (["sum_days_to_weeks"], ["sum_days_to_weeks", "use_common_dates"]):
        one, other = (frame_of(each, *fixes, week_start="MON")[0].sort_values(keys) for each in (lines, mixed))
        pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


def test_an_answer_about_missing_days_waits_for_one_that_fills_them():
    """Two spellings leave holes in both series; once they are one, no day is missing, and nothing breaks."""
    rows = [row.replace("n,", "N,", 1) if place % 3 == 1 else row for place, row in enumerate(daily("2023-01-02", 28))]
    for answer in ("leave_out_incomplete_weeks", "missing_days_sold_nothing"):
        frame, said = frame_of(rows, "merge_entity_names", answer, "sum_days_to_weeks")
        assert said[1] == "No day is missing."
        assert (len(frame), frame["left_out"].any()) == (4, False)


def test_a_week_without_any_day_has_the_activity_between_its_neighbours():
    rows = [
        f"n,{day.date()},10,{week},{week},1"
        for week in (1, 2, 3)
        for day in pd.date_range(f"2023-01-{7 * week:02}", periods=7)
    ]
    frame, _ = frame_of(rows[:7] + rows[14:], "leave_out_incomplete_weeks", "sum_days_to_weeks")
    assert frame["act_tv"].tolist() == [7, 14, 21]
    assert frame["left_out"].tolist() == [False, True, False]


def test_a_blank_control_is_asked_about_before_and_after_the_sum():
    rows = daily("2023-01-02", 28)
    rows[9] = rows[9].rsplit(",", 1)[0] + ","
    frame, _ = frame_of(rows, "sum_days_to_weeks")
    assert frame["ctrl_price"].isna().tolist() == [False, True, False, False]
    frame, _ = frame_of(rows, "sum_days_to_weeks", "carry_controls_forward")
    assert not frame["ctrl_price"].isna().any()


@pytest.mark.parametrize("fix", ["missing_days_sold_nothing", "leave_out_incomplete_weeks"])
def test_a_row_without_entity_and_date_keeps_its_number_beside_days_that_come(fix):
    rows = [",,900,90,180,", *daily("2023-01-02", 20)[:9], *daily("2023-01-02", 20)[10:]]
    after, _ = apply_fixes(typed(*rows), [fix])
    assert len(after.frame) == 21
    assert after.row_numbers[after.frame["period_start"].isna()].tolist() == [2]
