"""What the demo's whole pipeline costs in a process that has compiled: ``python -m benchmarks.pipeline [--rounds N]``.

Prints the median seconds of each stage, as the runs' own manifests record them, and the process's memory.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from functools import cache
from pathlib import Path

import psutil

from mmm_core.runs import execution, fits, tables
from mmm_core.runs.manifest import Manifest
from mmm_core.sampler.sampling import compile_structure
from mmm_core.settings import PROJECT
from mmm_core.spec import parse_spec
from mmm_core.workspace import storage
from mmm_core.workspace.desk import LOCAL_OWNER

SAMPLES = PROJECT / "sample_data"


def main() -> None:
    """Run the demo several times and print medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipeline")
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    compiled = cache(compile_structure)
    spec = parse_spec((SAMPLES / "mmm_demo_spec.json").read_bytes())
    prepared = tables.read_file(SAMPLES / "mmm_demo.csv", spec=spec)
    seconds = []
    for _ in range(rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder)
            origin = fits.Origin(prepared.name, prepared.content_hash, LOCAL_OWNER)
            fits.create(path, prepared.canonical(), spec, origin)
            fits.build(path)
            execution.execute_run(path, compiled=compiled)
            seconds.append(storage.read_json(path / "manifest.json", Manifest).seconds)
    # The first round compiles and imports.
    medians = {stage: round(statistics.median(each[stage] for each in seconds[1:]), 3) for stage in seconds[0]}
    memory = psutil.Process().memory_info().rss / 2**20
    print(
        json.dumps({"rounds": rounds, "first": seconds[0], "median": medians, "resident_mb": round(memory)}, indent=1)
    )


if __name__ == "__main__":
    main()
