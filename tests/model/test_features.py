import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import DataError, SpecError
from mmm_core.model.features import build_features, feature_frame, features_from
from mmm_core.spec import RunSpec, spec_from
from mmm_core.table.typed import CanonicalData
from tests.conftest import features_of
from tests.panels import ARRAYS
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


def test_files_give_back_the_same_features():
    built = features_of(WORLD.frame, spec_of())
    again = features_from(feature_frame(built), built.scaler)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(again, name).to_numpy(), getattr(built, name).to_numpy())
        assert getattr(again, name).dims == getattr(built, name).dims


def test_sales_without_a_logarithm_are_refused_with_their_first_date():
    with pytest.raises(DataError, match=r"120 values at or below 0 \(first on 2021-01-04\)") as caught:
        features_of(WORLD.frame.assign(sales=0.0), spec_of())
    assert caught.value.remedy


def test_a_control_may_not_take_the_name_of_our_trend():
    frame = WORLD.frame.assign(ctrl_linear_trend=1.0)
    with pytest.raises(SpecError, match="linear_trend"):
        features_of(frame, spec_of(controls=["ctrl_linear_trend"]))


def test_too_many_fourier_pairs_for_months_are_refused():
    monthly = WORLD.frame.assign(period_start=pd.date_range("2012-01-01", periods=120, freq="MS").as_unit("us"))
    spec = spec_of(feature_config={"seasonality": {"K": 7}})
    with pytest.raises(SpecError, match="at most 6 Fourier pairs"):
        build_features(CanonicalData(monthly, "MONTH"), spec)


@pytest.mark.parametrize(("sales", "offset"), [(0.0, 5.0), (120.0, 0.0)])
def test_a_target_that_never_varies_is_refused(sales, offset):
    world = simulate(3, weeks=60, channels=2)
    with pytest.raises(DataError, match="nothing is to be explained") as caught:
        features_of(world.frame.assign(sales=sales), spec_from(world.spec | {"target_offset": offset}))
    assert (caught.value.code, caught.value.column) == ("no_variation", "sales")
