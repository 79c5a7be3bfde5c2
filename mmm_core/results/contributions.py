"""What each channel brought: removal and additive contributions, baseline, fit and return on spend.

With ``mu = m + eta`` the log-scale location and ``u[c] ≥ 0`` the log effect of channel c at a date:

*Fitted* ``exp(mu) − eps`` is the conditional **median** of the target (``exp`` of a StudentT has no mean).

*Removal* ``exp(mu) − exp(mu − u[c])`` is what would be missing without channel c alone. Removals do not add
up: each also claims what the channels do together. *Additive* (Aumann–Shapley) contributions share the
joint lift ``exp(mu) − exp(mu − Σu)`` so that they add up on every draw and date. A channel's *overlap* is
removal minus additive. Both are ``exp(mu)·u[c]·g(·)`` with ``g(x) = (1 − exp(−x))/x``, taken at ``u[c]`` and at
``Σu``; g falls, so removal is never below additive.

*Baseline* is what remains without media, split by the same rule into a reference level and the signed
effects of trend, season and controls relative to their means over the estimation rows.

Everything is computed per draw and date, then summed, then summarised: the interval of a sum is not the
sum of intervals.

Sources: Aumann & Shapley (1974), *Values of Non-Atomic Games*; Friedman (2004), *Paths and consistency in
additive cost sharing*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.model.features import FeatureMatrix
from mmm_core.results.intervals import HDI_PROB, Estimate, Summary, estimate, summarise
from mmm_core.schema import Strict

if TYPE_CHECKING:
    from mmm_core.sampler.sampling import (
        Posterior,  # importing it would load the sampler, which readers of a run do without
    )

type Array = NDArray[np.float64]

BASELINE_COMPONENTS = ("reference", "trend", "seasonality", "controls")
SMALLEST_TELLING_SHARE = 0.01
"""A channel whose interval of share starts below this cannot be told from no effect."""
MAX_ELEMENTS = 8_000_000
"""Elements of the largest array held at a time (64 MB); longer tables are worked through in blocks of dates."""
PREDICTIVE_REPLICATES = 4
"""Predictive values per draw: makes the ends of the predictive band as steady as the credible band's."""


class ChannelSummary(Strict):
    """What one channel brought over the estimation rows."""

    channel: str
    additive: Estimate = Field(description="Total additive contribution, in the target's unit.")
    removal: Estimate = Field(description="Total removal contribution, in the target's unit.")
    overlap: Estimate = Field(description="Removal less additive, in the target's unit.")
    share: Estimate = Field(description="Additive total over total fitted (fraction).")
    spend: float | None = Field(description="Total spend; null: no spend column, or nothing spent.")
    roi: Estimate | None = Field(description="Additive total over spend; null without spend.")
    roi_removal: Estimate | None = Field(description="Removal total over spend; null without spend.")
    mroi: Estimate | None = Field(description="Return of the next 1 % of spend; null without spend.")
    cannot_be_told: bool = Field(description="The interval of share starts below 1 %.")


class ContributionSummary(Strict):
    """Totals over the estimation rows; the file ``channel_summary.json``."""

    format_version: int = 1
    interval_prob: float = Field(description="Probability of every interval in this file (HDI).")
    partial: bool = Field(description="The run was stopped before all draws were made.")
    channels: tuple[ChannelSummary, ...]
    baseline: dict[str, Estimate] = Field(description="Totals of the baseline's components, in the target's unit.")
    media: Estimate = Field(description="Joint lift: all channels together, in the target's unit.")
    media_share: Estimate = Field(description="Joint lift over total fitted (fraction).")
    fitted: Estimate = Field(description="Sum of conditional medians, in the target's unit.")
    observed: float = Field(description="Sum of the target over the estimation rows.")


class Shares(NamedTuple):
    """Lift of channels at one activity, as a share of sales: ``1 − exp(−u)``."""

    per_channel: Array
    joint: Array


