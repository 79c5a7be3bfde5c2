"""Sales of periods after a fit, from its draws alone: no refit, no look at what came.

The predictor runs on with the activity, controls, season, trend and events of those periods, and the noise with its
memory: from the last residual and innovation of each draw, ``r[t] = rho·r[t−1] + e[t] − phi·e[t−1]``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.features import FeatureMatrix
from mmm_core.model.terms import Values
from mmm_core.results.effects import effects
from mmm_core.results.future.horizon import Horizon, horizon_of
from mmm_core.spec import RunSpec
from mmm_core.table.typed import CanonicalData

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a fitted model says of its own rows and of those that come.

    Attributes
    ----------
    horizon
        The rows, and the model on them.
    median
        ``(row, sample)``: conditional median of every row, fitted ones first, in the target's unit; noise is left out.
    sales
        ``(row, sample)``: sales of the rows that come, noise and its memory included, in the target's unit.
    """

    horizon: Horizon
    median: Array
    sales: Array


def predict(features: FeatureMatrix, values: Values, table: CanonicalData, spec: RunSpec, *, seed: int) -> Prediction:
    """Predict the rows of ``table`` that lie after the fit.

    Parameters
    ----------
    features, spec
        What was fitted.
    values
        Its draws by parameter, ``(sample)`` or ``(member, sample)``, each in its own unit.
    table
        The canonical table of the fit with later rows; their sales are not looked at.
    seed
        Of the noise.

    Raises
    ------
    DataError
        A column is missing or blank in a later row, or the table is not that of the fit.
    """
    horizon = horizon_of(features, table, spec)
    family, link = horizon.family, horizon.family.link(values)
    mu = effects(family, values).mu
    return Prediction(horizon, link.to_sales(mu), link.to_sales(mu[horizon.coming] + _noise(horizon, values, mu, seed)))


def _noise(horizon: Horizon, values: Values, mu: Array, seed: int) -> Array:
    """Noise of the rows that come ``(row, sample)``, on the predictor's scale."""
    family, fitted = horizon.family, horizon.fitted
    new = family.noise.drawn(values, len(mu) - fitted, np.random.default_rng(seed))
    if family.noise.memory == "independent":
        return new
    residual = family.observed(family.link(values)) - mu[:fitted]
    noise = replace(family.noise, begins=family.noise.begins[:fitted])
    before = residual[-1], noise.innovations(residual, values)[-1]
    # After a hole nothing is known of the noise: it is drawn as at any beginning.
    return noise.residuals(new, values, begins=family.noise.begins[fitted:], before=before)
