"""Every failure is a problem with words and a remedy, and never a traceback."""

import ast
import logging

import httpx
import pytest
from fastapi import FastAPI

from mmm_core import errors
from mmm_core.api.app import create_api
from mmm_core.api.problems import status_of
from mmm_core.errors import DataError, MMMError, RunError, SpecError, StorageError
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.doors import problem, running

EXPECTED = {
    403: {"not_shareable", "read_only"},
    404: {"bad_id", "gone", "no_dataset", "no_draft", "no_plan", "no_run", "no_share", "not_found"},
    409: {"cancelled", "not_finished", "not_over", "run_failed", "time_limit", "wrong_stage"},
    413: {"file_too_large", "too_large"},
    429: {"queue_full", "too_many_plans", "too_many_shares"},
    500: {
        "error", "file_damaged", "file_unreadable", "folder_in_use", "folder_unwritable", "internal", "newer_format",
        "no_service", "not_a_file", "not_deleted", "pdf_failed", "sampler_failed", "storage_failed", "write_failed",
        # Of the command line alone: no request can meet them.
        "bad_name", "bad_owner", "bad_setting", "is_compared", "is_proved", "no_key", "not_trained", "unsafe_binding",
        "bad_address", "bad_experiment", "experiment_deleted", "mlflow_missing", "tracking_failed", "tracking_refused",
        "tracking_unreachable",
    },
    501: {"no_browser"},
    503: {"queue_busy"},
}  # fmt: skip
"""Codes by status; every other code is of a table or a specification: 422."""


def raised_codes() -> set[tuple[type[MMMError], str]]:
    """Branch and code of every error that the package raises by name; the client's own never cross the API."""
    found = {(kind, kind.default_code) for kind in vars(errors).values() if isinstance(kind, type)}
    for path in set((PROJECT / "mmm_core").rglob("*.py")) - set((PROJECT / "mmm_core" / "client").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                kind = getattr(errors, node.func.id, None)
                codes = [
                    word.value.value
                    for word in node.keywords
                    if word.arg == "code" and isinstance(word.value, ast.Constant)
                ]
                found |= {(kind, code) for code in codes if kind}
    return found


def test_every_error_of_ours_has_the_status_that_it_should():
    raised = raised_codes()
    assert len(raised) > 40
    for kind, code in raised:
        expected = next((status for status, codes in EXPECTED.items() if code in codes), 422)
        assert status_of(kind("x", code=code))[1] == expected, (kind, code)


def test_addresses_and_methods_that_there_are_not(http):
    problem(http.get("/nothing"), 404, "no_such_address")
    problem(http.get("/datasets/"), 404, "no_such_address")
    answer = http.put("/health")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"
    answer = http.put("/datasets/demo")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET"
    assert http.put("/datasets/upload").headers["allow"] == "POST"
    assert http.post("/docs").headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 422, "body_not_json"),
        (b"[" * 100_000, 400, "bad_request"),
        (b"\xff", 400, "bad_request"),
        (b'{"dataset_id": ' + b"9" * 5000 + b"}", 400, "bad_request"),
        (b"null", 422, "invalid_request"),
        (b'{"\\ud800": 1}', 422, "invalid_request"),
        (b'{"dataset_id": "\\ud800", "drivers": ["a"]}', 422, "invalid_request"),
        (b'{"dataset_id": "demo", "drivers": ["a"], "target_offset": NaN}', 422, "invalid_request"),
        (b'{"dataset_id": "demo", "drivers": ["a"], "target_offset": 1e999}', 422, "invalid_request"),
    ],
)
def test_bodies_that_are_no_specification(http, content, status, code):
    problem(http.post("/runs/create", content=content, headers={"content-type": "application/json"}), status, code)


def test_a_body_of_another_type_is_not_read_as_json(http):
    answer = http.post("/runs/create", content=b"{}", headers={"content-type": "text/plain"})
    problem(answer, 422, "invalid_request")


@pytest.fixture
def failing(tmp_path) -> FastAPI:
    """The API, with one more route that fails in a chosen way."""
    api = create_api(Workspace(tmp_path))
    failures = {
        "surprise": ZeroDivisionError("secret"),
        "disk": StorageError("'/srv/secret/x' could not be written: No space left on device.", code="write_failed"),
        "busy": StorageError("The queue is held.", code="queue_busy", remedy="Try again in a moment."),
        "data": DataError("Bad.", code="c", remedy="Mend it.", column="act_\ud800", row=3),
        "spec": SpecError("Bad.", remedy="Mend it."),
        "run": RunError("Bad.", remedy="Wait."),
        "unknown": MMMError("Bad.", remedy="Wait."),
    }

    @api.get("/fail/{how}")
    def fail(how: str) -> None:
        raise failures[how]

    return api


def test_our_own_fault_tells_nothing_but_where_to_look(failing, caplog):
    with running(failing) as address, caplog.at_level(logging.ERROR, "mmm_core.api.problems"):
        for how, code in (("surprise", "internal"), ("disk", "write_failed"), ("unknown", "error")):
            answer = httpx.get(f"{address}/fail/{how}", timeout=120)
            found = problem(answer, 500, code)
            assert found["kind"] == "server"
            assert "secret" not in answer.text
            assert found["reference"] in found["remedy"]
            assert found["reference"] in caplog.text


def test_each_branch_says_what_is_at_fault(failing):
    with running(failing) as address:
        found = problem(httpx.get(f"{address}/fail/data", timeout=120), 422, "c")
        assert (found["kind"], found["column"], found["row"]) == ("data", "act_?", 3)
        assert problem(httpx.get(f"{address}/fail/spec", timeout=120), 422, "bad_spec")["kind"] == "spec"
        assert problem(httpx.get(f"{address}/fail/run", timeout=120), 409, "run_failed")["kind"] == "run"
        busy = httpx.get(f"{address}/fail/busy", timeout=120)
        problem(busy, 503, "queue_busy")
        assert busy.headers["retry-after"] == "1"
