"""Names beside an axis never run together or out of the chart, and an axis of dates begins with a tick."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.browser.layout.charts import CARD, draw, lists, over_time

pytestmark = pytest.mark.slow
BOXES = """
selector => [...document.querySelectorAll(`#chart ${selector}`)].map(each => {
  const {left, right, top, bottom} = each.getBoundingClientRect();
  return {left, right, top, bottom, text: each.textContent};
})
"""
PLACE_OF_DATE = """
at => {
  const axis = document.getElementById("chart")._fullLayout.xaxis;
  return axis._offset + axis.d2p(at);
}
"""
LEAST_PLOT = 90
"""Pixels that marks need beside the names."""
LISTS = lists()


@pytest.fixture(scope="module")
def sheet(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("width", CARD)
@pytest.mark.parametrize("name", LISTS)
def test_names_beside_an_axis_keep_apart_and_within_the_chart(sheet, name, width):
    draw(sheet, LISTS[name], width=width)
    labels = sorted(sheet.evaluate(BOXES, ".ytick text"), key=lambda box: box["top"])
    assert len(labels) >= 30
    overlaps = [(one["text"], two["text"]) for one, two in pairwise(labels) if one["bottom"] > two["top"]]
    assert overlaps == []
    assert min(box["left"] for box in labels) >= 0
    (plot,) = sheet.evaluate(BOXES, ".nsewdrag")[:1]
    assert plot["right"] - plot["left"] >= LEAST_PLOT


@pytest.mark.parametrize("width", CARD)
@pytest.mark.parametrize(
    ("start", "weeks"), [("2023-01-02", 156), ("2022-03-28", 156), ("2024-10-31", 30), ("2023-05-15", 6)]
)
def test_the_first_period_has_a_tick_on_every_chart_over_time(sheet, start, weeks, width):
    for name, made in over_time(start, weeks).items():
        draw(sheet, made(), width=width)
        (plot,) = sheet.evaluate(BOXES, ".nsewdrag")[:1]
        ticks = sorted(sheet.evaluate(BOXES, ".xtick text"), key=lambda box: box["left"])
        first = ticks[0]
        begins = sheet.evaluate(
            PLACE_OF_DATE,
            start,
        )
        assert abs((first["left"] + first["right"]) / 2 - begins) < 3, name
        assert plot["left"] - 1 <= begins <= plot["left"] + 0.1 * (plot["right"] - plot["left"]), name
        assert start[:4] in first["text"], name
        assert all(one["right"] < two["left"] for one, two in pairwise(ticks)), name


def test_both_kinds_of_a_contribution_stand_side_by_side_in_one_colour(sheet):
    draw(sheet, LISTS["removal_and_additive"], width=1440)
    bars = [bar for bar in sheet.evaluate(BOXES, ".bars .point path") if bar["right"] > bar["left"]]
    assert len(bars) == 60
    additive, removal = bars[:30], bars[30:]
    for one, two in zip(additive, removal, strict=True):
        assert one["bottom"] <= two["top"] + 1
