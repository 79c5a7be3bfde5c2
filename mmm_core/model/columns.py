"""How columns of a table become columns of the model: transformed, scaled, refused where they tell nothing.

Channels, controls and the trend are z-scored, ``(x − mean) / sd`` with sd of ddof 0, over the estimation rows of all
entities together; Fourier terms are left as they are. A channel's x is what is felt of its activity: in the channel's
unit with saturation off, without a unit with saturation on. The trend's is in periods since the table's first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from mmm_core.errors import DataError
from mmm_core.labels import column_in_words
from mmm_core.schema import Strict
from mmm_core.spec import RunSpec, SaturationName
from mmm_core.table.windows import RowSplit
from mmm_core.transforms.adstock import adstock, adstock_weights, lagged, truncated_share
from mmm_core.transforms.saturation import saturate
from mmm_core.transforms.season import fourier_terms

DAYS_PER_YEAR = 365.25
TREND_NAME = "linear_trend"
MAX_TRUNCATED_SHARE = 0.05
"""Share of carry-over that may be cut off at ``max_lag`` before the person is told."""
FEWEST_QUIET = 4
"""Periods without activity at the beginning from which on a channel may have begun inside the table."""
SMALLEST_RELATIVE_SD = 1e-9
"""Below this ratio of sd to mean a column's variation is rounding, not information."""


class ChannelScaler(Strict):
    """How one channel's activity became a model column."""

    decay: float = Field(description="Adstock decay (share carried into the next period).")
    half_saturation: float | None = Field(description="Half-saturation in the unit of normalised adstock; null: off.")
    slope: float | None = Field(description="Hill slope; null: saturation is off.")
    saturation: SaturationName = Field("hill", description="Kind of saturation, where it is on.")
    mean: float = Field(description="Mean of the transformed activity over estimation rows.")
    sd: float = Field(description="Standard deviation (ddof 0) of the transformed activity over estimation rows.")
    zero_scaled: float = Field(description="Scaled value of zero activity.")


class ControlScaler(Strict):
    """How one control became a model column."""

    mean: float = Field(description="Mean over estimation rows, in the control's unit.")
    sd: float = Field(description="Standard deviation (ddof 0) over estimation rows, in the control's unit.")


class Transformed(NamedTuple):
    """Channels of the estimation rows, and how they became what they are.

    Attributes
    ----------
    activity
        ``(row, channel)``, in each channel's unit.
    felt
        ``(row, channel)``: activity after adstock and saturation, in the channel's unit; no unit with saturation.
    felt_more
        ``(row, channel)``: the same with the activity of the estimation rows raised by 1 %; activity before them is
        what it was.
    scalers
        By channel; half-saturation and scales are those of ``felt``.
    notices
        Channels of which much is cut off after ``max_lag``, in words.
    """

    activity: np.ndarray
    felt: np.ndarray
    felt_more: np.ndarray
    scalers: dict[str, ChannelScaler]
    notices: list[str]


def transform_channels(frame: pd.DataFrame, channels: list[str], spec: RunSpec, split: RowSplit) -> Transformed:
    """Adstock and saturation of each channel, entity by entity: nothing is carried over from one to the next.

    Scalers are those of all estimation rows together.

    Parameters
    ----------
    frame
        The canonical table: all rows, sorted by entity and period, with a column ``act_<channel>`` for each channel.
    channels
        Bare names, in the order of the result.
    split
        Which rows of ``frame`` are used at all, and which are estimated.

    Returns
    -------
    Arrays ``(row, channel)`` of the estimation rows, in each channel's unit.

    Raises
    ------
    DataError
        A channel's activity, or what is felt of it, is blank or does not vary.
    """
    max_lag, kind = spec.feature_config.adstock.max_lag, spec.feature_config.adstock.kind
    columns, more, activities, scalers, notices = [], [], [], {}, []
    for channel in channels:
        activity = frame[f"act_{channel}"].to_numpy(float)
        estimated = activity[split.estimation]
        _require_variation(estimated, f"act_{channel}", "activity")
        raised = np.where(split.estimation, 1.01 * activity, activity)
        carried, carried_more = (
            _carried(series, activity, frame, channel, spec, split) for series in (activity, raised)
        )
        half_saturation, slope = _hill_parameters(carried, spec, channel)
        curve = spec.feature_config.saturation.kind
        values = saturated(carried, curve, half_saturation, slope)
        _require_variation(values, f"act_{channel}", "activity after carry-over")
        mean, sd = float(values.mean()), float(values.std())
        scalers[channel] = ChannelScaler(
            decay=spec.decay(channel),
            half_saturation=half_saturation,
            slope=slope,
            saturation=curve,
            mean=mean,
            sd=sd,
            zero_scaled=(0.0 - mean) / sd,
        )
        columns.append(values)
        more.append(saturated(carried_more, curve, half_saturation, slope))
        activities.append(estimated)
        if spec.windows.pre_history == "mean" and (begin := _late_begin(activity, frame, split, max_lag)) is not None:
            notices.append(f"{channel}: begins on {begin.date()}; nothing is assumed to have been bought before.")
        dropped = truncated_share(kind, spec.adstock(channel).model_dump(), max_lag)
        if dropped > MAX_TRUNCATED_SHARE:
            notices.append(
                f"{channel}: cutting carry-over after {max_lag} periods drops {dropped:.0%} of its effect; "
                "raise max_lag or lower the decay."
            )
    return Transformed(
        np.stack(activities, axis=-1), np.stack(columns, axis=-1), np.stack(more, axis=-1), scalers, notices
    )


