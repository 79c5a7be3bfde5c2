import numpy as np

from mmm_core.transforms.season import fourier_terms


def test_fourier_terms_follow_the_calendar_and_not_the_row():
    days = np.arange(0, 800, 7.0)
    whole, later = fourier_terms(days, 3), fourier_terms(days[10:], 3)
    np.testing.assert_array_equal(whole[10:], later)
    np.testing.assert_allclose(whole[:, 2], np.sin(2 * np.pi * 2 * days / 365.25))
    np.testing.assert_allclose(whole[:, 5], np.cos(2 * np.pi * 3 * days / 365.25))
