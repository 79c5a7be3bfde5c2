"""Prove the public tables of ``../shared/data``, and print a section of Markdown a table as it comes.

Usage: ``python -m benchmarks.public_proofs [--tables NAME ...] [--parts NAME ...] [--keep FOLDER]``. Columns get the
roles that their names suggest, no repair is made, and the model is the one that the app begins with. A run that was
stopped goes on from what the folder holds: a JSON file a table, and its run with all that was found. A section says
rows and channels, the headline, what each part says and how many seconds of processor time it took; where the truth is
known, whether the run's intervals hold it. The summary is printed at the end.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import cache
from pathlib import Path

from benchmarks.public_proofs.proving import ORDER, PUBLIC, Row, proved
from benchmarks.public_proofs.words import section, summary
from mmm_core.proof.catalogue import PARTS
from mmm_core.proof.subject import refitter
from mmm_core.sampler.sampling import compile_structure


def main(arguments: list[str] | None = None) -> int:
    """Prove and print; exit code 1 where there is no public table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_proofs")
    parser.add_argument("--tables", nargs="*", metavar="NAME", help="without their ending; default: all")
    parser.add_argument("--parts", nargs="*", choices=[part.name for part in PARTS], default=[], metavar="NAME")
    parser.add_argument("--keep", type=Path, help="default: nothing is kept")
    options = parser.parse_args(arguments)
    paths = [path for path in _files() if not options.tables or path.stem in options.tables]
    if not paths:
        print("There is no such table beside the project (../shared/data).", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        print_all(paths, options.parts, options.keep or Path(scratch))
    return 0


def print_all(paths: list[Path], parts: list[str], keep: Path) -> None:
    """A section a table, and the summary below."""
    compiled = cache(compile_structure)
    refit = refitter(compiled)
    rows: list[Row] = []
    for path in paths:
        rows.append(proved(path, parts, keep, compiled, refit))
        print(section(rows[-1]), flush=True)
    print(summary(rows), flush=True)


def _files() -> list[Path]:
    """Those that take least first: what is known early is read early."""
    found = sorted(path for path in PUBLIC.glob("*") if path.suffix in (".csv", ".xlsx"))
    return sorted(found, key=lambda path: ORDER.index(path.stem) if path.stem in ORDER else len(ORDER))


if __name__ == "__main__":
    sys.exit(main())
