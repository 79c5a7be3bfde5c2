"""Season: smooth waves of the calendar.

Source: Harvey (1989), *Forecasting, Structural Time Series Models and the Kalman Filter*.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


def fourier_terms(days: Array, pairs: int, *, period: float = 365.25) -> Array:
    """Sine and cosine columns of a calendar season: ``sin(2πk·d / period)`` and ``cos(…)``, ``k = 1 … K``.

    Parameters
    ----------
    days
        ``(row)``, d: days since a fixed epoch, so that a season does not move with the first row.
    pairs
        Number of harmonics K.
    period
        Length of the season (days).

    Returns
    -------
    ``(row, 2K)``, no unit, between −1 and 1: sin 1, cos 1, sin 2, cos 2, …
    """
    angles = 2 * np.pi * np.arange(1, pairs + 1) * np.asarray(days, dtype=float)[:, None] / period
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(days), 2 * pairs)
