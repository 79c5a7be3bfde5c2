import numpy as np
import pytest

from mmm_core.model.family import family_of
from mmm_core.results import contributions
from mmm_core.results.effects import BASELINE_COMPONENTS, effects, values_of
from tests.conftest import Fit
from tests.worlds import true_totals


def test_totals_equal_the_loop_on_single_draws(fit: Fit):
    found = effects(family_of(fit.features), values_of(fit.posterior))
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
    assert len(tables.decomposition) == rows * (channels + len(BASELINE_COMPONENTS))
    assert str(tables.fitted["period_start"].dtype) == "datetime64[us]"
    summed = tables.decomposition.groupby("period_start")["mean"].sum()
    np.testing.assert_allclose(summed, tables.fitted["y_hat_mean"], rtol=1e-9)


def test_the_predictive_band_holds_most_periods_and_the_credible_band(fit: Fit):
    fitted = fit.contributions.fitted
    assert fitted["y"].between(fitted["y_pred_low"], fitted["y_pred_high"]).mean() == pytest.approx(0.94, abs=0.08)
    assert (fitted["y_pred_low"] < fitted["y_hat_low"]).all()
    assert (fitted["y_pred_high"] > fitted["y_hat_high"]).all()


def test_blocks_of_dates_change_nothing(fit: Fit, monkeypatch):
    monkeypatch.setattr(contributions, "MAX_ELEMENTS", 100_000)
    blocked = contributions.decompose(fit.features, fit.posterior, seed=fit.spec.random_seed)
    np.testing.assert_allclose(blocked.additive_totals, fit.contributions.additive_totals, rtol=1e-12)
    assert blocked.fitted.equals(fit.contributions.fitted)
