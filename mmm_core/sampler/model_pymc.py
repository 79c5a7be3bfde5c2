"""Declared models in PyMC: the one that is sampled with fixed settings, and the oracle of the recommended one.

The fixed model is built once for every table that fits its padded size::

    log(y + eps) − m ~ StudentT(nu, eta, sigma)
    eta          = intercept + X_channels @ beta + X_controls @ gamma
    intercept    ~ Normal(0, 2)               sigma_beta ~ HalfNormal(0.5)
    beta[c]      ~ HalfNormal(sigma_beta)     gamma[j] ~ Normal(0, 0.5)
    sigma        ~ HalfNormal(1)              nu ~ Exponential(rate 1/10)

**Padding.** The model has the size of a bucket (:mod:`mmm_core.model.padding`). Unused columns are zeros, so their
coefficients never reach the likelihood, and the coefficient of an unused channel has a scale of its own that
does not touch ``sigma_beta``. The marginal posterior of everything real is exactly that of the plain model.
Padded parameters never reach a file or a screen. The parametrisation is centred: the non-centred one converges less
often on tables of this kind.

The recommended model is sampled by the density in :mod:`mmm_core.sampler.density`; :func:`build_oracle` folds the same
declarations into PyMC, so that each can be checked against the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from mmm_core.model.family import FIXED_GAMMA_SCALE, FIXED_INTERCEPT, FIXED_NU, FIXED_SIGMA, INTERCEPT, Family
from mmm_core.model.likelihood import Noise
from mmm_core.model.padding import ModelData
from mmm_core.model.parameters import Parameter
from mmm_core.model.priors import Beta, Exponential, HalfNormal, LogitNormal, LogNormal, Normal, SpreadNormal
from mmm_core.model.terms import Columns, EstimatedMedia, FixedMedia

PADDED_BETA_SCALE = np.float64(1.0)
"""Prior scale of a padded channel's coefficient; any constant leaves the real ones alone."""


def build_model(data: ModelData) -> pm.Model:
    """The padded model on ``data``; its containers can be given other values and numbers of rows."""
    coords = {
        "channel": [f"channel_{index}" for index in range(data.bucket.channels)],
        "control": [f"control_{index}" for index in range(data.bucket.controls)],
    }
    none = np.zeros((0, 0))
    declared = (
        INTERCEPT(prior=FIXED_INTERCEPT),
        *FixedMedia.parameters,
        *Columns(none, np.array([], str), FIXED_GAMMA_SCALE).parameters,
        *Noise(FIXED_SIGMA, FIXED_NU, np.zeros(0, bool)).parameters,
    )
    with pm.Model(coords=coords) as model:
        X_channels = pm.Data("X_channels", data.channels, dims=("row", "channel"))
        X_controls = pm.Data("X_controls", data.controls, dims=("row", "control"))
        target_scaled = pm.Data("target_scaled", data.target, dims="row")
        real_channel = pm.Data("real_channel", data.real, dims="channel")
        values: dict[str, Any] = {}
        for parameter in declared:
            values[parameter.name] = _variable(parameter, values, real_channel)
        eta = values["intercept"] + X_channels @ values["beta"] + X_controls @ values["gamma"]
        pm.StudentT("obs", nu=values["nu"], mu=eta, sigma=values["sigma"], observed=target_scaled, dims="row")
    return model


def build_oracle(family: Family) -> pm.Model:
    """The recommended model of one table, not padded: same parameters, same log density up to a constant.

    The noise's recursion is a triangular system here, which is quadratic in rows: for checking, not for sampling.
    """
    media, columns, noise = family.media, family.columns, family.noise
    assert isinstance(media, EstimatedMedia)  # noqa: S101 - for the type checker
    coords = {"channel": range(len(media.weight)), "control": range(columns.matrix.shape[1])}
    with pm.Model(coords=coords) as model:
        values: dict[str, Any] = {}
        for parameter in family.parameters:
            values[parameter.name] = _variable(parameter, values, None)
        drawn = {name: value[..., None] for name, value in values.items()}
        curve, share = media.curve(drawn, pt), media.shares(drawn, pt)
        felt = (curve / curve.mean(axis=1)[:, None, :])[..., 0]
        eta = values["intercept"] + share[:, 0] @ (felt - 1) + (columns.matrix - columns.means) @ values["gamma"]
        logs = np.log(family.target / family.level)
        powers: dict[str, Any] = {"log": 0.0, "identity": 1.0}
        power = powers[family.link_name] if family.link_name in powers else values["lambda"]
        observed = logs if family.link_name == "log" else pt.expm1(power * logs) / power
        innovation, at_beginnings = _innovations(observed - eta, noise, values)
        if noise.tails == "student_t":
            found = pm.StudentT.dist(nu=values["nu"], mu=0.0, sigma=values["sigma"])
        else:
            found = pm.Normal.dist(mu=0.0, sigma=values["sigma"])
        density = pm.logp(found, innovation).sum() + at_beginnings + (power - 1) * logs.sum()
        pm.Potential("log_likelihood", density)
    return model


def _innovations(residual: Any, noise: Noise, values: Mapping[str, Any]) -> tuple[Any, Any]:
    """Innovations ``(row)``, and the log density that scaling the first of each stretch brings."""
    if noise.memory == "independent":
        return residual, 0.0
    rho = values["rho"]
    phi = rho * values["kappa"] if noise.memory == "arma" else pt.zeros(())
    follows = (~noise.begins).astype(float)
    before = pt.concatenate([pt.zeros(1), residual[:-1]])
    driven = pt.where(noise.begins, residual * pt.sqrt(1 - rho**2), residual - rho * before)
    system = pt.eye(len(follows)) - phi * np.diag(follows[1:], -1)
    innovation = pt.linalg.solve_triangular(system, driven, lower=True)
    return innovation, 0.5 * noise.begins.sum() * pt.log1p(-(rho**2))


def _variable(parameter: Parameter, values: Mapping[str, Any], real: Any | None) -> Any:
    """The random variable of a declared parameter, and what it is a function of where its prior says so."""
    name, dims = parameter.name, parameter.dim
    match parameter.prior:
        case Normal(centre, str(scale)):
            return pm.Normal(name, centre, values[scale], dims=dims)
        case Normal(centre, scale):
            return pm.Normal(name, 0 if centre == 0 else centre, scale, dims=dims)
        case SpreadNormal(variance):
            return pm.Normal(name, 0, pt.sqrt(values[variance]), dims=dims)
        case HalfNormal(str(scale)):
            # A padded coefficient must not lean on the scale of the real ones: sampling that would suffer 5 to 10 fold.
            shared = values[scale]
            return pm.HalfNormal(
                name, shared if real is None else pt.where(real > 0, shared, PADDED_BETA_SCALE), dims=dims
            )
        case HalfNormal(scale):
            return pm.HalfNormal(name, scale, dims=dims)
        case Exponential(mean):
            return pm.Exponential(name, 1 / mean, dims=dims)
        case Beta(a, b):
            return pm.Beta(name, a, b, dims=dims)
        case LogitNormal(centre, width):
            return pm.math.sigmoid(centre + width * pm.Normal(f"z_{name}", 0, 1, dims=dims))
        case LogNormal(centre, width, above):
            return above + pt.exp(centre + width * pm.Normal(f"z_{name}", 0, 1, dims=dims))
