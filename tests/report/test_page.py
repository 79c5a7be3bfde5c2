"""One page: whole without a network, and nothing of a person's words runs in it."""

from __future__ import annotations

import json
import re

import pytest
from plotly.offline import get_plotlyjs

from mmm_core import shipped
from mmm_core.report.basis import basis_of
from mmm_core.report.content import Footnote, Grid, Report, Section
from mmm_core.report.document import document
from mmm_core.report.page import page
from mmm_core.report.request import SECTIONS, ReportRequest
from mmm_core.report.written import Writing
from mmm_core.runs.datasets import Units


@pytest.fixture(scope="module")
def report() -> Report:
    request = ReportRequest(notes={"shares": "<img src=x onerror=alert(1)>"}, numbers="1.234,5")
    units = Units(target="€", spend="€")
    return document(basis_of(shipped.RUNS["demo"], run_id="demo", units=units, sections=SECTIONS), request)


def figures(html: str) -> list[dict]:
    return [json.loads(each) for each in re.findall(r'<script type="application/json">(.*?)</script>', html, re.S)]


def test_the_page_holds_plotly_once_names_no_other_place_and_every_chart_in_both_themes(report):
    html = page(report).decode()
    own = html.replace(get_plotlyjs(), "")
    assert html.count(get_plotlyjs()) == 1
    assert "http" not in own.replace("http-equiv", "")
    assert "default-src 'none'" in own
    drawn = figures(own)
    assert len(drawn) == sum(len(section.charts) for section in report.sections)
    for figure in drawn:
        assert set(figure) == {"light", "dark"}
        assert figure["light"]["layout"]["separators"] == ",."
        assert "title" not in figure["light"]["layout"]


def test_numbers_are_in_the_form_that_was_asked_for_in_words_tables_and_charts(report):
    own = page(report).decode().replace(get_plotlyjs(), "")
    assert "25,6\u00a0%" in own
    assert "25.6\u00a0%" not in own
    assert "16.338.761" in own
    assert "mmm_core 0.1.0" in own
    waterfall = next(each for each in figures(own) if "+1,70\u00a0M" in json.dumps(each, ensure_ascii=False))
    assert "+1.70" not in json.dumps(waterfall, ensure_ascii=False)


def test_notes_and_names_are_words_and_no_markup(report):
    own = page(report).decode().replace(get_plotlyjs(), "")
    assert "<img src=x" not in own
    assert "&lt;img src=x onerror=alert(1)&gt;" in own
    nasty = "</script><script>alert(1)</script>"
    section = Section("data", nasty, (nasty,), (), (Grid(nasty, (nasty, "b"), ((nasty, "1.5"),)),), note=nasty)
    html = page(Report(nasty, nasty, nasty, nasty, (section,), (Footnote("a", nasty, nasty),), Writing("1,234.5")))
    assert b"<script>alert" not in html


def test_paper_has_one_theme_and_the_same_words(report):
    paper = page(report, paper=True).decode()
    assert "data-paper" in paper[:200]
    assert all(set(figure) == {"light"} for figure in figures(paper.replace(get_plotlyjs(), "")))


def test_every_mark_leads_to_a_footnote(report):
    html = page(report).decode()
    links = set(re.findall(r'href="#([\w-]+)"', html))
    assert links <= set(re.findall(r' id="([\w-]+)"', html))
    assert len([link for link in links if link.startswith("note-")]) == len(report.footnotes)


def test_tables_that_a_reader_jumps_between_have_names_of_their_own(report):
    names = re.findall(r'role="region" aria-label="([^"]*)"', page(report).decode())
    assert len(names) == sum(len(section.grids) for section in report.sections)
    assert len(set(names)) == len(names)
