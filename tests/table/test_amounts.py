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
    assert amounts.month_totals(frame, ["spend_tv"]) == []
    totals = frame.assign(spend_tv=summed_by(frame, "M"))
    assert amounts.month_totals(totals, ["spend_tv"]) == ["spend_tv"]
    spread = amounts.spread_over_weeks(totals, "spend_tv")
    assert spread.sum() == pytest.approx(frame["spend_tv"].sum())


@settings(max_examples=30)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_year_so_far_is_found_and_taken_apart_whatever_the_order(seed, random):
    frame = pd.concat([weekly(spends(seed)), weekly(spends(seed + 1), "s")], ignore_index=True)
    assert amounts.year_so_far(frame, ["spend_tv"]) == []
    years = frame["period_start"].dt.year
    so_far = frame.assign(spend_tv=frame.groupby(["entity_id", years])["spend_tv"].cumsum())
    order = list(range(len(frame)))
    random.shuffle(order)
    mixed = so_far.iloc[order].reset_index(drop=True)
    assert amounts.year_so_far(mixed, ["spend_tv"]) == ["spend_tv"]
    added = amounts.of_the_period(mixed, "spend_tv")
    np.testing.assert_allclose(added.to_numpy(), frame["spend_tv"].to_numpy()[order], atol=1e-6)


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
    assert amounts.month_totals(weekly(values), ["spend_tv"]) == []
    assert amounts.year_so_far(weekly(values), ["spend_tv"]) == []


@pytest.mark.parametrize(("values", "found"), [([-1, 0, -3], True), ([-1, 2, -3], False), ([0, 0, 0], False)])
def test_costs_below_zero(values, found):
    assert amounts.below_zero(weekly(np.array(values)), ["spend_tv"]) == ["spend_tv"] * found
