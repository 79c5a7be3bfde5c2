"""Diagnostics of a fit against loops over its tables, and against integrals that SciPy computes."""

import dataclasses
from itertools import pairwise

import arviz_stats
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from mmm_core.model.posterior import Posterior
from mmm_core.results import contributions
from mmm_core.results.diagnostics import Diagnostics, diagnose, residual_autocorrelation, with_explained
from mmm_core.results.fit_quality import FitQuality
from mmm_core.results.posterior_summary import summarise_posterior
from mmm_core.results.verdicts import GRADES, Verdict
from mmm_core.runs.outputs import read_outputs
from tests.conftest import PROJECT, Fit, fit_world
from tests.worlds import simulate


def diagnosed(fit: Fit, *, posterior: Posterior | None = None, log_likelihood: np.ndarray | None = None) -> Diagnostics:
    """Diagnostics of a fit, with other draws or another log likelihood in its place."""
    posterior = posterior or fit.posterior
    found = fit.contributions
    if log_likelihood is not None:
        found = dataclasses.replace(found, log_likelihood=log_likelihood)
    summary = summarise_posterior(posterior)
    return diagnose(fit.features, posterior, found, summary, settings=fit.spec.sampler, seed=1)


@pytest.fixture(scope="module")
def whole(fit: Fit) -> Diagnostics:
    return diagnosed(fit)


def test_leave_one_out_is_that_of_importance_weights(fit: Fit, whole: Diagnostics):
    """Without smoothing: the harmonic mean of each row's likelihood, which is near where Pareto-k is small."""
    per_row = [np.log(row.size) - special.logsumexp(-row.ravel()) for row in fit.contributions.log_likelihood]
    assert whole.pareto_k_above == 0
    assert whole.influential == ()
    assert whole.elpd_loo == pytest.approx(sum(per_row), abs=0.5)
    assert whole.elpd_loo_se == pytest.approx(np.sqrt(len(per_row) * np.var(per_row)), rel=0.05)
    assert whole.elpd_loo < fit.contributions.log_likelihood.mean(axis=(1, 2)).sum()


def test_rows_whose_weights_have_no_mean_are_counted_and_named(fit: Fit):
    """Weights ``U^-k`` are Pareto with shape k: 1.5 has no mean, 0.3 does no harm."""
    shape = np.full(104, 0.3)
    shape[[3, 60]] = 1.5
    uniform = np.random.default_rng(2).random((104, 2, 1000))
    found = diagnosed(fit, log_likelihood=shape[:, None, None] * np.log(uniform))
    assert found.pareto_k_above == 2
    assert list(found.influential) == [pd.Timestamp(fit.features.dates[row]).date() for row in (3, 60)]


def test_what_leaves_one_out_not_finite_is_null(fit: Fit):
    impossible = fit.contributions.log_likelihood.copy()
    impossible[5] = -np.inf
    found = diagnosed(fit, log_likelihood=impossible)
    assert (found.elpd_loo, found.elpd_loo_se) == (None, None)
    assert found.pareto_k_above >= 1


def test_shares_after_the_data_are_medians_over_draws(fit: Fit, whole: Diagnostics):
    felt, joint = fit.features.transformed.to_numpy(), 0.0
    assert [row.channel for row in whole.prior_posterior] == [None, "c0", "c1", "c2", "c3"]
    for number, row in enumerate(whole.prior_posterior[1:]):
        beta = fit.posterior.draws["beta"].to_numpy()[:, :, number].ravel()
        effect = beta * felt[:, number].mean() / felt[:, number].std()
        joint = joint + effect
        assert row.posterior.mean == pytest.approx(np.median(1 - np.exp(-effect)))
        low, high = arviz_stats.hdi(1 - np.exp(-effect), prob=0.94)
        assert (row.posterior.low, row.posterior.high) == pytest.approx((low, high))
    assert whole.prior_posterior[0].posterior.mean == pytest.approx(np.median(1 - np.exp(-joint)))


def test_shares_before_the_data_are_those_of_the_priors_by_integral(fit: Fit, whole: Diagnostics):
    """Half of the prior lies below its median: P(beta ≤ −log(1 − share)·sd/mean), integrated over sigma_beta."""
    felt = fit.features.transformed.to_numpy()
    for number, row in enumerate(whole.prior_posterior[1:]):
        beta = -np.log1p(-row.prior.mean) * felt[:, number].std() / felt[:, number].mean()
        below, _ = integrate.quad(
            lambda s, b=beta: stats.halfnorm.cdf(b, scale=s) * stats.halfnorm.pdf(s, scale=0.5), 0, np.inf
        )
        assert below == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(4000))


def test_figures_of_the_fit_are_those_of_its_tables(fit: Fit, whole: Diagnostics):
    rows = fit.contributions.fitted.to_dict("records")
    inside = sum(row["y_pred_low"] <= row["y"] <= row["y_pred_high"] for row in rows)
    assert whole.coverage == pytest.approx(inside / 104)
    fitted, sales = (sum(row[column] for row in rows) for column in ("y_hat_mean", "y"))
    assert whole.fitted_to_observed == pytest.approx(fitted / sales)
    left = np.array([np.log(row["y"]) - np.log(row["y_hat_mean"]) for row in rows])
    left -= left.mean()
    expected = sum(left[row] * left[row - 1] for row in range(1, 104)) / sum(left**2)
    assert whole.residual_autocorrelation == pytest.approx(expected)
    assert (whole.chains, whole.draws, whole.rows) == (2, 1000, 104)


