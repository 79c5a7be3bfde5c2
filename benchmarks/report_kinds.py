"""Is a report of every kind of run true and whole? Each is fitted, written, read again, and judged by laws.

Usage: ``python -m benchmarks.report_kinds [KIND …] [--pdf KIND …]``. A line of JSON a kind: seconds of processor time
of the fit with the report's content, and of its page and slides; what is wrong. Of the kinds after ``--pdf`` the PDF is
printed too, and its words are held against the page's. The exit code is 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mmm_core.report.content import Report
from mmm_core.report.pdf import pdf
from tests.kinds.catalogue import KINDS
from tests.kinds.fitting import misfits
from tests.kinds.judged import faults, report_of
from tests.kinds.laws import PROGRAM, without
from tests.kinds.read import Page

PRINTED = ("proved", "languages", "failed_checks")


def main() -> int:
    """Judge kinds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report_kinds")
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], default=[], metavar="KIND")
    parser.add_argument("--pdf", nargs="*", choices=list(KINDS), default=list(PRINTED), metavar="KIND")
    options = parser.parse_args()
    rows = [judged(name, printed=name in options.pdf) for name in options.kinds or KINDS]
    wrong = [str(row["kind"]) for row in rows if row["wrong"]]
    print(json.dumps({"kinds": len(rows), "with something wrong": wrong}))
    return 1 if wrong else 0


def judged(name: str, *, printed: bool) -> dict[str, object]:
    """What is wrong with the report of a kind."""
    kind = KINDS[name]
    with tempfile.TemporaryDirectory() as root, contextlib.redirect_stdout(io.StringIO()):
        began = time.process_time()
        folder, report = report_of(kind, Path(root))
        made = time.process_time()
        page, wrong = faults(kind, folder, report)
        wrong += misfits(name, report, page)
        ended = time.process_time()
        if printed:
            wrong += wrong_pdf(report, page, kind.names)
    row: dict[str, object] = {
        "kind": name,
        "fit and content": round(made - began, 1),
        "page and slides": round(ended - made, 1),
        "sentences": sum(len(part.sentences) for part in page.parts.values()),
        "printed": printed,
        "wrong": wrong,
    }
    print(json.dumps(row), file=sys.__stdout__, flush=True)
    return row


def wrong_pdf(report: Report, page: Page, names: tuple[str, ...]) -> list[str]:
    """Sentences of the page that its PDF does not have as text, and words of a program that it has."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf(report))
        file.flush()
        command = ["pdftotext", "-layout", file.name, "-"]
        found = subprocess.run(command, capture_output=True, text=True, check=True)
    words = _letters(found.stdout)
    wrong = [
        f"pdf: lacks {each}"
        for part in page.parts.values()
        for each in part.sentences[:3]
        if _begins(each) not in words
    ]
    return wrong + [f"pdf: {each}" for each in PROGRAM.findall(without(found.stdout, names))]


def _begins(sentence: str) -> str:
    """The first words: a page may end within a sentence."""
    return _letters(sentence)[:40]


def _letters(text: str) -> str:
    return "".join(each for each in text if each.isalnum() and each.isascii())


if __name__ == "__main__":
    sys.exit(main())
