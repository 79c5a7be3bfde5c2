import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmm_core.transforms.saturation import hill


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
