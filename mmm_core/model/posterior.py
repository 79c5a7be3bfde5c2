"""Draws from the posterior, as whoever has made them hands them on. Needs no sampler."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from mmm_core.model.structure import Structure


@dataclass(frozen=True, slots=True)
class Posterior:
    """Draws after tuning, real parameters only.

    Attributes
    ----------
    draws
        The parameters of the model in their order, ``(chain, draw)``, ``(chain, draw, channel)`` or
        ``(chain, draw, control)``. With fixed settings ``intercept`` and ``sigma`` are on the centred log scale,
        ``beta``, ``sigma_beta`` and ``gamma`` are log units per standard deviation of a column (per unit for Fourier
        terms). In the recommended model they are in shares of mean sales, ``beta`` per unit of the curve; shares,
        decays, delays, slopes and the noise's memory have no unit, half-saturations are in units of mean activity.
    stats
        Sampler statistics ``(chain, draw)``, names of ArviZ's schema: ``diverging``, ``energy``,
        ``reached_max_treedepth`` and others.
    structure
        What was compiled; padding is not among the draws.
    seconds
        How long sampling took (seconds).
    fixed
        Parameters that are set and not drawn, as ``decay[tv]``: all their draws are one value.
    partial
        Whether the run was stopped before all draws were made.
    """

    draws: xr.Dataset
    stats: xr.Dataset
    structure: Structure
    seconds: float
    partial: bool
    fixed: frozenset[str] = frozenset()
