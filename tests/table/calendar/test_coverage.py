"""Which days are missing, against a loop over the calendar."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.table.calendar.coverage import coverage


def rows(days: list[dt.date], entity: str = "n") -> pd.DataFrame:
    return pd.DataFrame({"entity_id": entity, "period_start": pd.to_datetime(days).astype("datetime64[us]")})


def days_from(first: str, number: int) -> list[dt.date]:
    return [dt.date.fromisoformat(first) + dt.timedelta(days=place) for place in range(number)]


@settings(max_examples=50)
@given(st.sets(st.integers(1, 58), max_size=12), st.randoms(use_true_random=False))
def test_days_between_the_first_and_the_last_without_a_row_are_missing(gone, random):
    every = days_from("2022-03-01", 60)
    kept = [day for place, day in enumerate(every) if place not in gone]
    random.shuffle(kept)
    found = coverage(pd.concat([rows(kept), rows(every[10:30], "s"), rows(kept[:5])]))
    closed = found["n"].closed
    assert [day.date() for day in found["n"].missing] == [
        every[place] for place in sorted(gone) if every[place].weekday() not in closed
    ]
    assert not len(found["s"].missing)


def test_a_weekday_without_rows_is_closed_and_not_missing():
    every = days_from("2022-01-03", 140)
    shop = [day for day in every if day.weekday() != 6]
    found = coverage(rows([day for day in shop if day != dt.date(2022, 2, 2)]))["n"]
    assert found.closed == {6}
    assert [str(day.date()) for day in found.missing] == ["2022-02-02"]
    once_open = coverage(rows([*shop, dt.date(2022, 3, 6)]))["n"]
    assert (once_open.closed, len(once_open.missing)) == ({6}, 0)
    # In three weeks nobody can tell a closed day from one that is missing.
    assert coverage(rows(shop[:15]))["n"].closed == frozenset()


def test_each_entity_is_judged_by_its_own_days():
    found = coverage(pd.concat([rows(days_from("2022-01-01", 30)), rows(days_from("2022-02-01", 30)[::2], "s")]))
    assert not len(found["n"].missing)
    assert len(found["s"].missing) == 14
