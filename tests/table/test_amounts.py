"""Totals and sums so far are told from amounts that only look a little like them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.table import amounts

SEEDS = st.integers(0, 999)


def weekly(values: np.ndarray | pd.Series, entity: str = "n", start: str = "2022-01-03") -> pd.DataFrame:
    dates = pd.date_range(start, periods=len(values), freq="7D", unit="us")
    return pd.DataFrame({"entity_id": entity, "period_start": dates, "spend_tv": np.asarray(values, float)})


def spends(seed: int, weeks: int = 110) -> np.ndarray:
    chance = np.random.default_rng(seed)
    return np.round(chance.gamma(2, 500, weeks) * (chance.random(weeks) < 0.8), 2)


def summed_by(frame: pd.DataFrame, period: str) -> pd.Series:
    return frame.groupby(["entity_id", frame["period_start"].dt.to_period(period)])["spend_tv"].transform("sum")


@settings(max_examples=30)
@given(SEEDS, st.booleans())
def test_month_totals_are_found_and_spread_back_to_their_sum(seed, two_entities):
    frame = pd.concat([weekly(spends(seed)), weekly(spends(seed + 1), "s")]) if two_entities else weekly(spends(seed))
    frame = frame.reset_index(drop=True)
    assert amounts.month_totals(frame, ["spend_tv"]) == {}
    totals = frame.assign(spend_tv=summed_by(frame, "M"))
    assert amounts.month_totals(totals, ["spend_tv"]) == {"spend_tv": "month"}
    spread = amounts.spread_over_weeks(totals, "spend_tv")
    assert spread.sum() == pytest.approx(frame["spend_tv"].sum())


@settings(max_examples=30)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_year_so_far_is_found_and_taken_apart_whatever_the_order(seed, random):
    frame = pd.concat([weekly(spends(seed)), weekly(spends(seed + 1), "s")], ignore_index=True)
    assert amounts.year_so_far(frame, ["spend_tv"]) == {}
    years = frame["period_start"].dt.year
    so_far = frame.assign(spend_tv=frame.groupby(["entity_id", years])["spend_tv"].cumsum())
    order = list(range(len(frame)))
    random.shuffle(order)
    mixed = so_far.iloc[order].reset_index(drop=True)
    assert amounts.year_so_far(mixed, ["spend_tv"]) == {"spend_tv": True}
    added = amounts.of_the_period(mixed, "spend_tv")
    np.testing.assert_allclose(added.to_numpy(), frame["spend_tv"].to_numpy()[order], atol=1e-6)


def test_quarters_on_months_and_weeks_on_days_are_totals_too():
    months = pd.DataFrame({"entity_id": "n", "period_start": pd.date_range("2021-01-01", periods=36, freq="MS")})
    months["spend_tv"] = spends(1, 36) + 1
    days = pd.DataFrame({"entity_id": "n", "period_start": pd.date_range("2022-01-02", periods=210, freq="D")})
    days["spend_tv"] = spends(2, 210) + 1
    for frame, period, span in ((months, "Q", "quarter"), (days, "W-SAT", "week"), (days, "M", "month")):
        assert amounts.month_totals(frame, ["spend_tv"]) == {}
        totals = frame.assign(spend_tv=summed_by(frame, period))
        assert amounts.month_totals(totals, ["spend_tv"]) == {"spend_tv": span}
        spread = amounts.spread_over_weeks(totals, "spend_tv")
        assert spread.sum() == pytest.approx(frame["spend_tv"].sum())


def test_one_number_a_month_among_blanks_is_no_total_on_each_period():
    frame = weekly(spends(3) + 1)
    booked = frame.assign(spend_tv=summed_by(frame, "M").where(frame["period_start"].dt.day <= 7))
    assert amounts.month_totals(booked, ["spend_tv"]) == {}


@pytest.mark.parametrize(
    "begins",
    ["2022-07-01", "2023-01-30", "2022-04-06"],
    ids=["a month", "a retail year", "a tax year"],
)
@pytest.mark.parametrize("column", ["spend_tv", "sales"])
def test_years_of_a_business_are_years(begins, column):
    frame = weekly(spends(4)).rename(columns={"spend_tv": column})
    bounds = [pd.Timestamp(begins) + pd.Timedelta(days=364 * n) for n in (-1, 0, 1)]
    years = pd.Series(np.searchsorted(bounds, frame["period_start"], side="right"))
    so_far = frame.assign(**{column: frame.groupby(years)[column].cumsum()})
    assert amounts.year_so_far(so_far, [column]) == {column: True}
    np.testing.assert_allclose(amounts.of_the_period(so_far, column), frame[column], atol=1e-6)


def test_the_sum_since_the_beginning_is_asked_of_media_and_not_of_sales():
    frame = pd.concat([weekly(spends(5)), weekly(spends(6), "s")], ignore_index=True)
    so_far = frame.assign(spend_tv=frame.groupby("entity_id")["spend_tv"].cumsum())
    so_far["sales"] = so_far["spend_tv"]
    assert amounts.year_so_far(so_far, ["sales", "spend_tv"]) == {"spend_tv": False}
    np.testing.assert_allclose(amounts.of_the_period(so_far, "spend_tv"), frame["spend_tv"], atol=1e-6)


@pytest.mark.parametrize(
    "values",
    [
        np.full(110, 500.0),  # always the same
        np.repeat([500.0, 600.0], 55),  # a new contract
        np.tile([0.0, 500.0], 55),
        np.arange(110.0),  # grows and never falls
        np.zeros(110),
    ],
    ids=["constant", "one change", "every other week", "growing", "nothing"],
)
def test_what_only_looks_like_a_total_is_none(values):
    assert amounts.month_totals(weekly(values), ["spend_tv"]) == {}
    assert amounts.year_so_far(weekly(values), ["spend_tv"]) == {}


@pytest.mark.parametrize(("values", "found"), [([-1, 0, -3], True), ([-1, 2, -3], False), ([0, 0, 0], False)])
def test_costs_below_zero(values, found):
    assert amounts.below_zero(weekly(np.array(values)), ["spend_tv"]) == ["spend_tv"] * found
