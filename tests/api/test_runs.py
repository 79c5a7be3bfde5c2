"""Runs over HTTP: the whole life of one, and every way to be refused."""

import json

import pytest

from tests.doors import created, problem, until_over, uploaded
from tests.engines import SAMPLES, demo_spec, long_spec, until
from tests.malformed import with_cell

SEED = json.loads((SAMPLES / "run_spec.json").read_text())
QUICK = {"draws": 100, "tune": 100}


def spec_for(dataset_id: str, **changes: object) -> dict:
    return SEED | {"dataset_id": dataset_id, "sampler": QUICK} | changes


def test_the_specification_of_the_plan_is_accepted_word_for_word_and_reused(http):
    answer = http.post("/runs/create", json=SEED, params={"fresh": True})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["reused"], made["stage"]) == (False, "VALIDATED")
    assert answer.headers["location"] == f"/api/runs/{made['run_id']}"
    again = http.post("/runs/create", json=SEED)
    assert again.status_code == 200
    assert again.json()["reused"]
    assert http.get(f"/runs/{made['run_id']}").json()["spec"]["random_seed"] == 42


@pytest.mark.slow
def test_a_run_goes_from_created_to_outputs_ready_on_a_table_nobody_validated(http):
    run_id = created(http, spec_for(uploaded(http)))
    assert http.get(f"/runs/{run_id}/status").json()["stage"] == "CREATED"
    built = http.post(f"/runs/{run_id}/build_features")
    assert (built.status_code, built.json()["stage"]) == (200, "FEATURES_BUILT")
    problem(http.get(f"/runs/{run_id}/contributions"), 409, "not_finished")
    answer = http.post(f"/runs/{run_id}/train")
    assert answer.status_code == 202
    assert answer.json()["phase"] in ("queued", "running")
    assert answer.headers["location"] == f"/api/runs/{run_id}/status"
    final = until_over(http, run_id)
    assert (final["stage"], final["fraction"], final["error"]) == ("OUTPUTS_READY", 1.0, None)
    assert len(http.get(f"/runs/{run_id}/fitted").json()["rows"]) == 52
    problem(http.post(f"/runs/{run_id}/train"), 409, "wrong_stage")
    problem(http.post(f"/runs/{run_id}/build_features"), 409, "wrong_stage")
    problem(http.post(f"/runs/{run_id}/cancel"), 409, "wrong_stage")
    assert http.delete(f"/runs/{run_id}").status_code == 204
    problem(http.get(f"/runs/{run_id}"), 404, "no_run")


@pytest.mark.slow
def test_training_builds_the_features_itself_and_can_be_cancelled_from_the_queue_and_at_work(http):
    first, second = (created(http, long_spec(seed).model_dump(mode="json"), fresh=True) for seed in (91, 92))
    assert http.post(f"/runs/{first}/train").status_code == 202
    waiting = http.post(f"/runs/{second}/train").json()
    assert waiting["phase"] == "queued"
    assert waiting["place"] >= 1
    problem(http.delete(f"/runs/{second}"), 409, "wrong_stage")
    assert http.post(f"/runs/{second}/cancel").status_code == 202
    assert http.post(f"/runs/{first}/cancel").status_code == 202
    for run_id in (first, second):
        final = until_over(http, run_id)
        assert (final["stage"], final["error"]["code"]) == ("CANCELLED", "cancelled")
        assert "pid" not in json.dumps(final)


def test_a_table_with_errors_is_refused_once_validated_and_fails_when_it_was_not(http):
    bad = with_cell(5, "act_tv", "x")
    spec = {"drivers": ["act_tv"], "controls": []}
    validated = uploaded(http, bad)
    http.post(f"/datasets/{validated}/validate")
    found = problem(http.post("/runs/create", json=spec | {"dataset_id": validated}), 422, "not_a_number")
    assert (found["kind"], found["column"], found["row"]) == ("data", "act_tv", 5)
    run_id = created(http, spec | {"dataset_id": uploaded(http, bad)})
    for step in ("build_features", "train"):
        problem(http.post(f"/runs/{run_id}/{step}"), 422, "not_a_number")
        failed = http.get(f"/runs/{run_id}/status").json()
        assert (failed["stage"], failed["error"]["code"]) == ("ERROR", "not_a_number")


