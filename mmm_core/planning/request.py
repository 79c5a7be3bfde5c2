"""What is asked of a plan, as a person, a file or a program says it, and the task that it makes.

What is left out is as usual (:mod:`mmm_core.planning.usual`). Money is over the whole horizon, in the table's unit of
spend.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import SpecError
from mmm_core.labels import display_name
from mmm_core.planning.budget import Goal, budget_for
from mmm_core.planning.flighting import week_by_week
from mmm_core.planning.response import Response
from mmm_core.planning.task import Aim, Group, Task
from mmm_core.planning.usual import Timing, usual_task
from mmm_core.schema import Real, Strict, Whole
from mmm_core.table.typed import CanonicalData

SHORTEST, LONGEST, USUAL = 4, 52, 13
"""Periods that may be planned, and how many are unless it is said."""
MOST_CHANNELS = 100


class Bounds(Strict):
    """Least and most money of a channel; null: as usual."""

    low: Real | None = Field(default=None, ge=0)
    high: Real | None = Field(default=None, ge=0)


class GroupBounds(Strict):
    """Least and most money of several channels together; null: no limit."""

    channels: tuple[str, ...] = Field(min_length=1, max_length=MOST_CHANNELS)
    low: Real | None = Field(default=None, ge=0)
    high: Real | None = Field(default=None, ge=0)


class PlanRequest(Strict):
    """What is asked of a plan. Money is over the whole horizon; channels go by their bare names."""

    format_version: Literal[1] = 1
    horizon: Whole = Field(default=USUAL, ge=SHORTEST, le=LONGEST, description="Periods to plan.")
    budget: Real | None = Field(default=None, ge=0, description="Money to spend; null: as in the last such periods.")
    goal: Goal | None = Field(default=None, description="What the budget is found by, in place of one that is given.")
    aim: Aim = Field(
        default="mean",
        description="What is made as large as can be: mean sales, the gain over today that 90 in 100 worlds reach, or "
        "the chance of the sales in `reach`.",
    )
    reach: Real | None = Field(default=None, gt=0, description="Sales whose chance is the aim `chance`.")
    timing: Timing | Literal["weekly"] = Field(
        default="even", description="How a channel's money is spread; `weekly`: as brings most, period by period."
    )
    bounds: dict[str, Bounds] = Field(default={}, description="Limits by channel.", max_length=MOST_CHANNELS)
    locked: tuple[str, ...] = Field(default=(), description="Channels that stay as today.", max_length=MOST_CHANNELS)
    move_untold: bool = Field(
        default=False,
        description="Whether channels that cannot be told from no effect may be moved like others; otherwise they stay "
        "as today, but for those in `bounds`.",
    )
    steps: dict[str, Real] = Field(
        default={}, description="By channel, money in multiples of which it is bought.", max_length=MOST_CHANNELS
    )
    prices: dict[str, Real] = Field(
        default={}, description="By channel, the coming price in times of the last year's.", max_length=MOST_CHANNELS
    )
    groups: dict[str, GroupBounds] = Field(
        default={}, description="Limits of channels together, by a name of theirs.", max_length=MOST_CHANNELS
    )
    own: dict[str, Real] = Field(
        default={}, description="Another split to hold beside the plan: money by channel; the others as today.",
        max_length=MOST_CHANNELS,
    )  # fmt: skip
    controls: dict[str, Annotated[tuple[Real, ...], Field(min_length=1, max_length=LONGEST)]] = Field(
        default={}, description="By control, its values in the periods that are planned, in the unit of its column: "
        "one for all of them, or one each; the others as a year before.",
        max_length=MOST_CHANNELS,
    )  # fmt: skip
    margin: Real | None = Field(
        default=None, gt=0, le=1, description="Part of sales that is profit before media; null: none is told."
    )

    @property
    def told_margin(self) -> float | None:
        """The margin at which profit is told: the one given, or that of the goal."""
        if self.margin is None and self.goal is not None and self.goal.kind == "profit":
            return self.goal.at
        return self.margin


class Asked(NamedTuple):
    """A request on a model.

    Attributes
    ----------
    task
        What is to be planned.
    free
        The same without the lock on what cannot be told: the limits of whoever knows every return.
    untold
        Channels that stay as today because their effect cannot be told from none.
    own
        Another split ``(channel)``, in money over the horizon; None: none was given.
    """

    task: Task
    free: Task
    untold: tuple[str, ...]
    own: NDArray[np.float64] | None


def asked(response: Response, table: CanonicalData, request: PlanRequest, *, cannot_be_told: Collection[str]) -> Asked:
    """The task of a request.

    Parameters
    ----------
    response
        The model on the horizon of the request.
    table
        The canonical table of the fit.
    request
        What is asked.
    cannot_be_told
        Channels whose effect cannot be told from none: they stay as today unless bounds are given for them, or the
        request moves them.

    Raises
    ------
    SpecError
        A channel is unknown or has no spend, or two numbers contradict each other; it names them.
    DataError
        No channel has spend.
    """
    _require_clear(request)
    channels = response.channels
    bounds = _by_channel(request.bounds, channels, "bounds")
    untold = () if request.move_untold else tuple(name for name in cannot_be_told if name not in bounds)
    timing: Timing = "even" if request.timing == "weekly" else request.timing
    task = usual_task(response, table, total=request.budget, timing=timing, aim=request.aim)
    low, high, step, price = task.low.copy(), task.high.copy(), task.step.copy(), task.price.copy()
    for name, limits in bounds.items():
        place = _with_spend(task, name)
        least = min(low[place], np.inf if limits.high is None else limits.high) if limits.low is None else limits.low
        most = max(high[place], least) if limits.high is None else limits.high
        low[place], high[place] = least, most
    for name, money in _by_channel(request.steps, channels, "steps").items():
        step[_with_spend(task, name)] = _positive(money, f"The step of {display_name(name)}")
    for name, times in _by_channel(request.prices, channels, "prices").items():
        price[_with_spend(task, name)] *= _positive(times, f"The price of {display_name(name)}")
    for name in _by_channel(dict.fromkeys(request.locked), channels, "locked"):
        place = _with_spend(task, name)
        low[place] = high[place] = task.today[place]
    groups = tuple(
        Group(
            name,
            tuple(_by_channel(dict.fromkeys(group.channels), channels, f"groups.{name}")),
            0.0 if group.low is None else group.low,
            np.inf if group.high is None else group.high,
        )
        for name, group in request.groups.items()
    )
    still = np.isin(channels, untold)
    task = replace(
        task, low=np.where(still, task.today, low), high=np.where(still, task.today, high), step=step, price=price,
        groups=groups, reach=request.reach,
    )  # fmt: skip
    if request.goal is not None:
        task = replace(task, total=budget_for(task, request.goal))
    if request.timing == "weekly":
        task = week_by_week(task, table)
    return Asked(task, replace(task, low=low, high=high), untold, _own(task, _by_channel(request.own, channels, "own")))


def _require_clear(request: PlanRequest) -> None:
    if request.goal is not None and request.budget is not None:
        raise SpecError(
            f"A budget of {request.budget:,.2f} is given, and a goal that finds one.",
            code="budget_and_goal",
            remedy="Give one of the two.",
        )
    if (request.aim == "chance") != (request.reach is not None):
        raise SpecError(
            "The aim 'chance' and the sales whose chance it is ('reach') belong together, and one of them is missing.",
            code="aim_without_sales",
            remedy="Give both, or neither.",
        )


def _by_channel[Value](given: Mapping[str, Value], channels: tuple[str, ...], field: str) -> dict[str, Value]:
    """What is given, by bare names that the run has."""
    found = {}
    for name, value in given.items():
        bare = name.removeprefix("act_")
        if bare not in channels:
            raise SpecError(
                f"{field}: the run has no channel '{name[:80]}'.",
                code="unknown_channel",
                remedy=f"Channels are {', '.join(channels)}.",
            )
        found[bare] = value
    return found


def _with_spend(task: Task, channel: str) -> int:
    place = task.response.channels.index(channel)
    if not task.planned[place]:
        raise SpecError(
            f"{display_name(channel)} has no spend in the table: no money can be planned for it.",
            code="no_spend",
            remedy="Leave it out.",
        )
    return place


def _positive(value: float, what: str) -> float:
    if not value > 0:
        raise SpecError(f"{what} is {value:,.2f}.", code="not_positive", remedy="Give a number above 0.")
    return value


def _own(task: Task, money: dict[str, float]) -> NDArray[np.float64] | None:
    if not money:
        return None
    spend = task.today.copy()
    for name, amount in money.items():
        if amount < 0:
            raise SpecError(
                f"{display_name(name)} is to have {amount:,.2f}: spend is never negative.",
                code="negative_spend",
                remedy="Give 0 or more.",
            )
        spend[_with_spend(task, name)] = round(amount, 2)
    return spend
