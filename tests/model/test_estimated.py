"""What the recommended model reads of a table: activity in time, priors by freedom, and what it refuses."""

import math

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import DataError
from mmm_core.model.estimated import EstimatedScaler, logit, spend_weights
from mmm_core.model.family import family_of
from mmm_core.model.features import feature_frame, features_from
from mmm_core.model.terms import EstimatedMedia
from mmm_core.spec import RunSpec, spec_from
from tests.conftest import features_of
from tests.worlds import simulate

WORLD = simulate(7, weeks=104, channels=3)


def spec_of(**changes: object) -> RunSpec:
    return spec_from(WORLD.spec | {"model": {"kind": "recommended"}} | changes)


def media_of(frame: pd.DataFrame, **changes: object) -> EstimatedMedia:
    found = family_of(features_of(frame, spec_of(**changes))).media
    assert isinstance(found, EstimatedMedia)
    return found


def test_activity_is_in_units_of_its_mean_with_the_mean_before_the_table():
    media = media_of(WORLD.frame)
    activity = WORLD.frame["act_c0"].to_numpy()
    assert media.activity.shape == (3, 13 + 104)
    np.testing.assert_allclose(media.activity[0, 13:], activity / activity.mean(), rtol=1e-12)
    np.testing.assert_allclose(media.activity[:, :13], 1.0, rtol=1e-12)
    np.testing.assert_array_equal(media.rows, np.arange(104))


def test_real_rows_before_the_window_feed_carry_over():
    media = media_of(WORLD.frame, windows={"estimation_months": 12, "carryover_months": 6})
    activity, estimated = WORLD.frame["act_c1"].to_numpy(), len(media.rows)
    expected = activity[-estimated - 13 :] / activity[-estimated:].mean()
    np.testing.assert_allclose(media.activity[1], expected, rtol=1e-12)


def test_periods_without_sales_are_carried_and_not_estimated():
    frame = WORLD.frame.copy()
    frame.loc[[30, 31, 60], "sales"] = np.nan
    media = media_of(frame)
    np.testing.assert_array_equal(media.rows, np.setdiff1d(np.arange(104), [30, 31, 60]))
    estimated = frame["act_c2"].to_numpy()[frame["sales"].notna()]
    np.testing.assert_allclose(media.activity[2, 13:], frame["act_c2"] / estimated.mean(), rtol=1e-12)


def test_a_channel_that_begins_late_had_nothing_before():
    frame = WORLD.frame.copy()
    frame.loc[:40, "act_c0"] = 0.0
    assert not media_of(frame).activity[0, : 13 + 40].any()


def test_what_is_written_is_what_is_read():
    """The features of a run folder make the same model."""
    frame = WORLD.frame.copy()
    frame.loc[[30, 60], "sales"] = np.nan
    built = features_of(frame, spec_of(windows={"estimation_months": 18, "carryover_months": 2}))
    again = features_from(feature_frame(built), type(built.scaler).model_validate_json(built.scaler.model_dump_json()))
    one, two = family_of(built).media, family_of(again).media
    np.testing.assert_array_equal(one.activity, two.activity)
    np.testing.assert_array_equal(one.rows, two.rows)
    assert family_of(again).parameters[0] == family_of(built).parameters[0]


def test_settings_are_the_centres_of_priors_and_freedom_their_width():
    config = WORLD.spec["feature_config"] | {"adstock": {"per_channel": {"c0": 0.8, "c1": 0.8, "c2": 0.8}}}
    media = media_of(
        WORLD.frame, feature_config=config, model={"kind": "recommended", "per_channel": {"c1": "near", "c2": "fixed"}}
    )
    np.testing.assert_allclose(media.priors["decay"].centre, logit(0.8))
    np.testing.assert_allclose(media.priors["decay"].width, [1.0, 0.4, 0.0])
    np.testing.assert_allclose(media.priors["half_saturation"].width, [1.0, 0.4, 0.0])
    np.testing.assert_allclose(media.priors["half_saturation"].centre[:2], 0.3)
    np.testing.assert_allclose(media.priors["slope"].width, [0.6, 0.6, 0.0])
    np.testing.assert_array_equal(media.delayed, [1, 1, 0])


def test_the_split_leans_on_spend_where_every_channel_has_some():
    np.testing.assert_allclose(spend_weights(np.array([[1.0, 3.0], [1.0, 5.0]])), [0.2, 0.8])
    np.testing.assert_allclose(spend_weights(np.array([[1.0, np.nan], [1.0, np.nan]])), 0.5)
    np.testing.assert_allclose(spend_weights(np.array([[1.0, 0.0], [1.0, 0.0]])), 0.5)


def test_decays_at_the_ends_have_a_logit():
    assert logit(0.0) == pytest.approx(-logit(1.0))
    assert math.isfinite(logit(0.0))


def test_sales_at_zero_are_refused_in_words():
    frame = WORLD.frame.copy()
    frame.loc[10, "sales"] = 0.0
    with pytest.raises(DataError, match=r"logarithm|above zero") as refused:
        features_of(frame, spec_of())
    assert refused.value.code == "nonpositive_sales"


def test_more_channels_than_it_was_made_for_are_refused():
    frame = WORLD.frame.copy()
    for number in range(3, 31):
        frame[f"act_c{number}"] = np.random.default_rng(number).gamma(2, 1, len(frame))
    spec = spec_of(drivers=[column for column in frame if column.startswith("act_")])
    with pytest.raises(DataError, match="30 channels; there are 31"):
        features_of(frame, spec)


def test_a_delay_that_is_set_is_the_centre_of_its_prior():
    adstock = {"kind": "delayed", "per_channel": {f"c{number}": {"decay": 0.5, "delay": 0.6} for number in range(3)}}
    freedoms = {"c1": "near", "c2": "fixed"}
    media = media_of(
        WORLD.frame, feature_config={"adstock": adstock}, model={"kind": "recommended", "per_channel": freedoms}
    )
    np.testing.assert_allclose(media.priors["delay"].centre, logit(0.6))
    np.testing.assert_allclose(media.priors["delay"].width, [1.2, 0.4, 0.0])
    np.testing.assert_array_equal(media.delayed, [1, 1, 1])
    plain = media_of(WORLD.frame)
    np.testing.assert_allclose(plain.priors["delay"].centre, -1.5)


def test_files_of_earlier_versions_have_the_usual_prior_of_delay():
    written = features_of(WORLD.frame, spec_of()).scaler.estimated.model_dump()
    for channel in written["channels"].values():
        del channel["delay"]
    again = EstimatedScaler.model_validate(written)
    assert {channel.delay for channel in again.channels.values()} == {(-1.5, 1.2)}
