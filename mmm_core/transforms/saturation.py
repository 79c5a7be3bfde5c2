"""Saturation: the more there is already, the less another unit of advertising adds.

A *kind* of saturation is a curve: one formula in operators that NumPy and PyTensor share. :data:`SATURATIONS` is the
list of them; all are set by where half of the effect is reached, so that a person can compare them.

Source: Jin, Wang, Sun, Chan, Koehler (2017), *Bayesian Methods for Media Mix Modeling with Carryover and Shape
Effects*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class SaturationKind:
    """A curve of diminishing returns.

    Attributes
    ----------
    name
        Word in a specification (``feature_config.saturation.kind``).
    title
        What an analyst calls it.
    curve
        ``(ratio, slope) -> (…)``, no unit: effect at activity over the half-saturation; slope where it has one.
    rise
        ``(ratio, slope, effect) -> (…)``, no unit: the curve's derivative by that ratio, where its effect is known.
    has_slope
        Whether the slope matters.
    is_bounded
        Whether there is a most that it can bring, which the curve reaches as 1.
    """

    name: str
    title: str
    curve: Callable[[Any, Any], Any]
    rise: Callable[[Any, Any, Any], Any]
    has_slope: bool = False
    is_bounded: bool = True


def _hill(ratio: Any, slope: Any) -> Any:
    raised = ratio**slope
    return raised / (1 + raised)


HILL = SaturationKind(
    "hill",
    "Slow, then fast, then flat (Hill)",
    _hill,
    lambda ratio, slope, effect: slope * effect * (1 - effect) / ratio,
    has_slope=True,
)
"""``r^n / (1 + r^n)``: concave with slope n ≤ 1, S-shaped above."""
MICHAELIS_MENTEN = SaturationKind(
    "michaelis_menten",
    "Flattening from the first unit (Michaelis–Menten)",
    lambda ratio, _: ratio / (1 + ratio),
    lambda _, __, effect: (1 - effect) ** 2,
)
"""``r / (1 + r)``: Hill with slope 1."""
LOGISTIC = SaturationKind(
    "logistic",
    "Almost straight, then flat (logistic)",
    lambda ratio, _: 2 / (1 + 3.0 ** (-ratio)) - 1,
    lambda _, __, effect: np.log(3.0) / 2 * (1 - effect**2),
)
"""``(1 − 3^(−r)) / (1 + 3^(−r))``, the upper half of a logistic curve: one half at r = 1."""
LOG1P = SaturationKind(
    "log1p",
    "Ever slower, without an end (logarithm)",
    lambda ratio, _: _log1p(ratio),
    lambda ratio, _, __: 1 / (1 + ratio),
    is_bounded=False,
)
"""``ln(1 + r)``: at r = 1 another unit adds half of what the first did."""
SATURATIONS = {kind.name: kind for kind in (HILL, MICHAELIS_MENTEN, LOGISTIC, LOG1P)}
"""Every kind by its name; the first is the default."""


def _log1p(ratio: Any) -> Any:
    """``ln(1 + ratio)`` by NumPy, or by PyTensor for its variables."""
    return np.log1p(ratio) if isinstance(ratio, np.ndarray | float) else ratio.log1p()


def saturate(kind: str, adstocked: Any, half_saturation: Any, slope: Any = 1.0) -> Any:
    """Effect of activity on a kind of curve, ``curve(a / k, n)``.

    Parameters
    ----------
    kind
        Name of an entry of :data:`SATURATIONS`.
    adstocked
        ``(…)``, a, any unit, ≥ 0.
    half_saturation
        ``(…)``, k, in the unit of ``adstocked``, > 0: where a bounded curve reaches one half.
    slope
        ``(…)``, n, no unit, > 0; only Hill's curve has one.

    Returns
    -------
    ``(…)``, no unit; from 0 to 1 where the curve is bounded. Computed from the ratio to ``half_saturation``, so that
    large units do not overflow.

    Raises
    ------
    KeyError
        There is no such kind.
    """
    return SATURATIONS[kind].curve(adstocked / half_saturation, slope)


def hill(adstocked: Any, half_saturation: Any, slope: Any) -> Any:
    """Hill saturation ``a^n / (k^n + a^n)``, between 0 and 1; see :func:`saturate` for dims and units ``(…)``."""
    return saturate("hill", adstocked, half_saturation, slope)
