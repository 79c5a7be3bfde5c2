"""Sales of the periods that come under any activity in them: what is planned is put into the model as it was fitted.

A *horizon* is planned, and a *tail* behind it feels what is carried over: both count. ::

    carried[c,t] = arrived[c,t] + Σ ω[c,l]·x[c,t−l] / unit[c]       arrived: of activity before the horizon
    sales[t]     = link(base[t] + Σ scale[c]·curve(carried[c,t]))

Everything but activity is that of the fit: nothing is learnt here, and nothing is drawn. Noise is left out, so that
sales are conditional medians, as everywhere in the results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmm_core.errors import SpecError
from mmm_core.labels import column_in_words
from mmm_core.model.family import Link
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.link import LogLink
from mmm_core.model.terms import LEAST_CARRIED, EstimatedMedia, Values
from mmm_core.results.effects import effects
from mmm_core.results.future.coming import with_coming
from mmm_core.results.future.horizon import horizon_of
from mmm_core.spec import RunSpec, control_name
from mmm_core.table.typed import CanonicalData
from mmm_core.transforms.adstock import adstock_weights
from mmm_core.transforms.saturation import SATURATIONS

type Array = NDArray[np.float64]

STRAIGHT = "straight"
"""In place of a kind of saturation: the effect is carried activity itself."""


class Curves(NamedTuple):
    """From activity to effect. Axes ``draw`` have length one where all samples have the same value.

    Attributes
    ----------
    unit
        ``(channel)``: activity that counts as one, in the channel's unit.
    weights
        ``(channel, lag, draw)``: carry-over, no unit.
    kinds
        By channel: names of :data:`~mmm_core.transforms.saturation.SATURATIONS`, or ``straight``.
    half, slope
        ``(channel, draw)``: half-saturation, in units of ``unit``, and slope, of the curves that have them.
    scale
        ``(channel, sample)``: effect on the predictor per unit of the curve.
    """

    unit: Array
    weights: Array
    kinds: tuple[str, ...]
    half: Array
    slope: Array
    scale: Array

    def felt(self, place: int, carried: Array) -> Array:
        """What is felt of carried activity ``(…, draw)`` of one channel, no unit."""
        kind = self.kinds[place]
        if kind == STRAIGHT:
            return carried
        return np.asarray(SATURATIONS[kind].curve(carried / self.half[place], self.slope[place]))

    def rise(self, place: int, carried: Array, felt: Array) -> Array:
        """Its derivative by carried activity ``(…, draw)``, where what is felt is known."""
        kind, half = self.kinds[place], self.half[place]
        if kind == STRAIGHT:
            return np.ones_like(carried)
        return np.asarray(SATURATIONS[kind].rise(carried / half, self.slope[place], felt) / half)


@dataclass(frozen=True)
class Response:
    """How sales of coming periods answer activity.

    Attributes
    ----------
    channels
        Bare names.
    dates
        ``(period)``: first days of the horizon's periods, then of the tail's.
    horizon
        How many of them are planned.
    base
        ``(period, sample)``: predictor without media.
    arrived
        ``(channel, period, draw)``: carried activity of the time before, in units of ``curves.unit``.
    curves
        From activity to effect.
    link
        From the predictor to sales.
    """

    channels: tuple[str, ...]
    dates: NDArray[np.datetime64]
    horizon: int
    base: Array
    arrived: Array
    curves: Curves
    link: Link

    @property
    def periods(self) -> int:
        """Of horizon and tail."""
        return len(self.dates)

    def carried(self, activity: Array) -> Array:
        """What activity of the horizon adds to what is carried.

        Parameters
        ----------
        activity
            ``(channel, horizon)``, in each channel's unit.

        Returns
        -------
        ``(channel, period, draw)``, in units of ``curves.unit``.
        """
        weights, lags = self.curves.weights, self.curves.weights.shape[1]
        found = np.zeros((len(self.channels), self.periods, weights.shape[2]))
        for lag in range(min(lags, self.periods)):
            there = min(self.horizon, self.periods - lag)
            found[:, lag : lag + there] += weights[:, lag, None, :] * activity[:, :there, None]
        return found / self.curves.unit[:, None, None]

    def of(self, samples: NDArray[np.intp]) -> Response:
        """The same on some of the draws."""
        curves = self.curves

        def some(values: Array) -> Array:
            return values if values.shape[-1] == 1 else values[..., samples]

        return replace(
            self,
            base=self.base[:, samples],
            arrived=some(self.arrived),
            curves=curves._replace(
                weights=some(curves.weights), half=some(curves.half), slope=some(curves.slope),
                scale=curves.scale[:, samples],
            ),
            link=self.link if isinstance(self.link, LogLink) else replace(self.link, power=self.link.power[samples]),
        )  # fmt: skip

    def felt(self, carried: Array) -> Felt:
        """What is felt of what the horizon adds to carried activity ``(channel, period, draw)``."""
        return Felt(self, np.maximum(self.arrived + carried, LEAST_CARRIED))


@dataclass(frozen=True)
class Felt:
    """What is felt of carried activity, and what sales are then.

    Attributes
    ----------
    response
        The model on the periods that come.
    carried
        ``(channel, period, draw)``: all that is carried, in units of ``curves.unit``.
    """

    response: Response
    carried: Array

    @cached_property
    def curve(self) -> Array:
        """``(channel, period, draw)``, no unit."""
        return np.stack([self.response.curves.felt(place, each) for place, each in enumerate(self.carried)])

    @cached_property
    def rise(self) -> Array:
        """Derivative of the curve by carried activity ``(channel, period, draw)``."""
        pairs = enumerate(zip(self.carried, self.curve, strict=True))
        return np.stack([self.response.curves.rise(place, carried, felt) for place, (carried, felt) in pairs])

    @cached_property
    def predictor(self) -> Array:
        """``(period, sample)``, on the predictor's scale."""
        scale = self.response.curves.scale
        if self.curve.shape[2] == 1:
            return np.asarray(self.response.base + self.curve[:, :, 0].T @ scale)
        return np.asarray(self.response.base + np.einsum("cts,cs->ts", self.curve, scale))

    @cached_property
    def sales(self) -> Array:
        """Conditional medians ``(period, sample)``, in the target's unit."""
        return self.response.link.to_sales(self.predictor)

    def brought(self) -> Array:
        """What each channel adds to sales ``(channel, period, sample)``, in the target's unit; with sales without media
        the parts add up to sales (Aumann–Shapley, as in the results).
        """
        effect = self.curve * self.response.curves.scale[:, None, :]
        return np.asarray(self.response.link.additive(self.predictor, effect, effect.sum(axis=0)))

    def slopes(self, direction: Array, weight: Array) -> Array:
        """What sales gain per unit of a direction of each channel, over periods and samples.

        Parameters
        ----------
        direction
            ``(channel, period, draw)``: what a unit adds to carried activity, as :meth:`Response.carried` gives it.
        weight
            ``(sample)``: how much each sample counts.

        Returns
        -------
        ``(channel)``, in the target's unit per unit of the direction.
        """
        per_unit = self.response.link.rise(self.predictor) * weight  # (period, sample)
        moved = self.rise * direction
        if moved.shape[2] == 1:
            return np.asarray((moved[:, :, 0] @ per_unit * self.response.curves.scale).sum(axis=1))
        return np.asarray((np.einsum("cts,ts->cs", moved, per_unit) * self.response.curves.scale).sum(axis=1))


