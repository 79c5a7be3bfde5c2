"""The plain numbers of slides' charts are those of the run."""

from __future__ import annotations

import numpy as np
import pytest

from mmm_core import shipped
from mmm_core.exports.archive import exhibit_of
from mmm_core.exports.gallery import Exhibit
from mmm_core.planning.curves import ResponseCurve
from mmm_core.proof import kept
from mmm_core.report import plains
from mmm_core.runs.datasets import Units

DEMO = shipped.RUNS["demo"]


@pytest.fixture(scope="module")
def run() -> Exhibit:
    return exhibit_of(DEMO, units=Units(target="€", spend="€"))[0]


def test_parts_and_areas_add_up_to_the_fitted_line(run):
    parts, areas = plains.parts(run), plains.over_time(run)
    total = run.outputs.decomposition["mean"].sum()
    assert sum(parts.series[0].values) == pytest.approx(total)
    assert sum(sum(each.values) for each in areas.series) == pytest.approx(total)
    assert len(areas.dates) == run.outputs.fitted["period_start"].nunique()


def test_intervals_hold_their_values_and_colours_are_the_channels(run):
    bars = plains.estimates(run, lambda each: each.roi, "ratio", "€ per €")
    (series,) = bars.series
    assert all(low <= value <= high for low, value, high in zip(series.low, series.values, series.high, strict=True))
    assert len(set(series.points)) == len(bars.categories) == len(run.channels)


def test_observed_and_fitted_are_the_file_s(run):
    observed, fitted, low, high = plains.fit(run).series
    assert list(observed.values) == list(run.outputs.fitted["y"])
    assert all(a <= b <= c for a, b, c in zip(low.values, fitted.values, high.values, strict=True))


def test_charts_of_the_proof_have_the_proof_s_numbers(run):
    proof = kept.read(DEMO)
    ghosts, foresight = proof.part("ghosts"), proof.part("foresight")
    own, floor = plains.ghosts(run, ghosts).series
    rows = {row["channel"]: row for row in ghosts.told.tables["channels"]}
    assert list(own.values) == [rows[name]["median"] for name in run.channels]
    assert list(floor.values) == [rows[name]["floor"] for name in run.channels]
    lines = plains.foresight(foresight)
    assert list(lines.dates) == sorted(set(lines.dates))
    assert [each.name for each in lines.series] == ["Observed", "Low end", "High end"]


def test_a_curve_is_the_median_of_its_draws(run):
    draws = np.arange(12.0).reshape(3, 4)
    curve = ResponseCurve("tv", np.array([0.0, 1.0, 2.0]), draws, draws, draws)
    found = plains.response(run, curve, axis="€ a week", across="€")
    assert found.series[0].values == tuple(np.median(draws, axis=1))
    assert found.amounts == (0.0, 1.0, 2.0)