@pytest.mark.slow
def test_a_proof_is_begun_followed_and_stopped(http):
    run_id = created(http, spec_for("sample_001", random_seed=171), fresh=True)
    problem(http.post(f"/runs/{run_id}/proof"), 409, "wrong_stage")
    http.post(f"/runs/{run_id}/train")
    until_over(http, run_id)
    before = http.get(f"/runs/{run_id}/proof")
    assert before.json() == {
        "run_id": run_id, "state": "none", "step": "", "fraction": 0.0, "verdict": None, "proof": None,
    }  # fmt: skip
    begun = http.post(f"/runs/{run_id}/proof")
    assert begun.status_code == 202
    assert begun.headers["location"] == f"/api/runs/{run_id}/proof"
    assert begun.json()["state"] in ("queued", "running", "complete")

    def told() -> dict | None:
        """What is known once the first of its parts that need no fit has an answer."""
        found = http.get(f"/runs/{run_id}/proof").json()
        parts = {part["name"]: part["told"] for part in (found["proof"] or {"parts": ()})["parts"]}
        return found if parts.get("looks") else None

    known = until(told, seconds=120)
    assert next(part["told"]["sentence"] for part in known["proof"]["parts"] if part["name"] == "looks")
    assert known["verdict"]["headline"].startswith("Evidence: ")
    assert http.delete(f"/runs/{run_id}/proof").status_code == 202
    ended = until(
        lambda: (found := http.get(f"/runs/{run_id}/proof")).json()["state"] in ("stopped", "complete") and found,
        seconds=120,
    )
    assert ended.json()["proof"]["parts"]
    again = http.get(f"/runs/{run_id}/proof", headers={"if-none-match": ended.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert before.headers["etag"] != ended.headers["etag"]
    assert http.delete(f"/runs/{run_id}").status_code == 204
    problem(http.get(f"/runs/{run_id}/proof"), 404, "no_run")


@pytest.mark.slow
def test_it_is_asked_before_a_fit_how_much_a_table_could_tell(http):
    run_id = created(http, json.loads((SAMPLES / "mmm_demo_spec.json").read_text()) | {"random_seed": 172}, fresh=True)
    before = http.get(f"/runs/{run_id}/outlook").json()
    assert before == {
        "run_id": run_id, "state": "none", "step": "", "fraction": 0.0, "sentences": [], "channels": [],
        "outlook": None,
    }  # fmt: skip
    begun = http.post(f"/runs/{run_id}/outlook")
    assert (begun.status_code, begun.headers["location"]) == (202, f"/api/runs/{run_id}/outlook")
    until(lambda: http.get(f"/runs/{run_id}/outlook").json()["outlook"], seconds=240)
    assert http.delete(f"/runs/{run_id}/outlook").status_code == 202
    ended = until(
        lambda: (found := http.get(f"/runs/{run_id}/outlook").json())["state"] in ("stopped", "complete") and found,
        seconds=120,
    )
    assert 0 < ended["fraction"] <= 1
    assert ended["outlook"]["periods_later"] > ended["outlook"]["periods"]
    fixed = created(http, spec_for("sample_001", random_seed=172), fresh=True)
    problem(http.post(f"/runs/{fixed}/outlook"), 422, "not_estimated")
    problem(http.post("/runs/demo/outlook"), 403, "read_only")
    for method in ("get", "post", "delete"):
        problem(getattr(http, method)("/runs/run-aaaaaaaaaaaa/outlook"), 404, "no_run")


def test_the_shipped_run_is_not_proved_anew_and_another_s_is_not_there(http):
    if http.get("/runs/demo/proof").json()["state"] != "complete":
        problem(http.post("/runs/demo/proof"), 403, "read_only")
    for method in ("get", "post", "delete"):
        problem(getattr(http, method)("/runs/run-aaaaaaaaaaaa/proof"), 404, "no_run")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"drivers": []}, "drivers"),
        ({"random_seed": -1}, "random_seed"),
        ({"surprise": 1}, "surprise: unknown field"),
        ({"sampler": {"draws": 10}}, "sampler.draws"),
        ({"controls": ["act_tv"]}, "cannot be a driver and a control"),
    ],
)
def test_a_bad_specification_is_refused_by_field(http, change, words):
    found = problem(http.post("/runs/create", json=SEED | change), 422, "invalid_request")
    assert words in found["message"]
    assert found["kind"] == "spec"


def test_names_that_the_table_does_not_have_are_told(http):
    spec = SEED | {"drivers": ["act_nothing"], "feature_config": {}}
    assert "act_nothing" in problem(http.post("/runs/create", json=spec), 422, "unknown_column")["message"]
    problem(http.post("/runs/create", json=SEED | {"dataset_id": "data-nothing00000"}), 404, "no_dataset")
    problem(http.post("/runs/create", json=SEED | {"dataset_id": "../../etc"}), 404, "bad_id")


def test_runs_are_listed_in_pages_newest_first(http):
    made = [created(http, demo_spec(random_seed=seed).model_dump(mode="json"), fresh=True) for seed in (301, 302, 303)]
    page = http.get("/runs", params={"limit": 2, "offset": 1}).json()
    assert [each["run_id"] for each in page["runs"]] == [made[1], made[0]]
    assert page["runs"][0]["source_name"] == "mmm_demo.csv"
    assert page["runs"][0]["status"]["phase"] == "created"
    assert page["total"] >= 3
    assert http.get("/runs", params={"offset": page["total"]}).json()["runs"] == []
    problem(http.get("/runs", params={"limit": 0}), 422, "invalid_request")


def test_the_shipped_run_is_there_and_cannot_be_changed(http):
    found = http.get("/runs/demo").json()
    assert (found["run_id"], found["status"]["run_id"], found["status"]["phase"]) == ("demo", "demo", "finished")
    problem(http.delete("/runs/demo"), 403, "read_only")
    problem(http.post("/runs/demo/train"), 409, "wrong_stage")
    for method, path in (("GET", "status"), ("POST", "train"), ("POST", "cancel"), ("GET", "outputs")):
        problem(http.request(method, f"/runs/run-nothing00000/{path}"), 404, "no_run")
