"""Which representation a client gets, and when it has it already."""

import shutil

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException

from mmm_core import shipped
from mmm_core.api import conditional
from mmm_core.api.app import create_api
from mmm_core.exports.downloads import Finished
from mmm_core.runs.folder import PARQUET, change_manifest
from mmm_core.workspace.storage import Workspace
from tests.api.guards.conftest import asked
from tests.doors import problem

TABLES = ("contributions", "fitted", "decomposition")
DEMO = "/runs/demo"
OFFERED = ("application/json", "text/csv", PARQUET)


@pytest.fixture(scope="module")
def api(tmp_path_factory) -> FastAPI:
    return create_api(Workspace(tmp_path_factory.mktemp("workspace")))


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": raw})


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv; charset=utf-8"),
        ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        ("application/json;q=0, */*;q=0.1", "text/csv; charset=utf-8"),
    ],
)
def test_the_accept_header_chooses(api, accept, given):
    answer = asked(api, f"{DEMO}/fitted", headers={"accept": accept})
    assert answer.headers["content-type"] == given
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("accept", ["image/png", "nonsense", "text/csv;q=0"])
def test_a_media_type_that_is_not_offered_is_refused_with_those_that_are(api, accept):
    found = problem(asked(api, f"{DEMO}/fitted", headers={"accept": accept}), 406, "not_acceptable")
    assert "text/csv" in found["message"]


def test_an_answer_that_the_client_has_is_not_sent_again(api):
    tags = set()
    for path in ("outputs", "posterior_summary", "diagnostics", "outputs/posterior.nc", *TABLES):
        first = asked(api, f"{DEMO}/{path}")
        tags.add(first.headers["etag"])
        again = asked(api, f"{DEMO}/{path}", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert asked(api, f"{DEMO}/{path}", headers={"if-none-match": '"other"'}).status_code == 200
    csv = asked(api, f"{DEMO}/fitted", headers={"accept": "text/csv"}).headers["etag"]
    assert len(tags | {csv}) == 8


def test_a_copy_in_another_media_type_is_not_the_answer_that_was_asked_for(api):
    csv = asked(api, f"{DEMO}/fitted", headers={"accept": "text/csv"}).headers["etag"]
    both = {"accept": "application/json", "if-none-match": csv}
    assert asked(api, f"{DEMO}/fitted", headers=both).status_code == 200
    assert asked(api, f"{DEMO}/fitted", headers=both | {"accept": "text/csv"}).status_code == 304


def test_a_media_type_that_is_not_offered_is_refused_before_the_copy_is_looked_at(api):
    headers = {"accept": "image/png", "if-none-match": "*"}
    problem(asked(api, f"{DEMO}/fitted", headers=headers), 406, "not_acceptable")


@pytest.mark.parametrize(
    ("accept", "best"),
    [
        ("", "application/json"),
        (f"{PARQUET}, text/csv;q=0.9", PARQUET),
        ("text/*", "text/csv"),
        ("APPLICATION/JSON", "application/json"),
        ("image/png, text/csv;q=0.1", "text/csv"),
    ],
)
def test_of_what_is_offered_the_best_liked_is_given(accept, best):
    assert conditional.media_type(request(accept=accept), OFFERED) == best
    assert conditional.media_type(request(), OFFERED) == OFFERED[0]


def test_what_is_offered_is_listed_where_nothing_of_it_will_do():
    with pytest.raises(HTTPException, match="application/json, text/csv"):
        conditional.media_type(request(accept="*/*;q=0"), OFFERED)


def test_the_tag_changes_with_the_run_and_with_what_is_said_of_it_and_else_stays():
    finished = Finished("run-a", partial=False, identity="sha256:1")
    tag = conditional.outputs_headers(finished, "fitted text/csv")["ETag"]
    assert tag == conditional.outputs_headers(finished, "fitted text/csv")["ETag"]
    assert tag.startswith('"')
    assert tag != conditional.outputs_headers(finished, "fitted application/json")["ETag"]
    other = Finished("run-a", partial=False, identity="sha256:2")
    assert tag != conditional.outputs_headers(other, "fitted text/csv")["ETag"]
    weak = conditional.outputs_headers(finished, "fitted text/csv", weak=True)
    assert weak["ETag"] == f"W/{tag}"
    assert "private" in weak["Cache-Control"]


@pytest.mark.parametrize("known", ['"{}"', 'W/"{}"', '"a", "{}"', "*"])
def test_a_client_names_what_it_has_in_any_of_the_forms(known):
    headers = conditional.outputs_headers(Finished("run-a", partial=False, identity="sha256:1"), "x")
    answer = conditional.not_modified(request(if_none_match=known.format(headers["ETag"].strip('"'))), headers)
    assert answer is not None
    assert (answer.status_code, answer.headers["etag"]) == (304, headers["ETag"])


@pytest.mark.parametrize("known", [None, "", '"other"', 'W/"other"', '"'])
def test_a_client_that_has_something_else_or_nothing_gets_the_answer(known):
    headers = conditional.outputs_headers(Finished("run-a", partial=False, identity="sha256:1"), "x")
    asking = request() if known is None else request(if_none_match=known)
    assert conditional.not_modified(asking, headers) is None


def test_a_run_that_was_made_again_under_its_id_is_sent_anew(api):
    folder = api.state.workspace.run_dir("run-madeagain")
    shutil.copytree(shipped.RUNS[shipped.DEMO], folder)

    def answer(tag: str) -> httpx.Response:
        return asked(api, "/runs/run-madeagain/diagnostics", headers={"if-none-match": tag})

    first = answer('"none"').headers["etag"]
    assert first != asked(api, f"{DEMO}/diagnostics").headers["etag"]
    assert answer(first).status_code == 304
    change_manifest(folder, features_hash="sha256:of another table")
    assert answer(first).status_code == 200