@dataclass(frozen=True, slots=True)
class Effects:
    """Log effects of a block of rows, draws last.

    Attributes
    ----------
    mu
        ``(row, sample)``: location of log(target + eps).
    channels
        ``(channel, row, sample)``: u, never negative, exactly 0 at zero adstocked activity.
    reference
        ``(sample)``: log level without media, with controls, season and trend at their means.
    baseline
        ``(component, row, sample)``: signed effects of trend, seasonality, controls against those means.
    """

    mu: Array
    channels: Array
    reference: Array
    baseline: Array


@dataclass(frozen=True, slots=True)
class Contributions:
    """Every table of the contract that the decomposition fills.

    ``additive_totals`` and ``removal_totals`` are ``(channel, sample)``, in the target's unit.
    """

    contributions: pd.DataFrame
    fitted: pd.DataFrame
    decomposition: pd.DataFrame
    summary: ContributionSummary
    additive_totals: Array
    removal_totals: Array
    log_likelihood: Array


def decompose(
    features: FeatureMatrix, posterior: Posterior, *, seed: int, interval_prob: float = HDI_PROB
) -> Contributions:
    """Contributions, baseline parts and fit on every estimation row, with totals.

    Parameters
    ----------
    seed
        Seed of the predictive band.
    interval_prob
        Probability of the intervals in the summary; the tables' intervals are always 94 %.
    """
    samples = _Samples.of(posterior)
    totals = _Totals.zero(features, samples)
    quantiles = _predictive_quantiles(samples, seed)
    blocks = [_block(features, samples, rows, totals, quantiles) for rows in _row_blocks(features, samples)]
    index = _row_index(features)
    channels = [str(name) for name in features.activity["channel"].to_numpy()]
    additive = _joined([block.additive for block in blocks])
    return Contributions(
        contributions=_contribution_frame(index, channels, _joined([block.removal for block in blocks]), additive),
        fitted=_fitted_frame(index, features, blocks),
        decomposition=_decomposition_frame(index, channels, _joined([block.baseline for block in blocks]), additive),
        summary=_summarise_totals(features, channels, totals, interval_prob, partial=posterior.partial),
        additive_totals=totals.additive,
        removal_totals=totals.removal,
        log_likelihood=np.concatenate([block.log_likelihood for block in blocks]).reshape(
            len(index), posterior.draws.sizes["chain"], -1
        ),
    )


def effects(features: FeatureMatrix, posterior: Posterior, rows: slice = slice(None)) -> Effects:
    """Log effects on the given rows (all by default), for every draw."""
    return _effects(features, _Samples.of(posterior), rows)


def removal(found: Effects) -> Array:
    """Removal contributions ``(channel, row, sample)``, in the target's unit."""
    return -np.exp(found.mu) * np.expm1(-found.channels)


def additive(found: Effects) -> Array:
    """Additive contributions ``(channel, row, sample)``, in the target's unit."""
    return np.exp(found.mu) * _falling_ratio(found.channels.sum(axis=0)) * found.channels


def baseline(found: Effects, eps: float) -> Array:
    """Baseline components ``(component, row, sample)``: reference, trend, seasonality, controls."""
    level = np.exp(found.reference)
    reference = np.broadcast_to(level - eps, found.mu.shape)[None]
    return np.concatenate([reference, level * _rising_ratio(found.baseline.sum(axis=0)) * found.baseline])


def mean_activity_shares(features: FeatureMatrix, beta: Array) -> Shares:
    """Share of sales that channels bring in a period of mean transformed activity.

    Parameters
    ----------
    beta
        ``(sample, channel)``, prior or posterior.

    Returns
    -------
    ``per_channel (channel, sample)`` and ``joint (sample)``, fractions.
    """
    steady = -np.array([scaler.zero_scaled for scaler in features.scaler.channels.values()])
    lift = beta.T * steady[:, None]
    return Shares(-np.expm1(-lift), -np.expm1(-lift.sum(axis=0)))


