"""The spend that is best by an aim, within its limits: SciPy's SLSQP with exact slopes, from several starts.

What channels bring may bend either way (an S-shaped curve, effects that multiply), so that one start may end on a hill
that is not the highest. Starts are today, an even spread, each channel first, and what today's slopes would fill; from
the best of them the solver climbs, and its result is compared with the corners that its own slopes point to. All is
computed from the draws at hand, without chance: the same task gives the same plan.

Source: Kraft (1988), *A software package for sequential quadratic programming* (SLSQP).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog, minimize

from mmm_core.planning.task import CENT, Task

type Array = NDArray[np.float64]

DRAWS_TO_CLIMB = 400
"""Draws on which hills are compared; the last climb has all of them."""
HILLS = 3
"""Starts from which the solver climbs."""
LOOKS = np.linspace(0.1, 1.0, 10)
"""Parts of the way to a corner at which it is looked whether it is higher there."""
MOST_MOVES = 60
MOST_TRIED = 4
"""Channels that may give, and that may take, in an exchange."""
SMALLEST_MOVE = 0.0005
"""Part of the budget below which an exchange is not worth making."""
CLOSE = 1e-9
"""Gain, as a part of what is reached, below which a move is not worth making."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """A spend, and whether it ended in a corner.

    Attributes
    ----------
    spend
        ``(channel)``: money over the horizon, to the cent.
    at_low, at_high
        ``(channel)``: whether a limit holds it.
    left
        Money that steps leave unspent; less than the smallest of them.
    """

    spend: Array
    at_low: NDArray[np.bool_]
    at_high: NDArray[np.bool_]
    left: float


def best(task: Task) -> Allocation:
    """The best spend of a task.

    Raises
    ------
    SpecError
        Its limits exclude its budget.
    """
    task.require_possible()
    few = task.thinned(DRAWS_TO_CLIMB)
    starts = sorted(_starts(few), key=lambda spend: -few.value(spend)[0])
    hills = [_climbed(few, start) for start in _different(starts)[:HILLS]]
    top = max(hills, key=lambda spend: few.value(spend)[0])
    found = _climbed(task, _past_corners(few, top))
    if task.aim == "cautious":
        found = _exchanged(few, found)
    if (task.step > 0).any():
        found = _in_steps(few, found)
    spend = _to_the_cent(task, found)
    left = float(round(task.total - spend.sum(), 2))
    return Allocation(spend, spend <= task.low + CENT, (spend >= task.high - CENT) & task.planned, max(left, 0.0))


def climb(task: Task, start: Array) -> Array:
    """The best spend that is reached from an allowed one ``(channel)``, and past the corner its slopes point to."""
    return _past_corners(task, _climbed(task, start))


def nearest(task: Task, wanted: Array) -> Array:
    """The spend within a task's limits that is nearest to one that is wanted ``(channel)``."""
    scale = max(task.total, CENT)

    def away(part: Array) -> tuple[float, Array]:
        apart = part - wanted / scale
        return float(apart @ apart), 2 * apart

    found = minimize(
        away, np.clip(wanted, task.low, task.high) / scale, jac=True, method="SLSQP", bounds=_bounds(task, scale),
        constraints=_constraints(task, scale), options={"ftol": 1e-14, "maxiter": 200},
    )  # fmt: skip
    return np.asarray(np.clip(found.x * scale, task.low, task.high))


def _starts(task: Task) -> list[Array]:
    """Spends within the limits from which the solver may climb, today's first."""
    even = np.where(task.planned, task.total / max(int(task.planned.sum()), 1), 0.0)
    found = [nearest(task, task.today), nearest(task, even)]
    found += [corner for spend in tuple(found) if (corner := _corner(task, task.value(spend)[1])) is not None]
    slopes = task.value(found[0])[1]
    for place in np.flatnonzero(task.planned & (task.high > task.low)):
        first = slopes.copy()
        first[place] = 10 * np.abs(slopes).max() + 1
        corner = _corner(task, first)
        if corner is not None:
            found.append(corner)
    return found


