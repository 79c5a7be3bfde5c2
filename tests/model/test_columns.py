"""Columns of the model against plain loops over rows and lags."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import DataError
from mmm_core.model.columns import begins_late, control_columns, spend_columns, transform_channels
from mmm_core.spec import RunSpec, spec_from
from mmm_core.table.windows import split_rows
from mmm_core.transforms.adstock import ADSTOCKS, adstock_weights
from mmm_core.transforms.saturation import SATURATIONS, saturate
from tests.conftest import features_of
from tests.worlds import adstock_loop, simulate

WORLD = simulate(3, weeks=120, channels=3)
CHANNELS = ["c0", "c1", "c2"]
WINDOWS = {"estimation_months": 12, "carryover_months": 2}


def spec_of(**changes: object) -> RunSpec:
    return spec_from(WORLD.spec | changes)


def felt_in_rows(activity: np.ndarray, used: np.ndarray, decay: float, before: float) -> np.ndarray:
    """Adstock of the used rows alone, ``before`` being the activity of every row before them."""
    return adstock_loop(activity[used], decay, 13, before)


@pytest.mark.parametrize("windows", [{}, WINDOWS, WINDOWS | {"pre_history": "zero"}])
def test_what_is_felt_is_the_loop_over_used_rows(windows):
    spec = spec_of(windows=windows)
    split = split_rows(WORLD.frame, spec)
    found = transform_channels(WORLD.frame, CHANNELS, spec, split)
    estimated = split.estimation[split.used]
    for number, (column, decay) in enumerate(WORLD.decays.items()):
        activity = WORLD.frame[column].to_numpy()
        before = 0.0 if windows.get("pre_history") == "zero" else activity[split.estimation].mean()
        felt = felt_in_rows(activity, split.used, decay, before)[estimated]
        np.testing.assert_allclose(found.felt[:, number], felt, rtol=1e-12)
        np.testing.assert_array_equal(found.activity[:, number], activity[split.estimation])


def test_one_percent_more_is_bought_in_the_estimation_rows_and_not_before_them():
    spec = spec_of(windows=WINDOWS)
    split = split_rows(WORLD.frame, spec)
    found = transform_channels(WORLD.frame, CHANNELS, spec, split)
    for number, (column, decay) in enumerate(WORLD.decays.items()):
        activity = WORLD.frame[column].to_numpy()
        added = np.where(split.estimation, 0.01 * activity, 0.0)
        more = felt_in_rows(added, split.used, decay, 0.0)[split.estimation[split.used]]
        np.testing.assert_allclose(found.felt_more[:, number] - found.felt[:, number], more, rtol=1e-6, atol=1e-9)


def test_pre_history_can_be_zero():
    built = features_of(WORLD.frame, spec_of(windows={"pre_history": "zero"}))
    assert built.transformed.to_numpy()[0, 0] == pytest.approx(WORLD.frame["act_c0"].iloc[0])


def test_saturation_uses_normalised_adstock_and_saves_the_absolute_half_saturation():
    config = {"adstock": {"decay_default": 0.6}, "saturation": {"enabled": True, "half_saturation": 2.0}}
    built = features_of(WORLD.frame, spec_of(feature_config=config))
    activity = WORLD.frame["act_c0"].to_numpy()
    felt = adstock_loop(activity, 0.6, 13, activity.mean()) / sum(0.6**lag for lag in range(14))
    half = built.scaler.channels["c0"].half_saturation
    assert half == pytest.approx(2 * felt.mean())
    np.testing.assert_allclose(built.transformed.to_numpy()[:, 0], felt / (felt + half), rtol=1e-10)


def test_a_channel_s_unit_changes_its_scaler_and_no_column_of_the_model():
    """Impressions or thousands of them: the answer may not hang on it, saturated or not."""
    for config in ({}, {"saturation": {"enabled": True, "slope": 1.7}}):
        spec = spec_of(feature_config=config)
        once = features_of(WORLD.frame, spec)
        thousands = features_of(WORLD.frame.assign(act_c1=WORLD.frame["act_c1"] / 1000), spec)
        np.testing.assert_allclose(once.channels_scaled, thousands.channels_scaled, atol=1e-9)
        before, after = (built.scaler.channels["c1"] for built in (once, thousands))
        assert before.zero_scaled == pytest.approx(after.zero_scaled)


def test_controls_come_first_then_the_season_then_the_trend():
    spec = spec_of()
    split = split_rows(WORLD.frame, spec)
    found = control_columns(WORLD.frame, ["1", "0"], spec, split)
    waves = ["fourier_sin_1", "fourier_cos_1", "fourier_sin_2", "fourier_cos_2"]
    assert found.names == ["1", "0", *waves, "linear_trend"]
    assert found.kinds == ["control", "control", *["seasonality"] * 4, "trend"]
    for place, name in ((0, "1"), (1, "0")):
        values = WORLD.frame[f"ctrl_{name}"].to_numpy()
        np.testing.assert_allclose(found.matrix[:, place], (values - values.mean()) / values.std(ddof=0))
        assert found.scalers[name].sd == pytest.approx(values.std(ddof=0))
    days = (WORLD.frame["period_start"] - pd.Timestamp("1970-01-01")).dt.days
    np.testing.assert_allclose(found.matrix[:, 4], np.sin(2 * np.pi * 2 * days / 365.25), atol=1e-12)
    assert set(found.scalers) == {"0", "1", "linear_trend"}


def test_a_model_without_anything_beside_its_channels_has_no_columns_for_it():
    spec = spec_of(controls=[], feature_config={"seasonality": {"enabled": False}, "trend": {"enabled": False}})
    found = control_columns(WORLD.frame, [], spec, split_rows(WORLD.frame, spec))
    assert found.matrix.shape == (120, 0)
    assert found.names == []


def test_a_row_without_sales_does_not_bend_the_trend():
    frame = WORLD.frame.copy()
    frame.loc[40:49, "sales"] = np.nan
    spec = spec_of()
    found = control_columns(frame, [], spec, split_rows(frame, spec))
    trend = found.matrix[:, found.names.index("linear_trend")]
    steps = np.diff(trend)
    assert steps[39] == pytest.approx(11 * steps[0])
    assert np.delete(steps, 39) == pytest.approx(np.full(len(steps) - 1, steps[0]))


def test_the_season_follows_the_date():
    whole, part = features_of(WORLD.frame, spec_of()), features_of(WORLD.frame.tail(60), spec_of())
    season = [name for name, kind in whole.scaler.control_kind.items() if kind == "seasonality"]
    assert season == ["fourier_sin_1", "fourier_cos_1", "fourier_sin_2", "fourier_cos_2"]
    np.testing.assert_array_equal(
        whole.controls_scaled.sel(control=season).to_numpy()[-60:],
        part.controls_scaled.sel(control=season).to_numpy(),
    )


def test_a_channel_without_spend_has_a_blank_and_no_zero():
    frame = WORLD.frame.drop(columns="spend_c1")
    spend = spend_columns(frame, CHANNELS, split_rows(frame, spec_of(windows=WINDOWS)))
    assert np.isnan(spend[:, 1]).all()
    np.testing.assert_array_equal(spend[:, 2], frame["spend_c2"].to_numpy()[-len(spend) :])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"act_c0": 5.0}, "Channel 'c0': activity is the same in all 120 estimated rows"),
        ({"ctrl_0": 1.0}, "Control '0': the value is the same in all 120 estimated rows"),
        ({"ctrl_0": 1e6 + 1e-4 * np.arange(120) / 120}, "Control '0': the value is the same"),
        ({"act_c1": np.nan}, "Channel 'c1'.*blank or not finite in 120"),
    ],
)
def test_a_column_that_tells_nothing_is_refused_by_name(change, message):
    with pytest.raises(DataError, match=message) as caught:
        features_of(WORLD.frame.assign(**change), spec_of())
    assert caught.value.remedy
    assert caught.value.column in change


def test_a_channel_that_is_constant_in_the_window_is_refused_though_its_adstock_moves():
    frame = WORLD.frame.copy()
    frame["act_c0"] = np.where(np.arange(120) < 60, 10.0, 3.0)
    with pytest.raises(DataError, match="Channel 'c0'"):
        features_of(frame, spec_of(windows={"estimation_months": 12, "carryover_months": 6}))


def test_long_carryover_that_is_cut_off_is_told():
    built = features_of(WORLD.frame, spec_of(feature_config={"adstock": {"decay_default": 0.9}}))
    assert any("cutting carry-over after 13 periods drops 23% of its effect" in n for n in built.scaler.notices)
    short = features_of(WORLD.frame, spec_of(feature_config={"adstock": {"decay_default": 0.5}}))
    assert not any("cutting" in notice for notice in short.scaler.notices)


@pytest.mark.parametrize("column", ["act_c0", "ctrl_0"])
def test_numbers_that_overflow_are_refused_with_a_remedy(column):
    frame = WORLD.frame.assign(**{column: WORLD.frame[column] * 1e200})
    with pytest.raises(DataError, match="too large to be counted with") as caught:
        features_of(frame, spec_of())
    assert caught.value.column == column
    assert "larger unit" in caught.value.remedy


@pytest.mark.parametrize(
    ("activity", "late"),
    [
        ([0] * 13 + [5, 0, 3, 0, 0, 1], True),  # as long as carry-over reaches
        ([0] * 5 + [1] * 30, True),  # launched, and always on since
        ([0] * 5 + ([1] * 3 + [0] * 6) * 4, False),  # it pauses as long later
        ([0] * 5 + [1] * 10 + [0] * 20, False),  # and ended: who knows
        ([0] * 3 + [1] * 30, False),
        ([1] * 30, False),
        ([0] * 30, False),
    ],
)
def test_a_channel_begins_late_where_its_silence_at_first_is_no_pause(activity, late):
    assert begins_late(np.array(activity, float), 13) is late


def test_nothing_is_felt_of_a_channel_before_it_begins():
    frame = WORLD.frame.copy()
    frame.loc[frame.index[:60], "act_c1"] = 0.0
    spec = spec_of()
    found = transform_channels(frame, CHANNELS, spec, split_rows(frame, spec))
    assert not found.felt[:60, 1].any()
    assert found.felt[60:, 1].all()
    whole = transform_channels(WORLD.frame, CHANNELS, spec, split_rows(WORLD.frame, spec))
    np.testing.assert_array_equal(found.felt[:, 0], whole.felt[:, 0])
    begin = frame["period_start"].iloc[60].date()
    assert [notice for notice in found.notices if notice.startswith("c1: begins")] == [
        f"c1: begins on {begin}; nothing is assumed to have been bought before."
    ]
    assert not any("begins" in notice for notice in whole.notices)


@pytest.mark.parametrize("saturation", [None, *SATURATIONS])
@pytest.mark.parametrize("kind", ADSTOCKS)
def test_what_is_felt_follows_the_kind_of_carry_over_and_of_saturation(kind, saturation):
    settings = {"decay": 0.6, "delay": 0.3, "shape": 1.4}
    config = {"adstock": {"kind": kind, "per_channel": {f"act_{name}": settings for name in CHANNELS}}}
    if saturation:
        config["saturation"] = {"enabled": True, "kind": saturation, "half_saturation": 1.5, "slope": 1.3}
    spec = spec_of(feature_config=config)
    found = transform_channels(WORLD.frame, CHANNELS, spec, split_rows(WORLD.frame, spec))
    weights = adstock_weights(kind, settings, 13, normalize=bool(saturation))
    for number, name in enumerate(CHANNELS):
        activity = WORLD.frame[f"act_{name}"].to_numpy()
        series = np.concatenate([np.full(13, activity.mean()), activity])
        felt = np.array([weights @ series[row : row + 14][::-1] for row in range(len(activity))])
        if saturation:
            felt = saturate(saturation, felt, 1.5 * felt.mean(), 1.3)
            assert found.scalers[name].saturation == saturation
        np.testing.assert_allclose(found.felt[:, number], felt, rtol=1e-11)
