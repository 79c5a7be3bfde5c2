"""The command line as a whole: its exit codes, and that a person always gets words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mmm_core import __main__ as command_line
from mmm_core import __version__, settings
from mmm_core.workspace import keys
from tests.conftest import PROJECT

COMMANDS = {
    "validate", "run", "proof", "outlook", "plan", "report", "reproduce", "compare", "refresh", "track", "demo", "warm",
    "serve", "worker", "keys", "purge", "schemas",
}  # fmt: skip
DEMO = str(PROJECT / "sample_data" / "mmm_demo.csv")


@pytest.fixture
def artifacts(tmp_path, monkeypatch) -> Path:
    """A workspace, and a machine on which nobody has set up login."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(settings, "PROJECT", tmp_path)
    monkeypatch.delenv("MMM_ALLOW_ANONYMOUS", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["fly"], ["run", "file.csv"], ["proof"], ["outlook"], ["plan"], ["reproduce"], ["compare"],
        ["refresh", "run"], ["track"], ["track", "demo"], ["keys"], ["purge"],
        ["validate", DEMO, "--colour"], ["serve", "--port", "x"], ["purge", "--older-than", "soon"],
    ],
)  # fmt: skip
def test_usage_errors_exit_with_two(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        command_line.main(arguments)
    said = capsys.readouterr().err
    assert said.startswith("usage: python -m mmm_core")
    assert "Traceback" not in said


def test_a_reader_that_has_had_enough_is_no_failure(artifacts):
    command = [sys.executable, "-m", "mmm_core", "validate", DEMO]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        program.stdout.close()  # long before its first word
        assert program.stderr.read() == b""
    assert program.returncode == command_line.PIPE_CLOSED


def test_help_lists_every_command_and_says_what_each_is_for(capsys):
    with pytest.raises(SystemExit, match="0"):
        command_line.main(["--help"])
    said = capsys.readouterr().out
    entries = [line.split(maxsplit=1) for line in said.splitlines() if line.startswith("    ")]
    assert {entry[0] for entry in entries} == COMMANDS
    for command in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            command_line.main([command, "--help"])


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit, match="0"):
        command_line.main(["--version"])
    assert capsys.readouterr().out.strip() == f"mmm_core {__version__}"


def test_what_is_done_exits_with_zero_and_says_nothing_of_errors(capsys):
    assert command_line.main(["validate", DEMO]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["validate", "nothing.csv"], "cannot be read"),
        (["run", DEMO, "--spec", DEMO, "--out", "out"], "not valid JSON"),
        (["keys", "revoke", "key-nothing"], "There is no key"),
    ],
)
def test_an_input_at_fault_exits_with_one_and_a_remedy(artifacts, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(artifacts)
    assert command_line.main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Error: ")
    assert words in said.err
    assert "Traceback" not in said.err
    assert not (artifacts / "out").exists()


def test_a_server_that_would_stand_open_is_a_usage_error(artifacts, capsys):
    assert command_line.main(["serve", "--host", "0.0.0.0", "--port", "0"]) == 2  # noqa: S104 - it must not start
    said = capsys.readouterr()
    assert "login is not set up" in said.err
    assert "The API:" not in said.out


def test_what_breaks_on_our_side_exits_with_three_and_no_traceback(capsys):
    # No shell can give such a name, so nobody has words for it.
    assert command_line.main(["validate", "a\0b.csv"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("Error: something broke on our side")
    assert "Traceback" not in said


def test_a_folder_in_the_place_of_a_file_of_ours_is_said_in_words(artifacts, capsys):
    (artifacts / keys.FILE).mkdir()
    assert command_line.main(["keys", "list"]) == 1
    assert "'keys.json' cannot be read: Is a directory." in capsys.readouterr().err


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"]])
@pytest.mark.parametrize("value", ["soon", "0", "-5", "nan", "inf"])
def test_a_setting_that_is_no_number_is_a_usage_error_before_anything_begins(
    artifacts, monkeypatch, capsys, command, value
):
    monkeypatch.setenv("MMM_WORKER_IDLE_SECONDS", value)
    assert command_line.main(command) == 2
    said = capsys.readouterr()
    assert f"MMM_WORKER_IDLE_SECONDS is '{value}'; it must be a number above 0" in said.err
    assert "The API:" not in said.out


def test_the_exit_code_is_that_of_the_process(tmp_path):
    command = [sys.executable, "-m", "mmm_core", "validate", str(tmp_path / "nothing.csv")]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing.csv" in done.stderr
