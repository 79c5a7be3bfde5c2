"""A report on the command line: a run as one page, a PDF or slides.

``python -m mmm_core report RUN [--form html|pdf|pptx] [--out FILE] …``, where RUN is a run's folder or the id of a run
of the workspace.
"""

from __future__ import annotations

import argparse
import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from mmm_core import settings
from mmm_core.cli import which
from mmm_core.errors import SpecError, StorageError
from mmm_core.schema import describe_problems
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace

if TYPE_CHECKING:
    from mmm_core.report.made import Made
    from mmm_core.report.request import ReportRequest

    type Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DONE = 0
FORMS = ("html", "pdf", "pptx")
NUMBERS = ("1,234.5", "1.234,5")


def add_command(commands: Commands) -> None:
    """Add the command to a parser."""
    report = commands.add_parser("report", help="a run as one page, a PDF or slides")
    which.add_run(report)
    report.add_argument("--form", choices=FORMS, help="default: by the ending of --out, or else html")
    report.add_argument("--out", type=Path, metavar="FILE", help="file to write (default: named after the report)")
    report.add_argument(
        "--section", action="append", default=[], metavar="NAME", help="a section to hold; several times (default: all)"
    )
    report.add_argument("--title", default="", help="default: the run's name")
    report.add_argument("--logo", type=Path, metavar="FILE", help="PNG or JPEG picture")
    report.add_argument("--numbers", choices=NUMBERS, default=NUMBERS[0], help="default: %(default)s")
    report.add_argument("--margin", type=float, metavar="PART", help="margin on sales, such as 0.4: when does it pay?")
    report.add_argument(
        "--note", action="append", default=[], metavar="CHART=TEXT", help="own words under a chart; several times"
    )
    report.set_defaults(command=report_command)


def report_command(options: argparse.Namespace) -> int:
    """Write the report of a finished run, and say where it is."""
    made = _made(options, _request(options))
    target = options.out or Path(made.name)
    try:
        target.write_bytes(made.content)
    except OSError as error:
        raise StorageError(
            f"'{target}' cannot be written: {error.strerror}.",
            code="write_failed",
            remedy="Check the folder, its permissions and its free space.",
        ) from error
    print(f"Written to {target} ({len(made.content) / 1e6:.1f} MB).")
    return DONE


def _made(options: argparse.Namespace, request: ReportRequest) -> Made:
    from mmm_core import shipped
    from mmm_core.report.made import report_of, report_of_folder

    folder = Path(options.run)
    if options.run not in shipped.RUNS and folder.is_dir():
        which.require_finished(folder, "reported")
        return report_of_folder(folder, request)
    return report_of(Desk(Workspace(settings.artifacts_dir()), options.owner), options.run, request)


def _request(options: argparse.Namespace) -> ReportRequest:
    """What is asked, of the options that were given."""
    from mmm_core.report.request import ReportRequest

    ending = options.out.suffix.removeprefix(".").lower() if options.out else ""
    asked: dict[str, object] = {
        "form": options.form or (ending if ending in FORMS else FORMS[0]),
        "title": options.title,
        "numbers": options.numbers,
        "margin": options.margin,
        "notes": dict(_notes(options.note)),
        "logo": _logo(options.logo) if options.logo else "",
    }
    if options.section:
        asked["sections"] = tuple(options.section)
    try:
        return ReportRequest.model_validate(asked)
    except ValidationError as error:
        raise SpecError(
            f"The report cannot be made so: {describe_problems(error)}.",
            code="bad_request",
            remedy="See python -m mmm_core report --help.",
        ) from error


def _notes(given: Sequence[str]) -> list[tuple[str, str]]:
    pairs = []
    for text in given:
        name, mark, note = text.partition("=")
        if not mark:
            raise SpecError(
                f"--note {text[:60]}: not understood.",
                code="bad_option",
                remedy="Write --note shares='With the new spot.'",
            )
        pairs.append((name.strip(), note.strip()))
    return pairs


def _logo(path: Path) -> str:
    """A picture in base64, once it is one."""
    from mmm_core.report.logo import checked

    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(
            f"'{path}' cannot be read: {error.strerror}.", code="not_found", remedy="Check the path."
        ) from error
    return base64.b64encode(checked(content).png).decode()
