"""When to spend: each channel's money period by period, as brings most.

With what a channel is to have in all, its periods are found one channel after the other, all others as they are: the
sum of an effect that is felt later, of a season that multiplies it, and of curves that bend. Then the money of channels
is found again with these patterns, and so in turn. Nothing may have more in a period than one and a half times of the
most that was ever spent in one: beyond that the model has seen nothing. A pattern that is found is only kept if all
draws together say that it brings more than every fixed one.

Source: Kraft (1988), *A software package for sequential quadratic programming* (SLSQP).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mmm_core.model.terms import LEAST_CARRIED
from mmm_core.planning.optimise import best
from mmm_core.planning.task import CENT, Task
from mmm_core.planning.usual import MOST, Timing, pattern_of, spending_of
from mmm_core.table.typed import CanonicalData

type Array = NDArray[np.float64]

DRAWS = 100
"""Draws on which patterns are found; all of them judge whether one is better."""
ROUNDS = 2
FIXED: tuple[Timing, ...] = ("even", "last_year", "bursts")


def week_by_week(task: Task, table: CanonicalData) -> Task:
    """The same with the pattern of each channel that brings most; never less than a fixed pattern does.

    Parameters
    ----------
    task
        What is planned.
    table
        The canonical table of the fit.
    """
    task.require_possible()
    # All of them are held beside today's money as it is spent now.
    task = replace(task, usual_pattern=task.pattern)
    fixed = [replace(task, pattern=pattern_of(timing, task.response, table)) for timing in FIXED]
    reached = [(each, best(each).spend) for each in fixed]
    top, spend = max(reached, key=lambda pair: pair[0].value(pair[1])[0])
    most = MOST * spending_of(task.response, table).most
    found = top
    for _ in range(ROUNDS):
        found = replace(found, pattern=_patterns(found, spend, most))
        spend_found = best(found).spend
        if found.value(spend_found)[0] > top.value(spend)[0]:
            top, spend = found, spend_found
    return top


def _patterns(task: Task, spend: Array, most: Array) -> Array:
    """Parts of each channel's money by period ``(channel, horizon)``, Σ = 1, with its money as it is."""
    few = replace(task.thinned(DRAWS), aim="mean", reach=None)
    pattern = task.pattern.copy()
    for place in np.flatnonzero(few.planned & (spend > CENT)):
        pattern[place] = _pattern(replace(few, pattern=pattern.copy()), int(place), spend, float(most[place]))
    return pattern


def _pattern(task: Task, place: int, spend: Array, most: float) -> Array:
    """Parts of one channel's money by period ``(horizon)``, all others as they are."""
    response, horizon, curves = task.response, task.response.horizon, task.response.curves
    as_it_is = task.felt(spend)
    rest = as_it_is.predictor - as_it_is.curve[place] * curves.scale[place]
    there = response.arrived[place] + task.kept_carried[place]
    per_part = _per_money(task, place) * spend[place]
    size = max(abs(float(task.sales_today.mean())), 1e-300)

    def lost(part: Array) -> tuple[float, Array]:
        carried = np.maximum(there + np.einsum("thd,h->td", per_part, part), LEAST_CARRIED)
        curve = curves.felt(place, carried)
        predictor = rest + curve * curves.scale[place]
        rise = response.link.rise(predictor) * curves.rise(place, carried, curve) * curves.scale[place]
        slopes = np.einsum("ts,ths->h", rise, np.broadcast_to(per_part, (*per_part.shape[:2], rise.shape[1])))
        return -float(response.link.to_sales(predictor).sum(axis=0).mean()) / size, -slopes / rise.shape[1] / size

    start = task.pattern[place]
    top = max(most / spend[place], float(start.max()))
    found = minimize(
        lost, start, jac=True, method="SLSQP", bounds=[(0.0, top)] * horizon,
        constraints=[{"type": "eq", "fun": lambda part: part.sum() - 1, "jac": lambda _: np.ones(horizon)}],
        options={"ftol": 1e-9, "maxiter": 60},
    )  # fmt: skip
    part = np.clip(found.x, 0.0, top)
    part = part / part.sum()
    return np.asarray(part if lost(part)[0] < lost(start)[0] else start)


def _per_money(task: Task, place: int) -> Array:
    """What money in a period adds to carried activity ``(period, horizon, draw)`` of one channel."""
    response, weights = task.response, task.response.curves.weights[place]
    found = np.zeros((response.periods, response.horizon, weights.shape[1]))
    for period in range(response.horizon):
        reach = min(len(weights), response.periods - period)
        found[period : period + reach, period] = weights[:reach]
    return np.asarray(found / (response.curves.unit[place] * task.price[place]))
