"""A PDF is the page on paper, or a refusal that says what to install."""

from __future__ import annotations

import pytest

from mmm_core import shipped
from mmm_core.errors import RunError
from mmm_core.report import pdf
from mmm_core.report.basis import basis_of
from mmm_core.report.document import document
from mmm_core.report.request import ReportRequest
from mmm_core.runs.datasets import Units


def report(*sections):
    request = ReportRequest(sections=sections)
    return document(basis_of(shipped.RUNS["demo"], run_id="demo", units=Units(), sections=sections), request)


@pytest.mark.browser
@pytest.mark.slow
def test_a_pdf_has_pages_of_a4_and_charts_that_are_drawn():
    if pdf.browser() is None:
        pytest.skip("Chromium is missing: apt-get install chromium")
    words, chart = pdf.pdf(report("definitions")), pdf.pdf(report("fit"))
    assert words[:5] == chart[:5] == b"%PDF-"
    assert b"/Type /Page" in words
    assert len(chart) > len(words), "a chart without its drawing is no larger than a list of words"


def test_without_chromium_it_is_refused_with_a_way_out(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RunError, match="this machine has none") as error:
        pdf.pdf(report("definitions"))
    assert error.value.code == "no_browser"
    assert "apt-get install chromium" in error.value.remedy


def test_a_browser_that_prints_nothing_is_told(monkeypatch, tmp_path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(RunError, match="did not print") as error:
        pdf.pdf(report("definitions"))
    assert error.value.code == "pdf_failed"


def test_who_waits_too_long_for_others_is_told_to_come_again(monkeypatch, tmp_path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(pdf, "PATIENCE", 0.01)
    with pdf._TURN, pytest.raises(RunError, match="being printed") as error:
        pdf.pdf(report("definitions"))
    assert error.value.code == "queue_busy"
