"""Simulated worlds for plans: tables whose best split of the money is known.

A world has 156 weeks, four to six channels with geometric carry-over and a Hill curve each, effects that add up or
multiply, media 20–40 % of sales, noise of 5 %. Nothing here is shared with the package, so that a peer in an
environment of its own can be given the same tables.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

type Array = NDArray[np.float64]

WEEKS, HORIZON, LAGS, BEFORE = 156, 13, 13, 26
NOISE = 0.05
FIRST = 1000
LEAST, MOST = 0.5, 1.5
"""What a channel may have, in times of what it had in the last weeks, as many as are planned."""


class Truth(NamedTuple):
    """A table and what is true of it: per channel decay, half-saturation in units of mean activity, slope, strength."""

    frame: pd.DataFrame
    decay: Array
    half: Array
    slope: Array
    strength: Array
    multiplies: bool
    level: float


def world(seed: int) -> Truth:
    """The world of a seed: the same one every time."""
    r = np.random.default_rng([20261128, seed])
    channels, weeks = int(r.integers(4, 7)), WEEKS + BEFORE
    activity = r.gamma(2.0, 0.5, (channels, weeks))
    flighted = r.random(channels) < 0.4
    activity *= np.where(
        flighted[:, None], np.repeat(r.random((channels, weeks // 2 + 1)) < 0.5, 2, axis=1)[:, :weeks], 1
    )
    wave = 1 + 0.3 * np.sin(2 * np.pi * np.arange(weeks) / 52 + r.uniform(0, 6, (channels, 1)))
    activity *= wave
    activity /= activity.mean(axis=1, keepdims=True)
    decay, half, slope = r.uniform(0.1, 0.7, channels), r.uniform(0.5, 2.5, channels), r.uniform(0.8, 1.6, channels)
    carried = np.zeros_like(activity)
    weights = decay[:, None] ** np.arange(LAGS + 1)
    weights /= weights.sum(axis=1, keepdims=True)
    for lag in range(LAGS + 1):
        carried[:, lag:] += weights[:, lag, None] * activity[:, : weeks - lag]
    felt = carried ** slope[:, None] / (half[:, None] ** slope[:, None] + carried ** slope[:, None])
    share = r.dirichlet(np.full(channels, 2.0))
    brought = r.uniform(0.2, 0.4) * r.dirichlet(np.full(channels, 2.0) + 2 * share)
    strength = brought / felt[:, BEFORE:].mean(axis=1)
    multiplies = bool(r.random() < 0.4)
    season = 0.08 * np.sin(2 * np.pi * np.arange(weeks) / 52)
    predictor = season + strength @ felt - (strength[:, None] * felt).mean(axis=1).sum()
    level = float(np.exp(r.uniform(9, 13)))
    median = level * (np.exp(predictor) if multiplies else 1 + predictor)
    sales = median * (1 + NOISE * r.normal(size=weeks))
    prices = np.exp(r.normal(0, 1, channels))
    money = share * level * 0.15
    names = [f"c{place}" for place in range(channels)]
    columns: dict[str, object] = {
        "entity_id": "brand_total",
        "period_start": pd.date_range("2021-01-04", periods=WEEKS, freq="7D").as_unit("us"),
        "sales": sales[BEFORE:],
    }
    for place, name in enumerate(names):
        spend = activity[place, BEFORE:] * money[place]
        columns |= {f"act_{name}": spend / prices[place], f"spend_{name}": spend}
    return Truth(pd.DataFrame(columns), decay, half, slope, strength, multiplies, level)
