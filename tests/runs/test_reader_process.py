"""The line and the table that a child answers with."""

import json

import pyarrow as pa
import pytest

from mmm_core.runs.reader_process import ROW_NUMBERS, Asked, answer
from mmm_core.spec import DatasetSettings
from mmm_core.table.asked import Asked as AskedColumns
from tests.engines import demo_spec
from tests.malformed import good_rows, table, with_cell


def told(what: str, content: bytes, asked: AskedColumns | None = None) -> tuple[dict, pa.Table | None]:
    question = Asked(what=what, name="t.csv", settings=DatasetSettings(), asked=asked)
    # What goes through the socket is JSON.
    head, _, body = answer(Asked.model_validate_json(question.model_dump_json()), content).partition(b"\n")
    return json.loads(head), pa.ipc.open_stream(body).read_all() if body else None


def test_cells_come_with_the_row_of_the_file_they_stand_in():
    head, cells = told("read", table(good_rows(3)))
    assert head["detected"]["separator"] == ","
    assert cells[ROW_NUMBERS].to_pylist() == [2, 3, 4]


def test_a_checked_file_comes_with_its_report():
    head, rows = told("check", table(good_rows(80)))
    assert head["report"]["ok"]
    assert head["note"]["roles"]["target"] == "sales"
    assert rows.num_rows == 80


def test_what_a_specification_asks_for_comes_through():
    spec = demo_spec(drivers=["act_radio"], controls=["price"], feature_config={})
    head, _ = told("check", table(good_rows(80)), AskedColumns.of(spec))
    assert head["report"]["channels"] == ["radio"]


def test_what_a_repair_would_change_comes_without_the_table():
    question = Asked(what="preview", name="t.csv", settings=DatasetSettings(), fix="blank_spend_is_zero")
    head, _, body = answer(question, with_cell(9, "spend_tv", "")).partition(b"\n")
    found = json.loads(head)["preview"]
    assert [row["row"] for row in found["rows"]] == [9]
    assert pa.ipc.open_stream(body).read_all().num_rows == 0


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty_file"), (b"a,b\n1\n", "ragged_row"), (b"a\n1\n", "single_column")]
)
def test_an_error_comes_with_its_kind_its_words_and_its_place(content, code):
    head, body = told("check", content)
    assert body is None
    assert (head["error"]["kind"], head["error"]["code"]) == ("DataError", code)
    assert head["error"]["remedy"]
