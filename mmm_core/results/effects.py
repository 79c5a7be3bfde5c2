"""What the parts of the model add to the predictor, per draw and row, before anything is summed up.

With ``mu`` the location of log(target + eps), ``u[c] ≥ 0`` is the log effect of channel c against zero activity, and
the signed effects of trend, season and controls are against their means over the estimation rows of all entities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.features import FeatureMatrix
from mmm_core.model.link import LogLink
from mmm_core.model.posterior import Posterior

type Array = NDArray[np.float64]


BASELINE_COMPONENTS = ("reference", "trend", "seasonality", "controls")
"""Parts of sales without media, in the order of every table."""


class Shares(NamedTuple):
    """Lift of channels at one activity, as a share of sales: ``1 − exp(−u)`` (fractions).

    ``per_channel`` is ``(channel, sample)``, ``joint``, of all together, ``(sample)``.
    """

    per_channel: Array
    joint: Array


@dataclass(frozen=True, slots=True)
class Effects:
    """Effects of a block of rows on the log scale, draws last.

    ``mu = reference + Σ baseline + Σ channels`` on every row and draw.

    Attributes
    ----------
    mu
        ``(row, sample)``: location of log(target + eps).
    channels
        ``(channel, row, sample)``: u, never negative, exactly 0 at zero adstocked activity.
    reference
        ``(sample)``: log level without media, with controls, season and trend at their means.
    baseline
        ``(component, row, sample)``: signed effects of trend, seasonality, controls against those means.
    """

    mu: Array
    channels: Array
    reference: Array
    baseline: Array


@dataclass(frozen=True, slots=True)
class Samples:
    """Draws of all chains in one last axis.

    Attributes
    ----------
    intercept, sigma
        ``(sample)``: level and spread on the centred log scale.
    beta
        ``(channel, sample)``: log units per standard deviation of transformed activity.
    gamma
        ``(control, sample)``: log units per standard deviation of a control or the trend, per unit of a Fourier term.
    nu
        ``(sample)``: degrees of freedom, no unit.
    """

    intercept: Array
    beta: Array
    gamma: Array
    sigma: Array
    nu: Array

    @classmethod
    def of(cls, posterior: Posterior) -> Samples:
        """The draws of a posterior, chain after chain."""
        # The number of draws is said, since a block without columns has no size to find it by.
        flat = {
            name: values.to_numpy().reshape(values.shape[0] * values.shape[1], *values.shape[2:]).T
            for name, values in posterior.draws.data_vars.items()
        }
        return cls(flat["intercept"], flat["beta"], flat["gamma"], flat["sigma"], flat["nu"])

    def __len__(self) -> int:
        return len(self.intercept)


def effects(features: FeatureMatrix, samples: Samples, rows: slice = slice(None)) -> Effects:
    """Log effects on the given rows (all by default), for every draw.

    ``u[c,t] = beta[c]·f(a[c,t])/sd[c]`` with f the transformed activity, which is 0 at zero activity; the reference is
    ``m + intercept + Σ beta·z0 + Σ gamma·mean``, z0 being the scaled value of zero activity. Means are those of all
    estimation rows, whichever ``rows`` are asked for.
    """
    sds = channel_sds(features)
    felt = features.transformed.to_numpy()[rows] / sds
    channels = felt.T[:, :, None] * samples.beta[:, None, :]
    controls = features.controls_scaled.to_numpy()
    means = controls.mean(axis=0)
    zero = np.array([scaler.zero_scaled for scaler in features.scaler.channels.values()])
    reference = features.scaler.target_log_mean + samples.intercept + zero @ samples.beta + means @ samples.gamma
    kinds = np.array(list(features.scaler.control_kind.values()))
    parts = np.stack(
        [
            (controls[rows] - means)[:, kinds == kind] @ samples.gamma[kinds == kind]
            for kind in ("trend", "seasonality", "control")
        ]
    )
    return Effects(reference + parts.sum(axis=0) + channels.sum(axis=0), channels, reference, parts)


def removal(found: Effects, link: LogLink) -> Array:
    """What would be missing without each channel alone ``(channel, row, sample)``, in the target's unit.

    ``exp(mu) − exp(mu − u[c])``. Removals do not add up: each also claims what channels do together.
    """
    return link.removal(found.mu, found.channels)


def additive(found: Effects, link: LogLink) -> Array:
    """Each channel's part in what all bring ``(channel, row, sample)``, in the target's unit.

    ``exp(mu_base)·u[c]·(exp(Σu) − 1)/Σu`` with ``mu_base = mu − Σu``: with the baseline these add up to the fitted
    median on every draw and row (Aumann & Shapley 1974, *Values of Non-Atomic Games*).
    """
    return link.additive(found.mu, found.channels, found.channels.sum(axis=0))


def baseline(found: Effects, link: LogLink) -> Array:
    """Sales without media by :data:`BASELINE_COMPONENTS` ``(component, row, sample)``, in the target's unit.

    The reference is ``exp(ref) − eps``, the others ``exp(ref)·v·(exp(Σv) − 1)/Σv``: these may be negative.
    """
    return link.baseline(found.reference, found.baseline)


def mean_activity_shares(features: FeatureMatrix, beta: Array) -> Shares:
    """Share of sales that channels bring in a period of mean transformed activity: ``1 − exp(−beta·mean/sd)``.

    Parameters
    ----------
    beta
        ``(sample, channel)``, prior or posterior, log units per standard deviation.

    Returns
    -------
    Fractions ``(channel, sample)`` and ``(sample)``.
    """
    steady = -np.array([scaler.zero_scaled for scaler in features.scaler.channels.values()])
    lift, link = beta.T * steady[:, None], features.link
    return Shares(link.share(lift), link.share(lift.sum(axis=0)))


def channel_sds(features: FeatureMatrix) -> Array:
    """Standard deviation (ddof 0) of each channel's transformed activity ``(channel)``, in the unit of the latter."""
    return np.array([scaler.sd for scaler in features.scaler.channels.values()])
