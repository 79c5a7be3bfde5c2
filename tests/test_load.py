"""A short sample of the load that ``make verify`` puts on for five minutes."""

import os

import pytest

from benchmarks import load
from mmm_core.workspace.storage import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]


def test_programs_and_people_at_once_meet_no_error_and_nobody_sees_anothers(tmp_path):
    if load.CHROMIUM is None:
        if os.environ.get("MMM_REQUIRE_BROWSER"):
            pytest.fail("Chromium is missing and the browser tests must run here.")
        pytest.skip("Chromium is missing: apt-get install chromium")
    found = load.together(Workspace(tmp_path), 12.0, clients=8, sessions=4)
    assert found["first_failures"] == [], found["server_wrote"]
    assert found["passed"], found
