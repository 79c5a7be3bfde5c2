"""What do lists, creation, reuse and the Overview cost as runs pile up?

Usage: ``python -m benchmarks.lists [--tries N]``. A workspace each with 10, 1,000 and 10,000 runs, all in one sitting:
medians, and the ratio of the most to the fewest. What only reads is measured a second after the last change, as it is
most of the time; what makes runs changes the folder each time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from mmm_core import shipped
from mmm_core.runs import datasets, runs
from mmm_core.runs.folder import LABEL, MANIFEST, SPEC, STATUS, read_manifest
from mmm_core.spec import RunSpec, parse_spec
from mmm_core.workspace import health, storage
from mmm_core.workspace.desk import LOCAL_OWNER, Desk
from mmm_core.workspace.storage import Workspace

SIZES = (10, 1_000, 10_000)
SHOWN = 10
SETTLED = 1.2


def main() -> None:
    """Print the medians as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=30)
    tries = parser.parse_args().tries
    with ExitStack() as stack:
        deeds = {}
        for size in SIZES:
            workspace = Workspace(Path(stack.enter_context(tempfile.TemporaryDirectory())))
            _fill(workspace, size)
            deeds[str(size)] = _deeds(Desk(workspace, LOCAL_OWNER))
        medians: dict[str, dict[str, float]] = {size: {} for size in deeds}
        for what in next(iter(deeds.values())):
            # One try in each workspace in turn: whatever else the machine does meets all of them.
            for place, median in _medians({size: each[what] for size, each in deeds.items()}, tries).items():
                medians[place][what] = median
    most, fewest = medians[str(SIZES[-1])], medians[str(SIZES[0])]
    ratios = {what: round(most[what] / fewest[what], 2) for what in most}
    print(json.dumps({"milliseconds": medians, "most to fewest": ratios}, indent=1))


def _fill(workspace: Workspace, size: int) -> None:
    """Folders of runs with the files that lists read; a run's tables and draws are not looked at."""
    demo = shipped.RUNS[shipped.DEMO]
    manifest = read_manifest(demo)
    kept = {name: (demo / name).read_bytes() for name in (SPEC, LABEL, STATUS)}
    for number in range(size):
        folder = workspace.run_dir(storage.new_id("run"))
        folder.mkdir(parents=True)
        for name, content in kept.items():
            (folder / name).write_bytes(content)
        own = manifest.model_copy(update={"owner": LOCAL_OWNER, "fit_key": f"sha256:{number}"})
        (folder / MANIFEST).write_bytes(storage.json_bytes(own))


def _deeds(desk: Desk) -> dict[str, Callable[[], object]]:
    spec = parse_spec(shipped.DEMO_SPEC.read_bytes())
    seeds = iter(range(1_000_000))

    def another() -> RunSpec:
        return spec.model_copy(update={"random_seed": next(seeds)})

    same = another()
    runs.create(desk, same)
    return {
        "list": lambda: runs.list_page(desk, limit=SHOWN),
        "overview": lambda: (runs.list_page(desk, limit=SHOWN), datasets.list_datasets(desk)),
        "create": lambda: runs.create(desk, another()),
        "create the same again": lambda: runs.create(desk, same),
        "health": lambda: health.check(desk.workspace),
    }


def _medians(deeds: dict[str, Callable[[], object]], tries: int) -> dict[str, float]:
    for deed in deeds.values():
        deed()
    time.sleep(SETTLED)
    seconds: dict[str, list[float]] = {size: [] for size in deeds}
    for deed in deeds.values():
        deed()
    for _ in range(tries):
        for size, deed in deeds.items():
            started = time.perf_counter()
            deed()
            seconds[size].append(time.perf_counter() - started)
    return {size: round(1000 * statistics.median(each), 2) for size, each in seconds.items()}


if __name__ == "__main__":
    main()
