"""A small sample of the long evidence that `make verify` gathers."""

import numpy as np
import pytest

from benchmarks import verify

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
    """Forty of the five hundred: about 215 channels, so that 90 % is known to about four points."""
    found = verify.worlds(40, draws=400)
    mine, landed = found["recommended"], found["fixed"]
    assert 0.82 <= mine["coverage_90"] <= 0.98
    assert landed["coverage_90"] < mine["coverage_90"]
    assert mine["error_of_median"] <= 0.45
    assert mine["crps_1000"] <= 0.75 * landed["crps_1000"]
    assert mine["divergent_draws"] < 0.005


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
