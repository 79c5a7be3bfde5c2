"""Charts that PowerPoint draws itself: the numbers lie in the file as a sheet, and whoever opens it can change them.

Labels are numbers of the sheet, so they follow what is changed; how their decimals are written is the reader's own
Office to say. Intervals are error bars.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, isfinite, log10
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.oxml.ns import qn
from pptx.util import Pt

from mmm_core.charts.style import LIGHT
from mmm_core.exports.formats import escaped
from mmm_core.report.content import Bars, Curve, Lines, Plain, Series
from mmm_core.report.written import printable

type Box = tuple[int, int, int, int]
"""Left, top, width and height (EMU)."""
LONGEST_NAME = 44
"""Characters of a category's name beside an axis; the table has all."""
SIZES = ((1e9, ',,,"\u00a0bn"'), (1e6, ',,"\u00a0M"'), (1e3, ',"\u00a0k"'))
"""Formats of large numbers: each comma divides by a thousand."""
WIDTH_OF_LINES = Pt(2)
MOST_DATES = 13
"""Ticks of an axis of dates."""
FEWEST_TICKS = 4
FINER = {"share": (0.01, "0.0%"), "ratio": (0.1, "0.00")}
"""Where an axis has steps below the first, its numbers need one decimal more."""
LABELS = '[>=999500]0.00,,"\u00a0M";[>=999.5]0,"\u00a0k";0'
"""Format of amounts beside bars: each in its own size."""


def add_chart(slide: Any, plain: Plain, box: Box, *, alt: str, title: str = "") -> Any:
    """Put a chart on a slide; the frame that holds it."""
    if isinstance(plain, Bars):
        frame = _bars(slide, plain, box)
    elif isinstance(plain, Lines):
        frame = _lines(slide, plain, box)
    else:
        frame = _curve(slide, plain, box)
    if title:
        frame.chart.has_title = True
        frame.chart.chart_title.text_frame.text = _plain(title)
        frame.chart.chart_title.text_frame.paragraphs[0].runs[0].font.size = Pt(14)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", printable(alt))
    return frame


def _bars(slide: Any, plain: Bars, box: Box) -> Any:
    data = CategoryChartData(number_format=_format(plain.shown, _all(plain.series)))
    data.categories = [_name(each) for each in plain.categories]
    for series in plain.series:
        data.add_series(_name(series.name), series.values)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, data)
    chart, has_intervals = frame.chart, any(series.low for series in plain.series)
    _dress(chart, several=len(plain.series) > 1)
    chart.category_axis.reverse_order = True
    chart.category_axis.has_major_gridlines = False
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.plots[0].gap_width = 60
    _value_axis(chart, plain.axis, _format(plain.shown, _all(plain.series), axis=True), shown=has_intervals)
    if has_intervals:
        _hold_intervals(chart.value_axis, plain)
    else:
        labels = chart.plots[0]
        labels.has_data_labels = True
        labels.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        labels.data_labels.number_format = _format(plain.shown, _all(plain.series))
        labels.data_labels.number_format_is_linked = False
        labels.data_labels.font.size = Pt(11)
    for series, drawn in zip(plain.series, chart.plots[0].series, strict=True):
        _fill(drawn, series.colour)
        drawn.invert_if_negative = False
        for place, colour in enumerate(series.points):
            _fill(drawn.points[place], colour)
        if series.low:
            _add_intervals(drawn._element, series)
    return frame


def _lines(slide: Any, plain: Lines, box: Box) -> Any:
    data = CategoryChartData(number_format="General")
    data.categories = list(plain.dates)
    for series in plain.series:
        data.add_series(_name(series.name), series.values)
    kind = XL_CHART_TYPE.AREA_STACKED if plain.stacked else XL_CHART_TYPE.LINE
    frame = slide.shapes.add_chart(kind, *box, data)
    chart = frame.chart
    _dress(chart, several=len(plain.series) > 1)
    axis = chart.category_axis
    axis.tick_labels.number_format = "mmm yyyy"
    axis.tick_labels.number_format_is_linked = False
    axis.has_major_gridlines = False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _space_dates(axis._element, plain)
    _value_axis(chart, plain.axis, _format("amount", _all(plain.series), axis=True))
    for series, drawn in zip(plain.series, chart.plots[0].series, strict=True):
        if plain.stacked:
            _fill(drawn, series.colour)
        else:
            _line(drawn, series.colour)
    return frame


def _space_dates(axis: Any, plain: Lines) -> None:
    """A tick every so many months, as many as can be read."""
    days = (max(plain.dates) - min(plain.dates)).days if plain.dates else 0
    months = next((each for each in (1, 2, 3, 6, 12, 24) if days / 30.4 / each <= MOST_DATES), 60)
    for name in ("baseTimeUnit", "majorUnit", "majorTimeUnit"):
        for old in axis.findall(qn(f"c:{name}")):
            axis.remove(old)
    before = axis.find(qn("c:lblOffset"))
    if before is None:  # no axis of dates
        return
    for name, value in (("majorTimeUnit", "months"), ("majorUnit", str(months)), ("baseTimeUnit", "days")):
        made = etree.Element(qn(f"c:{name}"))
        made.set("val", value)
        before.addnext(made)


