"""Padding changes the size of the data, and nothing that is computed from it."""

import numpy as np
import pytest

from mmm_core.model.padding import blank_data, bucket_of, model_data
from mmm_core.model.structure import BUCKETS, Bucket
from mmm_core.sampler.model_pymc import build_model
from tests.conftest import Fit
from tests.panels import panel_features, panel_frame

PANEL = panel_features()


def test_the_sampler_gets_each_row_of_each_entity_once():
    data = model_data(PANEL, bucket_of(PANEL))
    assert data.target.shape == (len(panel_frame()),)
    np.testing.assert_array_equal(data.channels[:, :2], PANEL.channels_scaled.to_numpy())
    np.testing.assert_array_equal(data.controls[:, :7], PANEL.controls_scaled.to_numpy())
    np.testing.assert_array_equal(data.target, PANEL.target_scaled.to_numpy())


def test_unused_columns_are_zeros_and_marked_as_padding():
    data = model_data(PANEL, bucket_of(PANEL))
    assert not data.channels[:, 2:].any()
    assert not data.controls[:, 7:].any()
    assert data.real.tolist() == [1, 1, *([0] * 14)]


def test_whatever_padded_coefficients_are_the_predictor_is_that_of_the_real_ones():
    exact, padded = model_data(PANEL, Bucket(2, 7)), model_data(PANEL, Bucket(48, 64))
    rng = np.random.default_rng(1)
    beta, gamma = rng.normal(0, 100, 48), rng.normal(0, 100, 64)
    plain = exact.channels @ beta[:2] + exact.controls @ gamma[:7]
    np.testing.assert_allclose(padded.channels @ beta + padded.controls @ gamma, plain, rtol=1e-9, atol=1e-9)


def test_data_of_exactly_the_bucket_s_size_is_not_padded():
    data = model_data(PANEL, Bucket(2, 7))
    np.testing.assert_array_equal(data.channels, PANEL.channels_scaled.to_numpy())
    assert data.real.tolist() == [1, 1]


def test_data_that_does_not_fit_its_bucket_is_refused(fit: Fit):
    with pytest.raises(ValueError, match="at most 2 columns; got 4"):
        model_data(fit.features, Bucket(2, 24))
    with pytest.raises(ValueError, match="at most 3 columns; got 7"):
        model_data(fit.features, Bucket(4, 3))


def test_a_feature_matrix_asks_for_the_bucket_that_holds_its_columns(fit: Fit):
    assert bucket_of(fit.features) == BUCKETS[0]
    many = fit.features.controls_scaled.isel(control=np.arange(30) % 7)
    wide = type(fit.features)(
        **{name: getattr(fit.features, name) for name in fit.features.__slots__} | {"controls_scaled": many}
    )
    assert bucket_of(wide) == BUCKETS[1]


def test_a_model_compiled_on_blank_data_has_a_container_for_each_value_of_real_data():
    blank, real = blank_data(Bucket(3, 8)), model_data(PANEL, Bucket(3, 8))
    model = build_model(blank)
    containers = {variable.name for variable in model.data_vars}
    assert containers == set(real.as_dict()) == set(blank.as_dict())
    for name, values in real.as_dict().items():
        assert blank.as_dict()[name].shape[1:] == values.shape[1:], name
        assert blank.as_dict()[name].dtype == values.dtype, name
        assert np.isfinite(blank.as_dict()[name]).all(), name
