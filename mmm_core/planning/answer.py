"""A plan as an answer: what to move, what it brings, how sure that is, and why it ends where it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.labels import counted, days, display_name, listed, percent, percent_span, short
from mmm_core.planning.certificate import Certificate
from mmm_core.planning.experiment import SMALLEST_WORTH, NextTest
from mmm_core.planning.optimise import Allocation
from mmm_core.planning.task import CENT, Aim, Task
from mmm_core.results import intervals
from mmm_core.results.intervals import Estimate
from mmm_core.schema import Strict
from mmm_core.spec import Grain

type Array = NDArray[np.float64]
type Name = Literal["today", "plan", "mine"]
type Held = Literal["", "low", "high", "locked", "untold", "no_spend"]

HELD: dict[Held, str] = {
    "": "",
    "low": "at its least",
    "high": "at its most",
    "locked": "locked",
    "untold": "cannot be told: stays",
    "no_spend": "has no spend",
}
"""What holds a channel where it is, in words."""
SPLITS: dict[Name, str] = {"today": "Today", "plan": "Plan", "mine": "Mine"}
"""What splits of the money are called."""
SMALLEST_MOVE = 0.005
"""Part of the budget below which a channel is not said to be moved."""
SURE_ENOUGH = 0.9
"""Chance of bringing more than today from which on a plan is said to differ from it."""
MOST_NAMED = 3
OUT_OF_REACH = 0.01
"""Chance below which sales are said to be out of reach."""


class PlannedChannel(Strict):
    """What a plan makes of one channel. Money is over the whole horizon."""

    channel: str
    today: float = Field(description="Money as it is spent now.")
    plan: float = Field(description="Money of the plan.")
    low: float = Field(description="Least money that was allowed.")
    high: float = Field(description="Most money that was allowed.")
    held: Held = Field(description="What holds it: a limit, a lock, that it cannot be told from none, no spend.")
    brings_today: Estimate = Field(description="What it adds to sales with today's spend, in the target's unit.")
    brings: Estimate = Field(description="The same with the plan's.")
    knowing: float = Field(description="What it would be worth to know its return, in the target's unit.")


class SplitChannel(Strict):
    """What one channel has in a split of the money, and what it brings."""

    channel: str
    spend: float = Field(description="Money over the horizon.")
    weeks: tuple[float, ...] = Field(description="The same by period; they add up to it to the cent.")
    brings: Estimate = Field(description="What it adds to sales, in the target's unit.")
    returns: Estimate | None = Field(description="The same per unit of spend; null: it has none.")


class Split(Strict):
    """One split of the money over the horizon: today's, the plan's, or one's own."""

    name: Name
    spend: float = Field(description="Money over the horizon.")
    sales: Estimate = Field(description="Sales of horizon and what comes after it, in the target's unit.")
    brings: Estimate = Field(description="What the channels with spend add to them.")
    returns: Estimate | None = Field(description="The same per unit of spend; null: nothing is spent.")
    profit: Estimate | None = Field(description="Margin of sales less spend; null: no margin is told.")
    better: float | None = Field(description="Chance of more sales than today (fraction); null: it is today.")
    channels: tuple[SplitChannel, ...] = Field(description="Those that have spend.")


class ReachedSales(Strict):
    """Sales whose chance was made as large as can be, and how high sales can come within the limits."""

    sales: float = Field(description="Sales to reach, in the target's unit.")
    chance: float = Field(description="Chance that the plan reaches them (fraction).")
    chance_today: float = Field(description="Chance that today's split reaches them (fraction).")
    half: float = Field(description="Sales that the plan reaches in half of the worlds, in the target's unit.")
    highest: float = Field(description="Sales that it reaches in one of a hundred worlds, in the target's unit.")

    def in_words(self) -> str:
        """The chance; of sales out of reach, which are the highest that can be reached."""
        if self.chance < OUT_OF_REACH:
            return (
                f"Sales of {short(self.sales)} are out of reach: within these limits no split of the money is seen to "
                f"get there. The highest reachable are about {short(self.highest)} (in 1 of 100 worlds); in half of "
                f"them {short(self.half)}. The plan is the one with most sales on average."
            )
        return (
            f"Sales of {short(self.sales)} are reached in {100 * self.chance:.0f} of 100 worlds, with today's split in "
            f"{100 * self.chance_today:.0f}."
        )


