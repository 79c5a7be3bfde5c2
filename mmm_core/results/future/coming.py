"""Periods that come after a table, as its last year was: the rows that a plan or a prediction fills in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.model.usual import PERIODS_OF_YEAR
from mmm_core.spec import Grain
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData

type Array = NDArray[np.float64]


def with_coming(table: CanonicalData, periods: int, given: Mapping[str, Array] | None = None) -> CanonicalData:
    """The table at brand level with so many periods behind it, each like the one a year before.

    Of a table that is shorter than a year all of it comes again; of more than a year, the last year more than once.
    ``given`` has other values for columns in the first of these rows ``(row)``, in the unit of the column.
    """
    brand = aggregate_brand(table).frame.sort_values("period_start", ignore_index=True)
    coming = brand.iloc[a_year_before(len(brand), periods, table.grain)].copy()
    coming["period_start"] = coming_dates(brand["period_start"].iloc[-1], periods, table.grain).astype(
        brand["period_start"].dtype
    )
    for column, values in (given or {}).items():
        coming[column] = np.concatenate([values, coming[column].to_numpy(float)[len(values) :]])
    return CanonicalData(pd.concat([brand, coming], ignore_index=True), table.grain)


def a_year_before(rows: int, periods: int, grain: Grain) -> NDArray[np.intp]:
    """Which of so many rows lies a year before each period that comes.

    Returns
    -------
    ``(row)``, one for each such period: places of rows, no unit; of a shorter table all of it comes again.
    """
    year = min(PERIODS_OF_YEAR[grain], rows)
    return rows - year + np.arange(periods) % year


def coming_dates(last: pd.Timestamp, periods: int, grain: Grain) -> pd.DatetimeIndex:
    """First days of the periods that follow the one that begins on ``last`` ``(period)``."""
    if grain == "WEEK":
        return pd.date_range(last, periods=periods + 1, freq="7D")[1:]
    months = pd.period_range(pd.Period(last, freq="M"), periods=periods + 1, freq="M")[1:]
    return months.to_timestamp()
