"""Which rows are estimated, which only feed carry-over, and which are unused.

*Estimation rows* enter the likelihood and every output. *Carry-over rows* before them only feed adstock. A window is
counted in calendar months, back from the last row with a target.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from mmm_core.errors import DataError
from mmm_core.schema import Strict
from mmm_core.spec import RunSpec


class RowUse(Strict):
    """How the rows of the table were used: one for each entity and period."""

    unused: int = Field(description="Rows before both windows.")
    carryover: int = Field(description="Rows that only feed adstock.")
    estimation: int = Field(description="Rows in the likelihood and in every output.")
    leaning_on_pre_history: int = Field(description="Estimation rows whose carry-over reaches before the table.")
    blank_target: int = Field(description="Rows left out of the likelihood because the target is blank.")


class RowSplit(NamedTuple):
    """Masks over the rows of a table: used at all, and estimated."""

    used: np.ndarray
    estimation: np.ndarray
    rows: RowUse
    notices: list[str]


def split_rows(frame: pd.DataFrame, spec: RunSpec) -> RowSplit:
    """Split a canonical table by its calendar, which all entities share: sorted by entity, then by period.

    Raises
    ------
    DataError
        No row has a target.
    """
    dates = pd.DatetimeIndex(frame["period_start"])
    has_target = frame["sales"].notna().to_numpy()
    if not has_target.any():
        raise DataError("No row has sales.", code="no_target", remedy="Fill in the column of sales.", column="sales")
    in_window, carryover = _windows(dates, dates[has_target].max(), spec)
    estimation = in_window & has_target
    used = in_window | carryover
    max_lag = spec.feature_config.adstock.max_lag
    # Used rows of the same entity before each row.
    before = pd.Series(used).groupby(frame["entity_id"].to_numpy()).cumsum().to_numpy() - used
    rows = RowUse(
        unused=int((~used).sum()),
        carryover=int(carryover.sum()),
        estimation=int(estimation.sum()),
        leaning_on_pre_history=int((before[estimation] < max_lag).sum()),
        blank_target=int((in_window & ~has_target).sum()),
    )
    return RowSplit(used, estimation, rows, _window_notices(rows, spec))


def _windows(dates: pd.DatetimeIndex, last: pd.Timestamp, spec: RunSpec) -> tuple[np.ndarray, np.ndarray]:
    """Estimation rows and carry-over rows by calendar months, counted back from the last row with a target."""
    windows = spec.windows
    known = np.asarray(dates <= last)
    if windows.estimation_months is None:
        return known, np.zeros(len(dates), dtype=bool)
    start = last - pd.DateOffset(months=windows.estimation_months)
    estimation = known & np.asarray(dates > start)
    carry_start = start - pd.DateOffset(months=windows.carryover_months or 0)
    return estimation, np.asarray(dates > carry_start) & np.asarray(dates <= start)


def _window_notices(rows: RowUse, spec: RunSpec) -> list[str]:
    notices = []
    if spec.windows.estimation_months and spec.windows.carryover_months and rows.carryover == 0:
        notices.append(
            f"The table is no longer than the estimation window of {spec.windows.estimation_months} months: "
            "all rows are estimated and none is left for carry-over."
        )
    if rows.leaning_on_pre_history:
        assumed = "the channel's mean" if spec.windows.pre_history == "mean" else "zero"
        notices.append(
            f"The first {rows.leaning_on_pre_history} estimated periods feel advertising from before the table, "
            f"which is assumed to be {assumed}."
        )
    if rows.unused:
        notices.append(f"{rows.unused} older periods are outside both windows and are not used.")
    if rows.blank_target:
        notices.append(f"{rows.blank_target} periods without sales feed carry-over but are not estimated.")
    return notices
