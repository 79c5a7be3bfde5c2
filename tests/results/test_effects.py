"""Effects per draw and row: they add up, and nothing brings nothing."""

import numpy as np
import pytest

from mmm_core.model.family import family_of
from mmm_core.results.effects import Effects, additive, baseline, effects, mean_activity_shares, removal, values_of
from tests.conftest import Fit, features_of


def effects_of(fit: Fit) -> Effects:
    return effects(family_of(fit.features), values_of(fit.posterior))


@pytest.fixture(scope="module")
def found(fit: Fit) -> Effects:
    return effects_of(fit)


@pytest.mark.parametrize("which", ["fit", "estimated_fit"])
def test_parts_add_up_on_every_draw_and_date(which, request):
    fit: Fit = request.getfixturevalue(which)
    found, link = effects_of(fit), family_of(fit.features).link(values_of(fit.posterior))
    fitted = link.to_sales(found.mu)
    parts = additive(found, link).sum(axis=0) + baseline(found, link).sum(axis=0)
    assert (np.abs(parts - fitted) <= 1e-9 * fitted).all()


@pytest.mark.parametrize("which", ["fit", "estimated_fit"])
def test_removal_is_never_below_additive(which, request):
    fit: Fit = request.getfixturevalue(which)
    found, link = effects_of(fit), family_of(fit.features).link(values_of(fit.posterior))
    level = link.to_sales(found.mu)
    assert (removal(found, link) >= additive(found, link) - 1e-9 * level).all()


def test_the_recommended_model_s_shares_are_those_of_its_totals_where_effects_add_up(estimated_fit: Fit):
    """At power 1, where the baseline is above zero, a channel's total is its share of all sales."""
    family, values = family_of(estimated_fit.features), values_of(estimated_fit.posterior)
    level = {"lambda": np.ones_like(values["lambda"]), "gamma": 0.05 * values["gamma"]}
    smaller = {name: 0.5 * values[name] for name in ("share", "beta", "media_share")}
    added = values | level | smaller
    found, link = effects(family, added), family.link(added)
    assert (found.mu - found.channels.sum(axis=0) > -1).all()
    totals = additive(found, link).sum(axis=1)
    np.testing.assert_allclose(totals, added["share"] * family.target.sum(), rtol=1e-9)
    shares = mean_activity_shares(family, values)
    np.testing.assert_allclose(shares.per_channel, values["share"], rtol=1e-9)
    np.testing.assert_allclose(shares.per_channel.sum(axis=0), shares.joint, rtol=1e-9)


def test_effects_are_the_linear_predictor(fit: Fit, found):
    draws = fit.posterior.draws.stack(sample=("chain", "draw"))
    x, z = fit.features.channels_scaled.to_numpy(), fit.features.controls_scaled.to_numpy()
    eta = draws["intercept"].to_numpy() + x @ draws["beta"].transpose("channel", "sample").to_numpy()
    eta += z @ draws["gamma"].transpose("control", "sample").to_numpy()
    np.testing.assert_allclose(found.mu, fit.features.scaler.target_log_mean + eta, rtol=1e-10)


def test_no_activity_brings_exactly_nothing(fit: Fit):
    frame = fit.world.frame.copy()
    frame.loc[40:70, "act_c1"] = 0.0
    spec = fit.spec.model_copy(update={"windows": fit.spec.windows.model_copy(update={"pre_history": "zero"})})
    silent = features_of(frame, spec)
    u = effects(family_of(silent), values_of(fit.posterior)).channels[1]
    assert (silent.transformed.to_numpy()[54:71, 1] == 0).all()
    assert (u[54:71] == 0).all()
    assert (u >= 0).all()
