"""One run in one folder: from its specification to its outputs.

:func:`create_run` fills the folder, :func:`build_run_features` adds what training reads of the data, and
:func:`execute_run`, which every door calls, fits and writes the outputs. They touch nothing but the folder; where
folders lie, who owns them and who works on them when is the business of :mod:`mmm_core.runs.runs`.
"""

from __future__ import annotations

import importlib.metadata
import logging
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field

from mmm_core import __version__
from mmm_core.errors import MMMError, RunCancelledError, RunError, StorageError
from mmm_core.model import features
from mmm_core.model.features import FeatureMatrix, FeatureScaler, build_features
from mmm_core.model.padding import bucket_of
from mmm_core.model.structure import Bucket
from mmm_core.results import contributions, diagnostics
from mmm_core.runs import outputs
from mmm_core.sampler.compiling import compile_options
from mmm_core.schema import Strict
from mmm_core.spec import Grain, RunSpec
from mmm_core.table.typed import CanonicalData
from mmm_core.workspace import status, storage
from mmm_core.workspace.owners import LOCAL_OWNER

if TYPE_CHECKING:
    from mmm_core.model.posterior import Posterior
    from mmm_core.sampler.sampling import ChainProgress, CompiledModel

LIBRARIES = ("arviz", "numba", "numpy", "nutpie", "pandas", "pymc", "pytensor", "scipy", "xarray")
"""Libraries whose versions may change a fit."""
SECONDS_BETWEEN_PROGRESS = 0.2


class Label(Strict):
    """Name and note of a run: the only file of a finished run that may change (``label.json``)."""

    format_version: int = 1
    name: str = Field("", max_length=200)
    note: str = Field("", max_length=5000)


class Manifest(Strict):
    """Where a result comes from; the file ``manifest.json``."""

    format_version: int = 1
    owner: str
    created_at: AwareDatetime
    source_name: str = Field(description="Name of the file that the person gave: a label.")
    dataset_hash: str = Field(description="Hash of the file's bytes.")
    canonical_hash: str = Field(description="Hash of canonical_data.parquet; empty before the table is validated.")
    features_hash: str = Field("", description="Hash of features.parquet; empty before it is built.")
    spec_hash: str = Field(description="Hash of run_spec.json.")
    versions: dict[str, str] = Field(description="Versions of Python, of this package and of every library in the fit.")
    compile_options: dict[str, str]
    bucket: str = Field("", description="Padded size of the model: channels x controls; empty before the features.")
    grain: Grain | None = Field(None, description="Grain of the canonical table.")
    fit_key: str = Field("", description="Hash of all that decides the result: the same key, the same draws.")
    host_cores: int
    drafts_before: int = Field(0, description="Settings tried on this dataset before this run.")
    seconds: dict[str, float] = Field(default_factory=dict, description="Seconds per stage.")


def create_run(
    folder: Path,
    data: CanonicalData | None,
    spec: RunSpec,
    *,
    source_name: str,
    dataset_hash: str,
    owner: str = LOCAL_OWNER,
    drafts_before: int = 0,
) -> Manifest:
    """Fill a new run folder: specification, canonical data, label, manifest; stage ``VALIDATED``.

    Without ``data`` the table has not been validated yet: stage ``CREATED``, and :func:`take_data` must follow.
    """
    storage.write_json(folder / "run_spec.json", spec)
    storage.write_json(folder / "label.json", Label())
    of_data = _write_data(folder, data, spec, owner) if data else {}
    current = status.create_status(folder, "VALIDATED" if data else "CREATED")
    manifest = Manifest(
        owner=owner,
        created_at=current.updated_at,
        source_name=source_name,
        dataset_hash=dataset_hash,
        canonical_hash="",
        spec_hash=storage.file_hash(folder / "run_spec.json"),
        versions=versions(),
        compile_options=compile_options(),
        host_cores=os.cpu_count() or 1,
        drafts_before=drafts_before,
    ).model_copy(update=of_data)
    storage.write_json(folder / "manifest.json", manifest)
    return manifest


def take_data(folder: Path, data: CanonicalData) -> None:
    """Give a run that was made on an unchecked table its canonical data; stage ``VALIDATED``."""
    spec = storage.read_json(folder / "run_spec.json", RunSpec)
    manifest = storage.read_json(folder / "manifest.json", Manifest)
    known = manifest.model_copy(update=_write_data(folder, data, spec, manifest.owner))
    storage.write_json(folder / "manifest.json", known)
    status.update_status(folder, "VALIDATED", error=None)


def _write_data(folder: Path, data: CanonicalData, spec: RunSpec, owner: str) -> dict[str, object]:
    """Write the canonical table; what the manifest says of it."""
    storage.write_parquet(folder / "canonical_data.parquet", data.frame)
    content = storage.file_hash(folder / "canonical_data.parquet")
    return {"canonical_hash": content, "grain": data.grain, "fit_key": fit_key(owner, content, spec)}


def fit_key(owner: str, canonical_hash: str, spec: RunSpec) -> str:
    """Hash of all that decides a result: owner, content of the canonical table, specification, versions.

    The dataset's id and the way its file was read are left out: they have done their work in the canonical table.
    """
    decided = spec.model_dump_json(by_alias=True, exclude={"dataset_id", "dataset"})
    parts = (owner, canonical_hash, decided, *versions().items(), *compile_options().items())
    return storage.content_hash(repr(parts).encode())


