"""Slides: nothing leaves a slide, charts can be changed, tables go on on the next slide."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation

from mmm_core import shipped
from mmm_core.report.basis import basis_of
from mmm_core.report.content import Footnote, Grid, Report, Section
from mmm_core.report.document import document
from mmm_core.report.request import SECTIONS, ReportRequest
from mmm_core.report.slides import slides
from mmm_core.report.written import Writing
from mmm_core.runs.datasets import Units
from tests.report.test_logo import picture


def opened(report: Report):
    return Presentation(io.BytesIO(slides(report)))


def words_of(deck) -> str:
    found = []
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


@pytest.fixture(scope="module")
def report() -> Report:
    import base64

    logo = base64.b64encode(picture()).decode()
    request = ReportRequest(notes={"shares": "Mine <b>"}, logo=logo, numbers="1.234,5", title="Spring")
    units = Units(target="€", spend="€")
    return document(basis_of(shipped.RUNS["demo"], run_id="demo", units=units, sections=SECTIONS), request)


def test_every_sentence_cell_and_note_is_on_a_slide_and_every_chart_is_powerpoint_s(report):
    deck = opened(report)
    words = words_of(deck)
    for section in report.sections:
        for sentence in section.sentences:
            assert report.writing.text(sentence) in words, sentence
        for grid in section.grids:
            assert all(report.writing.text(cell) in words for row in grid.rows for cell in row)
    charts = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == sum(len(section.charts) for section in report.sections)
    assert all(len(chart.chart.part.chart_workbook.xlsx_part.blob) > 0 for chart in charts)
    assert "Note: Mine <b>" in words
    assert "25,6\u00a0%" in words
    assert "25.6\u00a0%" not in words
    assert any(shape.shape_type == 13 for shape in deck.slides[0].shapes), "the logo"


def test_nothing_leaves_a_slide_and_every_slide_has_a_title(report):
    deck = opened(report)
    for number, slide in enumerate(deck.slides, start=1):
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text
        for shape in slide.shapes:
            assert shape.left >= 0, number
            assert shape.left + shape.width <= deck.slide_width, number
            assert shape.top + shape.height <= deck.slide_height, number


def test_a_long_table_and_a_long_sentence_go_on():
    rows = tuple((f"Row {place}", "x" * 200) for place in range(40))
    said = (*(f"Sentence {place}. " + "word " * 60 for place in range(12)), "y" * 4000)
    section = Section("data", "The data", said, (), (Grid("Rows", ("Row", "Value"), rows, words=(0, 1)),))
    report = Report("T", "s", "Warned", "src", (section,), (Footnote("a", "A", "x"),), Writing("1,234.5"))
    deck = opened(report)
    words = words_of(deck)
    assert all(row[0] in words for row in rows)
    assert all(sentence.strip() in words for sentence in said[:-1])
    assert words.count("y") >= 4000
    assert "Warned" in words
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert len(tables) > 3
    assert {table.cell(0, 0).text_frame.text for table in tables} == {"Row"}
