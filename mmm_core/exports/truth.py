"""The truth of the shipped demo, which was made with it."""

from __future__ import annotations

from functools import cache

import pandas as pd

from mmm_core import shipped
from mmm_core.charts.truth import Truth
from mmm_core.exports.gallery import Exhibit


def truth_of(run: Exhibit) -> Truth | None:
    """What is true of the rows and channels of a run; None: its table is none of which that is known."""
    if run.spec.dataset_id != shipped.DEMO:
        return None
    dates = pd.DatetimeIndex(run.outputs.fitted["period_start"])
    weekly = _weekly().loc[_weekly()["period_start"].isin(dates)]
    fitted = float(weekly["median_sales"].sum())
    channels = {
        channel.channel: {
            "additive": float(weekly[channel.channel].sum()),
            "share": float(weekly[channel.channel].sum()) / fitted,
            "roi": float(weekly[channel.channel].sum()) / channel.spend,
        }
        for channel in run.outputs.summary.channels
        if channel.channel in weekly and channel.spend
    }
    return Truth(channels, 1 - float(weekly["baseline"].sum()) / fitted, weekly)


@cache
def _weekly() -> pd.DataFrame:
    return pd.read_csv(shipped.DEMO_WEEKLY_TRUTH, parse_dates=["period_start"])
