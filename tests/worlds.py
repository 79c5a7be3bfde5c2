"""Simulated tables with known truth: the model's own formula, written a second time as plain loops.

Nothing here is shared with the package, so that agreement means something.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class World:
    """One simulated table and the totals that are true of it.

    ``removal`` and ``additive`` are totals per channel over all rows, in the unit of sales.
    """

    frame: pd.DataFrame
    decays: dict[str, float]
    removal: np.ndarray
    additive: np.ndarray

    @property
    def spec(self) -> dict[str, object]:
        """The specification that fits the world: known decays, K = 2, trend."""
        columns = list(self.frame.columns)
        return {
            "dataset_id": "world",
            "drivers": [column for column in columns if column.startswith("act_")],
            "controls": [column for column in columns if column.startswith("ctrl_")],
            "feature_config": {"adstock": {"per_channel": self.decays}},
        }


def adstock_loop(activity: np.ndarray, decay: float, max_lag: int, before: float) -> np.ndarray:
    """Truncated geometric adstock, one product at a time; ``before`` is the activity of every earlier period."""
    out = np.zeros(len(activity))
    for date in range(len(activity)):
        for lag in range(max_lag + 1):
            felt = activity[date - lag] if date >= lag else before
            out[date] += decay**lag * felt
    return out


def simulate(seed: int, *, weeks: int | None = None, channels: int | None = None) -> World:
    """A world of the default model: media share 10–40 % split by Dirichlet(2), nu 4–30, sigma 0.03–0.15."""
    rng = np.random.default_rng(seed)
    weeks = weeks or int(rng.integers(52, 157))
    channels = channels or int(rng.integers(3, 9))
    names = [f"c{number}" for number in range(channels)]
    decays = rng.uniform(0.1, 0.8, channels)
    activity = rng.gamma(1.5, 1.0, (channels, weeks)) * rng.uniform(50, 5000, channels)[:, None]
    activity *= rng.random((channels, weeks)) > rng.uniform(0, 0.4, channels)[:, None]
    activity = activity.round(3)
    felt = np.stack([adstock_loop(row, decay, 13, row.mean()) for row, decay in zip(activity, decays, strict=True)])

    joint = rng.uniform(0.1, 0.4)
    split = rng.dirichlet(np.full(channels, 2.0))
    # At mean felt activity the joint lift is the joint share of sales.
    effects = -np.log1p(-joint) * split / felt.mean(axis=1)
    u = felt * effects[:, None]
    controls = rng.normal(size=(2, weeks)).cumsum(axis=1) * 0.3 + rng.normal(size=(2, weeks))
    dates = pd.date_range("2021-01-04", periods=weeks, freq="7D")
    days = (dates - pd.Timestamp("1970-01-01")).days.to_numpy()
    season = [f(2 * np.pi * k * days / 365.25) for k in (1, 2) for f in (np.sin, np.cos)]
    trend = np.arange(weeks, dtype=float)
    scaled = np.stack([(row - row.mean()) / row.std() for row in (*controls, trend)] + season)
    gamma = rng.normal(0, 0.1, len(scaled))
    mu = np.log(rng.uniform(1e3, 1e6)) + u.sum(axis=0) + gamma @ scaled
    noise = rng.standard_t(rng.uniform(4, 30), weeks) * rng.uniform(0.03, 0.15)

    frame = pd.DataFrame({"entity_id": "brand_total", "period_start": dates.as_unit("us"), "sales": np.exp(mu + noise)})
    columns = {f"act_{name}": row for name, row in zip(names, activity, strict=True)}
    columns |= {f"spend_{name}": row * 0.1 for name, row in zip(names, activity, strict=True)}
    columns |= {f"ctrl_{number}": row for number, row in enumerate(controls)}
    frame = pd.concat([frame, pd.DataFrame(columns)], axis=1)
    removal, additive = true_totals(mu, u)
    return World(frame, dict(zip((f"act_{name}" for name in names), decays.tolist(), strict=True)), removal, additive)


def true_totals(mu: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Removal and additive (Aumann–Shapley) totals per channel, summed date by date."""
    removal, additive = np.zeros(len(u)), np.zeros(len(u))
    for date, location in enumerate(mu):
        joint = u[:, date].sum()
        lift = np.exp(location) - np.exp(location - joint)
        for channel, effect in enumerate(u[:, date]):
            removal[channel] += np.exp(location) - np.exp(location - effect)
            additive[channel] += lift * effect / joint if joint > 0 else 0.0
    return removal, additive
