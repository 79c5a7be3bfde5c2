"""What a posterior hands on: the same names, dims and units whoever has drawn it."""

import dataclasses

import numpy as np
import pytest
import xarray as xr

from mmm_core.model.features import FeatureMatrix
from mmm_core.model.posterior import Posterior
from mmm_core.model.structure import Bucket
from mmm_core.results.contributions import decompose
from tests.conftest import Fit
from tests.panels import panel_features

CHAINS, DRAWS = 2, 120


def draws_by_hand(features: FeatureMatrix, seed: int = 0, **fixed: float) -> Posterior:
    """Draws from a plain random generator: no sampler has seen them."""
    rng = np.random.default_rng(seed)
    channels, controls = features.channels_scaled["channel"], features.controls_scaled["control"]
    plain = ("chain", "draw")
    shape = (CHAINS, DRAWS)
    draws = xr.Dataset(
        {
            "intercept": (plain, rng.normal(0, 0.02, shape)),
            "sigma_beta": (plain, rng.uniform(0.05, 0.2, shape)),
            "beta": ((*plain, "channel"), np.abs(rng.normal(0, 0.1, (*shape, channels.size)))),
            "gamma": ((*plain, "control"), rng.normal(0, 0.05, (*shape, controls.size))),
            "sigma": (plain, rng.uniform(0.05, 0.1, shape)),
            "nu": (plain, rng.uniform(4, 30, shape)),
        },
        coords={"channel": channels.to_numpy(), "control": controls.to_numpy()},
    )
    for name, value in fixed.items():
        draws[name] = draws[name] * 0 + value
    stats = xr.Dataset({"diverging": (plain, np.zeros(shape, bool)), "energy": (plain, rng.normal(size=shape))})
    return Posterior(draws=draws, stats=stats, structure=Bucket(16, 24), seconds=0.0, partial=False)


def test_results_need_draws_and_no_sampler():
    """Whoever hands on draws under these names gets every table, entity by entity."""
    features = panel_features()
    found = decompose(features, draws_by_hand(features), seed=1)
    assert len(found.fitted) == features.target.size
    assert found.log_likelihood.shape == (features.target.size, CHAINS, DRAWS)
    parts = found.decomposition.groupby(["entity_id", "period_start"], sort=False)["mean"].sum()
    np.testing.assert_allclose(parts, found.fitted["y_hat_mean"], rtol=1e-9)


def test_draws_that_say_nothing_moves_sales_give_the_level_alone():
    """All effects 0 and the intercept 0: the fitted median is the geometric mean of sales, in the target's unit."""
    features = panel_features()
    still = draws_by_hand(features, intercept=0.0, beta=0.0, gamma=0.0)
    found = decompose(features, still, seed=1)
    level = np.exp(np.log(features.target.to_numpy()).mean())
    np.testing.assert_allclose(found.fitted["y_hat_mean"], level, rtol=1e-9)
    assert found.summary.media.high == 0
    assert found.summary.baseline["trend"].mean == pytest.approx(0, abs=1e-9)


def test_which_chain_a_draw_is_from_changes_no_result():
    features = panel_features()
    posterior = draws_by_hand(features)
    swapped = dataclasses.replace(posterior, draws=posterior.draws.isel(chain=[1, 0]))
    first, second = (decompose(features, each, seed=1).summary for each in (posterior, swapped))
    assert first.media.mean == pytest.approx(second.media.mean, rel=1e-12)
    assert (first.media.low, first.media.high) == pytest.approx((second.media.low, second.media.high), rel=1e-12)


def test_a_real_fit_hands_on_real_columns_in_bounds(fit: Fit):
    draws = fit.posterior.draws
    assert list(draws["channel"].to_numpy()) == list(fit.features.channels_scaled["channel"].to_numpy())
    assert list(draws["control"].to_numpy()) == list(fit.features.controls_scaled["control"].to_numpy())
    for name in ("sigma_beta", "beta", "sigma", "nu"):
        assert float(draws[name].min()) > 0, name
    assert abs(float(draws["intercept"].mean())) < 1  # centred: the mean of log sales is not in it


def test_statistics_lie_beside_the_draws_under_arviz_s_names(fit: Fit):
    stats = fit.posterior.stats
    assert {"diverging", "energy", "reached_max_treedepth", "tree_depth", "step_size"} <= set(stats.data_vars)
    assert dict(stats.sizes) == {"chain": fit.posterior.draws.sizes["chain"], "draw": fit.posterior.draws.sizes["draw"]}
    assert not fit.posterior.partial
    assert fit.posterior.seconds > 0
