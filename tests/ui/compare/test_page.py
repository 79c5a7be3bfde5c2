"""The page Compare without a browser: no run, one, two, and those that are gone, unfinished or not one's own."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mmm_core.compare import asking, kept, work
from mmm_core.errors import StorageError
from mmm_core.runs import runs
from mmm_core.workspace import queueing
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import demo_spec, desk, finished
from ui.shell.session import COMPARED_WITH

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(without_worker, monkeypatch) -> Workspace:
    """A workspace without a worker, and a run of one's own in it."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(without_worker.root))
    monkeypatch.chdir(PROJECT)
    finished(without_worker, "run-now", owner="local")
    return without_worker


def opened(run: str, *others: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "pages" / "compare.py"), default_timeout=300)
    app.session_state["routed"] = True
    app.session_state["id_run"] = run
    app.session_state["in_demo"] = True  # the copy's table is the demo's
    app.session_state[COMPARED_WITH] = {run: list(others)}
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [*app.header, *app.markdown, *app.caption, *app.error, *app.info]
    return "\n".join(str(part.value) for part in parts).replace("\u00a0", " ").replace("\\", "")


def test_with_nothing_chosen_the_page_says_what_to_do(workspace):
    assert "Choose another finished run above" in words(opened("run-now"))


def test_two_results_are_told_and_why_is_asked_for_once_and_stopped(workspace):
    app = opened("run-now", "demo")
    said = words(app)
    assert "The settings are the same." in said
    assert "Why did it change?" in said
    assert "**None.** As before: " in said
    app.button(key="start-why").click().run()
    assert not app.exception
    assert [(job.kind, job.id) for job in queueing.waiting(workspace)] == [("why", "run-now.demo")]
    app.button(key="stop-why").click().run()
    assert "It was stopped." in words(app)
    assert queueing.waiting(workspace) == []


def test_an_answer_is_told_where_there_is_one(workspace):
    folders = desk(workspace).run_dir("demo"), workspace.run_dir("run-now")
    place = kept.folder_of(folders[1], "demo")
    place.mkdir(parents=True)
    list(work.answer(folders, ("demo", "run-now"), place, None))
    said = words(opened("run-now", "demo"))
    assert "Table and settings are the same: whatever differs is chance." in said
    assert "there is nothing to explain" in said


def test_of_the_demo_it_is_said_that_it_can_only_be_the_earlier(workspace):
    assert "The shipped demo is read-only" in words(opened("demo", "run-now"))


def test_runs_that_are_gone_unfinished_or_somebody_else_s_are_told_in_words(workspace):
    assert "There is no run 'run-gone' here." in words(opened("run-gone"))
    begun = runs.create(desk(workspace), demo_spec(), fresh=True).run_id
    assert "This run is created" in words(opened(begun))
    finished(workspace, "run-hers", owner="ann")
    assert "There is no run 'run-hers' here." in words(opened("run-hers"))
    assert "Choose another finished run above" in words(opened("run-now", "run-hers"))
    with pytest.raises(StorageError, match="no run 'run-hers'"):
        asking.look(desk(workspace), "run-now", "run-hers")
