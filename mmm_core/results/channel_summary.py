"""What each channel brought in all, with intervals: the file ``channel_summary.json``.

Totals are over the estimation rows of all entities. Returns are in the target's unit per unit of spend: what a channel
brought in the window, over what was spent in it. Effects of earlier spend are in it, effects after the window are not.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mmm_core.results.intervals import Estimate
from mmm_core.schema import Strict

SMALLEST_TELLING_SHARE = 0.01
"""A channel whose interval of share starts below this cannot be told from no effect."""


class ChannelSummary(Strict):
    """What one channel brought over the estimation rows."""

    channel: str
    additive: Estimate = Field(description="Total additive contribution, in the target's unit.")
    removal: Estimate = Field(description="Total removal contribution, in the target's unit.")
    overlap: Estimate = Field(description="Removal less additive, in the target's unit.")
    share: Estimate = Field(description="Additive total over total fitted (fraction).")
    spend: float | None = Field(description="Total spend; null: no spend column, or nothing spent.")
    roi: Estimate | None = Field(description="Additive total over spend; null without spend.")
    roi_removal: Estimate | None = Field(description="Removal total over spend; null without spend.")
    mroi: Estimate | None = Field(description="Return of the next 1 % of spend; null without spend.")
    cannot_be_told: bool = Field(description="The interval of share starts below 1 %.")


class ContributionSummary(Strict):
    """Totals over the estimation rows; the file ``channel_summary.json``."""

    format_version: int = 1
    interval_prob: float = Field(description="Probability of every interval in this file (HDI).")
    model: Literal["fixed", "recommended"] = Field(
        "fixed", description="Whether settings were taken as they are (fixed) or estimated too (recommended)."
    )
    partial: bool = Field(description="The run was stopped before all draws were made.")
    channels: tuple[ChannelSummary, ...]
    baseline: dict[str, Estimate] = Field(description="Totals of the baseline's components, in the target's unit.")
    media: Estimate = Field(description="Joint lift: all channels together, in the target's unit.")
    media_share: Estimate = Field(description="Joint lift over total fitted (fraction).")
    fitted: Estimate = Field(description="Sum of conditional medians, in the target's unit.")
    observed: float = Field(description="Sum of the target over the estimation rows.")