def build_run_features(folder: Path) -> FeatureMatrix:
    """Write what training reads of the data; stage ``FEATURES_BUILT``.

    Raises
    ------
    DataError, SpecError
        The specification does not fit the table; the run ends as ``ERROR`` and says why.
    """
    started = time.perf_counter()
    spec = storage.read_json(folder / "run_spec.json", RunSpec)
    manifest = storage.read_json(folder / "manifest.json", Manifest)
    if manifest.grain is None:
        raise StorageError(
            "The run's manifest does not say the grain of its table.",
            code="file_damaged",
            remedy="Make the run again from its dataset.",
        )
    data = CanonicalData(storage.read_parquet(folder / "canonical_data.parquet"), manifest.grain)
    try:
        built = build_features(data, spec)
    except MMMError as error:
        status.set_error(folder, error)
        raise
    outputs.write_features(folder, built)
    seconds = {"features": round(time.perf_counter() - started, 4)}
    known = {
        "features_hash": storage.file_hash(folder / "features.parquet"),
        "bucket": str(bucket_of(built)),
        "seconds": seconds,
    }
    storage.write_json(folder / "manifest.json", manifest.model_copy(update=known))
    status.update_status(folder, "FEATURES_BUILT", error=None)
    return built


def execute_run(
    folder: Path,
    on_progress: Callable[[status.Progress], None] | None = None,
    should_stop: Callable[[], str | None] | None = None,
    *,
    compiled: Callable[[Bucket], CompiledModel] | None = None,
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
        spec = storage.read_json(folder / "run_spec.json", RunSpec)
        built = _read_features(folder)
        seconds: dict[str, float] = {}
        with _timed(seconds, "compile", log):
            tell(status.Progress(step="Preparing the model" if compiled else "Compiling the model", fraction=0))
            model = (compiled or _compile)(bucket_of(built))
        _raise_if_stopped(stop)
        with _timed(seconds, "sampling", log):
            posterior = _sample(model, built, spec, tell, stop)
        status.update_status(folder, "TRAINED", partial=posterior.partial)
        with _timed(seconds, "outputs", log):
            tell(status.Progress(step="Computing contributions", fraction=0))
            _write_results(folder, built, posterior, spec)
        _add_seconds(folder, seconds)
        return status.update_status(folder, "OUTPUTS_READY", progress=None)


def _write_results(folder: Path, built: FeatureMatrix, posterior: Posterior, spec: RunSpec) -> None:
    found = contributions.decompose(built, posterior, seed=spec.random_seed, interval_prob=spec.interval_prob)
    summary = diagnostics.summarise_posterior(posterior)
    # A live estimate is on screen as soon as this is written; the checks and the draws follow.
    outputs.write_answer(folder, found, summary)
    outputs.write_outputs(
        folder,
        features=built,
        posterior=posterior,
        contributions=found,
        diagnostics=diagnostics.diagnose(
            built, posterior, found, summary, settings=spec.sampler, seed=spec.random_seed
        ),
    )


def _sample(
    model: CompiledModel,
    built: FeatureMatrix,
    spec: RunSpec,
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
        model, built, settings=spec.sampler, seed=spec.random_seed, on_progress=on_draws, should_stop=stop
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


def _compile(bucket: Bucket) -> CompiledModel:
    from mmm_core.sampler import sampling

    return sampling.compile_bucket(bucket)


def _read_features(folder: Path) -> FeatureMatrix:
    scaler = storage.read_json(folder / "feature_scaler.json", FeatureScaler)
    return features.features_from(storage.read_parquet(folder / "features.parquet"), scaler)


def _reporter(folder: Path, on_progress: Callable[[status.Progress], None] | None) -> Callable[[status.Progress], None]:
    def tell(progress: status.Progress) -> None:
        status.set_progress(folder, progress)
        if on_progress:
            on_progress(progress)

    return tell


def restart(folder: Path) -> None:
    """Make a folder that holds a specification, a manifest and features ready for :func:`execute_run`."""
    status.create_status(folder, "VALIDATED")
    status.update_status(folder, "FEATURES_BUILT")


def cancel_request(folder: Path) -> str | None:
    """``"discard"`` or ``"keep"`` once somebody has asked for the run to end early.

    The request is the file ``cancel``: empty, or the word ``keep``.
    """
    try:
        return "keep" if (folder / "cancel").read_bytes().strip() == b"keep" else "discard"
    except FileNotFoundError:
        return None


def _raise_if_stopped(stop: Callable[[], str | None]) -> None:
    if stop():
        raise RunCancelledError("The run was cancelled before it drew anything.", remedy="Start it again when ready.")


def _add_seconds(folder: Path, seconds: dict[str, float]) -> None:
    manifest = storage.read_json(folder / "manifest.json", Manifest)
    storage.write_json(folder / "manifest.json", manifest.model_copy(update={"seconds": manifest.seconds | seconds}))


@cache
def versions() -> dict[str, str]:
    """Versions of Python, of this package and of every library that may change a fit."""
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), "mmm_core": __version__} | found


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
    handler = logging.FileHandler(folder / "run.log", encoding="utf-8")
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
    except MMMError as error:
        log.exception("failed")
        _record(folder, error, log)
        raise
    except Exception as error:
        log.exception("failed")
        failure = RunError(
            f"The run broke down: {type(error).__name__}: {error}.",
            code="internal",
            remedy="Start it again; if it fails again, report it with run.log from the run's folder.",
        )
        _record(folder, failure, log)
        raise failure from error


def _record(folder: Path, error: MMMError, log: logging.Logger) -> None:
    try:
        status.set_error(folder, error)
    except MMMError:
        # A wrong stage or a full disk must not hide the first failure.
        log.exception("the failure could not be recorded")
