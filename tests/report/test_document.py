"""A report of every kind of run: true, whole, without an empty sentence, in all its forms."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace

import pytest
from pptx import Presentation

from mmm_core import shipped
from mmm_core.errors import SpecError
from mmm_core.report import texts
from mmm_core.report.basis import basis_of
from mmm_core.report.content import Bars, Report
from mmm_core.report.document import document
from mmm_core.report.page import page
from mmm_core.report.request import SECTIONS, ReportRequest
from mmm_core.report.slides import slides
from mmm_core.runs.datasets import Units
from tests.kinds.catalogue import KINDS, OFTEN
from tests.kinds.fitting import misfits
from tests.kinds.judged import faults, report_of, wrong_page
from tests.kinds.laws import wrong_slides
from tests.kinds.read import Page


@pytest.fixture(scope="module", params=OFTEN)
def kind(request, tmp_path_factory) -> tuple[str, Report, Page, list[str]]:
    made = KINDS[request.param]
    folder, report = report_of(made, tmp_path_factory.mktemp("kinds") / request.param)
    return request.param, report, *faults(made, folder, report)


@pytest.mark.slow
def test_every_kind_of_run_has_a_report_without_fault(kind):
    assert kind[3] == []


@pytest.mark.slow
def test_what_is_said_fits_the_kind(kind):
    name, report, page, _ = kind
    assert misfits(name, report, page) == []


@pytest.mark.slow
def test_names_are_no_formulas_on_slides(kind):
    name, report, _, _ = kind
    if name != "scripts":
        return
    deck = Presentation(io.BytesIO(slides(report)))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    sheets = [chart.part.chart_workbook.xlsx_part.blob for chart in charts]
    assert sheets
    assert not any(b"<f>" in _xml_of(sheet) for sheet in sheets)


def _xml_of(workbook: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if "sheet" in name)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("TV probably brought the most", "Search probably brought the most", "not TV"),
        ("TV probably brought the most", "TV brought the most", "sure, at"),
        ("Media brought 25.6", "Media brought 25.7", "media: 25.7"),
        ("to within 1.3", "to within 1.4", "typical miss"),
        (" cannot be told from no effect: ", " can be told from no effect: ", "not told"),
        ("The fit passes all", "The fit passes some", "checks pass True"),
        (">Sum</th><td class=number>", ">Sum</th><td class=number>1", "adds up to"),
        ("<h1>", '<h1><img src="https://elsewhere.example/a.png">', "img src="),
        ("<h1>", "<h1>nan ", "words: nan"),
        ("</main>", "<script>alert(1)</script></main>", "scripts"),
        ("(means, which add up).", "(means, which  add up) .", "words: What did each channel bring?"),
    ],
)
def test_the_laws_see_what_is_wrong(demo, written, before, after, fault):
    assert before in written
    found = faults_of(demo, written.replace(before, after, 1))
    assert [each for each in found if fault in each], found


def test_the_laws_find_nothing_wrong_with_the_demo(demo, written):
    assert faults_of(demo, written) == []
    assert page(demo).decode() == written, "the same report is the same page"


def faults_of(report: Report, content: str) -> list[str]:
    return wrong_page(KINDS["proved"], shipped.RUNS["demo"], report, content.encode())[1]


@pytest.fixture(scope="module")
def written(demo: Report) -> str:
    return page(demo).decode()


def test_the_laws_see_slides_that_say_something_else(demo):
    first, *others = demo.sections[1].charts
    plain = first.plain
    assert isinstance(plain, Bars)
    (series,) = plain.series
    doubled = plain._replace(series=(series._replace(values=tuple(2 * (value or 0) for value in series.values)),))
    short = replace(demo, sections=(demo.sections[1],))
    other = replace(short, sections=(replace(demo.sections[1], charts=(replace(first, plain=doubled), *others)),))
    assert wrong_slides(short, slides(short)) == []
    assert "series" in wrong_slides(short, slides(other))[0]
    long = replace(short, warning="Much to say. " * 60)
    assert "points of words" in wrong_slides(long, slides(long))[0]


@pytest.fixture(scope="module")
def demo() -> Report:
    units = Units(target="€", spend="€")
    return document(basis_of(shipped.RUNS["demo"], run_id="demo", units=units, sections=SECTIONS), ReportRequest())


def test_the_answer_has_what_brought_most_how_sure_what_to_do_and_what_is_not_known(demo):
    said = "\n".join(demo.sections[0].sentences)
    for words in (
        "TV probably brought the most",
        "94\u00a0% interval",
        "The fit passes all",
        "Evidence: 8 of 8",
        "Move ",
    ):
        assert words in said, words
    assert texts.CAUSAL in said


def test_numbers_are_those_of_the_run_s_own_file(demo):
    kept = json.loads((shipped.RUNS["demo"] / "channel_summary.json").read_text())["channels"]
    charts = {chart.name: chart for section in demo.sections for chart in section.charts}
    for name, field in (("shares", "share"), ("roi", "roi")):
        plain = charts[name].plain
        assert isinstance(plain, Bars)
        (series,) = plain.series
        by_size = sorted(kept, key=lambda each: -each["additive"]["median"])
        assert list(series.values) == [each[field]["median"] for each in by_size]
        assert list(series.low) == [each[field]["low"] for each in by_size]
        assert list(series.high) == [each[field]["high"] for each in by_size]


def test_footnotes_say_where_numbers_come_from(demo):
    assert [note.key for note in demo.footnotes] == [
        "estimand", "scale", "interval", "draws", "rows", "data", "specification", "result",
        "return", "chance", "response", "gain", "miss",
    ]  # fmt: skip
    manifest = json.loads((shipped.RUNS["demo"] / "manifest.json").read_text())
    text = "\n".join(note.text for note in demo.footnotes)
    for words in ("2,000 draws of 2 chains", "156 weeks", manifest["dataset_hash"], manifest["spec_hash"], "Run demo"):
        assert words in text, words
    assert all(demo.number_of(mark) for section in demo.sections for mark in section.marks)


def test_sections_title_and_notes_are_as_asked():
    basis = basis_of(shipped.RUNS["demo"], run_id="demo", units=Units(), sections=("fit",))
    assert basis.curves is None
    request = ReportRequest(sections=("fit", "data"), title=" Spring 1.5 ", notes={"fit": "Mine", "data": "Of 2.5"})
    report = document(basis, request)
    assert ([section.name for section in report.sections], report.title) == (["fit", "data"], "Spring 1.5")
    assert (report.notes["fit"], report.sections[1].note) == ("Mine", "Of 2.5")
    with pytest.raises(SpecError, match=r"notes\.shares.*fit") as error:
        document(basis, request.model_copy(update={"notes": {"shares": "x"}}))
    assert error.value.code == "unknown_chart"


def test_a_run_whose_canonical_table_is_gone_says_so_and_is_reported(tmp_path):
    folder = shutil.copytree(shipped.RUNS["demo"], tmp_path / "run")
    (folder / "canonical_data.parquet").unlink()
    basis = basis_of(folder, run_id="run", units=Units(), sections=SECTIONS)
    assert "No plan could be made: " in basis.no_plan
    assert basis.no_plan in document(basis, ReportRequest()).sections[6].sentences
