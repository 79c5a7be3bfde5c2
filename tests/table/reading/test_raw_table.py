"""Columns get the names and types that their cells have, and a cell stays what was written."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.table.reading.raw_table import DetectedFormat, as_text, headers, text_column, typed_column

NUMBERS = st.floats(-1e12, 1e12).map(lambda value: round(value, 2))
TIMES = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1))


@given(st.lists(st.none() | NUMBERS, min_size=1))
def test_a_column_of_numbers_and_blanks_is_numbers(cells):
    found = typed_column(cells)
    known = [cell for cell in cells if cell is not None]
    assert str(found.dtype) == ("float64" if known else "str")
    assert found.dropna().tolist() == known
    assert found.isna().tolist() == [cell is None for cell in cells]


@given(st.lists(st.none() | TIMES, min_size=1))
def test_a_column_of_times_and_blanks_is_times(cells):
    found = typed_column(cells)
    known = [cell for cell in cells if cell is not None]
    assert str(found.dtype) == ("datetime64[us]" if known else "str")
    assert [value.to_pydatetime() for value in found.dropna()] == known
    assert found.isna().tolist() == [cell is None for cell in cells]


@given(st.lists(NUMBERS | TIMES, min_size=1), st.permutations(["word", 7.0, dt.datetime(2022, 1, 3)]))
def test_one_other_cell_makes_a_column_text_in_which_nothing_is_lost(cells, others):
    mixed = [*cells, *others]
    found = typed_column(mixed)
    assert str(found.dtype) == "str"
    for cell, text in zip(mixed, found, strict=True):
        if isinstance(cell, float):
            assert float(text) == cell
        else:
            assert text == (cell if isinstance(cell, str) else cell.isoformat())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.0, "1"), (0.1, "0.1"), (44564.0, "44564"), (1e20, "1e+20"), ("01", "01"), (None, None),
        (dt.datetime(2022, 1, 3), "2022-01-03T00:00:00"),
    ],
)  # fmt: skip
def test_a_cell_is_written_as_a_person_would(cell, text):
    assert as_text(cell) == text


@pytest.mark.parametrize("word", ["", " ", "NA", "n/a", "-", "–", "NULL", "\u00a0", None])
def test_words_for_nothing_are_missing_and_no_others(word):
    assert text_column([word, "0", "no", "none of it"]).isna().tolist() == [True, False, False, False]


def test_columns_without_a_name_are_called_by_their_place():
    assert headers(["week", "", " tv ", "  "], 1, "t") == ["week", "column_2", "tv", "column_4"]


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["a", "b", "a"], r"'t\.csv': two columns are named 'a' \(columns 1 and 3, row 4\)\. Rename or remove one"),
        (["tv", " tv"], r"named 'tv' \(columns 1 and 2, row 4\)"),
        (["column_2", ""], r"named 'column_2' \(columns 1 and 2, row 4\)"),
    ],
)
def test_two_columns_of_one_name_are_refused_by_their_places(labels, words):
    with pytest.raises(DataError, match=words) as caught:
        headers(labels, 4, "t.csv")
    assert (caught.value.column, caught.value.row) == (labels[0], 4)


@given(st.lists(st.text(min_size=1).filter(str.strip).map(str.strip), unique=True))
def test_names_are_kept_as_they_are(labels):
    if not any(label.startswith("column_") for label in labels):
        assert headers(headers(labels, 1, "t"), 1, "t") == labels


def test_how_a_file_was_read_survives_its_json():
    detected = DetectedFormat(kind="excel", sheet="a", sheets=("a", "b"), dropped_totals_rows=(9,), notes=("One.",))
    assert DetectedFormat.model_validate_json(detected.model_dump_json()) == detected
