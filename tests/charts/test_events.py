"""Events on the charts: where their marks stand, and what their effects are called."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mmm_core.charts import contributions, events, fit, parameters
from mmm_core.charts.style import ChartMeta
from mmm_core.exports import formats
from mmm_core.model.events.columns import EventScaler
from mmm_core.results.posterior_summary import ParameterSummary

WEEKS = pd.date_range("2023-01-02", periods=65, freq="7D")


def falling(*days: str) -> tuple[EventScaler, ...]:
    return (EventScaler(dates=tuple(date.fromisoformat(day) for day in days), before=0, after=0),)


EVENTS = {"event: Easter": falling("2023-04-09", "2024-03-31"), "event: Sale": falling("2023-04-08", "1999-01-01")}


def effect(name: str, mean: float, low: float, high: float) -> ParameterSummary:
    ends = {"hdi_3%": low, "hdi_97%": high}
    return ParameterSummary.model_validate(
        {"name": name, "mean": mean, "sd": 0.1, **ends, "r_hat": 1.0, "ess_bulk": 500.0, "ess_tail": 500.0}
    )


EFFECTS = [effect("gamma[event: Easter]", 0.2, 0.1, 0.3), effect("gamma[event: Sale [1]]", -0.1, -0.3, 0.1)]


def test_marks_stand_at_the_period_that_holds_the_day():
    named = events.event_periods(EVENTS, WEEKS)
    assert named.to_dict() == {pd.Timestamp("2023-04-03"): "Easter, Sale", WEEKS[-1]: "Easter"}


def test_a_day_in_a_hole_of_the_table_or_after_it_is_not_marked():
    holed = WEEKS.delete(range(12, 20))
    assert events.event_periods({"event: Easter": falling("2023-04-09")}, holed).empty
    assert events.event_periods({"event: Easter": falling("2024-06-01")}, WEEKS).empty


def test_names_that_look_like_numbers_or_dates_stay_names():
    odd = [effect(f"gamma[event: {name}]", 0.1, 0.0, 0.2) for name in ("11.11", "2024-11-29", "%{x}<extra>")]
    figure = events.event_effects(odd, grain="WEEK", power=1.0)
    assert figure.layout.yaxis.type == "category"
    assert all("%{customdata}" in (trace.hovertemplate or "%{customdata}") for trace in figure.data)


@pytest.mark.parametrize("draw", ["fit", "over_time"])
def test_charts_over_time_mark_events_without_moving_anything_else(demo, draw):
    def drawn(found: object) -> object:
        if draw == "fit":
            return fit.fit(demo.fitted, "€", events=found)
        return contributions.contributions_over_time(demo.decomposition, "€", summary=demo.summary, events=found)

    day = f"{demo.fitted['period_start'].iloc[10]:%Y-%m-%d}"
    with_events, without = drawn({"event: Sale": falling(day)}), drawn({})
    assert [trace.name for trace in with_events.data] == [*(trace.name for trace in without.data), "Events"]
    assert with_events.data[-1].x[0] == np.datetime64(day)
    assert with_events.layout.yaxis.range == without.layout.yaxis.range
    assert with_events.layout.yaxis2.visible is False


@pytest.mark.parametrize(("power", "percent"), [(1.0, 20.0), (0.0, 100 * np.expm1(0.2)), (0.5, 21.0)])
def test_effects_are_in_percent_of_an_average_period(power, percent):
    figure = events.event_effects(EFFECTS, grain="WEEK", power=power)
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert [trace.y[0] for trace in dots] == ["Easter", "Sale [1]"]
    assert dots[0].x[0] == pytest.approx(percent)
    assert "% of sales of an average week" in figure.layout.xaxis.title.text
    assert ChartMeta.of(figure).alt.endswith("apart from no effect: Easter.")
    assert list(formats.chart_data(figure)["event"]) == ["Easter", "Sale [1]"]


def test_the_forest_leaves_events_to_their_own_chart(demo):
    shown = {
        trace.y[0]
        for trace in parameters.forest([*demo.parameters.parameters, *EFFECTS], demo.summary.names, None).data
    }
    assert "Easter" not in shown