class IfMoved(Strict):
    """The best split in which channels that cannot be told from no effect are moved like others."""

    gain_share: Estimate = Field(description="What it brings more than today, as a part of today's sales (fraction).")
    better: float = Field(description="Chance of bringing more than today (fraction).")


class Plan(Strict):
    """A plan, and what is known of it. Sales are of the horizon and of what comes back after it."""

    format_version: int = 1
    grain: Grain
    periods: int = Field(description="Periods that are planned.")
    first: str = Field(description="First day of the first of them (ISO).")
    last: str = Field(description="First day of the last of them (ISO).")
    aim: Aim = Field(
        description="What was made as large as can be: mean sales, the gain that 90 in 100 worlds reach, or a chance."
    )
    budget: float = Field(description="Money to spend.")
    left: float = Field(description="Money that whole steps leave unspent.")
    interval_prob: float = Field(description="Probability of the intervals.")
    sales_today: Estimate = Field(description="Sales with today's spend, in the target's unit.")
    sales: Estimate = Field(description="Sales with the plan's spend, in the target's unit.")
    gain: Estimate = Field(description="What the plan brings more than today, in the target's unit.")
    gain_share: Estimate = Field(description="The same as a part of today's sales (fraction).")
    profit_gain: Estimate | None = Field(
        description="Profit of the plan less today's, in the target's unit; null: no margin is told."
    )
    timed: bool = Field(description="Whether money is spent in other periods than now.")
    margin: float | None = Field(description="Part of sales that is profit before media (fraction).")
    after: float = Field(description="Part of the gain that comes after the horizon, in the target's unit.")
    better: float = Field(description="Chance of bringing more than today (fraction).")
    part: float | None = Field(
        description="Gain as a part of what could be gained by whoever knew; null: nothing could."
    )
    worlds: int = Field(description="Worlds of which part is the mean.")
    everything: float = Field(description="What it would be worth to know everything, in the target's unit.")
    channels: tuple[PlannedChannel, ...]
    reach: ReachedSales | None = Field(
        default=None, description="Sales whose chance was the aim, and what can be reached; null with another aim."
    )
    controls: tuple[str, ...] = Field(
        default=(), description="Controls whose values were given by hand; the others are as a year before."
    )
    if_moved: IfMoved | None = Field(
        default=None,
        description="What the best split would bring if channels that cannot be told were moved like others; null: "
        "none is held so, or it was not sought.",
    )
    test: NextTest | None = Field(
        default=None, description="The test to run next; null: no return is worth to be known, or it was not looked at."
    )
    dates: tuple[str, ...] = Field(description="First day of each period that is planned (ISO).")
    splits: tuple[Split, ...] = Field(description="Today's split, the plan's, and one's own where it was given.")

    @property
    def span(self) -> str:
        """What is planned: 13 weeks from 29 Dec 2025 to 23 Mar 2026."""
        return f"{counted(self.periods, self.grain.lower())} from {days(self.first, self.last)}"

    @property
    def differs(self) -> bool:
        """Whether it brings more than today within what is known."""
        return self.better >= SURE_ENOUGH and self.gain.shown > 0

    def headline(self, money: Callable[[float], str]) -> str:
        """What to do, in a sentence; ``money`` says an amount in words."""
        gives, takes = self._moved(-1), self._moved(1)
        more = self.budget - sum(each.today for each in self.channels)
        brings = (
            f"{percent(self.gain_share.shown, 1, signed=True)} sales "
            f"({percent_span(self.gain_share.low, self.gain_share.high)})"
        )
        if abs(more) > SMALLEST_MOVE * self.budget:
            return f"{money(self.budget)}, {money(abs(more))} {'more' if more > 0 else 'less'} than today: {brings}."
        sure = f"better than today in {100 * self.better:.0f} of 100 worlds"
        if not self.differs or not ((gives and takes) or self.timed):
            other = "other split or time" if self.timed else "other split"
            return f"Leave it as it is: no {other} is known to bring more than today's."
        if not gives or not takes:
            return f"Keep the split, and spend it when it brings most: {brings}, {sure}."
        amount = money(sum(each.today - each.plan for each in gives))
        return f"Move {amount} from {_named(gives)} to {_named(takes)}: {brings}, {sure}."

    def notes(self, money: Callable[[float], str], *, with_test: bool = True) -> list[str]:
        """What must be said beside it: limits that hold it, what it does not know, what it would be worth to know, and
        unless it is said elsewhere the test to run next.
        """
        said = [] if self.reach is None else [self.reach.in_words()]
        limited = [each.channel for each in self.channels if each.held in ("low", "high")]
        if limited:
            said.append(
                f"{listed([display_name(name) for name in limited])} "
                f"{'ends' if len(limited) == 1 else 'end'} at a limit of the plan; the model alone "
                "would go on."
            )
        untold = [each.channel for each in self.channels if each.held == "untold"]
        if untold:
            said.append(
                f"{listed([display_name(name) for name in untold])} "
                f"{'stays' if len(untold) == 1 else 'stay'} as today: what cannot be told from no effect moves nothing."
                f"{self._if_moved(untold)}"
            )
        if self.part is not None and self.differs:
            said.append(
                f"Over {counted(self.worlds, 'world')} like yours it gains {percent(self.part)} of what could be "
                f"gained, and brings less than today in {100 * (1 - self.better):.0f} of 100."
            )
        if self.profit_gain is not None:
            said.append(
                f"At a margin of {percent(self.margin or 0.0)} profit changes by {money(self.profit_gain.shown)} "
                f"({money(self.profit_gain.low)} to {money(self.profit_gain.high)})."
            )
        worth = max(self.channels, key=lambda each: each.knowing)
        if worth.knowing > SMALLEST_WORTH * self.sales.shown:
            said.append(
                f"To know the return of {display_name(worth.channel)} would be worth most: about "
                f"{money(worth.knowing)} of sales."
            )
        if with_test and self.test is not None:
            said.append(self.test.in_words(self.grain, money))
        if self.left > CENT:
            said.append(f"{money(self.left)} are left: whole steps do not add up to the budget.")
        return said

    def _if_moved(self, untold: Sequence[str]) -> str:
        """What it would bring to move them too, where that is more; it is a bet on what the model believes of them."""
        other = self.if_moved
        if other is None or round(other.gain_share.shown, 3) <= round(self.gain_share.shown, 3):
            return ""
        return (
            f" Moved like the others, {'it' if len(untold) == 1 else 'they'} would make it "
            f"{percent(other.gain_share.shown, 1, signed=True)} sales "
            f"({percent_span(other.gain_share.low, other.gain_share.high)}), better than today in "
            f"{100 * other.better:.0f} of 100 worlds: right on average, and a bet on each of them."
        )

    def _moved(self, sign: int) -> list[PlannedChannel]:
        """Channels that give (−1) or take (1) money worth saying, the most first."""
        least = SMALLEST_MOVE * max(self.budget, CENT)
        moved = [each for each in self.channels if sign * (each.plan - each.today) > least]
        return sorted(moved, key=lambda each: -abs(each.plan - each.today))[:MOST_NAMED]


