"""How observations scatter around the predictor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


class StudentT:
    """``observed ~ StudentT(nu, mu, sigma)``: like the normal, with tails that forgive a wild period.

    SciPy's statistics take most of a second to load, which readers of results do without.
    """

    @staticmethod
    def log_density(observed: Array, mu: Array, *, sigma: Array, nu: Array) -> Array:
        """Log density of observations ``(…)`` on the scale of the predictor; all arguments broadcast."""
        from scipy import stats

        return np.asarray(stats.t.logpdf(observed, nu, loc=mu, scale=sigma))

    @staticmethod
    def standard_quantile(probability: Array, *, nu: Array) -> Array:
        """Quantiles of ``(observed − mu) / sigma``, at probabilities in (0, 1); the arguments broadcast."""
        from scipy import stats

        return np.asarray(stats.t.ppf(probability, nu))
