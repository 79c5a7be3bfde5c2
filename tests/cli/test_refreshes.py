"""A result is refreshed on the command line, as a scheduler does it."""

import json

import pandas as pd
import pytest

from benchmarks import refreshes
from mmm_core import shipped
from mmm_core.__main__ import main
from mmm_core.cli.refreshes import ADVICE_CHANGED, DONE
from mmm_core.runs import runs
from mmm_core.workspace.storage import Workspace
from tests.engines import desk, finished
from tests.pairs import fitted, small_world, spec_of

pytestmark = pytest.mark.slow


def csv(frame: pd.DataFrame, path) -> str:
    frame.to_csv(path, index=False)
    return str(path)


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path / "art"))
    return Workspace(tmp_path / "art")


def test_a_folder_is_refreshed_into_another_and_the_exit_code_says_whether_to_read_on(tmp_path, capsys, compiled):
    frame = small_world(weeks=84)
    fitted(tmp_path / "before", frame.iloc[:78], spec_of(frame), compiled)
    newer = csv(frame.tail(8), tmp_path / "newer.csv")
    code = main(["refresh", str(tmp_path / "before"), newer, "--out", str(tmp_path / "after"), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == (ADVICE_CHANGED if found["news"]["changed"] else DONE)
    assert (found["joined"]["kind"], len(found["joined"]["change"]["new"])) == ("newer", 6)
    assert found["news"]["paragraph"]
    assert len(pd.read_parquet(tmp_path / "after" / "fitted.parquet")) == 84
    assert main(["compare", str(tmp_path / "before"), str(tmp_path / "after")]) == 0
    assert "6 weeks added" in capsys.readouterr().out


def test_a_run_of_the_workspace_gets_a_new_dataset_and_a_new_run(workspace, tmp_path, capsys, compiled):
    frame = small_world(weeks=84)
    folder = fitted(workspace.run_dir("run-before"), frame.iloc[:78], spec_of(frame), compiled)
    longer = csv(frame, tmp_path / "longer.csv")
    code = main(["refresh", "run-before", longer])
    said = capsys.readouterr().out
    assert code in (DONE, ADVICE_CHANGED), said
    assert said.count("dvice changed.") == 1
    newest = runs.list_runs(desk(workspace))[0]
    assert newest.state.phase == "finished"
    assert newest.state.run_id in said
    assert (folder / "posterior.nc").is_file()
    # The same once more is the same run.
    assert main(["refresh", "run-before", longer]) == code
    assert newest.state.run_id in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["a new channel", "revised cells", "weeks twice", "other units of newer rows"])
def test_what_is_said_of_a_file_is_true_of_the_results(tmp_path, kind):
    assert refreshes.refreshed(kind, tmp_path)["wrong"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demo", "{table}"], "nothing that the table does not have"),
        (["run-gone", "{table}"], "There is no run 'run-gone' here."),
        (["demo", "/nowhere.csv"], "cannot be read"),
        (["demo", "{table}", "--out", "{out}"], "Leave --out out."),
        (["{folder}", "{table}"], "Add --out DIR."),
        (["run-hers", "{table}"], "There is no run 'run-hers' here."),
    ],
)
def test_what_cannot_be_refreshed_is_told_and_exits_with_one(workspace, tmp_path, capsys, arguments, words):
    finished(workspace, "run-hers", owner="ann")
    places = {"table": shipped.TABLES["demo"], "out": tmp_path / "out", "folder": shipped.RUNS["demo"]}
    assert main(["refresh", *(each.format(**places) for each in arguments)]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
