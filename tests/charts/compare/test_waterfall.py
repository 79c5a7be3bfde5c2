"""The steps of a move add up, and what is noise is pale."""

import numpy as np
import pytest

from mmm_core.charts.compare import waterfall
from mmm_core.charts.compare.waterfall import Step
from mmm_core.charts.style import ChartMeta

STEPS = [Step("new weeks", 0.004, 0.003), Step("revised data", -0.03, 0.001), Step("chance", -0.004, 0.003)]


@pytest.mark.parametrize("dark", [False, True])
def test_bars_lead_from_the_earlier_figure_to_the_later(dark):
    figure = waterfall.moves("tv", "share", (0.12, 0.09), STEPS, title="TV: share", dark=dark)
    (bars,) = figure.data
    assert list(bars.y) == ["Before", "New weeks", "Revised data", "Chance", "Now"]
    ends = np.asarray(bars.base) + np.asarray(bars.x)
    np.testing.assert_allclose(ends, [12.0, 12.4, 9.4, 9.0, 9.0])
    np.testing.assert_allclose(bars.base, [0, 12.0, 12.4, 9.4, 0])
    assert list(bars.text)[2] == "−3.0\u00a0points"
    assert bars.marker.color[1].startswith("rgba")
    assert not bars.marker.color[2].startswith("rgba")
    assert "from 12.0\u00a0%, new weeks +0.4\u00a0points" in ChartMeta.of(figure).alt


def test_a_small_move_of_a_large_figure_is_seen_and_the_axis_says_so():
    figure = waterfall.moves(
        "tv", "return", (2.0, 2.1), [Step("new weeks", 0.1, 0.01)], title="TV: return", unit="per €"
    )
    assert figure.layout.xaxis.range[0] > 1
    assert "does not begin at 0" in figure.layout.xaxis.title.text
    (bars,) = figure.data
    assert list(bars.text) == ["2.00", "+0.10", "2.10"]


def test_no_move_at_all_is_drawn():
    figure = waterfall.moves("tv", "share", (0.0, 0.0), [Step("chance", 0.0, 0.0)], title="TV")
    low, high = figure.layout.xaxis.range
    assert high > low
