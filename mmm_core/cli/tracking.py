"""Send a run to MLflow on the command line.

``python -m mmm_core track RUN --to ADDRESS [--experiment NAME] [--owner OWNER]``, where RUN is a run's folder or the id
of a run of the workspace, and ADDRESS ``sqlite:///FILE`` or that of an MLflow server.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core import settings
from mmm_core.cli import which
from mmm_core.cli.progress import is_quiet, progress_bar
from mmm_core.labels import counted
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace

if TYPE_CHECKING:
    from mmm_core.exports.tracking.exported import Exported
    from mmm_core.runs.datasets import Units

    type Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DONE, STOPPED = 0, 1


def add_command(commands: Commands, as_json: argparse.ArgumentParser) -> None:
    """Add the command to a parser; ``as_json`` is the parent that knows ``--json``."""
    track = commands.add_parser("track", parents=[as_json], help="send a finished run to MLflow")
    which.add_run(track)
    track.add_argument(
        "--to",
        required=True,
        metavar="ADDRESS",
        help="sqlite:///FILE, such as sqlite:///mlflow.db, or http(s)://HOST of an MLflow server",
    )
    track.add_argument("--experiment", metavar="NAME", help="experiment of MLflow (default: Marketing Mix Studio)")
    track.set_defaults(command=track_command)


def track_command(options: argparse.Namespace) -> int:
    """Send a run, and say where it is."""
    folder = which.folder_of(options.run, options.owner)
    which.require_finished(folder, "tracked")
    from mmm_core.exports.tracking.exported import EXPERIMENT, export_run

    name = EXPERIMENT if options.experiment is None else options.experiment
    try:
        with progress_bar(quiet=is_quiet(options)) as show:
            sent = export_run(folder, options.to, experiment=name, units=_units(options), on_progress=show)
    except KeyboardInterrupt:
        print("Stopped. What was sent stays there: the same command completes it.", file=sys.stderr)
        return STOPPED
    print(json.dumps(dataclasses.asdict(sent) | {"page": sent.page}, indent=1) if options.json else _in_words(sent))
    return DONE


def _units(options: argparse.Namespace) -> Units | None:
    """Units of the table that a run of the workspace was made on; a folder alone knows none."""
    from mmm_core.runs import runs

    if Path(options.run).is_dir():
        return None
    return runs.units_of(Desk(Workspace(settings.artifacts_dir()), options.owner), options.run)


def _in_words(sent: Exported) -> str:
    done = "Sent" if sent.is_new else "It was there already, and was brought up to date"
    look = "Look at it at" if sent.page.startswith("http") else "Look at it with"
    return (
        f"{done}: run {sent.run_id} of the experiment '{sent.experiment}' at {sent.address}.\n"
        f"{counted(sent.params, 'parameter')}, {counted(sent.metrics, 'figure')} and {counted(sent.files, 'file')}; "
        f"files are in {sent.artifacts}.\n"
        f"{look} {sent.page}"
    )
