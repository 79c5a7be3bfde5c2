import os
import threading

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import DataError, StorageError
from mmm_core.runs.manifest import Label
from mmm_core.workspace import storage


@pytest.mark.parametrize(
    "identifier", ["../etc", "a/b", "", "A-run", "x" * 65, "run\n", ".hidden", "a b", "a\0b", "ab"]
)
def test_ids_from_outside_never_become_paths(identifier, tmp_path):
    with pytest.raises(StorageError, match="not an id"):
        storage.Workspace(tmp_path).run_dir(identifier)


def test_ids_are_ours_and_differ():
    ids = {storage.new_id("run") for _ in range(200)}
    assert len(ids) == 200
    assert all(storage.checked_id(identifier) == identifier for identifier in ids)


def test_a_workspace_lists_its_folders(tmp_path):
    workspace = storage.Workspace(tmp_path)
    assert workspace.ids("runs") == []
    workspace.run_dir("run-abc").mkdir(parents=True)
    assert workspace.ids("runs") == ["run-abc"]
    assert workspace.dataset_dir("demo") == tmp_path / "datasets" / "demo"
    assert workspace.draft_dir("draft-1") == tmp_path / "drafts" / "draft-1"


def test_a_reader_never_sees_half_a_file(tmp_path):
    path = tmp_path / "label.json"
    labels = [Label(name=letter * 200, note=letter * 5000) for letter in "ab"]
    storage.write_json(path, labels[0])
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(storage.read_json(path, Label).name[:1])

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(300):
        storage.write_json(path, labels[number % 2])
    done.set()
    reader.join()
    assert seen <= {"a", "b"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["label.json"]


def test_a_failed_write_leaves_what_was_there(tmp_path):
    path = tmp_path / "label.json"
    storage.write_json(path, Label(name="old"))

    class Unwritable(pd.DataFrame):
        pass

    with pytest.raises(Exception, match=r".+"):
        storage.write_parquet(path, Unwritable({"a": [object()]}))
    assert storage.read_json(path, Label).name == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["label.json"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="could not be written"):
        storage.write_json(tmp_path / "x.json", Label())


@given(st.text(max_size=200, alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_json_survives_the_disk(text):
    label = Label(name=text)
    assert Label.model_validate_json(storage.json_bytes(label)) == label


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"format_version": 2, "colour": 1}', "written by a newer version"),
        ('{"format_version": 1, "colour": 1}', "colour: unknown field"),
        ("{", "not what it should be"),
        ("", "not what it should be"),
    ],
)
def test_files_that_cannot_be_read_are_named(tmp_path, content, message):
    path = tmp_path / "label.json"
    path.write_text(content)
    with pytest.raises(StorageError, match=message) as caught:
        storage.read_json(path, Label)
    assert caught.value.remedy


def test_missing_files_are_not_there_yet(tmp_path):
    for read in (storage.read_parquet, storage.read_netcdf, lambda path: storage.read_json(path, Label)):
        with pytest.raises(StorageError, match="not there yet"):
            read(tmp_path / "nothing")


def test_uploads_are_capped_before_they_are_read(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(DataError, match="at most 50 MB"):
        storage.read_upload(path, 50 * 2**20)
    with pytest.raises(DataError, match="not a file"):
        storage.read_upload(tmp_path, 100)
