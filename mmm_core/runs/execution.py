"""Fit one run in one folder: from its features to its outputs.

:func:`execute_run`, which every door calls, reads what training needs, fits, and writes the outputs. It touches nothing
but the folder; how a folder is filled, who owns it and who works on it when is not its business.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core.errors import MMMError, RunCancelledError, RunError, StorageError
from mmm_core.model.features import FeatureMatrix
from mmm_core.model.padding import structure_of
from mmm_core.model.structure import Structure
from mmm_core.results import contributions, diagnostics, posterior_summary
from mmm_core.runs import look, outputs
from mmm_core.runs.fits import read_features
from mmm_core.runs.folder import CANCEL, LOG, change_manifest, hashes_of_outputs, read_manifest, read_spec
from mmm_core.spec import RunSpec, SamplerSettings
from mmm_core.workspace import status, storage

if TYPE_CHECKING:
    from mmm_core.model.posterior import Posterior
    from mmm_core.sampler.sampling import ChainProgress, CompiledModel

SECONDS_BETWEEN_PROGRESS = 0.2


def execute_run(
    folder: Path,
    on_progress: Callable[[status.Progress], None] | None = None,
    should_stop: Callable[[], str | None] | None = None,
    *,
    compiled: Callable[[Structure], CompiledModel] | None = None,
    live: bool = False,
    before: Path | None = None,
) -> status.Status:
    """Fit the run in ``folder`` and write its outputs.

    Parameters
    ----------
    folder
        A run folder at ``FEATURES_BUILT``, or one whose last attempt ended or was interrupted.
    on_progress
        Told of every step; sampling reports about five times a second.
    should_stop
        ``"discard"`` or ``"keep"`` once the run is to end early; default: ask for the file ``cancel``.
    compiled
        Gives the compiled model of a size: a worker hands in the one it keeps warm; default: compile it.
    live
        Somebody watches: give first answers while all draws are made (:mod:`mmm_core.runs.look`).
    before
        Folder of the estimate before this one, whose draws may answer at once.

    Returns
    -------
    The final status, ``OUTPUTS_READY``.

    Raises
    ------
    MMMError
        The run failed or was cancelled; the status says so, and ``run.log`` has the details.
    """
    tell = _reporter(folder, on_progress)
    stop = should_stop or (lambda: cancel_request(folder))
    with _logged(folder) as log, _failure_recorded(folder, log):
        status.start(folder)
        spec = read_spec(folder)
        built = read_features(folder)
        seconds: dict[str, float] = {}
        if live and before is not None and look.answer_from(before, folder, built, spec):
            log.info("answered from the draws of the estimate before")
        with _timed(seconds, "compile", log):
            tell(status.Progress(step="Preparing the model" if compiled else "Compiling the model", fraction=0))
            model = (compiled or _compile)(structure_of(built))
        _raise_if_stopped(stop)
        first = look.first_sampler(spec) if live else None
        if first is not None:
            with _timed(seconds, "first_look", log):
                _look(folder, model, built, spec, first, tell, stop)
        with _timed(seconds, "sampling", log):
            posterior = _sample(model, built, spec, spec.sampler, tell, stop)
        status.update_status(folder, "TRAINED", partial=posterior.partial)
        with _timed(seconds, "outputs", log):
            tell(status.Progress(step="Computing contributions", fraction=0))
            _write_results(folder, built, posterior, spec, live=live)
        change_manifest(folder, seconds=read_manifest(folder).seconds | seconds, outputs=hashes_of_outputs(folder))
        done = status.update_status(folder, "OUTPUTS_READY", progress=None)
        storage.flush(folder)  # a result that is said to be there outlives a loss of power
        return done


def _look(
    folder: Path,
    model: CompiledModel,
    built: FeatureMatrix,
    spec: RunSpec,
    sampler: SamplerSettings,
    tell: Callable[[status.Progress], None],
    stop: Callable[[], str | None],
) -> None:
    """An answer from few draws, which all draws will replace."""
    posterior = _sample(model, built, spec, sampler, tell, stop)
    decomposed = contributions.decompose(built, posterior, seed=spec.random_seed, interval_prob=spec.interval_prob)
    look.keep(folder, posterior, decomposed)
    outputs.write_answer(folder, decomposed, posterior_summary.summarise_posterior(posterior))


def _write_results(folder: Path, built: FeatureMatrix, posterior: Posterior, spec: RunSpec, *, live: bool) -> None:
    decomposed = contributions.decompose(built, posterior, seed=spec.random_seed, interval_prob=spec.interval_prob)
    summary = posterior_summary.summarise_posterior(posterior)
    # A live estimate is on screen as soon as this is written; the checks and the draws follow.
    outputs.write_answer(folder, decomposed, summary)
    if live and built.scaler.estimated is not None:
        look.keep(folder, posterior, decomposed)
    outputs.write_outputs(
        folder,
        features=built,
        posterior=posterior,
        contributions=decomposed,
        diagnostics=diagnostics.diagnose(
            built, posterior, decomposed, summary, settings=spec.sampler, seed=spec.random_seed
        ),
    )


def _sample(
    model: CompiledModel,
    built: FeatureMatrix,
    spec: RunSpec,
    settings: SamplerSettings,
    tell: Callable[[status.Progress], None],
    stop: Callable[[], str | None],
) -> Posterior:
    from mmm_core.sampler import sampling  # loads PyMC, which the web process does without

    started = time.perf_counter()
    last_told = 0.0

    def on_draws(chains: list[ChainProgress]) -> None:
        nonlocal last_told
        elapsed = time.perf_counter() - started
        if elapsed - last_told >= SECONDS_BETWEEN_PROGRESS:
            last_told = elapsed
            tell(sampling_progress(chains, elapsed))

    return sampling.sample(
        model, built, settings=settings, seed=spec.random_seed, on_progress=on_draws, should_stop=stop
    )


def sampling_progress(chains: list[ChainProgress], elapsed: float) -> status.Progress:
    """Progress of the sampler after ``elapsed`` seconds."""
    done, total = sum(chain.draws_done for chain in chains), sum(chain.draws_total for chain in chains)
    rate = done / elapsed if elapsed > 0 else 0.0
    return status.Progress(
        step="Tuning the sampler" if any(chain.tuning for chain in chains) else "Drawing from the posterior",
        fraction=done / total if total else 0.0,
        chains=tuple(
            status.ChainState(
                draws_done=chain.draws_done,
                draws_total=chain.draws_total,
                divergences=chain.divergences,
                step_size=chain.step_size,
                tuning=chain.tuning,
            )
            for chain in chains
        ),
        draws_per_second=rate,
        seconds_left=(total - done) / rate if rate > 0 else None,
    )


def _compile(structure: Structure) -> CompiledModel:
    from mmm_core.sampler import sampling

    return sampling.compile_structure(structure)


def _reporter(folder: Path, on_progress: Callable[[status.Progress], None] | None) -> Callable[[status.Progress], None]:
    def tell(progress: status.Progress) -> None:
        status.set_progress(folder, progress)
        if on_progress:
            on_progress(progress)

    return tell


def cancel_request(folder: Path) -> str | None:
    """``"discard"`` or ``"keep"`` once somebody has asked for the run to end early.

    The request is the file ``cancel``: empty, or the word ``keep``.
    """
    try:
        return "keep" if (folder / CANCEL).read_bytes().strip() == b"keep" else "discard"
    except FileNotFoundError:
        return None


def _raise_if_stopped(stop: Callable[[], str | None]) -> None:
    if stop():
        raise RunCancelledError("The run was cancelled before it drew anything.", remedy="Start it again when ready.")


@contextmanager
def _timed(seconds: dict[str, float], stage: str, log: logging.Logger) -> Iterator[None]:
    started = time.perf_counter()
    log.info("%s: started", stage)
    yield
    seconds[stage] = round(time.perf_counter() - started, 4)
    log.info("%s: %.3f s", stage, seconds[stage])


@contextmanager
def _logged(folder: Path) -> Iterator[logging.Logger]:
    """A log of the run's own, in its folder."""
    log = logging.Logger(f"mmm_core.run.{folder.name}")
    try:
        handler = logging.FileHandler(folder / LOG, encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"'{LOG}' could not be written: {error.strerror or error}.",
            code="write_failed",
            remedy="Check that the run is still there, and the permissions and free space of the workspace.",
        ) from error
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(message)s")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    log.addHandler(handler)
    try:
        yield log
    finally:
        handler.close()


@contextmanager
def _failure_recorded(folder: Path, log: logging.Logger) -> Iterator[None]:
    """Turn whatever goes wrong into a status with a reason, and keep the details in the log."""
    try:
        yield
    except RunCancelledError as error:
        log.warning("cancelled: %s", error)
        status.set_error(folder, error, stage="CANCELLED")
        raise
    except Exception as error:
        log.exception("failed")
        failure = _failure(error)
        _record(folder, failure, log)
        if failure is error:
            raise
        raise failure from error


def _failure(error: Exception) -> MMMError:
    """The reason that a person is told; what nobody but us can mend is sent to us with the log."""
    if isinstance(error, MMMError) and error.code != "file_damaged":
        return error
    what = error.message if isinstance(error, MMMError) else f"{type(error).__name__}: {error}."
    return RunError(
        f"The run broke down: {what}",
        code="internal",
        remedy="Start it again; if it fails again, report it with run.log from the run's folder.",
    )


def _record(folder: Path, error: MMMError, log: logging.Logger) -> None:
    try:
        status.set_error(folder, error)
    except MMMError:
        # A wrong stage or a full disk must not hide the first failure.
        log.exception("the failure could not be recorded")
