from typing import get_args

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from mmm_core.spec.media import AdstockName, ChannelAdstock
from mmm_core.transforms.adstock import (
    ADSTOCKS,
    adstock,
    adstock_weights,
    half_life,
    lagged,
    truncated_share,
)
from mmm_core.transforms.saturation import hill
from tests.transforms.test_saturation import hill_loop
from tests.worlds import adstock_loop

activities = arrays(float, st.integers(1, 40), elements=st.floats(0, 1e6))
decays = st.floats(0, 0.99)
max_lags = st.integers(0, 20)


def geometric(activity: np.ndarray, decay: float, max_lag: int, before: float = 0.0, *, normalize: bool = False):
    lags = lagged(activity, np.full(max_lag, before))
    return adstock(lags, adstock_weights("geometric", {"decay": decay}, max_lag, normalize=normalize))


@given(activities, decays, max_lags, st.floats(0, 1e6))
def test_adstock_equals_the_naive_loop(activity, decay, max_lag, before):
    expected = adstock_loop(activity, decay, max_lag, before)
    np.testing.assert_allclose(geometric(activity, decay, max_lag, before), expected, rtol=1e-12, atol=1e-12)


def test_pytensor_gives_the_same_numbers():
    rng = np.random.default_rng(3)
    activity, decay = rng.gamma(1.0, 100.0, 60), np.array([0.0, 0.35, 0.9])
    lags = lagged(activity, np.full(13, activity.mean()))
    symbol = pt.vector("decay")
    weights = adstock_weights("geometric", {"decay": symbol}, 13, normalize=True)
    felt = adstock(pt.as_tensor(lags)[:, None, :], weights)
    curve = hill(felt, 80.0, 1.7)
    found = pytensor.function([symbol], [felt, curve])(decay)

    sums = [sum(value**lag for lag in range(14)) for value in decay]
    expected = np.stack(
        [adstock_loop(activity, value, 13, activity.mean()) / total for value, total in zip(decay, sums, strict=True)],
        axis=-1,
    )
    np.testing.assert_allclose(found[0], expected, rtol=1e-12)
    np.testing.assert_allclose(found[1], np.stack([hill_loop(c, 80.0, 1.7) for c in expected.T], -1), rtol=1e-12)


def test_draws_broadcast_over_leading_dims():
    rng = np.random.default_rng(1)
    activity, decay = rng.gamma(1.0, 5.0, (2, 30)), rng.uniform(0, 0.9, (4, 5, 2))
    lags = lagged(activity, np.zeros((2, 6)))
    felt = adstock(lags, adstock_weights("geometric", {"decay": decay}, 6)[..., None, :])
    assert felt.shape == (4, 5, 2, 30)
    np.testing.assert_allclose(felt[3, 1, 1], adstock_loop(activity[1], decay[3, 1, 1], 6, 0.0), rtol=1e-12)


@given(activities, decays, max_lags)
def test_adstock_is_causal(activity, decay, max_lag):
    changed = activity.copy()
    changed[-1] += 1.0
    np.testing.assert_array_equal(geometric(activity, decay, max_lag)[:-1], geometric(changed, decay, max_lag)[:-1])


@given(activities, decays, max_lags, st.floats(0, 100))
def test_adstock_is_linear(activity, decay, max_lag, factor):
    once, scaled = geometric(activity, decay, max_lag), geometric(factor * activity, decay, max_lag)
    np.testing.assert_allclose(scaled, factor * once, rtol=1e-9, atol=1e-9)


@given(st.floats(0, 1e6, allow_subnormal=False), decays, max_lags)
def test_normalised_adstock_keeps_steady_activity(level, decay, max_lag):
    felt = geometric(np.full(30, level), decay, max_lag, level, normalize=True)
    np.testing.assert_allclose(felt, level, rtol=1e-12)


