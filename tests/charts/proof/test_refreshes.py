import pytest

from mmm_core.charts.proof import refreshes
from mmm_core.charts.style import ChartMeta, channel_colours
from mmm_core.exports.formats import chart_data
from tests.charts.proof import reports


def test_each_channel_has_a_small_chart_in_its_colour_and_unit():
    figure = refreshes.returns(reports.refreshes(), per="€ per € spent")
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    colours = channel_colours(["tv", "pr"])
    assert [line.line.color for line in lines] == [colours["tv"], colours["pr"]]
    assert [line.xaxis for line in lines] == ["x", "x2"]
    assert list(lines[1].y) == pytest.approx([2.0, 3.0, 3.1])  # in % of sales
    assert figure.layout.yaxis2.ticksuffix.strip() == "%"
    assert {annotation.text for annotation in figure.layout.annotations} == {"TV", "PR"}
    meta = ChartMeta.of(figure)
    assert "In € per € spent; in % of sales for channels without spend." in meta.how_to_read


def test_an_estimate_outside_the_interval_before_has_a_ring_and_is_told():
    figure = refreshes.returns(reports.refreshes(), dark=True)
    rings = [trace for trace in figure.data if trace.marker.symbol == "circle-open"]
    assert [list(ring.y) for ring in rings] == [[3.0], [3.0]]
    assert ChartMeta.of(figure).alt.endswith("outside the interval before: TV, PR.")
    table = chart_data(figure)
    assert list(table["left_interval"]) == [False, False, True, True, False, False]


def test_one_date_is_drawn_too():
    part = reports.refreshes()
    first = {"returns": part.told.tables["returns"][:2]}
    figure = refreshes.returns(part.model_copy(update={"told": part.told.model_copy(update={"tables": first})}))
    assert ChartMeta.of(figure).alt.endswith("outside the interval before: none.")
