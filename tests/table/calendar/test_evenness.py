"""Dates are even in days, weeks, months or a retail calendar, whatever their order and the holes between them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.table.calendar.evenness import evenness_of, is_retail, odd_in_month

STEPS = {"DAY": "D", "WEEK": "7D", "MONTH": "MS"}
STARTS = st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1))
RETAIL = pd.Timestamp("2022-01-31") + pd.to_timedelta(np.cumsum([0, *([28, 28, 35] * 8)]), unit="D")


def days(dates: pd.DatetimeIndex) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[D]")


@pytest.mark.parametrize("kind", STEPS)
@given(
    number=st.integers(8, 60),
    start=st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)),
    seed=st.randoms(use_true_random=False),
)
def test_even_dates_are_even_in_any_order_and_with_a_hole(kind, number, start, seed):
    dates = list(days(pd.date_range(start, periods=number, freq=STEPS[kind])))
    del dates[number // 2]
    seed.shuffle(dates)
    assert evenness_of(np.array([*dates, np.datetime64("NaT", "D"), dates[0]])) == kind


def test_month_ends_are_even_and_one_odd_day_is_the_only_odd_one():
    ends = days(pd.date_range("2022-01-31", periods=14, freq="ME"))
    assert evenness_of(ends) == "MONTH"
    ends[5] -= np.timedelta64(1, "D")
    assert np.flatnonzero(odd_in_month(ends)).tolist() == [5]
    assert evenness_of(ends) is None


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_months_of_a_retail_calendar_are_known_by_their_turn(turn):
    assert is_retail(days(RETAIL[turn:]))
    assert evenness_of(days(RETAIL[turn:])) == "RETAIL"


def test_a_leap_week_leaves_a_retail_calendar_one_and_four_weeks_do_not_make_it():
    steps = [28, 28, 35, 28, 28, 35, 28, 28, 35, 28, 28, 35 + 0, 28, 28, 35, 28, 35, 35, 28, 28, 35]
    leap = pd.Timestamp("2021-01-31") + pd.to_timedelta(np.cumsum([0, *steps]), unit="D")
    assert is_retail(days(leap))
    assert not is_retail(days(pd.date_range("2022-01-31", periods=26, freq="28D")))
    assert not is_retail(days(pd.date_range("2022-01-01", periods=26, freq="MS")))


def test_few_or_scattered_dates_are_even_in_nothing():
    assert evenness_of(days(pd.DatetimeIndex(["2022-01-03", "2022-01-10"]))) is None
    assert evenness_of(days(pd.DatetimeIndex(["2022-01-03", "2022-01-10", "2022-01-21", "2022-02-02"]))) is None
