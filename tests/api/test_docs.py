"""docs/api.md says what the API does."""

import os
import re
import subprocess
import sys

import pytest

from mmm_core.api.problems import KINDS, STATUS_OF_CODE
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "api.md").read_text()


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
