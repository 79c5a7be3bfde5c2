"""The document page of the API: it comes whole from this server, wherever the API is mounted."""

import json
import re

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from mmm_core.api import pages
from mmm_core.api.app import create_api
from mmm_core.workspace.storage import Workspace
from tests.api.guards.conftest import asked
from tests.conftest import PROJECT
from tests.doors import problem


@pytest.fixture(scope="module")
def api(tmp_path_factory) -> FastAPI:
    return create_api(Workspace(tmp_path_factory.mktemp("workspace")))


@pytest.fixture(scope="module")
def mounted(api) -> Starlette:
    """The API as servers serve it: at ``/api``."""
    return Starlette(routes=[Mount("/api", app=api)])


def test_the_document_page_asks_no_other_host(mounted):
    page = asked(mounted, "/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    sources = re.findall(r'(?:src|href|spec-url)="([^"]+)"', page.text)
    assert len(sources) == 4
    for source in sources:
        assert source.startswith("/api/"), source
        assert asked(mounted, source).status_code == 200
    assert 'load-fonts="false"' in page.text
    assert asked(mounted, "/api/").headers["location"] == "/api/docs"
    problem(asked(mounted, "/api/assets/nothing.js"), 404, "no_such_address")
    assert asked(mounted, "/api/assets/..%2f..%2fREADME.md").status_code == 404
    assert "MIT" in (PROJECT / "static" / "api" / "rapidoc-LICENSE.txt").read_text()


def test_an_api_that_stands_alone_has_the_same_page_without_the_prefix(api):
    page = asked(api, "/docs").text
    assert 'spec-url="/openapi.json"' in page
    assert "/api/" not in page
    assert asked(api, "/").headers["location"] == "/docs"


def test_the_page_reads_the_document_that_the_server_gives(mounted):
    (source,) = re.findall(r'spec-url="([^"]+)"', asked(mounted, "/api/docs").text)
    document = json.loads(asked(mounted, source).content)
    assert document["info"]["title"] == "Marketing Mix Studio"
    # The pages themselves are for people, and no part of the contract.
    assert not {"/docs", "/"} & set(document["paths"])


def test_the_page_runs_no_script_of_its_own_and_loads_no_one_else_s_document(mounted):
    page = asked(mounted, "/api/docs").text
    assert [script for script in re.findall(r"<script[^>]*>(.*?)</script>", page, flags=re.S) if script.strip()] == []
    assert not re.search(r"\son\w+=", page)
    for switch in ("allow-spec-url-load", "allow-spec-file-load", "allow-server-selection"):
        assert f'{switch}="false"' in page


def test_without_scripts_the_page_says_where_the_document_is(mounted):
    (note,) = re.findall(r"<noscript>(.*?)</noscript>", asked(mounted, "/api/docs").text, flags=re.S)
    assert 'href="/api/openapi.json"' in note


@pytest.mark.parametrize("name", sorted(path.name for path in pages.ASSETS.iterdir() if path.is_file()))
def test_every_asset_is_served_byte_for_byte(mounted, name):
    assert asked(mounted, f"/api/assets/{name}").content == (pages.ASSETS / name).read_bytes()


@pytest.mark.parametrize(
    "path", ["..%2fapi%2f..%2f..%2fapp.py", "%2e%2e/%2e%2e/app.py", "/etc/passwd", "..\\app.py", "", "."]
)
def test_nothing_but_that_folder_is_served(mounted, path):
    assert asked(mounted, f"/api/assets/{path}").status_code == 404
