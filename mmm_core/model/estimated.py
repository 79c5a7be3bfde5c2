"""What the recommended model reads of a table besides the columns of every model: activity in time, and its priors.

A channel's setting is the centre of its prior. *free* leaves the data wide room, *near* little, *fixed* none: then its
carry-over is geometric and its curve the one that was set, as in the fixed model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import DataError
from mmm_core.model.columns import ChannelScaler, history_of
from mmm_core.model.priors import LogitNormal, LogNormal
from mmm_core.model.terms import EstimatedMedia
from mmm_core.schema import Strict
from mmm_core.spec import RecommendedModel, RunSpec
from mmm_core.table.windows import RowSplit

type Array = NDArray[np.float64]

MOST_CHANNELS = 30
"""Up to so many channels the recommended model was tried."""
WIDTHS = {"free": (1.0, 1.0), "near": (0.4, 0.4), "fixed": (0.0, 0.0)}
"""Widths of the priors of decay (logit) and half-saturation (log), by freedom."""
DELAY = LogitNormal(-1.5, 1.2)
SLOPE_WIDTH = 0.6
CLOSEST = 1e-6
"""Decays of 0 and 1 have no logit: they are taken so close to it."""


class EstimatedChannel(Strict):
    """Priors of one channel, and its activity where no sales are explained."""

    mean: float = Field(description="Mean activity over estimation rows, in the channel's unit.")
    carried_in: tuple[float, ...] = Field(
        description="Activity of the periods in not_estimated, in the channel's unit; before the table as assumed."
    )
    weight: float = Field(description="Share of spend over estimation rows (fraction), or an equal part.")
    decay: tuple[float, float] = Field(description="Centre and width of the prior of decay's logit.")
    delayed: bool = Field(description="Whether carry-over may be delayed.")
    delay: tuple[float, float] = Field((-1.5, 1.2), description="Centre and width of the prior of delay's logit.")
    half_saturation: tuple[float, float] = Field(
        description="Centre and width of the prior of log half-saturation, in units of mean activity."
    )
    slope: tuple[float, float] = Field(description="Centre and width of the prior of the log slope.")
    saturated: bool = Field(description="Whether the effect has diminishing returns.")


class EstimatedScaler(Strict):
    """What the recommended model was built with; part of ``feature_scaler.json``."""

    model: RecommendedModel
    lags: int = Field(description="Periods after which carry-over is cut off.")
    not_estimated: tuple[int, ...] = Field(
        description="Periods without sales that carry-over reaches, counted from the first estimated one; negative: "
        "before it."
    )
    channels: dict[str, EstimatedChannel]

    def media(self, estimated: Array) -> EstimatedMedia:
        """The term of media on activity ``(row, channel)`` of the estimation rows, in each channel's unit."""
        channels = list(self.channels.values())
        means = np.array([channel.mean for channel in channels])
        elsewhere = np.array(self.not_estimated, dtype=int) + self.lags
        periods = len(estimated) + len(elsewhere)
        rows = np.setdiff1d(np.arange(periods), elsewhere)
        activity = np.empty((len(channels), periods))
        activity[:, rows] = (estimated / means).T
        activity[:, elsewhere] = np.array([channel.carried_in for channel in channels]) / means[:, None]
        priors = {name: np.array([getattr(channel, name) for channel in channels]) for name in OWN_PRIORS}
        return EstimatedMedia(
            activity=activity,
            rows=rows - self.lags,
            lags=self.lags,
            weight=np.array([channel.weight for channel in channels]),
            delayed=np.array([float(channel.delayed) for channel in channels]),
            saturated=np.array([float(channel.saturated) for channel in channels]),
            priors={
                "media_share": LogitNormal(logit(self.model.media.share), self.model.media.share_width),
                "tau": LogNormal(math.log(self.model.media.spread), self.model.media.spread_width),
                "decay": LogitNormal(*priors["decay"].T),
                "delay": LogitNormal(*priors["delay"].T),
                "half_saturation": LogNormal(*priors["half_saturation"].T),
                "slope": LogNormal(*priors["slope"].T),
            },
        )


OWN_PRIORS = ("decay", "delay", "half_saturation", "slope")


