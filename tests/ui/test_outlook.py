"""The card that says before a fit how near it could come, in each state; without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mmm_core.proof.before import outlook
from mmm_core.workspace import queueing, status, storage, worker_door
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.proof.before.test_outlook import found
from tests.ui.test_pages import page, read_by_a_person

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """A workspace whose worker is not to be started."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.setattr(worker_door, "ensure_worker", lambda _: None)
    monkeypatch.chdir(PROJECT)
    return Workspace(tmp_path)


def buttons(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def test_it_is_asked_and_answered_for_the_settings_at_hand(workspace):
    app = page("features", dataset="demo")
    assert "How much could this table tell?" in [header.value for header in app.header]
    assert "Tables are made on your own dates" in read_by_a_person(app)
    app = next(button for button in app.button if button.key == "start-outlook").click().run()
    assert not app.exception
    (job,) = [job for job in queueing.waiting(workspace) if job.kind == "outlook"]
    folder = job.folder(workspace)
    assert "Stop" in buttons(app)
    app = next(button for button in app.button if button.key == "stop-outlook").click().run()
    storage.write_json(folder / outlook.FILE, found(4, 4))
    app = app.run()
    said = read_by_a_person(app)
    assert "With 104 weeks like these returns will be found to about TV ± 0.40 and Radio ± 0.80." in said
    assert "With one more year, 156 weeks" in said
    assert "Returns in" in said
    assert "Go on" in buttons(app)
    assert status.get_status(folder).stage == "CANCELLED"
    storage.write_json(folder / outlook.FILE, found(outlook.WORLDS, outlook.WORLDS))
    assert not {"Go on", "Stop", "Try it on tables like this one"} & buttons(app.run())


def test_settings_that_were_left_are_not_tried_any_more(workspace):
    app = page("features", dataset="demo")
    app = next(button for button in app.button if button.key == "start-outlook").click().run()
    (before,) = [job for job in queueing.waiting(workspace) if job.kind == "outlook"]
    saturation = next(toggle for toggle in app.toggle if toggle.label == "Saturation, for all channels")
    app = saturation.set_value(False).run()
    assert not [job for job in queueing.waiting(workspace) if job.kind == "outlook"]
    assert status.get_status(before.folder(workspace)).stage == "CANCELLED"
    assert "Try it on tables like this one" in buttons(app)
