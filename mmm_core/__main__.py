"""The command line: ``python -m mmm_core COMMAND``, see ``--help``.

Exit codes: 0 done; 1 the input is at fault, with a message and no traceback; 2 usage; 3 our fault; 4 a refresh changed
some advice; 141 whoever reads the output has closed it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from mmm_core import __version__
from mmm_core.cli import admin, compared, outlooks, plans, proofs, refreshes, reports, reproducing, tracking
from mmm_core.cli.commands import (
    INPUT_AT_FAULT,
    OUR_FAULT,
    USAGE,
    demo_command,
    fix_name,
    run_command,
    schemas_command,
    serve_command,
    validate_command,
    warm_command,
    worker_command,
)
from mmm_core.errors import BindingError, DataError, MMMError, SettingError, SpecError, StorageError, TrackingError

PIPE_CLOSED = 141
"""As of other programs that are ended so: 128 and the number of the signal."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    options.arguments = list(sys.argv[1:] if arguments is None else arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        code = command(options)
        sys.stdout.flush()  # while what fails can still be told
    except BrokenPipeError:
        # Whoever reads has had enough, as `head` has: no failure. Python would flush once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (DataError, SpecError, StorageError, TrackingError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return INPUT_AT_FAULT
    except (BindingError, SettingError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return USAGE
    except MMMError as error:
        print(f"Error: {error}", file=sys.stderr)
        return OUR_FAULT
    except KeyboardInterrupt:
        print("Stopped. Nothing was written.", file=sys.stderr)
        return INPUT_AT_FAULT
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person gets words, not a traceback
        print(f"Error: something broke on our side: {type(error).__name__}: {error}.", file=sys.stderr)
        return OUR_FAULT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mmm_core", description="Bayesian marketing mix models.")
    parser.add_argument("--version", action="version", version=f"mmm_core {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print JSON and no progress bar")
    table = argparse.ArgumentParser(add_help=False)
    table.add_argument("file", type=Path, metavar="FILE", help="CSV, Excel or Parquet table")
    table.add_argument("--sheet", help="sheet of an Excel file")
    table.add_argument(
        "--fix",
        dest="fixes",
        type=fix_name,
        action="append",
        default=[],
        metavar="NAME",
        help="repair the table so, beside the specification's dataset.fixes; once for each repair",
    )
    table.add_argument(
        "--rate",
        action="append",
        default=[],
        metavar="CURRENCY=NUMBER",
        help="what one of a currency is worth in that of the table, such as USD=0.92; may be given several times",
    )
    table.add_argument(
        "--keep-currency", metavar="CURRENCY", help="of rows in several currencies keep those in this one, such as EUR"
    )
    table.add_argument(
        "--pivot",
        action="append",
        default=[],
        metavar="PART=COLUMN",
        help="columns of a long table, where they are guessed wrong: names, values, period, entity, sales, spend or "
        "activity, such as names=campaign; may be given several times",
    )

    validate = commands.add_parser("validate", parents=[table, as_json], help="report every issue of a table")
    validate.add_argument("--spec", type=Path, metavar="SPEC.json", help="run specification, whose columns are checked")
    validate.add_argument("--cost", action="store_true", help="say what each fix would do to the answer")
    validate.set_defaults(command=validate_command)
    run = commands.add_parser("run", parents=[table, as_json], help="fit a table and write every output")
    run.add_argument("--spec", type=Path, required=True, metavar="SPEC.json", help="run specification")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder that becomes the run")
    run.set_defaults(command=run_command)
    ahead = commands.add_parser("outlook", parents=[table, as_json], help="before a fit: how much could a table tell?")
    ahead.add_argument("--spec", type=Path, required=True, metavar="SPEC.json", help="run specification")
    ahead.set_defaults(command=outlooks.outlook_command)
    proofs.add_command(commands, as_json)
    plans.add_command(commands, as_json)
    reports.add_command(commands)
    reproducing.add_command(commands, as_json)
    compared.add_command(commands, as_json)
    refreshes.add_command(commands, as_json)
    tracking.add_command(commands, as_json)
    demo = commands.add_parser("demo", parents=[as_json], help="fit the shipped demo into the workspace")
    demo.set_defaults(command=demo_command)
    warm = commands.add_parser("warm", parents=[as_json], help="fill the compile cache")
    warm.set_defaults(command=warm_command)
    serve = commands.add_parser("serve", help="answer HTTP requests, without the app")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8000, help="port to listen at (default: %(default)s)")
    serve.set_defaults(command=serve_command)
    loop = commands.add_parser("worker", help="work on the queue of a workspace (doors start it by themselves)")
    loop.add_argument("--workspace", type=Path, help="folder of the workspace (default: MMM_ARTIFACTS)")
    loop.set_defaults(command=worker_command)
    admin.add_commands(commands, as_json)
    schemas = commands.add_parser("schemas", help="write the JSON Schemas of the files on disk")
    schemas.add_argument("folder", type=Path)
    schemas.set_defaults(command=schemas_command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
