"""Compare results on the command line, and say why they differ, here and now.

``python -m mmm_core compare RUN RUN [RUN …] [--why] [--owner OWNER] [--json]``, where RUN is a run's folder or the id
of a run of the workspace. The first is what the others are set against.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core import settings, shipped
from mmm_core.cli import which
from mmm_core.cli.progress import is_quiet, progress_bar
from mmm_core.errors import DataError, StorageError
from mmm_core.workspace import storage
from mmm_core.workspace.desk import LOCAL_OWNER, Desk
from mmm_core.workspace.storage import Workspace

if TYPE_CHECKING:
    from mmm_core.compare.compared import Comparison, Side
    from mmm_core.compare.why import Why
    from mmm_core.results.intervals import Estimate

    type Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DONE, STOPPED = 0, 1
WIDTH = 100
"""Characters of a line."""


def add_command(commands: Commands, as_json: argparse.ArgumentParser) -> None:
    """Add the command to a parser; ``as_json`` is the parent that knows ``--json``."""
    parser = commands.add_parser("compare", parents=[as_json], help="set finished runs side by side, and say why")
    parser.add_argument(
        "runs", nargs="+", metavar="RUN", help="folders of finished runs, or ids of runs of the workspace: 2 to 6"
    )
    parser.add_argument("--owner", default=LOCAL_OWNER, help="whose runs they are (default: %(default)s)")
    parser.add_argument(
        "--why", action="store_true", help="of two: split each move into new periods, revised data, settings and chance"
    )
    parser.set_defaults(command=compare_command)


def compare_command(options: argparse.Namespace) -> int:
    """Set runs side by side, and print what differs; with ``--why``, what made it differ."""
    from mmm_core.compare.compared import compare_folders, require_several

    require_several(options.runs)
    if options.why and len(options.runs) > 2:
        raise DataError(
            f"--why explains one run by another, and {len(options.runs)} are named.", code="not_several",
            remedy="Name the earlier run and the later one.",
        )  # fmt: skip
    folders = [finished_folder(name, options.owner) for name in options.runs]
    compared = compare_folders(folders, [_name_of(name) for name in options.runs])
    why, code = None, DONE
    if options.why:
        try:
            why = explained((folders[0], folders[1]), options.runs, options.owner, quiet=is_quiet(options))
        except KeyboardInterrupt:
            print("Stopped. What was found is kept: the same command goes on from there.", file=sys.stderr)
            code = STOPPED
    if options.json:
        found = {"comparison": compared.model_dump(mode="json"), "why": why and why.model_dump(mode="json")}
        print(json.dumps(found, indent=1))
    else:
        told = [in_words(compared), *([why_in_words(why)] if why else [])]
        print("\n\n".join(told).replace("\u00a0", " "))
    return code


def finished_folder(name: str, owner: str) -> Path:
    """Folder of a finished run that is named by its folder or its id.

    Raises
    ------
    StorageError
        There is none, or it is not finished.
    """
    folder = which.folder_of(name, owner)
    which.require_finished(folder, "compared")
    return folder


def explained(folders: tuple[Path, Path], names: Sequence[str], owner: str, *, quiet: bool) -> Why:
    """Why the second of two runs differs from the first, found out in this process and kept beside the second."""
    from mmm_core.compare import work
    from mmm_core.compare.pair import not_comparable, read_pair
    from mmm_core.proof.subject import refitter

    if folders[0].resolve() == folders[1].resolve():
        raise not_comparable("they are the same run")
    read_pair(*folders)  # what cannot be explained is refused before the sampler is loaded, which takes seconds
    _require_idle(names, owner)

    from mmm_core.sampler.sampling import compile_structure

    ids = _name_of(names[0]), _name_of(names[1])
    with _place(folders[1], ids[0]) as kept_in, progress_bar(quiet=quiet) as show:
        known = None
        for known in work.answer(folders, ids, kept_in, refitter(cache(compile_structure))):
            show(work.progress(known).step, known.fraction)
    assert known is not None  # noqa: S101 - an answer ends with what is known
    return known


def _name_of(run: str) -> str:
    """What a run is told apart by: its id, or a name that an id can have, made of its folder."""
    name = Path(run).resolve().name if Path(run).is_dir() else run
    if storage.ID_PATTERN.fullmatch(name):
        return name
    return f"folder-{storage.content_hash(str(Path(run).resolve()).encode())[-12:]}"


@contextmanager
def _place(now: Path, before: str) -> Iterator[Path]:
    """Folder that the answer is kept in; nowhere for long where the later run is a shipped one."""
    from mmm_core.compare import kept

    if now.resolve() in {each.resolve() for each in shipped.RUNS.values()}:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
        return
    folder = kept.folder_of(now, before)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"'{folder}' cannot be made: {error.strerror}.",
            code="folder_unwritable",
            remedy="Check the folder and its permissions.",
        ) from error
    yield folder


def _require_idle(names: Sequence[str], owner: str) -> None:
    from mmm_core.compare import asking

    if any(Path(name).is_dir() for name in names):
        return  # of a folder no worker knows
    desk = Desk(Workspace(settings.artifacts_dir()), owner)
    if asking.look(desk, names[1], names[0]).is_at_work:
        raise StorageError(
            "The worker of the workspace is at it.",
            code="is_compared",
            remedy="Look at it on the page Compare, or stop it there first.",
        )


def in_words(compared: Comparison) -> str:
    """Each run in two lines, what differs, and what each channel brought in each of them."""
    lines = [line for number, side in enumerate(compared.sides, 1) for line in _side(number, side)]
    for number, against in enumerate(compared.against, 2):
        lines += ["", f"{number} against 1:", *(_indented(sentence) for sentence in against.sentences)]
    lines += [
        "",
        f"  {'share of sales':<22}" + "".join(f"{number:>24}" for number in range(1, len(compared.sides) + 1)),
    ]
    for row in compared.channels:
        lines.append(f"  {row.channel:<22}" + "".join(f"{_share(share):>24}" for share in row.shares))
    if any(each is not None for row in compared.channels for each in row.returns):
        lines.append(f"  {'return':<22}")
        for row in compared.channels:
            lines.append(f"  {row.channel:<22}" + "".join(f"{_return(each):>24}" for each in row.returns))
    return "\n".join(lines)


def _side(number: int, side: Side) -> list[str]:
    from mmm_core.labels import counted, percent, percent_span

    share = side.media_share
    explained = "" if side.explained is None else f", {percent(side.explained)} of log sales explained"
    return [
        f"{number}. {side.name} ({side.run_id}): {counted(side.rows, 'row')} from {side.first} to {side.last}",
        f"   media {percent(share.shown, 1)} of sales ({percent_span(share.low, share.high)}); "
        f"typical miss {percent(side.typical_miss, 1)}{explained}; checks: {side.checks}; {side.proof}",
    ]


def why_in_words(why: Why) -> str:
    """What there is to explain, each channel's sentence, and what each cause moved."""
    from mmm_core.compare.told import amount, cause_in_words

    lines = ["Why?", *(_indented(note) for note in why.notes)]
    for move in why.moves:
        lines.append(_indented(move.sentence))
        if move.kind != "noise" and len(move.parts) > 1:
            parts = [f"{cause_in_words(part.cause, why.table.grain)} {amount(part.moved, move.measure)}"
                     for part in move.parts]  # fmt: skip
            lines.append(f"    {'; '.join(parts)}")
    return "\n".join(lines)


def _share(estimate: Estimate | None) -> str:
    from mmm_core.labels import percent, percent_span

    return "–" if estimate is None else f"{percent(estimate.shown, 1)} ({percent_span(estimate.low, estimate.high)})"


def _return(estimate: Estimate | None) -> str:
    from mmm_core.labels import ratio, ratio_span

    return "–" if estimate is None else f"{ratio(estimate.shown)} ({ratio_span(estimate)})"


def _indented(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