@pytest.mark.parametrize(("decay", "periods"), [(0.5, 1.0), (0.7, 1.943), (0.2, 0.4307), (0.95, 13.513), (0.0, 0.0)])
def test_half_life_is_that_of_the_closed_form(decay, periods):
    assert half_life("geometric", {"decay": decay}) == pytest.approx(periods, abs=1e-3)


@given(st.floats(0.01, 0.999))
def test_half_of_the_effect_is_gone_after_the_half_life_whatever_the_decay(decay):
    assert half_life("geometric", {"decay": decay}) == pytest.approx(np.log(0.5) / np.log(decay), rel=1e-6)


@given(decays, max_lags)
def test_what_is_cut_off_is_the_tail_of_the_effect(decay, max_lag):
    assert truncated_share("geometric", {"decay": decay}, max_lag) == pytest.approx(decay ** (max_lag + 1), abs=1e-9)


def test_the_specification_has_a_word_and_bounded_fields_for_every_kind():
    """A kind that no specification can ask for, or a slider that a specification would refuse, is none."""
    assert set(get_args(AdstockName)) == set(ADSTOCKS)
    settings = {setting.name: setting for kind in ADSTOCKS.values() for setting in kind.settings}
    assert set(settings) == set(ChannelAdstock.model_fields)
    for kind in ADSTOCKS.values():
        assert kind.settings[0].name == "decay"
        for end in ("lowest", "usual", "highest"):
            given_values = {setting.name: getattr(setting, end) for setting in kind.settings}
            assert ChannelAdstock.model_validate(given_values).model_dump().items() >= given_values.items()


@pytest.mark.parametrize("kind", ADSTOCKS)
def test_weights_of_every_kind_are_shares_of_one_effect_in_both_backends(kind):
    settings = {setting.name: setting.usual for setting in ADSTOCKS[kind].settings}
    weights = adstock_weights(kind, settings, 13, normalize=True)
    assert weights.shape == (14,)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1.0)
    symbols = {name: pt.scalar(name) for name in settings}
    compiled = pytensor.function(list(symbols.values()), adstock_weights(kind, symbols, 13, normalize=True))
    np.testing.assert_allclose(compiled(*settings.values()), weights, rtol=1e-12)


def test_delayed_weights_are_the_sums_of_their_definition():
    weights = adstock_weights("delayed", {"decay": 0.6, "delay": 0.4}, 6)
    for lag in range(7):
        assert weights[lag] == pytest.approx(0.6**lag * sum(0.4**step for step in range(lag + 1)))
    assert np.argmax(adstock_weights("delayed", {"decay": 0.8, "delay": 0.9}, 13)) > 0


@pytest.mark.parametrize("decay", [0.0, 0.1, 0.5, 0.9])
def test_without_delay_and_with_shape_one_every_kind_is_geometric(decay):
    plain = adstock_weights("geometric", {"decay": decay}, 8, normalize=True)
    for kind, settings in (
        ("delayed", {"delay": 0.0}), ("weibull_cdf", {"shape": 1.0}), ("weibull_pdf", {"shape": 1.0}),
    ):  # fmt: skip
        weights = adstock_weights(kind, {"decay": decay} | settings, 8, normalize=True)
        np.testing.assert_allclose(weights, plain, rtol=1e-12, atol=1e-15, err_msg=kind)


def test_weibull_weights_are_those_of_the_distribution():
    decay, shape = 0.6, 2.0
    scale = (-np.log(decay)) ** (-1 / shape)
    lags = np.arange(8)
    survival = stats.weibull_min(shape, scale=scale).sf(lags)
    np.testing.assert_allclose(adstock_weights("weibull_cdf", {"decay": decay, "shape": shape}, 7), survival)
    density = stats.weibull_min(shape, scale=scale).pdf(lags + 1)
    found = adstock_weights("weibull_pdf", {"decay": decay, "shape": shape}, 7)
    np.testing.assert_allclose(found / found[0], density / density[0])
    assert np.argmax(adstock_weights("weibull_pdf", {"decay": 0.97, "shape": 2.5}, 13)) > 0
