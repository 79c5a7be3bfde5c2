"""Can the fit be trusted? The figures that :mod:`mmm_core.results.verdicts` judges.

Padded parameters are not counted: they never leave the sampler.

Sources: Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), rank-normalised R-hat and effective sample size,
doi:10.1214/20-BA1221; Betancourt (2016), energy, arXiv:1604.00695; Vehtari, Gelman, Gabry (2017), leave-one-out with
Pareto smoothing, doi:10.1007/s11222-016-9696-4.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.model.family import are_neighbours, family_of
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.parameters import draw_prior
from mmm_core.model.posterior import Posterior
from mmm_core.results.contributions import Contributions
from mmm_core.results.effects import mean_activity_shares, values_of
from mmm_core.results.fit_quality import FitQuality, explained_verdict, fit_quality
from mmm_core.results.hints import Hints, find, judge_hints
from mmm_core.results.intervals import Estimate, hdi
from mmm_core.results.parameter_words import parameter_names
from mmm_core.results.posterior_summary import ParameterSummary, PosteriorSummary
from mmm_core.results.verdicts import Grade, Measures, ShareComparison, Verdict, judge, worst
from mmm_core.spec import Grain, SamplerSettings

type Array = NDArray[np.float64]

PRIOR_DRAWS = 4000
"""Draws behind the prior's shares."""
SMALLEST_SHARE = 1e-4
SMALLEST_SPREAD = 1e-6
PARETO_K_LIMIT = 0.7
"""Above this a row's leave-one-out estimate is unreliable (Vehtari, Gelman, Gabry 2017)."""


class Diagnostics(Measures):
    """The file ``diagnostics.json``: what was measured, and the verdicts."""

    format_version: int = 1
    partial: bool = Field(description="The run was stopped before all draws were made.")
    sampler: SamplerSettings
    max_treedepth_share: float = Field(description="Share of draws whose trajectory was cut at the largest tree.")
    elpd_loo: float | None = Field(description="Leave-one-out expected log density, log scale; null: not finite.")
    elpd_loo_se: float | None
    hints: Hints = Field(Hints(), description="What the fit says of the table beyond its own checks.")
    verdicts: tuple[Verdict, ...]
    overall: Grade


def diagnose(
    features: FeatureMatrix,
    posterior: Posterior,
    contributions: Contributions,
    summary: PosteriorSummary,
    *,
    settings: SamplerSettings,
    seed: int,
) -> Diagnostics:
    """Every diagnostic of model and sampler, with verdicts.

    Parameters
    ----------
    features, posterior, contributions, summary
        Of one fit, and what was computed of it.
    settings
        Asked of the sampler; a run that was stopped has fewer draws.
    seed
        Seed of the prior's draws.

    Returns
    -------
    Largest R-hat and smallest effective sample sizes are null where one parameter's is: what is not known is not good.
    """
    sizes = posterior.draws.sizes
    loo = _leave_one_out(contributions.log_likelihood, posterior)
    totals = _of_totals(contributions.additive_totals, sizes["chain"])
    measured = Measures(
        chains=sizes["chain"],
        draws=sizes["draw"],
        rows=features.target.size,
        divergences=int(posterior.stats["diverging"].sum()),
        max_r_hat=_worst(max, [row.r_hat for row in summary.parameters]),
        min_ess_bulk=_worst(min, [row.ess_bulk for row in summary.parameters]),
        min_ess_tail=_worst(min, [row.ess_tail for row in summary.parameters]),
        bfmi=_bfmi(posterior),
        coverage=_coverage(contributions),
        totals_r_hat=totals.r_hat,
        totals_ess_bulk=totals.ess_bulk,
        least_known=_least_known(summary.parameters),
        is_estimated=features.scaler.estimated is not None,
        residual_autocorrelation=_autocorrelation(features, contributions),
        fitted_to_observed=contributions.summary.fitted.mean / contributions.summary.observed,
        pareto_k_above=int(loo.unreliable.sum()),
        influential=tuple(pd.DatetimeIndex(np.unique(features.dates[loo.unreliable])).date),
        prior_posterior=_prior_posterior(features, posterior, seed),
    )
    quality = fit_quality(contributions.fitted, contributions.decomposition, eps=features.scaler.target_offset)
    hints = find(contributions.fitted, posterior, contributions.summary, features.scaler.grain)
    verdicts = (*judge(measured), explained_verdict(quality), *judge_hints(hints))
    return Diagnostics(
        hints=hints,
        **{name: getattr(measured, name) for name in Measures.model_fields},
        partial=posterior.partial,
        sampler=settings,
        max_treedepth_share=float(posterior.stats["reached_max_treedepth"].mean()),
        elpd_loo=loo.elpd,
        elpd_loo_se=loo.standard_error,
        verdicts=verdicts,
        overall=worst(verdicts),
    )


def with_explained(found: Diagnostics, quality: FitQuality) -> Diagnostics:
    """Diagnostics with the verdict on what is explained too, for files that were written before there was one."""
    if any(verdict.code == "explained" for verdict in found.verdicts):
        return found
    verdicts = (*found.verdicts, explained_verdict(quality))
    return found.model_copy(update={"verdicts": verdicts, "overall": worst(verdicts)})


