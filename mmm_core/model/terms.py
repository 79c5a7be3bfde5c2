"""Terms of the linear predictor: each declares its parameters, and one formula for what it adds.

A term's *effect* is what it adds against its reference state (media: nobody advertises; events: there is none; another
column: its mean over the estimation rows), its *origin* what it adds in that state. The intercept, all origins and all
effects are the predictor, so that taking a channel away is taking its effect away, whatever made it.

Formulas read ``values`` by parameter name, draws last: ``(sample)``, ``(channel, sample)``, ``(control, sample)``. With
``xp`` they are computed by NumPy or by PyTensor (with a sample axis of length one).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmm_core.model.parameters import Parameter
from mmm_core.model.priors import HalfNormal, LogitNormal, LogNormal, Normal, Number, SpreadNormal

type Array = NDArray[np.float64]
type T = Any
"""A NumPy array or a PyTensor tensor."""
type Values = Mapping[str, T]

KINDS = ("trend", "seasonality", "control", "event")
"""Kinds of columns, in the order of their parts."""
LEAST_CARRIED = 1e-9
"""Smallest carried activity that is told from nothing, in units of the channel's mean."""
MORE = 1.01
"""Activity of the estimation rows when the next percent is asked for, against what it was."""


class Part(NamedTuple):
    """What a term adds: ``effect (member, row, sample)`` and ``origin (sample)``, on the predictor's scale."""

    effect: T
    origin: T


@dataclass(frozen=True, slots=True)
class FixedMedia:
    """Channels whose carry-over and saturation are set: ``u = beta · felt``, felt in standard deviations.

    Attributes
    ----------
    felt, felt_rise
        ``(row, channel)``: activity after carry-over and saturation over its standard deviation, no unit; what 1 % more
        activity on the estimation rows adds to it.
    zero
        ``(channel)``: z-score of zero activity, no unit.
    """

    felt: Array
    felt_rise: Array
    zero: Array

    parameters = (
        Parameter(
            "sigma_beta",
            HalfNormal(np.float64(0.5)),
            None,
            "Spread of channel effects",
            "how large effects of channels are in general",
        ),
        Parameter("beta", HalfNormal("sigma_beta"), "channel"),
    )

    def part(self, values: Values, rows: slice = slice(None)) -> Part:
        """``u[c,t] = beta[c] · felt[c,t]``, 0 at zero activity; the origin is ``Σ beta·zero``."""
        return Part(self.felt[rows].T[:, :, None] * values["beta"][:, None, :], self.zero @ values["beta"])

    def rise(self, values: Values, channel: int, rows: slice = slice(None)) -> Array:
        """What 1 % more activity of one channel adds to its effect ``(row, sample)``, log scale."""
        return np.outer(self.felt_rise[rows, channel], values["beta"][channel])


