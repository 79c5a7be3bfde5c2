"""What a fit says of its table: a missing event, drift, returns that lie far apart."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mmm_core.model.posterior import Posterior
from mmm_core.model.structure import AnySize
from mmm_core.results.hints import Hints, find, judge_hints, standing_out_name
from tests.results.test_headline import summary_of

NO_SPEND = summary_of(np.ones((1, 4)) / 10, np.ones(1)).model_copy(update={"channels": ()})
TWO = summary_of(np.full((2, 4), 0.1), np.array([0.1, 0.01]))
WEEKS = pd.date_range("2022-01-03", periods=156, freq="7D")


def posterior(**draws: float) -> Posterior:
    values = {name: (("chain", "draw"), np.full((2, 10), value)) for name, value in draws.items()}
    return Posterior(draws=xr.Dataset(values), stats=xr.Dataset(), structure=AnySize(), seconds=0.0, partial=False)


def fitted(dates: pd.DatetimeIndex, effect: np.ndarray | float = 0.0, *, noise: float = 0.03) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    expected = 1000 * np.exp(rng.normal(0, 0.1, len(dates)))
    observed = expected * np.exp(rng.normal(0, noise, len(dates)) + effect)
    return pd.DataFrame({"entity_id": "brand", "period_start": dates, "y": observed, "y_hat_mean": expected})


def christmas(dates: pd.DatetimeIndex) -> np.ndarray:
    return 0.25 * ((dates.month == 12) & (dates.day >= 17) & (dates.day <= 23)).astype(float)


def test_the_same_week_each_year_is_found_and_named():
    found = find(fitted(WEEKS, christmas(WEEKS)), posterior(), NO_SPEND, "WEEK")
    assert found.stands_out > 8
    assert [date[5:7] for date in found.stands_out_dates] == ["12", "12", "12"]
    assert found.stands_out_by == pytest.approx(np.expm1(0.25), abs=0.1)
    verdict = judge_hints(found)[0]
    assert (verdict.code, verdict.status) == ("missing_event", "look")
    assert "Dec 2022" in verdict.finding
    assert "above" in verdict.finding


def test_one_wild_week_in_one_year_is_no_event():
    once = np.zeros(len(WEEKS))
    once[60] = 0.3
    found = find(fitted(WEEKS, once), posterior(), NO_SPEND, "WEEK")
    there = str(WEEKS[60].date()) in found.stands_out_dates
    assert (
        not there or found.stands_out < find(fitted(WEEKS, christmas(WEEKS)), posterior(), NO_SPEND, "WEEK").stands_out
    )


def test_noise_alone_passes():
    found = find(fitted(WEEKS), posterior(), NO_SPEND, "WEEK")
    assert [verdict.status for verdict in judge_hints(found)] == ["pass"]


@pytest.mark.parametrize(("grain", "freq", "periods"), [("MONTH", "MS", 48), ("DAY", "D", 800)])
def test_months_and_days_have_their_own_times_of_year(grain, freq, periods):
    dates = pd.date_range("2021-01-01", periods=periods, freq=freq)
    effect = 0.4 * ((dates.month == 7) & (dates.day <= 1)).astype(float)
    found = find(fitted(dates, effect), posterior(), NO_SPEND, grain)
    assert found.stands_out > 4
    assert {date[5:] for date in found.stands_out_dates} == {"07-01"} or grain == "DAY"
    assert all(date[5:7] in ("06", "07") for date in found.stands_out_dates)


@pytest.mark.parametrize("weeks", [0, 1, 30, 51])
def test_a_table_without_a_second_year_says_nothing(weeks):
    found = find(fitted(WEEKS[:weeks], christmas(WEEKS[:weeks])), posterior(), NO_SPEND, "WEEK")
    assert found.stands_out is None
    assert judge_hints(found) == []


def test_a_perfect_fit_and_sales_of_zero_break_nothing():
    same = fitted(WEEKS).assign(y=lambda frame: frame["y_hat_mean"])
    assert find(same, posterior(), NO_SPEND, "WEEK").stands_out is None
    zero = fitted(WEEKS)
    zero.loc[::2, "y"] = 0.0
    assert np.isfinite(find(zero, posterior(), NO_SPEND, "WEEK").stands_out)
    assert find(zero.assign(y=0.0), posterior(), NO_SPEND, "WEEK").stands_out is None


def test_markets_are_added_up_before_they_are_looked_at():
    one = fitted(WEEKS, christmas(WEEKS))
    two = pd.concat([one, one.assign(entity_id="other")], ignore_index=True)
    assert find(two, posterior(), NO_SPEND, "WEEK").stands_out == pytest.approx(
        find(one, posterior(), NO_SPEND, "WEEK").stands_out
    )


def test_drift_and_returns_apart_are_read_from_the_draws():
    found = find(fitted(WEEKS), posterior(rho=0.98, kappa=0.05, tau=4.0), TWO, "WEEK")
    assert found.drift == pytest.approx(0.931)
    assert found.returns_spread == pytest.approx(np.log(10) / np.sqrt(2))
    assert {verdict.code: verdict.status for verdict in judge_hints(found)} == {
        "missing_event": "pass", "drift": "look", "returns_apart": "look"
    }  # fmt: skip
    assert find(fitted(WEEKS), posterior(rho=0.5), NO_SPEND, "WEEK").drift == pytest.approx(0.5)
    assert find(fitted(WEEKS), posterior(), NO_SPEND, "WEEK").drift is None


def test_figures_that_are_not_there_give_no_verdict():
    assert judge_hints(Hints()) == []


def test_what_stands_out_has_a_name_from_its_first_day():
    found = find(fitted(WEEKS, christmas(WEEKS)), posterior(), NO_SPEND, "WEEK")
    first = pd.Timestamp(found.stands_out_dates[0])
    assert standing_out_name(found) == f"Around {first.day} Dec"
    assert standing_out_name(found.model_copy(update={"stands_out": 3.9})) is None
    assert standing_out_name(Hints()) is None
