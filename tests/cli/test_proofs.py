"""A run is proved on the command line, and what was found is kept."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mmm_core import __main__ as command_line
from mmm_core.proof import kept
from mmm_core.runs.folder import change_manifest
from mmm_core.workspace import status
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import finished, unproved_demo, until


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path / "artifacts"))
    return Workspace(tmp_path / "artifacts")


@pytest.fixture
def folder(tmp_path) -> Path:
    """A finished run outside any workspace."""
    return unproved_demo(tmp_path / "out")


def proof(*arguments: object) -> int:
    return command_line.main(["proof", *map(str, arguments)])


def test_each_question_is_printed_with_its_verdict_and_its_sentence(folder, workspace, capsys):
    assert proof(folder, "--part", "looks", "--part", "receipt") == 0
    said = capsys.readouterr().out
    assert "Does it look like the data? holds\n  Yes: in each of five checks" in said
    assert "What was tried before? not judged\n  " in said
    assert "Does it predict what it has not seen?\n  Not begun." in said
    assert said.endswith("Evidence: 1 of 1 holds so far.\n")
    assert max(map(len, said.splitlines())) <= 100
    assert kept.read(folder).part("looks").state == "complete"
    assert kept.read(folder).part("foresight").state == "waiting"


def test_a_run_of_the_workspace_is_named_by_its_id_and_knows_what_was_tried_before(workspace, capsys):
    own, other = finished(workspace, "run-1"), finished(workspace, "run-0")
    change_manifest(other, created_at=datetime(2020, 1, 1, tzinfo=UTC))
    spec = json.loads((other / "run_spec.json").read_text())
    (other / "run_spec.json").write_text(json.dumps(spec | {"controls": []}))
    assert proof("run-1", "--part", "receipt", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    receipt = next(part for part in told["proof"]["parts"] if part["name"] == "receipt")
    assert receipt["told"]["sentence"].startswith("1 other setting was tried on this table before this run: there")
    assert told["verdict"]["judged"] == 0
    assert kept.read(own) is not None
    assert proof(own, "--part", "receipt", "--json") == 0  # by its folder it is the same run
    assert json.loads(capsys.readouterr().out) == told


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("demo", "The shipped demo is read-only"),
        ("run-nowhere", "There is no run 'run-nowhere' here"),
        ("run-theirs", "There is no run 'run-theirs' here"),
        ("run-waits", "is not finished"),
    ],
)
def test_what_cannot_be_proved_is_refused_in_words(workspace, capsys, name, words):
    finished(workspace, "run-theirs", owner="somebody else")
    status.create_status(finished(workspace, "run-waits"), "VALIDATED")
    assert proof(name) == 1
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


def test_the_owner_may_be_said(workspace, capsys):
    finished(workspace, "run-theirs", owner="ann")
    assert proof("run-theirs", "--owner", "ann", "--part", "receipt") == 0


def test_a_part_that_is_none_is_answered_with_those_that_there_are(folder, capsys):
    with pytest.raises(SystemExit, match="2"):
        proof(folder, "--part", "hindsight")
    assert "there is no part 'hindsight'. There are: foresight, " in capsys.readouterr().err


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_found_and_the_same_command_goes_on(folder, tmp_path):
    command = [sys.executable, "-m", "mmm_core", "proof", str(folder), "--part", "looks", "--part", "foresight"]
    at_work = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"MMM_ARTIFACTS": str(tmp_path)},
    )  # fmt: skip
    until(lambda: (known := kept.read(folder)) and known.part("foresight").done, seconds=180)
    at_work.send_signal(signal.SIGINT)
    out, err = at_work.communicate(timeout=60)
    assert at_work.returncode == 1, err
    assert "What was found is kept" in err
    assert "Traceback" not in err
    assert "so far: " in out
    before = kept.read_units(folder, kept.identity_of(folder)).found["foresight"]
    assert 0 < len(before) < kept.read(folder).part("foresight").units