@dataclass(frozen=True, slots=True)
class _Samples:
    """Draws of all chains in one last axis."""

    intercept: Array
    beta: Array
    gamma: Array
    sigma: Array
    nu: Array

    @classmethod
    def of(cls, posterior: Posterior) -> _Samples:
        flat = {
            name: values.to_numpy().reshape(-1, *values.shape[2:]).T
            for name, values in posterior.draws.data_vars.items()
        }
        return cls(flat["intercept"], flat["beta"], flat["gamma"], flat["sigma"], flat["nu"])

    def __len__(self) -> int:
        return len(self.intercept)


@dataclass(frozen=True, slots=True)
class _Totals:
    """Sums over rows, per draw; filled block by block."""

    additive: Array
    removal: Array
    next_percent: Array
    baseline: Array
    fitted: Array

    @classmethod
    def zero(cls, features: FeatureMatrix, samples: _Samples) -> _Totals:
        per_channel = (features.activity.sizes["channel"], len(samples))
        return cls(
            np.zeros(per_channel),
            np.zeros(per_channel),
            np.zeros(per_channel),
            np.zeros((len(BASELINE_COMPONENTS), len(samples))),
            np.zeros(len(samples)),
        )


class _Block(NamedTuple):
    removal: Summary
    additive: Summary
    baseline: Summary
    fitted: Summary
    predictive: tuple[Array, Array]
    log_likelihood: Array


def _block(features: FeatureMatrix, samples: _Samples, rows: slice, totals: _Totals, quantiles: Array) -> _Block:
    found = _effects(features, samples, rows)
    eps = features.scaler.target_offset
    level = np.exp(found.mu)
    removed, shared, base = removal(found), additive(found), baseline(found, eps)
    totals.removal[:] += removed.sum(axis=1)
    totals.additive[:] += shared.sum(axis=1)
    totals.baseline[:] += base.sum(axis=1)
    totals.fitted[:] += level.sum(axis=0) - eps * len(level)
    more = _flat(features.transformed_more, rows) - _flat(features.transformed, rows)
    for channel in range(len(removed)):
        rise = np.outer(more[:, channel] / _channel_sds(features)[channel], samples.beta[channel])
        totals.next_percent[channel] += (level * np.expm1(rise)).sum(axis=0)
    return _Block(
        removal=summarise(removed),
        additive=summarise(shared),
        baseline=summarise(base),
        fitted=summarise(level - eps),
        predictive=_predictive_band(found.mu, samples, quantiles, eps),
        log_likelihood=_log_likelihood(features, found.mu, samples, rows),
    )


def _effects(features: FeatureMatrix, samples: _Samples, rows: slice) -> Effects:
    sds = _channel_sds(features)
    felt = _flat(features.transformed, rows) / sds
    channels = felt.T[:, :, None] * samples.beta[:, None, :]
    controls = _flat(features.controls_scaled, rows)
    means = _flat(features.controls_scaled, slice(None)).mean(axis=0)
    zero = np.array([scaler.zero_scaled for scaler in features.scaler.channels.values()])
    reference = features.scaler.target_log_mean + samples.intercept + zero @ samples.beta + means @ samples.gamma
    kinds = np.array(list(features.scaler.control_kind.values()))
    parts = np.stack(
        [
            (controls - means)[:, kinds == kind] @ samples.gamma[kinds == kind]
            for kind in ("trend", "seasonality", "control")
        ]
    )
    return Effects(reference + parts.sum(axis=0) + channels.sum(axis=0), channels, reference, parts)


def _channel_sds(features: FeatureMatrix) -> Array:
    return np.array([scaler.sd for scaler in features.scaler.channels.values()])


def _flat(values: object, rows: slice) -> Array:
    array = np.asarray(values)
    return array.reshape(-1, array.shape[-1])[rows]