def estimated_scaler(
    frame: pd.DataFrame,
    channels: Sequence[str],
    spec: RunSpec,
    split: RowSplit,
    *,
    spend: Array,
    fixed: dict[str, ChannelScaler],
) -> EstimatedScaler | None:
    """What the recommended model needs; None where the specification asks for the fixed one.

    Parameters
    ----------
    frame
        The canonical table of one entity: all rows in the order of time, with a column ``act_<channel>`` each.
    channels
        Bare names, in the order of the result.
    split
        Which rows of ``frame`` are used at all, and which are estimated.
    spend
        ``(row, channel)`` of the estimation rows, currency; NaN for a channel without.
    fixed
        How each channel's activity becomes a column under its settings.

    Raises
    ------
    DataError
        Sales are not above zero, or there are several entities or more channels than the model was made for.
    """
    model = spec.model
    if not isinstance(model, RecommendedModel):
        return None
    _require_fitting(frame, len(channels), split)
    lags, kind = spec.feature_config.adstock.max_lag, spec.feature_config.adstock.kind
    used = np.flatnonzero(split.used)
    first = int(np.flatnonzero(split.estimation[used])[0])
    last = int(np.flatnonzero(split.estimation[used])[-1])
    before = [*range(-lags, 0)]
    holes = [place for place in range(last - first + 1) if not split.estimation[used[first + place]]]
    weights = spend_weights(spend)
    found = {}
    for number, channel in enumerate(channels):
        activity = frame[f"act_{channel}"].to_numpy(float)
        series = np.concatenate([history_of(activity[used], split.estimation[used], spec), activity[used]])
        freedom, setting, scaler = spec.freedom(channel), spec.saturation(channel), fixed[channel]
        decay_width, half_width = WIDTHS[freedom]
        mean = float(activity[split.estimation].mean())
        half = setting.half_saturation
        if freedom == "fixed" and scaler.half_saturation is not None:
            half = scaler.half_saturation / mean
        found[channel] = EstimatedChannel(
            mean=mean,
            carried_in=tuple(float(series[lags + first + place]) for place in (*before, *holes)),
            weight=float(weights[number]),
            decay=(logit(spec.decay(channel)), decay_width),
            delayed=freedom != "fixed" or kind == "delayed",
            delay=_delay_prior(spec, channel, freedom),
            half_saturation=(math.log(half), half_width),
            slope=(math.log(setting.slope), 0.0 if freedom == "fixed" else SLOPE_WIDTH),
            saturated=spec.feature_config.saturation.enabled,
        )
    return EstimatedScaler(model=model, lags=lags, not_estimated=(*before, *holes), channels=found)


def _delay_prior(spec: RunSpec, channel: str, freedom: str) -> tuple[float, float]:
    """Centre and width of delay's logit: about the setting where carry-over is set to be delayed."""
    if spec.feature_config.adstock.kind != "delayed":
        return float(DELAY.centre), float(DELAY.width)
    return logit(spec.adstock(channel).delay), {"free": float(DELAY.width), "near": 0.4, "fixed": 0.0}[freedom]


def spend_weights(spend: Array) -> Array:
    """Share of each channel in spend ``(channel)`` (fraction), or equal parts where one has none."""
    totals = spend.sum(axis=0)
    if np.isfinite(totals).all() and (totals > 0).all():
        return np.asarray(totals / totals.sum())
    return np.full(spend.shape[1], 1 / spend.shape[1])


def logit(share: float) -> float:
    """``log(p / (1 − p))`` of a fraction, which is kept off 0 and 1."""
    kept = min(max(share, CLOSEST), 1 - CLOSEST)
    return math.log(kept / (1 - kept))


def _require_fitting(frame: pd.DataFrame, channels: int, split: RowSplit) -> None:
    if frame["entity_id"].nunique() > 1:
        raise DataError(
            "The recommended model explains the sum of all entities, one row a period.",
            code="several_entities",
            remedy="Add the entities up, or choose the fixed model.",
        )
    target = frame["sales"].to_numpy(float)[split.estimation]
    if not (target > 0).all():
        raise DataError(
            f"Column 'sales': {int((target <= 0).sum())} values at or below 0; the recommended model needs sales above "
            "zero.",
            code="nonpositive_sales",
            remedy="Correct or drop these rows, or choose the fixed model with a target_offset.",
            column="sales",
        )
    if channels > MOST_CHANNELS:
        raise DataError(
            f"The recommended model takes up to {MOST_CHANNELS} channels; there are {channels}.",
            code="too_many_channels",
            remedy="Put small channels together, leave some out, or choose the fixed model.",
        )
