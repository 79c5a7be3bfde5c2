"""What a model may be fitted to: one order of rows and columns, with entities or as one brand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.runs import tables
from mmm_core.table.canonicalize import aggregate_brand, to_canonical
from mmm_core.table.typed import CanonicalData
from tests.table.cases.written import UNBALANCED, typed
from tests.worlds import simulate


def canonical(seed: int) -> CanonicalData:
    world = simulate(seed, weeks=60, channels=3)
    return CanonicalData(world.frame, "WEEK")


@settings(max_examples=5)
@given(st.integers(0, 30))
def test_canonical_form_is_idempotent(seed):
    raw = canonical(seed).frame.sample(frac=1, random_state=seed)
    content = raw.to_csv(index=False).encode()
    once = tables.prepare(content, "t.csv").canonical()
    again = tables.prepare(once.frame.to_csv(index=False).encode(), "t.csv").canonical()
    pd.testing.assert_frame_equal(once.frame, again.frame)


@settings(max_examples=15)
@given(st.permutations(UNBALANCED))
def test_the_order_of_the_file_s_rows_leaves_no_trace(rows):
    found = to_canonical(typed(*rows), "WEEK").frame
    pd.testing.assert_frame_equal(found, to_canonical(typed(*UNBALANCED), "WEEK").frame)
    assert found["entity_id"].tolist() == ["north"] * 4 + ["south"] * 3
    assert found.groupby("entity_id")["period_start"].is_monotonic_increasing.all()


@settings(max_examples=15)
@given(st.permutations(["ctrl_a", "act_x", "sales", "spend_x", "entity_id", "act_y", "period_start", "ctrl_b"]))
def test_columns_are_in_the_same_order_of_kinds_however_the_file_has_them(columns):
    values = dict.fromkeys(columns, "1") | {"entity_id": "north", "period_start": "2022-01-03"}
    found = list(to_canonical(typed(",".join(values.values()), header=",".join(columns)), "WEEK").frame.columns)
    assert found[:3] == ["entity_id", "period_start", "sales"]
    kinds = [name.split("_")[0] for name in found[3:]]
    assert kinds == ["act", "act", "spend", "ctrl", "ctrl"]
    # Channels and controls among themselves stay as the file has them.
    for prefix in ("act_", "ctrl_"):
        assert [name for name in found if name.startswith(prefix)] == [n for n in columns if n.startswith(prefix)]


def test_clocks_are_set_to_midnight_and_types_do_not_depend_on_the_file():
    found = to_canonical(typed("7,2022-01-10 23:59,1,1,1,1", "7,2022-01-03T00:01:00Z,1,1,1,1"), "WEEK").frame
    assert found["period_start"].tolist() == [pd.Timestamp("2022-01-03"), pd.Timestamp("2022-01-10")]
    assert found["period_start"].dtype == "datetime64[us]"
    assert found["entity_id"].tolist() == ["7", "7"]


def test_brand_level_sums_media_and_averages_controls():
    first, second = canonical(1).frame, canonical(1).frame.assign(entity_id="other", ctrl_0=3.0)
    both = CanonicalData(pd.concat([first, second], ignore_index=True), "WEEK")
    brand = aggregate_brand(both).frame
    np.testing.assert_allclose(brand["act_c0"], 2 * first["act_c0"])
    np.testing.assert_allclose(brand["sales"], 2 * first["sales"])
    np.testing.assert_allclose(brand["ctrl_0"], (first["ctrl_0"] + 3) / 2)
    assert set(brand["entity_id"]) == {"brand_total"}
    pd.testing.assert_frame_equal(aggregate_brand(CanonicalData(brand, "WEEK")).frame, brand)


def test_a_sum_with_a_blank_part_is_not_known():
    first, second = canonical(1).frame, canonical(1).frame.assign(entity_id="other")
    second.loc[3, "sales"] = np.nan
    brand = aggregate_brand(CanonicalData(pd.concat([first, second], ignore_index=True), "WEEK")).frame
    assert np.isnan(brand["sales"].iloc[3])


def test_the_brand_of_an_unbalanced_panel_is_what_a_loop_over_its_dates_gives():
    frame = to_canonical(typed(*UNBALANCED), "WEEK").frame
    brand = aggregate_brand(CanonicalData(frame, "WEEK")).frame
    assert brand["period_start"].tolist() == sorted(set(frame["period_start"]))
    for _, row in brand.iterrows():
        parts = frame[frame["period_start"] == row["period_start"]]
        for column in ("sales", "act_tv", "spend_tv"):
            assert row[column] == pytest.approx(sum(parts[column].tolist()), nan_ok=True)
        known = [value for value in parts["ctrl_price"].tolist() if not np.isnan(value)]
        assert row["ctrl_price"] == pytest.approx(sum(known) / len(known))


def test_the_brand_of_one_entity_is_that_entity_under_another_name():
    frame = to_canonical(typed(*UNBALANCED[:4]), "MONTH").frame
    brand = aggregate_brand(CanonicalData(frame, "MONTH"))
    assert brand.grain == "MONTH"
    pd.testing.assert_frame_equal(brand.frame.drop(columns="entity_id"), frame.drop(columns="entity_id"))
    assert set(brand.frame["entity_id"]) == {"brand_total"}
