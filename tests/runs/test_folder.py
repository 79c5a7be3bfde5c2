"""A run's folder: every file in it is described, and every description has its file."""

from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from mmm_core import shipped
from mmm_core.errors import StorageError
from mmm_core.exports import downloads
from mmm_core.runs import folder
from mmm_core.runs.folder import (
    BY_NAME,
    CANCEL,
    DRAFT,
    FILES,
    LOOK,
    OUTPUT_FILES,
    OWN_FILES,
    REPORT,
    REWEIGHTED,
    FileName,
)
from mmm_core.runs.manifest import Manifest
from mmm_core.workspace import folders, queueing, storage
from mmm_core.workspace.storage import Workspace
from tests.engines import desk

NAMES = [file.name for file in FILES]
OF_DRAFTS = [DRAFT, LOOK, REWEIGHTED]


@pytest.mark.slow
def test_a_fitted_run_holds_the_files_that_are_described_and_no_other(fitted_folder):
    # Nobody asked it to end, it is no live estimate, and its table was read from no dataset.
    assert {path.name for path in fitted_folder.iterdir()} == set(NAMES) - {CANCEL, REPORT, *OF_DRAFTS}
    assert all(path.stat().st_size > 0 for path in fitted_folder.iterdir())


@pytest.mark.slow
def test_every_json_file_of_a_fitted_run_is_what_the_list_says(fitted_folder):
    described = {file.name: file.model for file in FILES if file.model and file.name != REPORT}
    assert set(described) == {path.name for path in fitted_folder.glob("*.json")}
    for name, model in described.items():
        assert storage.read_json(fitted_folder / name, model), name


def test_the_shipped_run_has_every_file_but_those_that_are_gone_when_a_run_is_finished():
    present = {path.name for path in shipped.RUNS[shipped.DEMO].iterdir()}
    # Its proof is of work that was asked for afterwards, and has a folder of its own.
    assert present == {file.name for file in FILES if file.says} | {queueing.PROOF}


def test_each_file_is_described_once_in_a_line_for_a_person():
    assert len(set(NAMES)) == len(NAMES)
    sentences = [file.says for file in FILES if file.says]
    assert len(set(sentences)) == len(sentences)
    assert all("\n" not in sentence and not sentence.endswith(".") for sentence in sentences)
    assert [file.name for file in FILES if file.says is None] == [CANCEL, *OF_DRAFTS]


def test_every_json_file_but_a_draft_s_has_a_model_and_no_other_file_has():
    described = {name for name in NAMES if name.endswith(".json") and name not in OF_DRAFTS}
    assert {file.name for file in FILES if file.model} == described


def test_what_programs_may_take_holds_neither_notes_nor_logs_nor_wishes():
    assert not {"label.json", "status.json", "run.log", CANCEL, *OF_DRAFTS} & set(BY_NAME)
    assert set(OUTPUT_FILES) <= set(BY_NAME)
    assert all(folder.media_type(name) for name in BY_NAME)


def test_a_result_that_is_given_again_keeps_whose_and_what_it_is():
    assert {"run_spec.json", "manifest.json", "label.json", CANCEL, DRAFT, REWEIGHTED} == set(OWN_FILES)
    assert not set(OUTPUT_FILES) & set(OWN_FILES)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_name_in_the_list_is_taken_byte_for_byte(name, tmp_path):
    assert TypeAdapter(FileName).validate_python(name) == name
    with downloads.open_file(desk(Workspace(tmp_path)), shipped.DEMO, name) as file:
        assert file.read() == (shipped.RUNS[shipped.DEMO] / name).read_bytes()


@pytest.mark.parametrize(
    "name", ["run.log", "label.json", "../run_spec.json", "RUN_SPEC.JSON", "run_spec.json ", "", "posterior", "/etc/x"]
)
def test_any_other_name_is_refused_with_those_that_there_are(name):
    with pytest.raises(ValidationError, match=r"'run_spec\.json', 'manifest\.json'"):
        TypeAdapter(FileName).validate_python(name)
    assert name not in get_args(FileName)[2].json_schema["enum"]


def test_what_becomes_known_of_a_run_is_added_to_its_manifest_and_the_rest_stays(tmp_path):
    folders.copy_files(shipped.RUNS[shipped.DEMO], tmp_path, leaving=())
    before = folder.read_manifest(tmp_path)
    changed = folder.change_manifest(tmp_path, bucket="48x64")
    assert changed == before.model_copy(update={"bucket": "48x64"})
    assert storage.read_json(tmp_path / "manifest.json", Manifest) == changed


@pytest.mark.parametrize("read", [folder.read_spec, folder.read_manifest])
def test_a_folder_that_is_none_of_ours_is_told_by_the_file_that_is_missing(read, tmp_path):
    with pytest.raises(StorageError, match=r"'(run_spec|manifest)\.json' is not there yet"):
        read(tmp_path)
