"""What each channel brought, period by period and in all: the tables of a finished run.

*Fitted* is the conditional **median** of the target. *Removal* and *additive* contributions and the parts of the
*baseline* are defined in :mod:`mmm_core.results.effects` and, through the link, in :mod:`mmm_core.model.link`; a
channel's *overlap* is removal less additive.

Everything is computed per draw and row, then summed, then summarised: the interval of a sum is not the sum of
intervals, and the mean of ratios is not the ratio of means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.model.estimated import spend_weights
from mmm_core.model.family import Family, Link, family_of
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.posterior import Posterior
from mmm_core.model.terms import Values
from mmm_core.results.channel_summary import (
    PERCENTS,
    SMALLEST_MEDIA_SHARE,
    TELLING_PART,
    ChannelSummary,
    ContributionSummary,
)
from mmm_core.results.conditions import next_return_note
from mmm_core.results.effects import (
    BASELINE_COMPONENTS,
    Effects,
    additive,
    baseline,
    effects,
    removal,
    values_of,
)
from mmm_core.results.intervals import HDI_PROB, Summary, estimate, summarise

type Array = NDArray[np.float64]

MAX_ELEMENTS = 8_000_000
"""Elements of the largest array held at a time (64 MB); longer tables are worked through in blocks of rows."""
PREDICTIVE_REPLICATES = 4
"""Predictive values per draw: makes the ends of the predictive band as steady as the credible band's."""


@dataclass(frozen=True, slots=True)
class Contributions:
    """Every table of the contract that the decomposition fills.

    Attributes
    ----------
    contributions
        A row per entity, period and channel: removal (``contrib_``) and additive mean and 94 % HDI, in the target's
        unit.
    fitted
        A row per entity and period, in the target's unit: the target y, mean and 94 % HDI of the fitted median
        (``y_hat_``), ends of the 94 % predictive band (``y_pred_``).
    decomposition
        A row per entity, period and component (baseline parts, then channels): mean and 94 % HDI, in the target's
        unit. Means add up to ``y_hat_mean``.
    totals
        Sums over rows in each draw.
    log_likelihood
        ``(row, chain, draw)``: log density of each row given those before it, of ``log(y + eps)`` with fixed settings,
        of sales in shares of their mean in the recommended model.
    innovation
        ``(row)``: mean of what is new in each period's noise, on the scale of the predictor.
    """

    contributions: pd.DataFrame
    fitted: pd.DataFrame
    decomposition: pd.DataFrame
    summary: ContributionSummary
    totals: Totals
    log_likelihood: Array
    innovation: Array

    @property
    def additive_totals(self) -> Array:
        """Additive contributions ``(channel, sample)`` summed over rows, in the target's unit."""
        return self.totals.additive

    @property
    def removal_totals(self) -> Array:
        """Removal contributions ``(channel, sample)`` summed over rows, in the target's unit."""
        return self.totals.removal


