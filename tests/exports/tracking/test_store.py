"""MLflow's failures in words, and its silence."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mmm_core.errors import DataError, TrackingError
from mmm_core.exports.tracking.address import place_of
from mmm_core.exports.tracking.store import connected
from tests.conftest import PROJECT
from tests.doors import running


def refusal(address: str) -> TrackingError:
    with pytest.raises(TrackingError) as error, connected(place_of(address)):
        pytest.fail("nobody is there")
    said = str(error.value)
    assert error.value.remedy
    assert "s3cret" not in said
    assert "\n" not in said
    return error.value


def test_a_port_at_which_nobody_listens_is_said_to_be_one():
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    found = refusal(f"http://ana:s3cret@127.0.0.1:{port}")
    assert found.code == "tracking_unreachable"
    assert found.message == f"Nobody answers at http://127.0.0.1:{port}."


def test_whoever_takes_a_call_and_never_answers_is_given_up(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")  # what a user has set is kept
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        assert refusal(f"http://127.0.0.1:{silent.getsockname()[1]}").code == "tracking_unreachable"
    assert os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "1"


ANSWERS = {
    "page": lambda _: HTMLResponse("<h1>Not MLflow</h1>"),
    "gone": lambda _: Response("no", 404),
    "login": lambda _: JSONResponse({"error_code": "UNAUTHENTICATED", "message": "Who are you?"}, 401),
    "broken": lambda _: Response("oops", 500),
}


@pytest.fixture(scope="module")
def others() -> Iterator[str]:
    """Address of a server that is not MLflow's; each of its folders answers otherwise."""
    methods = ["GET", "POST"]
    routes = [Route(f"/{name}/{{rest:path}}", answer, methods=methods) for name, answer in ANSWERS.items()]
    with running(Starlette(routes=routes)) as address:
        yield address.replace("http://", "http://ana:s3cret@")


@pytest.mark.parametrize("name", ANSWERS)
def test_a_server_that_is_none_of_mlflow_or_refuses_is_told(name, others):
    found = refusal(f"{others}/{name}")
    assert found.code == "tracking_refused"
    wanted = "MLFLOW_TRACKING_TOKEN" if name == "login" else "an MLflow server"
    assert wanted in str(found)


def test_what_mlflow_cannot_read_of_a_database_is_told_with_the_file(fresh):
    with closing(sqlite3.connect(fresh.removeprefix("sqlite:///"))) as opened, opened:
        opened.execute("UPDATE alembic_version SET version_num = 'of_another_version'")
    found = refusal(fresh)
    assert found.code == "tracking_refused"
    assert f"mlflow db upgrade {fresh}" in found.remedy


def test_the_hurry_of_the_first_question_leaves_no_trace(fresh, monkeypatch):
    for name in ("MLFLOW_HTTP_REQUEST_TIMEOUT", "MLFLOW_HTTP_REQUEST_MAX_RETRIES"):
        monkeypatch.delenv(name, raising=False)
    with connected(place_of(fresh)) as client:
        assert "MLFLOW_HTTP_REQUEST_TIMEOUT" not in os.environ
        assert [each.name for each in client.search_experiments()] == ["Default"]


def test_an_error_of_ours_comes_through_as_it_is(fresh):
    with pytest.raises(DataError, match="mine"), connected(place_of(fresh)):
        raise DataError("mine")


def in_a_process(program: str, address: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own, outside of tests for all that MLflow can tell."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI", "MLFLOW"))}
    command = [sys.executable, "-c", program, address]
    return subprocess.run(
        command, cwd=PROJECT, env=outside | environment, capture_output=True, text=True, check=False, timeout=240
    )


WITHOUT = """
import sys
sys.modules["{library}"] = None  # as where it is not installed
from mmm_core.__main__ import main
sys.exit(main(["track", "demo", "--to", sys.argv[1]]))
"""


@pytest.mark.parametrize("library", ["mlflow", "sqlalchemy", "alembic"])
def test_a_missing_library_is_named_with_the_command_that_brings_it(library, tmp_path):
    done = in_a_process(WITHOUT.format(library=library), f"sqlite:///{tmp_path}/mlflow.db")
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"{library} is missing" in done.stderr
    assert "python -m pip install mlflow-skinny sqlalchemy alembic" in done.stderr
    assert "Traceback" not in done.stderr


TELEMETRY = """
import sys
from mmm_core.exports.tracking.address import place_of
from mmm_core.exports.tracking.store import connected
with connected(place_of(sys.argv[1])):
    from mlflow.telemetry.client import get_telemetry_client
    print(get_telemetry_client())
"""


def test_mlflow_tells_nobody_how_it_is_used_and_is_quiet(tmp_path):
    done = in_a_process(TELEMETRY, f"sqlite:///{tmp_path}/mlflow.db")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "None\n"
    assert done.stderr == ""
