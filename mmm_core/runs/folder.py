"""A run's folder: every file that can lie in it, described once.

Doors, the zip, the contract and a reuse of finished results read this list. A live estimate's folder is a run's folder
too, with ``draft.json`` beside the rest.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, WithJsonSchema
from pydantic_core import PydanticCustomError

from mmm_core.errors import StorageError
from mmm_core.model.features import FeatureScaler
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.diagnostics import Diagnostics
from mmm_core.results.posterior_summary import PosteriorSummary
from mmm_core.runs.manifest import Label, Manifest
from mmm_core.spec import RunSpec
from mmm_core.table.validation import ValidationReport
from mmm_core.workspace import queueing, storage
from mmm_core.workspace.status import Status

SPEC, MANIFEST, LABEL, STATUS = "run_spec.json", "manifest.json", "label.json", "status.json"
LOG, CANCEL, DRAFT = "run.log", queueing.CANCEL, "draft.json"
LOOK, REWEIGHTED = "look.npz", "reweighted.json"
REPORT, CANONICAL = "validation_summary.json", "canonical_data.parquet"
FEATURES, SCALER = "features.parquet", "feature_scaler.json"
DRAWS, PARAMETERS, CHECKS = "posterior.nc", "posterior_summary.json", "diagnostics.json"
CONTRIBUTIONS, FITTED, DECOMPOSITION = "contributions.parquet", "fitted.parquet", "decomposition.parquet"
CHANNELS = "channel_summary.json"
PARQUET = "application/vnd.apache.parquet"
MEDIA_TYPES = {".json": "application/json", ".parquet": PARQUET, ".nc": "application/x-netcdf"}


class RunFile(NamedTuple):
    """A file of a run.

    Attributes
    ----------
    says
        What is in it, in a line for a person; None: it is gone before a run is finished, and nobody takes it away.
    model
        What a JSON file holds.
    by_name
        Whether programs may take it by its name.
    output
        Whether it is there if and only if the run is finished.
    own
        Whether a run that takes over a finished result keeps its own; all other files come with the result.
    """

    name: str
    says: str | None
    model: type[BaseModel] | None = None
    by_name: bool = False
    output: bool = False
    own: bool = False


FILES = (
    RunFile(SPEC, "every setting of the run", RunSpec, by_name=True, own=True),
    RunFile(MANIFEST, "where the result comes from: table, versions, seconds", Manifest, by_name=True, own=True),
    RunFile(LABEL, "name and note of the run", Label, own=True),
    RunFile(STATUS, "where the run was when this file was made", Status),
    RunFile(LOG, "what happened while it ran"),
    RunFile(REPORT, "what was noticed about the table", ValidationReport),
    RunFile(CANONICAL, "the table as the model saw it", by_name=True),
    RunFile(FEATURES, "activity after carry-over and saturation, controls, season and trend", by_name=True),
    RunFile(SCALER, "means and spreads that the features were scaled by", FeatureScaler, by_name=True),
    RunFile(DRAWS, "every draw, for ArviZ", by_name=True, output=True),
    RunFile(
        PARAMETERS, "mean, interval and sampling quality of each parameter", PosteriorSummary, by_name=True, output=True
    ),
    RunFile(CHECKS, "every check, with its number, limit and advice", Diagnostics, by_name=True, output=True),
    RunFile(CONTRIBUTIONS, "as tables/contributions.csv", by_name=True, output=True),
    RunFile(FITTED, "as tables/fitted.csv", by_name=True, output=True),
    RunFile(DECOMPOSITION, "as tables/decomposition.csv", by_name=True, output=True),
    RunFile(CHANNELS, "as tables/channels.csv", ContributionSummary, by_name=True, output=True),
    RunFile(CANCEL, None, own=True),
    RunFile(DRAFT, None, own=True),
    RunFile(LOOK, None),
    RunFile(REWEIGHTED, None, own=True),
)
"""All of them, in the order in which they are listed."""
OUTPUT_FILES = tuple(file.name for file in FILES if file.output)
OWN_FILES = tuple(file.name for file in FILES if file.own)
BY_NAME = tuple(file.name for file in FILES if file.by_name)
SENTENCES = {file.name: file.says for file in FILES if file.says}
JSON_FILES = {file.name: file.model for file in FILES if file.model}


def _known(name: str) -> str:
    if name not in BY_NAME:
        expected = ", ".join(f"'{each}'" for each in BY_NAME)
        raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": expected})
    return name


FileName = Annotated[str, AfterValidator(_known), WithJsonSchema({"enum": list(BY_NAME), "type": "string"})]
"""A file that can be taken by name: a name that is not in the list never becomes part of a path."""


def media_type(name: str) -> str:
    """Media type of a file by its ending."""
    return MEDIA_TYPES[Path(name).suffix]


def whole(folder: Path, name: str) -> Path:
    """Path of a file of a run, after comparing it with the hash that was taken when it was written, if one was.

    Raises
    ------
    StorageError
        The file is missing although the run had it, or is not what was written.
    """
    path = folder / name
    wanted = _known_hashes(folder).get(name)
    if wanted and _hash_now(path) != wanted:
        raise StorageError(
            f"'{name}' is damaged: it is not what was written when the run was made.",
            code="file_damaged",
            remedy="Restore the file, or make the run again.",
        )
    return path


def _known_hashes(folder: Path) -> dict[str, str]:
    """Hashes by name that the manifest has; none where there is no manifest."""
    try:
        manifest = read_manifest(folder)
    except StorageError as error:
        if error.code == "not_found":
            return {}
        raise
    known = {SPEC: manifest.spec_hash, CANONICAL: manifest.canonical_hash, FEATURES: manifest.features_hash}
    return known | manifest.outputs


def is_whole(folder: Path) -> bool:
    """Whether every output of a finished run is there, and is what was written."""
    try:
        return all(whole(folder, name).is_file() for name in OUTPUT_FILES)
    except StorageError:
        return False


def hashes_of_outputs(folder: Path) -> dict[str, str]:
    """What the manifest says of the outputs, once all of them are written."""
    return {name: storage.file_hash(folder / name) for name in OUTPUT_FILES}


def _hash_now(path: Path) -> str:
    try:
        stat = path.stat()
    except FileNotFoundError as error:
        raise StorageError(
            f"'{path.name}' is missing: the run was finished, and has lost it.",
            code="file_damaged",
            remedy="Restore the file, or make the run again.",
        ) from error
    return _hash_of(path, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


@lru_cache(maxsize=4096)
def _hash_of(path: Path, *_changed: int) -> str:
    """Hash of a file that has not changed since it was taken, by all that the disk says of it."""
    return storage.file_hash(path)


def read_report(folder: Path) -> ValidationReport | None:
    """What was noticed about the table of the run in a folder; None: an older version made it."""
    path = folder / REPORT
    return storage.read_json(path, ValidationReport) if path.is_file() else None


def read_spec(folder: Path) -> RunSpec:
    """The specification of the run in a folder."""
    return storage.read_json(folder / SPEC, RunSpec)


def read_manifest(folder: Path) -> Manifest:
    """Where the result in a folder comes from."""
    return storage.read_json(folder / MANIFEST, Manifest)


def change_manifest(folder: Path, **changes: object) -> Manifest:
    """Write what has become known of a run into its manifest."""
    manifest = read_manifest(folder).model_copy(update=changes)
    storage.write_json(folder / MANIFEST, manifest)
    return manifest
