import itertools
import json
import re

import numpy as np
import pandas as pd
import pytest

from mmm_core.charts import contributions, curves, fit, parameters
from mmm_core.charts.style import DARK, LIGHT, OTHER, ChartMeta, Theme, amount_axis, channel_colours
from mmm_core.exports import formats
from mmm_core.labels import display_name
from mmm_core.results.intervals import Estimate
from mmm_core.runs.outputs import Outputs, read_outputs
from mmm_core.spec import spec_from
from tests.conftest import PROJECT
from tests.engines import demo_spec

# Simulation of full colour-vision deficiency in linear RGB (Machado, Oliveira, Fernandes 2009, severity 1).
DEFICIENCIES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "none": np.eye(3).tolist(),
}


@pytest.fixture(scope="module")
def demo() -> Outputs:
    return read_outputs(PROJECT / "sample_data" / "demo_run")


def linear(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_and_text_stand_out(theme: Theme):
    assert min(contrast(colour, theme.card) for colour in theme.palette) >= 3
    assert min(contrast(colour, theme.card) for colour in (theme.ink, theme.muted)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_first_eight_colours_stay_apart(theme: Theme, deficiency):
    seen = {colour: lab(np.array(DEFICIENCIES[deficiency]) @ linear(colour)) for colour in theme.palette[:8]}
    distances = {pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]]) for pair in itertools.combinations(seen, 2)}
    closest = min(distances, key=lambda pair: distances[pair])
    assert distances[closest] >= 12, (closest, distances[closest])


