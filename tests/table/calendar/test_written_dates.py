"""One cell is taken apart: a day, a range, a time beside it, or what the column has to decide."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.table.calendar.written_dates import Three, YearAnd, full_year, resolved, written

MONDAY, SUNDAY = dt.date(2023, 1, 2), dt.date(2023, 1, 8)


def start_of(cell: str) -> object:
    found = written(cell)
    return found and found.start


@pytest.mark.parametrize(
    "cell",
    ["2023-01-02,2023-01-08", "2023-01-02 - 2023-01-08", "2023-01-02–2023-01-08", "2023-01-02 to 2023-01-08",
     "2023-01-02-2023-01-08", "20230102-20230108", "2023-01-02/2023-01-08", "Jan 2 - Jan 8, 2023", "2–8 Jan 2023",
     "Jan 2–8, 2023", "2 Jan 2023 bis 8 Jan 2023", "from 2023-01-02 to 2023-01-08", "2023-01-02..2023-01-08",
     "Mon 2023-01-02 - Sun 2023-01-08"],
)  # fmt: skip
def test_ranges_have_a_first_and_a_last_day(cell):
    found = written(cell)
    assert found is not None
    assert (found.start, found.end) == (MONDAY, SUNDAY)


@pytest.mark.parametrize("cell", ["02.01.2023–08.01.2023", "02.01.-08.01.2023", "vom 02.01.2023 bis 08.01.2023"])
def test_ranges_of_numbers_leave_their_order_open(cell):
    found = written(cell)
    assert found is not None
    assert resolved(found.start, "DMY", weeks=False) == MONDAY
    assert resolved(found.end, "DMY", weeks=False) == SUNDAY


@pytest.mark.parametrize(
    "cell",
    ["2023-W01", "2023W1", "KW 1/2023", "CW01 2023", "W1 2023", "2023 week 1", "1. KW 2023", "2023-KW01",
     "Week 1, 2023", "S01 2023", "2. Januar 2023", "2 de enero de 2023", "2nd January 2023", "Mon, 2 Jan 2023",
     "Monday 2023-01-02", "2023-01-02 (Mon)", "2023 Jan 2"],
)  # fmt: skip
def test_weeks_and_days_in_words(cell):
    assert start_of(cell) == MONDAY


@pytest.mark.parametrize("cell", ["2023M01", "2023-M1", "M01 2023", "Jan 2023", "janvier 2023", "Januar-23", "Jan '23"])
def test_months_in_words(cell):
    assert start_of(cell) == dt.date(2023, 1, 1)


@pytest.mark.parametrize(
    ("cell", "number"), [("202314", 14), ("2023-14", 14), ("14/2023", 14), ("1.2023", 1), ("01/2023", 1)]
)
def test_a_year_and_a_number_are_left_open(cell, number):
    assert start_of(cell) == YearAnd(2023, number)


@pytest.mark.parametrize(
    "cell",
    [
        "2023年1月2日", "2023年01月02日", "2023 年 1 月 2 日", "２０２３年１月２日", "23年1月2日", "令和5年1月2日",
        "2023年1月2日(月)",
        "2023年1月2日 月曜日", "2023年1月2日 星期一", "2023-01-02(月)", "2023年1月2號",
        "2023년 1월 2일", "2023년1월2일",
        "2023년 1월 2일 (월)", "2023년 1월 2일 월요일", "2023. 1. 2.", "2023.1.2.",
        "2023年第1周", "2023年第01週", "2023년 1주",
    ],
)  # fmt: skip
def test_days_and_weeks_are_written_in_chinese_japanese_and_korean(cell):
    assert start_of(cell) == MONDAY


def test_months_are_written_so_too():
    for cell in ("2023年4月", "2023年04月", "2023년 4월", "令和5年4月"):
        assert start_of(cell) == dt.date(2023, 4, 1)
    assert start_of("令和元年5月1日") == dt.date(2019, 5, 1)


@pytest.mark.parametrize("cell", ["2023年1月2日～2023年1月8日", "2023年1月2日〜1月8日", "2023年1月2日 - 2023年1月8日"])
def test_ranges_are_written_so_too(cell):
    found = written(cell)
    assert found is not None
    assert (found.start, found.end) == (MONDAY, dt.date(2023, 1, 8))


@pytest.mark.parametrize(
    "cell",
    [
        "2. Jan 2023",
        "2 janv. 2023",
        "2 de enero de 2023",
        "2 gen 2023",
        "2 de jan. de 2023",
        "2 jan. 2023",
        "Mo, 02. Jan. 2023",
    ],
)
def test_names_of_months_are_known_in_seven_languages(cell):
    assert start_of(cell) == MONDAY


@pytest.mark.parametrize("cell", ["230102", "020123", "02012023", "2/1/23"])
def test_three_numbers_are_left_open(cell):
    assert isinstance(start_of(cell), Three)


@pytest.mark.parametrize(
    ("cell", "seconds", "zone"),
    [
        ("2023-01-02T23:00:00Z", 82_800, "Z"), ("2023-01-02 23:00 UTC", 82_800, "Z"), ("2023-01-02  00:15:00", 900, ""),
        ("2023-01-02 3:15 PM", 54_900, ""), ("2023-01-02 12:05 am", 300, ""), ("2023010214", 50_400, ""),
        ("2023-01-02T00:00:00+01:00", 0, "+01:00"), ("20230102T230000Z", 82_800, "Z"), ("44928.5", 43_200, ""),
    ],
)  # fmt: skip
def test_times_and_zones_are_kept_beside_the_day(cell, seconds, zone):
    found = written(cell)
    assert found is not None
    assert (found.start, found.seconds, found.zone) == (MONDAY, seconds, zone)


@pytest.mark.parametrize(
    "cell",
    ["", "Q1 2023", "2023", "January", "W12", "0012", "2024-W53", "2023-W00", "2023-01-02 foo", "2023-01-02 to soon",
     "2023年", "1月2日", "2023年13月", "2023年1月32日", "2023年第54周",
     "jui 2023", "2023-02-30", "1 - 2", "Jan 2023 - Mar 2023", "a - b, 2023"],
)  # fmt: skip
def test_what_is_no_day_is_none(cell):
    assert start_of(cell) is None


@given(st.text(max_size=200))
def test_any_text_is_taken_apart_or_left(cell):
    found = written(cell)
    assert found is None or found.end is None or isinstance(found.end, dt.date | Three)


def test_orders_are_those_of_the_digits():
    part = Three(23, 1, 2, 2, 2)
    assert resolved(part, "YMD", weeks=False) == MONDAY
    assert resolved(part, "MDY", weeks=False) is None
    assert resolved(Three(2, 1, 2023, 4, 1), "YMD", weeks=False) is None
    assert resolved(YearAnd(2024, 53), None, weeks=True) is None
    assert (full_year(69), full_year(70)) == (2069, 1970)
