"""What is to be planned: which spend may go where, and what counts as good.

Money of a channel is spent over the horizon in a *pattern*, at the price paid per unit of activity. Whatever has no
price (a channel without spend) stays as it is and is no part of the budget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from mmm_core.errors import SpecError
from mmm_core.labels import display_name, listed
from mmm_core.planning.response import Felt, Response

type Array = NDArray[np.float64]
type Aim = Literal["mean", "cautious", "chance"]

CAUTIOUS = 0.1
"""Quantile of the gain over today that a cautious plan makes as large as it can."""
SMOOTH = 0.2
"""Width of the step from missing sales to reaching them, in spreads of sales between draws: without one a chance has no
slope.
"""
CENT = 0.01


class Group(NamedTuple):
    """Channels whose spend together has limits, in money over the horizon."""

    name: str
    channels: tuple[str, ...]
    low: float
    high: float


@dataclass(frozen=True)
class Task:
    """A plan to be made.

    Attributes
    ----------
    response
        How sales of the horizon answer activity.
    price
        ``(channel)``: money per unit of activity; NaN where a channel has none, and is not planned.
    pattern
        ``(channel, horizon)``: part of a channel's money that is spent in each period (fractions, Σ = 1).
    kept
        ``(channel, horizon)``: activity that is there whatever is spent, in each channel's unit.
    today
        ``(channel)``: money as it is spent now; 0 where a channel is not planned.
    low, high
        ``(channel)``: least and most money.
    total
        Money to be spent.
    step
        ``(channel)``: money in multiples of which a channel is bought; 0: any amount.
    groups
        Limits of several channels together.
    aim
        What is made as large as can be: mean sales, the gain over today that 90 in 100 worlds reach, or the chance of
        the sales in ``reach``.
    usual_pattern
        ``(channel, horizon)``: the parts in which today's money is spent; None: as the plan's.
    reach
        Sales of horizon and tail, in the target's unit, whose chance is the aim; None with another aim.
    """

    response: Response
    price: Array
    pattern: Array
    kept: Array
    today: Array
    low: Array
    high: Array
    total: float
    step: Array
    groups: tuple[Group, ...] = ()
    aim: Aim = "mean"
    reach: float | None = None
    usual_pattern: Array | None = None

    @property
    def planned(self) -> NDArray[np.bool_]:
        """Which channels money is planned for ``(channel)``."""
        return np.isfinite(self.price)

    @cached_property
    def directions(self) -> Array:
        """What a unit of money adds to carried activity ``(channel, period, draw)``."""
        bought = np.where(self.planned[:, None], self.pattern / np.where(self.planned, self.price, 1.0)[:, None], 0.0)
        return self.response.carried(bought)

    @cached_property
    def kept_carried(self) -> Array:
        """What is carried of activity that is there anyway ``(channel, period, draw)``."""
        return self.response.carried(self.kept)

    def felt(self, spend: Array) -> Felt:
        """What is felt of a spend ``(channel)``, in money over the horizon."""
        return self.response.felt(self.kept_carried + self.directions * spend[:, None, None])

    def sales(self, spend: Array) -> Array:
        """Sales of horizon and tail together ``(sample)``, in the target's unit."""
        return np.asarray(self.felt(spend).sales.sum(axis=0))

    @cached_property
    def as_usual(self) -> Task:
        """The same with money spent in the periods in which it is now."""
        return self if self.usual_pattern is None else replace(self, pattern=self.usual_pattern, usual_pattern=None)

    @cached_property
    def sales_today(self) -> Array:
        """The same with today's spend, in the periods in which it is spent now ``(sample)``."""
        return self.as_usual.sales(self.today)

    def value(self, spend: Array) -> tuple[float, Array]:
        """What is to be large, in the target's unit or a fraction, and its slope by money of each ``(channel)``."""
        felt = self.felt(spend)
        sales = felt.sales.sum(axis=0)
        if self.aim == "mean":
            weight = np.full(len(sales), 1 / len(sales))
            return float(sales.mean()), felt.slopes(self.directions, weight)
        if self.reach is not None:
            return self._chance(felt, sales, self.reach)
        gain = sales - self.sales_today
        weight = quantile_weights(gain, CAUTIOUS)
        return float(gain @ weight), felt.slopes(self.directions, weight)

    def _chance(self, felt: Felt, sales: Array, reach: float) -> tuple[float, Array]:
        """Chance of reaching sales (fraction), smoothed, and its slope by money of each channel ``(channel)``."""
        width = max(SMOOTH * float(self.sales_today.std()), 1e-9 * abs(reach))
        reached = expit((sales - reach) / width)
        weight = reached * (1 - reached) / (width * len(sales))
        return float(reached.mean()), felt.slopes(self.directions, weight)

    def thinned(self, samples: int) -> Task:
        """The same on fewer draws, evenly taken; itself where there are no more."""
        there = self.response.base.shape[1]
        if there <= samples:
            return self
        kept = np.linspace(0, there - 1, samples).round().astype(int)
        return replace(self, response=self.response.of(kept))

    def require_possible(self) -> None:
        """Refuse limits that exclude the budget.

        Raises
        ------
        SpecError
            Two numbers contradict each other; it names them.
        """
        channels = self.response.channels
        for place in np.flatnonzero(self.low > self.high + CENT):
            raise SpecError(
                f"{display_name(channels[place])} is to have at least {self.low[place]:,.2f} and at most "
                f"{self.high[place]:,.2f}.",
                code="limits_contradict",
                remedy="Lower the first or raise the second.",
            )
        for place in np.flatnonzero(self.low < 0):
            raise SpecError(
                f"{display_name(channels[place])} is to have at least {self.low[place]:,.2f}: spend is never negative.",
                code="negative_spend",
                remedy="Set the lower limit to 0 or more.",
            )
        for group in self.groups:
            places = self.places(group)
            least, most = self.low[places].sum(), self.high[places].sum()
            if least > group.high + CENT or most < group.low - CENT:
                bound, own = ("at most", group.high) if least > group.high else ("at least", group.low)
                together = "need" if least > group.high else "may have at most"
                raise SpecError(
                    f"{group.name} is to have {bound} {own:,.2f}, and its channels {together} "
                    f"{least if least > group.high else most:,.2f}.",
                    code="limits_contradict",
                    remedy="Change the group's limit, or those of its channels.",
                )
        least, most = self.low.sum(), self.high.sum()
        if least > self.total + CENT:
            needed = [display_name(channels[place]) for place in np.flatnonzero(self.low > 0)]
            raise SpecError(
                f"The budget is {self.total:,.2f}, and {listed(needed)} are to have at least {least:,.2f}.",
                code="budget_too_small",
                remedy="Raise the budget, or lower what channels are to have at least.",
            )
        if most < self.total - CENT:
            raise SpecError(
                f"The budget is {self.total:,.2f}, and all channels together may have at most {most:,.2f}.",
                code="budget_too_large",
                remedy="Lower the budget, or raise what channels may have at most.",
            )

    def places(self, group: Group) -> list[int]:
        """Places of a group's channels."""
        return [self.response.channels.index(channel) for channel in group.channels]


def quantile_weights(values: Array, probability: float) -> Array:
    """How much each of the values ``(sample)`` counts in a quantile that moves smoothly; they add up to 1.

    The values around the quantile in the order of size count, the nearer the more: a window of a tenth of them.
    """
    count = len(values)
    rank = np.empty(count)
    rank[np.argsort(values, kind="stable")] = np.arange(count) + 0.5
    width = max(count / 20, 1.0)
    weight = np.maximum(1 - np.abs(rank - probability * count) / width, 0.0)
    return np.asarray(weight / weight.sum())
