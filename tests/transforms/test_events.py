"""Parts of events against a count of days."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.transforms.events import event_share

WEEKS = 7 * np.arange(20)


def counted(dates: list[int], before: int, after: int) -> list[float]:
    """The same, day by day: neighbouring days are one window."""
    days = sorted({day + shift for day in dates for shift in range(-before, after + 1)})
    windows: list[list[int]] = []
    for day in days:
        if windows and day == windows[-1][-1] + 1:
            windows[-1].append(day)
        else:
            windows.append([day])
    return [sum(sum(begin <= day < begin + 7 for day in each) / len(each) for each in windows) for begin in WEEKS]


@given(st.lists(st.integers(-20, 160), min_size=1, max_size=6), st.integers(0, 20), st.integers(0, 20))
def test_parts_are_the_days_that_fall_into_each_period(dates, before, after):
    found = event_share(WEEKS, WEEKS + 7, dates, before=before, after=after)
    np.testing.assert_allclose(found, counted(dates, before, after), atol=1e-12)


@pytest.mark.parametrize("before", [0, 3, 30])
def test_an_event_inside_the_table_is_one_event_in_all(before):
    assert event_share(WEEKS, WEEKS + 7, [70], before=before).sum() == pytest.approx(1)


def test_a_holiday_of_several_days_is_one_event():
    feast = event_share(WEEKS, WEEKS + 7, [40, 41, 42, 43])
    assert feast.sum() == pytest.approx(1)
    np.testing.assert_allclose(feast[5:7], [0.5, 0.5])


def test_days_between_periods_belong_to_none():
    assert event_share(np.array([0, 14]), np.array([7, 21]), [10]).tolist() == [0, 0]
