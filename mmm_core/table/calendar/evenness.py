"""Whether dates are even: days, weeks, months, or the periods of a retail calendar, one after the other.

It is what tells 3/4/2023 as 3 April from 4 March where nothing else does.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

type Days = NDArray[np.datetime64]
type Evenness = Literal["DAY", "WEEK", "MONTH", "RETAIL"]

FEWEST_DATES = 3
DAYS_A_WEEK = 7
RETAIL_STEPS = (28, 35)
"""Days of the months of a 4-4-5 calendar, which are whole weeks."""
LONGEST_PAUSE = 10
"""Days in a row that a daily table may lack, and still be daily."""
MOSTLY = 0.75
HALF = 0.5


def evenness_of(dates: Days) -> Evenness | None:
    """What dates (row), in days and in any order, are even in; holes of whole periods do not matter. None: in nothing.

    NaT and repeated dates do not count.
    """
    days = np.unique(dates[~np.isnat(dates)].astype("datetime64[D]"))
    if len(days) < FEWEST_DATES:
        return None
    steps = np.diff(days).astype(int)
    if (steps % DAYS_A_WEEK == 0).all() and (steps == DAYS_A_WEEK).mean() >= HALF:
        return "WEEK"
    if (steps == 1).mean() >= MOSTLY and steps.max() <= LONGEST_PAUSE:
        return "DAY"
    months = days.astype("datetime64[M]").astype(int)
    if (np.diff(months) >= 1).all() and (np.diff(months) == 1).mean() >= HALF and not odd_in_month(days).any():
        return "MONTH"
    return "RETAIL" if is_retail(days) else None


def is_retail(days: Days) -> bool:
    """Whether sorted days (date) begin the months of a retail calendar: four or five whole weeks each, 4-4-5 by turns.

    One month in a leap year of such a calendar has a week more. Holes of whole months do not matter.
    """
    steps = np.diff(days.astype("datetime64[D]")).astype(int)
    known = steps[np.isin(steps, RETAIL_STEPS)]
    if (steps % DAYS_A_WEEK != 0).any() or len(known) < FEWEST_DATES or len(known) < MOSTLY * len(steps):
        return False
    long = np.flatnonzero(steps == RETAIL_STEPS[1])
    if not len(long):
        return False
    # Every third month has five weeks; two of them are next to each other or one apart only in a leap year.
    return bool(0.2 < len(long) / len(known) < 0.5 and (np.diff(long) == 3).sum() >= HALF * max(len(long) - 1, 1))


def odd_in_month(days: Days) -> NDArray[np.bool_]:
    """Which dates (date) are not on the day of the month that most of them are on; its last day is one such day."""
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    of_month = (dates - month).astype(int)
    longest = ((month + np.timedelta64(1, "M")).astype("datetime64[D]") - month).astype(int) - 1
    usual = int(np.bincount(of_month).argmax())
    off, off_last = of_month != np.minimum(usual, longest), of_month != longest
    return np.asarray(off_last if off_last.sum() < off.sum() else off, bool)
