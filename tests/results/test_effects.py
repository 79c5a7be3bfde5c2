"""Effects per draw and row: they add up, and nothing brings nothing."""

import numpy as np
import pytest

from mmm_core.results.effects import Effects, Samples, additive, baseline, effects, removal
from tests.conftest import Fit, features_of


@pytest.fixture(scope="module")
def found(fit: Fit) -> Effects:
    return effects(fit.features, Samples.of(fit.posterior))


def test_parts_add_up_on_every_draw_and_date(fit: Fit, found):
    parts = additive(found, fit.features.link).sum(axis=0) + baseline(found, fit.features.link).sum(axis=0)
    assert (np.abs(parts - np.exp(found.mu)) <= 1e-9 * np.exp(found.mu)).all()


def test_removal_is_never_below_additive(fit: Fit, found):
    level = np.exp(found.mu)
    assert (removal(found, fit.features.link) >= additive(found, fit.features.link) - 1e-12 * level).all()


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
    u = effects(silent, Samples.of(fit.posterior)).channels[1]
    assert (silent.transformed.to_numpy()[54:71, 1] == 0).all()
    assert (u[54:71] == 0).all()
    assert (u >= 0).all()
