"""How far apart the periods of a table are, each entity by itself."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.spec import Weekday

type AnyGrain = Literal["WEEK", "MONTH", "DAY"] | None
WEEKDAYS: tuple[Weekday, ...] = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
FEWEST_STEPS = 3
"""So many steps of one length make a part of a table that has a grain of its own."""


def step_days(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Days between neighbouring distinct dates of an entity, for all entities.

    Two entities whose weeks begin on different days have steps of seven days, and not of one and six.
    """
    return np.asarray(_steps(frame)["days"].to_numpy(np.int64))


def grain_of(frame: pd.DataFrame) -> AnyGrain:
    """Grain of the most common step between periods; None where it is none of ours."""
    steps = step_days(frame)
    if not len(steps):
        return None
    common = int(np.bincount(steps).argmax())
    if common in (1, 7):
        return "DAY" if common == 1 else "WEEK"
    return "MONTH" if 28 <= common <= 31 else None


def days_begin(frame: pd.DataFrame) -> pd.Timestamp | None:
    """First day of the daily part of a table that has weekly rows before it; None where it has one grain."""
    steps = _steps(frame)
    days, weeks = steps[steps["days"] == 1], steps[steps["days"] == 7]
    if len(days) < FEWEST_STEPS or len(weeks) < FEWEST_STEPS:
        return None
    first = pd.Timestamp((days["period_start"] - pd.Timedelta(days=1)).min())
    # Days off inside the daily part are steps of two and more; a step of a week there would be one of the other grain.
    return first if (weeks["period_start"] <= first).all() else None


def week_starts(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Entities by the day that their weeks begin with, for tables of weeks."""
    first = frame.dropna(subset=["period_start", "entity_id"]).groupby("entity_id", sort=True)["period_start"].min()
    found: dict[str, list[str]] = {}
    for entity, date in first.items():
        found.setdefault(WEEKDAYS[date.weekday()], []).append(str(entity))
    return found


def _steps(frame: pd.DataFrame) -> pd.DataFrame:
    """Each date of an entity but its first, and ``days`` since the one before."""
    dates = frame[["entity_id", "period_start"]].dropna(subset="period_start").drop_duplicates()
    dates = dates.assign(period_start=dates["period_start"].dt.normalize()).drop_duplicates()
    dates = dates.sort_values(["entity_id", "period_start"])
    since = dates["period_start"].diff().dt.days
    inside = (dates["entity_id"] == dates["entity_id"].shift()) | (
        dates["entity_id"].isna() & dates["entity_id"].shift().isna()
    )
    found: pd.DataFrame = dates.assign(days=since)[inside & since.notna()]
    return found
