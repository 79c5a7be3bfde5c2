"""The API keeps its own document: a small sample of the requests that ``make verify`` generates."""

import pytest

from benchmarks.api_cases import check, served
from mmm_core.workspace.storage import Workspace


@pytest.mark.slow
def test_generated_requests_find_no_server_error_and_nothing_the_document_does_not_say(tmp_path):
    with served(Workspace(tmp_path)) as address:
        found = check(address, examples=12, seed=1, phases="examples,fuzzing,stateful")
    assert found["passed"], found["output"]
    assert found["operations"] == 22
    assert found["cases"] >= 300
