"""Which run a command is about: a folder, or the id of a run of the workspace."""

from __future__ import annotations

import argparse
from pathlib import Path

from mmm_core import settings, shipped
from mmm_core.errors import StorageError
from mmm_core.workspace import status
from mmm_core.workspace.desk import LOCAL_OWNER, Desk
from mmm_core.workspace.storage import Workspace


def add_run(parser: argparse.ArgumentParser, *, finished: bool = True) -> None:
    """Let a command take a run and its owner; ``finished``: whether it is about finished runs alone."""
    parser.add_argument(
        "run", metavar="RUN", help=f"folder of a {'finished ' * finished}run, or id of a run of the workspace"
    )
    parser.add_argument(
        "--owner", default=LOCAL_OWNER, help="whose run it is, where RUN is an id (default: %(default)s)"
    )


def folder_of(name: str, owner: str) -> Path:
    """Folder of a run: ``name`` itself where it is one, otherwise that of the shipped or of the owner's run.

    Raises
    ------
    StorageError
        There is no such run, or it is another's.
    """
    path = Path(name)
    if path.is_dir():
        return path
    if name in shipped.RUNS:
        return shipped.RUNS[name]
    return Desk(Workspace(settings.artifacts_dir()), owner).run_dir(name)


def require_finished(folder: Path, what: str) -> None:
    """Refuse a run that is not finished; ``what`` says what is done to finished runs alone, such as "proved".

    Raises
    ------
    StorageError
        The run is not finished, or the folder holds none.
    """
    if status.get_status(folder).stage != "OUTPUTS_READY":
        raise StorageError(
            f"The run in {folder} is not finished: only a finished run can be {what}.",
            code="not_trained",
            remedy="Train it, and wait until it is finished.",
        )
