"""Is the service there, and can it fit? Asked by whoever watches over it."""

import pytest
from fastapi import FastAPI

from mmm_core import __version__
from mmm_core.api.app import create_api
from mmm_core.runs import runs
from mmm_core.workspace import worker_door
from mmm_core.workspace.storage import Workspace
from tests.api.guards.conftest import asked
from tests.doors import problem
from tests.engines import demo_spec, desk


@pytest.fixture
def api(tmp_path) -> FastAPI:
    return create_api(Workspace(tmp_path / "not there yet"))


def test_health_is_answered_over_http(http):
    found = http.get("/health").json()
    assert found["status"] == "ok"
    assert set(found) == {"status", "version", "worker", "queue", "counts"}


def test_a_workspace_that_nobody_has_used_is_well_and_asking_makes_nothing(api):
    found = asked(api, "/health").json()
    assert (found["status"], found["version"], found["worker"]["state"]) == ("ok", __version__, "absent")
    assert found["counts"] == {"datasets": 0, "runs": 0}
    assert not api.state.workspace.root.exists()


def test_health_counts_everybody_s_runs_and_names_nobody(api):
    workspace = api.state.workspace
    made = [runs.create(desk(workspace, owner), demo_spec()).run_id for owner in ("ann", "bob")]
    answer = asked(api, "/health")
    assert answer.json()["counts"]["runs"] == 2
    for secret in (*made, "ann", "bob", str(workspace.root)):
        assert secret not in answer.text


def test_a_worker_that_gave_up_is_told_and_results_can_still_be_read(api):
    worker_door.record_failure(api.state.workspace, "The sampler is missing.", "Install it.")
    answer = asked(api, "/health")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["status"], found["worker"]["message"]) == ("degraded", "The sampler is missing.")
    assert asked(api, "/runs/demo/status").json()["phase"] == "finished"


def test_health_is_read_and_nothing_else(api):
    answer = asked(api, "/health", method="POST")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"
