import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import DataError, SpecError
from mmm_core.model.features import build_features, feature_frame, features_from
from mmm_core.spec import RunSpec, spec_from
from mmm_core.table.typed import CanonicalData
from tests.conftest import features_of
from tests.worlds import World, adstock_loop, simulate

WORLD = simulate(3, weeks=120, channels=3)


def spec_of(world: World = WORLD, **changes: object) -> RunSpec:
    return spec_from(world.spec | changes)


def test_channels_are_adstocked_and_scaled_over_estimation_rows():
    built = features_of(WORLD.frame, spec_of())
    for number, (column, decay) in enumerate(WORLD.decays.items()):
        activity = WORLD.frame[column].to_numpy()
        felt = adstock_loop(activity, decay, 13, activity.mean())
        np.testing.assert_allclose(built.transformed.to_numpy()[:, number], felt, rtol=1e-12)
        scaled = built.channels_scaled.to_numpy()[:, number]
        assert scaled.mean() == pytest.approx(0, abs=1e-10)
        assert scaled.std() == pytest.approx(1)
        scaler = built.scaler.channels[column.removeprefix("act_")]
        assert scaler.zero_scaled == pytest.approx(-felt.mean() / felt.std())


def test_saturation_uses_normalised_adstock_and_saves_the_absolute_half_saturation():
    config = {"adstock": {"decay_default": 0.6}, "saturation": {"enabled": True, "half_saturation": 2.0}}
    built = features_of(WORLD.frame, spec_of(feature_config=config))
    activity = WORLD.frame["act_c0"].to_numpy()
    felt = adstock_loop(activity, 0.6, 13, activity.mean()) / sum(0.6**lag for lag in range(14))
    half = built.scaler.channels["c0"].half_saturation
    assert half == pytest.approx(2 * felt.mean())
    np.testing.assert_allclose(built.transformed.to_numpy()[:, 0], felt / (felt + half), rtol=1e-10)


def test_windows_count_calendar_months_back_from_the_last_row():
    built = features_of(WORLD.frame, spec_of(windows={"estimation_months": 12, "carryover_months": 3}))
    dates = WORLD.frame["period_start"]
    start = dates.max() - pd.DateOffset(months=12)
    expected = dates[dates > start]
    assert list(built.target["date"].to_numpy()) == list(expected.to_numpy())
    rows = built.scaler.rows
    assert rows.estimation == len(expected)
    assert rows.carryover == int(((dates <= start) & (dates > start - pd.DateOffset(months=3))).sum())
    assert rows.unused + rows.carryover + rows.estimation == len(dates)
    assert rows.leaning_on_pre_history == 13 - rows.carryover


def test_carryover_rows_feed_the_first_estimation_rows():
    spec = spec_of(windows={"estimation_months": 12, "carryover_months": 6})
    built = features_of(WORLD.frame, spec)
    activity = WORLD.frame["act_c1"].to_numpy()
    whole = adstock_loop(activity, WORLD.decays["act_c1"], 13, 0.0)
    np.testing.assert_allclose(built.transformed.to_numpy()[:, 1], whole[-built.scaler.rows.estimation :], rtol=1e-12)
    assert built.scaler.rows.leaning_on_pre_history == 0


def test_a_short_table_keeps_the_estimation_window_and_says_so():
    short = features_of(WORLD.frame.tail(52), spec_of(windows={"estimation_months": 12, "carryover_months": 12}))
    assert short.scaler.rows.estimation == 52
    assert short.scaler.rows.carryover == 0
    assert any("none is left for carry-over" in notice for notice in short.scaler.notices)


def test_pre_history_can_be_zero():
    windows = {"pre_history": "zero"}
    built = features_of(WORLD.frame, spec_of(windows=windows))
    assert built.transformed.to_numpy()[0, 0] == pytest.approx(WORLD.frame["act_c0"].iloc[0])


def test_rows_without_sales_feed_carryover_and_are_not_estimated():
    frame = WORLD.frame.copy()
    frame.loc[[50, 51], "sales"] = np.nan
    built = features_of(frame, spec_of())
    assert built.scaler.rows.blank_target == 2
    assert built.target.sizes["row"] == len(frame) - 2
    np.testing.assert_allclose(
        np.delete(
            features_of(WORLD.frame, spec_of(windows={"pre_history": "zero"})).transformed.to_numpy(), [50, 51], 0
        ),
        features_of(frame, spec_of(windows={"pre_history": "zero"})).transformed.to_numpy(),
    )


def test_the_season_follows_the_date():
    whole = features_of(WORLD.frame, spec_of())
    part = features_of(WORLD.frame.tail(60), spec_of())
    season = [name for name, kind in whole.scaler.control_kind.items() if kind == "seasonality"]
    assert season == ["fourier_sin_1", "fourier_cos_1", "fourier_sin_2", "fourier_cos_2"]
    np.testing.assert_array_equal(
        whole.controls_scaled.sel(control=season).to_numpy()[-60:],
        part.controls_scaled.sel(control=season).to_numpy(),
    )


def test_files_give_back_the_same_features():
    built = features_of(WORLD.frame, spec_of())
    again = features_from(feature_frame(built), built.scaler)
    for name in (
        "activity",
        "spend",
        "transformed",
        "transformed_more",
        "channels_scaled",
        "controls_scaled",
        "target",
    ):
        np.testing.assert_array_equal(getattr(again, name).to_numpy(), getattr(built, name).to_numpy())
        assert getattr(again, name).dims == getattr(built, name).dims


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"act_c0": 5.0}, DataError, "Channel 'c0': activity is the same in all 120 estimated rows"),
        ({"ctrl_0": 1.0}, DataError, "Control '0': the value is the same in all 120 estimated rows"),
        ({"sales": 0.0}, DataError, r"120 values at or below 0 \(first on 2021-01-04\)"),
        ({"act_c1": np.nan}, DataError, "Channel 'c1'.*blank or not finite in 120"),
    ],
)
def test_what_cannot_be_modelled_is_refused_by_name(change, error, message):
    with pytest.raises(error, match=message) as caught:
        features_of(WORLD.frame.assign(**change), spec_of())
    assert caught.value.remedy


def test_a_channel_that_is_constant_in_the_window_is_refused_though_its_adstock_moves():
    frame = WORLD.frame.copy()
    frame["act_c0"] = np.where(np.arange(120) < 60, 10.0, 3.0)
    windows = {"estimation_months": 12, "carryover_months": 6}
    with pytest.raises(DataError, match="Channel 'c0'"):
        features_of(frame, spec_of(windows=windows))


def test_a_control_may_not_take_the_name_of_our_trend():
    frame = WORLD.frame.assign(ctrl_linear_trend=1.0)
    with pytest.raises(SpecError, match="linear_trend"):
        features_of(frame, spec_of(controls=["ctrl_linear_trend"]))


def test_too_many_fourier_pairs_for_months_are_refused():
    monthly = WORLD.frame.assign(period_start=pd.date_range("2012-01-01", periods=120, freq="MS").as_unit("us"))
    spec = spec_of(feature_config={"seasonality": {"K": 7}})
    with pytest.raises(SpecError, match="at most 6 Fourier pairs"):
        build_features(CanonicalData(monthly, "MONTH"), spec)


def test_long_carryover_that_is_cut_off_is_told():
    built = features_of(WORLD.frame, spec_of(feature_config={"adstock": {"decay_default": 0.9}}))
    assert any("cutting carry-over after 13 periods drops 23% of its effect" in n for n in built.scaler.notices)
