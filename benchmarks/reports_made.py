"""How long does a report take, and how large is it? Medians over runs in one process, on the shipped run.

Usage: ``python -m benchmarks.reports_made [--runs N]``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from mmm_core import shipped
from mmm_core.report import pdf
from mmm_core.report.made import report_of
from mmm_core.report.request import FORMS, Form, ReportRequest
from mmm_core.workspace.desk import LOCAL_OWNER, Desk
from mmm_core.workspace.storage import Workspace


def main() -> None:
    """Print a line of JSON a form."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports_made")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Workspace(Path(folder)), LOCAL_OWNER)
        for form in FORMS:
            if form != "pdf" or pdf.browser() is not None:
                print(json.dumps(timed(desk, form, options.runs)), flush=True)


def timed(desk: Desk, form: Form, runs: int) -> dict[str, object]:
    """Seconds and processor seconds of this process, and megabytes of the file."""
    seconds, work, size = [], [], 0
    for _ in range(runs):
        began, worked = time.perf_counter(), time.process_time()
        size = len(report_of(desk, shipped.DEMO, ReportRequest(form=form)).content)
        seconds.append(time.perf_counter() - began)
        work.append(time.process_time() - worked)
    return {
        "form": form,
        "seconds": round(statistics.median(seconds), 2),
        "processor seconds": round(statistics.median(work), 2),
        "MB": round(size / 1e6, 2),
    }


if __name__ == "__main__":
    main()
