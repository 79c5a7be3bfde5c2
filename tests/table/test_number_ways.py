"""Words for 1 and 0 are found where they are meant, and nowhere else."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.spec import DatasetSettings
from mmm_core.table.number_ways import PAIRS, TICKS, number_ways, words_in
from tests.table.cases.written import written


def column(cells):
    return pd.Series(cells, dtype="str")


@given(st.sampled_from(PAIRS), st.lists(st.booleans(), min_size=1), st.sampled_from([str, str.upper, str.title]))
def test_a_pair_of_words_is_read_in_any_case(pair, flags, written_as):
    if written_as("ı") != "ı" and any(letter in "ıİ" for word in pair for letter in word):
        return
    cells = column([written_as(pair[0] if flag else pair[1]) for flag in flags])
    words = words_in(cells)
    assert words is not None
    if not all(flags):
        raw = written(*(f"2022-01-03,1,{cell}" for cell in cells), header="period_start,sales,ctrl_a")
        settings = DatasetSettings(fixes=("words_are_zero_and_one",))
        way = number_ways(raw, {"ctrl_a": "ctrl_a"}, settings)["ctrl_a"]
        assert way.read(raw.cells["ctrl_a"]).values.tolist() == [float(flag) for flag in flags]


@pytest.mark.parametrize("tick", sorted(TICKS))
def test_a_tick_needs_blank_cells_beside_it(tick):
    assert words_in(column([tick, None])).zero is None
    assert words_in(column([tick, "other", None])) is None


@pytest.mark.parametrize("cells", [["yes", "maybe"], ["yes", "falsch"], ["1", "no"], [None], ["x", "x"]])
def test_other_words_are_no_pair(cells):
    assert words_in(column(cells)) is None
