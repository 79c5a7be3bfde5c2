"""Summaries of draws: the mean and the highest-density interval.

The *highest-density interval* (HDI) is the shortest interval that holds the given share of the draws; for
a skewed posterior it differs from the *equal-tailed* interval, which leaves the same share on both sides.
Draws lie along the last axis.

Source: Chen & Shao (1999), *Monte Carlo Estimation of Bayesian Credible and HPD Intervals*,
doi:10.1080/10618600.1999.10474802.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.schema import Strict

type Array = NDArray[np.float64]

HDI_PROB = 0.94
"""Probability of every interval in a file with fixed column names."""


class Summary(NamedTuple):
    """``mean``, and ``low`` and ``high`` end of the interval, of draws ``(…, sample)``: each ``(…)``, in their unit."""

    mean: Array
    low: Array
    high: Array


class Estimate(Strict):
    """One number with its interval."""

    mean: float
    low: float
    high: float
    median: float | None = Field(None, description="Median of the draws; null in files of earlier versions.")

    @property
    def shown(self) -> float:
        """What stands for the number where nothing has to add up: the median, which skewed draws do not pull away."""
        return self.mean if self.median is None else self.median


def hdi(draws: Array, prob: float = HDI_PROB) -> tuple[Array, Array]:
    """Shortest interval with probability ``prob`` along the last axis (one interval, however many modes there are).

    Parameters
    ----------
    draws
        ``(…, sample)``, any unit; without NaN.
    prob
        Share of the draws inside (fraction); 1 gives their whole range.

    Returns
    -------
    Low and high end, each ``(…)``, in the unit of the draws: both are draws.
    """
    ordered = np.sort(draws, axis=-1)
    count = ordered.shape[-1]
    span = int(np.floor(prob * count))
    if span >= count:
        return ordered[..., 0], ordered[..., -1]
    widths = ordered[..., span:] - ordered[..., : count - span]
    start = np.argmin(widths, axis=-1)[..., None]
    return (
        np.take_along_axis(ordered, start, axis=-1)[..., 0],
        np.take_along_axis(ordered, start + span, axis=-1)[..., 0],
    )


def summarise(draws: Array, prob: float = HDI_PROB) -> Summary:
    """Mean and HDI of draws ``(…, sample)``, each ``(…)`` and in their unit; see :func:`hdi`."""
    low, high = hdi(draws, prob)
    return Summary(draws.mean(axis=-1), low, high)


def estimate(draws: Array, prob: float = HDI_PROB) -> Estimate:
    """Mean, median and HDI of the draws of one number ``(sample)``, in their unit; further dims count as draws too."""
    flat = np.ravel(draws)
    summary = summarise(flat, prob)
    return Estimate(
        mean=float(summary.mean), low=float(summary.low), high=float(summary.high), median=float(np.median(flat))
    )


def median_error(draws: Array, chains: int) -> float:
    """Monte-Carlo standard error of the median of draws ``(sample)``, chain after chain, in their unit.

    It counts how draws of a chain hang together and how far chains are from each other; 0 where too few are known.

    Source: Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), doi:10.1214/20-BA1221.
    """
    from arviz_stats.base import array_stats

    each = len(draws) // chains
    error = float(array_stats.mcse(draws[: chains * each].reshape(chains, each), method="median")) if each else 0.0
    return error if np.isfinite(error) else 0.0
