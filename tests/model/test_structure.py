"""Sizes: what decides a compilation, and how many rows a model needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.model.structure import BUCKETS, Bucket, bucket_for, parameter_count, require_rows
from mmm_core.results.posterior_summary import summarise_posterior
from mmm_core.spec import spec_from
from tests.conftest import Fit

sizes = st.integers(0, 300)
SPEC = {"dataset_id": "t", "drivers": ["act_a", "act_b"], "controls": ["ctrl_price"]}


@pytest.mark.parametrize(
    ("channels", "controls", "expected"),
    [(1, 0, "16x24"), (16, 24, "16x24"), (17, 24, "48x64"), (16, 25, "48x64"), (49, 3, "64x32"), (200, 250, "224x256")],
)
def test_the_bucket_depends_on_the_structure_alone(channels, controls, expected):
    assert str(bucket_for(channels, controls)) == expected


@given(sizes, sizes)
def test_a_bucket_has_room_and_one_more_column_never_leaves_less(channels, controls):
    bucket = bucket_for(channels, controls)
    assert bucket.channels >= channels
    assert bucket.controls >= controls
    assert bucket_for(channels + 1, controls).channels >= bucket.channels
    assert bucket_for(channels, controls + 1).controls >= bucket.controls


@given(sizes, sizes)
def test_a_bucket_s_own_size_asks_for_the_same_bucket(channels, controls):
    """A table that fills its bucket is compiled as the one before it was, and not anew."""
    bucket = bucket_for(channels, controls)
    assert bucket_for(bucket.channels, bucket.controls) == bucket


def test_buckets_that_are_compiled_ahead_are_found_smallest_first():
    assert sorted(BUCKETS) == list(BUCKETS)
    assert [bucket_for(bucket.channels, bucket.controls) for bucket in BUCKETS] == list(BUCKETS)


@given(sizes, sizes)
def test_a_bucket_is_read_as_it_was_written(channels, controls):
    bucket = Bucket(channels, controls)
    assert Bucket.parse(str(bucket)) == bucket


@pytest.mark.parametrize("text", ["", "16", "16x", "x24", "16x24x2", "wide"])
def test_what_is_no_bucket_is_refused(text):
    with pytest.raises(ValueError, match="invalid literal"):
        Bucket.parse(text)


def test_the_count_of_parameters_is_that_of_a_real_fit(fit: Fit):
    columns = len(fit.spec.drivers) + len(fit.spec.controls)
    counted = parameter_count(columns, fit.spec.feature_config.seasonality.K, has_trend=True)
    assert counted == len(summarise_posterior(fit.posterior).parameters)


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        ({}, 3 + 4 + 1 + 4),
        ({"seasonality": {"K": 5}}, 3 + 10 + 1 + 4),
        # K of a season that is off counts for nothing.
        ({"seasonality": {"enabled": False, "K": 5}}, 3 + 1 + 4),
        ({"seasonality": {"enabled": False}, "trend": {"enabled": False}}, 3 + 4),
    ],
)
def test_a_window_needs_one_row_more_than_there_are_parameters(config, parameters):
    spec = spec_from(SPEC | {"feature_config": config})
    require_rows(parameters + 1, spec)
    with pytest.raises(DataError, match=f"^{parameters} rows .* has {parameters} parameters") as caught:
        require_rows(parameters, spec)
    assert "Widen the estimation window" in caught.value.remedy
