"""Numbers are read as people write them, each cell by itself."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.table.reading.cells import (
    bare_number,
    decimal_of,
    detect_decimal,
    has_decimal,
    is_blank,
    is_number,
    is_numeric,
    parse_numbers,
    writing_of,
)
from tests.table.cases.written import AROUND, FILLERS, seconds_for

CELLS = st.sampled_from(
    ["", "-", "n/a", "1", "1,234", "1,234.5", "12.5 %", "(3)", "€ 7", "7 €", "x", "1.2.3", "∞", "-2"]
)


def column(cells: list[str | None]) -> pd.Series:
    return pd.Series(cells, dtype="str")


def numbers(cells: list[str | None], decimal: str = ".") -> list[float]:
    return parse_numbers(pd.Series(cells, dtype="str"), decimal).values.tolist()


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("12.5K", ".", 12_500), ("3k", ".", 3000), ("1,2 Mio", ",", 1.2e6), ("1,2 Mio. EUR", ",", 1.2e6),
        ("3 Tsd.", ",", 3000), ("2.4M", ".", 2.4e6), ("0.29M", ".", 290_000), ("$12.5K", ".", 12_500),
        ("12.5 k€", ".", 12_500), ("(3K)", ".", -3000), ("-3k", ".", -3000), ("5MM", ".", 5e6), ("3bn", ".", 3e9),
        ("4B", ".", 4e9), ("€ 3,5 Mrd.", ",", 3.5e9), ("2 Million", ".", 2e6), ("12万", ".", 120_000),
        ("1.5億", ".", 1.5e8), ("3\u00a0Mio", ",", 3e6),
    ],
)  # fmt: skip
def test_words_and_letters_for_thousands_are_multiplied(cell, decimal, value):
    assert numbers([cell], decimal) == [value]
    assert writing_of(column(["7", cell]), decimal).scaled == 1


@pytest.mark.parametrize("cell", ["12 mm", "12 m", "12 kg", "4b", "5T", "K", "Mio", "1K2", "3 KK", "12 MK"])
def test_other_units_are_no_numbers(cell):
    assert np.isnan(numbers([cell])).all()
    assert writing_of(column([cell]), ".").scaled is None


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1,234.5", ".", 1234.5), ("1.234,5", ",", 1234.5), ("1 234,5", ",", 1234.5), ("1\u00a0234.5", ".", 1234.5),
        ("1\u202f234", ".", 1234), ("1'234.5", ".", 1234.5), ("$1,200", ".", 1200), ("1.200 €", ",", 1200),
        ("EUR 5", ".", 5), ("12.5 %", ".", 12.5), ("(1,234)", ".", -1234), ("-$5", ".", -5), ("5-", ".", -5),
        ("\u22123.5", ".", -3.5), ("1e3", ".", 1000), ("1.5E-2", ".", 0.015), ("+7", ".", 7), (".5", ".", 0.5),
        ("0,5", ",", 0.5), ("1234567", ",", 1234567), ("14,04,582.80", ".", 1404582.8), ("1,04,582", ".", 104582),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(cell, decimal, value):
    assert numbers([cell], decimal) == [value]


@pytest.mark.parametrize(
    "cell", ["many", "=1+1", "inf", "1,2,3", "12,34", "1.2.3", "#REF!", "1 2", "--5", "0x10", "1_000"]
)
def test_what_is_no_number_is_bad_and_not_blank(cell):
    found = parse_numbers(pd.Series([cell], dtype="str"), ".")
    assert found.bad.tolist() == [True]
    assert found.blank.tolist() == [False]


@pytest.mark.parametrize(
    "cell",
    ["", " ", "NA", "n/a", "#N/A", "null", "None", "NaN", "-", " --", "—", "---", "#DIV/0!", "#NV", "<NA>", "(blank)",
     "\\N", ".", "< 10%", "<10 %", "> 90%", "≥ 5", None],
)  # fmt: skip
def test_words_for_nothing_are_blank(cell):
    found = parse_numbers(pd.Series([cell], dtype="str"), ".")
    assert (found.bad.tolist(), found.blank.tolist()) == ([False], [True])


@given(st.floats(-1e9, 1e9).map(lambda value: round(value, 2)))
def test_numbers_survive_both_conventions(value):
    plain = f"{value:,.2f}"
    swapped = plain.translate(str.maketrans(",.", ".,"))
    assert numbers([plain]) == [value]
    assert numbers([swapped], ",") == [value]


@given(st.lists(CELLS, max_size=12), st.sampled_from(".,"))
def test_a_column_is_read_cell_by_cell(cells, decimal):
    whole = parse_numbers(column(cells), decimal)
    for place, cell in enumerate(cells):
        alone = parse_numbers(column([cell]), decimal)
        np.testing.assert_array_equal(whole.values[place], alone.values[0])
        assert (whole.bad[place], whole.blank[place]) == (alone.bad[0], alone.blank[0])
        # A number, no number, or nothing: one of the three.
        assert (not np.isnan(whole.values[place])) + whole.bad[place] + whole.blank[place] == 1
        assert whole.blank[place] == is_blank(cell)
    assert is_numeric(column(cells), decimal) == ((~whole.bad & ~whole.blank).sum() > whole.bad.sum())


@pytest.mark.parametrize(
    ("cells", "separator", "expected"),
    [
        (["1.5", "2.25"], ",", "."),
        (["1,5", "2,25"], ";", ","),
        (["1,234", "5,678"], ",", "."),
        (["1.234", "5.678"], ";", ","),
        (["1.234.567", "1,5"], ";", ","),
        (["1,234.5"], ";", "."),
        (["abc", "12"], ",", "."),
        (["03.01.2022", "10.01.2022", "1.5"], ";", "."),  # a date has no vote
    ],
)
def test_the_decimal_mark_is_weighed_over_the_file(cells, separator, expected):
    assert detect_decimal(cells, separator) == expected


@pytest.mark.parametrize(
    ("cells", "decimal", "expected"),
    [
        (["1", "€ 2", "EUR 3", "$4"], ".", ({"€": 1, "$": 3}, None, 0, None, None)),
        (["x", None, "5 %", "0.05"], ".", ({}, 2, 3, None, None)),
        (["0 %", "0.05"], ".", ({}, None, 1, None, None)),  # nothing is nothing, with a sign or without
        (["1", "1,234", "2.5"], ".", ({}, None, 0, 1, None)),
        (["1", "1 234"], ",", ({}, None, 0, 1, None)),
        (["1", "< 10%", "<5"], ".", ({}, None, 0, None, 1)),
    ],
)
def test_how_numbers_are_written_is_told_by_the_first_cell_of_each_kind(cells, decimal, expected):
    assert tuple(writing_of(column(cells), decimal)) == (*expected, None)


@pytest.mark.parametrize(
    ("cells", "has"), [(["1,234"], False), (["1.234"], False), (["1.5"], True), (["a.b", "1,234.5"], True)]
)
def test_a_mark_is_decimal_only_where_it_can_be_nothing_else(cells, has):
    assert has_decimal(column([None, *cells]), ".") == has


def ask_everything(cell: str) -> None:
    column = pd.Series([cell], dtype="str")
    for decimal in ".,":
        parse_numbers(column, decimal)
        writing_of(column, decimal)
    detect_decimal([cell], ",")


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize("around", AROUND)
def test_ten_times_the_cell_costs_no_more_than_ten_times_the_work(filler, around):
    """A pattern that begins anew at each character makes a hundred times the work, and one table stops a server."""
    short, long = (around.format(filler * (length // len(filler))) for length in (10_000, 100_000))
    assert seconds_for(ask_everything, long) < 30 * seconds_for(ask_everything, short) + 1e-3


@given(
    st.lists(
        st.one_of(
            st.from_regex(r"\A[+-]?[0-9]{0,5}[.,]?[0-9]{0,4}\Z"),
            st.sampled_from(["1.234,5", "1,234.5", "03.01.2022", "$ 1.5", "12,5 %", "(3.5)", "1.234.567", "x", "7"]),
        ),
        max_size=8,
    ),
    st.sampled_from([",", ";", None]),
)
def test_the_mark_of_a_file_is_that_which_cells_have_one_by_one(cells, separator):
    votes, is_unclear = {".": 0, ",": 0}, False
    for cell in cells:
        body = bare_number(cell)
        if body is not None and re.fullmatch(r"[+-]?\d[\d.,]*", body):
            mark = decimal_of(body)
            is_unclear |= mark == "unclear"
            if mark in votes:
                votes[mark] += is_number(body, mark)
    undecided = "," if separator == ";" and is_unclear else "."
    expected = undecided if votes["."] == votes[","] else max(votes, key=lambda mark: votes[mark])
    assert detect_decimal(cells, separator) == expected
