"""The hand-written density as nutpie samples it: C functions and one buffer, so that chains never wait for each other.

nutpie's door for densities in Python takes the interpreter's lock at every step; the one that it opens for compiled
PyMC models does not, and asks for no more than the addresses of two C functions. Its names are private
(``nutpie._lib``): the version is pinned, and a test samples through it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from nutpie import _lib
from nutpie.sample import CompiledModel

from mmm_core.model.family import Family
from mmm_core.model.likelihood import RHO
from mmm_core.model.priors import HalfNormal, LogNormal
from mmm_core.model.terms import EstimatedMedia
from mmm_core.sampler import density

type Array = NDArray[np.float64]

POSITION = "position"
"""Name of the one variable that is drawn: the unconstrained position."""
DIM = "coordinate"
LINKS = ("estimated", "log", "identity")
MEMORIES = ("independent", "ar1", "arma")
"""Options in the order of their numbers in the buffer."""
OF_CHANNELS = ("decay", "delay", "half_saturation", "slope")
"""Parameters of each channel after its effect, in the order of the position."""
DERIVED = ("share", "beta")
"""What follows from the parameters and the table."""
DRAWS_AT_ONCE = 500
"""Draws that are turned into parameters at a time: every channel's curve is computed for each."""


@dataclass(frozen=True)
class NativeModel(CompiledModel):  # type: ignore[misc]
    """What :func:`nutpie.sample` takes: a density for one table.

    Attributes
    ----------
    buffer
        What :func:`mmm_core.sampler.density.log_density` reads, its own length in front; kept alive by this object.
    size
        Length of the position.
    start
        Gives a first position for a seed.
    """

    buffer: Array
    size: int
    start: Callable[[int], Array]

    @property
    def n_dim(self) -> int:
        return self.size

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {POSITION: (self.size,)}

    @property
    def coords(self) -> dict[str, Any]:
        return {}

    def _make_sampler(
        self,
        settings: Any,
        init_mean: Any,
        cores: int,
        progress_type: Any,
        callback: Any,
        callback_rate: int,
        store: Any,
    ) -> Any:
        model = self._make_model(init_mean)
        return _lib.PySampler.from_pymc(settings, cores, model, progress_type, callback, callback_rate, store)

    def _make_model(self, init_mean: Any) -> Any:  # noqa: ARG002 - as nutpie's own models have it
        address = self.buffer.ctypes.data
        copies = _lib.ExpandFunc(self.size, self.size, density.position_in_c.address, address, self)
        variables = _lib.PyVariable.new_variables(
            [POSITION], ["float64"], [[self.size]], {DIM: self.size}, {POSITION: [DIM]}
        )
        function = _lib.LogpFunc(density.log_density_in_c.address, address, self)
        return _lib.PyMcModel(function, copies, variables, self.size, {DIM: self.size}, {}, self.start, _no_adapter)


def load() -> None:
    """Have the C functions compiled, or read from the cache on disk."""
    if not density.log_density_in_c.address:
        raise RuntimeError("the density has no address")  # pragma: no cover - the import above has compiled it


def model_on(family: Family) -> NativeModel:
    """The recommended model of one table, ready to be sampled."""
    media, columns = estimated_media(family), family.columns.matrix.shape[1]
    size = density.dimension(len(media.weight), columns)
    buffer = packed(family)
    framed = np.concatenate([[float(len(buffer))], buffer])
    framed.flags.writeable = False
    return NativeModel(dims={POSITION: (DIM,)}, buffer=framed, size=size, start=lambda seed: start_position(size, seed))


def evaluate(model: NativeModel, position: Array) -> tuple[float, Array]:
    """Log density up to a constant at ``position (coordinate)``, no unit, and its gradient ``(coordinate)``.

    Raises
    ------
    ValueError
        The density does not exist at that point.
    """
    value, gradient = np.empty(1), np.empty(model.size)
    pointers = [array.ctypes.data_as(ctypes.POINTER(ctypes.c_double)) for array in (position, gradient, value)]
    table = ctypes.c_void_p(model.buffer.ctypes.data)
    if density.log_density_in_c.ctypes(model.size, *pointers, table):
        raise ValueError("the density is not finite at position")
    return float(value[0]), gradient


def estimated_media(family: Family) -> EstimatedMedia:
    """The term of media of a recommended model."""
    assert isinstance(family.media, EstimatedMedia)  # noqa: S101 - for the type checker
    return family.media


