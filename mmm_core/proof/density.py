"""How likely a fit finds each row, and what its draws would be without some of them.

Sources: Vehtari, Gelman, Gabry (2017), *Practical Bayesian model evaluation using leave-one-out cross-validation*,
doi:10.1007/s11222-016-9696-4; Sivula, Magnusson, Vehtari (2020), *Uncertainty in Bayesian leave-one-out
cross-validation based model comparison*, arXiv:2008.10296.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.family import family_of
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.likelihood import Noise
from mmm_core.results.contributions import residuals_of
from mmm_core.results.reweighting import left_out, smoothed

type Array = NDArray[np.float64]

LEAST_WORSE = 4.0
"""Differences of log density below this say nothing (Sivula et al. 2020)."""


@dataclass(frozen=True)
class Density:
    """Densities of a fit's rows under its draws.

    Attributes
    ----------
    noise, values
        Of the fit: draws by parameter, ``(sample)`` or ``(member, sample)``.
    residuals, jacobian, rows
        ``(row, sample)``: on the predictor's scale; of the link; log density of each row given those before it.
    """

    noise: Noise
    values: Mapping[str, Array]
    residuals: Array
    jacobian: Array
    rows: Array

    @classmethod
    def of(cls, features: FeatureMatrix, values: Mapping[str, Array]) -> Density:
        """Of a fit."""
        family = family_of(features)
        residuals = residuals_of(features, values)
        jacobian = np.broadcast_to(family.link(values).log_jacobian(family.target), residuals.shape)
        rows = family.noise.log_density(family.noise.innovations(residuals, values), values) + jacobian
        return cls(family.noise, values, residuals, jacobian, rows)

    def weights(self, rows: slice) -> tuple[Array, float]:
        """Weights ``(sample)`` of the draws without the sales of rows that follow each other, and their shape k.

        Noise with a memory begins anew after them, as where these sales are blank.
        """
        ratio = -self.rows[rows].sum(axis=0)
        if self.noise.memory != "independent" and rows.stop < len(self.rows):
            after = slice(rows.stop, None)
            begins = self.noise.begins[after].copy()
            begins[0] = True
            anew = replace(self.noise, begins=begins)
            then = anew.log_density(anew.innovations(self.residuals[after], self.values), self.values)
            ratio += (then + self.jacobian[after] - self.rows[after]).sum(axis=0)
        return smoothed(ratio)

    @cached_property
    def expected(self) -> Array:
        """Log density of each row had it been left out ``(row)``, by weights."""
        return left_out(self.rows)


def fits_worse(own: Array, other: Array) -> bool:
    """Whether another fit expects the same rows ``(row)`` clearly less, by log densities of rows left out.

    Clearly: by more than 4, and by more than two standard errors of the difference.
    """
    less = own - other
    error = float(np.sqrt(len(less) * less.var()))
    return float(less.sum()) > max(LEAST_WORSE, 2 * error)
