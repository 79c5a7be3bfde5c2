import itertools
import json

import numpy as np
import pandas as pd
import pytest

from mmm_core import charts, exports
from mmm_core.chart_style import DARK, LIGHT, OTHER, Theme, channel_colours
from mmm_core.labels import display_name
from mmm_core.outputs import Outputs, read_outputs
from tests.conftest import PROJECT

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
    decays = {name: channel.decay for name, channel in found.scaler.channels.items()}
    return [
        charts.fit(found.fitted, "sales, €", dark=dark),
        charts.residuals(found.fitted, dark=dark),
        charts.contributions_over_time(found.decomposition, "sales, €", observed=found.fitted, dark=dark),
        charts.waterfall(found.summary, "sales, €", dark=dark),
        charts.shares(found.summary, dark=dark),
        charts.totals(found.summary, "sales, €", dark=dark),
        charts.removal_and_additive(found.summary, "sales, €", dark=dark),
        charts.roi(found.summary, dark=dark),
        charts.adstock(decays, found.scaler.max_lag, dark=dark),
        charts.saturation({"tv": curve}, dark=dark),
        charts.seasonality(found.decomposition, "sales, €", dark=dark),
        charts.forest(found.parameters.parameters, dark=dark),
        charts.prior_and_posterior(found.diagnostics.prior_posterior, dark=dark),
        charts.diagnostics(found.parameters.parameters, chains=2, dark=dark),
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_chart_is_titled_labelled_and_described(demo, dark):
    for figure in every_figure(demo, dark=dark):
        assert figure.layout.title.text
        assert figure.layout.xaxis.title.text or figure.layout.yaxis.title.text
        assert all(figure.layout.meta[key] for key in ("name", "how_to_read", "alt"))
        assert "nan" not in figure.layout.meta["alt"]
        assert len(figure.to_json()) < 400_000
        table = exports.chart_data(figure)
        assert len(table) > 0
        assert not table.select_dtypes("number").empty


def test_names_are_unique(demo):
    names = [figure.layout.meta["name"] for figure in every_figure(demo)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("freq", ["period", "month", "quarter"])
def test_stacked_parts_add_up_to_the_fitted_line(demo, freq):
    parts = charts.stacked_parts(demo.decomposition, freq=freq)
    fitted = demo.fitted.set_index("period_start")["y_hat_mean"]
    rule = {"month": "MS", "quarter": "QS"}.get(freq)
    expected = fitted.resample(rule).sum() if rule else fitted
    np.testing.assert_allclose(parts.sum(axis=1), expected, rtol=1e-9)


def test_the_waterfall_ends_at_the_fitted_total(demo):
    bars = charts.waterfall(demo.summary, "sales").data[0]
    assert bars.x[-1] == pytest.approx(demo.summary.fitted.mean, rel=1e-9)
    assert bars.base[-2] + bars.x[-2] == pytest.approx(bars.x[-1], rel=1e-9)


def test_a_channel_keeps_its_colour(demo):
    names = [channel.channel for channel in demo.summary.channels]
    colours = channel_colours(names)
    stacked = charts.contributions_over_time(demo.decomposition, "sales")
    shown = {trace.name: trace.fillcolor for trace in stacked.data}
    assert {name: shown[display_name(name)] for name in names} == {name: colours[name] for name in names}


def test_beyond_ten_channels_the_small_ones_are_gathered():
    dates = pd.date_range("2023-01-02", periods=4, freq="7D")
    names = [f"c{number}" for number in range(14)]
    rows = [("baseline", "reference", 100.0), *(("channel", name, float(i + 1)) for i, name in enumerate(names))]
    frame = pd.DataFrame(
        [(date, *row) for date in dates for row in rows], columns=["period_start", "kind", "component", "mean"]
    )
    parts = charts.stacked_parts(frame)
    assert list(parts.columns) == ["baseline", *names[5:], OTHER]
    assert parts[OTHER].iloc[0] == sum(range(1, 6))
    assert parts.sum(axis=1).iloc[0] == 100 + sum(range(1, 15))


def test_channels_that_cannot_be_told_are_marked_by_word_and_shape(demo):
    figure = charts.shares(demo.summary)
    marks = {trace.y[0]: trace for trace in figure.data if trace.mode == "markers+text"}
    assert marks["Print"].marker.symbol == "circle-open"
    assert "cannot be told" in marks["Print"].text[0]
    assert marks["TV"].marker.symbol == "circle"


def test_figures_are_plain_json(demo):
    assert json.loads(charts.fit(demo.fitted, "sales").to_json())["layout"]["title"]["text"]
