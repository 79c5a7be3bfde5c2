"""The column of periods becomes first days as a person says, and each repair leaves a record."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.spec import DatasetSettings
from mmm_core.table.fixes.dates import Periods, read_periods, starts_of

WEEKS = pd.date_range("2023-01-02", periods=60, freq="7D")
MONTHS = pd.date_range("2023-01-01", periods=24, freq="MS")


def read(cells: list[str], *fixes: str) -> Periods:
    return read_periods(pd.Series(cells, dtype="str"), DatasetSettings(fixes=fixes))


def days(found: Periods) -> list[str]:
    return np.datetime_as_string(found.values, "D").tolist()


def iso(dates: pd.DatetimeIndex) -> list[str]:
    return [str(date.date()) for date in dates]


@pytest.mark.parametrize("dates", [WEEKS, MONTHS], ids=["weeks", "months"])
@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d", "%y%m%d", "%d.%m.%Y"])
def test_the_order_is_that_which_makes_the_dates_even(dates, form):
    assert days(read([date.strftime(form) for date in dates])) == iso(dates)


@pytest.mark.parametrize(
    ("fix", "second"),
    [("dates_day_first", "2023-02-01"), ("dates_month_first", "2023-01-02"), ("dates_year_first", "2001-02-23")],
)
def test_an_order_that_nothing_tells_is_that_of_the_fix(fix, second):
    cells = [f"01-{month:02}-23" for month in range(1, 13)]
    assert read(cells).column.ambiguous
    found = read(cells, fix)
    assert days(found)[1] == second
    assert [(record.fix, record.rows) for record in found.applied] == [(fix, 12)]


@given(st.sampled_from(["7D", "MS", "ME", "D"]), st.integers(4, 40), st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)))
def test_periods_begin_the_day_after_the_one_before_has_ended(freq, number, start):
    if freq == "ME":
        ends = pd.date_range(start, periods=number, freq="ME")
        wanted = ends.to_period("M").start_time
    else:
        wanted = pd.date_range(start, periods=number, freq=freq)
        ends = pd.DatetimeIndex([*(wanted[1:] - pd.Timedelta(days=1)), pd.NaT])
        wanted = wanted[:-1].append(pd.DatetimeIndex([pd.NaT]))
    found = starts_of(ends.to_numpy(dtype="datetime64[us]"))
    expected = ends if freq == "D" else wanted
    np.testing.assert_array_equal(found, expected.to_numpy(dtype="datetime64[us]"))


def test_retail_months_that_are_told_by_their_ends_begin_after_the_one_before():
    starts = pd.Timestamp("2022-01-31") + pd.to_timedelta(np.cumsum([0, *([28, 28, 35] * 8)]), unit="D")
    ends = starts[1:] - pd.Timedelta(days=1)
    np.testing.assert_array_equal(
        starts_of(ends.to_numpy(dtype="datetime64[us]")), starts[:-1].to_numpy(dtype="datetime64[us]")
    )


def test_last_days_are_moved_only_when_asked_and_never_where_lengths_are_unknown():
    ends = iso(WEEKS + pd.Timedelta(days=6))
    assert days(read(ends)) == ends
    assert days(read(ends, "dates_are_period_starts")) == ends
    found = read(ends, "dates_are_period_ends")
    assert days(found) == iso(WEEKS)
    assert "moved back by 6 days" in found.applied[0].sentence
    odd = iso(pd.date_range("2023-01-02", periods=20, freq="5D"))
    refused = read(odd, "dates_are_period_ends")
    assert (days(refused), refused.applied[0].rows) == (odd, 0)


@pytest.mark.parametrize("text", ["%m/%d/%Y", "%d/%m/%Y", None])
def test_days_that_a_spreadsheet_swapped_are_swapped_back(text):
    cells = [
        f"{date.year}-{date.day:02}-{date.month:02}T00:00:00"
        if date.day <= 12
        else date.strftime(text or "%Y-%m-%dT00:00:00")
        for date in WEEKS
    ]
    found = read(cells)
    assert found.swapped.sum() == sum(date.day <= 12 for date in WEEKS)
    mended = read(cells, "swap_day_and_month")
    assert days(mended) == iso(WEEKS)
    assert not mended.swapped.any()


def test_even_dates_are_never_swapped():
    found = read(iso(WEEKS), "swap_day_and_month")
    assert days(found) == iso(WEEKS)
    assert found.applied[0].rows == 0


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "Europe/London", "Europe/Athens", "Asia/Kolkata", "Pacific/Auckland"]
)
@pytest.mark.parametrize("dates", [WEEKS, MONTHS], ids=["weeks", "months"])
def test_midnights_in_universal_time_become_their_local_days(zone, dates):
    cells = [f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in dates.tz_localize(zone).tz_convert("UTC")]
    assert read(cells).zone is not None
    assert days(read(cells, "dates_are_local_midnights")) == iso(dates)


@pytest.mark.parametrize("time", [" 00:15:00", "T12:00:00Z", " 23:00:00", "T00:00:00Z"])
def test_other_times_are_no_midnights(time):
    found = read([f"{date}{time}" for date in iso(WEEKS)], "dates_are_local_midnights")
    assert (found.zone, found.applied[0].rows) == (None, 0)
    assert days(found) == iso(WEEKS)
