"""The likelihood against its own formula and against numerical integrals."""

from math import lgamma, log, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from mmm_core.model.likelihood import Noise
from mmm_core.model.priors import Exponential, HalfNormal
from tests.conftest import Fit

degrees = st.floats(0.5, 200)
spreads = st.floats(0.01, 10)
places = st.floats(-20, 20)


def student_formula(y: float, mu: float, sigma: float, nu: float) -> float:
    """Log density from the gamma function, one number at a time."""
    z = (y - mu) / sigma
    constant = lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * log(nu * pi) - log(sigma)
    return constant - (nu + 1) / 2 * np.log1p(z * z / nu)


def noise(rows: int = 1, **options: object) -> Noise:
    begins = np.zeros(rows, bool)
    begins[0] = True
    return Noise(HalfNormal(1.0), Exponential(10.0), begins, **options)


def student(y: np.ndarray, mu: object, *, sigma: object, nu: object) -> np.ndarray:
    """Log density of independent StudentT noise."""
    return noise().log_density(y - np.asarray(mu), {"sigma": np.asarray(sigma), "nu": np.asarray(nu)})


def quantile(probability: np.ndarray, nu: object) -> np.ndarray:
    return noise().standard_quantile(probability, {"nu": np.asarray(nu)})


def log_density(y: float, mu: float, sigma: float, nu: float) -> float:
    return float(student(np.array(y), mu, sigma=sigma, nu=nu))


@given(places, places, spreads, degrees)
def test_the_log_density_is_the_formula(y, mu, sigma, nu):
    assert log_density(y, mu, sigma, nu) == pytest.approx(student_formula(y, mu, sigma, nu), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(("mu", "sigma", "nu"), [(0.0, 1.0, 1.5), (3.0, 0.2, 4.0), (-2.0, 5.0, 60.0)])
def test_the_density_integrates_to_one(mu, sigma, nu):
    total, _ = integrate.quad(lambda y: np.exp(log_density(y, mu, sigma, nu)), -np.inf, np.inf)
    assert total == pytest.approx(1.0, abs=1e-6)


def test_with_many_degrees_of_freedom_it_is_the_normal():
    y = np.linspace(-3, 3, 13)
    found = student(y, 0.5, sigma=0.8, nu=1e8)
    np.testing.assert_allclose(found, stats.norm.logpdf(y, 0.5, 0.8), atol=1e-6)


def test_a_wild_period_costs_less_than_under_the_normal():
    wild = student(np.array(10.0), 0.0, sigma=1.0, nu=4.0)
    assert wild > stats.norm.logpdf(10.0) + 30


@given(st.floats(0.001, 0.999), degrees)
def test_a_quantile_leaves_its_probability_below_it(probability, nu):
    value = quantile(np.array(probability), nu)
    assert stats.t.cdf(value, nu) == pytest.approx(probability, abs=1e-6)
    opposite = quantile(np.array(1 - probability), nu)
    assert opposite == pytest.approx(-value, rel=1e-6, abs=1e-6)


def test_rows_and_draws_broadcast():
    observed, mu = np.array([[1.0], [2.0], [5.0]]), np.arange(12.0).reshape(3, 4)
    sigma, nu = np.array([0.1, 0.5, 1.0, 2.0]), np.array([2.0, 5.0, 10.0, 30.0])
    found = student(observed, mu, sigma=sigma, nu=nu)
    assert found.shape == (3, 4)
    assert found[2, 1] == pytest.approx(student_formula(5.0, mu[2, 1], 0.5, 5.0))
    assert quantile(np.full((2, 4), 0.9), nu).shape == (2, 4)


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


def covariance(rows: int, *, sigma: float, rho: float, kappa: float) -> np.ndarray:
    """Of an ARMA(1, 1) that begins as an autoregression at rest, from its definition as a linear map of innovations."""
    step = np.zeros((rows, rows))
    for column in range(rows):
        e = np.zeros(rows)
        e[column] = sigma
        r = np.zeros(rows)
        r[0] = e[0] / np.sqrt(1 - rho**2)
        for t in range(1, rows):
            r[t] = rho * r[t - 1] + e[t] - rho * kappa * e[t - 1]
        step[:, column] = r
    return step @ step.T


@pytest.mark.parametrize(("memory", "kappa"), [("ar1", 0.0), ("arma", 0.6), ("arma", 1.0)])
def test_normal_noise_with_a_memory_has_the_density_of_its_covariance(memory, kappa):
    """The density of the rows one after the other is that of all of them together."""
    rows, rho, sigma = 12, 0.8, 0.3
    residual = np.random.default_rng(3).normal(size=(rows, 1))
    values = {"sigma": np.array([sigma]), "rho": np.array([rho]), "kappa": np.array([kappa])}
    remembering = noise(rows, memory=memory, tails="normal")
    found = remembering.log_density(remembering.innovations(residual, values), values).sum()
    whole = stats.multivariate_normal(np.zeros(rows), covariance(rows, sigma=sigma, rho=rho, kappa=kappa))
    assert found == pytest.approx(whole.logpdf(residual[:, 0]), rel=1e-9)


def test_a_stretch_that_begins_anew_knows_nothing_of_the_one_before():
    values = {"sigma": np.array([0.3]), "rho": np.array([0.9]), "kappa": np.array([0.2]), "nu": np.array([5.0])}
    residual = np.random.default_rng(4).normal(size=(10, 1))
    both = noise(10, memory="arma")
    both.begins[6] = True
    apart = [noise(6, memory="arma"), noise(4, memory="arma")]
    halves = [residual[:6], residual[6:]]
    expected = [one.log_density(one.innovations(half, values), values) for one, half in zip(apart, halves, strict=True)]
    found = both.log_density(both.innovations(residual, values), values)
    np.testing.assert_allclose(found, np.concatenate(expected), rtol=1e-12)


def test_white_noise_is_what_an_autoregression_with_all_noise_on_top_is():
    """kappa 1: the innovations of later rows are the residuals themselves, whatever rho is."""
    residual = np.random.default_rng(5).normal(size=(8, 1))
    values = {"rho": np.array([0.5]), "kappa": np.array([1.0])}
    residual[0] = 0.0
    np.testing.assert_allclose(noise(8, memory="arma").innovations(residual, values), residual, atol=1e-12)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["sigma", "nu"]),
        ({"tails": "normal"}, ["sigma"]),
        ({"memory": "ar1"}, ["sigma", "nu", "rho"]),
        ({"memory": "arma", "tails": "normal"}, ["sigma", "rho", "kappa"]),
    ],
)
def test_options_have_the_parameters_that_they_need(options, names):
    assert [parameter.name for parameter in noise(**options).parameters] == names


@pytest.mark.parametrize("tails", ["student_t", "normal"])
def test_innovations_are_drawn_with_their_own_spread_and_tails(tails):
    """Each draw's column has the quartiles of its own distribution, and the same seed gives the same ones."""
    values = {"sigma": np.array([0.5, 2.0]), "nu": np.array([4.0, 30.0])}
    made = noise(tails=tails)
    found = made.drawn(values, 40_000, np.random.default_rng(1))
    expected = values["sigma"] * made.standard_quantile(np.array([[0.25], [0.5], [0.75]]), values)
    np.testing.assert_allclose(np.quantile(found, [0.25, 0.5, 0.75], axis=0), expected, atol=0.04)
    np.testing.assert_array_equal(found, made.drawn(values, 40_000, np.random.default_rng(1)))
