"""Drawing from the posterior: compile once, sample often.

A :class:`CompiledModel` knows its bucket and nothing of any table; :func:`sample` gives it data, runs NUTS
(nutpie) with progress and cancel, and hands back draws of the real parameters under their own names.
"""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import nutpie
import xarray as xr

from mmm_core.errors import RunCancelledError, RunError
from mmm_core.model import padding
from mmm_core.model.family import Family, family_of
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.posterior import Posterior
from mmm_core.model.structure import AnySize, Bucket, Structure
from mmm_core.sampler import kept, model_pymc, native
from mmm_core.spec import FEWEST_DRAWS_KEPT, SamplerSettings

POLL_SECONDS = 0.02
PROGRESS_MILLISECONDS = 100
STUCK_SHARE = 0.05
"""A chain of which a larger share of draws diverges has not drawn from the posterior; of others a thousandth do."""
AGAIN = 1_000_003
"""Added to the seed for chains that are drawn once more."""

SAMPLER_STATS = {
    "diverging": "diverging",
    "energy": "energy",
    "depth": "tree_depth",
    "n_steps": "n_steps",
    "step_size_bar": "step_size",
    "mean_tree_accept": "acceptance_rate",
    "maxdepth_reached": "reached_max_treedepth",
}
"""Statistics kept in ``posterior.nc``, and their names in ArviZ's schema."""


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A compiled log density with its gradient, ready for any data of its structure."""

    structure: Structure
    compiled: Any
    seconds: float


@dataclass(frozen=True, slots=True)
class ChainProgress:
    """Where one chain is."""

    draws_done: int
    draws_total: int
    divergences: int
    step_size: float
    tuning: bool


def compile_structure(structure: Structure) -> CompiledModel:
    """Compile a model before any table is known.

    The padded one takes 35 s on a machine that never did, 2–4 s where its code is kept on disk; that of any size 10 s
    and a tenth of a second.
    """
    started = time.perf_counter()
    compiled = None
    if isinstance(structure, Bucket):
        model = model_pymc.build_model(padding.blank_data(structure))
        compiled = kept.compile_model(model, str(structure))
    else:
        native.load()
    return CompiledModel(structure, compiled, time.perf_counter() - started)


def sample(
    compiled: CompiledModel,
    features: FeatureMatrix,
    *,
    settings: SamplerSettings,
    seed: int,
    on_progress: Callable[[list[ChainProgress]], None] | None = None,
    should_stop: Callable[[], str | None] | None = None,
) -> Posterior:
    """Draw from the posterior of ``features``.

    Parameters
    ----------
    on_progress
        Called about ten times a second, from another thread.
    should_stop
        Asked many times a second; ``"discard"`` ends the run with :class:`RunCancelledError`, ``"keep"`` keeps the
        draws so far if every chain has at least 100 after tuning.

    Raises
    ------
    RunCancelledError
        ``should_stop`` asked for it.
    RunError
        The sampler could not start or broke down.
    """
    family = family_of(features)
    started = time.perf_counter()
    model = _model_on(compiled, family, features)
    try:
        draws, stats, stopped = _run(model, settings, seed, family, on_progress, should_stop)
        if family.is_estimated and not stopped:
            draws, stats = _without_stuck(draws, stats, model, settings, seed, family, should_stop)
    except RuntimeError as error:
        raise RunError(
            f"The sampler broke down: {error}.",
            code="sampler_failed",
            remedy="Check the table for extreme values; if it fails again, report it with the run's log.",
        ) from error
    return Posterior(
        draws=_parameters_of(draws, family, features),
        stats=stats,
        structure=compiled.structure,
        seconds=time.perf_counter() - started,
        partial=stopped,
        fixed=native.fixed_parameters(family, features.activity["channel"].to_numpy()),
    )


def _run(
    model: Any,
    settings: SamplerSettings,
    seed: int,
    family: Family,
    on_progress: Callable[[list[ChainProgress]], None] | None,
    should_stop: Callable[[], str | None] | None,
) -> tuple[xr.Dataset, xr.Dataset, bool]:
    """Draws and statistics of all chains, and whether they were stopped before all were made."""
    handle = nutpie.sample(
        model,
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        target_accept=settings.target_accept,
        seed=seed,
        cores=settings.chains,
        save_warmup=False,
        progress_bar=False,
        blocking=False,
        progress_callback=_translate(on_progress) if on_progress else None,
        progress_rate=PROGRESS_MILLISECONDS,
        adaptation="low_rank" if family.is_estimated else "diag",
    )
    tree, stopped = _wait(handle, should_stop)
    if stopped == "discard":
        raise RunCancelledError("The run was cancelled and its draws discarded.", remedy="Start it again when ready.")
    return *_complete_draws(tree, stopped is not None), stopped is not None


def _without_stuck(
    draws: xr.Dataset,
    stats: xr.Dataset,
    model: Any,
    settings: SamplerSettings,
    seed: int,
    family: Family,
    should_stop: Callable[[], str | None] | None,
) -> tuple[xr.Dataset, xr.Dataset]:
    """The same with each stuck chain drawn once more, from another start.

    A chain of which one draw in twenty diverges was caught while tuning in a corner that holds next to nothing of the
    posterior: its draws are not draws from it, and averaging them with the others would be wrong, not cautious. One
    that is caught again is kept, and the checks say what it is.
    """
    stuck = np.flatnonzero(stats["diverging"].mean("draw").to_numpy() > STUCK_SHARE)
    if not len(stuck):
        return draws, stats
    fresh = settings.model_copy(update={"chains": len(stuck)})
    try:
        # Whoever wants what there is by now has it: only the chains that are drawn again are given up.
        again, its_stats, _ = _run(
            model, fresh, seed + AGAIN, family, None, lambda: "discard" if should_stop and should_stop() else None
        )
    except RunCancelledError:
        if should_stop and should_stop() == "discard":
            raise
        return draws, stats
    draws, stats = draws.copy(deep=True), stats.copy(deep=True)
    for place, chain in enumerate(stuck):
        for old, new in ((draws, again), (stats, its_stats)):
            for name in old.data_vars:
                old[name][{"chain": int(chain)}] = new[name].isel(chain=place)
    return draws, stats


def _wait(handle: Any, should_stop: Callable[[], str | None] | None) -> tuple[xr.DataTree | None, str | None]:
    while True:
        try:
            return handle.wait(timeout=POLL_SECONDS), None
        except TimeoutError:
            # Not finished yet. (The handle's is_finished raises this too, and abort() while a chain is busy.)
            wish = should_stop() if should_stop else None
        if wish == "discard":
            _abort(handle)
            return None, wish
        if wish == "keep":
            handle.pause()
            with warnings.catch_warnings():
                # ArviZ wonders about chains without draws, which a run stopped while tuning has.
                warnings.simplefilter("ignore", UserWarning)
                tree = handle.inspect()
            _abort(handle)
            return tree, wish


def _abort(handle: Any) -> None:
    with contextlib.suppress(TimeoutError):
        handle.cancel()


def _translate(on_progress: Callable[[list[ChainProgress]], None]) -> Callable[[list[Any]], None]:
    def callback(chains: list[Any]) -> None:
        on_progress(
            [
                ChainProgress(
                    draws_done=chain.finished_draws,
                    draws_total=chain.total_draws,
                    divergences=chain.divergences,
                    step_size=chain.step_size,
                    tuning=chain.tuning,
                )
                for chain in chains
            ]
        )

    return callback


def _complete_draws(tree: Any, stopped: bool) -> tuple[xr.Dataset, xr.Dataset]:
    draws, stats = tree["posterior"].to_dataset(), tree["sample_stats"].to_dataset()
    if stopped:
        # Chains stop at different draws; what is kept is rectangular, and only what every chain has.
        first = next(iter(draws.data_vars.values()))
        finished = np.isfinite(first.isel(dict.fromkeys(first.dims[2:], 0))).all("chain").to_numpy()
        complete = int(finished.sum())
        if complete < FEWEST_DRAWS_KEPT:
            raise RunCancelledError(
                f"The run was stopped after {complete} draws a chain; {FEWEST_DRAWS_KEPT} are needed to keep it.",
                remedy="Start it again, and stop it later.",
            )
        draws, stats = draws.isel(draw=slice(complete)), stats.isel(draw=slice(complete))
    kept = {old: new for old, new in SAMPLER_STATS.items() if old in stats}
    return draws, stats[list(kept)].rename(kept)


def _model_on(compiled: CompiledModel, family: Family, features: FeatureMatrix) -> Any:
    """A compiled model on the data of one table."""
    if isinstance(compiled.structure, AnySize):
        return native.model_on(family)
    data = padding.model_data(features, compiled.structure)
    return compiled.compiled.with_data(**data.as_dict())


def _parameters_of(draws: xr.Dataset, family: Family, features: FeatureMatrix) -> xr.Dataset:
    """Draws of the declared parameters under their own names, padding cut off."""
    channels = features.channels_scaled["channel"].to_numpy()
    controls = features.controls_scaled["control"].to_numpy()
    if family.is_estimated:
        return native.parameters_of(draws[native.POSITION].to_numpy(), family, channels, controls)
    real = draws.isel(channel=slice(len(channels)), control=slice(len(controls)))
    names = [parameter.name for parameter in family.parameters]
    return real[names].assign_coords(channel=channels, control=controls).drop_attrs()
