"""Windows count calendar months back from the last row with sales, and are one stretch of the calendar for all."""

import calendar
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.spec import RunSpec, spec_from
from mmm_core.table.windows import RowSplit, split_rows


def spec_of(max_lag: int = 13, **windows: object) -> RunSpec:
    adstock = {"adstock": {"max_lag": max_lag}}
    return spec_from({"dataset_id": "t", "drivers": ["act_tv"], "feature_config": adstock, "windows": windows})


def frame_of(**entities: list[tuple[dt.date, float | None]]) -> pd.DataFrame:
    """Canonical rows: by entity, then by period."""
    rows = [(name, date, sales) for name in sorted(entities) for date, sales in sorted(entities[name])]
    frame = pd.DataFrame(rows, columns=["entity_id", "period_start", "sales"])
    return frame.astype({"period_start": "datetime64[us]", "sales": "float64"})


def weekly(count: int, start: dt.date = dt.date(2021, 1, 4), blank: tuple[int, ...] = ()):
    return [(start + dt.timedelta(weeks=n), None if n in blank else 1.0 + n) for n in range(count)]


def months_before(date: dt.date, months: int) -> dt.date:
    """The same day of an earlier month, or that month's last."""
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def expected_use(frame: pd.DataFrame, estimation: int | None, carryover: int) -> list[str]:
    """What becomes of each row, one row at a time."""
    days = [date.date() for date in frame["period_start"]]
    last = max(day for day, sales in zip(days, frame["sales"], strict=True) if not np.isnan(sales))
    start = dt.date.min if estimation is None else months_before(last, estimation)
    carry_start = start if estimation is None else months_before(start, carryover)
    uses = []
    for day, sales in zip(days, frame["sales"], strict=True):
        if start < day <= last:
            uses.append("blank" if np.isnan(sales) else "estimated")
        else:
            uses.append("carried" if carry_start < day <= start else "unused")
    return uses


def leaning(frame: pd.DataFrame, split: RowSplit, max_lag: int) -> int:
    """Estimated rows with fewer than ``max_lag`` used rows of their own entity before them."""
    number = 0
    for row in np.flatnonzero(split.estimation):
        own = [split.used[other] for other in range(row) if frame["entity_id"][other] == frame["entity_id"][row]]
        number += sum(own) < max_lag
    return number


@settings(max_examples=40)
@given(
    st.dates(dt.date(2019, 1, 1), dt.date(2024, 12, 31)),
    st.integers(1, 60),
    st.integers(1, 60),
    st.sets(st.integers(0, 59), max_size=8),
    st.none() | st.integers(1, 14),
    st.integers(0, 6),
    st.integers(0, 15),
)
def test_each_row_of_an_unbalanced_panel_is_used_as_a_loop_says(
    start, older, younger, blank, estimation, carryover, lag
):
    late = start + dt.timedelta(weeks=max(0, older - younger))
    frame = frame_of(north=weekly(older, start), south=weekly(younger, late, tuple(blank)))
    split = split_rows(frame, spec_of(lag, estimation_months=estimation, carryover_months=carryover))
    uses = expected_use(frame, estimation, carryover)
    assert split.estimation.tolist() == [use == "estimated" for use in uses]
    assert split.used.tolist() == [use != "unused" for use in uses]
    assert split.rows.leaning_on_pre_history == leaning(frame, split, lag)
    counted = (split.rows.unused, split.rows.carryover, split.rows.estimation, split.rows.blank_target)
    assert counted == tuple(uses.count(use) for use in ("unused", "carried", "estimated", "blank"))


@pytest.mark.parametrize(
    ("last", "months", "first"),
    [
        (dt.date(2023, 3, 31), 1, dt.date(2023, 3, 1)),  # 28 February is the month before
        (dt.date(2024, 3, 31), 1, dt.date(2024, 3, 1)),
        (dt.date(2024, 2, 29), 12, dt.date(2023, 3, 1)),
        (dt.date(2023, 1, 1), 2, dt.date(2022, 11, 2)),
    ],
)
def test_a_window_of_months_ends_with_months_of_any_length(last, months, first):
    days = [(last - dt.timedelta(days=n), 1.0) for n in range(500)]
    frame = frame_of(brand=days)
    split = split_rows(frame, spec_of(estimation_months=months))
    assert frame["period_start"][split.estimation].min() == pd.Timestamp(first)


def test_twelve_months_are_twelve_rows_of_a_monthly_table():
    months = [(dt.date(2020 + n // 12, n % 12 + 1, 1), 1.0) for n in range(30)]
    split = split_rows(frame_of(brand=months), spec_of(estimation_months=12, carryover_months=3))
    assert (split.rows.unused, split.rows.carryover, split.rows.estimation) == (15, 3, 12)


def test_rows_after_the_last_sales_are_not_used():
    split = split_rows(frame_of(brand=weekly(10, blank=(4, 8, 9))), spec_of())
    assert np.flatnonzero(~split.used).tolist() == [8, 9]
    assert split.rows.blank_target == 1


def test_a_table_without_sales_has_nothing_to_count_from():
    with pytest.raises(DataError, match=r"No row has sales\. Fill in the column of sales"):
        split_rows(frame_of(brand=weekly(3, blank=(0, 1, 2))), spec_of())


@pytest.mark.parametrize(
    ("windows", "blank", "said"),
    [
        ({"estimation_months": 36, "carryover_months": 3}, (), "no longer than the estimation window of 36 months"),
        ({"pre_history": "mean"}, (), "first 13 estimated periods feel advertising from before the table, which is as"),
        ({"pre_history": "zero"}, (), "which is assumed to be zero"),
        ({"estimation_months": 3}, (), "older periods are outside both windows"),
        ({}, (30,), "1 periods without sales feed carry-over but are not estimated"),
    ],
)
def test_what_a_window_does_is_said(windows, blank, said):
    split = split_rows(frame_of(brand=weekly(60, blank=blank)), spec_of(**windows))
    assert [said in notice for notice in split.notices].count(True) == 1


def test_nothing_is_said_of_a_window_that_has_all_it_needs():
    spec = spec_of(0, estimation_months=12, carryover_months=3)
    assert split_rows(frame_of(brand=weekly(65)), spec).notices == []
