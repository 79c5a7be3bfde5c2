"""Adstock and saturation: how activity becomes felt advertising.

*Adstock* is carry-over, ``a[t] = Σ_l decay^l x[t-l]`` for ``l = 0 … max_lag``. *Saturation* is the Hill
curve, ``h(a) = a^slope / (half_saturation^slope + a^slope)``. Both are written once, in operators that
NumPy and PyTensor share, so that features, model, contributions and planning call the same formula.

Alignment is a value: :func:`lagged` turns a series with its history into a lag tensor, and everything
after it is a product and a sum along the last axis. Leading dims ``(…, chain, draw)`` broadcast.

Source: Jin, Wang, Sun, Chan, Koehler (2017), *Bayesian Methods for Media Mix Modeling with Carryover and
Shape Effects*.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


def lagged(activity: Array, history: Array) -> Array:
    """Lag tensor of a series that is preceded by its history.

    Parameters
    ----------
    activity
        ``(…, date)``, any unit.
    history
        ``(…, lag)``: the ``max_lag`` values before the first date, oldest first, same unit.

    Returns
    -------
    ``(…, date, max_lag + 1)``: element ``[…, t, l]`` is the activity ``l`` periods before date ``t``.
    """
    max_lag = history.shape[-1]
    series = np.concatenate([history, activity], axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(series, max_lag + 1, axis=-1)
    return windows[..., ::-1]


def adstock_weights(decay: Any, max_lag: int, *, normalize: bool = False) -> Any:
    """Weights ``decay^l`` of geometric adstock.

    Parameters
    ----------
    decay
        ``(…)``: NumPy or PyTensor, 0 ≤ decay < 1.
    max_lag
        Last lag that still counts (periods).
    normalize
        Divide by the weights' sum, so that steady activity ``x`` gives adstock ``x``.

    Returns
    -------
    ``(…, max_lag + 1)``, no unit.
    """
    weights = decay[..., None] ** np.arange(max_lag + 1)
    return weights / weights.sum(axis=-1, keepdims=True) if normalize else weights


def adstock(lags: Any, weights: Any) -> Any:
    """Adstocked activity: the lag tensor ``(…, lag)`` summed over lags under ``weights`` ``(…, lag)``."""
    return (lags * weights).sum(axis=-1)


def hill(adstocked: Any, half_saturation: Any, slope: Any) -> Any:
    """Hill saturation, between 0 and 1.

    ``half_saturation`` has the unit of ``adstocked`` and is where the curve reaches one half. Written in
    the ratio to ``half_saturation``, so that large units do not overflow.
    """
    ratio = (adstocked / half_saturation) ** slope
    return ratio / (1 + ratio)


def half_life(decay: float) -> float:
    """Periods after which half of an impulse's remaining effect is gone: ``ln 0.5 / ln decay``; 0 without decay."""
    return float(np.log(0.5) / np.log(decay)) if decay > 0 else 0.0


def truncated_share(decay: float, max_lag: int) -> float:
    """Share of the effect that the cut after ``max_lag`` drops: ``decay^(max_lag + 1)``."""
    return float(decay ** (max_lag + 1))


def fourier_terms(days: Array, pairs: int, *, period: float = 365.25) -> Array:
    """Sine and cosine columns of a calendar season.

    Parameters
    ----------
    days
        ``(date)``: days since a fixed epoch, so that a season does not move with the first row.
    pairs
        Number of harmonics K.

    Returns
    -------
    ``(date, 2K)``: sin 1, cos 1, sin 2, cos 2, …
    """
    angles = 2 * np.pi * np.arange(1, pairs + 1) * np.asarray(days, dtype=float)[:, None] / period
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(days), 2 * pairs)
