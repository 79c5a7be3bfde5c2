"""The model's parameters: their names in files, which columns they belong to, and what an analyst calls them."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Parameter(NamedTuple):
    """A parameter of the model.

    Attributes
    ----------
    name
        As in ``posterior.nc`` and ``posterior_summary.json``.
    dim
        Dim of which each column has one; None: there is one in the model.
    label, meaning
        What an analyst calls it, and what it says; empty where its column's name says it.
    """

    name: str
    dim: Literal["channel", "control"] | None = None
    label: str = ""
    meaning: str = ""


PARAMETERS = (
    Parameter("intercept", None, "Intercept", "level of log sales at mean activity, against their mean"),
    Parameter("sigma_beta", None, "Spread of channel effects", "how large effects of channels are in general"),
    Parameter("beta", "channel"),
    Parameter("gamma", "control"),
    Parameter("sigma", None, "Noise", "spread of single periods around the fitted median, on the log scale"),
    Parameter(
        "nu",
        None,
        "Tails of the noise",
        "small (below about 5): now and then a period is far off; large: hardly ever",
    ),
)
"""All of them, in the order of every file."""
BESIDE_COLUMNS = sum(parameter.dim is None for parameter in PARAMETERS)
"""How many the model has whatever its columns are."""
