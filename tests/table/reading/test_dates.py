"""Dates are read as people write them, and their order by the whole column."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.table.reading.dates import parse_dates
from tests.table.cases.written import AROUND, FILLERS, seconds_for


def column(cells: list[str | None]) -> pd.Series:
    return pd.Series(cells, dtype="str")


def dates(cells: list[str], order: str | None = None) -> list[str]:
    return np.datetime_as_string(parse_dates(pd.Series(cells, dtype="str"), order).values, "D").tolist()


@pytest.mark.parametrize(
    "cell",
    ["2022-01-03", "2022/1/3", "2022.01.03", "20220103", "2022-01-03T23:30:00+02:00", "2022-01-03 00:00:00",
     "3 Jan 2022", "03-January-2022", "Jan 3, 2022", "2022-W01", "44564", "3-Jan-22"],
)  # fmt: skip
def test_dates_as_people_write_them(cell):
    assert dates([cell]) == ["2022-01-03"]


def test_months_without_a_day_start_on_the_first():
    assert dates(["2022-02", "Mar 2022", "Apr-22"]) == ["2022-02-01", "2022-03-01", "2022-04-01"]


def test_day_and_month_are_told_apart_by_the_whole_column():
    assert dates(["03/01/2022", "10/01/2022", "17/01/2022"]) == ["2022-01-03", "2022-01-10", "2022-01-17"]
    assert dates(["1/3/2022", "1/10/2022", "1/17/2022"]) == ["2022-01-03", "2022-01-10", "2022-01-17"]
    # Regular steps under one reading only.
    assert dates(["3/1/2022", "10/1/2022", "5/2/2022", "12/2/2022"])[0] in ("2022-01-03", "NaT")
    assert dates(["01/02/2022", "08/02/2022", "03/01/2022"], "DMY")[0] == "2022-02-01"


def test_what_cannot_be_told_apart_is_reported_and_not_guessed():
    monthly = [f"{month:02d}/01/2022" for month in range(1, 13)]
    found = parse_dates(pd.Series(monthly, dtype="str"))
    assert found.ambiguous
    assert np.isnat(found.values).all()
    assert not found.bad.any()
    assert dates(monthly, "MDY")[1] == "2022-02-01"


@given(st.dates(dt.date(1980, 1, 1), dt.date(2060, 1, 1)), st.sampled_from(["DMY", "MDY"]))
def test_dates_survive_both_orders(date, order):
    cell = date.strftime("%d/%m/%Y" if order == "DMY" else "%m/%d/%Y")
    assert dates([cell], order) == [date.isoformat()]


WEEKLY = [f"{day:%d.%m.%y}" for day in pd.date_range("2022-01-03", periods=8, freq="7D")]


@given(st.permutations([*WEEKLY, "soon", "", "31.02.22"]))
def test_the_order_of_rows_does_not_change_what_a_date_is(cells):
    found = parse_dates(column(cells))
    for place, cell in enumerate(cells):
        day = dt.datetime.strptime(cell, "%d.%m.%y").date() if cell in WEEKLY else None
        assert found.values[place].astype("datetime64[D]").item() == day
    assert [cells[place] for place in np.flatnonzero(found.blank)] == [""]
    assert {cells[place] for place in np.flatnonzero(found.bad)} == {"soon", "31.02.22"}
    assert found.order == "DMY"


@pytest.mark.parametrize("cell", ["2022-13-01", "2022-02-29", "2022-W54", "Smarch 2022", "3000", "99999", "1/2/3/2022"])
def test_a_day_that_does_not_exist_is_no_date(cell):
    found = parse_dates(column([cell]), "DMY")
    assert (found.bad.tolist(), found.blank.tolist()) == ([True], [False])


@pytest.mark.parametrize(("cell", "year"), [("03-01-69", 2069), ("03-01-70", 1970), ("3 Jan 99", 1999)])
def test_two_digits_are_a_year_near_ours(cell, year):
    assert dates([cell], "DMY") == [f"{year}-01-03"]


def ask_everything(cell: str) -> None:
    parse_dates(pd.Series([cell], dtype="str"))


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize("around", AROUND)
def test_ten_times_the_cell_costs_no_more_than_ten_times_the_work(filler, around):
    """A pattern that begins anew at each character makes a hundred times the work, and one table stops a server."""
    short, long = (around.format(filler * (length // len(filler))) for length in (10_000, 100_000))
    assert seconds_for(ask_everything, long) < 30 * seconds_for(ask_everything, short) + 1e-3


def test_runs_of_six_digits_are_of_one_kind():
    days = pd.date_range("2023-01-02", periods=60, freq="7D")
    assert dates([f"{day:%d%m%y}" for day in days]) == [str(day.date()) for day in days]
    assert dates(["202301", "202302", "202303"]) == ["2023-01-01", "2023-02-01", "2023-03-01"]
    weeks = parse_dates(column([f"{day:%G%V}" for day in days]))
    assert (weeks.by_week, weeks.values[0].astype("datetime64[D]")) == (0, np.datetime64("2023-01-02"))


def test_ranges_have_last_days_and_the_order_of_the_whole_column():
    days = pd.date_range("2022-12-26", periods=20, freq="7D")
    found = parse_dates(column([f"{day:%d.%m.}–{day + pd.Timedelta(days=6):%d.%m.%Y}" for day in days]))
    assert found.order == "DMY"
    assert found.values.tolist() == days.to_numpy(dtype="datetime64[us]").tolist()
    assert (found.ends - found.values == np.timedelta64(6, "D")).all()


@pytest.mark.parametrize("cell", ["01/{}/2023", "{} - 2023-01-08", "KW {}", "1 {} 2023", "2023-01-02T{}"])
def test_a_long_cell_is_text(cell):
    found = parse_dates(column([cell.format("1" * 10_000), cell.format(" " * 10_000)]))
    assert found.bad.all()
