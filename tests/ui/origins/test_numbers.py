"""Every figure of a result says where it comes from, on every page that shows one."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from mmm_core.exports.estimands import ESTIMANDS
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import finished
from ui.shell.session import COMPARED_WITH

pytestmark = pytest.mark.slow

FACTS = ("Estimand.", "Interval.", "2,000 draws of 2 chains.", "156 weeks", "sha256:", "Run ")
WITHOUT = {
    "Levers": "what a person sets",
    "Saved plans": "what a person keeps, and when",
    "What differs": "settings and tables in words",
    "Add new weeks": "what a person brings",
    "Has any advice changed?": "sentences from the plans of both",
    "What changed since the one before": "two results, each with its own page",
    "Open questions": "of tables",
    "All runs and tables": "a list",
    "Your newest result": "the title above its figures",
}
"""Headings without estimates below them, or with a page of their own."""


@pytest.fixture
def workspace(without_worker, monkeypatch) -> Workspace:
    """A workspace without a worker, and a run of one's own in it."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(without_worker.root))
    monkeypatch.chdir(PROJECT)
    finished(without_worker, "run-now", owner="local")
    return without_worker


def opened(name: str, **state: object) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "pages" / f"{name}.py"), default_timeout=300)
    app.session_state["routed"] = True
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def told(text: str) -> str:
    """A help text without marks."""
    return re.sub(r"\\(.)", r"\1", text).replace("*", "").replace("\u00a0", " ")


def check(app: AppTest, *, facts: tuple[str, ...] = FACTS) -> None:
    estimands = tuple(each.says.replace("\u00a0", " ") for each in ESTIMANDS.values())
    for each in app.metric:
        assert all(fact in told(each.proto.help) for fact in facts), each.label
    silent = [each.value for each in app.header if "Where the number comes from" not in each.proto.help]
    assert set(silent) <= set(WITHOUT), silent
    for each in (*app.metric, *app.header):
        if each.proto.help:
            assert any(says in told(each.proto.help) for says in estimands)


@pytest.mark.parametrize(
    "tab",
    ["Contributions", "Overlap and figures", "Fit", "Return on spend", "Curves", "Parameters", "Diagnostics"],
)
def test_every_tab_of_the_results_says_where_its_numbers_come_from(workspace, tab):
    app = opened("results", id_run="demo", in_demo=True, results_tab=tab)
    assert len(app.metric) >= 4
    check(app)


def test_a_plan_says_so(workspace):
    app = opened("plan", id_run="demo", in_demo=True)
    assert len(app.metric) == 3
    check(app)


def test_a_proof_names_its_own_file_too(workspace):
    app = opened("proof", id_run="demo", in_demo=True)
    parts = [each for each in app.header if "proof.json" in each.proto.help]
    assert len(parts) == 9


def test_results_beside_each_other_name_both(workspace):
    app = opened("compare", id_run="run-now", in_demo=True, **{COMPARED_WITH: {"run-now": ["demo"]}})
    check(app, facts=())
    beside = next(each for each in app.header if each.value == "Fit, checks and proof")
    assert "Run run-now" in told(beside.proto.help)
    assert "Run demo" in told(beside.proto.help)


def test_the_overview_says_so_of_the_newest_result_and_of_the_demo(workspace):
    own = opened("overview", in_demo=False)
    assert len(own.metric) == 4
    check(own)
    check_demo = opened("overview", in_demo=True)
    assert all(fact in told(each.proto.help) for each in check_demo.metric for fact in FACTS)
