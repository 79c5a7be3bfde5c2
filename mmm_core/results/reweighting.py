"""What a moved setting makes of an answer that is at hand: draws weighted by new prior over old prior.

With settings as centres of priors, moving one changes the prior and nothing else, so that draws from the posterior
under the old setting, weighted by ``new prior / old prior``, are draws from the one under the new setting. Weights are
smoothed by a generalised Pareto distribution fitted to the largest; its shape k says how far they can be trusted.

Sources: Vehtari, Simpson, Gelman, Yao, Gabry (2024), *Pareto smoothed importance sampling*, JMLR 25(72).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.family import Family, family_of
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.priors import Prior, log_density
from mmm_core.model.terms import EstimatedMedia
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.contributions import Totals, summarise_totals

type Array = NDArray[np.float64]

LARGEST_K = 0.7
"""Above this the weights cannot be trusted (Vehtari et al. 2024)."""


@dataclass(frozen=True, slots=True)
class Reweighted:
    """An answer from weighted draws.

    Attributes
    ----------
    summary
        What each channel brought, from draws taken again in proportion to their weights.
    pareto_k
        Shape of the largest weights, no unit: 0 where they are alike.
    effective
        So many equally weighted draws would tell as much.
    """

    summary: ContributionSummary
    pareto_k: float
    effective: float


def reweigh(
    before: FeatureMatrix,
    now: FeatureMatrix,
    values: Mapping[str, Array],
    totals: Totals,
    *,
    prob: float,
    seed: int = 0,
) -> Reweighted | None:
    """The answer under the settings of ``now`` from draws under those of ``before``; None: weights cannot give it.

    Parameters
    ----------
    before, now
        Of the same table, under two settings.
    values
        Draws under the first, by parameter: ``(sample)`` or ``(member, sample)``, in its own unit.
    totals
        What they make of the table.
    prob
        Probability of the intervals.
    seed
        Of the draws that are taken again.
    """
    ratio = prior_ratio(family_of(before), family_of(now), values)
    if ratio is None:
        return None
    weights, k = smoothed(ratio)
    if not k <= LARGEST_K:
        return None
    chosen = _taken_again(weights, seed)
    again = Totals(**{field.name: getattr(totals, field.name)[..., chosen] for field in fields(Totals)})
    return Reweighted(summarise_totals(now, again, prob), k, float(1 / np.square(weights).sum()))


def prior_ratio(before: Family, now: Family, values: Mapping[str, Array]) -> Array | None:
    """Log of new prior over old prior ``(sample)``; None: more than priors differs, or a value gets fixed.

    ``values`` are draws by parameter, each in its own unit.
    """
    if not _is_same_but_for_priors(before, now):
        return None
    ratio = np.zeros(len(values["intercept"]))
    for old, new in zip(before.parameters, now.parameters, strict=True):
        if old.name != new.name or type(old.prior) is not type(new.prior):
            return None
        if _alike(old.prior, new.prior):
            continue
        value = values[old.name]
        moved = log_density(new.prior, value, values) - log_density(old.prior, value, values)
        same = _members_alike(old.prior, new.prior, len(value)) if value.ndim > 1 else None
        if same is not None:
            moved[same] = 0.0  # a member that is fixed in both has no density, and needs none
        ratio += moved.sum(axis=0) if value.ndim > 1 else moved
    return ratio if np.isfinite(ratio).all() else None


def _is_same_but_for_priors(before: Family, now: Family) -> bool:
    media, other = before.media, now.media
    if not isinstance(media, EstimatedMedia) or not isinstance(other, EstimatedMedia):
        return False
    pairs = [
        *(
            (getattr(media, name), getattr(other, name))
            for name in ("activity", "rows", "weight", "delayed", "saturated")
        ),
        (before.columns.matrix, now.columns.matrix),
        (before.target, now.target),
        (before.noise.begins, now.noise.begins),
    ]
    options = [(each.link_name, each.noise.memory, each.noise.tails) for each in (before, now)]
    return media.lags == other.lags and options[0] == options[1] and all(np.array_equal(*pair) for pair in pairs)


def _alike(one: Prior, other: Prior) -> bool:
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))


def _members_alike(one: Prior, other: Prior, members: int) -> NDArray[np.bool_]:
    """Members whose prior is the same in both ``(member)``."""
    same = np.ones(members, dtype=bool)
    if is_dataclass(one):
        for field in fields(one):
            pair = [np.broadcast_to(getattr(each, field.name), members) for each in (one, other)]
            same &= pair[0] == pair[1]
    return same


def smoothed(ratio: Array) -> tuple[Array, float]:
    """Weights ``(sample)`` of log ratios ``(sample)``, Pareto-smoothed, that add up to one; shape k of the largest.

    None has a unit; k is 0 where all ratios are the same.
    """
    from arviz_stats.base import array_stats

    if np.ptp(ratio) < 1e-12:
        return np.full(len(ratio), 1 / len(ratio)), 0.0
    # The library takes log densities that were left out, whose weights are one over them: it turns the sign.
    ordered, k = array_stats.psislw(-ratio)
    weights = np.exp(np.asarray(ordered) - np.max(ordered))
    return weights / weights.sum(), float(np.asarray(k))


def left_out(likelihood: Array) -> Array:
    """Log density of each row had it not been fitted ``(row)``, from those ``(row, sample)`` of a fit that knew it.

    Draws are weighted by one over the density of the row, smoothed; densities are logs, in whatever unit they have.
    """
    from arviz_stats.base import array_stats

    weights, _ = array_stats.psislw(likelihood)
    logs = np.asarray(weights) + likelihood
    largest = logs.max(axis=-1)
    return np.asarray(largest + np.log(np.exp(logs - largest[:, None]).sum(axis=-1)))


def weighted_median(draws: Array, weights: Array) -> Array:
    """Median of draws ``(…, sample)`` with weights ``(sample)`` that add up to one: ``(…)``, in the draws' unit."""
    order = np.argsort(draws, axis=-1)
    below = np.cumsum(weights[order], axis=-1)
    place = np.minimum((below < 0.5).sum(axis=-1), draws.shape[-1] - 1)
    ordered = np.take_along_axis(draws, order, axis=-1)
    return np.asarray(np.take_along_axis(ordered, place[..., None], axis=-1)[..., 0])


def _taken_again(weights: Array, seed: int) -> NDArray[np.intp]:
    """As many draws as there are, each as often as its weight says, to the nearest whole (systematic resampling)."""
    count = len(weights)
    start = np.random.default_rng(seed).uniform()
    places = (np.arange(count) + start) / count
    return np.minimum(np.searchsorted(np.cumsum(weights), places), count - 1)
