"""Draws weighed by new prior over old prior against the same model fitted under the new prior."""

import numpy as np
import pytest
from scipy import stats

from mmm_core.model import priors
from mmm_core.model.family import family_of
from mmm_core.model.structure import AnySize
from mmm_core.results import contributions
from mmm_core.results.effects import values_of
from mmm_core.results.reweighting import LARGEST_K, left_out, prior_ratio, reweigh, smoothed, weighted_median
from mmm_core.sampler.sampling import sample
from mmm_core.spec import RunSpec, spec_from
from tests.conftest import features_of
from tests.worlds import simulate

WORLD = simulate(8, weeks=104, channels=3)


def spec_of(decay: float = 0.5, **changes: object) -> RunSpec:
    adstock = {"per_channel": {f"act_c{number}": 0.5 for number in range(3)} | {"act_c0": decay}}
    asked = WORLD.spec | {"model": {"kind": "recommended"}, "feature_config": {"adstock": adstock}} | changes
    return spec_from(asked)


@pytest.fixture(scope="module")
def at_hand(compiled):
    spec = spec_of()
    built = features_of(WORLD.frame, spec)
    posterior = sample(compiled(AnySize()), built, settings=spec.sampler, seed=1)
    return built, posterior, contributions.decompose(built, posterior, seed=1)


def weighed(at_hand, spec):
    built, posterior, found = at_hand
    now = features_of(WORLD.frame, spec)
    return reweigh(built, now, values_of(posterior), found.totals, prob=spec.interval_prob)


def test_what_the_new_prior_finds_likelier_weighs_more():
    ratio = np.random.default_rng(1).normal(size=2000)
    weights, k = smoothed(ratio)
    assert np.corrcoef(ratio, np.log(weights))[0, 1] > 0.99
    plain = np.exp(ratio) / np.exp(ratio).sum()
    assert (weights * ratio).sum() == pytest.approx((plain * ratio).sum(), abs=0.05)
    assert k < LARGEST_K


def test_a_row_left_out_is_as_dense_as_where_it_was_not_fitted():
    """A mean of known spread: what is expected of each row without it is known in closed form."""
    rng = np.random.default_rng(3)
    rows = rng.normal(size=30)
    draws = rng.normal(rows.mean(), 1 / np.sqrt(30), 40_000)
    found = left_out(stats.norm.logpdf(rows[:, None], draws[None, :], 1.0))
    others = (rows.sum() - rows) / 29
    assert found == pytest.approx(stats.norm.logpdf(rows, others, np.sqrt(1 + 1 / 29)), abs=0.02)


def test_a_weighted_median_is_the_one_of_draws_taken_so_often():
    rng = np.random.default_rng(2)
    draws, times = rng.normal(size=(3, 101)), rng.integers(0, 5, 101)
    plain = np.quantile(np.repeat(draws, times, axis=-1), 0.5, axis=-1, method="inverted_cdf")
    assert weighted_median(draws, times / times.sum()) == pytest.approx(plain)


def test_the_same_settings_give_the_same_answer(at_hand):
    same = weighed(at_hand, spec_of())
    assert same.summary == at_hand[2].summary
    assert same.pareto_k == 0
    assert same.effective == pytest.approx(2000)


@pytest.mark.slow
@pytest.mark.parametrize(
    "spec",
    [
        spec_of(decay=0.6),
        spec_of(decay=0.3),
        spec_of(model={"kind": "recommended", "media": {"share": 0.18}}),
        spec_of(model={"kind": "recommended", "baseline": {"trend": 0.09}}),
    ],
    ids=["decay 0.6", "decay 0.3", "share of media", "trend"],
)
def test_weighed_draws_agree_with_a_fit_under_the_new_prior(at_hand, compiled, spec):
    answer = weighed(at_hand, spec)
    assert answer is not None
    assert answer.pareto_k < LARGEST_K
    now = features_of(WORLD.frame, spec)
    fitted = contributions.decompose(now, sample(compiled(AnySize()), now, settings=spec.sampler, seed=2), seed=1)
    for number, channel in enumerate(answer.summary.channels):
        draws = fitted.totals.additive[number]
        # Draws of a chain are not quite independent: half of them count.
        error = draws.std() * np.sqrt(2 / answer.effective + 2 / len(draws))
        assert abs(channel.additive.mean - draws.mean()) <= 4 * error, channel.channel


