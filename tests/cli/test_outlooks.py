"""How much a table could tell is asked on the command line, before a fit."""

import json
import os
import signal
import subprocess
import sys

import pytest

from mmm_core import __main__ as command_line
from tests.conftest import PROJECT
from tests.engines import SAMPLES, until


@pytest.fixture
def spec_file(tmp_path):
    """The demo's specification with one thing changed."""

    def write(**changes):
        path = tmp_path / "spec.json"
        path.write_text(json.dumps(json.loads((SAMPLES / "mmm_demo_spec.json").read_text()) | changes))
        return path

    return write


def test_settings_under_which_nothing_is_estimated_are_refused(spec_file, capsys):
    code = command_line.main(
        ["outlook", str(SAMPLES / "mmm_demo.csv"), "--spec", str(spec_file(model={"kind": "fixed"}))]
    )
    assert code == 1
    assert "too little of sales" in capsys.readouterr().err


@pytest.mark.slow
def test_stopped_it_says_what_is_known_so_far_and_keeps_nothing(spec_file, tmp_path):
    command = [
        sys.executable, "-m", "mmm_core", "outlook", str(SAMPLES / "mmm_demo.csv"),
        "--spec", str(spec_file()), "--json",
    ]  # fmt: skip
    kept = tmp_path / "made"
    kept.mkdir()
    at_work = subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | {"TMPDIR": str(kept)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        until(lambda: [*kept.glob("outlook-*/outlook.json")], seconds=240)
        at_work.send_signal(signal.SIGINT)
        said, told = at_work.communicate(timeout=120)
    finally:
        at_work.kill()
    assert at_work.returncode == 1
    assert told.strip().endswith("Stopped: this is what is known so far.")
    assert json.loads(said)["now"]
    assert list(kept.glob("outlook-*")) == []
