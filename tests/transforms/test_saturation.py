import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmm_core.transforms.saturation import SATURATIONS, hill, saturate


def hill_loop(activity: np.ndarray, half_saturation: float, slope: float) -> np.ndarray:
    return np.array([a**slope / (half_saturation**slope + a**slope) for a in activity])


@given(arrays(float, 20, elements=st.floats(0, 1e4)), st.floats(0.01, 1e4), st.floats(0.2, 5))
def test_hill_equals_the_naive_loop(activity, half_saturation, slope):
    expected = hill_loop(activity, half_saturation, slope)
    np.testing.assert_allclose(hill(activity, half_saturation, slope), expected, rtol=1e-12, atol=1e-12)


@given(st.floats(0.1, 1e3), st.floats(0.2, 5), st.floats(0, 1e3), st.floats(0, 1e3))
def test_hill_is_monotone_and_bounded(half_saturation, slope, a, b):
    low, high = sorted([a, b])
    curve = hill(np.array([0.0, low, high]), half_saturation, slope)
    assert curve[0] == 0
    assert curve[1] <= curve[2] + 1e-15
    assert (curve >= 0).all()
    assert (curve <= 1).all()
    assert hill(half_saturation, half_saturation, slope) == pytest.approx(0.5)


@pytest.mark.parametrize("kind", SATURATIONS)
def test_every_curve_begins_at_zero_and_rises_ever_less_from_its_half_on(kind):
    activity = np.linspace(0, 20, 401)
    effect = saturate(kind, activity, 2.0, 1.0)
    assert effect[0] == pytest.approx(0, abs=1e-12)
    rises = np.diff(effect)
    assert (rises > 0).all()
    assert (np.diff(rises) < 1e-12).all()
    if SATURATIONS[kind].is_bounded:
        assert saturate(kind, np.array([2.0]), 2.0, 3.0)[0] == pytest.approx(0.5)
        assert effect[-1] < 1
        assert saturate(kind, np.array([1e9]), 2.0)[0] == pytest.approx(1)
    else:
        assert saturate(kind, np.array([1e9]), 2.0)[0] > 10


@pytest.mark.parametrize("kind", SATURATIONS)
def test_every_curve_is_the_same_in_both_backends(kind):
    activity = np.array([0.0, 0.3, 1.0, 7.0])
    symbol = pt.dvector()
    compiled = pytensor.function([symbol], saturate(kind, symbol, 1.5, 1.2), mode="FAST_COMPILE")
    np.testing.assert_allclose(compiled(activity), saturate(kind, activity, 1.5, 1.2), rtol=1e-12, atol=1e-14)


def test_only_hill_has_a_slope_and_michaelis_menten_is_hill_of_slope_one():
    activity = np.linspace(0, 5, 11)
    for kind, found in SATURATIONS.items():
        same = np.allclose(saturate(kind, activity, 1.0, 1.0), saturate(kind, activity, 1.0, 2.0))
        assert same != found.has_slope
    np.testing.assert_allclose(saturate("michaelis_menten", activity, 1.3, 9.0), hill(activity, 1.3, 1.0))


def test_a_kind_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError):
        saturate("cubic", np.ones(1), 1.0)


@pytest.mark.parametrize("kind", SATURATIONS.values(), ids=lambda kind: kind.name)
def test_the_rise_of_a_curve_is_its_derivative(kind):
    ratio = np.linspace(0.05, 6.0, 40)
    for slope in (0.7, 1.0, 2.4):
        effect = kind.curve(ratio, slope)
        told = (kind.curve(ratio + 1e-6, slope) - kind.curve(ratio - 1e-6, slope)) / 2e-6
        np.testing.assert_allclose(kind.rise(ratio, slope, effect), told, rtol=1e-6)
