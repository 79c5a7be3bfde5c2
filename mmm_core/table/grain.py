"""How far apart the periods of a table are."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.spec import Weekday

type AnyGrain = Literal["WEEK", "MONTH", "DAY"] | None
WEEKDAYS: tuple[Weekday, ...] = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def step_days(dates: pd.Series) -> NDArray[np.int64]:
    """Days between neighbouring distinct dates."""
    days = np.unique(dates.dropna().to_numpy().astype("datetime64[D]"))
    return np.diff(days).astype("int64")


def grain_of(dates: pd.Series) -> AnyGrain:
    """Grain of the most common step between periods; None where it is none of ours."""
    steps = step_days(dates)
    if not len(steps):
        return None
    common = int(np.bincount(steps).argmax())
    if common in (1, 7):
        return "DAY" if common == 1 else "WEEK"
    return "MONTH" if 28 <= common <= 31 else None
