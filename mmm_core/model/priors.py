"""Scales of the default model's priors, and draws from them. Needs no sampler.

The target is ``log(y + eps) − m`` and channels are z-scored, so the scales of coefficients are log units per standard
deviation of the column, those of intercept and noise are log units, and nu has no unit. The constants are NumPy's
float64: PyTensor would take a plain 0.5 as single precision, and compute its logarithm so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

INTERCEPT_SD = np.float64(2.0)
SIGMA_BETA_SCALE = np.float64(0.5)
GAMMA_SD = np.float64(0.5)
SIGMA_SCALE = np.float64(1.0)
NU_MEAN = np.float64(10.0)
"""Mean of the exponential prior of StudentT's degrees of freedom: its rate is 1/10."""


def draw_beta(n_channels: int, *, draws: int, seed: int) -> NDArray[np.float64]:
    """Prior draws of the channels' coefficients: ``beta ~ HalfNormal(sigma_beta)``, ``sigma_beta ~ HalfNormal(0.5)``.

    One sigma_beta a draw is shared by its channels, so that their effects are large or small together.

    Returns
    -------
    ``(sample, channel)``, log units per standard deviation of the channel's column, never negative; the same for the
    same seed.
    """
    rng = np.random.default_rng(seed)
    sigma_beta = np.abs(rng.normal(0, SIGMA_BETA_SCALE, draws))
    return np.abs(rng.normal(size=(draws, n_channels))) * sigma_beta[:, None]
