"""Every function of rows, on two entities that are not alike: nothing may leak from one into the other."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.model import preview
from mmm_core.model.features import build_features, feature_frame, features_from
from mmm_core.table.typed import CanonicalData
from mmm_core.table.windows import split_rows
from tests.panels import ARRAYS, NORTH, SOUTH, YOUNGER_WEEKS, features_alone, panel_features, panel_frame, panel_spec

BUILT = panel_features()
OF_SOUTH = BUILT.entities == SOUTH


def test_rows_are_those_of_each_entity_and_no_others():
    frame = panel_frame()
    assert list(BUILT.entities) == list(frame["entity_id"])
    assert (BUILT.dates == frame["period_start"].to_numpy()).all()
    assert OF_SOUTH.sum() == YOUNGER_WEEKS
    np.testing.assert_array_equal(BUILT.target.to_numpy(), frame["sales"])


@pytest.mark.parametrize("entity", [NORTH, SOUTH])
@pytest.mark.parametrize("pre_history", ["mean", "zero"])
def test_advertising_of_one_entity_is_not_felt_in_the_other(entity, pre_history):
    changes = {"windows": {"pre_history": pre_history}}
    together, alone = panel_features(**changes), features_alone(entity, **changes)
    for name in ("activity", "transformed", "transformed_more", "spend"):
        rows = getattr(together, name).to_numpy()[together.entities == entity]
        np.testing.assert_allclose(rows, getattr(alone, name).to_numpy(), rtol=1e-12, err_msg=name)


def test_scales_are_those_of_all_rows_together():
    scaled = BUILT.channels_scaled.to_numpy()
    assert scaled.mean(axis=0) == pytest.approx([0, 0], abs=1e-10)
    assert scaled.std(axis=0) == pytest.approx([1, 1])
    assert BUILT.target_scaled.to_numpy().mean() == pytest.approx(0, abs=1e-10)


def test_season_and_trend_are_the_calendar_s_for_both():
    shared = BUILT.controls_scaled.sel(control=["fourier_sin_1", "linear_trend"]).to_pandas().set_index(BUILT.dates)
    older, younger = shared[~OF_SOUTH], shared[OF_SOUTH]
    pd.testing.assert_frame_equal(older.loc[younger.index], younger)
    assert younger["linear_trend"].iloc[0] > older["linear_trend"].iloc[0]


def test_a_window_is_one_stretch_of_the_calendar():
    spec = panel_spec(windows={"estimation_months": 6, "carryover_months": 3})
    split = split_rows(panel_frame(), spec)
    estimated = panel_frame()[split.estimation]
    assert estimated.groupby("entity_id")["period_start"].agg(["min", "max"]).nunique().tolist() == [1, 1]
    assert split.rows.estimation == len(estimated)
    # Both have 13 weeks before their first estimated one, so that nothing leans on what was before the table.
    assert split.rows.leaning_on_pre_history == 0
    everything = split_rows(panel_frame(), panel_spec())
    assert everything.rows.leaning_on_pre_history == 2 * 13


def test_files_give_back_the_same_rows():
    again = features_from(feature_frame(BUILT), BUILT.scaler)
    for name in ARRAYS:
        before, after = getattr(BUILT, name), getattr(again, name)
        np.testing.assert_array_equal(before.to_numpy(), after.to_numpy(), err_msg=name)
        assert (before["entity"].to_numpy() == after["entity"].to_numpy()).all()
        assert (before["date"].to_numpy() == after["date"].to_numpy()).all()


def test_previews_are_sums_over_entities():
    felt = preview.felt_activity(BUILT, "c0")
    bought = panel_frame().groupby("period_start")["act_c0"].sum()
    assert felt["period_start"].is_monotonic_increasing
    assert felt["period_start"].is_unique
    np.testing.assert_allclose(felt["bought"], bought)
    assert felt["felt"].mean() == pytest.approx(felt["bought"].mean())
    season = preview.season_curve(BUILT).frame
    np.testing.assert_allclose(season["sales"], panel_frame().groupby("period_start")["sales"].sum())


def test_the_sketch_of_the_season_knows_that_one_entity_is_larger():
    """Without a level of its own, the younger entity's start would bend the curve by a factor of its size."""
    season = preview.season_curve(BUILT).frame
    for weeks in (slice(None, 110 - YOUNGER_WEEKS), slice(110 - YOUNGER_WEEKS, None)):
        part = season.iloc[weeks]
        assert part["curve"].mean() == pytest.approx(part["sales"].mean(), rel=0.2)


def test_at_brand_level_both_are_one():
    built = build_features(CanonicalData(panel_frame(), "WEEK"), panel_spec())
    assert set(built.entities) == {"brand_total"}
    assert len(np.unique(built.dates)) == built.target.size


def test_one_entity_gives_the_same_rows_whatever_numbers_them():
    """A table that was cut out of another keeps its rows' labels: they mean nothing."""
    frame = panel_frame()
    south = frame[frame["entity_id"] == SOUTH]
    cut, fresh = (
        build_features(CanonicalData(rows, "WEEK"), panel_spec()) for rows in (south, south.reset_index(drop=True))
    )
    np.testing.assert_array_equal(cut.channels_scaled.to_numpy(), fresh.channels_scaled.to_numpy())
    assert set(cut.entities) == {"brand_total"}
