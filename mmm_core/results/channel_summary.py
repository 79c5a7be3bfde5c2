"""What each channel brought in all, with intervals: the file ``channel_summary.json``.

Totals are over the estimation rows of all entities. Returns are in the target's unit per unit of spend: what a channel
brought in the window, over what was spent in it. Effects of earlier spend are in it, effects after the window are not.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from mmm_core import lineup
from mmm_core.results.intervals import Estimate
from mmm_core.schema import Strict

TELLING_PART = 0.1
"""A channel whose interval of share begins below this part of what its spend would bring at media's average return
cannot be told from no effect."""
SMALLEST_MEDIA_SHARE = 0.05
"""Media are taken to bring at least this share of sales where that is judged: a part of nothing would tell nothing."""
PERCENTS = 100
"""Quantiles of a return are kept at 0, 1, … 100 %."""


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
    mroi: Estimate | None = Field(description="Return of the next 1 % of spend, see mroi_note; null without spend.")
    cannot_be_told: bool = Field(
        description="From no effect: the interval of share begins below least_telling, in earlier files below 1 %."
    )
    least_telling: float | None = Field(
        None,
        description="A tenth of what its part of spend would bring at media's average return (fraction of sales).",
    )
    p_largest: float | None = Field(
        None, description="Chance that no other channel brought more (fraction); null in files of earlier versions."
    )
    p_best_return: float | None = Field(
        None, description="Chance that no other channel with spend has a larger return (fraction)."
    )
    roi_quantiles: tuple[float, ...] = Field(
        (), description="Quantiles of the return at 0, 1, … 100 %; empty without spend and in earlier files."
    )

    def chance_of_return_above(self, least: float) -> float | None:
        """Chance that the return is above ``least`` (fraction, to about one percent); None: it is not known.

        ``least`` in the target's unit per unit of spend; break-even is one over the margin on sales.
        """
        if not self.roi_quantiles:
            return None
        grid = np.linspace(0, 1, len(self.roi_quantiles))
        return float(1 - np.interp(least, self.roi_quantiles, grid, left=0.0, right=1.0))


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
    mroi_note: str | None = Field(
        None,
        description="What must be said beside every mroi here; empty: nothing; null in files of earlier versions.",
    )

    @property
    def largest_first(self) -> tuple[ChannelSummary, ...]:
        """Channels by what they brought, the largest first: the order of every chart, table and list of them."""
        known = {channel.channel: channel for channel in self.channels}
        ordered = lineup.largest_first({name: channel.additive.shown for name, channel in known.items()})
        return tuple(known[name] for name in ordered)

    @property
    def names(self) -> tuple[str, ...]:
        """Bare names of the channels, the largest first."""
        return tuple(channel.channel for channel in self.largest_first)
