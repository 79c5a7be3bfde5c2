"""Do two versions of the code give the same numbers? Fits five tables with each and compares every output.

Usage: ``python -m benchmarks.same_numbers OTHER``, where OTHER is another checkout of this project. Each version is run
by its own command line, one after the other, so that nothing but files passes between them. Tables of
``../shared/data`` that are not there are left out, and the output says so.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

HERE = Path(__file__).resolve().parent.parent
PUBLIC = HERE.parent / "shared" / "data"
TABLES = ("contributions.parquet", "fitted.parquet", "decomposition.parquet")
PUBLIC_TABLES = ("meridian_national_media", "redam94_national", "mmmmachine_104w")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", type=Path, help="another checkout of this project")
    other = parser.parse_args().other.resolve()
    differing = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, (table, spec) in _cases(Path(scratch)).items():
            before, after = (_run(code, table, spec, Path(scratch) / f"{name}-{code.name}") for code in (other, HERE))
            for output, (old, new) in _hashes(before, after).items():
                same = old == new
                differing += not same
                note = "equal" if same else f"DIFFERENT: {_distance(before, after, output)}"
                print(f"{name:26} {output:24} {old[:16]} {new[:16]} {note}")
    print("all equal" if not differing else f"{differing} outputs differ")
    return 1 if differing else 0


def _cases(scratch: Path) -> dict[str, tuple[Path, Path]]:
    samples = HERE / "sample_data"
    cases = {
        "demo": (samples / "mmm_demo.csv", samples / "mmm_demo_spec.json"),
        "sample": (samples / "mmm_sample.csv", samples / "run_spec.json"),
    }
    for name in PUBLIC_TABLES:
        table = PUBLIC / f"{name}.csv"
        if not table.is_file():
            print(f"{name:26} left out: {table.name} is not there")
            continue
        columns = list(pd.read_csv(table, nrows=1).columns)
        spec = scratch / f"{name}.json"
        drivers = [column for column in columns if column.startswith("act_")]
        controls = [column for column in columns if column.startswith("ctrl_")]
        spec.write_text(json.dumps({"dataset_id": name, "grain": "WEEK", "drivers": drivers, "controls": controls}))
        cases[name] = (table, spec)
    return cases


def _run(code: Path, table: Path, spec: Path, out: Path) -> Path:
    command = [sys.executable, "-m", "mmm_core", "run", str(table), "--spec", str(spec), "--out", str(out), "--json"]
    subprocess.run(command, cwd=code, check=True, capture_output=True)
    return out


def _hashes(before: Path, after: Path) -> dict[str, tuple[str, str]]:
    pairs = {name: (_of_file(before / name), _of_file(after / name)) for name in TABLES}
    return pairs | {"draws": (_of_draws(before), _of_draws(after))}


def _of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _of_draws(folder: Path) -> str:
    """Hash of the values of every parameter, whatever else the file says of itself."""
    digest = hashlib.sha256()
    draws = _draws(folder)
    for name in sorted(map(str, draws.data_vars)):
        digest.update(name.encode() + draws[name].to_numpy().tobytes())
    return digest.hexdigest()


def _distance(before: Path, after: Path, output: str) -> str:
    """Largest relative difference of a table, or that of a parameter's mean in its posterior sd."""
    if output == "draws":
        old, new = _draws(before), _draws(after)
        over = ("chain", "draw")
        gaps = [float((abs(old[name].mean(over) - new[name].mean(over)) / old[name].std(over)).max()) for name in old]
        return f"means differ by up to {max(gaps):.2g} posterior sd"
    one, two = (pd.read_parquet(folder / output).select_dtypes("number").to_numpy() for folder in (before, after))
    return f"relative {float(np.max(np.abs(one - two) / np.maximum(np.abs(one), 1e-12))):.2g}"


def _draws(folder: Path) -> xr.Dataset:
    with xr.open_datatree(folder / "posterior.nc", engine="h5netcdf") as tree:
        return tree["posterior"].to_dataset().load()


if __name__ == "__main__":
    sys.exit(main())
