"""From the canonical table to the columns of the model.

The rows are split in three: *estimation rows* enter the likelihood and every output, *carry-over rows*
before them only feed adstock, and older rows are unused. Activity before an entity's first row is unknown and is
taken as the channel's mean over that entity's estimation rows (or zero, if the specification says so).

Scaled values end in ``_scaled``. A z-score of a channel is a change of origin: zero activity is not 0 but
``zero_scaled = (f(0) − mean) / sd``, and every counterfactual uses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from pydantic import Field

from mmm_core.errors import DataError, SpecError
from mmm_core.model.columns import (
    DAYS_PER_YEAR,
    TREND_NAME,
    ChannelScaler,
    ControlScaler,
    control_columns,
    is_varying,
    spend_columns,
    transform_channels,
)
from mmm_core.model.estimated import EstimatedScaler, estimated_scaler
from mmm_core.model.events.columns import EVENT_PREFIX, EventScaler, event_columns
from mmm_core.model.link import LogLink
from mmm_core.model.structure import require_rows
from mmm_core.schema import Strict
from mmm_core.spec import MAX_FOURIER_PAIRS, Grain, RunSpec, channel_name, control_name
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData
from mmm_core.table.windows import RowUse, split_rows

RESERVED = ("ctrl_fourier_sin_", "ctrl_fourier_cos_", f"ctrl_{EVENT_PREFIX}")
"""How no control may begin: columns that the model makes are called so."""
BLOCKS = {
    "activity_": "activity",
    "spend_": "spend",
    "transformed_": "transformed",
    "more_": "transformed_more",
    "channel_": "channels_scaled",
    "control_": "controls_scaled",
}
"""Column prefixes of ``features.parquet``, and the array that each holds."""


class FeatureScaler(Strict):
    """Everything needed to turn new activity into model columns; the file ``feature_scaler.json``."""

    format_version: int = 1
    channels: dict[str, ChannelScaler]
    controls: dict[str, ControlScaler]
    trend: ControlScaler | None
    events: dict[str, tuple[EventScaler, ...]] = Field(
        default_factory=dict, description="Days of each event column; several that always fall together are one column."
    )
    control_kind: dict[str, Literal["control", "seasonality", "trend", "event"]] = Field(
        description="Kind of each column beside the channels, in the order of the model."
    )
    grain: Grain
    fourier_pairs: int = Field(description="Fourier pairs K; 0: no season.")
    season_days: float = Field(DAYS_PER_YEAR, description="Length of the season (days).")
    max_lag: int = Field(description="Periods after which carry-over is cut off.")
    normalize_adstock: bool = Field(description="Whether adstock weights add up to 1 (with saturation only).")
    pre_history: str = Field(description="Activity assumed before the first row: mean or zero.")
    target_offset: float = Field(description="eps in log(target + eps), in the target's unit.")
    target_log_mean: float = Field(description="m: mean of log(target + eps) over estimation rows.")
    estimated: EstimatedScaler | None = Field(
        None, description="Priors and activity in time of the recommended model; null: the fixed model."
    )
    rows: RowUse
    notices: tuple[str, ...] = Field(description="What a reader of the results should know about the windows.")


@dataclass(frozen=True, slots=True)
class FeatureMatrix:
    """Model columns of the estimation rows, with what is needed to undo the scaling.

    A row is an entity in a period; its coordinates ``entity`` and ``date`` say which. Entities come one after the other
    and need not have the same dates.

    Attributes
    ----------
    activity, spend
        ``(row, channel)``: unit of the channel, currency. Spend is NaN for a channel without spend.
    transformed, transformed_more
        ``(row, channel)``: activity after adstock and saturation, in the channel's unit (no unit with saturation); the
        same with each channel's activity in the estimation rows raised by 1 % (for the marginal return).
    channels_scaled
        ``(row, channel)``, no unit: ``(transformed − mean) / sd``.
    controls_scaled
        ``(row, control)``, no unit: controls, Fourier terms, trend, and parts of events.
    target, target_scaled
        ``(row)``: in its unit; ``log(target + eps) − m``, log scale.
    scaler
        What was subtracted and divided by, column by column.
    """

    activity: xr.DataArray
    spend: xr.DataArray
    transformed: xr.DataArray
    transformed_more: xr.DataArray
    channels_scaled: xr.DataArray
    controls_scaled: xr.DataArray
    target: xr.DataArray
    target_scaled: xr.DataArray
    scaler: FeatureScaler

    @property
    def link(self) -> LogLink:
        """From the model's predictor to the target and back."""
        return LogLink(self.scaler.target_offset)

    @property
    def entities(self) -> NDArray[np.str_]:
        """Entity of each row ``(row)``: its name, no unit."""
        return self.target["entity"].to_numpy().astype(str)

    @property
    def dates(self) -> NDArray[np.datetime64]:
        """First day of each row's period ``(row)``."""
        return self.target["date"].to_numpy()


