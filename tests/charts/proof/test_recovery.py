"""What was found in worlds like the person's own, against what was true."""

import numpy as np
import pytest

from mmm_core.charts.proof.recovery import found_and_true
from mmm_core.charts.style import ChartMeta
from mmm_core.proof.part import PartReport, Told

WORLDS = (
    {"channel": "tv", "measure": "return", "truth": 2.0, "median": 2.2, "low": 1.8, "high": 2.6, "inside": 1.0},
    {"channel": "tv", "measure": "return", "truth": 1.0, "median": 2.0, "low": 1.5, "high": 2.5, "inside": 0.0},
    {"channel": "radio", "measure": "share", "truth": 0.1, "median": 0.1, "low": 0.0, "high": 0.3, "inside": 1.0},
)
CHANNELS = (
    {"channel": "tv", "measure": "return", "coverage": 0.5, "bias": 0.6, "reach": 0.45, "size": 1.5},
    {"channel": "radio", "measure": "share", "coverage": 1.0, "bias": 0.0, "reach": 0.15, "size": 0.1},
)


def report() -> PartReport:
    told = Told(verdict="look", sentence="In 2 worlds.", tables={"worlds": WORLDS, "channels": CHANNELS})
    return PartReport(name="recovery", question="Could it?", how_to_read="…", state="complete", told=told)


@pytest.mark.parametrize("dark", [False, True])
def test_each_channel_has_a_chart_on_its_own_scale_and_misses_are_rings(dark):
    figure = found_and_true(report(), dark=dark)
    line, tv, other, radio = figure.data
    assert (list(line.x), list(other.y)) == (list(line.y), list(other.x))
    assert (tv.xaxis, radio.xaxis) == ("x", "x2")
    assert list(tv.marker.symbol) == ["circle", "circle-open"]
    assert list(tv.customdata[1]) == ["1.00", "2.00", "1.50 to 2.50"]
    assert [note.text for note in figure.layout.annotations] == ["TV: 50\u00a0%", "Radio: 100\u00a0%"]


def test_shares_are_in_percent_and_both_units_are_said():
    figure = found_and_true(report(), per="EUR per EUR spent")
    np.testing.assert_allclose(figure.data[3].x, [10.0])
    assert figure.layout.xaxis2.ticksuffix == "\u00a0%"
    assert ChartMeta.of(figure).how_to_read.endswith("In EUR per EUR spent; in % of sales for channels without spend.")


def test_the_diagonal_reaches_over_all_that_is_drawn():
    figure = found_and_true(report())
    assert figure.layout.xaxis.range[1] >= 2.6
    assert figure.layout.xaxis.range == figure.layout.yaxis.range