def _corner(task: Task, slopes: Array) -> Array | None:
    """The spend that is best where every unit of money brings what it brings now."""
    if not task.groups:
        return filled(task, slopes)
    scale = max(task.total, CENT)
    size = np.abs(slopes).max() or 1.0
    rows = [(np.isin(np.arange(len(slopes)), task.places(group)).astype(float), group) for group in task.groups]
    upper = [row for row, group in rows] + [-row for row, group in rows]
    limits = [group.high / scale for _, group in rows] + [-group.low / scale for _, group in rows]
    found = linprog(
        -slopes / size,
        A_ub=np.array(upper) if rows else None,
        b_ub=np.minimum(limits, 1e6) if rows else None,
        A_eq=np.ones((1, len(slopes))),
        b_eq=[task.total / scale],
        bounds=_bounds(task, scale),
    )
    return np.clip(found.x * scale, task.low, task.high) if found.success else None


def filled(task: Task, slopes: Array) -> Array | None:
    """The corner ``(channel)``, in money over the horizon, where nothing but limits and budget binds.

    What brings most is filled first; ``slopes`` ``(channel)`` are in the target's unit per money. None: the limits
    exclude the budget.
    """
    spend = task.low.copy()
    left = task.total - spend.sum()
    for place in np.argsort(-slopes, kind="stable"):
        more = min(task.high[place] - task.low[place], max(left, 0.0))
        spend[place] += more
        left -= more
    return spend if abs(left) < CENT else None


def _climbed(task: Task, start: Array) -> Array:
    """Where the solver ends from a start; the start itself where it is not lower."""
    scale = max(task.total, CENT)
    begin = task.value(start)[0]
    size = max(abs(begin), float(np.abs(task.sales_today).mean()), 1e-300)

    def lost(part: Array) -> tuple[float, Array]:
        value, slopes = task.value(part * scale)
        return -(value - begin) / size, -slopes * scale / size

    found = minimize(
        lost, start / scale, jac=True, method="SLSQP", bounds=_bounds(task, scale),
        constraints=_constraints(task, scale), options={"ftol": 1e-10, "maxiter": 100},
    )  # fmt: skip
    end = np.clip(found.x * scale, task.low, task.high)
    if not np.isclose(end.sum(), task.total, rtol=1e-9, atol=CENT) or not _in_groups(task, end):
        end = nearest(task, end)
    return end if task.value(end)[0] >= begin else start


def _past_corners(task: Task, spend: Array) -> Array:
    """The same, or what is higher on the way to the corner that its slopes point to, climbed again from there."""
    for _ in range(HILLS):
        value, slopes = task.value(spend)
        corner = _corner(task, slopes)
        if corner is None:
            return spend
        seen = [spend + part * (corner - spend) for part in LOOKS]
        reached = [task.value(each)[0] for each in seen]
        if max(reached) <= value * (1 + np.sign(value) * CLOSE):
            return spend
        spend = _climbed(task, seen[int(np.argmax(reached))])
    return spend


def _exchanged(task: Task, spend: Array) -> Array:
    """The same, or what is higher by moving money from one channel to another: a quantile has edges on which the solver
    halts, and across which single moves go.
    """
    value, found = task.value(spend)[0], spend
    amount, least = task.total * LOOKS[0], task.total * SMALLEST_MOVE
    for _ in range(MOST_MOVES):
        order = np.argsort(task.value(found)[1], kind="stable")
        order = order[(task.high - task.low > CENT)[order]]
        tried = []
        for gives, takes in product(order[:MOST_TRIED], order[-MOST_TRIED:]):
            moved = found.copy()
            part = min(amount, found[gives] - task.low[gives], task.high[takes] - found[takes])
            moved[gives] -= part
            moved[takes] += part
            if gives != takes and part > 0 and _in_groups(task, moved):
                tried.append((task.value(moved)[0], moved))
        best_value, best_move = max(tried, key=lambda each: each[0], default=(value, found))
        if best_value > value + CLOSE * abs(value):
            value, found = best_value, best_move
        elif (amount := amount / 2) < least:
            return found
    return found


def _in_steps(task: Task, spend: Array) -> Array:
    """The best spend near this one in whole steps where a channel has them; what is left goes where it may."""
    stepped = task.step > 0
    size = np.where(stepped, task.step, 1.0)
    floor, ceiling = np.ceil(task.low / size - CLOSE) * size, np.floor(task.high / size + CLOSE) * size
    found = np.where(stepped, np.clip(np.round(spend / size) * size, floor, ceiling), spend)
    found = _balanced(task, found, floor, ceiling)
    value = task.value(found)[0]
    for _ in range(MOST_MOVES):
        tried = []
        for gives, takes in permutations(np.flatnonzero(task.planned), 2):
            amount = max(task.step[gives], task.step[takes])
            if amount == 0 or not (stepped[gives] or stepped[takes]):
                continue
            moved = found.copy()
            moved[gives] -= amount
            moved[takes] += amount
            moved = _balanced(task, moved, floor, ceiling)
            if _is_allowed(task, moved, floor, ceiling):
                tried.append((task.value(moved)[0], moved))
        best_value, best_move = max(tried, key=lambda each: each[0], default=(value, found))
        if best_value <= value + CLOSE * abs(value):
            return found
        value, found = best_value, best_move
    return found


