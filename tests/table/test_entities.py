"""Sums, copies and spellings are found, to rounding, and what only looks like them is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.table.entities import copied_entities, has_same_sales, spellings, total_entities

WEEKS = pd.date_range("2022-01-03", periods=60, freq="7D", unit="us")


def panel(series: dict[str, np.ndarray]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"entity_id": name, "period_start": WEEKS, "sales": values}) for name, values in series.items()
    ]
    return pd.concat(parts, ignore_index=True).dropna()


def markets(number: int, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {f"m{place}": 1000 * (place + 1) * np.exp(rng.normal(0, 0.2, len(WEEKS))) for place in range(number)}


@settings(max_examples=25)
@given(st.integers(2, 8), st.integers(0, 99), st.integers(0, 1), st.randoms(use_true_random=False))
def test_a_sum_is_found_wherever_it_stands_and_to_rounding(number, seed, digits, random):
    series = markets(number, seed)
    series["Alle"] = sum(series.values()).round(-digits)
    names = list(series)
    random.shuffle(names)
    found = total_entities(panel({name: series[name] for name in names}))
    assert {name: sorted(parts) for name, parts in found.items()} == {"Alle": sorted(f"m{n}" for n in range(number))}


def test_sums_of_some_and_sums_of_sums_are_found():
    series = markets(6)
    series["north"] = series["m0"] + series["m1"] + series["m2"]
    series["world"] = series["north"] + series["m3"] + series["m4"] + series["m5"]
    found = total_entities(panel(series))
    assert sorted(found["north"]) == ["m0", "m1", "m2"]
    assert sorted(found["world"]) == [f"m{n}" for n in range(6)]


@pytest.mark.parametrize("late", [0, 2])
def test_a_total_may_miss_a_few_dates(late):
    series = markets(3)
    series["sum"] = sum(series.values())
    series["sum"][:late] = np.nan
    assert set(total_entities(panel(series))) == {"sum"}


def test_a_name_that_means_all_is_enough_where_it_is_as_large_as_all():
    series = markets(3)
    larger = {**series, "Total": 1.3 * sum(series.values())}  # with markets that are not in the table
    assert set(total_entities(panel(larger))) == {"Total"}
    smaller = {**series, "Total Energies": 0.2 * sum(series.values())}
    assert total_entities(panel(smaller)) == {}


@pytest.mark.parametrize("number", [1, 2, 5, 12])
def test_markets_of_their_own_are_no_sums_and_no_copies(number):
    frame = panel(markets(number))
    assert total_entities(frame) == {}
    assert copied_entities(frame) == {}
    assert not has_same_sales(frame)


def test_markets_in_one_proportion_are_no_sums():
    shape = next(iter(markets(1).values()))
    frame = panel({"a": shape, "b": 2 * shape, "c": 4 * shape})
    assert total_entities(frame) == {}


def test_one_series_for_all_and_copies_of_some():
    series = markets(3)
    assert has_same_sales(panel(dict.fromkeys("abc", series["m0"])))
    frame = panel({**series, "again": series["m1"].copy()})
    assert not has_same_sales(frame)
    assert copied_entities(frame) == {"again": "m1"}
    # Sales that never change say nothing about who sold.
    assert copied_entities(panel({"a": np.full(len(WEEKS), 5.0), "b": np.full(len(WEEKS), 5.0)})) == {}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["North"] * 3 + ["north"], {"north": "North"}),
        (["Île de F", "ile-de-f", "Ile de F", "Île de F"], {"ile-de-f": "Île de F", "Ile de F": "Île de F"}),
        (["DE ", "DE", "DE"], {"DE ": "DE"}),
        (["North", "South", "N", "S1", "S2"], {}),
        (["東京", "大阪"], {}),
        (["+", "-"], {}),
        (["München", "Muenchen", "Munchen", "München"], {"Muenchen": "München", "Munchen": "München"}),
        (["Muenchen", "Mu\u0308nchen"], {"Muenchen": "Mu\u0308nchen"}),
        (["Goes", "Gos", "Noé", "Noe"], {"Noe": "Noé"}),
    ],
)  # fmt: skip
def test_spellings_of_one_name(names, found):
    assert spellings(pd.Series(names, dtype="str")) == found


def test_a_sum_is_seen_beside_a_copy_of_one_of_its_parts():
    chance = np.random.default_rng(3)
    one, other = chance.gamma(3, 100, 60), chance.gamma(3, 100, 60)
    for total in (one + other, 2 * one + other):
        assert set(total_entities(panel({"a": one, "b": other, "copy": one, "everything": total}))) == {"everything"}


def test_a_copy_may_begin_late_and_the_longer_series_stays():
    sales = markets(2)
    first, second = sales.values()
    late = np.where(np.arange(60) < 20, np.nan, first)
    assert copied_entities(panel({"late": late, "first": first, "second": second})) == {"late": "first"}


@pytest.mark.parametrize("twins", [0, 1e-9])
def test_a_sum_among_many_entities_is_found_also_beside_near_copies(twins):
    chance = np.random.default_rng(5)
    dates = pd.date_range("2023-01-02", periods=60, freq="7D")
    season = 1 + 0.3 * np.sin(np.arange(60) / 8)
    sales = {f"e{number}": 1000 * season * chance.uniform(0.5, 2, 60) for number in range(30)}
    if twins:
        sales["twin"] = sales["e3"] * (1 + twins * chance.normal(size=60))
    sales["sum"] = sum(sales[f"e{number}"] for number in (2, 5, 7, 11))
    frame = pd.concat(
        [pd.DataFrame({"entity_id": name, "period_start": dates, "sales": each}) for name, each in sales.items()]
    )
    found = total_entities(frame)
    assert set(found["sum"]) == {"e2", "e5", "e7", "e11"}
    assert set(found) == {"sum"}
