"""How the posterior is drawn from."""

from __future__ import annotations

from pydantic import Field

from mmm_core.schema import Real, Strict, Whole

FEWEST_DRAWS_KEPT = 100
"""Draws a chain must have after tuning for a stopped run to be worth keeping."""


class SamplerSettings(Strict):
    """Settings of the NUTS sampler."""

    draws: Whole = Field(1000, ge=100, le=20_000, description="Posterior draws kept per chain.")
    tune: Whole = Field(1000, ge=100, le=20_000, description="Tuning steps per chain, discarded.")
    chains: Whole = Field(2, ge=1, le=8, description="Independent chains.")
    target_accept: Real = Field(0.9, gt=0.5, lt=1, description="Target acceptance probability (0.5 to 1).")
