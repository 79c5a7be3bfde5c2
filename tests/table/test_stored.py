"""What is kept of a file on disk is the typed file itself: nothing is lost on the way there and back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import StorageError
from mmm_core.model.structure import parameter_count
from mmm_core.spec import DatasetSettings
from mmm_core.table.reading.reading import read_table
from mmm_core.table.stored import FileNote, from_stored, to_stored
from mmm_core.table.typed_file import TypedFile
from mmm_core.table.validation import check_file, type_file
from mmm_core.workspace import storage
from tests.malformed import good_rows, table
from tests.table.cases.written import HEADER, UNBALANCED, text
from tests.table.events import test_named as events

ALL_FILLED = ("blank_activity_is_zero", "blank_spend_is_zero", "interpolate_controls", "drop_exact_duplicates")
FILES: dict[str, tuple[bytes, DatasetSettings]] = {
    "good": (table(good_rows(30)), DatasetSettings()),
    "two entities": (text(HEADER, *UNBALANCED, UNBALANCED[0]), DatasetSettings()),
    "repaired": (text(HEADER, *UNBALANCED, UNBALANCED[0]), DatasetSettings(fixes=ALL_FILLED)),
    "bad dates": (text(HEADER, "n,soon,1,1,1,1", "n,,1,1,1,1", ",2022-01-03,1,1,1,1"), DatasetSettings()),
    "day first": (text(HEADER, "n,17/01/2022,1,1,1,1", "n,24/01/2022,2,2,2,2"), DatasetSettings()),
    "no order": (text(HEADER, "n,01/02/2022,1,1,1,1", "n,01/03/2022,2,2,2,2"), DatasetSettings()),
    "spend alone": (text("period_start,sales,spend_tv,note", "2022-01-03,1,x,a", "2022-01-10,2,,b"), DatasetSettings()),
    "events": (events.control(events.EASTER), DatasetSettings(fixes=("one_control_for_each_event",))),
    "no rows left": (text(HEADER, "n,,1,1,1,1"), DatasetSettings(fixes=("drop_rows_without_date",))),
}


def file_of(name: str) -> tuple[TypedFile, DatasetSettings]:
    content, settings = FILES[name]
    return type_file(read_table(content, "t.csv"), settings), settings


def kept(file: TypedFile, path: Path) -> tuple[pd.DataFrame, FileNote]:
    """Written to the disk and read from it."""
    stored = to_stored(file, "an identity")
    assert stored is not None
    storage.write_parquet(path, stored[0], note=stored[1])
    return storage.read_noted_parquet(path, FileNote)


@pytest.mark.parametrize("name", FILES)
def test_every_part_of_a_typed_file_comes_back(name, tmp_path):
    file, _ = file_of(name)
    again = from_stored(*kept(file, tmp_path / "t.parquet"))
    parts = (
        "roles", "columns", "cell_issues", "applied_fixes", "missingness", "detected", "rows", "first_rows", "long",
        "events", "questions",
    )  # fmt: skip
    for part in parts:
        assert getattr(again, part) == getattr(file, part), part
    before, after = file.table, again.table
    assert before is not None
    assert after is not None
    pd.testing.assert_frame_equal(after.frame, before.frame)
    for part in ("sources", "date_order", "date_order_ambiguous"):
        assert getattr(after, part) == getattr(before, part), part
    for part in ("row_numbers", "exact_duplicate"):
        np.testing.assert_array_equal(getattr(after, part), getattr(before, part))
    assert list(after.bad) == list(before.bad)
    for column, cells in before.bad.items():
        np.testing.assert_array_equal(after.bad[column], cells, err_msg=column)


@pytest.mark.parametrize("name", FILES)
def test_a_report_from_the_disk_is_that_of_the_file(name, tmp_path):
    file, settings = file_of(name)
    again = from_stored(*kept(file, tmp_path / "t.parquet"))
    reports = [check_file(each, settings, count_parameters=parameter_count).report for each in (file, again)]
    assert reports[0] == reports[1]


def test_keeping_once_more_what_was_kept_changes_nothing(tmp_path):
    file, _ = file_of("two entities")
    rows, note = kept(file, tmp_path / "t.parquet")
    again, same_note = kept(from_stored(rows, note), tmp_path / "u.parquet")
    pd.testing.assert_frame_equal(again, rows)
    assert same_note == note


def test_marks_are_kept_only_of_columns_that_have_bad_cells(tmp_path):
    rows, note = kept(file_of("two entities")[0], tmp_path / "t.parquet")
    assert [column for column in rows.columns if column.startswith("bad ")] == ["bad act_tv", "bad ctrl_price"]
    assert set(note.read) == {"period_start", "sales", "act_tv", "spend_tv", "ctrl_price"}


def test_the_note_says_of_which_file_and_reading_it_is(tmp_path):
    _, note = kept(file_of("good")[0], tmp_path / "t.parquet")
    assert note.identity == "an identity"


@pytest.mark.parametrize("header", ["a,b", "variable,value"])
def test_a_file_without_a_table_is_kept_without_rows(header):
    file = type_file(read_table(text(header, "x,1"), "t.csv"), DatasetSettings())
    rows, note = to_stored(file, "x")
    assert len(rows) == 0
    assert from_stored(rows, FileNote.model_validate_json(note.model_dump_json())) == file
    assert file.table is None


def test_a_note_of_another_version_is_refused_and_not_guessed(tmp_path):
    rows, note = kept(file_of("good")[0], tmp_path / "t.parquet")
    path = tmp_path / "older.parquet"
    storage.write_parquet(path, rows, note=note.detected)
    with pytest.raises(StorageError, match=r"'older\.parquet' is "):
        storage.read_noted_parquet(path, FileNote)
