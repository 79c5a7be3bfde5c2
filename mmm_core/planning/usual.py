"""The plan that is asked for when nobody has said anything: the same money, spread better, within what was seen.

- *Today* is what was spent in the last periods, as many as are planned.
- A channel may have half to one and a half times of today's money, and no more than one and a half times of the most
  that was ever spent in so many periods: beyond that the model has seen nothing.
- A channel whose effect cannot be told from none stays as it is: nothing is known that would move it.
- A channel without spend is no part of the budget; its activity is that of a year before.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mmm_core.errors import DataError
from mmm_core.model.usual import PERIODS_OF_YEAR
from mmm_core.planning.curves import Spending
from mmm_core.planning.response import Response
from mmm_core.planning.task import Aim, Task
from mmm_core.results.future.coming import a_year_before
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData

type Array = NDArray[np.float64]
type Timing = Literal["even", "last_year", "bursts"]

LEAST, MOST = 0.5, 1.5
"""Limits of a channel, in times of today's money, and of the most that was seen."""
ON, CYCLE = 2, 4
"""Of bursts: so many periods of each cycle have money."""


def spending_of(response: Response, table: CanonicalData) -> Spending:
    """What was spent per period on each channel, and at what price, in the last year of a table.

    The year before the periods that come counts: prices of earlier ones are not paid any more.
    """
    return _spending(response, table, *_bought(response, table))


def _spending(response: Response, table: CanonicalData, money: Array, activity: Array) -> Spending:
    last = slice(-min(response.horizon, money.shape[1]), None)
    return Spending(
        price=_prices(money, activity, PERIODS_OF_YEAR[table.grain]),
        today=np.nan_to_num(money[:, last].mean(axis=1)),
        least=np.nan_to_num(money.min(axis=1)),
        most=np.nan_to_num(money.max(axis=1)),
    )


def usual_task(
    response: Response,
    table: CanonicalData,
    *,
    still: Collection[str] = (),
    total: float | None = None,
    timing: Timing = "even",
    aim: Aim = "mean",
) -> Task:
    """The plan of the periods that come with today's money.

    Parameters
    ----------
    response
        The model on those periods.
    table
        The canonical table of the fit.
    still
        Channels that stay as they are: those that cannot be told from none.
    total
        Money for all of them; None: as in the last such periods.
    timing
        How a channel's money is spread over them.
    aim
        What is made as large as can be.

    Raises
    ------
    DataError
        No channel has spend.
    """
    money, activity = _bought(response, table)
    spending = _spending(response, table, money, activity)
    planned = np.isfinite(spending.price)
    if not planned.any():
        raise DataError(
            "No channel has spend: there is no money to plan.",
            code="no_spend",
            remedy="Give the table what channels cost, in a column each.",
        )
    horizon = response.horizon
    before = a_year_before(money.shape[1], horizon, table.grain)
    today = np.where(planned, np.round(spending.today * horizon, 2), 0.0)
    seen = np.array([_most_in(series, horizon) for series in np.nan_to_num(money)])
    low, high = LEAST * today, np.maximum(np.minimum(MOST * today, MOST * seen), today)
    fixed = np.isin(np.array(response.channels), list(still)) | ~planned
    return Task(
        response=response,
        price=spending.price,
        pattern=_pattern(timing, np.nan_to_num(money[:, before])),
        kept=np.where(planned[:, None], 0.0, activity[:, before]),
        today=today,
        low=np.where(fixed, today, low),
        high=np.where(fixed, today, high),
        total=float(np.round(today.sum() if total is None else total, 2)),
        step=np.zeros(len(today)),
        aim=aim,
    )


def pattern_of(timing: Timing, response: Response, table: CanonicalData) -> Array:
    """Parts of each channel's money by period ``(channel, horizon)``, Σ = 1."""
    money, _ = _bought(response, table)
    return _pattern(timing, np.nan_to_num(money[:, a_year_before(money.shape[1], response.horizon, table.grain)]))


def _bought(response: Response, table: CanonicalData) -> tuple[Array, Array]:
    """Spend and activity of all periods ``(channel, period)``; spend is NaN where a channel has none."""
    frame = aggregate_brand(table).frame.sort_values("period_start")
    blank = np.full(len(frame), np.nan)
    money = [
        frame[f"spend_{channel}"].to_numpy(float) if f"spend_{channel}" in frame else blank
        for channel in response.channels
    ]
    return np.stack(money), np.stack([frame[f"act_{channel}"].to_numpy(float) for channel in response.channels])


def _prices(money: Array, activity: Array, year: int) -> Array:
    """Money per unit of activity ``(channel)`` over the last year, or over all periods where a channel rested in it."""
    recent = slice(-min(year, money.shape[1]), None)
    found = np.full(len(money), np.nan)
    for place, (paid, bought) in enumerate(zip(money, activity, strict=True)):
        for when in (recent, slice(None)):
            amount, units = np.nansum(paid[when]), np.nansum(np.where(np.isfinite(paid), bought, 0.0)[when])
            if amount > 0 and units > 0:
                found[place] = amount / units
                break
    return found


def _most_in(series: Array, periods: int) -> float:
    """The most money of a series in so many periods in a row; that of all of them where there are fewer."""
    wide = min(periods, len(series))
    return float(np.lib.stride_tricks.sliding_window_view(series, wide).sum(axis=1).max()) * periods / wide


def _pattern(timing: Timing, before: Array) -> Array:
    """Parts of a channel's money by period ``(channel, horizon)``, Σ = 1; ``before`` is its money a year before."""
    horizon = before.shape[1]
    even = np.full(before.shape, 1 / horizon)
    if timing == "even":
        return even
    if timing == "bursts":
        on = (np.arange(horizon) % CYCLE < ON).astype(float)
        return np.broadcast_to(on / on.sum(), even.shape).copy()
    sums = before.sum(axis=1, keepdims=True)
    return np.where(sums > 0, before / np.where(sums > 0, sums, 1.0), even)
