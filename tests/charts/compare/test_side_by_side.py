"""Every channel in every result, with its own interval."""

import pytest

from mmm_core.charts.compare import side_by_side
from mmm_core.charts.style import ChartMeta
from mmm_core.results.intervals import Estimate


def estimate(value: float) -> Estimate:
    return Estimate(mean=value, median=value, low=value - 0.02, high=value + 0.02)


FIGURES = {"tv": (estimate(0.12), estimate(0.09)), "paid_social": (None, estimate(0.05))}


@pytest.mark.parametrize("dark", [False, True])
def test_each_result_has_its_marks_and_a_channel_that_it_lacks_has_none(dark):
    figure = side_by_side.shares(["March", "June"], FIGURES, prob=0.94, dark=dark)
    named = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
    assert list(named["March"].x) == [12.0]
    assert list(named["June"].x) == [9.0, 5.0]
    assert named["March"].marker.symbol != named["June"].marker.symbol
    meta = ChartMeta.of(figure)
    assert "TV 12.0\u00a0% in March" in meta.alt
    assert "Paid social 5.0\u00a0% in June" in meta.alt
    assert len(meta.data["channel"]) == 3
    assert "94\u00a0% interval" in meta.how_to_read


def test_results_of_one_name_are_told_apart_and_long_names_are_cut():
    figure = side_by_side.shares(["brand.csv", "brand.csv"], FIGURES, prob=0.94)
    assert {trace.name for trace in figure.data if trace.name} == {"brand.csv (1)", "brand.csv (2)"}
    long = side_by_side.shares(["x" * 90, "y"], FIGURES, prob=0.94)
    assert max(len(trace.name) for trace in long.data if trace.name) <= side_by_side.LONGEST_NAME


def test_returns_have_their_unit_and_below_zero_there_is_room():
    figures = {"tv": (Estimate(mean=0.1, low=-0.5, high=1.0, median=0.1), estimate(2.5))}
    figure = side_by_side.returns(["a", "b"], figures, prob=0.8, per="€ per € spent")
    assert figure.layout.xaxis.title.text == "€ per € spent"
    assert figure.layout.xaxis.range[0] < -0.5
    assert "TV 2.50 in b" in ChartMeta.of(figure).alt
