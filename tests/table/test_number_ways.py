"""Words for 1 and 0 and units in headers are found where they are meant, and nowhere else."""

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.spec import DatasetSettings
from mmm_core.table.number_ways import PAIRS, TICKS, number_ways, unit_in, words_in
from tests.table.written import written


def column(cells):
    return pd.Series(cells, dtype="str")


@pytest.mark.parametrize(
    ("header", "factor"),
    [
        ("spend_tv ($000)", 1e3), ("spend_tv (k)", 1e3), ("spend_tv k€", 1e3), ("spend_tv in Tsd.", 1e3),
        ("sales (thousands)", 1e3), ("sales in 000s", 1e3), ("spend_tv (in 1000)", 1e3), ("spend_tv TEUR", 1e3),
        ("spend_tv_k", 1e3), ("spend_tv_000", 1e3), ("sales '000", 1e3), ("Spend (USD thousands)", 1e3),
        ("sales ($ 1,000)", 1e3), ("ventas (miles)", 1e3), ("spend_tv (K EUR)", 1e3), ("spend Mio", 1e6),
        ("spend_tv (Mio. €)", 1e6), ("spend_tv €m", 1e6), ("spend_tv ($M)", 1e6), ("sales (millions)", 1e6),
        ("sales ($000,000)", 1e6), ("sales (Mrd. €)", 1e9), ("sales (lakhs)", 1e5), ("sales in crore", 1e7),
    ],
)  # fmt: skip
def test_units_as_people_write_them(header, factor):
    assert unit_in(header).factor == factor
    assert unit_in(header).written in header


@pytest.mark.parametrize(
    "header",
    ["spend_tv", "sales", "sales (EUR)", "spend_2000", "spend_tv_2", "spend_ok", "spend_kk", "spend_m", "spend_M6",
     "spend_tv (UK)", "spend_tv (US)", "spend_t-mobile", "spend_k-pop", "spend_10000", "spend_online", "spend_mm"],
)  # fmt: skip
def test_a_name_is_no_unit(header):
    assert unit_in(header) is None


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


@pytest.mark.parametrize("filler", [" ", "0", "k", "(", "in ", "$", "'", "000 ", "(in "])
def test_a_long_header_costs_little(filler):
    started = time.process_time()
    unit_in(filler * 100_000)
    unit_in((filler * 200)[:200])
    assert time.process_time() - started < 1
