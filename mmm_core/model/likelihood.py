"""How observations scatter around the predictor: tails, and a memory.

The residual r of a row is an ARMA(1, 1): an autoregression seen through white noise. Its *innovations* are

::

    e[t] = r[t] − rho·r[t−1] + phi·e[t−1],  phi = rho·kappa      e = r·√(1 − rho²) at a beginning

kappa 0 is AR(1), 1 white noise; rho near 1 a random walk with noise on top. Without memory ``e = r``. Innovations are
StudentT or Normal with spread sigma. A row without a neighbour before it is a beginning.

Sources: Lange, Little, Taylor (1989), *Robust Statistical Modeling Using the t Distribution*,
doi:10.1080/01621459.1989.10478852; Box & Jenkins (1970), *Time Series Analysis*, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.parameters import Parameter
from mmm_core.model.priors import Beta, Prior
from mmm_core.model.terms import Values
from mmm_core.spec import NoiseName, TailsName

type Array = NDArray[np.float64]

RHO, KAPPA = Beta(2.0, 1.0), Beta(1.0, 1.0)
"""Priors of the noise's memory."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise with tails and a memory.

    Attributes
    ----------
    sigma, nu
        Priors of the spread on the predictor's scale, and of the degrees of freedom.
    begins
        ``(row)``: whether a row has no neighbour in time before it.
    """

    sigma: Prior
    nu: Prior
    begins: NDArray[np.bool_]
    memory: NoiseName = "independent"
    tails: TailsName = "student_t"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """In the order of every file: only those that these options have."""
        found = [Parameter("sigma", self.sigma, None, *WORDS["sigma"])]
        if self.tails == "student_t":
            found.append(Parameter("nu", self.nu, None, *WORDS["nu"]))
        if self.memory != "independent":
            found.append(Parameter("rho", RHO, None, *WORDS["rho"]))
        if self.memory == "arma":
            found.append(Parameter("kappa", KAPPA, None, *WORDS["kappa"]))
        return tuple(found)

    def innovations(self, residual: Array, values: Values) -> Array:
        """``e (row, sample)`` of residuals ``(row, sample)``, all rows in the order of time; on the same scale."""
        if self.memory == "independent":
            return residual
        rho, phi = values["rho"], self.carried(values)
        first, found = np.sqrt(1 - rho**2), np.empty_like(residual)
        for row, begins in enumerate(self.begins):
            if begins:
                found[row] = residual[row] * first
            else:
                found[row] = residual[row] - rho * residual[row - 1] + phi * found[row - 1]
        return found

    def residuals(
        self,
        innovation: Array,
        values: Values,
        *,
        begins: NDArray[np.bool_] | None = None,
        before: tuple[Array, Array] | None = None,
    ) -> Array:
        """The way back from innovations ``(row, sample)`` to residuals ``(row, sample)``; on the same scale.

        Parameters
        ----------
        begins
            Of these rows, where they are others than the noise's own.
        before
            Residual and innovation ``(sample)`` of the row before the first, where that is no beginning.
        """
        if self.memory == "independent":
            return innovation
        rho, phi, found = values["rho"], self.carried(values), np.empty_like(innovation)
        residual, surprise = before or (np.zeros_like(innovation[0]), np.zeros_like(innovation[0]))
        for row, is_begin in enumerate(self.begins if begins is None else begins):
            new = innovation[row]
            found[row] = new / np.sqrt(1 - rho**2) if is_begin else rho * residual + new - phi * surprise
            residual, surprise = found[row], new
        return found

    def drawn(self, values: Values, rows: int, rng: np.random.Generator) -> Array:
        """Innovations ``(row, sample)`` drawn with each draw's spread and tails, on the predictor's scale."""
        size = rows, len(values["sigma"])
        # Drawn, not looked up among quantiles, which takes a second for thousands of data sets.
        standard = rng.standard_t(values["nu"], size) if self.tails == "student_t" else rng.standard_normal(size)
        return np.asarray(values["sigma"] * standard)

    def carried(self, values: Values) -> Array:
        """``phi = rho·kappa (sample)``, no unit: how much of an innovation the next period takes back."""
        return np.asarray(values["rho"] * values["kappa"]) if self.memory == "arma" else np.zeros_like(values["rho"])

    def log_density(self, innovation: Array, values: Values, rows: slice = slice(None)) -> Array:
        """Log density of each row given those before it ``(row, sample)``, on the predictor's scale."""
        from scipy.special import gammaln

        # Written out: what depends on the draw alone is not computed for every row again, as a library would.
        sigma = values["sigma"]
        squared = (innovation / sigma) ** 2
        if self.tails == "student_t":
            nu = values["nu"]
            constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(np.pi * nu) - np.log(sigma)
            found = np.asarray(constant - 0.5 * (nu + 1) * np.log1p(squared / nu))
        else:
            found = np.asarray(-0.5 * (squared + np.log(2 * np.pi)) - np.log(sigma))
        if self.memory != "independent":
            found[self.begins[rows]] += 0.5 * np.log1p(-(values["rho"] ** 2))
        return found

    def standard_quantile(self, probability: Array, values: Values) -> Array:
        """Quantiles of ``innovation / sigma (…, sample)``, no unit, for probabilities in the open interval (0, 1)."""
        from scipy import stats

        if self.tails == "student_t":
            return np.asarray(stats.t.ppf(probability, values["nu"]))
        return np.asarray(stats.norm.ppf(probability))


WORDS = {
    "sigma": ("Noise", "spread of single periods around the fitted median, on the scale of the model"),
    "nu": ("Tails of the noise", "small (below about 5): now and then a period is far off; large: hardly ever"),
    "rho": ("Memory of the noise", "near 1: what is not in the table drifts and stays; near 0: it is gone next period"),
    "kappa": (
        "Share of the noise that does not last",
        "1: every period's noise is its own; 0: all of it is carried on",
    ),
}
"""What an analyst calls the noise's parameters, and what they say."""
