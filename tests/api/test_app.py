"""The API as a whole: its document, what docs/api.md says of it, other sites, and the app beside it."""

import os
import re
import subprocess
import sys

import httpx
import pytest

from benchmarks.api_cases import check, served
from benchmarks.endurance import Server
from mmm_core.api import problems
from mmm_core.api.app import create_api
from mmm_core.api.problems import KINDS, STATUS_OF_CODE
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.doors import problem, running, stays_open
from tests.engines import ready, stop

DESIGN = """
POST /datasets/upload, POST /datasets/{dataset_id}/validate, GET /datasets/{dataset_id}, POST /runs/create,
POST /runs/{run_id}/build_features, POST /runs/{run_id}/train, GET /runs/{run_id}/status, GET /runs/{run_id},
GET /runs/{run_id}/outputs, GET /runs/{run_id}/posterior_summary, GET /runs/{run_id}/diagnostics,
GET /runs/{run_id}/contributions, GET /runs/{run_id}/fitted, GET /health, POST /runs/{run_id}/cancel, GET /datasets,
GET /runs, GET /runs/{run_id}/download, DELETE /datasets/{dataset_id}, DELETE /runs/{run_id}
"""
PAGE = (PROJECT / "docs" / "api.md").read_text()


@pytest.fixture
def document(http) -> dict:
    return http.get("/openapi.json").json()


def operations(document: dict) -> dict[str, dict]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_route_of_the_design_is_there(document):
    assert set(re.findall(r"[A-Z]+ /[^\s,]+", DESIGN)) <= set(operations(document))
    assert document["servers"] == [{"url": "/api"}]


def test_every_operation_is_described_and_every_error_is_a_problem(document):
    for name, operation in operations(document).items():
        assert operation["summary"], name
        assert operation["description"], name
        assert re.fullmatch(r"[a-z_]+", operation["operationId"]), name
        failures = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert "500" in failures, name
        for answer in failures.values():
            assert list(answer["content"]) == [problems.MEDIA_TYPE], name
            assert answer["content"][problems.MEDIA_TYPE]["schema"] == {"$ref": "#/components/schemas/Problem"}
        for parameter in operation.get("parameters", []):
            assert parameter["description"], name
    assert "HTTPValidationError" not in str(document)


def test_the_specification_in_the_document_has_the_seed_s_example_and_describes_its_fields(document):
    create = operations(document)["POST /runs/create"]["requestBody"]["content"]["application/json"]
    assert "sample_001" in str(create)
    for name, field in document["components"]["schemas"]["RunSpec"]["properties"].items():
        assert field["description"], name


def test_other_sites_may_call_only_where_the_settings_name_them(http, monkeypatch, tmp_path):
    origin = {"origin": "https://bi.example"}
    assert "access-control-allow-origin" not in http.get("/health", headers=origin).headers
    monkeypatch.setenv("MMM_CORS_ORIGINS", "https://bi.example, https://other.example")
    with running(create_api(Workspace(tmp_path))) as address:
        answer = httpx.get(f"{address}/health", headers=origin, timeout=120)
        assert answer.headers["access-control-allow-origin"] == "https://bi.example"
        assert "ETag" in answer.headers["access-control-expose-headers"]
        asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
        refused = httpx.options(f"{address}/runs/create", headers=asked, timeout=120)
        assert "access-control-allow-origin" not in refused.headers


def test_the_page_lists_every_route_and_no_other(http):
    document = http.get("/openapi.json").json()
    routes = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert set(re.findall(r"^\| `([A-Z]+ /[^`]+)` \|", PAGE, flags=re.M)) == routes


def test_the_page_explains_every_status_that_an_error_can_have(http):
    document = http.get("/openapi.json").json()
    declared = {
        int(status)
        for methods in document["paths"].values()
        for operation in methods.values()
        for status in operation["responses"]
        if int(status) >= 400
    }
    explained = {int(status) for status in re.findall(r"^\| (\d{3}) \|", PAGE, flags=re.M)}
    assert explained == declared | {405} | set(STATUS_OF_CODE.values()) | {status for _, status in KINDS.values()}


def test_every_curl_line_names_a_route(http):
    document = http.get("/openapi.json").json()
    patterns = [re.sub(r"\{\w+\}", "[^/]+", path) for path in document["paths"]]
    called = re.findall(r"\$API(/[^\s`]+)", PAGE)
    assert len(called) >= 8
    for path in called:
        assert any(re.fullmatch(pattern, path) for pattern in patterns), path


@pytest.mark.slow
def test_the_python_example_runs(api_address):
    example = re.search(r"```python\n(.*?)```", PAGE, flags=re.S)
    assert example
    environment = os.environ | {"MMM_BACKEND_URL": api_address}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example.group(1)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "2023-" in done.stdout
    assert "tv" in done.stdout


@pytest.mark.slow
@pytest.mark.timeout(900)  # some of the requests have reports written
def test_generated_requests_find_no_server_error_and_nothing_the_document_does_not_say(tmp_path):
    with served(Workspace(tmp_path)) as address:
        found = check(address, examples=5, seed=1, phases="examples,fuzzing,stateful")
        paths = httpx.get(f"{address}/openapi.json", timeout=30).json()["paths"]
    assert found["passed"], found["output"]
    assert found["operations"] == sum(len(methods) for methods in paths.values())
    assert found["cases"] >= 300


@pytest.mark.slow
def test_one_process_serves_the_app_and_the_api(tmp_path):
    workspace = Workspace(tmp_path)
    server = Server(workspace)
    try:
        assert httpx.get(server.address, timeout=30).status_code == 200
        assert httpx.get(f"{server.address}/_stcore/health", timeout=30).text == "ok"
        api = f"{server.address}/api"
        assert httpx.get(f"{api}/health", timeout=30).json()["status"] == "ok"
        assert httpx.get(f"{api}/openapi.json", timeout=120).json()["servers"] == [{"url": "/api"}]
        problem(httpx.get(f"{api}/nothing", timeout=120), 404, "no_such_address")
        assert httpx.get(f"{api}/runs/demo/status", timeout=120).json()["stage"] == "OUTPUTS_READY"
        assert stays_open(server.port, seconds=6)
    finally:
        server.end()
        # A worker that is still on its way could not be found, and would stay.
        ready(workspace)
        stop(workspace)
