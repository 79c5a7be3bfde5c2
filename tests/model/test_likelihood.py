"""The likelihood against its own formula and against numerical integrals."""

from math import lgamma, log, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from mmm_core.model.likelihood import StudentT
from tests.conftest import Fit

degrees = st.floats(0.5, 200)
spreads = st.floats(0.01, 10)
places = st.floats(-20, 20)


def student_formula(y: float, mu: float, sigma: float, nu: float) -> float:
    """Log density from the gamma function, one number at a time."""
    z = (y - mu) / sigma
    constant = lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * log(nu * pi) - log(sigma)
    return constant - (nu + 1) / 2 * np.log1p(z * z / nu)


def log_density(y: float, mu: float, sigma: float, nu: float) -> float:
    return float(StudentT.log_density(np.array(y), np.array(mu), sigma=np.array(sigma), nu=np.array(nu)))


@given(places, places, spreads, degrees)
def test_the_log_density_is_the_formula(y, mu, sigma, nu):
    assert log_density(y, mu, sigma, nu) == pytest.approx(student_formula(y, mu, sigma, nu), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(("mu", "sigma", "nu"), [(0.0, 1.0, 1.5), (3.0, 0.2, 4.0), (-2.0, 5.0, 60.0)])
def test_the_density_integrates_to_one(mu, sigma, nu):
    total, _ = integrate.quad(lambda y: np.exp(log_density(y, mu, sigma, nu)), -np.inf, np.inf)
    assert total == pytest.approx(1.0, abs=1e-6)


def test_with_many_degrees_of_freedom_it_is_the_normal():
    y = np.linspace(-3, 3, 13)
    found = StudentT.log_density(y, np.array(0.5), sigma=np.array(0.8), nu=np.array(1e8))
    np.testing.assert_allclose(found, stats.norm.logpdf(y, 0.5, 0.8), atol=1e-6)


def test_a_wild_period_costs_less_than_under_the_normal():
    wild = StudentT.log_density(np.array(10.0), np.array(0.0), sigma=np.array(1.0), nu=np.array(4.0))
    assert wild > stats.norm.logpdf(10.0) + 30


@given(st.floats(0.001, 0.999), degrees)
def test_a_quantile_leaves_its_probability_below_it(probability, nu):
    value = StudentT.standard_quantile(np.array(probability), nu=np.array(nu))
    assert stats.t.cdf(value, nu) == pytest.approx(probability, abs=1e-6)
    opposite = StudentT.standard_quantile(np.array(1 - probability), nu=np.array(nu))
    assert opposite == pytest.approx(-value, rel=1e-6, abs=1e-6)


def test_rows_and_draws_broadcast():
    observed, mu = np.array([[1.0], [2.0], [5.0]]), np.arange(12.0).reshape(3, 4)
    sigma, nu = np.array([0.1, 0.5, 1.0, 2.0]), np.array([2.0, 5.0, 10.0, 30.0])
    found = StudentT.log_density(observed, mu, sigma=sigma, nu=nu)
    assert found.shape == (3, 4)
    assert found[2, 1] == pytest.approx(student_formula(5.0, mu[2, 1], 0.5, 5.0))
    assert StudentT.standard_quantile(np.full((2, 4), 0.9), nu=nu).shape == (2, 4)


def test_the_log_likelihood_that_is_kept_is_that_of_each_row_and_draw(fit: Fit):
    """Read off draws and features by hand: location, spread and tails of one row in one draw."""
    draws, features = fit.posterior.draws, fit.features
    for row, chain, draw in ((0, 0, 0), (50, 1, 400), (103, 1, 999)):
        one = draws.isel(chain=chain, draw=draw)
        mu = float(one["intercept"])
        for name in ("c0", "c1", "c2", "c3"):
            mu += float(one["beta"].sel(channel=name) * features.channels_scaled.sel(channel=name)[row])
        for name in features.controls_scaled["control"].to_numpy():
            mu += float(one["gamma"].sel(control=name) * features.controls_scaled.sel(control=name)[row])
        y = log(fit.world.frame["sales"].iloc[row]) - np.log(fit.world.frame["sales"]).mean()
        expected = student_formula(y, mu, float(one["sigma"]), float(one["nu"]))
        assert fit.contributions.log_likelihood[row, chain, draw] == pytest.approx(expected, rel=1e-7)
