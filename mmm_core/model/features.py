"""From the canonical table to the columns of the model.

The rows are split in three: *estimation rows* enter the likelihood and every output, *carry-over rows*
before them only feed adstock, and older rows are unused. Activity before the first row is unknown and is
taken as the channel's mean over the estimation rows (or zero, if the specification says so).

Scaled values end in ``_scaled``. A z-score of a channel is a change of origin: zero activity is not 0 but
``zero_scaled = (f(0) − mean) / sd``, and every counterfactual uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import Field

from mmm_core.errors import DataError, SpecError
from mmm_core.labels import column_in_words
from mmm_core.schema import Strict
from mmm_core.spec import MAX_FOURIER_PAIRS, Grain, RunSpec, channel_name, control_name
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData
from mmm_core.table.windows import RowSplit, RowUse, require_rows, split_rows
from mmm_core.transforms.adstock import adstock, adstock_weights, lagged, truncated_share
from mmm_core.transforms.saturation import hill
from mmm_core.transforms.season import fourier_terms

DAYS_PER_YEAR = 365.25
BLOCKS = {
    "activity_": "activity",
    "spend_": "spend",
    "transformed_": "transformed",
    "more_": "transformed_more",
    "channel_": "channels_scaled",
    "control_": "controls_scaled",
}
"""Column prefixes of ``features.parquet``, and the array that each holds."""
TREND_NAME = "linear_trend"
MAX_TRUNCATED_SHARE = 0.05
"""Share of carry-over that may be cut off at ``max_lag`` before the person is told."""
SMALLEST_RELATIVE_SD = 1e-9
"""Below this ratio of sd to mean a column's variation is rounding, not information."""


class ChannelScaler(Strict):
    """How one channel's activity became a model column."""

    decay: float = Field(description="Adstock decay (share carried into the next period).")
    half_saturation: float | None = Field(description="Half-saturation in the unit of normalised adstock; null: off.")
    slope: float | None = Field(description="Hill slope; null: saturation is off.")
    mean: float = Field(description="Mean of the transformed activity over estimation rows.")
    sd: float = Field(description="Standard deviation (ddof 0) of the transformed activity over estimation rows.")
    zero_scaled: float = Field(description="Scaled value of zero activity.")


class ControlScaler(Strict):
    """How one control became a model column."""

    mean: float = Field(description="Mean over estimation rows, in the control's unit.")
    sd: float = Field(description="Standard deviation (ddof 0) over estimation rows, in the control's unit.")


