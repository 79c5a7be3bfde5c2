"""The Proof page and the ways to it, in each state; without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mmm_core import shipped
from mmm_core.errors import RunError
from mmm_core.proof import kept
from mmm_core.proof.kept import Proof
from mmm_core.workspace import status, storage
from mmm_core.workspace.status import ProcessIdentity
from mmm_core.workspace.storage import Workspace
from tests.charts.proof import reports
from tests.conftest import PROJECT
from tests.engines import finished
from tests.ui.test_pages import page, read_by_a_person

pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path, monkeypatch) -> Path:
    """Folder of a finished run, the only one of its workspace."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    return finished(Workspace(tmp_path), "run-x")


def proved(run: Path, *parts, complete: bool = True) -> None:
    """Let a proof be kept with the run."""
    kept.folder_of(run).mkdir(exist_ok=True)
    found = Proof(identity=kept.identity_of(run), complete=complete, parts=parts)
    storage.write_json(kept.folder_of(run) / kept.FILE, found)


def ended(run: Path, how: str) -> None:
    folder = kept.folder_of(run)
    status.create_status(folder, "FEATURES_BUILT")
    if how == "interrupted":
        gone = ProcessIdentity.of_this_process().model_copy(update={"started_at": 1.0})
        status.update_status(folder, "TRAINING", process=gone)
    else:
        stage = "CANCELLED" if how == "stopped" else "ERROR"
        status.set_error(folder, RunError("It broke down.", remedy="Start it again."), stage=stage)


def buttons(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def questions(app: AppTest) -> list[str]:
    return [header.value for header in app.header if header.value.startswith("What of")]


def test_before_anything_was_asked_it_says_what_a_proof_is_and_how_long_it_takes(run):
    app = page("proof", run="run-x")
    said = read_by_a_person(app)
    assert "questions of a sceptic" in said
    assert "Does it predict what it has not seen?" in said
    assert re.search(r"Up to about \d+ (s|min), going by what this run's own fit took", said)
    assert "Prove this run" in buttons(app)


def test_without_a_run_there_is_one_thing_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    assert "Nothing to prove yet" in read_by_a_person(page("proof"))


def test_the_worst_comes_first_and_each_part_says_what_to_do(run):
    look = reports.refreshes()
    look = look.model_copy(update={"told": look.told.model_copy(update={"remedy": "Do this."})})
    out = reports.report("another", {}, state="left_out", why="The table is too short.")
    proved(run, reports.foresight(), look, out)
    app = page("proof", run="run-x")
    said = read_by_a_person(app)
    assert questions(app) == ["What of refreshes?", "What of another?", "What of foresight?"]
    assert "Evidence: 1 of 2 holds; not shown: TV" in said
    for words in (
        "What to do:** Do this.",
        "The table is too short.",
        "refreshes said so.",
        "Left out",
        "Look",
        "Pass",
    ):
        assert words in said, words
    assert "Causal only if spend was not set by expected sales" in said
    assert len(app.get("plotly_chart")) == 2
    assert {button.label for button in app.get("download_button")} >= {"Proof (JSON)", "Data (CSV)"}
    assert not {"Go on", "Stop", "Prove this run"} & buttons(app)


@pytest.mark.parametrize(
    ("how", "words"), [("stopped", "It was stopped."), ("interrupted", "is gone"), ("failed", "It broke down.")]
)
def test_how_it_ended_is_said_and_it_can_go_on(run, how, words):
    waiting = reports.report("foresight", {}, state="waiting")
    proved(run, waiting, reports.report("another", {"rows": ({"x": 1.0},)}, state="working"), complete=False)
    ended(run, how)
    app = page("proof", run="run-x")
    said = read_by_a_person(app)
    assert words in said
    assert "so far" in said
    assert "It has not been answered yet." in said
    # Not complete: in the order of the page.
    assert questions(app) == ["What of foresight?", "What of another?"]
    assert "Go on" in buttons(app)


def test_results_and_overview_lead_to_it(run):
    app = page("results", run="run-x")
    assert "Evidence: nobody has asked yet" in read_by_a_person(app)
    proved(run, reports.foresight(), reports.refreshes())
    for name in ("results", "overview"):
        app = page(name, run="run-x")
        assert "Evidence: 1 of 2 holds; not shown: TV" in read_by_a_person(app)
        assert "See the proof" in buttons(app)


def test_the_shipped_demo_is_shown_as_it_ships(run):
    app = page("proof", run=shipped.DEMO)
    if (shipped.RUNS[shipped.DEMO] / "proof" / kept.FILE).exists():
        assert "Evidence:" in read_by_a_person(app)
    else:
        assert "A copy can be proved" in read_by_a_person(app)
        assert "Duplicate the demo" in buttons(app)
    assert "Prove this run" not in buttons(app)
