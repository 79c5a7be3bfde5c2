"""What is known of each parameter, and how well it was drawn: the file ``posterior_summary.json``.

Source: Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), rank-normalised R-hat and effective sample size,
doi:10.1214/20-BA1221.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.model.posterior import Posterior
from mmm_core.results.intervals import hdi
from mmm_core.schema import Strict

type Array = NDArray[np.float64]


class ParameterSummary(Strict):
    """Posterior summary of one parameter on the centred log scale, as in ``posterior_summary.json``."""

    name: str
    mean: float
    sd: float
    hdi_3: float = Field(alias="hdi_3%")
    hdi_97: float = Field(alias="hdi_97%")
    ess_bulk: float | None = Field(description="Effective sample size of the bulk; null: too few draws to tell.")
    ess_tail: float | None = Field(description="Effective sample size of the tails; null: too few draws to tell.")
    r_hat: float | None = Field(description="Rank-normalised split R-hat; null: the draws do not vary, or one chain.")


class PosteriorSummary(Strict):
    """The file ``posterior_summary.json``."""

    format_version: int = 1
    parameters: tuple[ParameterSummary, ...]


def summarise_posterior(posterior: Posterior) -> PosteriorSummary:
    """Mean, sd, 94 % HDI, effective sample sizes and R-hat of every real parameter, in the order of the draws.

    Mean, sd (ddof 1) and HDI are in the unit of the draws (:class:`mmm_core.model.posterior.Posterior`); a column's
    parameter is called ``beta[tv]``. R-hat is the larger of the rank-normalised split R-hats of the draws and of their
    distance from the median (Vehtari et al. 2021); it is null where a parameter's draws do not vary, and where there is
    one chain. Draws that do not vary count as so many effective ones: only R-hat tells.
    """
    import arviz_stats  # takes a second, which readers of a run do without

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # Constant or too few draws give NaN, which the summary reports as null.
        warnings.simplefilter("ignore")
        r_hat = arviz_stats.rhat(posterior.draws)
        bulk = arviz_stats.ess(posterior.draws, method="bulk")
        tail = arviz_stats.ess(posterior.draws, method="tail")
    rows: list[ParameterSummary] = []
    for name, values in posterior.draws.data_vars.items():
        labels = [str(label) for label in values[values.dims[-1]].to_numpy()] if values.ndim == 3 else [""]
        if not labels:
            continue
        columns = values.to_numpy().reshape(-1, len(labels))
        low, high = hdi(columns.T)
        quality = [np.atleast_1d(found[name].to_numpy()) for found in (bulk, tail, r_hat)]
        rows += [
            _parameter(
                f"{name}[{label}]" if label else str(name), columns[:, i], low[i], high[i], [q[i] for q in quality]
            )
            for i, label in enumerate(labels)
            if f"{name}[{label}]" not in posterior.fixed
        ]
    return PosteriorSummary(parameters=tuple(rows))


def _parameter(name: str, draws: Array, low: float, high: float, quality: list[float]) -> ParameterSummary:
    bulk, tail, r_hat = (float(value) if np.isfinite(value) else None for value in quality)
    return ParameterSummary.model_validate(
        {
            "name": name,
            "mean": float(draws.mean()),
            "sd": float(draws.std(ddof=1)),
            "hdi_3%": float(low),
            "hdi_97%": float(high),
            "ess_bulk": bulk,
            "ess_tail": tail,
            "r_hat": r_hat,
        }
    )
