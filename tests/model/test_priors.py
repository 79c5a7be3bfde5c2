"""Draws of declared priors against closed forms, and against the PyMC model that samples from them."""

import numpy as np
import pymc as pm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from mmm_core.model import priors
from mmm_core.model.padding import blank_data
from mmm_core.model.parameters import Parameter, draw_prior
from mmm_core.model.structure import Bucket
from mmm_core.model.terms import FixedMedia
from mmm_core.sampler.model_pymc import build_model


@pytest.fixture(scope="module")
def from_the_model() -> dict[str, np.ndarray]:
    """Prior draws of the PyMC model itself, by name: another backend and another generator."""
    names = ["beta", "gamma", "intercept", "sigma", "sigma_beta", "nu"]
    with build_model(blank_data(Bucket(2, 2))) as model:
        found = pm.draw([model[name] for name in names], draws=4000, random_seed=3, mode="FAST_COMPILE")
    return dict(zip(names, found, strict=True))


def draw_beta(channels: int, *, draws: int, seed: int) -> np.ndarray:
    """Coefficients of the fixed model's channels ``(channel, sample)``."""
    return draw_prior(FixedMedia.parameters, sizes={"channel": channels}, draws=draws, seed=seed)["beta"]


def draw(prior: priors.Prior, *, draws: int = 20_000) -> np.ndarray:
    """Draws of one parameter that stands alone."""
    return draw_prior((Parameter("x", prior),), sizes={}, draws=draws, seed=4)["x"]


def beta_cdf(x: np.ndarray) -> np.ndarray:
    """P(beta ≤ x), the integral over sigma_beta of P(|N(0, 1)| ≤ x / sigma_beta)."""

    def given_sigma(sigma: float, value: float) -> float:
        return float(stats.halfnorm.cdf(value, scale=sigma) * stats.halfnorm.pdf(sigma, scale=0.5))

    return np.array([integrate.quad(given_sigma, 0, np.inf, args=(value,))[0] for value in np.ravel(x)])


def test_draws_of_beta_follow_the_closed_form():
    beta = draw_beta(3, draws=20_000, seed=5)
    for quantile in (0.05, 0.25, 0.5, 0.75, 0.95):
        below = beta_cdf(np.quantile(beta[1], quantile))[0]
        assert below == pytest.approx(quantile, abs=4 * np.sqrt(quantile * (1 - quantile) / 20_000))
    assert beta.mean() == pytest.approx(0.5 * 2 / np.pi, rel=0.03)


def test_channels_of_one_draw_share_their_spread():
    """Large effects come together: squares of two channels correlate by (3 − 1)·s⁴ over (9 − 1)·s⁴."""
    beta = draw_beta(2, draws=400_000, seed=6)
    assert np.corrcoef(np.square(beta))[0, 1] == pytest.approx(0.25, abs=0.03)


@given(st.integers(1, 30), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_draws_are_never_negative_and_the_seed_s(channels, draws, seed):
    beta = draw_beta(channels, draws=draws, seed=seed)
    assert beta.shape == (channels, draws)
    assert (beta >= 0).all()
    np.testing.assert_array_equal(beta, draw_beta(channels, draws=draws, seed=seed))


def test_the_prior_that_is_shown_is_the_prior_that_is_fitted(from_the_model):
    drawn = draw_beta(2, draws=4000, seed=1)
    assert stats.ks_2samp(drawn[0], from_the_model["beta"][:, 0]).pvalue > 0.001
    assert stats.ks_2samp(drawn.sum(axis=0), from_the_model["beta"].sum(axis=1)).pvalue > 0.001


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("intercept", stats.norm(0, 2)),
        ("sigma_beta", stats.halfnorm(scale=0.5)),
        ("gamma", stats.norm(0, 0.5)),
        ("sigma", stats.halfnorm(scale=1)),
        ("nu", stats.expon(scale=10)),
    ],
)
def test_the_model_has_the_priors_of_its_description(from_the_model, name, expected):
    draws = from_the_model[name].reshape(4000, -1)[:, 0]
    assert stats.kstest(draws, expected.cdf).pvalue > 0.001


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(
    ("prior", "expected"),
    [
        (priors.Normal(1.0, 0.5), stats.norm(1, 0.5).cdf),
        (priors.HalfNormal(0.3), stats.halfnorm(scale=0.3).cdf),
        (priors.Exponential(10.0), stats.expon(scale=10).cdf),
        (priors.Beta(2.0, 1.0), stats.beta(2, 1).cdf),
        (priors.LogitNormal(-1.5, 1.2), lambda p: stats.norm(-1.5, 1.2).cdf(np.log(p / (1 - p)))),
        (priors.LogNormal(2.3, 1.0, above=2.0), lambda x: stats.norm(2.3, 1).cdf(np.log(x - 2))),
    ],
)
def test_every_prior_follows_its_distribution(prior, expected):
    assert stats.kstest(draw(prior), expected).pvalue > 0.001


def test_a_width_of_zero_is_a_fixed_value():
    assert set(draw(priors.LogitNormal(0.0, 0.0), draws=50)) == {0.5}
    assert set(draw(priors.LogNormal(0.0, 0.0), draws=50)) == {1.0}


def test_a_spread_may_be_another_parameter():
    parameters = (
        Parameter("tau", priors.LogNormal(1.0, 0.5)),
        Parameter("effect", priors.SpreadNormal("tau"), "channel"),
    )
    found = draw_prior(parameters, sizes={"channel": 3}, draws=20_000, seed=2)
    standard = found["effect"] / np.sqrt(found["tau"])
    assert stats.kstest(standard.ravel(), stats.norm.cdf).pvalue > 0.001
    assert abs(np.corrcoef(standard)[0, 1]) < 0.03
