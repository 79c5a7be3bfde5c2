"""What is believed of a channel's carry-over and curve before the table is seen, and what the table makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.estimated import EstimatedScaler
from mmm_core.model.priors import LogitNormal, LogNormal, log_density

type Array = NDArray[np.float64]

POINTS = 161
REACH = 2.33
"""Standard deviations of the prior's bell up to which a curve of it is drawn: 98 of 100 values lie inside."""
AS_WIDE = 0.8
"""From this part of the prior's width on a table is said to tell little."""


class Shape(NamedTuple):
    """One property of one channel: where its prior is centred, and its density before and after the data.

    Attributes
    ----------
    name, label
        As in files, and as a person reads it.
    centre
        Median of the prior: the setting, in the property's unit.
    grid
        ``(point)``: values of the property, in its unit.
    prior
        ``(point)``: density before the data, over its largest value.
    draws
        ``(sample)``: after the data, in the property's unit; None: nothing is fitted yet.
    """

    name: str
    label: str
    centre: float
    grid: Array
    prior: Array
    draws: Array | None

    @property
    def interval(self) -> tuple[float, float, float] | None:
        """Median and ends of the central 90 % after the data, in the property's unit; None: nothing is fitted yet."""
        if self.draws is None:
            return None
        low, middle, high = np.quantile(self.draws, [0.05, 0.5, 0.95])
        return float(middle), float(low), float(high)

    @property
    def tells_little(self) -> bool:
        """Whether it is about as open after the data as before, on the scale on which its prior is a bell."""
        if self.draws is None:
            return False
        weight = self.prior / self.prior.sum()
        spread = np.sqrt(weight @ np.square(self.grid - weight @ self.grid))
        return bool(self.draws.std() > AS_WIDE * spread)


LABELS = {
    "decay": "Decay: share still felt a period later",
    "delay": "Delay: 0 felt at once, towards 1 it builds up",
    "half_saturation": "Half effect at … times the usual activity",
    "slope": "Slope of the curve: above 1 it begins slowly",
}


def shapes_of(scaler: EstimatedScaler, channel: str, draws: Mapping[str, Array] | None) -> list[Shape]:
    """Every property of a channel that the data may move.

    Parameters
    ----------
    scaler
        What the model was built with.
    channel
        Bare name.
    draws
        By property ``(sample)``, in its unit; None: nothing is fitted yet.
    """
    found = scaler.channels[channel]
    priors: dict[str, LogitNormal | LogNormal] = {"decay": LogitNormal(*found.decay)}
    if found.delayed:
        priors["delay"] = LogitNormal(*found.delay)
    if found.saturated:
        priors |= {"half_saturation": LogNormal(*found.half_saturation), "slope": LogNormal(*found.slope)}
    return [
        _shape(name, prior, None if draws is None else draws.get(name))
        for name, prior in priors.items()
        if np.all(np.asarray(prior.width) > 0)
    ]


def _shape(name: str, prior: LogitNormal | LogNormal, draws: Array | None) -> Shape:
    low, high = 0.0, 1.0 if isinstance(prior, LogitNormal) else float(prior.natural(np.array([REACH]))[0])
    edge = (high - low) / (2 * POINTS)
    grid = np.linspace(low + edge, high - edge, POINTS)
    density = np.exp(log_density(prior, grid, {}))
    return Shape(name, LABELS[name], float(prior.natural(np.zeros(1))[0]), grid, density / density.max(), draws)
