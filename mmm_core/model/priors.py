"""Priors as data: what a model declares of its parameters, and draws from it. Needs no sampler.

Centres and scales are numbers, one number for each member of a dim, or the name of a parameter that was declared
before. The sampler turns the same declarations into random variables (:mod:`mmm_core.sampler.model_pymc`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Number = float | Array
type Named = Number | str


@dataclass(frozen=True, slots=True)
class Normal:
    """Bell around ``centre``."""

    centre: Number
    scale: Named


@dataclass(frozen=True, slots=True)
class SpreadNormal:
    """Bell around zero whose variance is another parameter: ``Normal(0, sqrt(variance))``."""

    variance: str


@dataclass(frozen=True, slots=True)
class HalfNormal:
    """The upper half of a bell around zero."""

    scale: Named


@dataclass(frozen=True, slots=True)
class Exponential:
    """Decreasing from zero on, with this mean."""

    mean: Number


@dataclass(frozen=True, slots=True)
class Beta:
    """Between 0 and 1; (1, 1) is uniform."""

    a: float
    b: float


@dataclass(frozen=True, slots=True)
class LogitNormal:
    """Between 0 and 1: ``logistic(centre + width·z)``, z standard normal; of width 0 it is fixed."""

    centre: Number
    width: Number

    def natural(self, z: Array) -> Array:
        """The parameter ``(…)``, a fraction, from its standard normal; centre and width broadcast with it."""
        return np.asarray(1 / (1 + np.exp(-(self.centre + self.width * z))))


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Above ``above``: ``above + exp(centre + width·z)``, z standard normal; of width 0 it is fixed."""

    centre: Number
    width: Number
    above: float = 0.0

    def natural(self, z: Array) -> Array:
        """The parameter ``(…)``, in its own unit, from its standard normal; centre and width broadcast with it."""
        return np.asarray(self.above + np.exp(self.centre + self.width * z))


type Prior = Normal | SpreadNormal | HalfNormal | Exponential | Beta | LogitNormal | LogNormal


def draw(prior: Prior, rng: np.random.Generator, shape: tuple[int, ...], known: Mapping[str, Array]) -> Array:
    """Draws ``(sample, …)`` of one parameter, in its unit; ``known`` holds those that its scale names, by name."""
    match prior:
        case HalfNormal(str(scale)):
            return np.abs(rng.normal(size=shape)) * _beside(known[scale], shape)
        case HalfNormal(scale):
            return np.abs(rng.normal(0, _number(scale), shape))
        case Normal(centre, str(scale)):
            return centre + rng.normal(size=shape) * _beside(known[scale], shape)
        case Normal(centre, scale):
            return rng.normal(centre, _number(scale), shape)
        case SpreadNormal(variance):
            return rng.normal(size=shape) * np.sqrt(_beside(known[variance], shape))
        case Exponential(mean):
            return rng.exponential(mean, shape)
        case Beta(a, b):
            return rng.beta(a, b, shape)
        case LogitNormal() | LogNormal():
            return prior.natural(rng.normal(size=shape))


def log_density(prior: Prior, value: Array, known: Mapping[str, Array]) -> Array:
    """Log density ``(…, sample)`` of a parameter at draws ``(…, sample)``; ``known`` holds those that its scale names.

    Densities are of the parameter in its own unit. One of width zero has none: NaN.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        match prior:
            case HalfNormal(scale):
                return np.asarray(np.log(2) + _bell(value, 0.0, _scale(scale, known)))
            case Normal(centre, scale):
                return _bell(value, _column(centre, value), _scale(scale, known, value))
            case SpreadNormal(variance):
                return np.asarray(_bell(value, 0.0, np.sqrt(known[variance])))
            case Exponential(mean):
                return np.asarray(-value / mean - np.log(mean))
            case Beta(a, b):
                return np.asarray(
                    (a - 1) * np.log(value) + (b - 1) * np.log1p(-value)
                    + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
                )  # fmt: skip
            case LogitNormal(centre, width):
                logit = np.log(value) - np.log1p(-value)
                jacobian = np.log(value) + np.log1p(-value)
                return np.asarray(_bell(logit, _column(centre, value), _column(width, value)) - jacobian)
            case LogNormal(centre, width, above):
                log = np.log(value - above)
                return np.asarray(_bell(log, _column(centre, value), _column(width, value)) - log)


def _bell(value: Array, centre: Number, scale: Number) -> Array:
    return np.asarray(-0.5 * np.square((value - centre) / scale) - np.log(scale) - 0.5 * math.log(2 * math.pi))


def _scale(scale: Named, known: Mapping[str, Array], value: Array | None = None) -> Number:
    if isinstance(scale, str):
        return known[scale]
    return scale if value is None else _column(scale, value)


def _column(number: Number, value: Array) -> Number:
    """A number of each member beside the draws ``(member, sample)``."""
    return number[:, None] if isinstance(number, np.ndarray) and number.ndim == 1 and value.ndim > 1 else number


def _number(scale: Named) -> Number:
    assert not isinstance(scale, str)  # noqa: S101 - names have been looked up by whoever asks
    return scale


def _beside(scale: Array, shape: tuple[int, ...]) -> Array:
    """A scale of each draw beside the members of a dim."""
    return scale.reshape(scale.shape[0], *[1] * (len(shape) - 1))