def decompose(
    features: FeatureMatrix, posterior: Posterior, *, seed: int, interval_prob: float = HDI_PROB
) -> Contributions:
    """Contributions, baseline parts and fit on every estimation row, with totals.

    Parameters
    ----------
    features, posterior
        What was fitted, and the draws: columns and parameters in the same order.
    seed
        Seed of the predictive band.
    interval_prob
        Probability of the intervals in the summary; the tables' intervals are always 94 %.
    """
    family, values = family_of(features), values_of(posterior)
    link = family.link(values)
    totals = Totals.zero(features, values)
    quantiles = _predictive_quantiles(family, values, seed)
    memory = _innovations(family, values)
    blocks = [_block(family, values, link, rows, totals, quantiles, memory) for rows in _blocks_of(family, values)]
    index = _row_index(features)
    channels = [str(name) for name in features.activity["channel"].to_numpy()]
    shared = _joined([block.additive for block in blocks])
    return Contributions(
        contributions=_contribution_frame(index, channels, _joined([block.removal for block in blocks]), shared),
        fitted=_fitted_frame(index, blocks),
        decomposition=_decomposition_frame(index, channels, _joined([block.baseline for block in blocks]), shared),
        summary=summarise_totals(features, totals, interval_prob, partial=posterior.partial),
        totals=totals,
        log_likelihood=np.concatenate([block.log_likelihood for block in blocks]).reshape(
            len(index), posterior.draws.sizes["chain"], -1
        ),
        innovation=np.concatenate([block.innovation for block in blocks]),
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over rows in each draw, in the target's unit; filled block by block.

    Attributes
    ----------
    additive, removal, next_percent
        ``(channel, sample)``: both kinds of contribution, and what 1 % more activity would add.
    baseline
        ``(part, sample)``: parts of sales without media.
    fitted
        ``(sample)``: conditional medians.
    """

    additive: Array
    removal: Array
    next_percent: Array
    baseline: Array
    fitted: Array

    @classmethod
    def zero(cls, features: FeatureMatrix, values: Values) -> Totals:
        """Sums to begin with: zeros for these draws."""
        count = len(values["intercept"])
        per_channel = (features.activity.sizes["channel"], count)
        return cls(
            np.zeros(per_channel),
            np.zeros(per_channel),
            np.zeros(per_channel),
            np.zeros((len(BASELINE_COMPONENTS), count)),
            np.zeros(count),
        )


def totals_of(features: FeatureMatrix, values: Values) -> Totals:
    """Sums over rows in each draw alone, for those who need no table: ``(…, sample)``, in the target's unit.

    ``values`` are draws by parameter, ``(sample)`` or ``(member, sample)``, each in its own unit.
    """
    family, totals = family_of(features), Totals.zero(features, values)
    for rows in _blocks_of(family, values):
        _take_apart(family, values, family.link(values), rows, totals)
    return totals


def additive_of(features: FeatureMatrix, values: Values, rows: slice) -> tuple[Array, Array]:
    """What channels brought in some rows, and all that was fitted there, in each draw.

    ``values`` are draws by parameter, ``(sample)`` or ``(member, sample)``, each in its own unit.

    Returns
    -------
    ``(channel, sample)`` and ``(sample)``, in the target's unit.
    """
    family = family_of(features)
    found, link = effects(family, values, rows), family.link(values)
    return additive(found, link).sum(axis=1), link.to_sales(found.mu).sum(axis=0)


def residuals_of(features: FeatureMatrix, values: Values) -> Array:
    """What the predictor leaves of each row ``(row, sample)``, on its scale.

    ``values`` are draws by parameter, ``(sample)`` or ``(member, sample)``, each in its own unit.
    """
    return _residuals(family_of(features), values)


class _Apart(NamedTuple):
    found: Effects
    removed: Array
    shared: Array
    base: Array
    fitted: Array


class _Block(NamedTuple):
    removal: Summary
    additive: Summary
    baseline: Summary
    fitted: Summary
    predictive: tuple[Array, Array]
    log_likelihood: Array
    innovation: Array


def _block(
    family: Family, values: Values, link: Link, rows: slice, totals: Totals, quantiles: Array, memory: Array | None
) -> _Block:
    found, removed, shared, base, fitted = _take_apart(family, values, link, rows, totals)
    observed = family.observed(link, rows)
    innovation = observed - found.mu if memory is None else memory[rows]
    expected = found.mu if memory is None else observed - innovation
    return _Block(
        removal=summarise(removed),
        additive=summarise(shared),
        baseline=summarise(base),
        fitted=summarise(fitted),
        predictive=_predictive_band(expected, values, quantiles, link),
        log_likelihood=family.noise.log_density(innovation, values, rows) + link.log_jacobian(family.target[rows]),
        innovation=innovation.mean(axis=-1),
    )


def _take_apart(family: Family, values: Values, link: Link, rows: slice, totals: Totals) -> _Apart:
    """Parts of a block of rows, each ``(…, row, sample)`` in the target's unit; their sums are added to ``totals``."""
    found = effects(family, values, rows)
    removed, shared, base = removal(found, link), additive(found, link), baseline(found, link)
    fitted = link.to_sales(found.mu)
    totals.removal[:] += removed.sum(axis=1)
    totals.additive[:] += shared.sum(axis=1)
    totals.baseline[:] += base.sum(axis=1)
    totals.fitted[:] += fitted.sum(axis=0)
    for channel in range(len(removed)):
        # One percent more is the removal of an effect that is not there: with the sign turned.
        rise = family.media.rise(values, channel, rows)
        totals.next_percent[channel] -= link.removal(found.mu, -rise).sum(axis=0)
    return _Apart(found, removed, shared, base, fitted)


def _innovations(family: Family, values: Values) -> Array | None:
    """What is new in each period's noise ``(row, sample)``; None: noise has no memory, and blocks see it themselves."""
    if family.noise.memory == "independent":
        return None
    return family.noise.innovations(_residuals(family, values), values)


def _residuals(family: Family, values: Values) -> Array:
    mu = np.concatenate([effects(family, values, rows).mu for rows in _blocks_of(family, values)])
    return np.asarray(family.observed(family.link(values)) - mu)


def _blocks_of(family: Family, values: Values) -> Iterator[slice]:
    """All rows, in blocks whose arrays stay below :data:`MAX_ELEMENTS`."""
    rows = len(family.target)
    count, channels = len(values["intercept"]), len(values["beta"])
    step = max(1, MAX_ELEMENTS // (count * (channels + len(BASELINE_COMPONENTS))))
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def _predictive_quantiles(family: Family, values: Values, seed: int) -> Array:
    """Standardised innovations ``(replicate, sample)``: quantiles of each draw's own tails.

    Their probabilities are an even grid in random order, so that the mixture over draws is covered evenly.
    """
    rng, count = np.random.default_rng(seed), len(values["intercept"])
    grid = (np.arange(count) + 0.5) / count
    probabilities = np.stack([rng.permutation(grid) for _ in range(PREDICTIVE_REPLICATES)])
    return family.noise.standard_quantile(probabilities, values)


def _predictive_band(expected: Array, values: Values, quantiles: Array, link: Link) -> tuple[Array, Array]:
    """Equal-tailed 94 % band of a new observation, one step ahead: unlike the HDI it is the same on either scale."""
    tail = (1 - HDI_PROB) / 2
    low, high = link.band(expected[:, None, :] + values["sigma"] * quantiles, [tail, 1 - tail])
    return low, high


def _row_index(features: FeatureMatrix) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "entity_id": pd.Series(features.entities, dtype="str"),
            "period_start": features.dates.astype("datetime64[us]"),
            "y": features.target.to_numpy(),
        }
    )


