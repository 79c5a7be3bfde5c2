"""Tables with a doubt whose two answers are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.worlds import simulate


def world_with_total() -> bytes:
    """Two regions that sell the same world's sales twice and once, and a third entity that is their sum."""
    frame = simulate(3, weeks=104, channels=2).frame
    north = frame.assign(entity_id="North")
    south = frame.assign(entity_id="South", **{name: frame[name] * 2 for name in _amounts(frame)})
    total = frame.assign(entity_id="All", **{name: frame[name] * 3 for name in _amounts(frame)})
    return pd.concat([north, south, total]).to_csv(index=False, float_format="%.2f").encode()


def world_of_days(*, missing: tuple[int, ...] = (40, 101, 202)) -> bytes:
    """Two years of days of which some are missing."""
    rng = np.random.default_rng(5)
    dates = pd.date_range("2022-01-03", periods=728, freq="D")
    tv = rng.gamma(2, 50, 728)
    frame = pd.DataFrame({"period_start": dates, "sales": 1000 + 4 * tv + rng.normal(0, 20, 728), "spend_tv": tv})
    return frame.drop(index=list(missing)).to_csv(index=False, float_format="%.2f").encode()


def world_at_midnight() -> bytes:
    """Weeks whose days are midnights of another zone: nothing but a warning."""
    frame = simulate(4, weeks=104, channels=2).frame
    local = pd.DatetimeIndex(frame["period_start"]).tz_localize("Europe/Berlin").tz_convert("UTC")
    return (
        frame.assign(period_start=local.strftime("%Y-%m-%dT%H:%M:%SZ"))
        .to_csv(index=False, float_format="%.2f")
        .encode()
    )


def _amounts(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if name == "sales" or name.startswith(("act_", "spend_"))]
