from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import nutpie
import pymc as pm
import pytest

from mmm_core.sampler import kept
from tests.conftest import PROJECT

X, Y = np.linspace(-1, 1, 12), np.linspace(0, 3, 12) ** 2


def model(*, swapped: bool = False) -> pm.Model:
    """A line through two tables; ``swapped`` has them in each other's place in memory."""
    with pm.Model() as line:
        tables = {"x": X, "y": Y}
        data = {name: pm.Data(name, tables[name]) for name in (reversed(tables) if swapped else tables)}
        slope, noise = pm.Normal("slope"), pm.HalfNormal("noise")
        if swapped:
            pm.Normal("seen", data["y"] * slope, noise, observed=data["x"])
        else:
            pm.Normal("seen", data["x"] * slope, noise, observed=data["y"])
    return line


def draws(compiled: Any) -> np.ndarray:
    options = {"tune": 100, "draws": 50, "chains": 1, "seed": 3, "progress_bar": False}
    return nutpie.sample(compiled, **options)["posterior"]["slope"].to_numpy()


@pytest.fixture(scope="module")
def once(tmp_path_factory) -> tuple[Path, Any]:
    """A folder in which the line's code is kept, and what was compiled for it."""
    folder = tmp_path_factory.mktemp("kept")
    return folder, kept.compile_model(model(), "line", folder=folder)


@pytest.fixture
def folder(once, tmp_path) -> Path:
    """A copy of that folder, to do with as one likes."""
    shutil.copytree(once[0], tmp_path / "kept")
    return tmp_path / "kept"


def only(folder: Path, suffix: str = ".nbc") -> Path:
    (path,) = folder.glob(f"*{suffix}")
    return path


def test_what_is_kept_draws_what_was_compiled_to_the_last_bit(once):
    folder, compiled = once
    written = only(folder).stat()
    again = kept.compile_model(model(), "line", folder=folder)
    assert only(folder).stat().st_mtime_ns == written.st_mtime_ns
    plain = nutpie.compile_pymc_model(model(), backend="numba")
    assert np.array_equal(draws(compiled), draws(again))
    assert np.array_equal(draws(compiled), draws(plain))


@pytest.mark.parametrize("suffix", [".nbc", ".nbi"])
@pytest.mark.parametrize("damage", [b"", b"\x80\x05cut short"])
def test_a_damaged_file_is_made_anew(once, folder, suffix, damage):
    only(folder, suffix).write_bytes(damage)
    assert np.array_equal(kept.answers(kept.compile_model(model(), "line", folder=folder)), kept.answers(once[1]))
    written = only(folder).stat()
    kept.compile_model(model(), "line", folder=folder)
    assert only(folder).stat().st_mtime_ns == written.st_mtime_ns


def test_code_for_tables_in_another_place_is_not_taken(folder):
    """The key says nothing of the order of the tables; what was kept is asked."""
    swapped = kept.compile_model(model(swapped=True), "line", folder=folder)
    plain = nutpie.compile_pymc_model(model(swapped=True), backend="numba")
    assert np.array_equal(draws(swapped), draws(plain))


def test_a_folder_that_cannot_be_written_costs_the_keeping_only(tmp_path):
    (tmp_path / "file").write_text("")
    compiled = kept.compile_model(model(), "line", folder=tmp_path / "file" / "below")
    assert np.isfinite(kept.answers(compiled)).all()


def test_few_versions_are_kept_of_a_structure(tmp_path):
    nothing = kept.Kept({}, np.zeros(1))
    for number in range(5):
        kept._write(tmp_path / f"line-{number}", nothing)
        os.utime(tmp_path / f"line-{number}.nbi", (number, number))
    kept._write(tmp_path / "other-0", nothing)
    kept._write(tmp_path / "line-new", nothing)
    assert {each.name.split(".")[0] for each in tmp_path.iterdir()} == {"line-3", "line-4", "line-new", "other-0"}


def test_the_key_is_of_the_sources_and_the_compiler(tmp_path, monkeypatch):
    before = kept._key()
    assert kept._key() == before
    shutil.copytree(PROJECT / "mmm_core" / "model", tmp_path / "model")
    monkeypatch.setattr(kept, "SOURCES", [kept.SOURCES[0], tmp_path / "model"])
    assert kept._key() == before
    with (tmp_path / "model" / "priors.py").open("a") as source:
        source.write("# another version\n")
    assert kept._key() != before


def test_another_process_takes_it(once):
    """Names of the compiled functions are new in each process."""
    folder, compiled = once
    code = (
        "import sys; from pathlib import Path;"
        "from mmm_core.sampler import kept; from tests.sampler.test_kept import model;"
        "print(kept.answers(kept.compile_model(model(), 'line', folder=Path(sys.argv[1]))).tobytes().hex())"
    )
    written = only(folder).stat()
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    assert bytes.fromhex(done.stdout.strip()) == kept.answers(compiled).tobytes()
    assert only(folder).stat().st_mtime_ns == written.st_mtime_ns
