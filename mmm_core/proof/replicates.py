"""Data sets that a fitted model makes: its own rows with noise drawn anew, from draws of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.family import Family, Link
from mmm_core.model.likelihood import Noise
from mmm_core.model.terms import Values
from mmm_core.results.effects import effects

type Array = NDArray[np.float64]

DRAWS_AT_A_TIME = 200
"""Effects of all channels are held for so many draws at once."""


@dataclass(frozen=True, slots=True)
class Replicates:
    """One data set of the model per draw.

    Attributes
    ----------
    values
        The draws, by parameter: ``(sample)`` or ``(member, sample)``, each in its own unit.
    link
        Of these draws.
    mu, noise
        ``(row, sample)``: the predictor, and what was drawn around it, on the predictor's scale.
    """

    values: Values
    link: Link
    mu: Array
    noise: Array

    @property
    def sales(self) -> Array:
        """``(row, sample)``: the data sets, in the target's unit."""
        return self.link.to_sales(self.mu + self.noise)


def replicates_of(family: Family, values: Mapping[str, Array], *, most: int, seed: int) -> Replicates:
    """Data sets of the model on its own rows, from at most so many draws, spread evenly over all of them."""
    count = len(values["intercept"])
    chosen = np.unique(np.linspace(0, count - 1, min(most, count)).round().astype(int))
    taken = {name: draws[..., chosen] for name, draws in values.items()}
    parts = [slice(start, start + DRAWS_AT_A_TIME) for start in range(0, len(chosen), DRAWS_AT_A_TIME)]
    mu = np.hstack([effects(family, {name: draws[..., part] for name, draws in taken.items()}).mu for part in parts])
    return Replicates(taken, family.link(taken), mu, noise_of(family.noise, taken, seed=seed))


def noise_of(noise: Noise, values: Values, *, seed: int) -> Array:
    """Noise ``(row, sample)`` drawn anew with its tails and its memory, on the predictor's scale."""
    return noise.residuals(noise.drawn(values, len(noise.begins), np.random.default_rng(seed)), values)
