"""Make a run again on the command line, and say whether its numbers are the same.

``python -m mmm_core reproduce RUN [--out DIR] [--owner OWNER]``, where RUN is a run's folder or the id of a run of the
workspace; nothing of the run itself is changed. The zip of a run has the same as a script.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core.cli import which
from mmm_core.cli.progress import is_quiet, progress_bar

if TYPE_CHECKING:
    type Commands = argparse._SubParsersAction[argparse.ArgumentParser]

AGREES, DIFFERS = 0, 1


def add_command(commands: Commands, as_json: argparse.ArgumentParser) -> None:
    """Add the command to a parser; ``as_json`` is the parent that knows ``--json``."""
    again = commands.add_parser("reproduce", parents=[as_json], help="make a finished run again: the same numbers?")
    which.add_run(again)
    again.add_argument("--out", type=Path, metavar="DIR", help="keep the run made anew in this folder")
    again.set_defaults(command=reproduce_command)


def reproduce_command(options: argparse.Namespace) -> int:
    """Fit the run anew, and compare; exit code 0: the same answer, 1: another."""
    folder = which.folder_of(options.run, options.owner)
    which.require_finished(folder, "made again")
    from mmm_core.exports.reproduce import compare, run_again

    with tempfile.TemporaryDirectory() as rest, progress_bar(quiet=is_quiet(options)) as show:
        target = options.out or Path(rest) / "run"
        again = run_again(folder, target, lambda progress: show(progress.step, progress.fraction))
        found = compare(folder, again)
    if options.json:
        told = found._asdict() | {"is_same": found.is_same, "agrees": found.agrees, "says": found.in_words()}
        print(json.dumps(told, indent=1))
    else:
        print(found.in_words())
    return AGREES if found.agrees else DIFFERS
