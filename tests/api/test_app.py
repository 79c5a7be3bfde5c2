"""The API as a whole: its document, its page, other sites, and the app beside it."""

import re

import httpx
import pytest

from benchmarks.endurance import Server
from mmm_core.api import problems
from mmm_core.api.app import create_api
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


def test_the_document_page_asks_no_other_host(http):
    page = http.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    sources = re.findall(r'(?:src|href|spec-url)="([^"]+)"', page.text)
    assert len(sources) == 4
    for source in sources:
        assert source.startswith("/api/"), source
        assert http.get(source.removeprefix("/api")).status_code == 200
    assert 'load-fonts="false"' in page.text
    assert http.get("/").headers["location"] == "/api/docs"
    problem(http.get("/assets/nothing.js"), 404, "no_such_address")
    assert http.get("/assets/..%2f..%2fREADME.md").status_code == 404
    assert "MIT" in (PROJECT / "static" / "api" / "rapidoc-LICENSE.txt").read_text()


def test_other_sites_may_call_only_where_the_settings_name_them(http, monkeypatch, tmp_path):
    origin = {"origin": "https://bi.example"}
    assert "access-control-allow-origin" not in http.get("/health", headers=origin).headers
    monkeypatch.setenv("MMM_CORS_ORIGINS", "https://bi.example, https://other.example")
    with running(create_api(Workspace(tmp_path))) as address:
        answer = httpx.get(f"{address}/health", headers=origin)
        assert answer.headers["access-control-allow-origin"] == "https://bi.example"
        assert "ETag" in answer.headers["access-control-expose-headers"]
        asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
        refused = httpx.options(f"{address}/runs/create", headers=asked)
        assert "access-control-allow-origin" not in refused.headers


@pytest.mark.slow
def test_one_process_serves_the_app_and_the_api(tmp_path):
    workspace = Workspace(tmp_path)
    server = Server(workspace)
    try:
        assert httpx.get(server.address, timeout=30).status_code == 200
        assert httpx.get(f"{server.address}/_stcore/health", timeout=30).text == "ok"
        api = f"{server.address}/api"
        assert httpx.get(f"{api}/health", timeout=30).json()["status"] == "ok"
        assert httpx.get(f"{api}/openapi.json").json()["servers"] == [{"url": "/api"}]
        problem(httpx.get(f"{api}/nothing"), 404, "no_such_address")
        assert httpx.get(f"{api}/runs/demo/status").json()["stage"] == "OUTPUTS_READY"
        assert stays_open(server.port, seconds=6)
    finally:
        server.end()
        # A worker that is still on its way could not be found, and would stay.
        ready(workspace)
        stop(workspace)
