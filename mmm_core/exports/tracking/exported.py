"""Send a finished run to MLflow: found again if it is there, brought up to date, never there twice.

The files are those of the run's zip (:mod:`mmm_core.exports.archive`), one by one, with ``posterior.nc`` for ArviZ.
"""

from __future__ import annotations

import shlex
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core.errors import TrackingError
from mmm_core.exports.archive import write_run_zip
from mmm_core.exports.gallery import STUDIO
from mmm_core.exports.tracking.address import Place, place_of
from mmm_core.exports.tracking.record import IDENTITY, OURS, Record, record_of
from mmm_core.exports.tracking.store import connected
from mmm_core.runs.datasets import Units

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

EXPERIMENT = STUDIO
"""Name of the experiment that a run goes to, unless another is said."""
LONGEST_EXPERIMENT = 250
PER_BATCH = 100
"""Entries that MLflow takes at a time."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A run as it is at a tracking server.

    Attributes
    ----------
    address
        Of the database or the server, without a password.
    is_new
        Whether it was not there before.
    params, metrics, files
        How many there are.
    artifacts
        Where MLflow keeps the files.
    """

    run_id: str
    experiment_id: str
    experiment: str
    address: str
    is_new: bool
    params: int
    metrics: int
    files: int
    artifacts: str

    @property
    def page(self) -> str:
        """Address of the run's page; of a database the command that shows it."""
        if self.address.startswith("http"):
            return f"{self.address}/#/experiments/{self.experiment_id}/runs/{self.run_id}"
        return shlex.join(["mlflow", "ui", "--backend-store-uri", self.address])


def export_run(
    folder: Path,
    address: str,
    *,
    experiment: str = EXPERIMENT,
    units: Units | None = None,
    on_progress: Callable[[str, float], None] = lambda *_: None,
) -> Exported:
    """Send the finished run in ``folder`` to ``address``, and nowhere else.

    A run that the experiment has already is brought up to date; what was stopped half-way is completed. Figures keep
    their history: only those that have changed are written again.

    Parameters
    ----------
    address
        ``sqlite:///FILE``, or ``http://`` or ``https://`` and the host of an MLflow server.
    experiment
        Name of the experiment; made if there is none.
    units
        What sales and spend are counted in; None: it is not said.
    on_progress
        Called with the step at work, and how far it all is (fraction).

    Raises
    ------
    TrackingError
        The address is none, MLflow is not installed, nobody answers, or the experiment was deleted.
    StorageError
        The run is not finished, or a file is damaged.
    """
    place, units = place_of(address), units or Units()
    if not experiment.strip() or len(experiment) > LONGEST_EXPERIMENT:
        raise TrackingError(
            f"An experiment's name has 1 to {LONGEST_EXPERIMENT} characters.",
            code="bad_experiment",
            remedy="Give another.",
        )
    on_progress("Reading the run", 0.0)
    record = record_of(folder, units=units)
    on_progress("Reaching the tracking server", 0.1)
    with connected(place) as client, tempfile.TemporaryDirectory() as rest:
        home = _experiment(client, experiment.strip(), place)
        on_progress("Drawing charts and writing tables", 0.3)
        files = _unpacked(folder, Path(rest), units)
        on_progress("Sending parameters and figures", 0.7)
        known = _known(client, home, record.identity)
        run = known or client.create_run(
            home,
            start_time=_milliseconds(record.started),
            run_name=record.name,
            tags={IDENTITY: record.identity},
        )
        _bring_up_to_date(client, run, record, is_new=known is None)
        on_progress("Sending the files", 0.8)
        client.log_artifacts(run.info.run_id, str(files))
        client.set_terminated(run.info.run_id, end_time=_milliseconds(record.ended))
        return Exported(
            run_id=run.info.run_id,
            experiment_id=home,
            experiment=experiment.strip(),
            address=place.shown,
            is_new=known is None,
            params=len(record.params),
            metrics=len(record.metrics),
            files=sum(path.is_file() for path in files.rglob("*")),
            artifacts=str(run.info.artifact_uri),
        )


def _experiment(client: MlflowClient, name: str, place: Place) -> str:
    """Id of the experiment of that name, made if there is none."""
    found = client.get_experiment_by_name(name)
    if found is None:
        return str(client.create_experiment(name, artifact_location=place.files))
    if found.lifecycle_stage != "active":
        raise TrackingError(
            f"The experiment '{name}' of {place.shown} was deleted.",
            code="experiment_deleted",
            remedy=f"Restore it: MLFLOW_TRACKING_URI={shlex.quote(place.shown)} mlflow experiments restore "
            f"--experiment-id {found.experiment_id}. Or name another: --experiment NAME.",
        )
    return str(found.experiment_id)


def _known(client: MlflowClient, experiment_id: str, identity: str) -> Run | None:
    """The run that was sent before, if it was and nobody has deleted it."""
    found = client.search_runs([experiment_id], f"tags.`{IDENTITY}` = '{identity}'", max_results=1)
    return found[0] if found else None


def _bring_up_to_date(client: MlflowClient, run: Run, record: Record, *, is_new: bool) -> None:
    from mlflow.entities import Metric, Param, RunTag

    run_id, there = run.info.run_id, run.data
    if not is_new:
        client.update_run(run_id, name=record.name)
    # Of two values of one time MLflow shows the larger: one that has changed is of now.
    at = _milliseconds(record.ended) if is_new else round(1000 * time.time())
    params = [Param(name, value) for name, value in record.params.items() if name not in there.params]
    metrics = [Metric(name, value, at, 0) for name, value in _changed(record.metrics, there.metrics)]
    tags = [RunTag(name, value) for name, value in _changed(record.tags, there.tags)]
    for name in there.tags:
        if name.startswith(OURS) and name not in record.tags and name != IDENTITY:
            client.delete_tag(run_id, name)
    for each in batched(params, PER_BATCH, strict=False):
        client.log_batch(run_id, params=each)
    for each in batched(metrics, PER_BATCH, strict=False):
        client.log_batch(run_id, metrics=each)
    for each in batched(tags, PER_BATCH, strict=False):
        client.log_batch(run_id, tags=each)


def _changed[V](wanted: Mapping[str, V], there: Mapping[str, V]) -> Iterable[tuple[str, V]]:
    return ((name, value) for name, value in wanted.items() if there.get(name) != value)


def _unpacked(folder: Path, rest: Path, units: Units) -> Path:
    """Folder with every file of the run's zip."""
    packed, files = rest / "run.zip", rest / "run"
    with packed.open("w+b") as target:
        write_run_zip(folder, target, units=units)
        with zipfile.ZipFile(target) as archive:
            archive.extractall(files)
    packed.unlink()
    return files


def _milliseconds(moment: datetime) -> int:
    return round(1000 * moment.timestamp())