def packed(family: Family) -> Array:
    """All numbers of one table in the layout of :mod:`mmm_core.sampler.density`."""
    media, columns, noise = estimated_media(family), family.columns, family.noise
    rows, controls = columns.matrix.shape
    channels, periods = media.activity.shape
    share, tau = media.priors["media_share"], media.priors["tau"]
    assert isinstance(noise.nu, LogNormal)  # noqa: S101 - for the type checker, as below
    assert isinstance(noise.sigma, HalfNormal)  # noqa: S101
    header = np.zeros(density.HEADER)
    header[density.ROWS], header[density.CHANNELS], header[density.COLUMNS] = rows, channels, controls
    header[density.LAGS], header[density.PERIODS] = media.lags, periods
    header[density.LINK] = LINKS.index(family.link_name)
    header[density.MEMORY] = MEMORIES.index(noise.memory)
    header[density.TAILS] = noise.tails == "student_t"
    header[density.INTERCEPT_SD] = _intercept_sd(family)
    header[density.SIGMA_SCALE] = noise.sigma.scale
    header[density.NU_CENTRE], header[density.NU_WIDTH] = noise.nu.centre, noise.nu.width
    header[density.RHO_A], header[density.RHO_B] = RHO.a, RHO.b
    header[density.MEDIA_CENTRE], header[density.MEDIA_WIDTH] = share.centre, share.width
    header[density.TAU_CENTRE], header[density.TAU_WIDTH] = tau.centre, tau.width
    blocks = [
        np.log(family.target / family.level),
        media.rows,
        noise.begins,
        media.activity.ravel(),
        (columns.matrix - columns.means).T.ravel(),
        np.broadcast_to(columns.scale, controls),
        np.log(media.weight),
        *(each for name in OF_CHANNELS for each in _centre_and_width(media, name)),
        media.delayed,
        media.saturated,
    ]
    return np.concatenate([header, *(np.asarray(block, float) for block in blocks)])


def _centre_and_width(media: EstimatedMedia, name: str) -> tuple[Array, Array]:
    prior, channels = media.priors[name], len(media.weight)
    return np.broadcast_to(prior.centre, channels), np.broadcast_to(prior.width, channels)


def values_at(position: Array, family: Family) -> dict[str, Array]:
    """Every parameter at positions ``(sample, coordinate)``: ``(sample)`` or ``(member, sample)``, in its own unit.

    What follows from the parameters on this table (``share``, ``beta``) comes after them.
    """
    media, q = estimated_media(family), position.T
    channels, noise = len(media.weight), family.noise
    assert isinstance(noise.nu, LogNormal)  # noqa: S101 - for the type checker
    values = {"tau": media.priors["tau"].natural(q[density.TAU])}
    for place, name in enumerate(OF_CHANNELS, start=1):
        block = q[density.OWN + place * channels : density.OWN + (place + 1) * channels]
        centre, width = _centre_and_width(media, name)
        values[name] = type(media.priors[name])(centre[:, None], width[:, None]).natural(block)
    curve = media.curve(values)
    z_media, values["effect"] = _sheared_back(q, family, values["tau"], curve / curve.mean(axis=1)[:, None, :])
    values["media_share"] = media.priors["media_share"].natural(z_media)
    columns = q[density.OWN + density.PER_CHANNEL * channels :]
    values["gamma"] = columns * np.broadcast_to(family.columns.scale, len(columns))[:, None]
    values["lambda"] = _logistic(q[density.POWER])
    values["sigma"] = np.exp(q[density.SIGMA])
    values["nu"] = noise.nu.above + np.exp(q[density.NU])
    values["rho"], values["kappa"] = _logistic(q[density.RHO]), _logistic(q[density.KAPPA])
    values["intercept"] = _intercept(q, family, values)
    declared = {parameter.name: values[parameter.name] for parameter in family.parameters}
    return declared | media.derived(declared, curve)


