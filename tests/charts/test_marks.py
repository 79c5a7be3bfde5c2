import numpy as np
import pandas as pd
import pytest

from mmm_core.charts import contributions, marks
from mmm_core.charts.style import LIGHT, ChartMeta
from mmm_core.results.intervals import Estimate

DATES = pd.date_range("2024-01-01", periods=3, freq="7D")
TWO = pd.DataFrame(
    {"entity_id": ["a"] * 3 + ["b"] * 3, "period_start": [*DATES, *DATES], "low": range(6), "high": range(10, 16)}
)


def test_channels_that_cannot_be_told_are_marked_by_word_and_shape(demo):
    figure = contributions.shares(demo.summary)
    marks = {trace.y[0]: trace for trace in figure.data if trace.mode == "markers+text"}
    assert (marks["Print"].marker.color, marks["Print"].marker.line.width) == (LIGHT.card, 3)
    assert "cannot be told" in marks["Print"].text[0]
    assert (marks["TV"].marker.color, marks["TV"].marker.line.width) == (LIGHT.palette[0], 0)


def test_when_a_channel_cannot_be_told_is_said_where_it_is_marked(demo):
    for figure in (
        contributions.shares(demo.summary),
        contributions.totals(demo.summary, "€"),
        contributions.roi(demo.summary),
    ):
        assert "begins below a tenth of what its part of spend would bring" in ChartMeta.of(figure).how_to_read


def test_a_band_goes_along_the_upper_edge_and_back_along_the_lower():
    figure = contributions.go.Figure()
    marks.add_band(figure, TWO[:3], ("low", "high"), "band", colour="#000000", opacity=0.5)
    (band,) = figure.data
    assert list(band.y) == [10, 11, 12, 2, 1, 0]
    assert list(pd.to_datetime(band.x)) == [*DATES, *DATES[::-1]]


def test_entities_are_told_apart_where_there_are_several():
    assert [(of, len(rows)) for of, rows in marks.entity_rows(TWO)] == [(", a", 3), (", b", 3)]
    assert [of for of, _ in marks.entity_rows(TWO[:3])] == [""]
    assert list(marks.plain_rows(TWO, "low").columns) == ["entity_id", "period_start", "low"]
    assert list(marks.plain_rows(TWO[:3], "low").columns) == ["period_start", "low"]


def test_error_bars_reach_from_the_mean_to_the_interval_and_may_be_lopsided():
    bars = marks.error_bars([Estimate(mean=0.2, low=0.1, high=0.5)], "#000000", scale=100)
    np.testing.assert_allclose([bars["array"][0], bars["arrayminus"][0]], [30, 10])
    assert not bars["symmetric"]


@pytest.mark.parametrize(("rows", "height"), [(0, 254), (1, 254), (2, 254), (10, 670)])
def test_a_list_has_room_for_its_rows(rows, height):
    assert marks.list_height([f"channel {row}" for row in range(rows)]) == height


@pytest.mark.parametrize("each", [26, 32, 52])
@pytest.mark.parametrize("length", range(1, 61, 7))
def test_names_of_any_length_have_room_for_all_their_lines(each, length):
    labels = [marks.beside_axis("Wort " * (length // 5) + "x" * (length % 5)) for _ in range(30)]
    lines = labels[0].count("<br>") + 1
    row = (marks.list_height(labels, each=each) - 150) / 30
    assert row >= max(each, marks.LINE * lines + marks.BETWEEN)
    assert max(map(len, labels[0].split("<br>"))) <= marks.ROW_WIDTH
