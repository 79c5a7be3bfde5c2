"""A proof whose process is killed again and again: what is lost each time, and is the end the same?

Usage: ``python -m benchmarks.proof_kills [--rounds 20] [--seed 1] RUN``. ``RUN`` is the folder of a finished run, which
is copied. One copy is proved in peace; of the other the process is killed at a random moment after it began to work,
and the same command goes on, ``rounds`` times or until the proof is whole. Lost is what was found and is not there
after the kill; the refit at work is not found yet. At the end both proofs must say the same.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

PATIENCE = 600.0


def main() -> None:
    """Kill, go on, and compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proof_kills")
    parser.add_argument("run", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        calm, killed = (fresh(options.run, Path(folder) / name) for name in ("calm", "killed"))
        subprocess.run(command(calm), check=True, stdout=subprocess.DEVNULL)
        rounds = kill(killed, options.rounds, np.random.default_rng(options.seed))
        subprocess.run(command(killed), check=True, stdout=subprocess.DEVNULL)
        found = {
            "kills": len(rounds),
            "units_after_each": [after for _, after in rounds],
            "lost": sum(before > after for before, after in rounds),
            "units": units(killed),
            "same_as_in_peace": said(killed) == said(calm),
        }
    print(json.dumps(found, indent=1))


def fresh(run: Path, folder: Path) -> Path:
    """A copy of a run without a proof."""
    shutil.copytree(run, folder, ignore=shutil.ignore_patterns("proof"))
    return folder


def command(run: Path) -> list[str]:
    return [sys.executable, "-m", "mmm_core", "proof", str(run), "--json"]


def kill(run: Path, rounds: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """How many units were on the disk just before each kill, and how many a reader finds after it."""
    seen = []
    for _ in range(rounds):
        began = units(run)
        process = subprocess.Popen(command(run), stdout=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while units(run) == began and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 2))
        before = units(run)
        process.kill()
        if process.wait() == 0:
            break
        seen.append((before, units(run)))
    return seen


def units(run: Path) -> int:
    """Units of work that the disk holds; a file that cannot be read is a fault, not a zero."""
    path = run / "proof" / "units.json"
    if not path.is_file():
        return 0
    return sum(len(each) for each in json.loads(path.read_bytes())["found"].values())


def said(run: Path) -> list[dict[str, Any]]:
    """What each part of a proof says: verdict, sentence, figures and tables."""
    parts: list[dict[str, Any]] = json.loads((run / "proof" / "proof.json").read_bytes())["parts"]
    return parts


if __name__ == "__main__":
    main()
