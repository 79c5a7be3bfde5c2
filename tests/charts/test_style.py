"""Colours, type and frame, tried on every chart that a run's results have."""

import itertools
import json
import re

import numpy as np
import pandas as pd
import pytest

from mmm_core.charts import contributions, curves, fit, parameters
from mmm_core.charts.style import (
    DARK,
    LIGHT,
    MOST_DATES,
    OTHER,
    ChartMeta,
    Theme,
    amount_axis,
    channel_colours,
    date_axis,
    theme,
    translucent,
)
from mmm_core.exports import formats
from mmm_core.labels import display_name
from mmm_core.runs.outputs import Outputs
from tests.engines import demo_spec

# Simulation of full colour-vision deficiency in linear RGB (Machado, Oliveira, Fernandes 2009, severity 1).
DEFICIENCIES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "none": np.eye(3).tolist(),
}


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


def test_a_channel_keeps_its_colour(demo):
    names = [channel.channel for channel in demo.summary.channels]
    colours = channel_colours(names)
    stacked = contributions.contributions_over_time(demo.decomposition, "sales", summary=demo.summary)
    shown = {trace.name: trace.fillcolor for trace in stacked.data}
    assert {name: shown[display_name(name)] for name in names} == {name: colours[name] for name in names}


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


def every_figure(found: Outputs, *, dark: bool = False) -> list:
    curve, names = pd.DataFrame({"activity": [0.0, 1.0, 2.0], "effect": [0.0, 0.5, 0.67]}), found.summary.names
    return [
        fit.fit(found.fitted, "sales, €", dark=dark),
        fit.residuals(found.fitted, dark=dark),
        contributions.contributions_over_time(
            found.decomposition, "sales, €", summary=found.summary, observed=found.fitted, dark=dark
        ),
        contributions.waterfall(found.summary, "sales, €", dark=dark),
        contributions.shares(found.summary, dark=dark),
        contributions.totals(found.summary, "sales, €", dark=dark),
        contributions.removal_and_additive(found.summary, "sales, €", dark=dark),
        contributions.roi(found.summary, dark=dark),
        curves.adstock(demo_spec(), names, None, dark=dark),
        curves.saturation({"tv": curve}, None, dark=dark),
        fit.seasonality(found.decomposition, "sales, €", dark=dark),
        parameters.forest(found.parameters.parameters, names, None, dark=dark),
        parameters.prior_and_posterior(found.diagnostics.prior_posterior, names, None, dark=dark),
        parameters.diagnostics(found.parameters.parameters, names, None, chains=2, dark=dark),
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


def texts(figure) -> str:
    return " ".join([figure.layout.title.text, ChartMeta.of(figure).how_to_read, ChartMeta.of(figure).alt])


def test_percent_and_what_was_observed_are_written_one_way(demo):
    for figure in every_figure(demo):
        assert not re.search(r"\d%|\d %", texts(figure)), texts(figure)
        assert "sold" not in texts(figure).lower()
        assert "Sold" not in {trace.name for trace in figure.data}


def test_figures_are_plain_json(demo):
    assert json.loads(fit.fit(demo.fitted, "sales").to_json())["layout"]["title"]["text"]


def test_a_palette_that_runs_out_begins_anew_and_the_gathered_have_their_own_colour():
    names = [f"c{number}" for number in range(13)]
    for dark in (False, True):
        colours = channel_colours(names, dark=dark)
        assert colours["c12"] == colours["c0"]
        assert colours[OTHER] == theme(dark=dark).muted
        assert colours[OTHER] not in theme(dark=dark).palette


def test_an_opacity_keeps_the_colour():
    assert translucent("#17685F", 0.25) == "rgba(23,104,95,0.25)"


@pytest.mark.parametrize(
    ("first", "periods", "freq", "texts"),
    [
        ("2023-01-02", 156, "7D", ["Jan<br>2023", "Jul", "Jan<br>2024", "Jul", "Jan<br>2025", "Jul"]),
        ("2022-10-31", 30, "7D", ["Oct<br>2022", "Nov", "Dec", "Jan<br>2023", "Feb", "Mar", "Apr"]),
        ("2020-03-01", 120, "MS", ["Mar<br>2020", "Mar<br>2022", "Mar<br>2024", "Mar<br>2026", "Mar<br>2028"]),
        ("2024-05-06", 3, "7D", ["May<br>2024"]),
    ],
)
def test_an_axis_of_dates_begins_with_the_first_period(first, periods, freq, texts):
    axis = date_axis(pd.date_range(first, periods=periods, freq=freq))
    assert axis["tickvals"][0] == pd.Timestamp(first)
    assert axis["ticktext"] == texts
    assert len(axis["tickvals"]) == len(texts) <= MOST_DATES


def test_an_axis_without_dates_is_left_alone():
    assert date_axis([]) == date_axis([pd.NaT]) == {}
