import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmm_core.transforms import transforms
from tests.worlds import adstock_loop

activities = arrays(float, st.integers(1, 40), elements=st.floats(0, 1e6))
decays = st.floats(0, 0.99)
max_lags = st.integers(0, 20)


def geometric(activity: np.ndarray, decay: float, max_lag: int, before: float = 0.0, *, normalize: bool = False):
    lags = transforms.lagged(activity, np.full(max_lag, before))
    return transforms.adstock(lags, transforms.adstock_weights(np.asarray(decay), max_lag, normalize=normalize))


def hill_loop(activity: np.ndarray, half_saturation: float, slope: float) -> np.ndarray:
    return np.array([a**slope / (half_saturation**slope + a**slope) for a in activity])


@given(activities, decays, max_lags, st.floats(0, 1e6))
def test_adstock_equals_the_naive_loop(activity, decay, max_lag, before):
    expected = adstock_loop(activity, decay, max_lag, before)
    np.testing.assert_allclose(geometric(activity, decay, max_lag, before), expected, rtol=1e-12, atol=1e-12)


@given(arrays(float, 20, elements=st.floats(0, 1e4)), st.floats(0.01, 1e4), st.floats(0.2, 5))
def test_hill_equals_the_naive_loop(activity, half_saturation, slope):
    expected = hill_loop(activity, half_saturation, slope)
    np.testing.assert_allclose(transforms.hill(activity, half_saturation, slope), expected, rtol=1e-12, atol=1e-12)


def test_pytensor_gives_the_same_numbers():
    rng = np.random.default_rng(3)
    activity, decay = rng.gamma(1.0, 100.0, 60), np.array([0.0, 0.35, 0.9])
    lags = transforms.lagged(activity, np.full(13, activity.mean()))
    symbol = pt.vector("decay")
    weights = transforms.adstock_weights(symbol, 13, normalize=True)
    felt = transforms.adstock(pt.as_tensor(lags)[:, None, :], weights)
    curve = transforms.hill(felt, 80.0, 1.7)
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
    lags = transforms.lagged(activity, np.zeros((2, 6)))
    felt = transforms.adstock(lags, transforms.adstock_weights(decay, 6)[..., None, :])
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


@given(st.floats(0, 1e6), decays, max_lags)
def test_normalised_adstock_keeps_steady_activity(level, decay, max_lag):
    felt = geometric(np.full(30, level), decay, max_lag, level, normalize=True)
    np.testing.assert_allclose(felt, level, rtol=1e-12)


@given(st.floats(0.1, 1e3), st.floats(0.2, 5), st.floats(0, 1e3), st.floats(0, 1e3))
def test_hill_is_monotone_and_bounded(half_saturation, slope, a, b):
    low, high = sorted([a, b])
    curve = transforms.hill(np.array([0.0, low, high]), half_saturation, slope)
    assert curve[0] == 0
    assert curve[1] <= curve[2] + 1e-15
    assert (curve >= 0).all()
    assert (curve <= 1).all()
    assert transforms.hill(half_saturation, half_saturation, slope) == pytest.approx(0.5)


def test_half_life_and_truncation():
    assert transforms.half_life(0.5) == pytest.approx(1.0)
    assert transforms.half_life(0.7) == pytest.approx(1.943, abs=1e-3)
    assert transforms.half_life(0.0) == 0
    assert transforms.truncated_share(0.9, 13) == pytest.approx(0.9**14)


def test_fourier_terms_follow_the_calendar_and_not_the_row():
    days = np.arange(0, 800, 7.0)
    whole, later = transforms.fourier_terms(days, 3), transforms.fourier_terms(days[10:], 3)
    np.testing.assert_array_equal(whole[10:], later)
    np.testing.assert_allclose(whole[:, 2], np.sin(2 * np.pi * 2 * days / 365.25))
    np.testing.assert_allclose(whole[:, 5], np.cos(2 * np.pi * 3 * days / 365.25))