def _row_blocks(features: FeatureMatrix, samples: _Samples) -> Iterator[slice]:
    rows = features.target.size
    per_row = len(samples) * (features.activity.sizes["channel"] + len(BASELINE_COMPONENTS))
    step = max(1, MAX_ELEMENTS // per_row)
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def _falling_ratio(x: Array) -> Array:
    """``(1 − exp(−x))/x``, 1 at 0."""
    return _rising_ratio(-x)


def _rising_ratio(x: Array) -> Array:
    """``(exp(x) − 1)/x``, 1 at 0."""
    return np.divide(np.expm1(x), x, out=np.ones_like(x), where=x != 0)


def _predictive_quantiles(samples: _Samples, seed: int) -> Array:
    """Standardised StudentT values ``(replicate, sample)``: quantiles of each draw's own nu.

    Their probabilities are an even grid in random order, so that the mixture over draws is covered evenly.
    """
    rng = np.random.default_rng(seed)
    grid = (np.arange(len(samples)) + 0.5) / len(samples)
    probabilities = np.stack([rng.permutation(grid) for _ in range(PREDICTIVE_REPLICATES)])
    from scipy import stats  # takes most of a second to load, which readers of results do without

    return np.asarray(stats.t.ppf(probabilities, samples.nu))


def _predictive_band(mu: Array, samples: _Samples, quantiles: Array, eps: float) -> tuple[Array, Array]:
    """Equal-tailed 94 % band of a new observation: unlike the HDI it is the same on the log scale."""
    values = mu[:, None, :] + samples.sigma * quantiles
    tail = (1 - HDI_PROB) / 2
    low, high = np.quantile(values.reshape(len(mu), -1), [tail, 1 - tail], axis=-1)
    return np.exp(low) - eps, np.exp(high) - eps


def _log_likelihood(features: FeatureMatrix, mu: Array, samples: _Samples, rows: slice) -> Array:
    observed = _flat(np.asarray(features.target_scaled)[..., None], rows) + features.scaler.target_log_mean
    from scipy import stats

    return np.asarray(stats.t.logpdf(observed, samples.nu, loc=mu, scale=samples.sigma))


def _row_index(features: FeatureMatrix) -> pd.DataFrame:
    frame = features.target.to_dataframe(name="y").reset_index()
    frame["period_start"] = frame["date"].astype("datetime64[us]")
    return frame.rename(columns={"entity": "entity_id"})[["entity_id", "period_start", "y"]]


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


def _fitted_frame(index: pd.DataFrame, features: FeatureMatrix, blocks: list[_Block]) -> pd.DataFrame:
    fitted = _joined([block.fitted for block in blocks])
    return index.assign(
        y=np.asarray(features.target).reshape(-1),
        y_hat_mean=fitted.mean,
        y_hat_low=fitted.low,
        y_hat_high=fitted.high,
        y_pred_low=np.concatenate([block.predictive[0] for block in blocks]),
        y_pred_high=np.concatenate([block.predictive[1] for block in blocks]),
    )


def _summarise_totals(
    features: FeatureMatrix, channels: list[str], totals: _Totals, prob: float, *, partial: bool
) -> ContributionSummary:
    spends = np.asarray(features.spend).reshape(-1, len(channels)).sum(axis=0)
    media = totals.additive.sum(axis=0)
    return ContributionSummary(
        interval_prob=prob,
        partial=partial,
        channels=tuple(
            _summarise_channel(name, number, totals, float(spends[number]), prob)
            for number, name in enumerate(channels)
        ),
        baseline={
            name: estimate(draws, prob) for name, draws in zip(BASELINE_COMPONENTS, totals.baseline, strict=True)
        },
        media=estimate(media, prob),
        media_share=estimate(media / totals.fitted, prob),
        fitted=estimate(totals.fitted, prob),
        observed=float(np.asarray(features.target).sum()),
    )


def _summarise_channel(name: str, number: int, totals: _Totals, spend: float, prob: float) -> ChannelSummary:
    shared, removed = totals.additive[number], totals.removal[number]
    share = estimate(shared / totals.fitted, prob)
    has_spend = bool(np.isfinite(spend)) and spend > 0
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
        cannot_be_told=share.low < SMALLEST_TELLING_SHARE,
    )
