"""Refresh a result on the command line: newer rows, the same settings, and whether any advice has changed.

``python -m mmm_core refresh RUN FILE [--out DIR] [--owner OWNER] [--replace] [--json]``, where RUN is a run's folder
(then ``--out`` says where the new one goes) or the id of a run of the workspace, in which a new dataset and a new run
are made. FILE is the longer table, or only its newer rows. Made for schedulers: the exit code says whether to read on.
"""

from __future__ import annotations

import argparse
import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from mmm_core import settings
from mmm_core.cli import which
from mmm_core.cli.commands import fitted
from mmm_core.cli.compared import finished_folder
from mmm_core.cli.progress import is_quiet
from mmm_core.errors import SpecError
from mmm_core.runs.datasets import Units
from mmm_core.table.reading.limits import MAX_BYTES
from mmm_core.workspace import folders, storage
from mmm_core.workspace.desk import LOCAL_OWNER, Desk
from mmm_core.workspace.storage import Workspace

if TYPE_CHECKING:
    from mmm_core.compare.advising import News
    from mmm_core.compare.refresh import Joined

    type Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DONE, ADVICE_CHANGED = 0, 4
"""Exit codes: no advice changed, or some did; 1 to 3 are those of every command."""
WIDTH = 100


def add_command(commands: Commands, as_json: argparse.ArgumentParser) -> None:
    """Add the command to a parser; ``as_json`` is the parent that knows ``--json``."""
    parser = commands.add_parser(
        "refresh",
        parents=[as_json],
        help="fit a run on a longer table: has any advice changed?",
        epilog="Exit codes: 0 no advice changed, 4 some did, 1 the input is at fault, 2 usage, 3 our fault.",
    )
    which.add_run(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="the longer table, or only its newer rows")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder that becomes the new run, where RUN is a folder"
    )
    parser.add_argument(
        "--replace", action="store_true", help="FILE is the whole table: old periods that it does not have are gone"
    )
    parser.set_defaults(command=refresh_command)


def refresh_command(options: argparse.Namespace) -> int:
    """Add a file to a run's table, fit it with the same settings, and print whether any advice changed."""
    before = finished_folder(options.run, options.owner)
    content = storage.read_upload(options.file, MAX_BYTES)
    of_folder = Path(options.run).is_dir()
    if of_folder != (options.out is not None):
        raise SpecError(
            "--out says where the new run goes, where RUN is a folder; a run of the workspace stays there.",
            code="bad_option",
            remedy="Add --out DIR." if of_folder else "Leave --out out.",
        )
    name, folder, joined, units = _into_folder(options, before, content) if of_folder else _into_workspace(
        options, content
    )  # fmt: skip

    from mmm_core.compare.advising import news_of

    news = news_of((before, folder), units)
    if options.json:
        said = " ".join([*joined.sentences(), news.paragraph])
        told = {
            "run": name,
            "said": said,
            "joined": joined.model_dump(mode="json"),
            "news": news.model_dump(mode="json"),
        }
        print(json.dumps(told, indent=1))
    else:
        print(_in_words(name, joined, news))
    return ADVICE_CHANGED if news.changed else DONE


def _into_workspace(options: argparse.Namespace, content: bytes) -> tuple[str, Path, Joined, Units | None]:
    """A new dataset and a new run of the owner."""
    from mmm_core.compare import refresh
    from mmm_core.runs import runs

    desk = Desk(Workspace(settings.artifacts_dir()), options.owner)
    made = refresh.take(desk, options.run, content, options.file.name, replace=options.replace)
    folder = desk.run_dir(made.run_id)
    if runs.state(desk, made.run_id).phase != "finished":
        fitted(folder, quiet=is_quiet(options))
    return made.run_id, folder, made.joined, runs.units_of(desk, made.run_id)


def _into_folder(options: argparse.Namespace, before: Path, content: bytes) -> tuple[str, Path, Joined, Units | None]:
    """A run's folder beside another."""
    from mmm_core.compare.refresh import grown_table
    from mmm_core.runs import fits
    from mmm_core.runs.folder import CANONICAL, REPORT, read_manifest, read_spec, whole
    from mmm_core.spec import DatasetSettings

    folders.require_replaceable(options.out)
    spec, manifest = read_spec(before), read_manifest(before)
    assert manifest.grain is not None  # noqa: S101 - a finished run has one
    own = storage.read_parquet(whole(before, CANONICAL))
    made = grown_table(
        own, own, manifest.grain, spec, spec.dataset or DatasetSettings(), content,
        (manifest.source_name, options.file.name), replace=options.replace,
    )  # fmt: skip
    with folders.filled_beside(options.out) as folder:
        storage.write_json(folder / REPORT, made.prepared.report)
        origin = fits.Origin(made.prepared.name, made.prepared.content_hash, LOCAL_OWNER)
        fits.create(folder, made.prepared.canonical(), spec, origin)
        fitted(folder, quiet=is_quiet(options))
        folders.swap_in(folder, options.out)
    return str(options.out), options.out, made.joined, None


def _in_words(name: str, joined: Joined, news: News) -> str:
    lines = [f"{name}: {' '.join(joined.sentences())}", news.paragraph]
    wrapped = (textwrap.fill(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False) for line in lines)
    return "\n".join(wrapped).replace("\u00a0", " ")
