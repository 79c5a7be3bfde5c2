"""Draws from the posterior, as whoever has made them hands them on. Needs no sampler."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from mmm_core.model.structure import Bucket


@dataclass(frozen=True, slots=True)
class Posterior:
    """Draws after tuning, real parameters only.

    Attributes
    ----------
    draws
        The :data:`mmm_core.model.parameters.PARAMETERS` in their order. ``intercept`` and ``sigma (chain, draw)`` are
        on the centred log scale; ``beta (chain, draw, channel)``, ``sigma_beta (chain, draw)`` and
        ``gamma (chain, draw, control)`` are log units per standard deviation of a column (per unit for Fourier
        terms); ``nu (chain, draw)`` has no unit.
    stats
        Sampler statistics ``(chain, draw)``, names of ArviZ's schema: ``diverging``, ``energy``,
        ``reached_max_treedepth`` and others.
    bucket
        Size of the compiled model; the padding itself is not among the draws.
    seconds
        How long sampling took (seconds).
    partial
        Whether the run was stopped before all draws were made.
    """

    draws: xr.Dataset
    stats: xr.Dataset
    bucket: Bucket
    seconds: float
    partial: bool
