"""Comparisons, why, refreshes and advice over HTTP, and every way to be refused."""

import pandas as pd
import pytest

from mmm_core import shipped
from mmm_core.client import Client
from mmm_core.errors import DataError, StorageError
from tests.doors import problem
from tests.engines import demo_spec, finished, until


@pytest.fixture
def copy(workspace_with_worker):
    """A run of everybody's that is a copy of the demo."""
    if not workspace_with_worker.run_dir("run-copied").exists():
        finished(workspace_with_worker, "run-copied", owner="local")
    return "run-copied"


def longer(weeks: int = 5) -> bytes:
    frame = pd.read_csv(shipped.TABLES["demo"])
    more = frame.tail(weeks).copy()
    more["period_start"] = (pd.to_datetime(more["period_start"]) + pd.Timedelta(weeks=weeks)).dt.strftime("%Y-%m-%d")
    return pd.concat([frame, more]).to_csv(index=False).encode()


def test_runs_stand_side_by_side(http, copy):
    found = http.get("/compare", params={"run": ["demo", copy]}).json()
    assert [side["run_id"] for side in found["sides"]] == ["demo", copy]
    assert found["against"][0]["settings"] == []
    assert found["channels"][0]["shares"][0]["median"] > 0


@pytest.mark.parametrize(
    ("names", "status", "code"),
    [
        (["demo"], 422, "not_several"),
        (["demo", "demo"], 422, "not_several"),
        (["demo", "run-gone"], 404, "no_run"),
        (["demo", "../x"], 404, "bad_id"),
        ([], 422, "invalid_request"),
    ],
)
def test_what_cannot_be_compared_is_a_problem(http, names, status, code):
    problem(http.get("/compare", params={"run": names}), status, code)


def test_a_run_that_is_not_finished_is_named(http, copy):
    made = http.post("/runs/create?fresh=true", json=demo_spec().model_dump(mode="json", by_alias=True)).json()
    problem(http.get("/compare", params={"run": ["demo", made["run_id"]]}), 409, "not_finished")
    problem(http.get(f"/runs/{copy}/why/{made['run_id']}"), 409, "not_finished")


def test_why_is_looked_at_started_and_refused(http, copy):
    address = f"/runs/{copy}/why/demo"
    started = http.post(address)
    assert (started.status_code, started.headers["location"]) == (202, f"/api{address}")
    # Table and settings are the same: nothing is fitted.
    ended = until(lambda: (found := http.get(address).json())["state"] == "complete" and found, seconds=240)
    assert (ended["fraction"], ended["why"]["causes"]) == (1.0, [])
    assert all(move["kind"] in ("noise", "inside") for move in ended["why"]["moves"])
    assert http.delete(address).status_code == 202
    problem(http.get(f"/runs/{copy}/why/{copy}"), 422, "not_comparable")
    problem(http.get("/runs/run-gone/why/demo"), 404, "no_run")
    problem(http.post(f"/runs/demo/why/{copy}"), 403, "read_only")


@pytest.mark.slow
def test_a_refresh_is_fitted_and_says_whether_any_advice_changed(http):
    files = {"file": ("brand.csv", longer(), "text/csv")}
    answer = http.post("/runs/demo/refresh", files=files)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["joined"]["kind"], len(made["joined"]["change"]["new"])) == ("longer", 5)
    run_id = made["run_id"]
    until(lambda: http.get(f"/runs/{run_id}/status").json()["phase"] == "finished", seconds=240)
    found = http.get(f"/runs/{run_id}/advice/demo").json()
    assert found["paragraph"].startswith("Advice changed." if found["changed"] else "No advice changed.")
    again = http.post("/runs/demo/refresh", files=files).json()
    assert again["run_id"] != ""
    assert again["dataset_id"] != made["dataset_id"]


def test_a_refresh_that_cannot_be_is_a_problem(http):
    table = shipped.TABLES["demo"].read_bytes()
    problem(http.post("/runs/demo/refresh", files={"file": ("t.csv", table)}), 422, "nothing_new")
    problem(http.post("/runs/run-gone/refresh", files={"file": ("t.csv", table)}), 404, "no_run")
    problem(http.post("/runs/demo/refresh", files={"file": ("t.csv", b"a,b\n1,2\n")}), 422, "missing_columns")
    problem(http.post("/runs/demo/refresh"), 422, "invalid_request")


def test_the_client_asks_the_same(api_address, copy, tmp_path):
    with Client(api_address) as client:
        assert [side["run_id"] for side in client.compare("demo", copy).sides] == ["demo", copy]
        assert client.start_why(copy, "demo").before == "demo"
        until(lambda: client.get_why(copy, "demo").state == "complete", seconds=240)
        assert client.get_why(copy, "demo").sentences
        assert client.stop_why(copy, "demo").state == "complete"
        assert client.get_advice(copy, "demo").changed == ()
        path = tmp_path / "brand.csv"
        path.write_bytes(longer(3))
        made = client.refresh("demo", path, train=False)
        assert client.get_run(made.run_id).status.phase == "created"
        with pytest.raises(StorageError):
            client.compare("demo", "run-gone")
        with pytest.raises(DataError):
            client.refresh("demo", tmp_path / "none.csv")
