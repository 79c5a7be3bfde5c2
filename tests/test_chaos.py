"""A sample of what ``python -m benchmarks.chaos`` does at length."""

from __future__ import annotations

import pytest

from benchmarks import chaos
from mmm_core.workspace.storage import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_nothing_is_lost_and_nothing_comes_back_while_processes_die(tmp_path, monkeypatch):
    monkeypatch.setattr(chaos, "DISTURBED", 0.25)
    found = chaos.rounds(Workspace(tmp_path), 20)
    assert found["passed"], found
    assert found["accepted"]
    assert found["disturbed"]