def _worst(choose: Callable[[list[float]], float], values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(choose(known)) if len(known) == len(values) else None


def _bfmi(posterior: Posterior) -> tuple[float, ...]:
    """Energy change between draws over the energy's variance, per chain (Betancourt 2016)."""
    energy = posterior.stats["energy"].to_numpy()
    spread = energy.var(axis=1)
    moves = np.square(np.diff(energy, axis=1)).mean(axis=1)
    return tuple(float(value) for value in np.divide(moves, spread, out=np.zeros_like(moves), where=spread > 0))


class _Agreement(NamedTuple):
    r_hat: float | None
    ess_bulk: float | None


def _of_totals(totals: Array, chains: int) -> _Agreement:
    """Largest R-hat and smallest effective sample size of the channels' totals ``(channel, sample)``."""
    import arviz_stats

    draws = totals.reshape(len(totals), chains, -1)
    found = xr.Dataset({"total": (("channel", "chain", "draw"), draws)}).transpose("chain", "draw", "channel")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        r_hat = arviz_stats.rhat(found)["total"].to_numpy()
        bulk = arviz_stats.ess(found, method="bulk")["total"].to_numpy()
    known = [[float(value) if np.isfinite(value) else None for value in each] for each in (r_hat, bulk)]
    return _Agreement(_worst(max, known[0]), _worst(min, known[1]))


def _least_known(parameters: tuple[ParameterSummary, ...]) -> str:
    """What an analyst calls the parameter that the chains agree on least; empty where it cannot be told."""
    known = [
        (row.r_hat, name.label)
        for row, name in zip(parameters, parameter_names(parameters), strict=True)
        if row.r_hat is not None
    ]
    return max(known)[1] if known else ""


class _LeaveOneOut(NamedTuple):
    elpd: float | None
    standard_error: float | None
    unreliable: NDArray[np.bool_]


def _leave_one_out(log_likelihood: Array, posterior: Posterior) -> _LeaveOneOut:
    """Leave-one-out expected log density, its standard error, and which rows have a Pareto-k above 0.7."""
    import arviz_stats

    values = xr.Dataset({"obs": (("row", "chain", "draw"), log_likelihood)}).transpose("chain", "draw", "row")
    tree = xr.DataTree.from_dict({"log_likelihood": values, "posterior": posterior.draws})
    with warnings.catch_warnings():
        # The library warns of bad Pareto-k; here they are counted and judged.
        warnings.simplefilter("ignore")
        found = arviz_stats.loo(tree, pointwise=True, var_name="obs")
    unreliable = ~(np.asarray(found.pareto_k).reshape(-1) <= PARETO_K_LIMIT)
    if not np.isfinite(found.elpd):
        return _LeaveOneOut(None, None, unreliable)
    return _LeaveOneOut(float(found.elpd), float(found.se), unreliable)


def _coverage(contributions: Contributions) -> float:
    fitted = contributions.fitted
    return float(fitted["y"].between(fitted["y_pred_low"], fitted["y_pred_high"]).mean())


def _autocorrelation(features: FeatureMatrix, contributions: Contributions) -> float:
    """Of residuals; of what is new in them where the noise has a memory, which explains the rest."""
    fitted, scaler = contributions.fitted, features.scaler
    if scaler.estimated is not None and scaler.estimated.model.noise != "independent":
        return residual_autocorrelation(contributions.innovation, features.entities, features.dates, scaler.grain)
    residual = features.link.scale(fitted["y"].to_numpy()) - features.link.scale(fitted["y_hat_mean"].to_numpy())
    return residual_autocorrelation(residual, features.entities, features.dates, features.scaler.grain)


def residual_autocorrelation(
    residual: Array, entities: NDArray[np.str_], dates: NDArray[np.datetime64], grain: Grain
) -> float:
    """Lag-1 autocorrelation of residuals, ``Σ e[t]·e[t−1] / Σ e[t]²``, each entity about its own mean.

    Parameters
    ----------
    residual
        ``(row)``, log scale: entities one after the other, each in the order of time.
    entities, dates
        ``(row)``: only neighbours in time of one entity are a pair; the seam between two entities and the hole that a
        period without sales leaves are none.

    Returns
    -------
    Between −1 and 1, no unit; 0 where residuals do not vary.
    """
    frame = pd.Series(residual)
    centred = (frame - frame.groupby(entities).transform("mean")).to_numpy()
    scale = float(centred @ centred)
    if scale <= 0:
        return 0.0
    pairs = are_neighbours(entities, dates, grain)
    return float(centred[1:][pairs] @ centred[:-1][pairs]) / scale


def _prior_posterior(features: FeatureMatrix, posterior: Posterior, seed: int) -> tuple[ShareComparison, ...]:
    channels = [str(name) for name in features.activity["channel"].to_numpy()]
    family, sizes = family_of(features), {"channel": len(channels)}
    drawn = draw_prior(family.media.parameters, sizes=sizes, draws=PRIOR_DRAWS, seed=seed)
    prior = mean_activity_shares(family, drawn)
    after = mean_activity_shares(family, values_of(posterior))
    names: list[str | None] = [None, *channels]
    pairs = zip([prior.joint, *prior.per_channel], [after.joint, *after.per_channel], strict=True)
    return tuple(
        ShareComparison(
            channel=name,
            prior=_median_and_interval(before),
            posterior=_median_and_interval(seen),
            width_ratio=_log_spread(seen) / max(_log_spread(before), SMALLEST_SPREAD),
        )
        for name, (before, seen) in zip(names, pairs, strict=True)
    )


def _log_spread(shares: Array) -> float:
    """Standard deviation of the logarithm of shares; an effect of zero counts as the smallest one worth a figure."""
    return float(np.log(np.maximum(shares, SMALLEST_SHARE)).std())


def _median_and_interval(draws: Array) -> Estimate:
    low, high = hdi(draws)
    return Estimate(mean=float(np.median(draws)), low=float(low), high=float(high))
