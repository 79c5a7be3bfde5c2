"""A command is told its run by a folder or by an id."""

import argparse

import pytest

from mmm_core import shipped
from mmm_core.cli import which
from mmm_core.errors import StorageError
from mmm_core.workspace.storage import Workspace
from tests.engines import finished, unproved_demo


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path / "artifacts"))
    return Workspace(tmp_path / "artifacts")


def test_a_folder_an_id_and_the_shipped_run_are_found(tmp_path, workspace):
    folder = unproved_demo(tmp_path / "out")
    assert which.folder_of(str(folder), "local") == folder
    assert which.folder_of("demo", "local") == shipped.RUNS["demo"]
    own = finished(workspace, "run-abcdefghijkl", owner="local")
    assert which.folder_of(own.name, "local") == own
    which.require_finished(folder, "proved")


def test_another_s_run_and_none_are_refused_in_words(workspace):
    own = finished(workspace, "run-abcdefghijkl", owner="local")
    for name, owner in ((own.name, "somebody"), ("run-none", "local"), ("../etc", "local")):
        with pytest.raises(StorageError):
            which.folder_of(name, owner)


def test_a_run_that_is_not_finished_is_refused_with_what_was_wanted(tmp_path):
    with pytest.raises(StorageError):
        which.require_finished(tmp_path, "proved")


def test_a_command_takes_a_run_and_whose_it_is(capsys):
    parser = argparse.ArgumentParser()
    which.add_run(parser)
    assert vars(parser.parse_args(["demo"])) == {"run": "demo", "owner": "local"}
    assert vars(parser.parse_args(["demo", "--owner", "ann"])) == {"run": "demo", "owner": "ann"}
    parser.print_help()
    assert "folder of a finished run" in capsys.readouterr().out
