"""Cells become dates, numbers and names, and what could not be read is kept apart from what is not there."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.table.typed import by_period, by_spend, column_order, summed
from tests.malformed import workbook
from tests.table.cases.written import HEADER, UNBALANCED, subject_of, typed, written


def test_blank_and_bad_cells_are_both_unknown_and_told_apart():
    found = typed(*UNBALANCED, "south,soon,1,1,1,1", "south,,1,1,1,1")
    assert found.frame["ctrl_price"].isna().tolist() == [False, True, False, False, False, False, True, False, False]
    assert np.flatnonzero(found.bad["ctrl_price"]).tolist() == [6]
    assert np.flatnonzero(found.bad["act_tv"]).tolist() == [2]
    assert np.flatnonzero(found.bad["period_start"]).tolist() == [7]
    assert np.flatnonzero(found.frame["period_start"].isna()).tolist() == [7, 8]
    assert found.row_numbers.tolist() == list(range(2, 11))


def test_each_cell_is_that_of_the_file():
    raw, found = written(*UNBALANCED), typed(*UNBALANCED)
    for column in found.numbers():
        for cell, value, bad in zip(raw.cells[column], found.frame[column], found.bad[column], strict=True):
            if not bad and not pd.isna(cell):
                assert value == float(cell)


@pytest.mark.parametrize(("chosen", "values"), [(None, [1.5, 1200.0]), (",", [1.5, 1200.0]), (".", [np.nan, 1.2])])
def test_the_decimal_mark_is_that_of_the_whole_file_unless_a_person_chose(chosen, values):
    lines = ('n,2022-01-03,"7,25",1,1,"1,5"', 'n,2022-01-10,"8,25",1,1,1.200')
    found = typed(*lines, reading={"decimal": chosen})
    assert found.frame["ctrl_price"].tolist() == pytest.approx(values, nan_ok=True)
    assert found.bad["ctrl_price"].tolist() == [chosen == ".", False]


@pytest.mark.parametrize(
    ("cells", "chosen", "order", "ambiguous"),
    [
        (("2022-01-03", "2022-01-10"), None, "YMD", False),
        (("31/01/2022", "28/02/2022"), None, "DMY", False),
        (("01/31/2022", "02/28/2022"), None, "MDY", False),
        (("01/02/2022", "01/03/2022"), None, None, True),
        (("01/02/2022", "01/03/2022"), "MDY", "MDY", False),
    ],
)
def test_the_order_of_dates_is_found_chosen_or_said_to_be_open(cells, chosen, order, ambiguous):
    found = typed(*(f"n,{cell},1,1,1,1" for cell in cells), reading={"date_order": chosen})
    assert (found.date_order, found.date_order_ambiguous) == (order, ambiguous)
    assert found.frame["period_start"].isna().all() == ambiguous
    assert not found.bad["period_start"].any()


def test_a_table_without_entities_is_one_brand():
    found = typed("2022-01-03,1,2", "2022-01-10,1,2", header="period_start,sales,act_tv")
    assert found.frame["entity_id"].tolist() == ["brand_total"] * 2
    assert "entity_id" not in found.sources


def test_entities_that_are_numbers_are_named_as_they_are_written():
    written_out = typed("007,2022-01-03,1,1,1,1", ",2022-01-10,1,1,1,1")
    assert written_out.frame["entity_id"].tolist()[0] == "007"
    assert written_out.frame["entity_id"].isna().tolist() == [False, True]
    sheet = workbook({"s": [HEADER.split(","), [7, "2022-01-03", 1, 1, 1, 1], [7.5, "2022-01-10", 1, 1, 1, 1]]})
    assert subject_of(sheet).table.frame["entity_id"].tolist() == ["7", "7.5"]


def test_spend_that_stands_for_activity_is_one_column_of_numbers():
    found = typed("2022-01-03,1,2,3", header="period_start,sales,spend_tv,act_radio")
    assert list(found.frame.columns[-3:]) == ["act_radio", "act_tv", "spend_tv"]
    assert found.numbers() == {"sales": "sales", "act_radio": "act_radio", "spend_tv": "spend_tv"}


def test_rows_that_repeat_another_in_every_cell_are_marked_and_the_first_is_not():
    lines = [UNBALANCED[0], UNBALANCED[1], UNBALANCED[0], UNBALANCED[0].replace("5.5", "5.6"), UNBALANCED[0]]
    assert typed(*lines).exact_duplicate.tolist() == [False, False, True, False, True]


@settings(max_examples=20)
@given(st.lists(st.booleans(), min_size=7, max_size=7))
def test_a_mask_takes_the_same_rows_of_everything(keep):
    whole, mask = typed(*UNBALANCED), np.array(keep)
    part = whole.rows(mask)
    pd.testing.assert_frame_equal(part.frame, whole.frame[mask].reset_index(drop=True))
    assert part.row_numbers.tolist() == [2 + place for place in range(7) if keep[place]]
    for column, cells in part.bad.items():
        assert cells.tolist() == [bad for bad, kept in zip(whole.bad[column], keep, strict=True) if kept]


def test_periods_are_summed_as_a_loop_sums_them_and_rows_without_date_are_left_out():
    found = typed(*UNBALANCED, "south,,1000,1000,1000,1000")
    brand = by_period(found)
    assert list(brand.columns) == ["sales", "act_tv", "spend_tv", "ctrl_price"]
    for date, row in brand.iterrows():
        parts = found.frame[found.frame["period_start"] == date]
        assert row["sales"] == pytest.approx(sum(parts["sales"].tolist()), nan_ok=True)
        assert row["ctrl_price"] == pytest.approx(np.nanmean(parts["ctrl_price"]))
    assert brand.index.is_monotonic_increasing
    assert summed(found.frame[:7], ["entity_id", "period_start"])["sales"].tolist()[:3] == [100, 200, 300]


@given(st.permutations(["ctrl_a", "act_x", "sales", "spend_x", "entity_id", "act_y", "period_start", "note"]))
def test_the_order_of_columns_is_stable_and_leaves_out_what_has_no_role(columns):
    once = column_order(columns)
    assert column_order(once) == once
    assert set(columns) - set(once) == {"note"}
    assert once[:3] == ["entity_id", "period_start", "sales"]


def test_channels_stand_by_their_spend_and_those_without_it_last_as_they_come():
    frame = pd.DataFrame({"spend_tv": [1.0, np.nan], "spend_radio": [2.0, 3.0], "spend_print": [0.0, 4.0]})
    assert by_spend(frame, ["mail", "tv", "print", "radio", "blog"]) == ("radio", "print", "tv", "mail", "blog")
