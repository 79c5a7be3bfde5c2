"""A parameter of a model as it is declared: its name in files, its prior, and what an analyst calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.priors import Prior, draw

type Array = NDArray[np.float64]


class Parameter(NamedTuple):
    """A parameter of a model.

    Attributes
    ----------
    name
        As in ``posterior.nc`` and ``posterior_summary.json``.
    prior
        What is believed of it before the table is seen.
    dim
        Dim of which each column has one; None: there is one in the model.
    label, meaning
        What an analyst calls it, and what it says; empty where its column's name says it.
    """

    name: str
    prior: Prior
    dim: Literal["channel", "control"] | None = None
    label: str = ""
    meaning: str = ""


BESIDE_COLUMNS = 4
"""How many parameters the fixed model has whatever its columns are: what a window must have rows for besides."""


def draw_prior(parameters: Sequence[Parameter], *, sizes: Mapping[str, int], draws: int, seed: int) -> dict[str, Array]:
    """Draws of parameters in the order of their declaration, so that a scale is known before it is used.

    Parameters
    ----------
    sizes
        Length of every dim that a parameter has.

    Returns
    -------
    By name: ``(sample)``, or ``(member, sample)`` for a parameter with a dim; in the parameter's unit. The same for the
    same seed.
    """
    rng = np.random.default_rng(seed)
    found: dict[str, Array] = {}
    for parameter in parameters:
        shape = (draws, sizes[parameter.dim]) if parameter.dim else (draws,)
        found[parameter.name] = draw(parameter.prior, rng, shape, found).T
    return found
