"""Foreign readers run apart: they get bytes and limits, nothing else, and whatever they do ends in an answer."""

import io
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmm_core.errors import DataError
from mmm_core.table.reading.isolation import ExhaustedError, UnreadableError, read_isolated
from mmm_core.table.reading.limits import LIMITS
from mmm_core.table.reading.reading import read_table
from tests.malformed import workbook

BOOK = workbook({"One": [["a", "b", "c"], ["x", 1, 2], ["y", 3, 4]], "Two": [["d"]]})


def parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def test_a_workbook_comes_back_as_names_and_rows():
    head, body = read_isolated("excel", BOOK, limits=LIMITS)
    assert head["every"] == ["One", "Two"]
    assert head["rows"] == [["a", "b", "c"], ["x", 1.0, 2.0], ["y", 3.0, 4.0]]
    assert body == b""


def test_the_sheet_that_is_asked_for_is_the_one_that_comes_back():
    assert read_isolated("excel", BOOK, limits=LIMITS, sheet="Two")[0]["rows"] == [["d"]]


def test_a_parquet_table_comes_back_as_it_was_stored():
    frame = pd.DataFrame({"a": [1, 2, 3], "b": ["x\ny", None, "ä"], "t": pd.date_range("2022-01-03", periods=3)})
    head, body = read_isolated("parquet", parquet(frame), limits=replace(LIMITS, batch_rows=2))
    assert head == {"rows": 3}
    again = pa.ipc.open_stream(body).read_all()
    stored = pq.read_table(io.BytesIO(parquet(frame)))
    assert again.to_pylist() == stored.to_pylist()


@pytest.mark.parametrize("kind", ["excel", "parquet"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(50), b"PAR1" + bytes(50) + b"PAR1", b"a,b\n1,2\n"])
def test_what_cannot_be_read_is_given_up_with_a_reason(kind, content):
    with pytest.raises(UnreadableError, match=r"\w+"):
        read_isolated(kind, content, limits=LIMITS)


def test_a_process_without_the_memory_for_a_file_is_lost_and_not_ours():
    with pytest.raises(ExhaustedError):
        read_isolated("excel", BOOK, limits=replace(LIMITS, memory_bytes=8 * 2**20))
    assert read_isolated("excel", BOOK, limits=LIMITS)[0]["filled"] == ["One", "Two"]


def test_a_cell_far_away_is_not_a_table_that_fills_the_memory():
    far = workbook({"s": [["a", "b", "c"], ["x", 1, 2], ["y", 3, 4], *[[]] * 300_000, ["z", 1, 2]]})
    head, _ = read_isolated("excel", far, limits=LIMITS)
    assert head["size"][0] > LIMITS.rows
    assert head["rows"] == []
    with pytest.raises(DataError, match="more than 200,000 rows"):
        read_table(far, "t.xlsx")


def test_modules_that_lie_about_are_not_what_reads(tmp_path, monkeypatch):
    for name in ("python_calamine", "orjson", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert read_isolated("excel", BOOK, limits=LIMITS)[0]["every"] == ["One", "Two"]


def test_nothing_of_our_environment_reaches_the_reader(tmp_path, monkeypatch):
    """The system's loader would leave a trace of every process that is told of this folder."""
    monkeypatch.setenv("LD_DEBUG", "libs")
    monkeypatch.setenv("LD_DEBUG_OUTPUT", str(tmp_path / "trace"))
    read_isolated("excel", BOOK, limits=LIMITS)
    assert list(tmp_path.iterdir()) == []