def response_of(
    features: FeatureMatrix, values: Values, table: CanonicalData, spec: RunSpec, *, horizon: int,
    controls: Mapping[str, Sequence[float]] | None = None,
) -> Response:  # fmt: skip
    """The model of a fit on the periods that come, season and controls as a year before unless others are given.

    Parameters
    ----------
    features, spec
        What was fitted.
    values
        Its draws by parameter, ``(sample)`` or ``(member, sample)``, each in its own unit.
    table
        The canonical table of the fit.
    horizon
        Periods to plan.
    controls
        Values of controls in the planned periods, in the unit of the column: one for all of them, or one each. After
        them they are as a year before.

    Raises
    ------
    DataError
        The table is not that of the fit.
    SpecError
        A control is unknown, or has another number of values.
    """
    lags = _lags(features, spec)
    periods = horizon + lags
    longer = with_coming(table, periods, _given(controls or {}, spec, horizon))
    family = horizon_of(features, longer, spec).family
    rows = len(family.noise.begins)
    found = effects(family, values, slice(rows - periods, rows))
    channels = tuple(features.scaler.channels)
    curves = (
        _estimated(family.media, features, values)
        if isinstance(family.media, EstimatedMedia)
        else _fixed(features, values, spec, lags)
    )
    past = longer.frame.iloc[:-periods]
    activity = np.stack([past[f"act_{channel}"].to_numpy(float) for channel in channels])
    return Response(
        channels=channels,
        dates=longer.frame["period_start"].to_numpy()[-periods:],
        horizon=horizon,
        base=found.reference + found.baseline.sum(axis=0),
        arrived=_arrived(activity[:, max(activity.shape[1] - lags, 0) :], curves, periods),
        curves=curves,
        link=family.link(values),
    )


