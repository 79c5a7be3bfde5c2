"""Lists come in pages: what may be asked for, and that pages make up the whole list."""

import pytest
from fastapi import FastAPI

from mmm_core.api.app import create_api
from mmm_core.api.paging import LARGEST_PAGE
from mmm_core.runs import datasets, runs
from mmm_core.workspace.storage import Workspace
from tests.api.guards.conftest import asked
from tests.doors import problem
from tests.engines import demo_spec, desk
from tests.malformed import good_rows, table

LISTS = ("datasets", "runs")


@pytest.fixture(scope="module")
def api(tmp_path_factory) -> FastAPI:
    """The API on a workspace with five datasets (two of them shipped) and five runs."""
    workspace = Workspace(tmp_path_factory.mktemp("workspace"))
    for _ in range(3):
        datasets.create_dataset(desk(workspace), table(good_rows()), "t.csv", check=False)
    for seed in range(5):
        runs.create(desk(workspace), demo_spec(random_seed=seed))
    return create_api(workspace)


def listed(api: FastAPI, kind: str, **query: int) -> tuple[list[str], dict]:
    answer = asked(api, f"/{kind}?" + "&".join(f"{name}={value}" for name, value in query.items()))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return [each[f"{kind.removesuffix('s')}_id"] for each in found[kind]], found


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 4, 5, LARGEST_PAGE])
def test_pages_one_after_the_other_are_the_whole_list(api, kind, limit):
    whole, found = listed(api, kind)
    assert len(whole) == found["total"] == 5
    pages = [listed(api, kind, limit=limit, offset=offset)[0] for offset in range(0, 5, limit)]
    assert [identifier for page in pages for identifier in page] == whole
    assert all(len(page) <= limit for page in pages)


@pytest.mark.parametrize("kind", LISTS)
def test_a_page_says_which_part_of_the_list_it_is(api, kind):
    _, found = listed(api, kind, limit=2, offset=3)
    assert (found["total"], found["limit"], found["offset"]) == (5, 2, 3)
    _, usual = listed(api, kind)
    assert (usual["limit"], usual["offset"]) == (50, 0)


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("offset", [5, 6, 2**31 - 1])
def test_a_page_beyond_the_end_is_empty_and_still_counts(api, kind, offset):
    shown, found = listed(api, kind, offset=offset)
    assert (shown, found["total"]) == ([], 5)


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", f"limit={LARGEST_PAGE + 1}", "limit=ten", "limit=1.5", "offset=-1", f"offset={2**31}",
     "offset=", "limit=" + "9" * 5000],
)  # fmt: skip
def test_what_is_no_page_is_refused_by_the_name_of_the_field(api, kind, query):
    found = problem(asked(api, f"/{kind}?{query}"), 422, "invalid_request")
    assert f"query.{query.partition('=')[0]}" in found["message"]
    assert len(found["message"]) < 500


def test_the_document_says_the_bounds(api):
    for kind in LISTS:
        fields = {each["name"]: each["schema"] for each in api.openapi()["paths"][f"/{kind}"]["get"]["parameters"]}
        assert (fields["limit"]["minimum"], fields["limit"]["maximum"]) == (1, LARGEST_PAGE)
        assert fields["offset"]["minimum"] == 0
