import numpy as np
import pandas as pd
import pytest

from mmm_core.charts import contributions
from mmm_core.charts.style import OTHER, SI_PREFIXES, ChartMeta, _tick
from mmm_core.exports import formats
from mmm_core.labels import short
from mmm_core.results.intervals import Estimate


@pytest.mark.parametrize("freq", ["period", "month", "quarter"])
def test_stacked_parts_add_up_to_the_fitted_line(demo, freq):
    parts = contributions.stacked_parts(demo.decomposition, demo.summary.names, freq=freq)
    fitted = demo.fitted.set_index("period_start")["y_hat_mean"]
    expected: dict[pd.Timestamp, float] = {}
    for start, value in fitted.items():
        for day in range(7):
            date = start + pd.Timedelta(days=day)
            month = {"period": None, "month": date.month, "quarter": 3 * ((date.month - 1) // 3) + 1}[freq]
            place = pd.Timestamp(date.year, month, 1) if month else start
            expected[place] = expected.get(place, 0.0) + value / 7
    assert list(parts.index) == list(expected)
    np.testing.assert_allclose(parts.sum(axis=1), list(expected.values()), rtol=1e-9)


def test_months_of_equal_weeks_differ_by_their_days_alone(demo):
    even = demo.decomposition.assign(mean=7.0)
    months = contributions.stacked_parts(even, demo.summary.names, freq="month").iloc[1:-1]
    components = demo.decomposition.groupby("period_start").size().iloc[0]
    np.testing.assert_allclose(months.sum(axis=1), components * months.index.days_in_month, rtol=1e-9)


@pytest.mark.parametrize(
    ("draw", "scale"),
    [
        (lambda summary, **more: contributions.shares(summary, **more), 100),
        (lambda summary, **more: contributions.totals(summary, "€", **more), 1),
        (lambda summary, **more: contributions.roi(summary, **more), 1),
    ],
)
def test_a_light_bar_reaches_as_far_as_the_intervals_of_other_settings(demo, draw, scale):
    figures = {100: "share", 1: "additive"}
    plain = draw(demo.summary)
    assert "other setting" not in ChartMeta.of(plain).how_to_read
    wide = tuple(
        each.model_copy(
            update={
                name: getattr(each, name).model_copy(update={"low": 0.0, "high": 2 * getattr(each, name).high})
                for name in ("share", "additive", "roi")
            }
        )
        for each in demo.summary.channels
    )
    figure = draw(demo.summary, others={"else": demo.summary.model_copy(update={"channels": wide})})
    assert "Light: as far as intervals reach under 1 other setting" in ChartMeta.of(figure).how_to_read
    name = "roi" if "roi" in ChartMeta.of(figure).name else figures[scale]
    for channel in demo.summary.channels:
        reached = [
            trace.x[1] for trace in figure.data if trace.y[0].upper() == channel.channel.upper() and len(trace.x) > 1
        ]
        assert max(reached) == pytest.approx(2 * scale * getattr(channel, name).high)
        assert max(reached) < figure.layout.xaxis.range[1]
    assert {"low_other_settings", "high_other_settings"} <= set(formats.chart_data(figure).columns)


def test_the_waterfall_ends_at_the_fitted_total(demo):
    bars = contributions.waterfall(demo.summary, "sales").data[0]
    assert bars.x[-1] == pytest.approx(demo.summary.fitted.mean, rel=1e-9)
    assert bars.base[-2] + bars.x[-2] == pytest.approx(bars.x[-1], rel=1e-9)


def test_the_waterfall_s_axis_begins_where_its_steps_do_and_says_so(demo):
    figure = contributions.waterfall(demo.summary, "sales, €")
    bars, (begin, end) = figure.data[0], figure.layout.xaxis.range
    steps = np.asarray(bars.base[1:-1], float)
    assert 0 < begin < steps.min() < bars.x[-1] < end
    assert (bars.x[-1] - steps.min()) > 0.5 * (end - begin)
    said = ChartMeta.of(figure).how_to_read
    assert f"The axis begins at {short(begin)}" in said
    assert short(begin) in figure.layout.xaxis.title.text
    marks = {each.y: each.text for each in figure.layout.annotations if each.text.startswith("//")}
    assert marks == {bars.y[0]: "//", bars.y[-1]: f"// cut at {short(begin)}"}
    media = demo.summary.media.mean
    low = demo.summary.baseline["reference"].model_copy(update={"mean": 0.1 * media})
    from_zero = contributions.waterfall(demo.summary.model_copy(update={"baseline": {"reference": low}}), "sales, €")
    assert from_zero.layout.xaxis.range[0] == 0
    assert not [each for each in from_zero.layout.annotations if each.text.startswith("//")]
    assert "begins at" not in ChartMeta.of(from_zero).how_to_read


@pytest.mark.parametrize("trend", [1e-5, 0.05, -0.05])
def test_parts_that_cancel_are_no_steps_and_the_sum_stays(demo, trend):
    summary = demo.summary
    part = summary.baseline["trend"].model_copy(update={"mean": trend * summary.fitted.mean})
    moved = summary.model_copy(update={"baseline": summary.baseline | {"trend": part}})
    figure = contributions.waterfall(moved, "sales, €")
    bars = figure.data[0]
    assert ("Trend" in bars.y) == (abs(trend) > 0.001)
    assert ("trend" in ChartMeta.of(figure).how_to_read.lower()) == ("Trend" not in bars.y)
    parts = sum(each.mean for each in moved.baseline.values()) + sum(c.additive.mean for c in moved.channels)
    assert bars.x[-1] == pytest.approx(parts, rel=1e-12)


def test_beyond_ten_channels_the_small_ones_are_gathered():
    dates = pd.date_range("2023-01-02", periods=4, freq="7D")
    names = [f"c{number}" for number in range(14)]
    rows = [("baseline", "reference", 100.0), *(("channel", name, float(i + 1)) for i, name in enumerate(names))]
    frame = pd.DataFrame(
        [(date, *row) for date in dates for row in rows], columns=["period_start", "kind", "component", "mean"]
    )
    parts = contributions.stacked_parts(frame, names[::-1])
    assert list(parts.columns) == ["baseline", *names[:4:-1], OTHER]
    assert parts[OTHER].iloc[0] == sum(range(1, 6))
    assert parts.sum(axis=1).iloc[0] == 100 + sum(range(1, 15))


def test_break_even_is_drawn_and_said_where_money_comes_back_for_money(demo):
    figure = contributions.roi(demo.summary, per="€ per € spent", break_even=True)
    assert [(line.x0, line.x1, line.line.dash) for line in figure.layout.shapes] == [(1, 1, "dash")]
    assert "break-even" in ChartMeta.of(figure).how_to_read
    plain = contributions.roi(demo.summary)
    assert not plain.layout.shapes
    assert "break-even" not in ChartMeta.of(plain).how_to_read


def test_break_even_stays_in_sight_of_small_returns(demo):
    channels = tuple(c.model_copy(update={"roi": Estimate(mean=0.2, low=0.1, high=0.3)}) for c in demo.summary.channels)
    figure = contributions.roi(demo.summary.model_copy(update={"channels": channels}), break_even=True)
    assert figure.layout.xaxis.range[1] > 1


def test_long_names_leave_room_for_the_marks(demo):
    first = demo.summary.channels[0].model_copy(update={"channel": "linear_television_national"})
    summary = demo.summary.model_copy(update={"channels": (first, *demo.summary.channels[1:])})
    assert "Linear television<br>national" in {trace.y[0] for trace in contributions.shares(summary).data}
    waterfall = contributions.waterfall(summary, "€")
    assert "Linear television<br>national" in waterfall.data[0].y
    assert "Linear television national" in set(formats.chart_data(waterfall)["step"])
    assert "<br>" not in ChartMeta.of(waterfall).alt


@pytest.mark.parametrize("scale", [1e-3, 0.07, 1.0, 36.0, 9e4])
def test_the_waterfall_s_first_tick_is_where_its_axis_begins_and_is_written_as_texts_are(demo, scale):
    def scaled(estimate):
        return Estimate(mean=scale * estimate.mean, low=scale * estimate.low, high=scale * estimate.high)

    channels = tuple(each.model_copy(update={"additive": scaled(each.additive)}) for each in demo.summary.channels)
    parts = {name: scaled(each) for name, each in demo.summary.baseline.items()}
    changed = {"channels": channels, "baseline": parts, "fitted": scaled(demo.summary.fitted)}
    summary = demo.summary.model_copy(update=changed)
    axis = contributions.waterfall(summary, "sales, €").layout.xaxis
    assert axis.tick0 == axis.range[0] > 0
    ticks = np.arange(axis.tick0, axis.range[1], axis.dtick)
    assert 3 <= len(ticks) <= 6
    if axis.labelalias:
        assert {_tick(tick, SI_PREFIXES, "") for tick in ticks} <= set(axis.labelalias)
