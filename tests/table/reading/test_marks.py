"""The decimal mark is found column by column: decided where the numbers decide it, and left open where they do not."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.table.reading.cells import parse_numbers
from mmm_core.table.reading.marks import ColumnMark, mark_of


def mark(cells, usual=".", *, known=True, separator=None):
    return mark_of(pd.Series(cells, dtype="str"), usual, is_usual_known=lambda: known, separator=separator)


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (["1,5", "2.000"], ","),
        (["1.234,50", "7"], ","),
        (["1.234.567", "1.234"], ","),
        (["€ 1.234,50", "€ 1.234"], ","),
        (["0.123", "1.234"], "."),
        (["1234.567", "1.234"], "."),
        (["14,04,582", "1,234"], "."),
        (["03.01.2022", "7"], "."),
        (["x", None, "7"], "."),
        (["1,5", "2.5"], "."),
    ],
)
def test_one_sure_number_decides_its_column(cells, decimal):
    assert mark(cells) == ColumnMark(decimal)


def test_in_a_file_with_one_mark_the_other_one_groups():
    assert mark(["1,234"]) == ColumnMark(".")
    assert mark(["1.234"], ",") == ColumnMark(",")
    assert mark(["1,234"], ",", known=False, separator=",") == ColumnMark(".")
    assert mark(["1,234"], known=False, separator=";").doubt == 0


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["985", "1.016"], ColumnMark(",", inferred=1)),
        (["913", "970", "1.010", "0"], ColumnMark(",", inferred=2)),
        (["120", "850", "11.250", "900", "10.100"], ColumnMark(",", inferred=2)),
        (["1", "1.234", "2", "2.345"], ColumnMark(".", doubt=1)),
        (["1.170", "1.084"], ColumnMark(".", doubt=0)),
        (["0", "1.170", "1.084"], ColumnMark(".", doubt=1)),  # nothing is nothing, however it is written
        (["1", "1.250"], ColumnMark(".", doubt=1)),
        (["1200", "1.234"], ColumnMark(".", doubt=1)),
        (["1.234", "5,678"], ColumnMark(".", doubt=0)),
    ],
)
def test_unclear_numbers_are_decided_by_those_beside_them_or_by_nobody(cells, found):
    assert mark(cells) == found


@given(st.lists(st.integers(1, 10**7), min_size=1), st.sampled_from(".,"))
def test_whole_numbers_in_groups_are_never_read_a_thousand_times_too_small(values, group):
    cells = [f"{value:,}".replace(",", group) for value in values]
    found = mark(cells)
    if found.doubt is None:
        assert parse_numbers(pd.Series(cells, dtype="str"), found.decimal).values.tolist() == values


@given(st.lists(st.integers(0, 10**6), min_size=1), st.integers(1, 4), st.sampled_from(".,"))
def test_numbers_with_a_fixed_number_of_decimals_are_never_read_too_large(values, decimals, point):
    numbers = [value / 10**decimals for value in values]
    cells = [f"{number:.{decimals}f}".replace(".", point) for number in numbers]
    found = mark(cells, known=False)
    if found.doubt is None:
        assert parse_numbers(pd.Series(cells, dtype="str"), found.decimal).values.tolist() == numbers


def test_numbers_that_are_no_text_have_no_mark_to_be_found():
    assert mark_of(pd.Series([1.234]), ",", is_usual_known=lambda: False) == ColumnMark(",")
