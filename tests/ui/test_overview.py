"""What somebody finds who comes back: with results, without, with damaged ones, and with thousands."""

from __future__ import annotations

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from mmm_core.runs import datasets, runs
from mmm_core.runs.folder import CHANNELS, SPEC, read_spec
from mmm_core.runs.manifest import Label
from mmm_core.workspace import storage
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import desk
from tests.malformed import good_rows, table, with_cell
from tests.runs.returning.results import made, put_back

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """An empty workspace whose worker is not to be started."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    return Workspace(tmp_path)


def overview() -> AppTest:
    app = AppTest.from_file(str(PROJECT / "pages" / "overview.py"), default_timeout=240)
    app.session_state["routed"] = True
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info, *app.header, *app.subheader]
    return "\n".join(str(part.value) for part in parts).replace("\\", "").replace("\u00a0", " ")


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_a_newcomer_sees_the_demo_in_full(workspace):
    app = overview()
    assert "This is what you get" in words(app)
    assert {"Open the demo", "Use my data"} <= set(labels(app))
    assert not app.text_input


def test_a_table_alone_asks_its_questions_and_shows_no_result(workspace):
    datasets.create_dataset(desk(workspace), with_cell(5, "act_tv", "x"), "typo.csv")
    app = overview()
    said = words(app)
    assert "**typo.csv** cannot be fitted before something is answered or mended" in said
    assert "Your newest result will stand here" in said
    assert not app.metric
    assert "This is what you get" not in said
    assert {"Mend it", "Open the demo", "Bring another table"} <= set(labels(app))


def test_the_newest_result_stands_first_with_what_changed(workspace):
    made(workspace, "run-a", 2020)
    now = made(workspace, "run-b", 2021)
    storage.write_json(now / SPEC, read_spec(now).model_copy(update={"random_seed": 7}))
    app = overview()
    said = words(app)
    assert "Your newest result" in said
    assert "Media brought" in said
    assert len(app.metric) == 4
    assert "- random seed: 7 instead of" in said
    assert "Now outside the interval of before: no channel." in said
    beside = app.table[0].value
    assert list(beside.columns) == ["Channel", "Before", "Now"]
    assert (beside["Before"] == beside["Now"]).all()
    app.button(key="open-before")
    assert "Open this result" in labels(app)


def test_the_first_result_on_a_table_has_none_before(workspace):
    made(workspace, "run-a", 2020)
    assert "This is the first result on this table" in words(overview())


def test_results_that_mean_different_things_are_not_set_side_by_side(workspace):
    made(workspace, "run-a", 2020)
    made(workspace, "run-b", 2021, grain="MONTH")
    app = overview()
    assert "cannot be set beside those before: it counts in months, the one before in weeks." in words(app)
    assert not app.table


def test_damaged_runs_and_deleted_tables_leave_the_rest_readable(workspace):
    made(workspace, "run-a", 2020)
    (made(workspace, "run-b", 2021) / CHANNELS).unlink()
    (made(workspace, "run-c", 2022) / "manifest.json").write_text("{")
    (made(workspace, "run-d", 2023) / "label.json").write_text("{")
    (made(workspace, "run-e", 2024) / "diagnostics.json").write_text("{")
    gone = made(workspace, "run-f", 2025)
    storage.write_json(gone / SPEC, read_spec(gone).model_copy(update={"dataset_id": "data-gone"}))
    fits = made(workspace, "run-g", 2026)
    put_back(fits, "TRAINING")
    said = words(overview())
    assert "The run run-c cannot be read" in said
    assert "Media brought" in said
    shutil.rmtree(gone)
    assert "Your newest result" in words(overview())


def test_somebody_else_s_runs_and_tables_are_not_there(workspace):
    made(workspace, "run-a", 2020, owner="ann")
    assert "This is what you get" in words(overview())


def test_a_search_finds_runs_and_tables_and_says_where_there_are_none(workspace):
    made(workspace, "run-a", 2020)
    made(workspace, "run-b", 2021)
    runs.relabel(desk(workspace), "run-a", Label(name="For the board"))
    datasets.create_dataset(desk(workspace), table(good_rows(80)), "weekly.csv")
    app = overview()
    assert {"open-run-a", "open-run-b"} <= {button.key for button in app.button}
    app.text_input(key="search").set_value("BOARD").run()
    assert "open-run-b" not in {button.key for button in app.button}
    assert "open-run-a" in {button.key for button in app.button}
    app.text_input(key="search").set_value("weekly").run()
    assert "open-run-a" not in {button.key for button in app.button}
    assert "**weekly.csv** ·" in words(app)
    app.text_input(key="search").set_value("nobody").run()
    assert "Nothing is called “nobody”" in words(app)


def test_the_list_is_turned_page_by_page_and_begins_anew_with_a_search(workspace):
    for number in range(23):
        made(workspace, f"run-{number:02}", 2000 + number)

    def listed(app: AppTest) -> list[str]:
        return [button.key for button in app.button if str(button.key).startswith("open-run")]

    app = overview()
    assert listed(app) == [f"open-run-{number:02}" for number in range(22, 12, -1)]
    next(button for button in app.button if button.label == "Older runs").click().run()
    next(button for button in app.button if button.label == "Older runs").click().run()
    assert listed(app) == ["open-run-02", "open-run-01", "open-run-00"]
    assert "21–23 of 23 runs" in words(app)
    app.text_input(key="search").set_value("run-2").run()
    assert listed(app) == ["open-run-22", "open-run-21", "open-run-20"]