def _curve(slide: Any, plain: Curve, box: Box) -> Any:
    data = XyChartData(number_format="General")
    for series in plain.series:
        drawn = data.add_series(_name(series.name))
        for amount, value in zip(plain.amounts, series.values, strict=True):
            if value is not None:
                drawn.add_data_point(amount, value)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_SMOOTH_NO_MARKERS, *box, data)
    chart = frame.chart
    _dress(chart, several=len(plain.series) > 1)
    across = chart.category_axis
    across.has_major_gridlines = False
    across.tick_labels.number_format = _format("amount", plain.amounts, axis=True)
    across.tick_labels.number_format_is_linked = False
    across.minimum_scale = 0
    _title(across, plain.across)
    _value_axis(chart, plain.axis, _format("amount", _all(plain.series), axis=True))
    for series, found in zip(plain.series, chart.plots[0].series, strict=True):
        _line(found, series.colour)
    return frame


def _dress(chart: Any, *, several: bool) -> None:
    chart.has_title = False
    chart.font.size = Pt(12)
    chart.font.color.rgb = _colour(LIGHT.muted)
    chart.has_legend = several
    if several:
        chart.legend.position = XL_LEGEND_POSITION.TOP
        chart.legend.include_in_layout = False


def _value_axis(chart: Any, title: str, shown_as: str, *, shown: bool = True) -> None:
    axis = chart.value_axis
    axis.visible = shown
    axis.has_major_gridlines = shown
    if not shown:
        return
    axis.major_gridlines.format.line.color.rgb = _colour(LIGHT.line)
    axis.format.line.fill.background()
    axis.tick_labels.number_format = shown_as
    axis.tick_labels.number_format_is_linked = False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH if _is_turned(chart) else XL_TICK_LABEL_POSITION.LOW
    _title(axis, title)


def _is_turned(chart: Any) -> bool:
    """Whether the first category is on top: then the axis of values would be there too, but for its labels."""
    return bool(chart.chart_type == XL_CHART_TYPE.BAR_CLUSTERED)


def _title(axis: Any, text: str) -> None:
    axis.has_title = bool(text)
    if text:
        axis.axis_title.text_frame.text = _plain(text)
        axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(12)
        axis.axis_title.text_frame.paragraphs[0].runs[0].font.bold = False


def _fill(drawn: Any, colour: str) -> None:
    drawn.format.fill.solid()
    drawn.format.fill.fore_color.rgb = _colour(colour)


def _line(drawn: Any, colour: str) -> None:
    drawn.smooth = False
    drawn.format.line.color.rgb = _colour(colour)
    drawn.format.line.width = WIDTH_OF_LINES
    drawn.marker.style = XL_MARKER_STYLE.NONE


def _hold_intervals(axis: Any, plain: Bars) -> None:
    """Let the axis reach beyond every interval: left to itself it ends behind the longest bar, and cuts them off."""
    ends = [*_all(plain.series), *(low for each in plain.series for low in each.low)]
    known = [value for value in ends if value is not None and isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high == low:
        return
    power = 10.0 ** floor(log10((high - low) / FEWEST_TICKS))
    step = next(each * power for each in (1, 2, 5, 10) if each * power * FEWEST_TICKS * 2 >= high - low)
    axis.minimum_scale, axis.maximum_scale = floor(low / step) * step, ceil(high / step) * step
    axis.major_unit = step
    if plain.shown in FINER and step < FINER[plain.shown][0]:
        axis.tick_labels.number_format = FINER[plain.shown][1]


def _add_intervals(series: Any, told: Series) -> None:
    """Error bars from the low to the high end, each in the sheet's own unit."""
    values = [value or 0.0 for value in told.values]
    above = [max(high - value, 0.0) for value, high in zip(values, told.high, strict=True)]
    below = [max(value - low, 0.0) for value, low in zip(values, told.low, strict=True)]
    bars = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "1")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    for name, amounts in (("plus", above), ("minus", below)):
        listed = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numLit"))
        etree.SubElement(listed, qn("c:formatCode")).text = "General"
        etree.SubElement(listed, qn("c:ptCount")).set("val", str(len(amounts)))
        for place, amount in enumerate(amounts):
            point = etree.SubElement(listed, qn("c:pt"))
            point.set("idx", str(place))
            etree.SubElement(point, qn("c:v")).text = repr(float(amount))
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"))
    line.set("w", str(int(Pt(1.75))))
    colour = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"))
    colour.set("val", LIGHT.ink.removeprefix("#"))
    series.find(qn("c:cat")).addprevious(bars)


def _format(shown: str, values: Iterable[float | None], *, axis: bool = False) -> str:
    """Format of a sheet's numbers, in Excel's language."""
    if shown == "share":
        return "0%" if axis else "0.0%"
    if shown == "ratio":
        return "0.0" if axis else "0.00"
    if not axis:
        large = any(abs(value) >= 1000 for value in values if value is not None)
        return LABELS if large else "0.0"
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    size, ending = next(((size, ending) for size, ending in SIZES if largest >= size), (1.0, ""))
    decimals = "" if largest / size >= 5 else ".0" if largest / size >= 1 else ".00"
    return f"0{decimals}{ending}"


def _all(series: Iterable[Series]) -> list[float | None]:
    return [value for each in series for value in (*each.values, *each.high)]


def _name(text: str) -> str:
    """A name as the chart's sheet may hold it: on one line, and nothing that would be computed."""
    line = _plain(text)
    return escaped(line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…")


def _plain(text: str) -> str:
    return " ".join(printable(text).replace("<br>", " ").split()) or "–"


def _colour(colour: str) -> Any:
    return RGBColor.from_string(colour.removeprefix("#"))