def described(
    task: Task, found: Allocation, known: Certificate, *, untold: Sequence[str], grain: Grain, interval_prob: float,
    own: Array | None = None, margin: float | None = None, controls: tuple[str, ...] = (),
) -> Plan:  # fmt: skip
    """What is known of an allocation of a task.

    Parameters
    ----------
    known
        What it gains, certified or not.
    untold
        Channels that stay as they are because they cannot be told from no effect.
    grain
        Of the table.
    interval_prob
        Probability of the intervals.
    own
        Another split ``(channel)``, in money over the horizon, to stand beside it.
    margin
        Part of sales that is profit before media (fraction).
    controls
        Those whose values were given.
    """
    estimate = partial(intervals.estimate, prob=interval_prob)
    spends: dict[Name, Array] = {"today": task.today, "plan": found.spend}
    if own is not None:
        spends["mine"] = own
    tasks = {name: task.as_usual if name == "today" else task for name in spends}
    brought = {name: _Brought.of(tasks[name], spend) for name, spend in spends.items()}
    today, plan = brought["today"], brought["plan"]
    splits = [_split(tasks[name], name, spends[name], each, today, margin, estimate) for name, each in brought.items()]
    horizon = task.response.horizon
    dates = tuple(str(pd.Timestamp(each).date()) for each in task.response.dates[:horizon])
    more = float((found.spend - task.today).sum().round(2))
    return Plan(
        grain=grain,
        periods=horizon,
        first=dates[0],
        last=dates[-1],
        aim=task.aim,
        budget=task.total,
        left=found.left,
        interval_prob=interval_prob,
        sales_today=estimate(today.total),
        sales=estimate(plan.total),
        gain=estimate(known.gain),
        gain_share=estimate(known.gain / today.total),
        profit_gain=None if margin is None else estimate(margin * known.gain - more),
        margin=margin,
        timed=task.usual_pattern is not None,
        after=float((plan.sales - today.sales)[horizon:].sum(axis=0).mean()),
        better=_better(task, found.spend, plan, today),
        part=known.part,
        worlds=known.worlds,
        everything=known.everything,
        channels=tuple(
            PlannedChannel(
                channel=channel,
                today=float(task.today[place]),
                plan=float(found.spend[place]),
                low=float(task.low[place]),
                high=float(task.high[place]),
                held=_held(task, found, place, untold),
                brings_today=estimate(today.channels[place]),
                brings=estimate(plan.channels[place]),
                knowing=float(known.knowing[place]),
            )
            for place, channel in enumerate(task.response.channels)
        ),
        reach=None if task.reach is None else _reached(task.reach, plan.total, today.total),
        controls=controls,
        dates=dates,
        splits=tuple(splits),
    )


