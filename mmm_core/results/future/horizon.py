"""The model of a fit on periods after it: the same columns, scaled and carried over as the fit had them.

Nothing is learnt from the periods that come: means, spreads, half-saturations and which events are told are those of
the fit. Adstock runs on from its rows into theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.errors import DataError
from mmm_core.labels import column_in_words
from mmm_core.model.columns import DAYS_PER_YEAR, ControlScaler, adstocked, history_of, saturated
from mmm_core.model.events.columns import event_columns
from mmm_core.model.family import Family, are_neighbours, family_of
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.terms import MORE, EstimatedMedia, FixedMedia
from mmm_core.spec import RunSpec
from mmm_core.table.canonicalize import aggregate_brand
from mmm_core.table.typed import CanonicalData
from mmm_core.table.windows import RowSplit, split_rows
from mmm_core.transforms.season import fourier_terms

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Horizon:
    """A fitted model on its own rows and on those that come after them.

    Attributes
    ----------
    family
        The model with both kinds of rows in its terms; its target is that of the fitted rows.
    dates
        ``(row)``: first day of each period, the fitted rows first.
    fitted
        How many rows were fitted.
    """

    family: Family
    dates: NDArray[np.datetime64]
    fitted: int

    @property
    def coming(self) -> slice:
        """The rows that come after the fit."""
        return slice(self.fitted, len(self.dates))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a table ``(row)``: those that the fit used and estimated, and those that come after it."""

    frame: pd.DataFrame
    split: RowSplit
    wanted: NDArray[np.bool_]


def horizon_of(features: FeatureMatrix, table: CanonicalData, spec: RunSpec) -> Horizon:
    """The fitted model with the rows of ``table`` that lie after its last row.

    Parameters
    ----------
    features
        What was fitted, at brand level.
    table
        The canonical table of the fit, with later rows: activity and controls filled in, sales as they may be.
    spec
        The specification of the fit.

    Raises
    ------
    DataError
        A column is missing or blank in a later row, or the table is not that of the fit.
    """
    rows = _rows_of(features, table, spec)
    family, dates = family_of(features), rows.frame["period_start"].to_numpy()[rows.wanted]
    matrix = _columns(features, rows, spec)
    means = features.controls_scaled.to_numpy().mean(axis=0)
    if family.is_estimated:
        matrix = matrix - means
        means = np.zeros_like(means)
    begins = np.concatenate([[True], ~are_neighbours(np.full(len(dates), ""), dates, features.scaler.grain)])
    extended = replace(
        family,
        media=_media(features, family, rows, spec),
        columns=replace(family.columns, matrix=matrix, centre=means),
        noise=replace(family.noise, begins=begins),
    )
    return Horizon(extended, dates, len(features.dates))


def _rows_of(features: FeatureMatrix, table: CanonicalData, spec: RunSpec) -> _Rows:
    frame = aggregate_brand(table).frame.reset_index(drop=True)
    dates = frame["period_start"].to_numpy()
    coming = dates > features.dates.max()
    before = split_rows(frame[~coming], spec)
    later = int(coming.sum())
    split = before._replace(
        used=np.append(before.used, np.ones(later, bool)),
        estimation=np.append(before.estimation, np.zeros(later, bool)),
    )
    if not np.array_equal(dates[split.estimation], features.dates.astype(dates.dtype)):
        raise DataError(
            "The table does not have the rows that were fitted.",
            code="other_table",
            remedy="Predict with the table that the run was made from, and add periods after its last.",
        )
    return _Rows(frame, split, split.estimation | coming)


