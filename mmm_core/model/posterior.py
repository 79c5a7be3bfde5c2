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
        ``intercept, sigma_beta, sigma, nu (chain, draw)``, ``beta (chain, draw, channel)``,
        ``gamma (chain, draw, control)``, all on the centred log scale: :data:`mmm_core.model.parameters.PARAMETERS`.
    stats
        Sampler statistics ``(chain, draw)``, names of ArviZ's schema.
    seconds
        How long sampling took.
    partial
        Whether the run was stopped before all draws were made.
    """

    draws: xr.Dataset
    stats: xr.Dataset
    bucket: Bucket
    seconds: float
    partial: bool