def every_figure(found: Outputs, *, dark: bool = False) -> list:
    curve = pd.DataFrame({"activity": [0.0, 1.0, 2.0], "effect": [0.0, 0.5, 0.67]})
    return [
        fit.fit(found.fitted, "sales, €", dark=dark),
        fit.residuals(found.fitted, dark=dark),
        contributions.contributions_over_time(found.decomposition, "sales, €", observed=found.fitted, dark=dark),
        contributions.waterfall(found.summary, "sales, €", dark=dark),
        contributions.shares(found.summary, dark=dark),
        contributions.totals(found.summary, "sales, €", dark=dark),
        contributions.removal_and_additive(found.summary, "sales, €", dark=dark),
        contributions.roi(found.summary, dark=dark),
        curves.adstock(demo_spec(), list(found.scaler.channels), dark=dark),
        curves.saturation({"tv": curve}, dark=dark),
        fit.seasonality(found.decomposition, "sales, €", dark=dark),
        parameters.forest(found.parameters.parameters, dark=dark),
        parameters.prior_and_posterior(found.diagnostics.prior_posterior, dark=dark),
        parameters.diagnostics(found.parameters.parameters, chains=2, dark=dark),
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_chart_is_titled_labelled_and_described(demo, dark):
    for figure in every_figure(demo, dark=dark):
        assert figure.layout.title.text
        assert figure.layout.xaxis.title.text or figure.layout.yaxis.title.text
        assert all(figure.layout.meta[key] for key in ("name", "how_to_read", "alt"))
        assert "nan" not in ChartMeta.of(figure).alt
        assert len(figure.to_json()) < 400_000
        table = formats.chart_data(figure)
        assert len(table) > 0
        assert not table.select_dtypes("number").empty


def test_names_are_unique(demo):
    names = [ChartMeta.of(figure).name for figure in every_figure(demo)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("freq", ["period", "month", "quarter"])
def test_stacked_parts_add_up_to_the_fitted_line(demo, freq):
    parts = contributions.stacked_parts(demo.decomposition, freq=freq)
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
    months = contributions.stacked_parts(even, freq="month").iloc[1:-1]
    components = demo.decomposition.groupby("period_start").size().iloc[0]
    np.testing.assert_allclose(months.sum(axis=1), components * months.index.days_in_month, rtol=1e-9)


def test_the_waterfall_ends_at_the_fitted_total(demo):
    bars = contributions.waterfall(demo.summary, "sales").data[0]
    assert bars.x[-1] == pytest.approx(demo.summary.fitted.mean, rel=1e-9)
    assert bars.base[-2] + bars.x[-2] == pytest.approx(bars.x[-1], rel=1e-9)


def test_a_channel_keeps_its_colour(demo):
    names = [channel.channel for channel in demo.summary.channels]
    colours = channel_colours(names)
    stacked = contributions.contributions_over_time(demo.decomposition, "sales")
    shown = {trace.name: trace.fillcolor for trace in stacked.data}
    assert {name: shown[display_name(name)] for name in names} == {name: colours[name] for name in names}


def test_beyond_ten_channels_the_small_ones_are_gathered():
    dates = pd.date_range("2023-01-02", periods=4, freq="7D")
    names = [f"c{number}" for number in range(14)]
    rows = [("baseline", "reference", 100.0), *(("channel", name, float(i + 1)) for i, name in enumerate(names))]
    frame = pd.DataFrame(
        [(date, *row) for date in dates for row in rows], columns=["period_start", "kind", "component", "mean"]
    )
    parts = contributions.stacked_parts(frame)
    assert list(parts.columns) == ["baseline", *names[5:], OTHER]
    assert parts[OTHER].iloc[0] == sum(range(1, 6))
    assert parts.sum(axis=1).iloc[0] == 100 + sum(range(1, 15))


def test_channels_that_cannot_be_told_are_marked_by_word_and_shape(demo):
    figure = contributions.shares(demo.summary)
    marks = {trace.y[0]: trace for trace in figure.data if trace.mode == "markers+text"}
    assert (marks["Print"].marker.color, marks["Print"].marker.line.width) == (LIGHT.card, 3)
    assert "cannot be told" in marks["Print"].text[0]
    assert (marks["TV"].marker.color, marks["TV"].marker.line.width) == (LIGHT.palette[0], 0)


def test_figures_are_plain_json(demo):
    assert json.loads(fit.fit(demo.fitted, "sales").to_json())["layout"]["title"]["text"]


def texts(figure) -> str:
    return " ".join([figure.layout.title.text, ChartMeta.of(figure).how_to_read, ChartMeta.of(figure).alt])


def test_percent_and_what_was_observed_are_written_one_way(demo):
    for figure in every_figure(demo):
        assert not re.search(r"\d%|\d %", texts(figure)), texts(figure)
        assert "sold" not in texts(figure).lower()
        assert "Sold" not in {trace.name for trace in figure.data}


def test_when_a_channel_cannot_be_told_is_said_where_it_is_marked(demo):
    for figure in (
        contributions.shares(demo.summary),
        contributions.totals(demo.summary, "€"),
        contributions.roi(demo.summary),
    ):
        assert "its 94\u00a0% interval of share begins below 1\u00a0%" in ChartMeta.of(figure).how_to_read


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


def test_channels_with_equal_settings_share_a_line_that_names_them_all():
    spec = spec_from(
        {
            "dataset_id": "t",
            "drivers": ["tv", "radio", "print"],
            "feature_config": {"adstock": {"max_lag": 8, "per_channel": {"radio": 0.2}}},
        }
    )
    figure = curves.adstock(spec, ["tv", "radio", "print"])
    assert [trace.name for trace in figure.data] == ["TV, Print (half-life 1.0 weeks)", "Radio (half-life 0.4 weeks)"]
    assert list(formats.chart_data(figure).columns) == ["tv", "radio", "print", "lag"]
    curve = pd.DataFrame({"activity": [0.0, 1.0, 2.0], "effect": [0.0, 0.5, 0.67]})
    assert [trace.name for trace in curves.saturation({"a": curve, "b": curve}).data] == ["All 2 channels"]


def test_the_forest_has_effects_alone_by_their_names_with_a_line_at_zero(demo):
    figure = parameters.forest(demo.parameters.parameters)
    shown = {trace.y[0] for trace in figure.data}
    assert {"TV", "Price", "Season, cos 1", "Trend"} <= shown
    assert not shown & {"Intercept", "Noise", "Tails of the noise", "nu"}
    assert [line.x0 for line in figure.layout.shapes] == [0]
    assert "beta[tv]" in set(formats.chart_data(figure)["parameter"])


@pytest.mark.parametrize(
    ("largest", "plotly", "ours"),
    [
        (62e9, "60G", "60\u00a0bn"),
        (2.4e9, "−1.5G", "−1.5\u00a0bn"),
        (180_000, "120k", "120\u00a0k"),
        (1.4e12, "1T", "1,000\u00a0bn"),
        (9e6, "500k", "500\u00a0k"),
    ],
)
def test_axes_of_amounts_read_as_texts_do(largest, plotly, ours):
    axis = amount_axis([-largest, largest])
    assert axis["labelalias"][plotly] == ours
    assert len(axis["labelalias"]) < 1100


def test_small_and_unknown_amounts_need_no_suffix():
    assert amount_axis([0.2, 900]) == amount_axis([float("nan")]) == amount_axis([]) == {}


def test_long_names_leave_room_for_the_marks(demo):
    first = demo.summary.channels[0].model_copy(update={"channel": "linear_television_national"})
    summary = demo.summary.model_copy(update={"channels": (first, *demo.summary.channels[1:])})
    assert "Linear television<br>national" in {trace.y[0] for trace in contributions.shares(summary).data}
    waterfall = contributions.waterfall(summary, "€")
    assert "Linear television<br>national" in waterfall.data[0].y
    assert "Linear television national" in set(formats.chart_data(waterfall)["step"])
    assert "<br>" not in ChartMeta.of(waterfall).alt