def _joined(summaries: list[Summary]) -> Summary:
    return Summary(*(np.concatenate(parts, axis=-1) for parts in zip(*summaries, strict=True)))


def _long(index: pd.DataFrame, names: list[str], label: str, columns: dict[str, Array]) -> pd.DataFrame:
    """Rows by entity, period and name, from arrays ``(name, row)``."""
    frame = index[["entity_id", "period_start"]].loc[index.index.repeat(len(names))].reset_index(drop=True)
    frame[label] = np.tile(np.array(names, dtype=object), len(index))
    frame[label] = frame[label].astype("str")
    return frame.assign(**{column: values.T.reshape(-1) for column, values in columns.items()})


def _contribution_frame(index: pd.DataFrame, channels: list[str], removed: Summary, shared: Summary) -> pd.DataFrame:
    columns = {f"contrib_{part}": values for part, values in removed._asdict().items()}
    columns |= {f"additive_{part}": values for part, values in shared._asdict().items()}
    return _long(index, channels, "channel", columns)


def _decomposition_frame(index: pd.DataFrame, channels: list[str], base: Summary, shared: Summary) -> pd.DataFrame:
    both = Summary(*(np.concatenate(parts) for parts in zip(base, shared, strict=True)))
    frame = _long(index, [*BASELINE_COMPONENTS, *channels], "component", both._asdict())
    kinds = ["baseline"] * len(BASELINE_COMPONENTS) + ["channel"] * len(channels)
    frame.insert(2, "kind", pd.Series(kinds * len(index), dtype="str"))
    return frame


