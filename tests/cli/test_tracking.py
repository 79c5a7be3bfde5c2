"""A run is sent to MLflow on the command line."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from mmm_core import __main__ as command_line
from mmm_core.exports.tracking.address import place_of
from mmm_core.exports.tracking.store import connected
from mmm_core.workspace.status import update_status
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import finished, unproved_demo


@pytest.fixture
def address(tmp_path, monkeypatch) -> str:
    """A database, beside a workspace."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path / "artifacts"))
    monkeypatch.chdir(tmp_path)
    return "sqlite:///mlflow.db"


def track(*arguments: str) -> int:
    return command_line.main(["track", *arguments])


def test_a_run_is_sent_and_found_again_by_folder_and_by_id(tmp_path, address, capsys):
    own = finished(Workspace(tmp_path / "artifacts"), "run-abcdefghijkl", owner="local")
    assert track(own.name, "--to", address, "--experiment", "Ours") == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("Sent: run ")
    assert "of the experiment 'Ours' at sqlite:///mlflow.db." in said.out
    assert "mlflow ui --backend-store-uri sqlite:///mlflow.db" in said.out
    assert track(str(own), "--to", address, "--experiment", "Ours", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["is_new"] is False
    assert told["page"] == "mlflow ui --backend-store-uri sqlite:///mlflow.db"
    assert told["run_id"] in said.out
    assert track(own.name, "--to", address, "--experiment", "Ours") == 0
    assert capsys.readouterr().out.startswith("It was there already, and was brought up to date: run ")
    with connected(place_of(address)) as client:
        run = client.get_run(told["run_id"])
    # A run of the workspace knows its table's units, a folder alone does not.
    assert run.data.tags["mmm.unit.spend"] == "€"
    assert {path.name for path in tmp_path.iterdir()} == {"artifacts", "mlflow.db", "mlartifacts"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing", "--to", "sqlite:///mlflow.db"], "run"),
        (["demo", "--to", "mlruns"], "Write sqlite:///FILE"),
        (["demo", "--to", "sqlite:///none/mlflow.db"], "there is no folder"),
        (["demo", "--to", "http://ana:s3cret@127.0.0.1:1"], "Nobody answers at http://127.0.0.1:1."),
        (["demo", "--to", "sqlite:///mlflow.db", "--experiment", ""], "1 to 250 characters"),
    ],
)
def test_what_cannot_be_is_refused_in_words(arguments, words, address, tmp_path, capsys):
    assert track(*arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Error: ")
    assert words in said.err
    assert "Traceback" not in said.err
    assert "s3cret" not in said.err
    assert not (tmp_path / "mlflow.db").exists()


def test_a_run_that_is_not_finished_is_refused(tmp_path, address, capsys):
    folder = unproved_demo(tmp_path / "run")
    current = json.loads((folder / "status.json").read_text())
    (folder / "status.json").write_text(json.dumps(current | {"stage": "TRAINING"}))
    update_status(folder, "TRAINED")
    assert track(str(folder), "--to", address) == 1
    assert "only a finished run can be tracked" in capsys.readouterr().err
    shutil.rmtree(folder)
    folder.mkdir()
    assert track(str(folder), "--to", address) == 1


def test_without_an_address_it_is_a_usage_error(capsys):
    with pytest.raises(SystemExit, match="2"):
        track("demo")
    assert "--to" in capsys.readouterr().err


STOPPED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests themselves run in the background
from mlflow import MlflowClient
send = MlflowClient.log_artifacts
def stopped(self, *given):
    os.kill(os.getpid(), signal.SIGINT)  # as Ctrl-C does, while files are on their way
    return send(self, *given)
MlflowClient.log_artifacts = stopped
from mmm_core.__main__ import main
sys.exit(main(["track", "demo", "--to", sys.argv[1]]))
"""


def test_what_is_stopped_half_way_says_so_and_is_completed_by_the_next(address, tmp_path, capsys):
    command = [sys.executable, "-W", "ignore", "-c", STOPPED, address]
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "MLFLOW_DISABLE_TELEMETRY": "true"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stderr == "Stopped. What was sent stays there: the same command completes it.\n"
    assert track("demo", "--to", address, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["is_new"] is False
    with connected(place_of(address)) as client:
        assert client.get_run(told["run_id"]).info.status == "FINISHED"