def _carried(
    series: np.ndarray, activity: np.ndarray, frame: pd.DataFrame, channel: str, spec: RunSpec, split: RowSplit
) -> np.ndarray:
    """Adstocked ``series`` on the estimation rows.

    Before its first used row an entity had its mean ``activity``, or none where the channel begins later.
    """
    carried = np.full(len(frame), np.nan)
    entities = frame["entity_id"].to_numpy()
    for entity in np.unique(entities[split.estimation]):
        used = np.flatnonzero((entities == entity) & split.used)
        history = history_of(activity[used], split.estimation[used], spec)
        carried[used] = adstocked(series[used], history, spec, channel)
    return np.asarray(carried[split.estimation])


def history_of(activity: np.ndarray, estimated: np.ndarray, spec: RunSpec) -> np.ndarray:
    """Activity ``(lag)`` that one entity is assumed to have had before its first used row, in the channel's unit.

    Parameters
    ----------
    activity, estimated
        ``(row)``: of the entity's used rows in time; which of them are estimated.
    """
    max_lag = spec.feature_config.adstock.max_lag
    is_assumed = spec.windows.pre_history == "mean" and not begins_late(activity, max_lag)
    return np.full(max_lag, activity[estimated].mean() if is_assumed else 0.0)


def begins_late(activity: np.ndarray, max_lag: int) -> bool:
    """Whether a channel begins inside the table: then nothing was bought before the table either.

    Parameters
    ----------
    activity
        ``(row)``: one entity's activity in time, in the channel's unit.
    max_lag
        Periods that carry-over reaches back.

    Returns
    -------
    It is zero for ``max_lag`` periods at first, or for some periods at first and never for so long afterwards: a
    channel that pauses as long later may as well have paused before the table.
    """
    bought = np.flatnonzero(activity)
    if not len(bought):
        return False
    at_first = int(bought[0])
    pauses = np.diff(np.append(bought, len(activity))) - 1
    return at_first >= max_lag or (at_first >= FEWEST_QUIET and at_first > int(pauses.max()))


def _late_begin(activity: np.ndarray, frame: pd.DataFrame, split: RowSplit, max_lag: int) -> pd.Timestamp | None:
    """When a channel begins that begins late in every entity."""
    entities = frame["entity_id"].to_numpy()
    parts = (activity[(entities == entity) & split.used] for entity in np.unique(entities[split.used]))
    if not all(begins_late(part, max_lag) for part in parts):
        return None
    first: pd.Timestamp = frame["period_start"][split.used & (activity != 0)].min()
    return first


def adstocked(activity: np.ndarray, history: np.ndarray, spec: RunSpec, channel: str) -> np.ndarray:
    """Carried activity ``(row)`` of one entity, in the channel's unit, after the ``history (lag)`` before its rows."""
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


def saturated(carried: np.ndarray, kind: str, half_saturation: float | None, slope: float | None) -> np.ndarray:
    """What is felt of carried activity ``(row)``, in the channel's unit without a half-saturation, else no unit."""
    return carried if half_saturation is None else np.asarray(saturate(kind, carried, half_saturation, slope))


class Controls(NamedTuple):
    """Columns beside the channels on the estimation rows.

    Attributes
    ----------
    names, kinds
        One each a column; kinds are ``control``, ``seasonality`` and ``trend``.
    matrix
        ``(row, control)``, no unit: controls and trend as z-scores, Fourier terms between −1 and 1.
    scalers
        Of controls and trend, by name.
    """

    names: list[str]
    kinds: list[str]
    matrix: np.ndarray
    scalers: dict[str, ControlScaler]


def control_columns(frame: pd.DataFrame, controls: list[str], spec: RunSpec, split: RowSplit) -> Controls:
    """Controls, Fourier terms and trend, in the order of the model.

    Fourier terms are ``sin(2πk·d / 365.25)`` and ``cos(…)`` of the calendar date d; the trend counts periods of the
    calendar that all entities share, whether or not a row has sales.

    Parameters
    ----------
    frame
        The canonical table: all rows, sorted by entity and period, with a column ``ctrl_<name>`` for each control.
    controls
        Bare names.
    split
        Which rows of ``frame`` are used at all, and which are estimated.

    Raises
    ------
    DataError
        A control is blank or does not vary.
    """
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
        # Counted along the calendar, so that a row without sales does not bend the line, and all entities share it.
        place = np.unique(frame["period_start"].to_numpy(), return_inverse=True)[1]
        add_scaled(TREND_NAME, "trend", place[split.estimation].astype(float), TREND_NAME)
    values = np.stack(columns, axis=-1) if columns else np.zeros((rows, 0))
    return Controls(names, kinds, values, scalers)


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
        sd = float(values.std())
    if not np.isfinite(sd):
        raise DataError(
            f"{column_in_words(column)}: {what} is too large to be counted with (up to {np.abs(values).max():.0e}).",
            code="not_finite",
            remedy="Use a larger unit, such as thousands.",
            column=column,
        )
    if not is_varying(values):
        raise DataError(
            f"{column_in_words(column)}: {what} is the same in all {len(values)} estimated rows ({values[0]:g}), so "
            "that its effect cannot be told from the baseline.",
            code="no_variation",
            remedy="Leave it out, or widen the estimation window.",
            column=column,
        )


def is_varying(values: np.ndarray) -> bool:
    """Whether finite values ``(row)``, in any unit, differ by more than rounding."""
    return len(values) > 1 and float(values.std()) > SMALLEST_RELATIVE_SD * float(np.abs(values).max())


def spend_columns(frame: pd.DataFrame, channels: list[str], split: RowSplit) -> np.ndarray:
    """Spend on the estimation rows ``(row, channel)``, currency; NaN for a channel without spend."""
    blank = np.full(len(frame), np.nan)
    columns = [frame[f"spend_{name}"].to_numpy(float) if f"spend_{name}" in frame else blank for name in channels]
    return np.asarray(np.stack(columns, axis=-1)[split.estimation])
