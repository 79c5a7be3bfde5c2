"""Each channel's share of sales and return in a result, with its interval and its Monte-Carlo error.

The figure is the one that every chart shows: the median of the draws. Its *Monte-Carlo error* says how far it would lie
elsewhere had the sampler begun at another seed (:func:`mmm_core.results.intervals.median_error`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.contributions import Totals
from mmm_core.results.intervals import Estimate, median_error
from mmm_core.schema import Strict

type MeasureName = Literal["share", "return"]


class Figure(Strict):
    """One figure of one channel."""

    channel: str
    measure: MeasureName = Field(description="share: of sales (fraction). return: on spend.")
    value: Estimate
    error: float = Field(description="Monte-Carlo standard error of the median, in the figure's unit.")

    @property
    def key(self) -> tuple[str, MeasureName]:
        """Which figure it is."""
        return self.channel, self.measure


def figures_of(summary: ContributionSummary, totals: Totals, chains: int) -> tuple[Figure, ...]:
    """Shares of all channels, then the returns of those that have spend.

    Parameters
    ----------
    summary, totals
        Of one fit; channels of the second ``(channel, sample)`` in the order of the first.
    chains
        Whose draws follow each other in the second.
    """
    shares = totals.additive / totals.fitted
    found = [
        Figure(channel=each.channel, measure="share", value=each.share, error=median_error(draws, chains))
        for each, draws in zip(summary.channels, shares, strict=True)
    ]
    found += [
        Figure(channel=each.channel, measure="return", value=each.roi, error=median_error(draws, chains) / each.spend)
        for each, draws in zip(summary.channels, totals.additive, strict=True)
        if each.roi is not None and each.spend
    ]
    return tuple(found)
