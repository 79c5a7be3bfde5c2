"""A small sample of the long evidence that `make verify` gathers."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import short_tables, verify
from benchmarks.worlds import FIRST_WORLD, in_months, world

pytestmark = pytest.mark.slow


def test_intervals_hold_the_truth_of_simulated_tables():
    found = verify.recovery(20)
    # About 110 intervals of 94 %: fewer than 85 % would be three standard errors off.
    assert found["coverage_removal"] >= 0.85
    assert found["coverage_additive"] >= 0.85
    assert found["r_hat_within_1.02"] >= 0.9
    assert found["without_divergences"] >= 0.9


def test_the_posterior_is_calibrated_against_prior_draws():
    assert verify.calibration(20)["passed"]


@pytest.mark.timeout(1200)
def test_intervals_hold_the_truth_of_worlds_that_are_no_model_s_own():
    """Twenty of the five hundred: 88 channels, so that 90 % is known to about six points."""
    found = verify.worlds(20, draws=400)
    mine, landed = found["recommended"], found["fixed"]
    assert 0.82 <= mine["coverage_90"] <= 0.98
    assert landed["coverage_90"] < mine["coverage_90"]
    assert mine["error_of_median"] <= 0.45
    assert mine["crps_1000"] <= 0.75 * landed["crps_1000"]
    assert mine["divergent_draws"] < 0.005


@pytest.mark.parametrize(("kind", "rows"), [("26_weeks", 26), ("36_months", 36)])
def test_a_shorter_or_coarser_table_keeps_what_its_rows_hold(kind, rows):
    for seed in range(FIRST_WORLD, FIRST_WORLD + 8):
        table = short_tables.table_of(kind, seed)
        frame, channels = table.frame, [name for name in table.frame if name.startswith("act_")]
        assert len(frame) == len(table.parts) == rows
        assert table.parts.shape[1] == len(channels) == len(table.truth)
        assert (frame[channels].std() > 0).all()
        media = table.truth.sum() / frame["sales"].sum()
        assert 0 < media < 0.7
        if kind == "36_months":
            starts = frame["period_start"]
            assert (starts.dt.day == 1).all()
            assert (starts.dt.to_period("M").astype("int64").diff().dropna() == 1).all()


def test_months_add_up_what_days_hold():
    weeks = world(FIRST_WORLD, weeks=40)
    months = in_months(weeks, 8)
    days = weeks.frame.loc[weeks.frame.index.repeat(7), ["sales"]] / 7
    days.index = weeks.frame["period_start"].iloc[0] + pd.to_timedelta(np.arange(280), "D")
    sums = days["sales"].groupby(days.index.to_period("M")).sum()
    kept = months.frame["period_start"].dt.to_period("M")
    np.testing.assert_allclose(months.frame["sales"], sums.loc[list(kept)])
    with pytest.raises(ValueError, match="8 whole months, not 9"):
        in_months(weeks, 9)


def test_channels_of_a_table_that_err_together_count_as_fewer():
    apart = np.array([[4, 5]] * 20, dtype=float)
    together = np.array([[5, 5]] * 16 + [[0, 5]] * 4, dtype=float)
    assert short_tables.ratio_with_error(apart) == (0.8, pytest.approx(0))
    part, error = short_tables.ratio_with_error(together)
    assert (part, error) == (0.8, pytest.approx(np.sqrt(0.8 * 0.2 / 19)))
    assert error > np.sqrt(0.8 * 0.2 / 100)


@pytest.mark.timeout(600)
def test_intervals_hold_the_truth_of_short_and_monthly_tables():
    """Two tables a kind, twelve in all: about 60 channels, so that 90 % is known to about eight points."""
    found = verify.short_tables(2, draws=300)
    covered = {
        model: [found[kind][model]["coverage_90"] for kind in short_tables.KINDS] for model in ("recommended", "fixed")
    }
    assert np.mean(covered["recommended"]) >= 0.75
    assert np.mean(covered["fixed"]) < np.mean(covered["recommended"])
    crps = {model: sum(found[kind][model]["crps_1000"] for kind in short_tables.KINDS) for model in covered}
    assert crps["recommended"] < crps["fixed"]
    assert not any(found[kind]["recommended"]["refused"] for kind in short_tables.KINDS)


def test_the_recommended_model_is_calibrated_against_prior_draws():
    assert verify.calibration_recommended(10)["passed"]


def test_the_band_holds_uniform_ranks_and_rejects_others():
    rng = np.random.default_rng(3)
    uniform = rng.integers(0, 100, (300, 400))
    # 99 % of uniform samples stay inside; below 97 % would be four standard errors off.
    assert verify.inside_band(uniform, prob=0.99).mean() >= 0.97
    shifted, narrow = np.minimum(uniform + 12, 99), 50 + (uniform - 50) // 2
    assert not verify.inside_band(shifted[:, :20], prob=0.99).any()
    assert not verify.inside_band(narrow[:, :20], prob=0.99).any()
