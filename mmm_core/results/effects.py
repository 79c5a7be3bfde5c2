"""What the parts of the model add to the predictor, per draw and row, before anything is summed up.

With ``mu`` the location of log(target + eps), ``u[c] ≥ 0`` is the log effect of channel c against zero activity, and
the signed effects of trend, season and controls are against their means over the estimation rows of all entities, those
of events against periods without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mmm_core.model.family import Family, Link
from mmm_core.model.link import LogLink
from mmm_core.model.posterior import Posterior
from mmm_core.model.terms import EstimatedMedia, Values

type Array = NDArray[np.float64]


BASELINE_COMPONENTS = ("reference", "trend", "seasonality", "controls", "events")
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
        ``(component, row, sample)``: signed effects of trend, seasonality, controls, events against that reference.
    """

    mu: Array
    channels: Array
    reference: Array
    baseline: Array


def values_of(posterior: Posterior) -> dict[str, Array]:
    """Draws of all chains in one last axis, by parameter, each in its own unit.

    ``(sample)`` or ``(member, sample)``, chain after chain.
    """
    return values_of_draws(posterior.draws)


def values_of_draws(draws: xr.Dataset) -> dict[str, Array]:
    """The same from the group ``posterior`` of a file of draws: ``(sample)`` or ``(member, sample)``, own units."""
    # The number of draws is said, since a block without columns has no size to find it by.
    return {
        str(name): values.to_numpy().reshape(values.shape[0] * values.shape[1], *values.shape[2:]).T
        for name, values in draws.data_vars.items()
    }


def effects(family: Family, values: Values, rows: slice = slice(None)) -> Effects:
    """Effects on the given rows (all by default), for every draw.

    The reference is the origin of the target's scale, the intercept and the terms' origins. Means are those of all
    estimation rows, whichever ``rows`` are asked for.
    """
    media, columns = family.media.part(values, rows), family.columns.part(values, rows)
    reference = family.log_mean + values["intercept"] + media.origin + columns.origin
    mu = reference + columns.effect.sum(axis=0) + media.effect.sum(axis=0)
    return Effects(mu, media.effect, reference, columns.effect)


def removal(found: Effects, link: Link) -> Array:
    """What would be missing without each channel alone ``(channel, row, sample)``, in the target's unit.

    ``exp(mu) − exp(mu − u[c])``. Removals do not add up: each also claims what channels do together.
    """
    return link.removal(found.mu, found.channels)


def additive(found: Effects, link: Link) -> Array:
    """Each channel's part in what all bring ``(channel, row, sample)``, in the target's unit.

    ``exp(mu_base)·u[c]·(exp(Σu) − 1)/Σu`` with ``mu_base = mu − Σu``: with the baseline these add up to the fitted
    median on every draw and row (Aumann & Shapley 1974, *Values of Non-Atomic Games*).
    """
    return link.additive(found.mu, found.channels, found.channels.sum(axis=0))


def baseline(found: Effects, link: Link) -> Array:
    """Sales without media by :data:`BASELINE_COMPONENTS` ``(component, row, sample)``, in the target's unit.

    The reference is ``exp(ref) − eps``, the others ``exp(ref)·v·(exp(Σv) − 1)/Σv``: these may be negative.
    """
    return link.baseline(found.reference, found.baseline)


def mean_activity_shares(family: Family, values: Values) -> Shares:
    """Share of sales that channels bring at mean activity.

    With fixed settings that is ``1 − exp(−beta·mean/sd)``; the recommended model has these shares as its parameters.

    Parameters
    ----------
    values
        Draws of the parameters of media, prior or posterior.

    Returns
    -------
    Fractions ``(channel, sample)`` and ``(sample)``.
    """
    if isinstance(family.media, EstimatedMedia):
        return Shares(family.media.shares(values), values["media_share"])
    lift, link = values["beta"] * -family.media.zero[:, None], LogLink(family.offset)
    return Shares(link.share(lift), link.share(lift.sum(axis=0)))
