"""How far apart periods are does not depend on how the file orders or repeats them."""

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.table.grain import WEEKDAYS, days_begin, grain_of, step_days, week_starts

DATES = st.lists(st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)), max_size=12)


def rows(dates, entity: str | None = "a") -> pd.DataFrame:
    return pd.DataFrame({"entity_id": entity, "period_start": np.array(list(dates), dtype="datetime64[us]")})


@given(DATES, st.randoms(use_true_random=False))
def test_steps_are_those_of_a_loop_over_sorted_days_whatever_the_order(dates, random):
    days = sorted(set(dates))
    expected = [(after - before).days for before, after in itertools.pairwise(days)]
    mixed = [*dates, *dates, None]
    random.shuffle(mixed)
    assert step_days(rows(mixed)).tolist() == expected


@pytest.mark.parametrize(("days", "grain"), [(1, "DAY"), (7, "WEEK"), (2, None), (6, None), (14, None), (91, None)])
@pytest.mark.parametrize("newest_first", [False, True])
def test_days_and_weeks_are_known_by_their_step(days, grain, newest_first):
    dates = pd.date_range("2023-01-02", periods=9, freq=f"{days}D")
    assert grain_of(rows(dates[::-1] if newest_first else dates)) == grain


@pytest.mark.parametrize("day", [1, 15, 28])
@pytest.mark.parametrize("months", [2, 3, 30])
@pytest.mark.parametrize("first", [1, 2, 12])
def test_months_of_every_length_are_months(first, months, day):
    dates = [dt.date(2023 + (first - 1 + n) // 12, (first - 1 + n) % 12 + 1, day) for n in range(months)]
    assert grain_of(rows(dates)) == "MONTH"


@pytest.mark.parametrize("start", ["2023-01-31", "2024-01-31", "2023-02-28"])
def test_months_that_are_dated_by_their_last_day_are_months(start):
    assert grain_of(rows(pd.date_range(start, periods=14, freq="ME"))) == "MONTH"


def test_a_few_holes_do_not_change_what_most_steps_say():
    dates = pd.date_range("2023-01-02", periods=20, freq="7D")
    assert grain_of(rows(dates.delete([4, 5, 11]))) == "WEEK"
    assert grain_of(rows([*dates, dt.date(2023, 1, 3)])) == "WEEK"


def test_entities_have_the_grain_that_each_of_them_has():
    dates = list(pd.date_range("2023-01-02", periods=5, freq="7D"))
    assert grain_of(pd.concat([rows(dates, "a"), rows(dates, "b"), rows(dates[2:], "c")])) == "WEEK"
    sundays = [date - pd.Timedelta(days=1) for date in dates]
    both = pd.concat([rows(dates, "a"), rows(sundays, "b")])
    assert grain_of(both) == "WEEK"
    assert set(step_days(both)) == {7}
    assert week_starts(both) == {"MON": ["a"], "SUN": ["b"]}


def test_days_that_follow_weeks_are_told_from_them():
    weekly = list(pd.date_range("2023-01-02", periods=30, freq="7D"))
    begin = weekly[-1] + pd.Timedelta(days=7)
    daily = list(pd.date_range(begin, periods=50))
    assert days_begin(rows([*weekly, *daily])) == begin
    assert days_begin(rows([*weekly, *daily[:20], *daily[22:]])) == begin
    assert days_begin(rows(weekly)) is None
    assert days_begin(rows(daily)) is None
    # Days first is another story: a step of a week among days is a hole.
    assert days_begin(rows([*daily, *(daily[-1] + pd.Timedelta(days=7 * n) for n in range(1, 9))])) is None


@pytest.mark.parametrize("dates", [[], [None], ["2023-01-02"], ["2023-01-02"] * 3 + [None]])
def test_one_period_has_no_grain(dates):
    assert grain_of(rows(dates)) is None


def test_weekdays_are_numbered_as_dates_number_them():
    assert [WEEKDAYS[day.weekday()] for day in pd.date_range("2023-01-02", periods=7)] == list(WEEKDAYS)
    assert WEEKDAYS[pd.Timestamp("2023-01-01").weekday()] == "SUN"
