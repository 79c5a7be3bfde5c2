"""Small plans whose best spend can be found by trying all of them: for tests."""

from __future__ import annotations

import numpy as np

from mmm_core.model.link import BoxCoxLink, LogLink
from mmm_core.planning.response import Curves, Response
from mmm_core.planning.task import Group, Task

HORIZON, LAGS, SAMPLES = 4, 3, 40


def response(rng: np.random.Generator, channels: int) -> Response:
    """A model of some channels on four weeks and what comes after them, saturated or not, S-shaped or not."""
    kinds = tuple(rng.choice(["hill", "hill", "straight"]) for _ in range(channels))
    decay = rng.uniform(0.0, 0.8, (channels, 1, SAMPLES))
    weights = decay ** np.arange(LAGS + 1.0)[None, :, None]
    weights /= weights.sum(axis=1, keepdims=True)
    periods = HORIZON + LAGS
    level = 1000.0
    power = np.clip(rng.choice([0.0, 1.0]) + rng.uniform(-0.2, 0.2, SAMPLES), 0, 1)
    link = LogLink(0.0) if rng.random() < 0.3 else BoxCoxLink(level, power)
    base = rng.normal(0.0, 0.05, (periods, SAMPLES)) + (np.log(level) if isinstance(link, LogLink) else 0.0)
    return Response(
        channels=tuple("abc"[:channels]),
        dates=np.datetime64("2024-01-01") + 7 * np.arange(periods),
        horizon=HORIZON,
        base=base,
        arrived=rng.uniform(0.0, 0.5, (channels, periods, SAMPLES)) * 0.5 ** np.arange(periods)[None, :, None],
        curves=Curves(
            unit=rng.uniform(10.0, 1000.0, channels),
            weights=weights,
            kinds=kinds,
            half=rng.uniform(0.3, 3.0, (channels, SAMPLES)),
            slope=rng.uniform(0.7, 2.5, (channels, 1)) * rng.uniform(0.9, 1.1, (channels, SAMPLES)),
            scale=rng.uniform(0.01, 0.25, (channels, 1)) * rng.uniform(0.7, 1.3, (channels, SAMPLES)),
        ),
        link=link,
    )


def task(seed: int, channels: int, *, steps: bool = False, groups: bool = False, locked: bool = False) -> Task:
    """A plan with limits, drawn at random."""
    rng = np.random.default_rng(seed)
    model = response(rng, channels)
    price = rng.uniform(0.5, 5.0, channels)
    today = model.curves.unit * price * HORIZON * rng.uniform(0.5, 1.5, channels)
    low, high = today * rng.uniform(0.0, 0.6, channels), today * rng.uniform(1.2, 3.0, channels)
    if locked:
        low[0] = high[0] = np.round(today[0], 2)
    together: tuple[Group, ...] = ()
    if groups:
        own = today[:2].sum()
        together = (Group("The first two", ("a", "b"), 0.7 * own, 1.3 * own),)
    return Task(
        response=model,
        price=price,
        pattern=np.full((channels, HORIZON), 1 / HORIZON),
        kept=np.zeros((channels, HORIZON)),
        today=today,
        low=low,
        high=high,
        total=float(np.round(today.sum() * rng.uniform(0.9, 1.1), 2)),
        step=np.where(rng.random(channels) < 0.5, today / 7, 0.0) if steps else np.zeros(channels),
        groups=together,
        aim=rng.choice(["mean", "cautious"]) if not steps else "mean",
    )