def test_a_run_that_was_stopped_says_so_and_counts_the_draws_it_has(fit: Fit):
    first = {"draw": slice(150)}
    part = dataclasses.replace(
        fit.posterior, draws=fit.posterior.draws.isel(first), stats=fit.posterior.stats.isel(first), partial=True
    )
    tables = contributions.decompose(fit.features, part, seed=1)
    found = diagnose(fit.features, part, tables, summarise_posterior(part), settings=fit.spec.sampler, seed=1)
    assert (found.partial, tables.summary.partial) == (True, True)
    assert (found.draws, found.sampler.draws) == (150, 1000)
    assert found.min_ess_bulk < 2 * 150 * 2
    assert not diagnosed(fit).partial


def test_each_question_is_answered_once_and_the_worst_answer_is_the_overall_one(whole: Diagnostics):
    codes = [verdict.code for verdict in whole.verdicts]
    assert len(codes) == len(set(codes)) == 14
    assert GRADES.index(whole.overall) == max(GRADES.index(verdict.status) for verdict in whole.verdicts)
    assert Diagnostics.model_validate_json(whole.model_dump_json(by_alias=True)) == whole


@given(st.integers(0, 2**32 - 1), st.sampled_from(["WEEK", "MONTH"]), st.floats(0, 0.6))
def test_autocorrelation_is_the_loop_over_neighbours_of_one_entity(seed, grain, missing):
    """Entities of their own length, with holes: every pair is looked up by its dates."""
    rng = np.random.default_rng(seed)
    calendar = pd.date_range("2022-01-03", periods=30, freq="7D" if grain == "WEEK" else "MS")
    kept = [calendar[rng.random(30) > missing] for _ in "ab"]
    entities, dates = np.repeat(["a", "b"], [len(each) for each in kept]), kept[0].append(kept[1])
    residual = rng.normal(size=len(dates)) + 5.0 * (entities == "b")
    means = {name: residual[entities == name].mean() for name in set(entities)}
    left = {(name, date): e - means[name] for name, date, e in zip(entities, dates, residual, strict=True)}
    pairs = [
        left[name, later] * left[name, earlier]
        for name in "ab"
        for earlier, later in pairwise(calendar)
        if (name, earlier) in left and (name, later) in left
    ]
    size = sum(each**2 for each in left.values())
    found = residual_autocorrelation(residual, entities, dates.to_numpy(), grain)
    assert found == pytest.approx(sum(pairs) / size if size > 0 else 0.0, abs=1e-9)
    assert -1 <= found <= 1


def test_an_entity_that_starts_a_week_after_another_ended_is_not_its_neighbour():
    dates = pd.date_range("2023-01-02", periods=4, freq="7D").to_numpy()
    residual = np.array([1.0, -1.0, -3.0, 3.0])
    # Within a: 1·(−1), within b: (−3)·3; the pair across the seam would add (−1)·(−3).
    found = residual_autocorrelation(residual, np.array(["a", "a", "b", "b"]), dates, "WEEK")
    assert found == pytest.approx(-(1 + 9) / 20)


def test_residuals_that_do_not_vary_have_no_autocorrelation():
    dates = pd.date_range("2023-01-02", periods=4, freq="7D").to_numpy()
    assert residual_autocorrelation(np.zeros(4), np.array(["a"] * 4), dates, "WEEK") == 0


def test_a_run_made_before_the_verdict_is_judged_when_it_is_read():
    found = read_outputs(PROJECT / "sample_data" / "demo_run")
    (verdict,) = (each for each in found.diagnostics.verdicts if each.code == "explained")
    assert verdict.status == "pass"
    assert found.quality.explained is not None
    assert found.quality.explained > 0.9
    assert with_explained(found.diagnostics, found.quality) == found.diagnostics


def test_a_verdict_added_late_counts_in_the_overall_grade(whole: Diagnostics):
    passed = tuple(Verdict(code=each.code, status="pass", value=None, limit=0, finding="", advice="")
                   for each in whole.verdicts if each.code != "explained")  # fmt: skip
    old = whole.model_copy(update={"verdicts": passed, "overall": "pass"})
    flat = FitQuality(typical_miss=0.3, explained=0.1, explained_by_baseline=None)
    assert with_explained(old, flat).overall == "look"
    assert with_explained(old, dataclasses.replace(flat, explained=0.9)).overall == "pass"


def test_a_model_of_channels_alone_has_diagnostics_and_parts_that_add_up(compiled):
    """No control, no season, no trend: a block of draws without columns is no reason to stop."""
    bare = {"controls": [], "feature_config": {"seasonality": {"enabled": False}, "trend": {"enabled": False}}}
    alone = fit_world(simulate(5, weeks=60, channels=2), compiled, **bare, sampler={"draws": 100, "tune": 100})
    found = diagnosed(alone)
    names = [row.name for row in summarise_posterior(alone.posterior).parameters]
    assert not any(name.startswith("gamma") for name in names)
    assert found.max_r_hat is not None
    parts = alone.contributions.decomposition.groupby("period_start")["mean"].sum()
    np.testing.assert_allclose(parts, alone.contributions.fitted["y_hat_mean"], rtol=1e-9)
