"""Adstock: advertising is felt after it was shown, under weights by lag.

A *kind* of adstock is a shape of those weights: one formula in operators that NumPy and PyTensor share, and the
settings that a person gives it channel by channel. :data:`ADSTOCKS` is the list of them: features, curves and sliders
are made from its entries, and :mod:`mmm_core.spec.media` has a field for each setting.

Alignment is a value: :func:`lagged` turns a series with its history into a lag tensor, and everything after it is a
product and a sum along the last axis. Leading dims ``(…, chain, draw)`` broadcast.

Source: Jin, Wang, Sun, Chan, Koehler (2017), *Bayesian Methods for Media Mix Modeling with Carryover and Shape
Effects*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Settings = Mapping[str, Any]
"""Values by the name of a setting: numbers, arrays ``(…)`` or tensors."""

NEGLIGIBLE = 1e-12
"""A weight so much smaller than the largest ends the sum over all lags."""
MOST_LAGS = 2**18
HALF = 0.5


class Setting(NamedTuple):
    """A number that shapes adstock, as a person sets it for one channel; bounds and step are those of its slider."""

    name: str
    label: str
    """What stands beside its slider; ``{channel}`` is the channel's name."""
    help: str
    usual: float
    lowest: float
    highest: float
    """Largest value of the slider; a specification may have more, within the bounds of its field."""
    step: float


@dataclass(frozen=True, slots=True)
class AdstockKind:
    """A shape of carry-over.

    Attributes
    ----------
    name
        Word in a specification (``feature_config.adstock.kind``).
    title
        What an analyst calls it.
    settings
        What is set channel by channel; decay, the first, is a setting of every kind.
    shape
        ``(settings, lags (lag)) -> (…, lag)``: weights, no unit, before any normalisation, at lags in periods; NumPy
        or PyTensor.
    """

    name: str
    title: str
    settings: tuple[Setting, ...]
    shape: Callable[[Settings, NDArray[np.int64]], Any]


