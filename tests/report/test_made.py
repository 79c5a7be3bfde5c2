"""A report for every door: of a run's folder, and of a run of the workspace with its plan."""

from __future__ import annotations

import pytest

from mmm_core import shipped
from mmm_core.errors import DataError, StorageError
from mmm_core.planning.request import PlanRequest
from mmm_core.report.made import file_name, report_of, report_of_folder
from mmm_core.report.request import ReportRequest
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept
from mmm_core.workspace.storage import Workspace
from tests.engines import desk


def test_the_plan_that_is_carried_out_is_in_it_and_another_s_run_is_not(tmp_path):
    at = desk(Workspace(tmp_path))
    kept.set_of_record(at, kept.save(at, "demo", PlanRequest(horizon=4), Label(name="Spring <1>")).plan_id)
    kept.save(at, "demo", PlanRequest(horizon=5), Label(name="Another"))
    made = report_of(at, "demo", ReportRequest(sections=("plan",), margin=0.4))
    html = made.content.decode()
    assert "This is the plan to be carried out, &#x27;Spring &lt;1&gt;&#x27;" in html
    assert "It is of the 4 weeks after the table" in html
    assert "Another" not in html
    assert (made.media_type, made.name.endswith(".html")) == ("text/html; charset=utf-8", True)
    with pytest.raises(StorageError, match="There is no run"):
        report_of(at, "run-aaaaaaaaaaaa", ReportRequest())


def test_a_folder_is_reported_at_the_margin_that_is_asked_for():
    request = ReportRequest(sections=("returns",), margin=0.4)
    html = report_of_folder(shipped.RUNS["demo"], request).content.decode()
    assert "break-even at 2.50 (margin on sales 40\u00a0%)" in html


def test_a_logo_that_is_none_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(DataError, match="logo"):
        report_of_folder(tmp_path / "nothing", ReportRequest(logo="AAAA"))


@pytest.mark.parametrize(
    ("title", "name"),
    [("Spring / 2026", "report_Spring_2026.html"), ("../../etc", "report_etc.html"), ("日本", "report.html")],
)
def test_a_file_s_name_is_plain(title, name):
    assert file_name(title, "html") == name
