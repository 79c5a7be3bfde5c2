"""A table at the cap is read, one beyond it is refused with the number that was too large."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import DataError
from mmm_core.table.reading import kinds, limits
from mmm_core.table.reading.limits import check_cells, check_size, require_table
from mmm_core.table.reading.reading import read_table
from tests.malformed import workbook
from tests.table.cases.written import text


@pytest.mark.parametrize(
    ("rows", "columns", "cells"),
    [(200_001, 2, None), (2, 300, None), (16_666, 300, None), (50_000, 100, None), (200_001, 300, 5_000_000)],
)
def test_a_table_at_the_caps_is_read(rows, columns, cells):
    check_size(rows, columns, "t", cells=cells)


@pytest.mark.parametrize(
    ("rows", "columns", "cells", "words"),
    [
        (200_002, 2, None, r"^'t' has more than 200,000 rows\. Leave out rows or columns"),
        (2, 301, None, r"^'t' has 301 columns; at most 300 are read\."),
        (16_667, 300, None, r"^'t' has more than 5,000,000 cells\."),
        (10, 3, 5_000_001, r"^'t' has more than 5,000,000 cells\."),
    ],
)
def test_one_more_is_refused_by_its_number(rows, columns, cells, words):
    with pytest.raises(DataError, match=words) as caught:
        check_size(rows, columns, "t", cells=cells)
    assert caught.value.code == "too_large"


def test_the_process_that_reads_has_the_same_caps():
    told = limits.LIMITS
    assert (told.rows, told.columns, told.cells) == (200_001, 300, 5_000_000)
    # What is no longer than a cell may be in characters is never refused by its bytes.
    assert told.cell_bytes >= len(("😀" * limits.MAX_CELL_CHARACTERS).encode())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_format_has_the_same_cap_of_columns(kind):
    for columns, refused in ((300, False), (301, True)):
        rows = [[f"c{n}" for n in range(columns)], ["x"] * columns]
        content = text(*(",".join(row) for row in rows)) if kind == "csv" else workbook({"s": rows})
        if refused:
            with pytest.raises(DataError, match="301 columns; at most 300 are read"):
                read_table(content, f"t.{kind}")
        else:
            assert read_table(content, f"t.{kind}").cells.shape == (1, 300)


def test_the_longest_cell_is_named_by_its_row_of_the_file():
    cells = pd.DataFrame({"n": [1.0] * 3, "a": pd.Series(["x" * 10_000, None, "y"], dtype="str")})
    check_cells(cells, np.array([2, 5, 9]), "t")
    cells["b"] = pd.Series([None, "x" * 10_001, "y" * 12_345], dtype="str")
    with pytest.raises(
        DataError, match=r"'t': column 'b', row 9: a cell of 12,345 characters\. Shorten it to 10,000"
    ) as e:
        check_cells(cells, np.array([2, 5, 9]), "t")
    assert (e.value.code, e.value.column, e.value.row) == ("cell_too_long", "b", 9)


def test_a_table_without_rows_is_refused():
    with pytest.raises(DataError, match=r"'t' has a header and no rows"):
        check_cells(pd.DataFrame({"a": [], "b": []}), np.array([], dtype=np.int64), "t")


def test_a_file_is_refused_by_its_size_before_anything_is_read():
    with pytest.raises(DataError, match=r"'t\.csv' has 50\.1 MB; at most 50 MB are read"):
        read_table(b"a" * (50 * 2**20 + 100_000), "t.csv")


def test_what_is_known_to_be_something_else_is_refused_with_its_own_way_out():
    require_table("t", None)
    with pytest.raises(DataError, match=r"^'t' is a gzip archive, not a table\. Unpack it") as caught:
        require_table("t", kinds.of_bytes(b"\x1f\x8b\x08"))
    assert caught.value.code == "not_a_table"


@pytest.mark.parametrize(
    ("error", "code"), [(limits.exhausting_error("t"), "too_large"), (limits.password_error("t"), "password")]
)
def test_every_refusal_names_the_file_and_a_way_out(error, code):
    assert error.code == code
    assert "'t'" in error.message
    assert error.remedy.endswith(".")