DECAY = Setting(
    name="decay",
    label="Carry-over of {channel} (adstock decay)",
    help="Share of the effect that is still felt one period later.",
    usual=0.5,
    lowest=0.0,
    highest=0.95,
    step=0.01,
)
GEOMETRIC = AdstockKind(
    name="geometric",
    title="Strongest at once, then fading (geometric)",
    settings=(DECAY,),
    shape=lambda settings, lags: settings["decay"][..., None] ** lags,
)
"""``w[l] = decay^l``."""
DELAYED = AdstockKind(
    name="delayed",
    title="Building up first, then fading (delayed)",
    settings=(
        DECAY,
        Setting(
            name="delay",
            label="Delay of {channel}",
            help="0: felt at once, as with geometric carry-over. Towards 1 the peak comes later.",
            usual=0.2,
            lowest=0.0,
            highest=0.95,
            step=0.01,
        ),
    ),
    shape=lambda settings, lags: (
        settings["decay"][..., None] ** lags
        * (1 - settings["delay"][..., None] ** (lags + 1))
        / (1 - settings["delay"][..., None])
    ),
)
"""``w[l] = decay^l · (1 + delay + … + delay^l)``."""
SHAPE = Setting(
    name="shape",
    label="Shape of {channel}'s carry-over",
    help="1: geometric. Above 1 most of it is felt within a few periods; below 1 a little is felt for long.",
    usual=1.5,
    lowest=0.3,
    highest=4.0,
    step=0.1,
)
WEIBULL_CDF = AdstockKind(
    name="weibull_cdf",
    title="Strongest at once, fading slowly or suddenly (Weibull, survival)",
    settings=(DECAY, SHAPE),
    shape=lambda settings, lags: settings["decay"][..., None] ** (lags ** settings["shape"][..., None]),
)
"""``w[l] = decay^(l^shape)``: what is left of a Weibull distribution with a share of decay left after one period."""
WEIBULL_PDF = AdstockKind(
    name="weibull_pdf",
    title="With a peak some periods later (Weibull, density)",
    settings=(DECAY, SHAPE),
    shape=lambda settings, lags: (
        (lags + 1.0) ** (settings["shape"][..., None] - 1)
        * settings["decay"][..., None] ** ((lags + 1.0) ** settings["shape"][..., None] - 1)
    ),
)
"""``w[l] ∝ (l + 1)^(shape − 1) · decay^((l + 1)^shape − 1)``: density of the same distribution at the lag's end."""
ADSTOCKS = {kind.name: kind for kind in (GEOMETRIC, DELAYED, WEIBULL_CDF, WEIBULL_PDF)}
"""Every kind by its name; the first is the default."""


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
    ``(…, date, max_lag + 1)``, same unit: element ``[…, t, l]`` is the activity ``l`` periods before date ``t``. NumPy
    only, and a view that must not be written to.
    """
    max_lag = history.shape[-1]
    series = np.concatenate([history, activity], axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(series, max_lag + 1, axis=-1)
    return windows[..., ::-1]


def adstock_weights(kind: str, settings: Settings, max_lag: int, *, normalize: bool = False) -> Any:
    """Weights of a kind of adstock, by lag.

    Parameters
    ----------
    kind
        Name of an entry of :data:`ADSTOCKS`.
    settings
        ``(…)`` each: NumPy or PyTensor, or plain numbers; ``decay`` from 0 to below 1.
    max_lag
        Last lag that still counts (periods).
    normalize
        Divide by the weights' sum, so that steady activity ``x`` gives adstock ``x``.

    Returns
    -------
    ``(…, max_lag + 1)``, no unit; geometric: ``decay^l`` at lag l.

    Raises
    ------
    KeyError
        There is no such kind, or a setting of it is missing.
    """
    given = {name: np.asarray(value) if np.isscalar(value) else value for name, value in settings.items()}
    weights = ADSTOCKS[kind].shape(given, np.arange(max_lag + 1))
    return weights / weights.sum(axis=-1, keepdims=True) if normalize else weights


def adstock(lags: Any, weights: Any) -> Any:
    """Adstocked activity ``a[t] = Σ_l w[l]·x[t − l]``: the lag tensor ``(…, lag)`` under ``weights`` ``(…, lag)``.

    The result is ``(…)``, in the unit of the activity; leading dims broadcast.
    """
    return (lags * weights).sum(axis=-1)


def half_life(kind: str, settings: Settings) -> float:
    """Periods after which half of an impulse's effect is gone; 0 where none is carried over.

    With geometric adstock ``ln 0.5 / ln decay``. Between periods the share that is left falls by a constant factor.
    Settings are plain numbers; no lag is cut off.
    """
    left = _left(kind, settings)
    after = int(np.argmax(left <= HALF))
    if left[1] <= 0:
        return 0.0
    before = left[after - 1]
    if left[after] <= 0:
        return float(after)
    return float(after - 1 + np.log(HALF / before) / np.log(left[after] / before))


def truncated_share(kind: str, settings: Settings, max_lag: int) -> float:
    """Share of an impulse's whole effect that the cut after ``max_lag`` drops (fraction).

    With geometric adstock ``decay^(max_lag + 1)``. Settings are plain numbers.
    """
    left = _left(kind, settings)
    return float(left[max_lag + 1]) if max_lag + 1 < len(left) else 0.0


def _left(kind: str, settings: Settings) -> Array:
    """Share of an impulse's effect that is still to come at each lag ``(lag)``, from 1 to almost nothing."""
    lags = 64
    weights = adstock_weights(kind, settings, lags)
    while weights[-1] > NEGLIGIBLE * weights.max() and lags < MOST_LAGS:
        lags *= 2
        weights = adstock_weights(kind, settings, lags)
    to_come = np.cumsum(weights[::-1])[::-1]
    return np.append(to_come / to_come[0], 0.0)
