"""What comes out of a fit on two entities that are not alike; one fit for all of it."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.charts import contributions as contribution_charts
from mmm_core.charts import fit as fit_charts
from mmm_core.exports.formats import chart_data
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.padding import bucket_of
from mmm_core.model.posterior import Posterior
from mmm_core.results.contributions import Contributions, decompose
from mmm_core.results.diagnostics import diagnose
from mmm_core.results.effects import BASELINE_COMPONENTS
from mmm_core.results.fit_quality import fit_quality, worst_periods
from mmm_core.results.posterior_summary import summarise_posterior
from mmm_core.runs.outputs import posterior_tree
from mmm_core.sampler.sampling import sample
from mmm_core.spec import SamplerSettings
from tests.panels import NORTH, SOUTH, YOUNGER_WEEKS, panel_features

pytestmark = pytest.mark.slow
SETTINGS = SamplerSettings(draws=300, tune=500)


@pytest.fixture(scope="module")
def built() -> FeatureMatrix:
    return panel_features()


@pytest.fixture(scope="module")
def posterior(built: FeatureMatrix, compiled) -> Posterior:
    return sample(compiled(bucket_of(built)), built, settings=SETTINGS, seed=1)


@pytest.fixture(scope="module")
def found(built: FeatureMatrix, posterior: Posterior) -> Contributions:
    return decompose(built, posterior, seed=1)


def test_every_table_has_the_rows_of_each_entity(found):
    for table, each in (
        (found.fitted, 1),
        (found.contributions, 2),
        (found.decomposition, 2 + len(BASELINE_COMPONENTS)),
    ):
        assert table.groupby("entity_id").size().to_dict() == {NORTH: 110 * each, SOUTH: YOUNGER_WEEKS * each}


def test_parts_add_up_row_by_row_and_in_all(found):
    keys = ["entity_id", "period_start"]
    parts = found.decomposition.groupby(keys, sort=False)["mean"].sum()
    np.testing.assert_allclose(parts, found.fitted.set_index(keys)["y_hat_mean"], rtol=1e-9)
    by_channel = found.contributions.groupby("channel")["additive_mean"].sum()
    for channel in found.summary.channels:
        assert by_channel[channel.channel] == pytest.approx(channel.additive.mean)


def test_draws_are_kept_with_the_entity_and_date_of_each_row(built, posterior, found):
    tree = posterior_tree(built, posterior, found.log_likelihood)
    for group in ("log_likelihood", "observed_data", "constant_data"):
        assert list(tree[group]["entity"].to_numpy()) == list(built.entities)
        assert (tree[group]["date"].to_numpy() == built.dates).all()
    assert tree["log_likelihood"]["obs"].sizes["row"] == 110 + YOUNGER_WEEKS


def test_diagnostics_count_rows_and_name_each_period_once(built, posterior, found):
    summary = summarise_posterior(posterior)
    diagnosed = diagnose(built, posterior, found, summary, settings=SETTINGS, seed=1)
    assert diagnosed.rows == 110 + YOUNGER_WEEKS
    assert len(set(diagnosed.influential)) == len(diagnosed.influential) <= max(diagnosed.pareto_k_above, 0)


def test_that_one_entity_is_larger_explains_nothing():
    """Fitted values that know each entity's level and no more explain none of the ups and downs."""
    rng = np.random.default_rng(0)
    dates = pd.date_range("2023-01-02", periods=50, freq="7D")
    level = np.repeat([100.0, 10_000.0], 50)
    y = level * np.exp(rng.normal(0, 0.1, 100))
    frame = pd.DataFrame({"entity_id": np.repeat(["a", "b"], 50), "period_start": [*dates, *dates], "y": y})
    middle = frame.groupby("entity_id")["y"].transform(lambda each: np.exp(np.log(each).mean()))
    fitted = frame.assign(y_hat_mean=middle)
    parts = frame.assign(kind="baseline", component="reference", mean=middle)
    quality = fit_quality(fitted, parts, eps=0.0)
    assert quality.explained == pytest.approx(0.0, abs=1e-9)
    assert quality.explained_by_baseline == pytest.approx(0.0, abs=1e-9)


def test_the_worst_periods_say_whose_they_are(found):
    assert list(worst_periods(found.fitted, grain="WEEK").columns)[:2] == ["Entity", "Week of"]
    alone = found.fitted[found.fitted["entity_id"] == NORTH]
    assert "Entity" not in worst_periods(alone, grain="WEEK").columns


def test_no_line_of_a_chart_runs_from_one_entity_to_the_next(found):
    for figure in (
        fit_charts.fit(found.fitted, "€"),
        fit_charts.residuals(found.fitted),
        fit_charts.seasonality(found.decomposition, "€"),
    ):
        lines = [trace for trace in figure.data if trace.type == "bar" or trace.mode != "none"]
        assert {trace.name.rpartition(", ")[2] for trace in lines} == {NORTH, SOUTH}
        for trace in lines:
            assert pd.DatetimeIndex(trace.x).is_monotonic_increasing
        assert set(chart_data(figure)["entity_id"]) == {NORTH, SOUTH}


def test_contributions_over_time_are_stacked_over_entities(found):
    figure = contribution_charts.contributions_over_time(
        found.decomposition, "€", summary=found.summary, observed=found.fitted
    )
    data = chart_data(figure)
    assert data["period_start"].is_unique
    observed = found.fitted.groupby("period_start")["y"].sum()
    np.testing.assert_allclose(data["observed"], observed)
