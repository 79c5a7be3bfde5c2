"""Prove a run on the command line, here and now: each question, its verdict and its sentence.

``python -m mmm_core proof RUN [--part NAME] [--owner OWNER]``, where RUN is a run's folder or the id of a run of the
workspace. What was found before is not done again, and what is found is kept when it is stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core import settings, shipped
from mmm_core.cli import which
from mmm_core.cli.progress import is_quiet, progress_bar
from mmm_core.errors import StorageError
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace

if TYPE_CHECKING:
    from mmm_core.proof.kept import Proof
    from mmm_core.proof.part import PartReport
    from mmm_core.proof.tried import Tried

    type Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DONE, STOPPED = 0, 1
WORDS = {"pass": "holds", "look": "LOOK", "stop": "STOP", None: "not judged"}
WIDTH = 100
"""Characters of a line."""


def add_command(commands: Commands, as_json: argparse.ArgumentParser) -> None:
    """Add the command to a parser; ``as_json`` is the parent that knows ``--json``."""
    proof = commands.add_parser("proof", parents=[as_json], help="prove a finished run: should you believe it?")
    which.add_run(proof, finished=False)
    proof.add_argument(
        "--part",
        dest="parts",
        type=_part_name,
        action="append",
        default=[],
        metavar="NAME",
        help="work on this part alone, such as foresight; may be given several times (default: all)",
    )
    proof.set_defaults(command=proof_command)


def proof_command(options: argparse.Namespace) -> int:
    """Prove a run in this process, and print what each part says."""
    folder, tried = _run_of(options.run, options.owner)
    code = _prove(folder, tried, options.parts, quiet=is_quiet(options))

    from mmm_core.proof import kept
    from mmm_core.proof.verdict import verdict_of

    known = kept.read(folder)
    verdict = verdict_of(known, fit=kept.grade_of_fit(folder)) if known else None
    if options.json:
        parts = {"verdict": verdict, "proof": known}
        print(json.dumps({name: part and part.model_dump(mode="json") for name, part in parts.items()}, indent=1))
    elif known and verdict:
        print(f"{_in_words(known)}\n\n{verdict.headline}")
    if code == STOPPED:
        print("Stopped. What was found is kept: the same command goes on from there.", file=sys.stderr)
    return code


def _part_name(text: str) -> str:
    from mmm_core.proof.catalogue import PARTS

    names = [part.name for part in PARTS]
    if text not in names:
        raise argparse.ArgumentTypeError(f"there is no part '{text}'. There are: {', '.join(names)}.")
    return text


def _run_of(name: str, owner: str) -> tuple[Path, tuple[Tried, ...]]:
    """Folder of a run, and what its workspace has of the settings tried before it; a folder alone knows none."""
    workspace, path = Workspace(settings.artifacts_dir()), which.folder_of(name, owner)
    if path.resolve() in {each.resolve() for each in shipped.RUNS.values()}:
        raise StorageError(
            "The shipped demo is read-only.", code="read_only", remedy="Make a run of it: python -m mmm_core demo."
        )
    which.require_finished(path, "proved")
    if path.resolve().parent != workspace.parent_of("runs").resolve():
        return path, ()

    from mmm_core.proof.tried import tried_before

    _require_idle(Desk(workspace, owner), path.resolve().name)
    return path, tried_before(workspace, path.resolve().name)


def _require_idle(desk: Desk, run_id: str) -> None:
    from mmm_core.proof import asking

    if asking.look(desk, run_id).state in ("queued", "running"):
        raise StorageError(
            "The run is being proved by the worker of its workspace.",
            code="is_proved",
            remedy="Look at it on the page Proof, or stop it there first.",
        )


def _prove(folder: Path, tried: tuple[Tried, ...], parts: Collection[str], *, quiet: bool) -> int:
    """Answer what is still open; the exit code says whether it came to the end."""
    # Loading the sampler takes seconds: a run that cannot be proved is refused before that.
    from mmm_core.proof import kept, work
    from mmm_core.proof.subject import refitter
    from mmm_core.sampler.sampling import compile_structure

    try:
        with progress_bar(quiet=quiet) as show:
            show("Proving", 0.0)
            for _ in work.answer(folder, refitter(cache(compile_structure)), tried=tried, only=parts):
                known = kept.read(folder)
                if known is not None:
                    at = next((part for part in known.parts if part.state in ("waiting", "working")), None)
                    show(at.question if at else "Done", known.fraction)
    except KeyboardInterrupt:
        return STOPPED
    return DONE


def _in_words(proof: Proof) -> str:
    """Each part's question with its verdict, and its sentence under it."""
    return "\n\n".join(_part_in_words(part) for part in proof.parts).replace("\u00a0", " ")


def _part_in_words(part: PartReport) -> str:
    told = part.told
    if told is None:
        said = {"waiting": "Not begun.", "working": "Begun."}.get(part.state, f"Not answered. {part.why}")
        return f"{part.question}\n{_indented(said)}"
    so_far = f" (so far: {part.done} of {part.units})" if part.state == "working" else ""
    lines = [f"{part.question} {WORDS[told.verdict]}{so_far}", _indented(told.sentence)]
    return "\n".join([*lines, *(_indented(each) for each in (told.remedy, part.why) if each)])


def _indented(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
