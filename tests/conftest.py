"""Shared parts: where the public tables lie, and models that are compiled once for the whole session."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from logging.handlers import BufferingHandler
from pathlib import Path

import httpx
import pandas as pd
import pytest
from hypothesis import settings as hypothesis_settings

from mmm_core import logs
from mmm_core.model import padding
from mmm_core.model.features import FeatureMatrix, build_features
from mmm_core.model.posterior import Posterior
from mmm_core.model.structure import Structure
from mmm_core.results import contributions
from mmm_core.results.contributions import Contributions
from mmm_core.runs import execution, fits
from mmm_core.sampler.sampling import CompiledModel, compile_structure, sample
from mmm_core.spec import RunSpec, spec_from
from mmm_core.table.typed import CanonicalData
from mmm_core.workspace import worker_door
from mmm_core.workspace.storage import Workspace
from tests.doors import running_api
from tests.engines import OWNER, running_worker
from tests.worlds import World, simulate

# A machine may be slow: how long an example takes says nothing of it.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")

PROJECT = Path(__file__).resolve().parent.parent
SHARED_DATA = PROJECT.parent / "shared" / "data"


LONGEST_FIRST = (
    "tests/worker/test_loop.py", "tests/test_load.py", "tests/test_verification.py", "tests/test_chaos.py",
    "tests/workspace/test_watch.py", "tests/browser/",
)  # fmt: skip
"""Files that take minutes: begun last, one of them would keep one process busy while the other has nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    last = len(LONGEST_FIRST)
    rank = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: next((rank[name] for name in rank if item.nodeid.startswith(name)), last))


@dataclass(frozen=True)
class Fit:
    """A fitted world."""

    world: World
    spec: RunSpec
    features: FeatureMatrix
    posterior: Posterior
    contributions: Contributions


@pytest.fixture
def said() -> Iterator[list[logging.LogRecord]]:
    """Records of the log lines that are written meanwhile."""
    kept, level = BufferingHandler(1000), logs.LOGGER.level
    logs.LOGGER.addHandler(kept)
    logs.LOGGER.setLevel(logging.INFO)
    yield kept.buffer
    logs.LOGGER.removeHandler(kept)
    logs.LOGGER.setLevel(level)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the public tables; tests that need it are skipped where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public tables are not beside the project (../shared/data)")
    return SHARED_DATA


@pytest.fixture(scope="session")
def workspace_with_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with a real worker that is ready; shared by tests that do not break it."""
    with running_worker(tmp_path_factory.mktemp("workspace")) as workspace:
        yield workspace


@pytest.fixture(scope="session")
def api_address(workspace_with_worker: Workspace) -> Iterator[str]:
    """Address of the HTTP API on that workspace."""
    with running_api(workspace_with_worker) as address:
        yield address


@pytest.fixture(scope="session")
def http(api_address: str) -> Iterator[httpx.Client]:
    """A connection to that API."""
    with httpx.Client(base_url=api_address, timeout=120) as client:
        yield client


@pytest.fixture(scope="session")
def compiled() -> Callable[[Structure], CompiledModel]:
    """Compiled models by size, each compiled once."""
    return cache(compile_structure)


@pytest.fixture(scope="session")
def fit(compiled: Callable[[Structure], CompiledModel]) -> Fit:
    """One world, fitted once: every test that only reads a fit uses it."""
    return fit_world(simulate(7, weeks=104, channels=4), compiled)


@pytest.fixture(scope="session")
def estimated_fit(compiled: Callable[[Structure], CompiledModel]) -> Fit:
    """The same world under the recommended model, one of its channels near its setting and one fixed."""
    model = {"kind": "recommended", "per_channel": {"c1": "near", "c2": "fixed"}}
    sampler = {"draws": 300, "tune": 300, "chains": 2}
    return fit_world(simulate(7, weeks=104, channels=4), compiled, model=model, sampler=sampler)


def fit_world(world: World, compiled: Callable[[Structure], CompiledModel], **overrides: object) -> Fit:
    """Fit a world by the package's own path."""
    spec = spec_from(world.spec | overrides)
    built = features_of(world.frame, spec)
    posterior = sample(compiled(padding.structure_of(built)), built, settings=spec.sampler, seed=spec.random_seed)
    found = contributions.decompose(built, posterior, seed=spec.random_seed)
    return Fit(world, spec, built, posterior, found)


def features_of(frame: pd.DataFrame, spec: RunSpec) -> FeatureMatrix:
    """Features of a weekly table that is already canonical."""
    return build_features(CanonicalData(frame=frame, grain="WEEK"), spec)


@pytest.fixture(scope="session")
def fitted_folder(tmp_path_factory, compiled) -> Path:
    """Folder of a small run that was fitted from the beginning to the end; nobody changes it."""
    folder = tmp_path_factory.mktemp("fitted")
    world = simulate(11, weeks=60, channels=3)
    spec = spec_from(world.spec | {"sampler": {"draws": 100, "tune": 100}})
    fits.create(folder, CanonicalData(world.frame, "WEEK"), spec, fits.Origin("w.csv", "sha256:0", OWNER))
    fits.build(folder)
    execution.execute_run(folder, compiled=compiled)
    return folder


@pytest.fixture
def without_worker(tmp_path) -> Workspace:
    """A workspace whose worker gave up a moment ago: what is queued waits."""
    workspace = Workspace(tmp_path / "workspace")
    worker_door.record_failure(workspace, "The sampler is missing.", "Install it.")
    return workspace