def _given(controls: Mapping[str, Sequence[float]], spec: RunSpec, horizon: int) -> dict[str, Array]:
    """Values of controls ``(horizon)``, by column of the table."""
    known = {control_name(name) for name in spec.controls}
    found = {}
    for name, values in controls.items():
        bare = control_name(name)
        if bare not in known:
            raise SpecError(
                f"controls: the run has no control '{name[:80]}'.",
                code="unknown_control",
                remedy=f"Controls are {', '.join(sorted(known))}." if known else "The run has no controls.",
            )
        if len(values) not in (1, horizon):
            raise SpecError(
                f"controls: {column_in_words(f'ctrl_{bare}')} has {len(values)} values, and {horizon} periods are "
                "planned.",
                code="wrong_number_of_values",
                remedy="Give one value for all of them, or one for each.",
            )
        found[f"ctrl_{bare}"] = np.broadcast_to(np.asarray(values, float), horizon).copy()
    return found


def _lags(features: FeatureMatrix, spec: RunSpec) -> int:
    """Periods after which nothing is carried over any more."""
    estimated = features.scaler.estimated
    return spec.feature_config.adstock.max_lag if estimated is None else estimated.lags


def _estimated(media: EstimatedMedia, features: FeatureMatrix, values: Values) -> Curves:
    assert features.scaler.estimated is not None  # noqa: S101 - for the type checker
    return Curves(
        unit=np.array([channel.mean for channel in features.scaler.estimated.channels.values()]),
        weights=media.weights(values),
        kinds=tuple("hill" if bent else STRAIGHT for bent in media.saturated),
        half=values["half_saturation"],
        slope=values["slope"],
        scale=values["beta"],
    )


def _fixed(features: FeatureMatrix, values: Values, spec: RunSpec, lags: int) -> Curves:
    config, scalers = spec.feature_config, features.scaler.channels
    unit = features.activity.to_numpy().mean(axis=0)
    weights = [
        adstock_weights(
            config.adstock.kind, spec.adstock(channel).model_dump(), lags, normalize=config.saturation.enabled
        )
        for channel in scalers
    ]
    is_bent = [scaler.half_saturation is not None for scaler in scalers.values()]
    sds = np.array([scaler.sd for scaler in scalers.values()])
    return Curves(
        unit=unit,
        weights=np.stack(weights)[:, :, None],
        kinds=tuple(
            scaler.saturation if bent else STRAIGHT for scaler, bent in zip(scalers.values(), is_bent, strict=True)
        ),
        half=np.array([scaler.half_saturation or size for scaler, size in zip(scalers.values(), unit, strict=True)])[
            :, None
        ]
        / unit[:, None],
        slope=np.array([scaler.slope or 1.0 for scaler in scalers.values()])[:, None],
        scale=values["beta"] * (np.where(is_bent, 1.0, unit) / sds)[:, None],
    )


def _arrived(before: Array, curves: Curves, periods: int) -> Array:
    """What is carried over into the periods that come ``(channel, period, draw)`` of activity ``(channel, lag)`` before
    them, in units of ``curves.unit``.
    """
    lags = before.shape[1]
    found = np.zeros((len(before), periods, curves.weights.shape[2]))
    for period in range(min(lags, periods)):
        # Of the lags that reach back behind the first period, the nearest falls on the last activity before it.
        reach = curves.weights[:, period + 1 : period + 1 + lags][:, ::-1]
        found[:, period] = np.einsum("cld,cl->cd", reach, before[:, lags - reach.shape[1] :])
    return found / curves.unit[:, None, None]
