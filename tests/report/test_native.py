"""Charts on slides are PowerPoint's own: their numbers lie in a sheet that can be opened."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches
from python_calamine import CalamineWorkbook

from mmm_core.report.content import Bars, Curve, Lines, Series
from mmm_core.report.native import add_chart

BOX = (Inches(1), Inches(1), Inches(8), Inches(4))


def drawn(plain, **words):
    deck = Presentation()
    add_chart(deck.slides.add_slide(deck.slide_layouts[6]), plain, BOX, alt="What it shows", **words)
    file = io.BytesIO()
    deck.save(file)
    (frame,) = Presentation(io.BytesIO(file.getvalue())).slides[0].shapes
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr") == "What it shows"
    return frame.chart


def sheet_of(chart) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    return book.get_sheet_by_index(0).to_python()


def test_bars_have_values_intervals_and_names_that_compute_nothing():
    series = Series("Return", "#17685F", (2.0, 0.5), (1.5, 0.0), (3.0, 1.25), ("#2272C2", "#C9731A"))
    chart = drawn(Bars(("TV", "=1+1"), (series,), "ratio", "€ per €"), title="What came back?")
    assert chart.chart_type == XL_CHART_TYPE.BAR_CLUSTERED
    assert list(chart.plots[0].series[0].values) == [2.0, 0.5]
    assert [list(row) for row in sheet_of(chart)] == [["", "Return"], ["TV", 2.0], ["'=1+1", 0.5]]
    bars = chart._chartSpace.find(f".//{qn('c:errBars')}")
    ends = {
        side: [float(value.text) for value in bars.find(qn(f"c:{side}")).iter(qn("c:v"))] for side in ("plus", "minus")
    }
    assert ends == {"plus": [1.0, 0.75], "minus": [0.5, 0.5]}
    assert chart.chart_title.text_frame.text == "What came back?"


@pytest.mark.parametrize(
    ("low", "high", "shown", "axis"),
    [
        ((0.8, 0.2), (3.41, 2.4), "ratio", (0.0, 3.5, 0.5, "0.0")),
        ((0.028, 0.0), (0.122, 0.01), "share", (0.0, 0.14, 0.02, "0%")),
        ((0.001, 0.0), (0.021, 0.01), "share", (0.0, 0.025, 0.005, "0.0%")),
        ((-1200.0, -20.0), (4100.0, 10.0), "amount", (-2000.0, 5000.0, 1000.0, None)),
        ((0.0, 0.0), (0.0, 0.0), "ratio", (None, None, None, "0.0")),
    ],
)
def test_no_interval_runs_out_of_its_axis(low, high, shown, axis):
    middle = tuple((one + other) / 3 for one, other in zip(low, high, strict=True))
    series = Series("Return", "#17685F", middle, low, high)
    found = drawn(Bars(("TV", "Print"), (series,), shown, "€ per €")).value_axis
    lowest, highest, step, form = axis
    assert (found.minimum_scale, found.maximum_scale) == pytest.approx((lowest, highest))
    assert found.major_unit == pytest.approx(step)
    if form:
        assert found.tick_labels.number_format == form


def test_bars_without_intervals_say_their_values():
    chart = drawn(Bars(("TV",), (Series("Today", "#17685F", (12345.0,)),), "amount", "€"))
    assert chart.plots[0].has_data_labels
    assert not chart.value_axis.visible


@pytest.mark.parametrize("stacked", [False, True])
def test_lines_and_areas_are_over_dates(stacked):
    dates = (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1))
    series = (Series("Observed", "#1F2630", (1.0, None, 3.0)), Series("Fitted", "#17685F", (1.0, 2.0, 3.0)))
    chart = drawn(Lines(dates, series, "€", stacked=stacked))
    assert chart.chart_type == (XL_CHART_TYPE.AREA_STACKED if stacked else XL_CHART_TYPE.LINE)
    assert [list(each.values) for each in chart.plots[0].series] == [[1.0, None, 3.0], [1.0, 2.0, 3.0]]
    assert chart._chartSpace.find(f".//{qn('c:majorTimeUnit')}").get("val") == "months"


def test_curves_are_over_amounts():
    series = (Series("Steady spend", "#2272C2", (0.0, 5.0)), Series("Low end", "#D6D0C2", (0.0, 4.0)))
    chart = drawn(Curve((0.0, 1000.0), series, "€ a week", "€"))
    assert list(chart.plots[0].series[0].values) == [0.0, 5.0]
    assert chart.category_axis.axis_title.text_frame.text == "€"
