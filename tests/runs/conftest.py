"""A run that was really fitted, and a workspace on which no worker is started."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mmm_core import shipped
from mmm_core.runs import execution, fits
from mmm_core.runs.folder import change_manifest
from mmm_core.spec import spec_from
from mmm_core.table.typed import CanonicalData
from mmm_core.workspace import worker_door
from mmm_core.workspace.storage import Workspace
from tests.engines import OWNER
from tests.worlds import simulate


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


def finished(workspace: Workspace, name: str, *, kind: str = "run", **manifest: object) -> Path:
    """Folder of a finished run, a copy of the shipped one; ``manifest`` is what its manifest says otherwise."""
    folder = workspace.run_dir(name) if kind == "run" else workspace.draft_dir(name)
    shutil.copytree(shipped.RUNS[shipped.DEMO], folder)
    change_manifest(folder, **manifest)
    return folder
