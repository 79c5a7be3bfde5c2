"""Finished runs of some year, for the tests of this folder."""

from pathlib import Path

from mmm_core.runs.folder import change_manifest, read_manifest
from mmm_core.workspace import storage
from mmm_core.workspace.status import Stage, Status
from mmm_core.workspace.storage import Workspace
from tests.engines import finished


def made(workspace: Workspace, name: str, year: int, **manifest: object) -> Path:
    """Folder of a run that was made in a year; ``manifest`` is what its manifest says otherwise."""
    folder = finished(workspace, name, **({"owner": "local"} | manifest))
    change_manifest(folder, created_at=read_manifest(folder).created_at.replace(year=year))
    return folder


def put_back(folder: Path, stage: Stage) -> None:
    """Let a run be in an earlier stage."""
    known = storage.read_json(folder / "status.json", Status)
    storage.write_json(folder / "status.json", known.model_copy(update={"stage": stage}))