def _balanced(task: Task, spend: Array, floor: Array, ceiling: Array) -> Array:
    """The same with the budget spent: first by channels of any amount, then in whole steps, never above it."""
    free = task.planned & (task.step == 0)
    found = spend.copy()
    if free.any():
        slopes = task.value(np.clip(found, task.low, task.high))[1]
        short = task.total - found.sum()
        for place in np.flatnonzero(free)[np.argsort(-slopes[free] * np.sign(short), kind="stable")]:
            moved = np.clip(found[place] + short, task.low[place], task.high[place]) - found[place]
            found[place] += moved
            short -= moved
    while found.sum() > task.total + CENT:
        places = np.flatnonzero((task.step > 0) & (found - task.step >= floor - CENT))
        if not len(places):
            break
        slopes = task.value(np.clip(found, task.low, task.high))[1]
        found[places[np.argmin(slopes[places])]] -= task.step[places[np.argmin(slopes[places])]]
    while True:
        places = np.flatnonzero(
            (task.step > 0) & (found + task.step <= ceiling + CENT) & (found.sum() + task.step <= task.total + CENT)
        )
        if not len(places):
            return found
        slopes = task.value(np.clip(found, task.low, task.high))[1]
        found[places[np.argmax(slopes[places])]] += task.step[places[np.argmax(slopes[places])]]


def _is_allowed(task: Task, spend: Array, floor: Array, ceiling: Array) -> bool:
    stepped = task.step > 0
    low, high = np.where(stepped, floor, task.low), np.where(stepped, ceiling, task.high)
    within = bool(((spend >= low - CENT) & (spend <= high + CENT)).all())
    return within and bool(spend.sum() <= task.total + CENT) and _in_groups(task, spend)


def _in_groups(task: Task, spend: Array) -> bool:
    sums = [(spend[task.places(group)].sum(), group) for group in task.groups]
    return all(group.low - CENT <= money <= group.high + CENT for money, group in sums)


def _to_the_cent(task: Task, spend: Array) -> Array:
    """The same in whole cents: what rounding loses goes to the channel that has most room for it."""
    cents = np.where(task.high - task.low < CENT, task.low, np.round(spend, 2))
    if not (task.step > 0).all():
        free = task.planned & (task.step == 0) & (task.high - task.low >= CENT)
        short = round(task.total - cents.sum(), 2)
        if free.any() and abs(short) < 1:
            room = np.where(free, np.where(short > 0, task.high - cents, cents - task.low), -np.inf)
            cents[int(np.argmax(room))] += short
    return np.round(cents, 2)


def _bounds(task: Task, scale: float) -> list[tuple[float, float]]:
    return [(low / scale, high / scale) for low, high in zip(task.low, task.high, strict=True)]


def _constraints(task: Task, scale: float) -> list[dict[str, object]]:
    count = len(task.low)
    found: list[dict[str, object]] = [
        {"type": "eq", "fun": lambda part: part.sum() - task.total / scale, "jac": lambda _: np.ones(count)}
    ]
    for group in task.groups:
        row = np.isin(np.arange(count), task.places(group)).astype(float)
        for sign, limit in ((1.0, group.low / scale), (-1.0, -group.high / scale)):
            if np.isfinite(limit):
                found.append({
                    "type": "ineq",
                    "fun": lambda part, row=row, sign=sign, limit=limit: sign * (row @ part) - limit,
                    "jac": lambda _, row=row, sign=sign: sign * row,
                })  # fmt: skip
    return found


def _different(starts: list[Array]) -> list[Array]:
    """Starts without those that nearly equal one before."""
    found: list[Array] = []
    for start in starts:
        if all(np.abs(start - other).sum() > 1e-3 * (start.sum() + CENT) for other in found):
            found.append(start)
    return found
