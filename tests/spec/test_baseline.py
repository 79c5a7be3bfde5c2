"""Season, trend and windows of a specification: bounds, defaults, and null for every row."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import SpecError
from mmm_core.spec import MAX_FOURIER_PAIRS, RunSpec, spec_from
from mmm_core.spec.baseline import Seasonality, Trend, Windows

BASE: dict[str, object] = {"dataset_id": "x", "drivers": ["act_tv"]}


def with_season(grain: str | None, **season: object) -> RunSpec:
    return spec_from(BASE | {"grain": grain, "feature_config": {"seasonality": season}})


def test_null_windows_mean_every_row():
    for spec in (spec_from(BASE | {"windows": None}), spec_from(BASE), spec_from(BASE | {"windows": {}})):
        assert spec.windows == Windows()
        assert (spec.windows.estimation_months, spec.windows.carryover_months) == (None, None)
        assert spec.windows.pre_history == "mean"


@given(st.one_of(st.none(), st.integers(0, 120)), st.one_of(st.none(), st.integers(1, 240)))
def test_windows_in_bounds_are_kept_as_they_were_asked_for(carryover, estimation):
    asked = {"carryover_months": carryover, "estimation_months": estimation}
    assert spec_from(BASE | {"windows": asked}).windows.model_dump(exclude={"pre_history"}) == asked


@pytest.mark.parametrize(
    ("windows", "message"),
    [
        ({"estimation_months": 0}, "windows.estimation_months: input should be greater than or equal to 1, found '0'"),
        ({"estimation_months": 241}, "windows.estimation_months: input should be less than or equal to 240"),
        ({"carryover_months": -1}, "windows.carryover_months: input should be greater than or equal to 0"),
        ({"pre_history": "last"}, "windows.pre_history: input should be 'mean' or 'zero'"),
        ({"estimation_weeks": 52}, "windows.estimation_weeks: unknown field"),
        ({"estimation_months": 1.5}, "windows.estimation_months"),
    ],
)
def test_windows_out_of_bounds_are_refused_by_field(windows, message):
    with pytest.raises(SpecError, match=message):
        spec_from(BASE | {"windows": windows})


@pytest.mark.parametrize(("grain", "freq"), [("WEEK", "7D"), ("MONTH", "MS")])
def test_a_season_has_no_more_waves_than_a_year_has_periods_for(grain, freq):
    """Two columns a pair: with one pair more a year of rows could not tell the columns apart."""
    periods = len(pd.date_range("2023-01-01", "2023-12-30", freq=freq))
    assert 2 * MAX_FOURIER_PAIRS[grain] <= periods < 2 * (MAX_FOURIER_PAIRS[grain] + 1)
    assert MAX_FOURIER_PAIRS[grain] == with_season(grain, K=MAX_FOURIER_PAIRS[grain]).feature_config.seasonality.K


@pytest.mark.parametrize(
    ("grain", "pairs", "message"),
    [
        ("WEEK", 27, r"seasonality\.K: input should be less than or equal to 26"),
        ("WEEK", 0, r"seasonality\.K: input should be greater than or equal to 1"),
        ("MONTH", 7, "7 is above 6, the most for MONTH"),
    ],
)
def test_too_many_waves_or_none_are_refused(grain, pairs, message):
    with pytest.raises(SpecError, match=message):
        with_season(grain, K=pairs)


def test_a_season_that_is_off_or_of_an_unknown_grain_is_not_held_against_the_calendar():
    assert not with_season("MONTH", enabled=False, K=20).feature_config.seasonality.enabled
    assert with_season(None, K=20).feature_config.seasonality.K == 20


def test_by_default_there_is_a_season_of_two_waves_and_a_trend():
    config = spec_from(BASE).feature_config
    assert config.seasonality == Seasonality(enabled=True, K=2)
    assert config.trend == Trend(enabled=True)