def build_features(data: CanonicalData, spec: RunSpec) -> FeatureMatrix:
    """Transform, scale and align every column that the model reads, at brand level: all entities added up.

    Raises
    ------
    DataError
        A channel or control is blank or does not vary over the estimation rows, the target plus eps is not positive,
        no row has a target, or too few rows are left.
    SpecError
        A driver or control is not in the table, a control has the name of a column of ours, the season has more
        Fourier pairs than the grain can tell apart, or there is no such calendar or holiday.
    """
    return entity_features(aggregate_brand(data), spec)


def entity_features(data: CanonicalData, spec: RunSpec) -> FeatureMatrix:
    """The same with every entity's rows kept apart; means and scales are those of all rows together.

    Nothing carries over from one entity to the next, and the trend is the calendar's. Errors are those of
    :func:`build_features`.
    """
    frame = data.frame
    channels = [channel_name(column) for column in spec.drivers]
    controls = [control_name(column) for column in spec.controls]
    _require_columns(frame, [f"act_{name}" for name in channels] + [f"ctrl_{name}" for name in controls])
    _check_season(spec, data.grain)
    also_events = {control_name(column) for column in spec.feature_config.events.columns}
    controls = [name for name in controls if name not in also_events]
    split = split_rows(frame, spec)
    events = event_columns(frame, spec, split, data.grain)
    require_rows(split.rows.estimation, spec, events=len(events.scalers))
    dates = frame["period_start"].to_numpy()[split.estimation]
    entities = frame["entity_id"].to_numpy(object)[split.estimation].astype(str)

    target = frame["sales"].to_numpy(float)[split.estimation]
    target_log = _log_target(target, dates, spec.target_offset)
    log_mean = float(target_log.mean())

    transform = transform_channels(frame, channels, spec, split)
    columns = control_columns(frame, controls, spec, split)
    spend = spend_columns(frame, channels, split)
    scaler = FeatureScaler(
        channels=transform.scalers,
        controls={name: columns.scalers[name] for name in controls},
        trend=columns.scalers.get(TREND_NAME),
        events=events.scalers,
        control_kind=dict(zip(columns.names, columns.kinds, strict=True)) | dict.fromkeys(events.scalers, "event"),
        grain=data.grain,
        fourier_pairs=columns.kinds.count("seasonality") // 2,
        max_lag=spec.feature_config.adstock.max_lag,
        normalize_adstock=spec.feature_config.saturation.enabled,
        pre_history=spec.windows.pre_history,
        target_offset=spec.target_offset,
        target_log_mean=log_mean,
        estimated=estimated_scaler(frame, channels, spec, split, spend=spend, fixed=transform.scalers),
        rows=split.rows,
        notices=tuple(split.notices + transform.notices + events.notices),
    )
    means = np.array([transform.scalers[name].mean for name in channels])
    sds = np.array([transform.scalers[name].sd for name in channels])
    named = partial(_labelled, entities, dates)
    return FeatureMatrix(
        activity=named(transform.activity, "channel", channels),
        spend=named(spend, "channel", channels),
        transformed=named(transform.felt, "channel", channels),
        transformed_more=named(transform.felt_more, "channel", channels),
        channels_scaled=named((transform.felt - means) / sds, "channel", channels),
        controls_scaled=named(np.hstack([columns.matrix, events.matrix]), "control", [*columns.names, *events.scalers]),
        target=named(target),
        target_scaled=named(target_log - log_mean),
        scaler=scaler,
    )


