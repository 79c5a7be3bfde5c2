"""Saturation: the more there is already, the less another unit of advertising adds.

Written in operators that NumPy and PyTensor share.

Source: Jin, Wang, Sun, Chan, Koehler (2017), *Bayesian Methods for Media Mix Modeling with Carryover and Shape
Effects*.
"""

from __future__ import annotations

from typing import Any


def hill(adstocked: Any, half_saturation: Any, slope: Any) -> Any:
    """Hill saturation ``a^n / (k^n + a^n)``, between 0 and 1.

    Parameters
    ----------
    adstocked
        ``(…)``, a, any unit, ≥ 0.
    half_saturation
        ``(…)``, k, in the unit of ``adstocked``, > 0: where the curve reaches one half.
    slope
        ``(…)``, n, no unit, > 0: 1 is concave everywhere, above 1 the curve is S-shaped.

    Returns
    -------
    ``(…)``, no unit. Computed from the ratio to ``half_saturation``, so that large units do not overflow.
    """
    ratio = (adstocked / half_saturation) ** slope
    return ratio / (1 + ratio)
