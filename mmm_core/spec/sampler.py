"""How the posterior is drawn from."""

from __future__ import annotations

from pydantic import Field

from mmm_core.schema import Real, Strict, Whole

FEWEST_DRAWS_KEPT = 100
"""Draws a chain must have after tuning for a stopped run to be worth keeping."""
FEWEST_FOR_MORE = 2000
MOST_DRAWS = 20_000


class SamplerSettings(Strict):
    """Settings of the NUTS sampler."""

    draws: Whole = Field(1000, ge=100, le=MOST_DRAWS, description="Posterior draws kept per chain.")
    tune: Whole = Field(1000, ge=100, le=MOST_DRAWS, description="Tuning steps per chain, discarded.")
    chains: Whole = Field(2, ge=1, le=8, description="Independent chains.")
    target_accept: Real = Field(0.9, gt=0.5, lt=1, description="Target acceptance probability (0.5 to 1).")

    def with_more_draws(self) -> SamplerSettings:
        """The same with twice the draws and tuning steps, 2,000 each at least: the remedy where chains disagree."""
        draws, tune = (min(max(2 * each, FEWEST_FOR_MORE), MOST_DRAWS) for each in (self.draws, self.tune))
        return self.model_copy(update={"draws": draws, "tune": tune})
