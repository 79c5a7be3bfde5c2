"""A parameter of a model as it is declared: its name in files, its prior, and what an analyst calls it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mmm_core.model.priors import Prior


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