@pytest.mark.parametrize(
    "changes",
    [
        {"feature_config": {"seasonality": {"K": 2}}},
        {"feature_config": {"trend": {"enabled": False}}},
        {"model": {"kind": "recommended", "per_channel": {"c0": "fixed"}}},
        {"model": {"kind": "recommended", "link": "log"}},
        {"model": {"kind": "recommended", "noise": "ar1"}},
        {"model": {"kind": "recommended", "tails": "normal"}},
        {"model": {"kind": "fixed"}},
        {"drivers": ["act_c0", "act_c1"], "feature_config": {}},
        {"windows": {"estimation_months": 12}},
    ],
    ids=str,
)
def test_what_weights_cannot_serve_is_not_served(at_hand, changes):
    assert weighed(at_hand, spec_of(**changes)) is None


def test_a_far_move_is_refused_by_its_weights(at_hand):
    assert (
        weighed(at_hand, spec_of(model={"kind": "recommended", "media": {"share": 0.9, "share_width": 0.02}})) is None
    )


def test_a_channel_that_stays_fixed_hinders_no_other(at_hand, compiled):
    held = {"kind": "recommended", "per_channel": {"c1": "fixed"}}
    before, now = (features_of(WORLD.frame, spec_of(decay=decay, model=held)) for decay in (0.5, 0.55))
    settings = spec_of(sampler={"draws": 200, "tune": 300}).sampler
    posterior = sample(compiled(AnySize()), before, settings=settings, seed=1)
    ratio = prior_ratio(family_of(before), family_of(now), values_of(posterior))
    assert np.isfinite(ratio).all()
    assert np.ptp(ratio) > 0
    moved = {"adstock": {"per_channel": {"act_c0": 0.5, "act_c1": 0.7, "act_c2": 0.5}}}
    other = features_of(WORLD.frame, spec_of(model=held, feature_config=moved))
    assert prior_ratio(family_of(before), family_of(other), values_of(posterior)) is None


def test_densities_of_priors_are_those_of_the_library():
    x, unit = np.array([0.3, 1.2, 2.5]), np.array([0.1, 0.5, 0.9])
    cases = [
        (priors.Normal(0.5, 2.0), x, stats.norm(0.5, 2).logpdf(x)),
        (priors.Normal(0.5, "s"), x, stats.norm(0.5, 3).logpdf(x)),
        (priors.HalfNormal(2.0), x, stats.halfnorm(scale=2).logpdf(x)),
        (priors.HalfNormal("s"), x, stats.halfnorm(scale=3).logpdf(x)),
        (priors.SpreadNormal("v"), x, stats.norm(0, 2).logpdf(x)),
        (priors.Exponential(10.0), x, stats.expon(scale=10).logpdf(x)),
        (priors.Beta(2.0, 3.0), unit, stats.beta(2, 3).logpdf(unit)),
        (priors.LogNormal(0.3, 0.6), x, stats.lognorm(0.6, scale=np.exp(0.3)).logpdf(x)),
        (priors.LogNormal(0.3, 0.6, above=0.1), x, stats.lognorm(0.6, loc=0.1, scale=np.exp(0.3)).logpdf(x)),
    ]
    for prior, value, expected in cases:
        found = priors.log_density(prior, value, {"s": np.full(3, 3.0), "v": np.full(3, 4.0)})
        np.testing.assert_allclose(found, expected, rtol=1e-10, err_msg=str(prior))
    logit = priors.LogitNormal(np.array([0.2, -0.4]), np.array([1.0, 0.5]))
    value = np.array([unit, unit])
    density = priors.log_density(logit, value, {})
    for row, (centre, width) in enumerate(((0.2, 1.0), (-0.4, 0.5))):
        z = np.log(unit / (1 - unit))
        np.testing.assert_allclose(density[row], stats.norm(centre, width).logpdf(z) - np.log(unit * (1 - unit)))
