import numpy as np
import pytest

from mmm_core.model import features
from mmm_core.results import contributions
from mmm_core.results.effects import Samples, effects
from tests.conftest import Fit
from tests.worlds import true_totals


def test_totals_equal_the_loop_on_single_draws(fit: Fit):
    found = effects(fit.features, Samples.of(fit.posterior))
    for sample in (0, 777, 1999):
        removal, additive = true_totals(found.mu[:, sample], found.channels[:, :, sample])
        np.testing.assert_allclose(fit.contributions.removal_totals[:, sample], removal, rtol=1e-9)
        np.testing.assert_allclose(fit.contributions.additive_totals[:, sample], additive, rtol=1e-9)


def test_tables_follow_the_contract(fit: Fit):
    rows, channels = fit.features.target.size, 4
    tables = fit.contributions
    assert list(tables.contributions.columns) == [
        "entity_id", "period_start", "channel", "contrib_mean", "contrib_low", "contrib_high",
        "additive_mean", "additive_low", "additive_high",
    ]  # fmt: skip
    assert list(tables.fitted.columns) == [
        "entity_id", "period_start", "y", "y_hat_mean", "y_hat_low", "y_hat_high", "y_pred_low", "y_pred_high",
    ]  # fmt: skip
    assert list(tables.decomposition.columns) == [
        "entity_id", "period_start", "kind", "component", "mean", "low", "high",
    ]  # fmt: skip
    assert len(tables.contributions) == rows * channels
    assert len(tables.decomposition) == rows * (channels + 4)
    assert str(tables.fitted["period_start"].dtype) == "datetime64[us]"
    summed = tables.decomposition.groupby("period_start")["mean"].sum()
    np.testing.assert_allclose(summed, tables.fitted["y_hat_mean"], rtol=1e-9)


def test_the_predictive_band_holds_most_periods_and_the_credible_band(fit: Fit):
    fitted = fit.contributions.fitted
    assert fitted["y"].between(fitted["y_pred_low"], fitted["y_pred_high"]).mean() == pytest.approx(0.94, abs=0.08)
    assert (fitted["y_pred_low"] < fitted["y_hat_low"]).all()
    assert (fitted["y_pred_high"] > fitted["y_hat_high"]).all()


def test_summary_ratios_are_taken_per_draw(fit: Fit):
    tv = fit.contributions.summary.channels[0]
    totals = fit.contributions.additive_totals[0]
    spend = fit.world.frame["spend_c0"].sum()
    assert tv.spend == pytest.approx(spend)
    assert tv.roi.mean == pytest.approx(totals.mean() / spend)
    assert tv.roi_removal.mean >= tv.roi.mean
    assert tv.overlap.mean == pytest.approx(tv.removal.mean - tv.additive.mean)
    assert fit.contributions.summary.media.mean == pytest.approx(fit.contributions.additive_totals.sum(0).mean())


def test_marginal_return_is_that_of_one_percent_more(fit: Fit):
    draws = effects(fit.features, Samples.of(fit.posterior))
    more = (fit.features.transformed_more - fit.features.transformed).to_numpy()[:, 2]
    beta = fit.posterior.draws["beta"].to_numpy().reshape(-1, 4)[:, 2]
    sd = fit.features.scaler.channels["c2"].sd
    gain = (np.exp(draws.mu + np.outer(more / sd, beta)) - np.exp(draws.mu)).sum(axis=0)
    expected = gain.mean() / (0.01 * fit.world.frame["spend_c2"].sum())
    assert fit.contributions.summary.channels[2].mroi.mean == pytest.approx(expected, rel=1e-8)


def test_without_spend_there_is_no_return(fit: Fit):
    frame = fit.world.frame.drop(columns="spend_c0").assign(spend_c1=0.0)
    built = features.build_features(type_canonical(frame), fit.spec)
    summary = contributions.decompose(built, fit.posterior, seed=1).summary
    assert summary.channels[0].roi is None
    assert summary.channels[1].roi is None
    assert summary.channels[1].mroi is None
    assert summary.channels[2].roi is not None


def test_blocks_of_dates_change_nothing(fit: Fit, monkeypatch):
    monkeypatch.setattr(contributions, "MAX_ELEMENTS", 100_000)
    blocked = contributions.decompose(fit.features, fit.posterior, seed=fit.spec.random_seed)
    np.testing.assert_allclose(blocked.additive_totals, fit.contributions.additive_totals, rtol=1e-12)
    assert blocked.fitted.equals(fit.contributions.fitted)


def type_canonical(frame):
    from mmm_core.table.typed import CanonicalData

    return CanonicalData(frame=frame, grain="WEEK")
