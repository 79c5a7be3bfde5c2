"""Scales of the default model's priors, and draws from them. Needs no sampler.

The target is ``log(y + eps) − m`` and channels are z-scored, so all scales are in log units per standard
deviation of the column. The constants are NumPy's float64: PyTensor would take a plain 0.5 as single precision, and
compute its logarithm so.
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
    """Channel coefficients ``(sample, channel)``: HalfNormal(sigma_beta), sigma_beta HalfNormal(0.5)."""
    rng = np.random.default_rng(seed)
    sigma_beta = np.abs(rng.normal(0, SIGMA_BETA_SCALE, draws))
    return np.abs(rng.normal(size=(draws, n_channels))) * sigma_beta[:, None]
