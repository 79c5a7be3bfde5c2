"""What settings do to a table, before anything is fitted: felt activity and the seasonal shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mmm_core.labels import percent
from mmm_core.lineup import largest_first
from mmm_core.model.family import family_of
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.parameters import draw_prior
from mmm_core.model.terms import EstimatedMedia
from mmm_core.spec import RunSpec
from mmm_core.transforms.adstock import adstock_weights, half_life, truncated_share
from mmm_core.transforms.saturation import SATURATIONS, saturate

IMPLIED_DRAWS = 4000
LARGEST_MULTIPLE = 3.0
CURVE_POINTS = 61
WORTH_SAYING = 0.005
"""Share of the effect that is cut off, from which on it is worth words."""


class SeasonPreview(NamedTuple):
    """``frame`` has columns ``period_start, sales, curve``, in the target's unit, a row per date.

    ``varies``: there is a season or a trend; without them the curve is a level.
    """

    frame: pd.DataFrame
    varies: bool


def felt_activity(features: FeatureMatrix, channel: str) -> pd.DataFrame:
    """Columns ``period_start, bought, felt``: activity, and what is felt of it, rescaled to the same mean.

    The model only sees the shape of felt activity; the common mean lets both be drawn on one axis. Both are sums over
    entities, in the channel's unit, a row per date.

    Raises
    ------
    KeyError
        There is no such channel (bare name).
    """
    bought = _by_date(features, features.activity.sel(channel=channel).to_numpy())
    felt = _by_date(features, features.transformed.sel(channel=channel).to_numpy())
    mean = felt.mean()
    shown = felt * (bought.mean() / mean) if mean > 0 else felt
    return pd.DataFrame({"period_start": bought.index, "bought": bought.to_numpy(), "felt": shown.to_numpy()})


def season_curve(features: FeatureMatrix) -> SeasonPreview:
    """Season and trend alone, by least squares on log sales: a sketch of the shape, not the model's estimate.

    ``log(sales + eps) = level[entity] + season + trend`` without controls and media: every entity has a level of its
    own; season and trend are shared; sales and curve are sums over entities.
    """
    kinds = features.scaler.control_kind
    named = [name for name, kind in kinds.items() if kind in ("seasonality", "trend")]
    log_sales = features.target_scaled.to_numpy()
    levels = (features.entities[:, None] == np.unique(features.entities)).astype(float)
    design = np.column_stack([levels, features.controls_scaled.sel(control=named).to_numpy()])
    fitted = design @ np.linalg.lstsq(design, log_sales, rcond=None)[0]
    curve = _by_date(features, features.link.to_sales(fitted + features.scaler.target_log_mean))
    sales = _by_date(features, features.target.to_numpy())
    frame = pd.DataFrame({"period_start": sales.index, "sales": sales.to_numpy(), "curve": curve.to_numpy()})
    return SeasonPreview(frame, bool(named))


def _by_date(features: FeatureMatrix, values: np.ndarray) -> pd.Series:
    """Values of rows ``(row)`` summed over the entities of each date."""
    return pd.Series(values).groupby(features.dates).sum()


def impulse(spec: RunSpec, channel: str) -> np.ndarray:
    """Effect of one unit of activity at each lag ``(lag)``, as a share of the largest (fraction)."""
    config = spec.feature_config.adstock
    weights = np.asarray(adstock_weights(config.kind, spec.adstock(channel).model_dump(), config.max_lag))
    return np.asarray(weights / weights.max())


def carry_over_in_words(spec: RunSpec, channel: str, grain: str) -> str:
    """Half-life (periods) and cut-off (share of the effect) of a channel's carry-over, in a sentence."""
    config, settings = spec.feature_config.adstock, spec.adstock(channel).model_dump()
    periods, max_lag = f"{grain.lower()}s", config.max_lag
    half, cut = half_life(config.kind, settings), truncated_share(config.kind, settings, max_lag)
    if half == 0:
        return "Advertising works only in the period in which it is shown."
    warning = " Raise the cut-off: more than 5 % of the effect is lost." if cut > 0.05 else ""
    lost = f" {percent(cut, 1)} is cut off at {max_lag} {periods}.{warning}" if cut >= WORTH_SAYING else ""
    return f"Half the effect is gone after **{half:.1f} {periods}**.{lost}"


def saturation_curves(spec: RunSpec, channels: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Curve of diminishing returns of each channel, by its bare name.

    Columns ``activity``, steady, as a multiple of the channel's mean normalised adstock, and ``effect`` (fraction of
    the most that the channel could ever bring; where there is no most, of what the largest activity shown brings).
    """
    activity, kind = np.linspace(0.0, LARGEST_MULTIPLE, CURVE_POINTS), spec.feature_config.saturation.kind
    curves = {}
    for channel in channels:
        settings = spec.saturation(channel)
        effect = saturate(kind, activity, settings.half_saturation, settings.slope)
        if not SATURATIONS[kind].is_bounded:
            effect = effect / effect[-1]
        curves[channel] = pd.DataFrame({"activity": activity, "effect": effect})
    return curves


class Implied(NamedTuple):
    """What the priors say of one channel, or of all, before the table's sales are looked at.

    Each is median, low and high end of the central 90 %: share of sales (fractions), and return in the target's unit
    per unit of spend; None: no spend.
    """

    channel: str | None
    share: tuple[float, float, float]
    roi: tuple[float, float, float] | None


def implied(features: FeatureMatrix) -> list[Implied]:
    """Shares and returns that the recommended model's priors imply; empty for fixed settings.

    All channels together come first, then each by its spend, the largest first.
    """
    family = family_of(features)
    if not isinstance(family.media, EstimatedMedia):
        return []
    channels = [str(name) for name in features.activity["channel"].to_numpy()]
    drawn = draw_prior(family.media.parameters, sizes={"channel": len(channels)}, draws=IMPLIED_DRAWS, seed=0)
    sales, spend = float(features.target.sum()), features.spend.to_numpy().sum(axis=0)
    found = {}
    for channel, share, cost in zip(channels, family.media.shares(drawn), spend, strict=True):
        paid = np.isfinite(cost) and cost > 0
        found[channel] = Implied(channel, _central(share), _central(share * sales / cost) if paid else None)
    ordered = largest_first(dict(zip(channels, spend.tolist(), strict=True)))
    return [Implied(None, _central(drawn["media_share"]), None), *(found[channel] for channel in ordered)]


def _central(draws: np.ndarray) -> tuple[float, float, float]:
    low, median, high = (float(value) for value in np.quantile(draws, [0.05, 0.5, 0.95]))
    return median, low, high
