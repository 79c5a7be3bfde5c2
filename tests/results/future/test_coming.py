"""The periods that come are like those a year before."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.results.future.coming import coming_dates, with_coming
from mmm_core.table.typed import CanonicalData


def table(weeks: int) -> CanonicalData:
    frame = pd.DataFrame(
        {
            "entity_id": "brand_total",
            "period_start": pd.date_range("2023-01-02", periods=weeks, freq="7D"),
            "sales": np.arange(float(weeks)),
            "act_tv": np.arange(float(weeks)),
        }
    )
    return CanonicalData(frame, "WEEK")


@pytest.mark.parametrize(("weeks", "first"), [(60, 8), (52, 0), (20, 0)])
def test_each_is_the_one_a_year_before_and_a_short_table_comes_again(weeks, first):
    longer = with_coming(table(weeks), 70).frame
    year = min(weeks, 52)
    assert longer["act_tv"].iloc[weeks:].tolist() == [first + number % year for number in range(70)]
    assert longer["period_start"].diff().dropna().eq(pd.Timedelta(days=7)).all()
    assert longer["period_start"].dtype == table(weeks).frame["period_start"].dtype


def test_months_follow_the_calendar():
    found = coming_dates(pd.Timestamp("2023-11-01"), 4, "MONTH")
    assert [str(date.date()) for date in found] == ["2023-12-01", "2024-01-01", "2024-02-01", "2024-03-01"]
