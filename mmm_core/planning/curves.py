"""Response curves: what a channel brings per period at any spend, everything else as it is now.

*Steady*: the same spend in every period for so long that what is carried over comes back as much as it goes. *Next*:
that spend in the next period alone, and what it brings in that period. Both are what would be missing without it
(removal), at the level of sales of the coming periods with everything else as today; noise is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.terms import LEAST_CARRIED
from mmm_core.planning.response import Curves, Response

type Array = NDArray[np.float64]

POINTS = 60
"""Amounts of spend at which a curve is drawn."""
FURTHEST = 1.5
"""How far a curve is drawn, in times of the most that was spent in a period."""


class Spending(NamedTuple):
    """What was spent on channels per period, in money.

    Attributes
    ----------
    price
        ``(channel)``: money per unit of activity; NaN where a channel has none.
    today
        ``(channel)``: mean per period of the last periods.
    least, most
        ``(channel)``: the range of the periods that were fitted.
    """

    price: Array
    today: Array
    least: Array
    most: Array


class ResponseCurve(NamedTuple):
    """A channel's curve on draws.

    Attributes
    ----------
    channel
        Bare name.
    spend
        ``(point)``: money per period.
    steady, following
        ``(point, sample)``: what it brings per period, and in the next period alone, in the target's unit.
    marginal
        ``(point, sample)``: what the next unit of steady money brings per period, target's unit per money.
    """

    channel: str
    spend: Array
    steady: Array
    following: Array
    marginal: Array

    def at(self, money: float) -> tuple[Array, Array]:
        """What steady spend of so much money a period brings, and what its next unit does, both ``(sample)``."""
        brought, following = (
            np.array([np.interp(money, self.spend, draws) for draws in table.T])
            for table in (self.steady, self.marginal)
        )
        return brought, following


def response_curves(response: Response, spending: Spending) -> list[ResponseCurve]:
    """Curves of all channels that have a price, in the order of the response.

    Parameters
    ----------
    response
        The model on the periods that come.
    spending
        What was spent, by channel.
    """
    curves = response.curves
    steady = curves.weights.sum(axis=1)  # (channel, draw)
    with np.errstate(invalid="ignore"):
        units = spending.today / spending.price / curves.unit  # (channel)
    # Of a channel without a price what arrived stands for what is there.
    today = np.where(np.isfinite(units)[:, None], units[:, None] * steady, response.arrived[:, 0])
    felt = np.stack([_curve(curves, place, today[place])[0] for place in range(len(response.channels))])
    level = response.base[: response.horizon].mean(axis=0)
    predictor = level + (felt * curves.scale).sum(axis=0)
    found = []
    for place in np.flatnonzero(np.isfinite(spending.price)).tolist():
        furthest = FURTHEST * max(spending.most[place], spending.today[place])
        spend = np.linspace(0.0, furthest, POINTS)
        per_money = 1 / (spending.price[place] * curves.unit[place])
        others = predictor - felt[place] * curves.scale[place]
        carried = spend[:, None] * per_money * steady[place]
        curve, rise = _curve(curves, place, carried)
        effect = curve * curves.scale[place]
        at = others + effect
        first = curves.weights[place, 0] * per_money
        arriving = response.arrived[place, 0]
        without = _curve(curves, place, arriving)[0]
        next_effect = (_curve(curves, place, arriving + spend[:, None] * first)[0] - without) * curves.scale[place]
        base = others + without * curves.scale[place]
        found.append(
            ResponseCurve(
                channel=response.channels[place],
                spend=spend,
                steady=response.link.removal(at, effect),
                following=response.link.removal(base + next_effect, next_effect),
                marginal=response.link.rise(at) * rise * curves.scale[place] * per_money * steady[place],
            )
        )
    return found


def _curve(curves: Curves, place: int, carried: Array) -> tuple[Array, Array]:
    """What is felt of carried activity ``(…, draw)`` of one channel, and its derivative."""
    some = np.maximum(carried, LEAST_CARRIED)
    felt = curves.felt(place, some)
    return np.where(carried > 0, felt, 0.0), curves.rise(place, some, felt)
