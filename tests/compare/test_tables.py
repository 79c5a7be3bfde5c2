"""Two tables cell by cell, and the tables between them."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.compare.tables import between, column_in_words, row_in_words, table_change
from tests.pairs import small_world, spec_of


@pytest.fixture
def frame() -> pd.DataFrame:
    return small_world(weeks=60)


def test_new_and_dropped_periods_and_revised_cells_are_counted_and_listed(frame):
    before, now = frame.iloc[2:-4].reset_index(drop=True), frame.copy()
    now.loc[10, "sales"] += 1
    now.loc[11, "spend_c0"] = np.nan
    found = table_change(before, now, "WEEK")
    assert (len(found.new), len(found.gone), found.shared, found.revised) == (6, 0, 54, 2)
    assert found.by_column == {"sales": 1, "spend_c0": 1}
    first, second = found.revisions
    assert (first.column, first.now) == ("sales", pytest.approx(before["sales"].iloc[8] + 1))
    assert (second.column, second.now) == ("spend_c0", None)
    assert second.period == now["period_start"].iloc[11].date()
    assert found.has_other_periods
    assert found.is_revised
    said = " ".join(found.sentences())
    assert "6 weeks added" in said
    assert "2 cells revised: sales (1), spend on C0 (1)." in said
    back = table_change(now, before, "WEEK")
    assert "6 weeks left out" in " ".join(back.sentences())


def test_a_table_is_the_same_as_itself_whatever_its_blanks_and_last_digits(frame):
    frame.loc[3, "sales"] = np.nan
    found = table_change(frame, frame.assign(spend_c0=frame["spend_c0"] * (1 + 1e-12)), "WEEK")
    assert found.sentences() == []
    assert not found.has_other_periods
    assert not found.is_revised


def test_rows_of_other_entities_in_periods_that_both_have_are_a_revision(frame):
    now = pd.concat([frame, frame.assign(entity_id="north")]).sort_values(["entity_id", "period_start"])
    found = table_change(frame, now, "WEEK")
    assert (found.rows_new, found.revised, found.has_other_periods) == (60, 0, False)
    assert found.is_revised
    assert found.sentences() == ["60 rows of entities added."]


def test_the_four_tables_between_two_have_the_periods_and_the_cells_that_were_asked_for(frame):
    before, now = frame.iloc[:-4].reset_index(drop=True), frame.assign(sales=frame["sales"] + 1)
    spec = spec_of(frame)
    for new_periods in (False, True):
        for revised in (False, True):
            table = between(before, now, spec, new_periods=new_periods, revised=revised)
            assert len(table) == (60 if new_periods else 56)
            shared = table["sales"].iloc[:56].to_numpy()
            np.testing.assert_array_equal(shared, (now if revised else before)["sales"].iloc[:56].to_numpy())
    whole = between(before, now, spec, new_periods=True, revised=True)
    pd.testing.assert_frame_equal(whole, now[whole.columns])


def test_a_column_that_one_table_lacks_comes_from_the_other_unless_a_period_has_it_nowhere(frame):
    before, now = frame.drop(columns=["act_c1", "spend_c1"]).iloc[:-4], frame
    spec = spec_of(frame)
    table = between(before, now, spec, new_periods=False, revised=False)
    np.testing.assert_array_equal(table["act_c1"].to_numpy(), frame["act_c1"].iloc[:56].to_numpy())
    shorter = frame.iloc[:-4]
    narrow = now.drop(columns=["act_c1", "spend_c1"])
    assert between(shorter, narrow, spec, new_periods=True, revised=True) is None
    assert between(shorter, narrow, spec, new_periods=False, revised=True) is not None


def test_places_are_named_as_people_call_them(frame):
    now = frame.assign(sales=frame["sales"] + 1)
    first = table_change(frame, now, "WEEK").revisions[0]
    assert row_in_words(first.model_copy(update={"entity": "brand_total"}), "WEEK").count(",") == 0
    assert row_in_words(first.model_copy(update={"entity": "north"}), "WEEK").endswith(", north")
    assert [column_in_words(name) for name in ("sales", "act_tv", "spend_tv", "ctrl_price")] == [
        "sales", "activity of TV", "spend on TV", "Price",
    ]  # fmt: skip
