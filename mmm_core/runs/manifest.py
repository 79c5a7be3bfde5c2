"""Where a result comes from, and what decides it."""

from __future__ import annotations

import importlib.metadata
import platform
from functools import cache

from pydantic import AwareDatetime, Field

from mmm_core import __version__
from mmm_core.sampler.compiling import compile_options
from mmm_core.schema import Strict
from mmm_core.spec import Grain, RunSpec
from mmm_core.workspace import storage

LIBRARIES = ("arviz", "holidays", "numba", "numpy", "nutpie", "pandas", "pymc", "pytensor", "scipy", "xarray")
"""Libraries whose versions may change a fit."""


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
    outputs: dict[str, str] = Field(
        default_factory=dict, description="Hash of each output; empty: not finished, or made by an older version."
    )
    host_cores: int
    drafts_before: int = Field(0, description="Settings tried on this dataset before this run.")
    colours: dict[str, int] = Field(
        default_factory=dict,
        description="Place in the palette of each channel of the table, also of those that this run leaves out.",
    )
    seconds: dict[str, float] = Field(default_factory=dict, description="Seconds per stage.")


def fit_key(owner: str, canonical_hash: str, spec: RunSpec) -> str:
    """Hash of all that decides a result: owner, content of the canonical table, specification, versions.

    The dataset's id and the way its file was read are left out: they have done their work in the canonical table.
    """
    decided = spec.model_dump_json(by_alias=True, exclude={"dataset_id", "dataset"})
    parts = (owner, canonical_hash, decided, *versions().items(), *compile_options().items())
    return storage.content_hash(repr(parts).encode())


@cache
def versions() -> dict[str, str]:
    """Versions of Python, of this package and of every library that may change a fit."""
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), "mmm_core": __version__} | libraries
