"""How observations scatter around the predictor.

Source: Lange, Little, Taylor (1989), *Robust Statistical Modeling Using the t Distribution*,
doi:10.1080/01621459.1989.10478852.
"""

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
        """Log density of observations on the scale of the predictor; all arguments broadcast.

        Parameters
        ----------
        observed, mu
            ``(…)``: ``log(y + eps)`` and its location, log scale.
        sigma
            ``(…)``: spread, log scale, > 0.
        nu
            ``(…)``: degrees of freedom, no unit, > 0; small ones have heavy tails.

        Returns
        -------
        ``(…)``: density of ``log(y + eps)``, not of y.
        """
        from scipy import stats

        return np.asarray(stats.t.logpdf(observed, nu, loc=mu, scale=sigma))

    @staticmethod
    def standard_quantile(probability: Array, *, nu: Array) -> Array:
        """Quantiles ``(…)`` of ``(observed − mu) / sigma``, no unit; the arguments broadcast.

        Parameters
        ----------
        probability
            ``(…)``, in the open interval from 0 to 1: at its ends the quantile is infinite.
        nu
            ``(…)``: degrees of freedom, > 0.
        """
        from scipy import stats

        return np.asarray(stats.t.ppf(probability, nu))