def _media(features: FeatureMatrix, family: Family, rows: _Rows, spec: RunSpec) -> FixedMedia | EstimatedMedia:
    channels = list(features.scaler.channels)
    activity = np.stack([_filled(rows, f"act_{channel}") for channel in channels], axis=-1)
    if isinstance(family.media, EstimatedMedia):
        assert features.scaler.estimated is not None  # noqa: S101 - for the type checker
        later = activity[features.target.size :]
        means = np.array([channel.mean for channel in features.scaler.estimated.channels.values()])
        reached = family.media.activity.shape[1] - family.media.lags
        return replace(
            family.media,
            activity=np.hstack([family.media.activity, (later / means).T]),
            rows=np.append(family.media.rows, reached + np.arange(len(later))),
        )
    sds = np.array([channel.sd for channel in features.scaler.channels.values()])
    felt = np.stack([_felt(features, rows, channel, spec) for channel in channels], axis=-1)
    more = np.stack([_felt(features, rows, channel, spec, MORE) for channel in channels], axis=-1)
    return FixedMedia(felt=felt / sds, felt_rise=(more - felt) / sds, zero=family.media.zero)


def _felt(features: FeatureMatrix, rows: _Rows, channel: str, spec: RunSpec, times: float = 1.0) -> Array:
    """What is felt of a channel ``(row)``, in its unit, with its activity on these rows ``times`` what it is."""
    used, scaler = rows.split.used, features.scaler.channels[channel]
    activity = rows.frame[f"act_{channel}"].to_numpy(float)
    fitted = used & (rows.frame["period_start"].to_numpy() <= features.dates.max())
    history = history_of(activity[fitted], rows.split.estimation[fitted], spec)
    felt = np.full(len(activity), np.nan)
    series = np.where(rows.wanted, times * activity, activity)
    felt[used] = saturated(
        adstocked(series[used], history, spec, channel), scaler.saturation, scaler.half_saturation, scaler.slope
    )
    return felt[rows.wanted]


def _columns(features: FeatureMatrix, rows: _Rows, spec: RunSpec) -> Array:
    """Controls, season, trend and events ``(row, control)`` on the scale of the fit."""
    scaler = features.scaler
    days = rows.frame["period_start"].to_numpy()[rows.wanted].astype("datetime64[D]").astype(float)
    season = fourier_terms(days, scaler.fourier_pairs, period=DAYS_PER_YEAR) if scaler.fourier_pairs else None
    events = event_columns(rows.frame, spec, rows.split, scaler.grain, rows.wanted).matrix
    # Counted along the table's calendar, as the fit counted.
    place = np.unique(rows.frame["period_start"].to_numpy(), return_inverse=True)[1][rows.wanted].astype(float)
    columns, seasonal, occasional = [], 0, 0
    for name, kind in scaler.control_kind.items():
        if kind == "control":
            columns.append(_scored(_filled(rows, f"ctrl_{name}"), scaler.controls[name]))
        elif kind == "trend":
            assert scaler.trend is not None  # noqa: S101 - for the type checker
            columns.append(_scored(place, scaler.trend))
        elif kind == "seasonality":
            assert season is not None  # noqa: S101 - for the type checker
            columns.append(season[:, seasonal])
            seasonal += 1
        else:
            columns.append(events[:, occasional])
            occasional += 1
    return np.stack(columns, axis=-1) if columns else np.zeros((int(rows.wanted.sum()), 0))


def _scored(values: Array, scaler: ControlScaler) -> Array:
    return (values - scaler.mean) / scaler.sd


def _filled(rows: _Rows, column: str) -> Array:
    """A column on the wanted rows ``(row)``, in its unit."""
    if column not in rows.frame:
        raise DataError(
            f"{column_in_words(column)} is missing in the table.",
            code="unknown_column",
            remedy="Give a value for every period that is to be predicted.",
            column=column,
        )
    values = rows.frame[column].to_numpy(float)[rows.wanted]
    blank = np.flatnonzero(~np.isfinite(values))
    if len(blank):
        when = pd.Timestamp(rows.frame["period_start"].to_numpy()[rows.wanted][blank[0]]).date()
        raise DataError(
            f"{column_in_words(column)} is blank in {len(blank)} periods (first on {when}).",
            code="not_finite",
            remedy="Give a value for every period that is to be predicted.",
            column=column,
        )
    return np.asarray(values)
