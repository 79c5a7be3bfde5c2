"""Channels over what ghosts of their precision brought."""

import numpy as np
import pytest

from mmm_core.charts.proof.ghosts import floor
from mmm_core.charts.style import ChartMeta
from mmm_core.proof.part import PartReport, Told

ROWS = (
    {"channel": "tv", "median": 2.0, "low": 1.5, "high": 2.4, "unit": 0.25, "floor": 0.5, "rank": 0.04},
    {"channel": "online_video", "median": 0.3, "low": 0.0, "high": 0.9, "unit": 0.3, "floor": 0.6, "rank": 0.5},
)
GHOSTS = (
    {"of": "tv", "kind": "moved", "share": 0.01, "roi": 0.1, "signal": 1.0},
    {"of": "online_video", "kind": "redrawn", "share": 0.02, "roi": 0.2, "signal": 2.0},
)


def report(*, measure: str = "return", not_shown: tuple[str, ...] = ("online_video",)) -> PartReport:
    rows = tuple({**row, "measure": measure} for row in ROWS)
    told = Told(verdict="pass", sentence="1 of 2.", not_shown=not_shown, tables={"channels": rows, "ghosts": GHOSTS})
    return PartReport(name="ghosts", question="What would chance earn?", how_to_read="…", state="complete", told=told)


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_no_more_than_chance_is_told_by_its_mark_and_by_words(dark):
    figure = floor(report(), dark=dark)
    assert [trace.name for trace in figure.data] == ["Nine in ten", "Ghosts", "Ghosts", "Clears", "Does not"]
    assert [trace.showlegend for trace in figure.data if trace.name == "Ghosts"] == [True, False]
    marks = {trace.name: trace for trace in figure.data}
    assert marks["Does not"].customdata[0][0] == "Online video"
    assert marks["Does not"].marker.symbol == "circle-open"
    assert figure.layout.title.text == "What would chance earn?"


def test_a_ghost_stands_in_every_row_at_the_precision_of_its_channel():
    figure = floor(report())
    moved, redrawn = (trace for trace in figure.data if trace.name == "Ghosts")
    np.testing.assert_allclose(moved.x, [0.3, 0.25])  # online video's row is below TV's
    np.testing.assert_allclose(redrawn.x, [0.6, 0.5])
    assert (np.round(moved.y) == [0, 1]).all()
    assert list(moved.customdata[1]) == ["TV", "TV", "0.25"]


def test_the_largest_stands_on_top_and_is_the_first_row_that_is_taken_away():
    figure = floor(report())
    assert list(figure.layout.yaxis.ticktext) == ["Online video", "TV"]
    assert list(ChartMeta.of(figure).data["channel"]) == ["tv", "online_video"]
    assert "TV 2.00, chance up to 0.50; Online video 0.30, chance up to 0.60." in ChartMeta.of(figure).alt


def test_without_spend_it_is_in_shares_of_sales():
    figure = floor(report(measure="share"), per="EUR per EUR spent")
    assert figure.layout.xaxis.title.text == "share of sales, %"
    np.testing.assert_allclose(figure.data[0].x, [60.0, 50.0])
    assert floor(report(), per="EUR per EUR spent").layout.xaxis.title.text == "EUR per EUR spent"


def test_without_any_that_fails_nothing_is_said_of_it():
    assert [trace.name for trace in floor(report(not_shown=())).data][-1] == "Clears"