class FeatureScaler(Strict):
    """Everything needed to turn new activity into model columns; the file ``feature_scaler.json``."""

    format_version: int = 1
    channels: dict[str, ChannelScaler]
    controls: dict[str, ControlScaler]
    trend: ControlScaler | None
    control_kind: dict[str, Literal["control", "seasonality", "trend"]] = Field(
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
    rows: RowUse
    notices: tuple[str, ...] = Field(description="What a reader of the results should know about the windows.")


@dataclass(frozen=True, slots=True)
class FeatureMatrix:
    """Model columns of the estimation rows, with what is needed to undo the scaling.

    Attributes
    ----------
    activity, spend
        ``(entity, date, channel)``: unit of the channel, currency. Spend is NaN for a channel without spend.
    transformed, transformed_more
        ``(entity, date, channel)``: activity after adstock and saturation; the same with each channel's
        activity in the estimation rows raised by 1 % (for the marginal return).
    channels_scaled, controls_scaled
        ``(entity, date, channel)`` and ``(entity, date, control)``, no unit.
    target, target_scaled
        ``(entity, date)``: in its unit; ``log(target + eps) − m``.
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


def build_features(data: CanonicalData, spec: RunSpec) -> FeatureMatrix:
    """Transform, scale and align every column that the model reads.

    Raises
    ------
    DataError
        A channel or control does not vary over the estimation rows, the target is not positive, or too few
        rows are left.
    SpecError
        A driver or control is not in the table, or a control has the name of a column of ours.
    """
    data = aggregate_brand(data)
    frame = data.frame
    channels = [channel_name(column) for column in spec.drivers]
    controls = [control_name(column) for column in spec.controls]
    _require_columns(frame, [f"act_{name}" for name in channels] + [f"ctrl_{name}" for name in controls])
    _check_season(spec, data.grain)
    split = split_rows(frame, spec)
    require_rows(split.rows.estimation, spec)
    dates = frame["period_start"].to_numpy()[split.estimation]
    entity = frame["entity_id"].iloc[[0]].to_numpy()

    target = frame["sales"].to_numpy(float)[split.estimation]
    target_log = _log_target(target, dates, spec.target_offset)
    log_mean = float(target_log.mean())

    transform = _transform_channels(frame, channels, spec, split)
    columns = _control_columns(frame, controls, spec, split)
    scaler = FeatureScaler(
        channels=transform.scalers,
        controls={name: columns.scalers[name] for name in controls},
        trend=columns.scalers.get(TREND_NAME),
        control_kind=dict(zip(columns.names, columns.kinds, strict=True)),
        grain=data.grain,
        fourier_pairs=columns.kinds.count("seasonality") // 2,
        max_lag=spec.feature_config.adstock.max_lag,
        normalize_adstock=spec.feature_config.saturation.enabled,
        pre_history=spec.windows.pre_history,
        target_offset=spec.target_offset,
        target_log_mean=log_mean,
        rows=split.rows,
        notices=tuple(split.notices + transform.notices),
    )
    means = np.array([transform.scalers[name].mean for name in channels])
    sds = np.array([transform.scalers[name].sd for name in channels])

    def by_channel(values: np.ndarray, name: str) -> xr.DataArray:
        coords = {"entity": entity, "date": dates, "channel": channels}
        return xr.DataArray(values[None], dims=("entity", "date", "channel"), coords=coords, name=name)

    def by_date(values: np.ndarray, name: str) -> xr.DataArray:
        return xr.DataArray(values[None], dims=("entity", "date"), coords={"entity": entity, "date": dates}, name=name)

    return FeatureMatrix(
        activity=by_channel(transform.activity, "activity"),
        spend=by_channel(_spend(frame, channels, split), "spend"),
        transformed=by_channel(transform.felt, "transformed"),
        transformed_more=by_channel(transform.felt_more, "transformed_more"),
        channels_scaled=by_channel((transform.felt - means) / sds, "channels_scaled"),
        controls_scaled=xr.DataArray(
            columns.matrix[None],
            dims=("entity", "date", "control"),
            coords={"entity": entity, "date": dates, "control": columns.names},
            name="controls_scaled",
        ),
        target=by_date(target, "target"),
        target_scaled=by_date(target_log - log_mean, "target_scaled"),
        scaler=scaler,
    )


def feature_frame(features: FeatureMatrix) -> pd.DataFrame:
    """The file ``features.parquet``: one row per entity and period, every block of columns under its prefix."""
    entities, dates = (features.target[dim].to_numpy() for dim in ("entity", "date"))
    index = pd.MultiIndex.from_product([entities, dates], names=["entity_id", "period_start"])
    columns = {
        "y": features.target.to_numpy().reshape(-1),
        "y_scaled": features.target_scaled.to_numpy().reshape(-1),
    }
    for prefix, name in BLOCKS.items():
        block = getattr(features, name)
        values = block.to_numpy().reshape(len(index), -1)
        columns |= {f"{prefix}{label}": values[:, i] for i, label in enumerate(block[block.dims[-1]].to_numpy())}
    frame = pd.DataFrame(columns, index=index).reset_index()
    return frame.astype({"entity_id": "str", "period_start": "datetime64[us]"})


def features_from(frame: pd.DataFrame, scaler: FeatureScaler) -> FeatureMatrix:
    """The feature matrix that was written as ``features.parquet`` and ``feature_scaler.json``."""
    entities = frame["entity_id"].drop_duplicates().to_numpy()
    dates = frame["period_start"].drop_duplicates().to_numpy()
    channels, controls = list(scaler.channels), list(scaler.control_kind)

    def block(columns: list[str], *dims: str) -> xr.DataArray:
        labels = {"channel": channels, "control": controls}
        values = frame[columns].to_numpy(float).reshape(len(entities), len(dates), -1)
        coords = {"entity": entities, "date": dates} | {dim: labels[dim] for dim in dims}
        return xr.DataArray(values if dims else values[..., 0], dims=("entity", "date", *dims), coords=coords)

    blocks = {
        name: block(
            [f"{prefix}{label}" for label in (controls if name == "controls_scaled" else channels)],
            "control" if name == "controls_scaled" else "channel",
        )
        for prefix, name in BLOCKS.items()
    }
    return FeatureMatrix(target=block(["y"]), target_scaled=block(["y_scaled"]), scaler=scaler, **blocks)


def _require_columns(frame: pd.DataFrame, columns: list[str]) -> None:
    missing = [column for column in columns if column not in frame]
    if missing:
        raise SpecError(
            f"The table has no column {', '.join(repr(column) for column in missing)}; "
            f"it has {', '.join(str(column) for column in frame.columns)}.",
            code="unknown_column",
            remedy="Correct drivers and controls, or map the columns under dataset.columns.",
        )
    reserved = [
        column
        for column in columns
        if column == f"ctrl_{TREND_NAME}" or column.startswith(("ctrl_fourier_sin_", "ctrl_fourier_cos_"))
    ]
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
    return np.log(target + eps)


class _Transformed(NamedTuple):
    activity: np.ndarray
    felt: np.ndarray
    felt_more: np.ndarray
    scalers: dict[str, ChannelScaler]
    notices: list[str]


def _transform_channels(frame: pd.DataFrame, channels: list[str], spec: RunSpec, split: RowSplit) -> _Transformed:
    max_lag = spec.feature_config.adstock.max_lag
    columns, more, activities, scalers, notices = [], [], [], {}, []
    estimation = split.estimation[split.used]
    for channel in channels:
        activity = frame[f"act_{channel}"].to_numpy(float)[split.used]
        _require_variation(activity[estimation], f"act_{channel}", "activity")
        before = activity[estimation].mean() if spec.windows.pre_history == "mean" else 0.0
        history = np.full(max_lag, before)
        raised = np.where(estimation, 1.01 * activity, activity)
        carried, carried_more = (
            _adstocked(series, history, spec, channel)[estimation] for series in (activity, raised)
        )
        half_saturation, slope = _hill_parameters(carried, spec, channel)
        values = _saturated(carried, half_saturation, slope)
        _require_variation(values, f"act_{channel}", "activity after carry-over")
        mean, sd = float(values.mean()), float(values.std())
        scalers[channel] = ChannelScaler(
            decay=spec.decay(channel),
            half_saturation=half_saturation,
            slope=slope,
            mean=mean,
            sd=sd,
            zero_scaled=(0.0 - mean) / sd,
        )
        columns.append(values)
        more.append(_saturated(carried_more, half_saturation, slope))
        activities.append(activity[estimation])
        dropped = truncated_share(spec.feature_config.adstock.kind, spec.adstock(channel).model_dump(), max_lag)
        if dropped > MAX_TRUNCATED_SHARE:
            notices.append(
                f"{channel}: cutting carry-over after {max_lag} periods drops {dropped:.0%} of its effect; "
                "raise max_lag or lower the decay."
            )
    return _Transformed(
        np.stack(activities, axis=-1), np.stack(columns, axis=-1), np.stack(more, axis=-1), scalers, notices
    )


def _adstocked(activity: np.ndarray, history: np.ndarray, spec: RunSpec, channel: str) -> np.ndarray:
    weights = adstock_weights(
        spec.feature_config.adstock.kind,
        spec.adstock(channel).model_dump(),
        len(history),
        normalize=spec.feature_config.saturation.enabled,
    )
    return np.asarray(adstock(lagged(activity, history), weights))


def _hill_parameters(carried: np.ndarray, spec: RunSpec, channel: str) -> tuple[float | None, float | None]:
    if not spec.feature_config.saturation.enabled:
        return None, None
    settings = spec.saturation(channel)
    return settings.half_saturation * float(carried.mean()), settings.slope


def _saturated(carried: np.ndarray, half_saturation: float | None, slope: float | None) -> np.ndarray:
    return carried if half_saturation is None else np.asarray(hill(carried, half_saturation, slope))


class _Controls(NamedTuple):
    names: list[str]
    kinds: list[str]
    matrix: np.ndarray
    scalers: dict[str, ControlScaler]


def _control_columns(frame: pd.DataFrame, controls: list[str], spec: RunSpec, split: RowSplit) -> _Controls:
    config = spec.feature_config
    rows = int(split.estimation.sum())
    names, kinds, columns = [], [], []
    scalers: dict[str, ControlScaler] = {}

    def add_scaled(name: str, kind: str, values: np.ndarray, column: str) -> None:
        _require_variation(values, column, "the value")
        scalers[name] = ControlScaler(mean=float(values.mean()), sd=float(values.std()))
        names.append(name)
        kinds.append(kind)
        columns.append((values - values.mean()) / values.std())

    for name in controls:
        values = frame[f"ctrl_{name}"].to_numpy(float)[split.estimation]
        add_scaled(name, "control", values, f"ctrl_{name}")
    if config.seasonality.enabled:
        days = frame["period_start"].to_numpy()[split.estimation].astype("datetime64[D]").astype(float)
        season = fourier_terms(days, config.seasonality.K, period=DAYS_PER_YEAR)
        for index in range(season.shape[1]):
            names.append(f"fourier_{('sin', 'cos')[index % 2]}_{index // 2 + 1}")
            kinds.append("seasonality")
            columns.append(season[:, index])
    if config.trend.enabled:
        # Counted along the calendar, so that a row without sales does not bend the line.
        add_scaled(TREND_NAME, "trend", np.flatnonzero(split.estimation).astype(float), TREND_NAME)
    values = np.stack(columns, axis=-1) if columns else np.zeros((rows, 0))
    return _Controls(names, kinds, values, scalers)


def _require_variation(values: np.ndarray, column: str, what: str) -> None:
    blank = int((~np.isfinite(values)).sum())
    if blank:
        raise DataError(
            f"{column_in_words(column)}: {what} is blank or not finite in {blank} estimated rows.",
            code="not_finite",
            remedy="Fill in the blanks, or use a smaller unit.",
            column=column,
        )
    with np.errstate(over="ignore", invalid="ignore"):
        varies = len(values) > 1 and float(values.std()) > SMALLEST_RELATIVE_SD * float(np.abs(values).max())
    if not varies:
        raise DataError(
            f"{column_in_words(column)}: {what} is the same in all {len(values)} estimated rows ({values[0]:g}), so "
            "that its effect cannot be told from the baseline.",
            code="no_variation",
            remedy="Leave it out, or widen the estimation window.",
            column=column,
        )


def _spend(frame: pd.DataFrame, channels: list[str], split: RowSplit) -> np.ndarray:
    blank = np.full(len(frame), np.nan)
    columns = [frame[f"spend_{name}"].to_numpy(float) if f"spend_{name}" in frame else blank for name in channels]
    return np.asarray(np.stack(columns, axis=-1)[split.estimation])
