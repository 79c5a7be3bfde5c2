"""Charts of a plan show its own figures: money, response curves, and the frontier."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mmm_core.charts import plan as charts
from mmm_core.charts.style import ChartMeta
from mmm_core.planning.request import PlanRequest
from mmm_core.scenarios import made
from tests.planning.demo import response, subject


@pytest.fixture(scope="module")
def plan():
    return made.plan_for(subject(), response(), PlanRequest())


@pytest.mark.parametrize("dark", [False, True])
def test_money_is_that_of_the_plan(plan, dark):
    figure = charts.money_by_channel(plan, "€", dark=dark)
    data = pd.DataFrame(ChartMeta.of(figure).data).set_index("channel")
    assert dict(data["plan"]) == {each.channel: each.plan for each in plan.channels}
    assert "cannot be told: stays" in set(data["held_by"])
    assert {trace.name for trace in figure.data} == {"Today", "Plan"}
    assert "€ over 13 weeks" in figure.layout.xaxis.title.text


@pytest.mark.parametrize("dark", [False, True])
def test_a_curve_is_broken_where_nothing_was_seen(dark):
    curve = made.curves_for(subject(), response()).curves[0]
    seen = float(curve.spend[30])
    figure = charts.response(
        curve,
        today=float(curve.spend[10]),
        seen=seen,
        sales="€",
        spend="€",
        period="week",
        interval_prob=0.9,
        dark=dark,
    )
    inside = next(trace for trace in figure.data if trace.name == "Steady spend")
    beyond = next(trace for trace in figure.data if trace.name == "Beyond what was seen")
    assert max(inside.x) <= seen
    assert beyond.x[0] == max(inside.x)
    assert beyond.line.dash
    data = pd.DataFrame(ChartMeta.of(figure).data)
    assert (data["low"] <= data["median"]).all()
    assert (data["median"] <= data["high"]).all()
    assert data["median"].to_numpy() == pytest.approx(np.median(curve.steady, axis=1))


@pytest.mark.parametrize("dark", [False, True])
def test_the_frontier_has_today_and_the_plan_on_it(plan, dark):
    found = made.frontier_of(made.sought(subject(), response(), PlanRequest()))
    figure = charts.frontier(plan, found, spend="€", sales="€", dark=dark)
    marks = {trace.name: (trace.x[0], trace.y[0]) for trace in figure.data if trace.name in ("Today", "Plan")}
    assert marks["Plan"] == (plan.budget, plan.sales.shown)
    assert marks["Today"][1] == plan.sales_today.shown
    said = ChartMeta.of(figure).how_to_read
    assert "The last 10" in said
    assert ("on the table" in said) == (plan.differs and plan.sales.shown > plan.sales_today.shown)
