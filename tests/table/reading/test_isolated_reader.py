"""What the process says that opens foreign files: one line that describes them, with no more than was asked for."""

import datetime as dt
import io
import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from mmm_core.table.reading import isolated_reader
from mmm_core.table.reading.isolated_reader import read_excel, read_parquet
from mmm_core.table.reading.limits import LIMITS
from tests.malformed import workbook

TABLE: list[list[object]] = [["week", "sales", "tv"], ["2022-01-03", 1, 2], ["2022-01-10", 3, 4]]
REMARK: list[list[object]] = [["Made by Jane"], ["for you"]]
READER = Path(isolated_reader.__file__)


def given(**changes: object) -> dict[str, object]:
    known = {name: value for name, value in changes.items() if name in asdict(LIMITS)}
    return asdict(replace(LIMITS, **known)) | {"sheet": changes.get("sheet")}


def stored(**columns: pa.Array) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def run(content: bytes, **limits: object) -> dict[str, object]:
    """The first line of what the process answers."""
    told = json.dumps(given() | limits)
    done = subprocess.run([sys.executable, "-I", str(READER), told], input=content, capture_output=True, check=True)
    answer = json.loads(done.stdout.partition(b"\n")[0])
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize(
    ("sheets", "filled", "only"),
    [
        ({"a": TABLE}, ["a"], "a"),
        ({"a": REMARK}, ["a"], "a"),  # one sheet is the one that is meant, whatever is on it
        ({"a": REMARK, "b": TABLE, "c": []}, ["a", "b"], "b"),
        ({"a": TABLE, "b": TABLE}, ["a", "b"], None),
        ({"a": REMARK, "b": REMARK}, ["a", "b"], None),
        ({"a": [["Column", "Meaning", "Unit"], ["sales", "all", "pieces"]], "b": TABLE}, ["a", "b"], "b"),
        ({"a": [["", None], []], "b": []}, [], None),
    ],
)
def test_the_one_sheet_that_holds_a_table_is_found(sheets, filled, only):
    head, _ = read_excel(workbook(sheets), given())
    assert head["every"] == list(sheets)
    assert (head["filled"], head["only_table"]) == (filled, only)
    assert bool(head["rows"]) == (only is not None)


def test_a_sheet_that_is_asked_for_is_read_whatever_is_on_it():
    book = workbook({"a": REMARK, "b": TABLE})
    assert read_excel(book, given(sheet="a"))[0]["rows"] == REMARK
    assert read_excel(book, given(sheet="none"))[0]["rows"] == []


@pytest.mark.parametrize("limit", [{"rows": 2}, {"columns": 2}, {"cells": 8}])
def test_a_sheet_beyond_a_limit_gives_its_size_and_no_rows(limit):
    head, _ = read_excel(workbook({"a": TABLE}), given(**limit))
    assert "size" in head
    assert head["rows"] == []
    assert "size" not in read_excel(workbook({"a": TABLE}), given(rows=3, columns=3, cells=9))[0]


def test_dates_are_told_from_texts_that_look_like_them():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, style = book.add_worksheet("s"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_datetime(1, 0, dt.datetime(2022, 1, 3, 12, 30), style)
        sheet.write_row(1, 1, ["2022-01-03", 44564])
    found = run(buffer.getvalue(), kind="excel")
    assert found["rows"] == [["a", "b", "c"], [{"t": "2022-01-03T12:30:00"}, "2022-01-03", 44564.0]]


@pytest.mark.parametrize("kind", ["excel", "parquet"])
def test_a_file_that_cannot_be_read_is_an_answer_and_no_crash(kind):
    assert run(b"nothing", kind=kind)["failed"]


@pytest.mark.parametrize("batch_rows", [1, 3, 100])
def test_a_long_text_is_found_in_its_row_however_few_are_read_at_a_time(batch_rows):
    texts = pa.array(["ä" * 5, "b" * 9, None, "c" * 21, "d" * 21, "e"])
    head, body = read_parquet(stored(n=pa.array(range(6)), x=texts), given(cell_bytes=20, batch_rows=batch_rows))
    assert (head, body) == ({"long_cell": ["x", 3, 21]}, b"")
    assert read_parquet(stored(x=texts), given(cell_bytes=21, batch_rows=batch_rows))[0] == {"rows": 6}


def test_a_long_text_is_told_of_in_characters():
    texts = pa.array(["ä" * 12, "b"])
    assert read_parquet(stored(x=texts), given(cell_bytes=20))[0] == {"long_cell": ["x", 0, 12]}


@pytest.mark.parametrize(
    ("limit", "size"),
    [({"rows": 3}, [4, 2]), ({"cells": 7}, [4, 2]), ({"columns": 1}, [2, 2]), ({"text_bytes": 7}, [4, 2])],
)
def test_a_table_beyond_a_limit_is_left_as_soon_as_that_is_known(limit, size):
    content = stored(n=pa.array(range(9)), x=pa.array(["äa"] * 9))
    head, body = read_parquet(content, given(batch_rows=2, **limit))
    assert (head["size"], body) == (size, b"")


def test_lists_are_told_by_the_name_of_their_column():
    assert read_parquet(stored(a=pa.array([1]), b=pa.array([[1]])), given()) == ({"nested": "b"}, b"")


def test_nothing_of_ours_is_loaded_beside_foreign_code():
    script = f"import runpy, sys; runpy.run_path({str(READER)!r}); print([m for m in sys.modules if 'mmm' in m])"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
