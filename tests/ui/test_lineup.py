"""Channels on the pages: one order and one colour each, before a fit and after, whatever became of their names."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from mmm_core.charts.style import LIGHT
from mmm_core.runs import datasets
from mmm_core.runs.manifest import Manifest
from mmm_core.spec import DatasetSettings
from mmm_core.workspace import storage
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import desk, finished
from tests.malformed import good_rows, table

pytestmark = pytest.mark.slow
HEADER = "entity_id,period_start,sales,act_tv,act_radio,ctrl_price,spend_radio,spend_tv"
"""The good table with the larger spend under the channel that comes second."""
TURNED = {"tv": 5, "search": 4, "social": 3, "video": 2, "radio": 1, "print": 0}


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    return Workspace(tmp_path)


def page(name: str, **ids: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "pages" / f"{name}.py"), default_timeout=240)
    app.session_state["routed"] = True
    for key, value in ids.items():
        app.session_state[f"id_{key}"] = value
    app.run()
    assert not app.exception
    return app


def marks(app: AppTest) -> Iterator[tuple[str, str]]:
    """What each row or band of the charts of a page is called, and its colour."""
    for chart in app.get("plotly_chart"):
        for trace in json.loads(chart.proto.spec)["data"]:
            filled, marker = trace.get("fillcolor"), trace.get("marker", {})
            if isinstance(filled, str):
                yield trace["name"], filled
            elif isinstance(marker.get("color"), list):
                yield from zip(trace["y"], marker["color"], strict=True)
            elif isinstance(marker.get("color"), str) and "name" in trace:
                yield trace["name"], marker["color"]
            elif isinstance(marker.get("color"), str) and trace.get("y"):
                yield str(trace["y"][0]), marker["color"]
            elif "line" in trace and "name" in trace:
                yield trace["name"], trace["line"].get("color", "")


def of_channels(app: AppTest, names: set[str]) -> list[tuple[str, str]]:
    return [(name, colour) for name, colour in marks(app) if name in names and colour in LIGHT.palette]


def test_before_a_fit_channels_stand_by_spend_and_keep_their_colour_when_another_goes(workspace):
    made = datasets.create_dataset(desk(workspace), table(good_rows(), HEADER), "t.csv").dataset_id
    tv, radio = LIGHT.palette[:2]
    app = page("data", dataset=made)
    assert of_channels(app, {"TV", "Radio"}) == [("Radio", radio), ("TV", tv)] * 2
    assert "2 channels (Radio, TV)" in app.markdown[0].value
    renamed = {"act_wireless": "act_radio", "spend_wireless": "spend_radio"}
    fewer = DatasetSettings(left_out=("act_tv", "spend_tv"), columns=renamed)
    datasets.revise_dataset(desk(workspace), made, settings=fewer)
    assert set(of_channels(page("data", dataset=made), {"Wireless", "Radio", "TV"})) == {("Wireless", radio)}


def test_what_is_fitted_names_channels_by_spend(workspace):
    made = datasets.create_dataset(desk(workspace), table(good_rows(), HEADER), "t.csv").dataset_id
    said = "\n".join(each.value for each in page("train", dataset=made).markdown)
    assert "**Channels, with decay:** Radio 0.5, TV 0.5" in said


def test_the_overview_and_the_results_of_a_run_have_the_colours_of_its_table(workspace):
    demo = datasets.get_dataset(desk(workspace), "demo").content_hash
    finished(workspace, "run-turned", colours=TURNED, dataset_hash=demo, owner="local")
    assert storage.read_json(workspace.run_dir("run-turned") / "manifest.json", Manifest).colours == TURNED
    names = {"TV": "tv", "Search": "search", "Social": "social", "Video": "video", "Radio": "radio", "Print": "print"}
    wanted = {(label, LIGHT.palette[TURNED[name]]) for label, name in names.items()}
    for app in (page("overview"), page("results", run="run-turned")):
        found = of_channels(app, set(names))
        assert len(found) >= 5
        assert set(found) <= wanted
