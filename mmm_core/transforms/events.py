"""Events: which part of an event's days falls into each period."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Days = NDArray[np.int64]


def event_share(begins: Days, ends: Days, dates: Sequence[int] | Days, *, before: int = 0, after: int = 0) -> Array:
    """Part of an event's window that falls into each period: ``Σ |window ∩ period| / |window|``.

    A window is the days from ``d − before`` to ``d + after``; windows that touch or overlap are one, so that a holiday
    of three days is one event. An event that lies in one period gives 1 there; one whose window reaches over two gives
    each its part: a coefficient is what the *whole* event does, in units of one period.

    Parameters
    ----------
    begins, ends
        ``(row)``: first day of each period, and the first day after it (days since any fixed day).
    dates
        ``(date)``: days on which the event falls, one at least, on the same count.
    before, after
        Days around each that belong to it.

    Returns
    -------
    ``(row)``: fraction of one event, and more than 1 where several fall into a period.
    """
    days = np.unique(np.asarray(dates, dtype=np.int64))
    apart = np.flatnonzero(np.diff(days) > before + after + 1)
    first = days[np.concatenate([[0], apart + 1])] - before
    last = days[np.concatenate([apart, [len(days) - 1]])] + after + 1
    overlap = np.minimum(last, np.asarray(ends)[:, None]) - np.maximum(first, np.asarray(begins)[:, None])
    return np.asarray((np.maximum(overlap, 0) / (last - first)).sum(axis=1))
