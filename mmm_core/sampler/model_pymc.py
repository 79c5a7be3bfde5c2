"""The Bayesian model, built once for every table that fits its padded size.

::

    log(y + eps) − m ~ StudentT(nu, eta, sigma)
    eta          = intercept + X_channels @ beta + X_controls @ gamma
    intercept    ~ Normal(0, 2)               sigma_beta ~ HalfNormal(0.5)
    beta[c]      ~ HalfNormal(sigma_beta)     gamma[j] ~ Normal(0, 0.5)
    sigma        ~ HalfNormal(1)              nu ~ Exponential(rate 1/10)

**Padding.** The model has the size of a bucket (:mod:`mmm_core.model.padding`). Unused columns are zeros, so their
coefficients never reach the likelihood, and the coefficient of an unused channel has a scale of its own that
does not touch ``sigma_beta``. The marginal posterior of everything real is exactly that of the plain model.
Padded parameters never reach a file or a screen.

The parametrisation is centred: the non-centred one converges less often on tables of this kind.
"""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from mmm_core.model import priors
from mmm_core.model.padding import ModelData

PADDED_BETA_SCALE = np.float64(1.0)
"""Prior scale of a padded channel's coefficient; any constant leaves the real ones alone."""


def build_model(data: ModelData) -> pm.Model:
    """The padded model on ``data``; its containers can be given other values and numbers of rows."""
    coords = {
        "channel": [f"channel_{index}" for index in range(data.bucket.channels)],
        "control": [f"control_{index}" for index in range(data.bucket.controls)],
    }
    with pm.Model(coords=coords) as model:
        X_channels = pm.Data("X_channels", data.channels, dims=("row", "channel"))
        X_controls = pm.Data("X_controls", data.controls, dims=("row", "control"))
        target_scaled = pm.Data("target_scaled", data.target, dims="row")
        real_channel = pm.Data("real_channel", data.real, dims="channel")

        intercept = pm.Normal("intercept", 0, priors.INTERCEPT_SD)
        sigma_beta = pm.HalfNormal("sigma_beta", priors.SIGMA_BETA_SCALE)
        # A padded coefficient must not lean on sigma_beta: its effective sample size would fall 5 to 10 fold.
        beta_scale = pt.where(real_channel > 0, sigma_beta, PADDED_BETA_SCALE)
        beta = pm.HalfNormal("beta", beta_scale, dims="channel")
        gamma = pm.Normal("gamma", 0, priors.GAMMA_SD, dims="control")
        sigma = pm.HalfNormal("sigma", priors.SIGMA_SCALE)
        nu = pm.Exponential("nu", 1 / priors.NU_MEAN)
        eta = intercept + X_channels @ beta + X_controls @ gamma
        pm.StudentT("obs", nu=nu, mu=eta, sigma=sigma, observed=target_scaled, dims="row")
    return model