def _labelled(
    entities: np.ndarray, dates: np.ndarray, values: np.ndarray, dim: str | None = None, labels: Sequence[str] = ()
) -> xr.DataArray:
    """Values ``(row)`` or ``(row, dim)`` with the entity and date of each row."""
    coords = {"entity": ("row", entities), "date": ("row", dates)} | ({dim: list(labels)} if dim else {})
    return xr.DataArray(values, dims=("row", dim) if dim else ("row",), coords=coords)


def feature_frame(features: FeatureMatrix) -> pd.DataFrame:
    """The file ``features.parquet``: one row per entity and period, every block of columns under its prefix.

    Columns are ``entity_id, period_start, y`` (the target's unit) and ``y_scaled`` (log scale), then the blocks of
    :data:`BLOCKS`, each in the unit of its array.
    """
    columns: dict[str, NDArray[Any]] = {
        "entity_id": features.entities,
        "period_start": features.dates,
        "y": features.target.to_numpy(),
        "y_scaled": features.target_scaled.to_numpy(),
    }
    for prefix, name in BLOCKS.items():
        block = getattr(features, name)
        labels, values = block[block.dims[-1]].to_numpy(), block.to_numpy()
        columns |= {f"{prefix}{label}": values[:, place] for place, label in enumerate(labels)}
    return pd.DataFrame(columns).astype({"entity_id": "str", "period_start": "datetime64[us]"})


def features_from(frame: pd.DataFrame, scaler: FeatureScaler) -> FeatureMatrix:
    """The feature matrix that was written as ``features.parquet`` and ``feature_scaler.json``.

    Raises
    ------
    KeyError
        The frame lacks a column that the scaler names.
    """
    named = partial(_labelled, frame["entity_id"].to_numpy(object).astype(str), frame["period_start"].to_numpy())

    def block(prefix: str, dim: str) -> xr.DataArray:
        labels = list(scaler.channels if dim == "channel" else scaler.control_kind)
        return named(frame[[f"{prefix}{label}" for label in labels]].to_numpy(float), dim, labels)

    blocks = {
        name: block(prefix, "control" if name == "controls_scaled" else "channel") for prefix, name in BLOCKS.items()
    }
    return FeatureMatrix(
        target=named(frame["y"].to_numpy(float)),
        target_scaled=named(frame["y_scaled"].to_numpy(float)),
        scaler=scaler,
        **blocks,
    )


def _require_columns(frame: pd.DataFrame, columns: list[str]) -> None:
    missing = [column for column in columns if column not in frame]
    if missing:
        raise SpecError(
            f"The table has no column {', '.join(repr(column) for column in missing)}; "
            f"it has {', '.join(str(column) for column in frame.columns)}.",
            code="unknown_column",
            remedy="Correct drivers and controls, or map the columns under dataset.columns.",
        )
    reserved = [column for column in columns if column == f"ctrl_{TREND_NAME}" or column.startswith(RESERVED)]
    if reserved:
        raise SpecError(
            f"Control '{reserved[0]}' has the name of a column that the model makes itself.",
            code="reserved_name",
            remedy="Rename the column.",
        )


def _check_season(spec: RunSpec, grain: str) -> None:
    season = spec.feature_config.seasonality
    if season.enabled and MAX_FOURIER_PAIRS[grain] < season.K:
        raise SpecError(
            f"feature_config.seasonality.K is {season.K}; a year of {grain.lower()}s tells at most "
            f"{MAX_FOURIER_PAIRS[grain]} Fourier pairs apart.",
            code="too_many_fourier_pairs",
            remedy=f"Set K to {MAX_FOURIER_PAIRS[grain]} or less; 2 is a good start.",
        )


def _log_target(target: np.ndarray, dates: np.ndarray, eps: float) -> np.ndarray:
    low = np.flatnonzero(target + eps <= 0)
    if len(low):
        when = pd.Timestamp(dates[low[0]]).date().isoformat()
        raise DataError(
            f"Column 'sales': {len(low)} values at or below {0 - eps:g} (first on {when}). "
            "The model explains the logarithm of sales.",
            code="nonpositive_sales",
            remedy="Correct or drop these rows, or set target_offset in the unit of sales.",
            column="sales",
        )
    if not is_varying(target):
        raise DataError(
            f"Column 'sales' is the same in all {len(target)} estimated rows ({target[0]:g}): nothing is to be "
            "explained.",
            code="no_variation",
            remedy="Choose the column that holds sales, or widen the estimation window.",
            column="sales",
        )
    return LogLink(eps).scale(target)