def _fitted_frame(index: pd.DataFrame, blocks: list[_Block]) -> pd.DataFrame:
    fitted = _joined([block.fitted for block in blocks])
    return index.assign(
        y_hat_mean=fitted.mean,
        y_hat_low=fitted.low,
        y_hat_high=fitted.high,
        y_pred_low=np.concatenate([block.predictive[0] for block in blocks]),
        y_pred_high=np.concatenate([block.predictive[1] for block in blocks]),
    )


def summarise_totals(
    features: FeatureMatrix, totals: Totals, prob: float, *, partial: bool = False
) -> ContributionSummary:
    """What each channel brought in all, from totals of draws; ``prob`` is that of the intervals."""
    channels = [str(name) for name in features.activity["channel"].to_numpy()]
    spends = features.spend.to_numpy().sum(axis=0)
    media = totals.additive.sum(axis=0)
    media_share = estimate(media / totals.fitted, prob)
    usual = TELLING_PART * max(media_share.shown, SMALLEST_MEDIA_SHARE) * spend_weights(features.spend.to_numpy())
    return ContributionSummary(
        interval_prob=prob,
        model="recommended" if features.scaler.estimated else "fixed",
        partial=partial,
        channels=tuple(
            _summarise_channel(name, number, totals, spends, float(usual[number]), prob)
            for number, name in enumerate(channels)
        ),
        baseline={
            name: estimate(draws, prob) for name, draws in zip(BASELINE_COMPONENTS, totals.baseline, strict=True)
        },
        media=estimate(media, prob),
        media_share=media_share,
        fitted=estimate(totals.fitted, prob),
        observed=float(np.asarray(features.target).sum()),
        mroi_note=next_return_note(features.scaler),
    )


def _summarise_channel(
    name: str, number: int, totals: Totals, spends: Array, usual: float, prob: float
) -> ChannelSummary:
    """``spends (channel)``: currency; ``usual``: what the interval of share must begin above (fraction of sales)."""
    shared, removed, spend = totals.additive[number], totals.removal[number], float(spends[number])
    share = estimate(shared / totals.fitted, prob)
    has_spend = bool(np.isfinite(spend)) and spend > 0
    returns = _returns(totals.additive, spends)
    return ChannelSummary(
        channel=name,
        additive=estimate(shared, prob),
        removal=estimate(removed, prob),
        overlap=estimate(removed - shared, prob),
        share=share,
        spend=spend if has_spend else None,
        roi=estimate(shared / spend, prob) if has_spend else None,
        roi_removal=estimate(removed / spend, prob) if has_spend else None,
        mroi=estimate(totals.next_percent[number] / (0.01 * spend), prob) if has_spend else None,
        cannot_be_told=share.low < usual,
        least_telling=usual,
        p_largest=float((totals.additive.argmax(axis=0) == number).mean()),
        p_best_return=float((returns.argmax(axis=0) == number).mean()) if has_spend else None,
        roi_quantiles=tuple(np.quantile(shared / spend, np.linspace(0, 1, PERCENTS + 1)).tolist()) if has_spend else (),
    )


def _returns(additive_totals: Array, spends: Array) -> Array:
    """Return of each channel in each draw ``(channel, sample)``; minus infinity for a channel without spend."""
    paid = (np.isfinite(spends) & (spends > 0))[:, None]
    return np.divide(additive_totals, spends[:, None], out=np.full_like(additive_totals, -np.inf), where=paid)
