"""From the linear predictor to sales and back, and what taking an effect away means on that way.

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

    def share(self, effect: Array) -> Array:
        """Share of sales that an effect u ``(…)`` on the log scale brings, eps aside: ``1 − exp(−u)`` (fraction)."""
        return -np.expm1(-effect)


def _rising_ratio(x: Array) -> Array:
    """``(exp(x) − 1)/x``, 1 at 0."""
    return np.divide(np.expm1(x), x, out=np.ones_like(x), where=x != 0)