@dataclass(frozen=True, slots=True)
class EstimatedMedia:
    """Channels whose carry-over and saturation are estimated, with a prior on media's share of sales and its split.

    ::

        carried[t] = Σ ω[l]·x[t−l]        ω[l] ∝ decay^l · (1 + delay + … + delay^l), Σ ω = 1
        h          = 1 / (1 + (half_saturation / carried)^slope)
        share[c]   = media_share · w[c]·exp(√tau·effect[c]) / Σ w·exp(√tau·effect),  effect ~ Normal(0, √tau)
        u[c,t]     = share[c] · h[c,t] / mean h[c] = beta[c] · h[c,t]

    Dividing by the mean of the curve *in each draw* makes ``share`` the channel's own share of sales, so that its prior
    does not move with carry-over or saturation; deviations of log returns are ``Normal(0, tau)``.

    Attributes
    ----------
    activity
        ``(channel, period)``: activity over its mean on estimation rows, from ``lags`` periods before the first of them
        to the last.
    rows
        ``(row)``: place of each estimation row among the periods from the first estimated on.
    weight
        ``(channel)``: share of spend (fraction), or equal parts where a channel has none.
    delayed, saturated
        ``(channel)``: 1 where the carry-over may be delayed, and where the curve bends; else 0.
    priors
        Of media_share, tau, decay, delay, half_saturation, slope, by name; centres and widths ``(channel)``.
    """

    activity: Array
    rows: NDArray[np.intp]
    lags: int
    weight: Array
    delayed: Array
    saturated: Array
    priors: Mapping[str, LogitNormal | LogNormal]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """In the order of every file."""
        return tuple(
            Parameter(name, SpreadNormal("tau") if name == "effect" else self.priors[name], dim, label, meaning)
            for name, dim, label, meaning in ESTIMATED
        )

    def curve(self, values: Values, xp: Any = np, rows: slice = slice(None), *, activity: Array | None = None) -> T:
        """``h (channel, row, sample)``: what is felt of activity, a fraction of the most it can do.

        Where a channel does not saturate it is carried activity itself, in units of its mean.

        Parameters
        ----------
        activity
            Another activity of the same form; None: the table's.
        """
        carried = xp.matmul(
            self._lagged(self.activity if activity is None else activity, rows), self.weights(values, xp)
        )
        half, slope = values["half_saturation"][:, None, :], values["slope"][:, None, :]
        bent = 1 / (1 + xp.exp(slope * (xp.log(half) - xp.log(xp.maximum(carried, LEAST_CARRIED)))))
        return xp.where(self.saturated[:, None, None] > 0, bent, carried)

    def weights(self, values: Values, xp: Any = np) -> T:
        """``ω (channel, lag, sample)``: carry-over by lag, no unit; it adds up to 1."""
        decay, delay = values["decay"][:, None, :], values["delay"][:, None, :] * self.delayed[:, None, None]
        lag = np.arange(self.lags + 1.0)[None, :, None]
        weights = decay**lag * xp.cumsum(delay**lag, axis=1)
        return weights / weights.sum(axis=1)[:, None, :]

    def shares(self, values: Values, xp: Any = np) -> T:
        """``share (channel, sample)``: each channel's share of sales at mean effect (fraction)."""
        logs = np.log(self.weight)[:, None] + values["tau"] ** 0.5 * values["effect"]
        split = xp.exp(logs - logs.max(axis=0))
        return values["media_share"] * split / split.sum(axis=0)

    def derived(self, values: Values, curve: Array) -> dict[str, Array]:
        """What follows from the parameters and their curve ``(channel, row, sample)`` on this table.

        ``share`` and ``beta (channel, sample)``, fractions of sales and, per unit of the curve, of mean sales.
        """
        share = self.shares(values)
        return {"share": share, "beta": share / curve.mean(axis=1)}

    def part(self, values: Values, rows: slice = slice(None)) -> Part:
        """``u[c,t] = beta[c]·h[c,t]``, in shares of mean sales, 0 at zero carried activity; the origin is ``−Σ share``:
        the intercept is the level at mean effects.
        """
        effect = values["beta"][:, None, :] * self.curve(values, rows=rows)
        return Part(effect, -values["share"].sum(axis=0))

    def rise(self, values: Values, channel: int, rows: slice = slice(None)) -> Array:
        """What 1 % more activity of one channel on the estimation rows adds to its effect.

        ``(row, sample)``, in shares of mean sales.
        """
        one = self.only(channel)
        own = {name: value[channel : channel + 1] for name, value in values.items() if name in OF_CHANNELS}
        more = one.activity.copy()
        more[:, one.lags + one.rows] *= MORE
        risen = one.curve(own, rows=rows, activity=more) - one.curve(own, rows=rows)
        return np.asarray(risen[0] * values["beta"][channel])

    def only(self, channel: int) -> EstimatedMedia:
        """The same term with one channel; its priors are left as they are."""
        kept = slice(channel, channel + 1)
        return EstimatedMedia(
            self.activity[kept],
            self.rows,
            self.lags,
            self.weight[kept],
            self.delayed[kept],
            self.saturated[kept],
            self.priors,
        )

    def _lagged(self, activity: Array, rows: slice) -> Array:
        """``(channel, row, lag)``: activity of each estimation row and of the periods before it."""
        windows = np.lib.stride_tricks.sliding_window_view(activity, self.lags + 1, axis=1)[..., ::-1]
        return np.ascontiguousarray(windows[:, self.rows[rows]])


ESTIMATED: tuple[tuple[str, Any, str, str], ...] = (
    ("media_share", None, "Media's share of sales", "all channels together, at mean effect"),
    (
        "tau",
        None,
        "Spread of returns, as learnt",
        "how far returns of channels like these lie apart (standard deviation of their logarithms); that of the "
        "returns found is under Diagnostics",
    ),
    ("effect", "channel", "", ""),
    ("decay", "channel", "", ""),
    ("delay", "channel", "", ""),
    ("half_saturation", "channel", "", ""),
    ("slope", "channel", "", ""),
)
"""Parameters of estimated media: name, dim, label and meaning."""
OF_CHANNELS = frozenset({"decay", "delay", "half_saturation", "slope", "beta", "share", "effect"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Controls, season, trend and events: ``(x − reference) @ gamma``.

    Attributes
    ----------
    matrix
        ``(row, control)``, no unit: z-scores, Fourier terms between −1 and 1, and parts of events.
    kinds
        One of :data:`KINDS` each column.
    scale
        Scale of the coefficients' priors, or ``(control)`` one each.
    no_event
        What stands in a column of an event where there is none; or ``(control)`` one each.
    centre
        ``(control)``, no unit: means over the estimation rows, where the matrix has other rows too; None: it has not.
    """

    matrix: Array
    kinds: NDArray[np.str_]
    scale: Number
    no_event: Array | float = 0.0
    centre: Array | None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The coefficients."""
        return (Parameter("gamma", Normal(0.0, self.scale), "control"),)

    @property
    def means(self) -> Array:
        """Mean of each column over the estimation rows ``(control)``, no unit."""
        return np.asarray(self.matrix.mean(axis=0)) if self.centre is None else self.centre

    @property
    def reference(self) -> Array:
        """Where a column adds nothing ``(control)``, no unit: its mean, and for an event, where there is none."""
        return np.where(self.kinds == "event", self.no_event, self.means)

    def part(self, values: Values, rows: slice = slice(None)) -> Part:
        """Signed effects of each of :data:`KINDS` ``(kind, row, sample)`` against their reference."""
        gamma, about = values["gamma"], self.matrix[rows] - self.reference
        parts = [about[:, self.kinds == kind] @ gamma[self.kinds == kind] for kind in KINDS]
        return Part(np.stack(parts), self.reference @ gamma)
