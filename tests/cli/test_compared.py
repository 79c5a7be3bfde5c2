"""Results compared on the command line."""

import json
import shutil

import pytest

from mmm_core import shipped
from mmm_core.__main__ import main
from mmm_core.workspace.storage import Workspace
from tests.engines import finished, unproved_demo


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path / "art"))
    found = Workspace(tmp_path / "art")
    finished(found, "run-copy", owner="local")
    return found


def test_two_runs_are_compared_in_words_by_id_and_by_folder(workspace, tmp_path, capsys):
    folder = unproved_demo(tmp_path / "Somewhere")
    assert main(["compare", "demo", "run-copy", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "2 against 1:" in said
    assert "3 against 1:" in said
    assert "The settings are the same." in said
    assert "\u00a0" not in said


def test_json_is_one_document_with_the_answer_to_why(workspace, capsys):
    assert main(["compare", "demo", "run-copy", "--why", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [side["run_id"] for side in found["comparison"]["sides"]] == ["demo", "run-copy"]
    assert (found["why"]["complete"], found["why"]["causes"]) == (True, [])
    assert (workspace.run_dir("run-copy") / "why" / "demo" / "why.json").is_file()


def test_why_is_told_in_words_and_of_the_shipped_run_nothing_is_kept(workspace, capsys):
    assert main(["compare", "run-copy", "demo", "--why"]) == 0
    assert "Why?" in capsys.readouterr().out
    assert not (shipped.RUNS["demo"] / "why").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demo"], "cannot be set side by side"),
        (["demo", "run-copy", "run-copy"], "named twice"),
        (["demo", "run-gone"], "There is no run 'run-gone' here."),
        (["demo", "run-copy", "--owner", "ann"], "There is no run 'run-copy' here."),
        (["demo", "../run"], "not an id"),
    ],
)
def test_what_cannot_be_compared_is_told_and_exits_with_one(workspace, capsys, arguments, words):
    assert main(["compare", *arguments]) == 1
    assert words in capsys.readouterr().err


def test_why_of_three_and_a_run_that_is_not_finished_are_refused(workspace, tmp_path, capsys):
    folder = unproved_demo(tmp_path / "third")
    assert main(["compare", "demo", "run-copy", str(folder), "--why"]) == 1
    assert "Name the earlier run and the later one." in capsys.readouterr().err
    begun = shutil.copytree(folder, tmp_path / "begun")
    status = json.loads((begun / "status.json").read_text()) | {"stage": "TRAINING"}
    (begun / "status.json").write_text(json.dumps(status))
    assert main(["compare", "demo", str(begun)]) == 1
    assert "is not finished" in capsys.readouterr().err
