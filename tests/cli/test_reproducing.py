"""A run is made again on the command line, and its numbers are compared."""

import json
import shutil

import pytest

from mmm_core import __main__ as command_line
from tests.conftest import PROJECT
from tests.engines import unproved_demo

SPEC = {
    "dataset_id": "sample", "grain": "WEEK", "target_col": "sales", "drivers": ["act_tv"], "controls": [],
    "sampler": {"draws": 100, "tune": 100, "chains": 2},
}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A small run of the sample, made on the command line."""
    root = tmp_path_factory.mktemp("run")
    (root / "spec.json").write_text(json.dumps(SPEC))
    table = str(PROJECT / "sample_data" / "mmm_sample.csv")
    assert command_line.main(["run", table, "--spec", str(root / "spec.json"), "--out", str(root / "out")]) == 0
    return root / "out"


@pytest.mark.slow
def test_the_same_machine_gives_the_same_numbers(run, tmp_path, capsys):
    before = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
    assert command_line.main(["reproduce", str(run), "--out", str(tmp_path / "again")]) == 0
    assert capsys.readouterr().out.startswith("The same numbers: no value of channel_summary.json differs by more than")
    assert (tmp_path / "again" / "contributions.parquet").read_bytes() == before["contributions.parquet"]
    assert {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()} == before
    # Once more into the same folder, which holds a run of ours and is replaced; as JSON.
    assert command_line.main(["reproduce", str(run), "--out", str(tmp_path / "again"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["is_same"]
    assert told["difference"] == 0


@pytest.mark.slow
def test_a_run_whose_numbers_were_changed_is_found_out(run, tmp_path, capsys):
    forged = shutil.copytree(run, tmp_path / "forged")
    summary = json.loads((forged / "channel_summary.json").read_text())
    summary["media"]["mean"] *= 2
    (forged / "channel_summary.json").write_text(json.dumps(summary))
    assert command_line.main(["reproduce", str(forged)]) == 1
    assert "NOT the same answer" in capsys.readouterr().out


def test_what_is_no_finished_run_is_refused_in_words(tmp_path, capsys):
    assert command_line.main(["reproduce", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.startswith("Error: ")
    (tmp_path / "empty").mkdir()
    assert command_line.main(["reproduce", str(tmp_path / "empty")]) == 1
    demo = unproved_demo(tmp_path / "demo")
    spec = (demo / "run_spec.json").read_text()
    (demo / "run_spec.json").write_text(spec.replace('"random_seed": 42', '"random_seed": 43'))
    assert command_line.main(["reproduce", str(demo)]) == 1
    assert "'run_spec.json' is damaged" in capsys.readouterr().err
