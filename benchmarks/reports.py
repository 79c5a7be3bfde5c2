"""What does a table's report cost? Medians of processor time, so that what else a machine does counts little.

Usage: ``python -m benchmarks.reports [--tries N]``: the demo with its specification, and 190,000 rows of weeks.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

from benchmarks.wide import table
from mmm_core import shipped
from mmm_core.runs import tables
from mmm_core.spec import parse_spec

ROWS, COLUMNS = 190_000, 9


def main() -> None:
    """Print the medians as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=9)
    tries = parser.parse_args().tries
    demo, spec = shipped.TABLES[shipped.DEMO].read_bytes(), parse_spec(shipped.DEMO_SPEC.read_bytes())
    long = table(ROWS, COLUMNS)
    deeds: dict[str, Callable[[], object]] = {
        "demo": lambda: tables.prepare(demo, "mmm_demo.csv", spec=spec),
        f"{ROWS:,} rows": lambda: tables.prepare(long, "long.csv"),
    }
    medians = {what: round(statistics.median(_seconds(deed, tries)), 3) for what, deed in deeds.items()}
    print(json.dumps({"processor seconds": medians, "tries": tries}, indent=1))


def _seconds(deed: Callable[[], object], tries: int) -> list[float]:
    deed()  # the first one imports
    found = []
    for _ in range(tries):
        started = time.process_time()
        deed()
        found.append(time.process_time() - started)
    return found


if __name__ == "__main__":
    main()
