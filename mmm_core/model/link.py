"""From the linear predictor to sales and back, and what taking an effect away means on that way.

*Removal* is what would be missing without one effect alone; *additive* (Aumann–Shapley) parts share what several
effects bring together in proportion to them, so that they add up: the path from none to all is straight in the
predictor. :class:`LogLink` multiplies effects, :class:`BoxCoxLink` does anything from adding (power 1) to multiplying
(power 0), as each draw says.

With the log link ``sales = exp(mu) − eps``: effects multiply. *Removal* is what would be missing without one effect
alone; *additive* (Aumann–Shapley) parts share what several effects bring together, so that they add up. Both are
``exp(mu)·u·g(·)`` with ``g(x) = (1 − exp(−x))/x``, taken at the effect alone and at the sum of all; g falls, so removal
is never below the additive part.

Sources: Aumann & Shapley (1974), *Values of Non-Atomic Games*; Friedman (2004), *Paths and consistency in additive cost
sharing*, International Journal of Game Theory 32.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LogLink:
    """The link ``mu = log(sales + eps)``; ``offset`` is eps, in the unit of sales."""

    offset: float

    def scale(self, target: Array) -> Array:
        """Sales ``(…)``, in their unit, on the scale of the predictor: ``log(sales + eps)``.

        Not finite where ``sales + eps`` is not positive; :func:`mmm_core.model.features.build_features` refuses that.
        """
        return np.log(target + self.offset)

    def to_sales(self, mu: Array) -> Array:
        """Predictor ``(…)`` as sales, in their unit: the conditional **median** of a symmetric likelihood.

        ``exp`` of a StudentT has no mean.
        """
        return np.exp(mu) - self.offset

    def rise(self, mu: Array) -> Array:
        """What sales rise by per unit of predictor ``(…)``, in the unit of sales."""
        return np.exp(mu)

    def removal(self, mu: Array, effect: Array) -> Array:
        """What would be missing without an effect alone: ``exp(mu) − exp(mu − u)``.

        Parameters
        ----------
        mu
            ``(…)``: predictor with the effect, log scale.
        effect
            ``(…)``, u, log scale: what the effect adds to the predictor; broadcasts with ``mu``.

        Returns
        -------
        ``(…)``, in the unit of sales; exactly 0 where the effect is.
        """
        return -np.exp(mu) * np.expm1(-effect)

    def additive(self, mu: Array, effect: Array, total: Array) -> Array:
        """Part of an effect in what all effects bring: ``exp(mu)·u·(1 − exp(−Σu))/Σu``.

        Parameters
        ----------
        mu
            ``(…)``: predictor with all effects, log scale.
        effect, total
            ``(…)``, log scale: the effect u, and the sum Σu of all; they broadcast with ``mu``.

        Returns
        -------
        ``(…)``, in the unit of sales. Over all effects they add up to ``exp(mu) − exp(mu − Σu)``.
        """
        return np.exp(mu) * _rising_ratio(-total) * effect

    def baseline(self, reference: Array, effects: Array) -> Array:
        """A reference level, and what signed effects make of it: ``exp(ref)·v·(exp(Σv) − 1)/Σv``.

        Parameters
        ----------
        reference
            ``(sample)``: predictor without any effect, log scale.
        effects
            ``(component, row, sample)``: signed effects v, log scale.

        Returns
        -------
        ``(1 + component, row, sample)``, in the unit of sales: the reference level, then each component. They add up to
        sales at the predictor ``ref + Σv``.
        """
        level = np.exp(reference)
        first = np.broadcast_to(level - self.offset, effects.shape[1:])[None]
        return np.concatenate([first, level * _rising_ratio(effects.sum(axis=0)) * effects])

    def band(self, values: Array, probabilities: list[float]) -> Array:
        """Quantiles over the last two axes of predictors ``(row, replicate, sample)``, as sales ``(probability, row)``.

        A quantile is the same on either scale.
        """
        return self.to_sales(np.quantile(values.reshape(len(values), -1), probabilities, axis=-1))

    def log_jacobian(self, target: Array) -> float:  # noqa: ARG002 - as other links have it
        """0 for targets ``(row)`` in their unit: densities are those of ``log(sales + eps)``."""
        return 0.0

    def share(self, effect: Array) -> Array:
        """Share of sales that an effect u ``(…)`` on the log scale brings, eps aside: ``1 − exp(−u)`` (fraction)."""
        return -np.expm1(-effect)


@dataclass(frozen=True, slots=True)
class BoxCoxLink:
    """The link ``mu = ((sales / level)^power − 1) / power``, ``log(sales / level)`` at power 0.

    Source: Box & Cox (1964), *An Analysis of Transformations*.

    Attributes
    ----------
    level
        Mean sales of the estimation rows, in the unit of sales.
    power
        ``(sample)``: 1 adds effects up, 0 multiplies them.
    """

    level: float
    power: Array

    def scale(self, target: Array) -> Array:
        """Sales ``(row)`` on the scale of the predictor ``(row, sample)``, in shares of mean sales.

        Not finite where sales are not positive; :func:`mmm_core.model.features.build_features` refuses that.
        """
        logs = np.log(target / self.level)[:, None]
        return np.where(self.power > 0, np.expm1(self.power * logs) / np.where(self.power > 0, self.power, 1.0), logs)

    def to_sales(self, mu: Array) -> Array:
        """Predictor ``(…, sample)`` as sales, in their unit: the conditional **median**."""
        return self.level * self._grown(mu)

    def rise(self, mu: Array) -> Array:
        """What sales rise by per unit of predictor ``(…, sample)``, in the unit of sales."""
        return self.level * self._grown(mu) ** (1 - self.power)

    def removal(self, mu: Array, effect: Array) -> Array:
        """What would be missing without an effect alone: ``sales(mu) − sales(mu − u)``; exactly 0 where the effect is.

        Parameters
        ----------
        mu
            ``(…, sample)``: predictor with the effect, in shares of mean sales.
        effect
            ``(…, sample)``, u, on the same scale: what the effect adds to the predictor.

        Returns
        -------
        ``(…, sample)``, in the unit of sales.
        """
        return self.to_sales(mu) - self.to_sales(mu - effect)

    def additive(self, mu: Array, effect: Array, total: Array) -> Array:
        """Part of an effect in what all effects bring ``(…, sample)``, in the unit of sales.

        It is ``[sales(mu) − sales(mu − Σu)]·u/Σu``. Over all effects these add up to
        ``sales(mu) − sales(mu − Σu)``; at power 1 it is the effect itself.
        """
        return self._per_unit(mu - total, total) * effect

    def baseline(self, reference: Array, effects: Array) -> Array:
        """A reference level, and what signed effects make of it: ``[sales(ref + Σv) − sales(ref)]·v/Σv``.

        Parameters
        ----------
        reference
            ``(sample)``: predictor without any effect, in shares of mean sales.
        effects
            ``(component, row, sample)``: signed effects v, on the same scale.

        Returns
        -------
        ``(1 + component, row, sample)``, in the unit of sales, as :meth:`LogLink.baseline` has them.
        """
        first = np.broadcast_to(self.to_sales(reference), effects.shape[1:])[None]
        return np.concatenate([first, self._per_unit(reference, effects.sum(axis=0)) * effects])

    def band(self, values: Array, probabilities: list[float]) -> Array:
        """Quantiles over the last two axes of predictors ``(row, replicate, sample)``.

        As sales ``(probability, row)``: each draw has a scale of its own, so quantiles are taken of sales.
        """
        return np.quantile(self.to_sales(values).reshape(len(values), -1), probabilities, axis=-1)

    def log_jacobian(self, target: Array) -> Array:
        """Densities of the predictor as those of sales / level: ``(power − 1)·log(sales / level) (row, sample)``."""
        return (self.power - 1) * np.log(target / self.level)[:, None]

    def _per_unit(self, start: Array, way: Array) -> Array:
        """What a unit of effect brings on the way from a predictor to another, in the unit of sales; its limit at 0."""
        there = np.abs(way) > SMALLEST_WAY
        rise = self.to_sales(start + way) - self.to_sales(start)
        return np.where(there, rise / np.where(there, way, 1.0), self.rise(start))

    def _grown(self, mu: Array) -> Array:
        """``(1 + power·mu)^(1/power)``, ``exp(mu)`` at power 0; no unit, never below the least positive."""
        power = np.where(self.power > 0, self.power, 1.0)
        beyond = np.maximum(power * mu, SMALLEST_INSIDE - 1)
        return np.exp(np.where(self.power > 0, np.log1p(beyond) / power, np.minimum(mu, LARGEST_LOG)))


SMALLEST_WAY = 1e-9
"""Effects below this (shares of mean sales) bring their slope: a ratio of two of them would be rounding."""
SMALLEST_INSIDE = 1e-9
LARGEST_LOG = 700.0
"""``exp`` of more is infinite."""


def _rising_ratio(x: Array) -> Array:
    """``(exp(x) − 1)/x``, 1 at 0."""
    return np.divide(np.expm1(x), x, out=np.ones_like(x), where=x != 0)
