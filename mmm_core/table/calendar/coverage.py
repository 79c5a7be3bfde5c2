"""Which days of a daily table are missing, each entity by itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DAYS_A_WEEK = 7
FEWEST_WEEKS = 4
"""Weeks that a table must span before a weekday without rows is taken for one on which nothing is ever sold."""
MOST_OPEN = 0.1
"""Share of weeks with rows on a weekday up to which it counts as closed."""


class Coverage(NamedTuple):
    """Days of one entity.

    Attributes
    ----------
    first, last
        Its first and last day.
    closed
        Weekdays (0 is Monday) on which there are never rows, or almost never: the shop is closed.
    missing
        Days between first and last without a row, closed weekdays aside.
    """

    first: pd.Timestamp
    last: pd.Timestamp
    closed: frozenset[int]
    missing: pd.DatetimeIndex


def coverage(frame: pd.DataFrame) -> dict[str, Coverage]:
    """Coverage of each entity of a daily table."""
    dated = frame[["entity_id", "period_start"]].dropna()
    return {str(entity): _of(dates) for entity, dates in dated.groupby("entity_id", sort=True)["period_start"]}


def _of(dates: pd.Series) -> Coverage:
    present = pd.DatetimeIndex(np.unique(dates.to_numpy().astype("datetime64[D]")).astype("datetime64[us]"))
    every = pd.date_range(present[0], present[-1], freq="D", unit="us")
    closed = _closed(present, every)
    absent = every.difference(present)
    return Coverage(present[0], present[-1], closed, absent[~np.isin(absent.day_of_week, list(closed))])


def _closed(present: pd.DatetimeIndex, every: pd.DatetimeIndex) -> frozenset[int]:
    if len(every) < FEWEST_WEEKS * DAYS_A_WEEK:
        return frozenset()
    there, possible = _by_weekday(present), _by_weekday(every)
    return frozenset(np.flatnonzero(there <= MOST_OPEN * possible).tolist())


def _by_weekday(days: pd.DatetimeIndex) -> NDArray[np.int64]:
    return np.asarray(np.bincount(days.day_of_week, minlength=DAYS_A_WEEK), np.int64)
