"""Parquet columns keep the types that they were stored with, and give the cells that any other file would."""

import datetime as dt
import decimal
import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmm_core.errors import DataError
from mmm_core.table.reading.cells import parse_numbers
from mmm_core.table.reading.dates import parse_dates
from mmm_core.table.reading.parquet import read_parquet
from mmm_core.table.reading.reading import read_table


def stored(**columns: pa.Array) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def test_parquet_keeps_types_and_drops_zones_as_written():
    buffer = io.BytesIO()
    frame = pd.DataFrame(
        {
            "week": pd.date_range("2022-01-03 23:30", periods=3, freq="7D", tz="America/New_York"),
            "sales": [1, 2, None],
            "name": ["a", None, "=x"],
            "kind": pd.Categorical(["u", "v", "u"]),
        }
    )
    frame.to_parquet(buffer)
    found = read_table(buffer.getvalue(), "t.parquet")
    assert np.datetime_as_string(parse_dates(found.cells["week"]).values, "D").tolist()[0] == "2022-01-03"
    assert found.cells["sales"].tolist()[:2] == [1, 2]
    assert found.cells["name"].tolist()[2] == "=x"
    assert found.cells["kind"].tolist() == ["u", "v", "u"]


def test_every_kind_of_number_becomes_a_number():
    found = read_parquet(
        stored(
            whole=pa.array([1, None], pa.int8()),
            large=pa.array([2**40, 3], pa.uint64()),
            half=pa.array([0.5, float("nan")], pa.float16()),
            exact=pa.array([decimal.Decimal("1234.50"), None]),
            flag=pa.array([True, False]),
            endless=pa.array([float("inf"), 1.0]),
        ),
        "t.parquet",
    ).cells
    assert set(found.dtypes.astype(str)) == {"float64"}
    assert found.iloc[0].tolist() == [1, 2**40, 0.5, 1234.5, 1, float("inf")]
    assert found.iloc[1].tolist() == pytest.approx([np.nan, 3, np.nan, np.nan, 0, 1], nan_ok=True)
    assert parse_numbers(found["endless"], ".").bad.tolist() == [True, False]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_and_times_of_every_unit_are_days(unit):
    day = dt.datetime(2022, 1, 3, 23, 59)
    times = pa.array([day, None], pa.timestamp(unit))
    found = read_parquet(stored(time=times, day=pa.array([day.date(), None]), x=pa.array([1, 2])), "t").cells
    for column in ("time", "day"):
        assert found[column].dtype == "datetime64[us]"
        dates = parse_dates(found[column])
        assert dates.values.astype("datetime64[D]").tolist() == [day.date(), None]
        assert dates.blank.tolist() == [False, True]


def test_words_for_nothing_are_blank_and_others_stay_as_they_are():
    words = pa.array(["N/A", "", None, " x ", "1,5"])
    found = read_parquet(stored(word=words, few=words.dictionary_encode(), none=pa.nulls(5)), "t").cells
    for column in ("word", "few"):
        assert found[column].isna().tolist() == [True, True, True, False, False]
        assert found[column].tolist()[3:] == [" x ", "1,5"]
    assert found["none"].isna().all()


def test_rows_are_numbered_as_if_the_header_were_the_first():
    found = read_parquet(stored(a=pa.array([1, 2, 3]), b=pa.array(["x", "y", "z"])), "t.parquet")
    assert found.row_numbers.tolist() == [2, 3, 4]
    assert (found.detected.kind, found.detected.decimal) == ("parquet", ".")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            stored(a=pa.array([[1], [2]])),
            r"'t': column 'a' holds lists or records, not single values\. Leave the column",
        ),
        (stored(a=pa.array([{"x": 1}]), b=pa.array([1])), "column 'a' holds lists or records"),
        (stored(a=pa.array([], pa.int64())), "'t' has a header and no rows"),
        (stored(**{"a": pa.array([1]), " a ": pa.array([2])}), r"two columns are named 'a' \(columns 1 and 2, row 1\)"),
        (stored(a=pa.array(["x"] * 2 + ["y" * 10_001])), r"column 'a', row 4: a cell of 10,001 characters"),
        (stored(a=pa.array(["x"] * 2 + ["y" * 50_000])), r"column 'a', row 4: a cell of 50,000 characters"),
        (stored(a=pa.array([1]))[:-9] + b"PAR1", "'t' is a damaged Parquet file"),
        (stored(**{f"c{n}": pa.array([1]) for n in range(301)}), "'t' has 301 columns; at most 300 are read"),
    ],
)
def test_what_is_no_table_of_single_values_is_refused_in_words(content, words):
    with pytest.raises(DataError, match=words):
        read_parquet(content, "t")
