"""Addresses of any characters reach what is mounted, and nothing beside it."""

import httpx
import pytest
from starlette.applications import Starlette

from mmm_core.api.app import create_api
from mmm_core.api.guards.mounting import ApiMount
from mmm_core.workspace.storage import Workspace
from tests.doors import problem, running


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    api = create_api(Workspace(tmp_path_factory.mktemp("workspace")))
    with running(Starlette(routes=[ApiMount("/api", app=api)])) as address:
        yield address


@pytest.mark.parametrize("characters", ["%0A", "a%0Ab", "%0D%0A", "%C2%85", "%E2%80%A8", "%00", "%0Bx", "..%0A"])
def test_an_address_with_any_characters_is_answered_by_the_api(address, characters):
    for path in ("/runs/{}", "/runs/{}/diagnostics", "/datasets/x{}", "/no{}"):
        answer = httpx.get(f"{address}/api{path.format(characters)}", timeout=120)
        assert answer.status_code in (404, 422), path
        problem(answer, answer.status_code, answer.json()["code"])


def test_addresses_outside_are_not_the_api_s(address):
    for path in ("/apiruns", "/", "/%0A/api/health", "/apix%0A/health"):
        answer = httpx.get(f"{address}{path}", timeout=120)
        assert (answer.status_code, answer.text) == (404, "Not Found"), path