def level_spread(sigma: Array, rho: Array, kappa: Array, family: Family) -> Array:
    """What the level is measured in ``(sample)``, shares of mean sales; :mod:`mmm_core.sampler.density` says why.

    ``sigma``, ``rho``, ``kappa`` are those of the noise ``(sample)``; a noise without memory has neither of the others.
    """
    rows = len(family.target)
    rho = rho if family.noise.memory != "independent" else np.zeros_like(rho)
    kappa = kappa if family.noise.memory == "arma" else np.zeros_like(kappa)
    data = (1 - rho) * (rows - (rows - 2) * rho) / np.square(sigma * (1 - rho * kappa))
    return np.asarray(1 / np.sqrt(data + 1 / np.square(_intercept_sd(family))))


def _intercept_sd(family: Family) -> float:
    return float(np.float64(family.intercept.scale))


def _intercept(q: Array, family: Family, values: dict[str, Array]) -> Array:
    """The intercept ``(sample)``: the target's mean on the link's scale, and the level in its own units."""
    logs = np.log(family.target / family.level)
    ends = {"log": np.zeros(q.shape[1]), "identity": np.ones(q.shape[1])}
    power = ends.get(family.link_name, values["lambda"])
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.where(power > 0, (np.expm1(power * logs[:, None]) / power).mean(axis=0), logs.mean())
    spread = level_spread(values["sigma"], values["rho"], values["kappa"], family)
    return np.asarray(middle + spread * q[density.INTERCEPT])


def _sheared_back(q: Array, family: Family, tau: Array, felt: Array) -> tuple[Array, Array]:
    """Standard normals of media's share ``(sample)`` and effects ``(channel, sample)`` from a position.

    ``felt (channel, row, sample)`` has mean one; :mod:`mmm_core.sampler.density` has the formula.
    """
    media, root = estimated_media(family), np.sqrt(tau)
    drawn = q[density.OWN : density.OWN + len(media.weight)]
    log_swing = 0.5 * np.log(density.LEAST + np.square(felt - 1).mean(axis=1))
    straight = np.log(media.weight)[:, None] + root * drawn
    largest = straight.max(axis=0)
    sheared = np.exp(straight - largest - log_swing).sum(axis=0)
    rise = np.log(sheared / np.exp(straight - largest).sum(axis=0))
    return q[density.MEDIA] + rise / media.priors["media_share"].width, drawn - log_swing / root


def parameters_of(positions: Array, family: Family, channels: Array, controls: Array) -> xr.Dataset:
    """Draws ``(chain, draw, …)`` of every parameter from positions ``(chain, draw, coordinate)``.

    Parameters
    ----------
    channels, controls
        Names of the columns.
    """
    chains, draws, size = positions.shape
    flat = positions.reshape(-1, size)
    blocks = [values_at(flat[start : start + DRAWS_AT_ONCE], family) for start in range(0, len(flat), DRAWS_AT_ONCE)]
    dims = {parameter.name: parameter.dim for parameter in family.parameters} | dict.fromkeys(DERIVED, "channel")
    found = {}
    for name in blocks[0]:
        joined = np.concatenate([block[name] for block in blocks], axis=-1)
        shape = (chains, draws, *joined.shape[:-1])
        dim = dims[name]
        found[name] = (("chain", "draw", *([dim] if dim else [])), np.ascontiguousarray(joined.T).reshape(shape))
    coords = {"chain": np.arange(chains), "draw": np.arange(draws), "channel": channels, "control": controls}
    return xr.Dataset(found, coords=coords)


def fixed_parameters(family: Family, channels: Array) -> frozenset[str]:
    """Names of the parameters that have no width, as ``decay[tv]``; the fixed model does not draw them at all."""
    media = family.media
    if not isinstance(media, EstimatedMedia):
        return frozenset()
    names = []
    for name in OF_CHANNELS:
        width = _centre_and_width(media, name)[1]
        free = width > 0
        if name == "delay":
            free = free & (media.delayed > 0)
        if name in ("half_saturation", "slope"):
            free = free & (media.saturated > 0)
        names += [f"{name}[{channel}]" for channel, is_free in zip(channels, free, strict=True) if not is_free]
    return frozenset(names)


def _logistic(value: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-value)))


def start_position(size: int, seed: int) -> Array:
    """Where a chain begins: little noise with ordinary tails, everything else near its prior's middle."""
    position = np.random.default_rng(seed).uniform(-0.5, 0.5, size)
    position[density.INTERCEPT], position[density.SIGMA], position[density.NU] = 0.0, np.log(0.08), 2.0
    return position


def _no_adapter(*_: Any, **__: Any) -> Any:
    raise NotImplementedError("position is not transformed")