def if_moved(task: Task, found: Allocation, interval_prob: float) -> IfMoved:
    """What an allocation brings of a task in which channels that cannot be told are free."""
    today, plan = (_Brought.of(each, spend) for each, spend in ((task.as_usual, task.today), (task, found.spend)))
    share = (plan.total - today.total) / today.total
    return IfMoved(
        gain_share=intervals.estimate(share, prob=interval_prob), better=_better(task, found.spend, plan, today)
    )


def _reached(reach: float, plan: Array, today: Array) -> ReachedSales:
    """What is reached of sales, of sales ``(sample)`` with the plan and with today's split."""
    half, highest = (float(each) for each in np.quantile(plan, [0.5, 1 - OUT_OF_REACH]))
    return ReachedSales(
        sales=reach, chance=float((plan >= reach).mean()), chance_today=float((today >= reach).mean()), half=half,
        highest=highest,
    )  # fmt: skip


class _Brought(NamedTuple):
    """What a spend brings: sales ``(period, sample)``, and what channels add to them ``(channel, sample)``."""

    sales: Array
    channels: Array

    @classmethod
    def of(cls, task: Task, spend: Array) -> _Brought:
        felt = task.felt(spend)
        return cls(felt.sales, felt.brought().sum(axis=1))

    @property
    def total(self) -> Array:
        """Sales of horizon and tail together ``(sample)``."""
        return np.asarray(self.sales.sum(axis=0))


def _split(
    task: Task, name: Name, spend: Array, brought: _Brought, today: _Brought, margin: float | None,
    estimate: Callable[[Array], Estimate],
) -> Split:  # fmt: skip
    planned = np.flatnonzero(task.planned)
    money = float(spend[planned].sum().round(2))
    brings = brought.channels[planned].sum(axis=0)
    return Split(
        name=name,
        spend=money,
        sales=estimate(brought.total),
        brings=estimate(brings),
        returns=estimate(brings / money) if money > 0 else None,
        profit=None if margin is None else estimate(margin * brought.total - money),
        better=None if name == "today" else _better(task, spend, brought, today),
        channels=tuple(
            SplitChannel(
                channel=task.response.channels[place],
                spend=float(spend[place].round(2)),
                weeks=in_cents(float(spend[place]), task.pattern[place]),
                brings=estimate(brought.channels[place]),
                returns=estimate(brought.channels[place] / spend[place]) if spend[place] > 0 else None,
            )
            for place in planned
        ),
    )


def _better(task: Task, spend: Array, brought: _Brought, today: _Brought) -> float:
    """Chance of no fewer sales than today (fraction); 0 where it is today."""
    differs = np.abs(spend - task.today).sum() > CENT or task.usual_pattern is not None
    return float((brought.total >= today.total).mean()) if differs else 0.0


def in_cents(money: float, parts: Array) -> tuple[float, ...]:
    """Money in parts ``(period)`` (fractions, Σ = 1), in whole cents that add up to it."""
    ends = np.round(np.cumsum(parts) / parts.sum() * round(money * 100))
    return tuple(float(cents) / 100 for cents in np.diff(ends, prepend=0.0))


def _held(task: Task, found: Allocation, place: int, untold: Sequence[str]) -> Held:
    if not task.planned[place]:
        return "no_spend"
    if task.high[place] - task.low[place] < CENT:
        return "untold" if task.response.channels[place] in untold else "locked"
    if found.at_low[place]:
        return "low"
    return "high" if found.at_high[place] else ""


def _named(channels: Sequence[PlannedChannel]) -> str:
    return listed([display_name(each.channel) for each in channels])
