"""Machine code of the padded model, kept on disk between processes: most of a worker's start was its compilation.

Numba keeps the parts of a density, but not the function around them that the sampler calls, in which all parts are
compiled once more: its key would hold names that are new in each process. That function depends on the structure, on
our sources and on the compiler alone, and holds no address; so it is kept under a key made of these. Which place in
memory each table has is fixed when it is compiled: what was kept is asked once for the density of made-up data, and
where a single bit differs from what it said when it was kept, it is compiled anew.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import nutpie
import pymc as pm
from numba.core import caching, compiler
from numba.core.registry import cpu_target
from pytensor.configdefaults import config

from mmm_core.model.padding import Array
from mmm_core.sampler.compiling import compile_options

FILE: Any = caching.IndexDataCacheFile
CODE: Any = compiler.CompileResult
"""How Numba keeps compiled functions itself; it says nothing of their types."""
LIBRARIES = ("numba", "llvmlite", "nutpie", "pytensor", "pymc", "numpy")
"""What has a say over the machine code."""
SOURCES = [Path(__file__).parent, Path(__file__).parent.parent / "model"]
VERSIONS_KEPT = 3
"""Files kept for a structure: an older version of the package that runs beside this one keeps its own."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Both functions that a sampler calls, as Numba writes them down, and what they said of the made-up data."""

    functions: dict[str, Any]
    answers: Array


def compile_model(model: pm.Model, name: str, *, folder: Path | None = None) -> Any:
    """The compiled density of ``model``, from the disk where it is there.

    Parameters
    ----------
    model
        A model whose tables are ``pymc.Data``.
    name
        Name of its structure, such as ``"16x24"``: two models of one name are the same but for their data.
    folder
        Where the code is kept; beside PyTensor's own unless given.
    """
    folder = folder or Path(str(config.compiledir)) / "kept"
    place = folder / f"{name}-{_key()}"
    with contextlib.suppress(Exception):  # whatever is wrong with a kept file, compiling anew is the answer
        kept: Kept = _file(place).load(place.name)
        found = {name: CODE._rebuild(_target(), *parts) for name, parts in kept.functions.items()}
        compiled = nutpie.compile_pymc_model(model, backend="numba", pipeline_class=_finding(found))
        if np.array_equal(answers(compiled), kept.answers):
            return compiled
    made: dict[str, Any] = {}
    compiled = nutpie.compile_pymc_model(model, backend="numba", pipeline_class=_noting(made))
    with contextlib.suppress(ValueError):  # without an answer to compare it with nothing is kept
        if all(not result.library.has_dynamic_globals and not result.lifted for result in made.values()):
            _write(place, Kept({name: result._reduce() for name, result in made.items()}, answers(compiled)))
    return compiled


def answers(compiled: Any) -> Array:
    """Log density, its gradient and the expanded parameters at one point, for made-up data; dims ``(value,)``."""
    tables = {}
    for shared, key in compiled.shared_var_keys.items():
        table = compiled.shared_data[key]
        # Of its name, so that two tables in each other's place are told apart.
        seed = int.from_bytes(hashlib.sha256(shared.name.encode()).digest()[:4])
        tables[shared.name] = np.random.default_rng(seed).uniform(0.2, 1.0, table.shape).astype(table.dtype)
    compiled = compiled.with_data(**tables)
    point = np.random.default_rng(1).normal(0, 0.3, compiled.n_dim)
    value, slope, expanded = np.zeros(()), np.zeros(compiled.n_dim), np.zeros(compiled.n_expanded)
    memory = compiled.user_data.ctypes.data
    failed = compiled.compiled_logp_func.ctypes(
        compiled.n_dim, _doubles(point), _doubles(slope), _doubles(value), memory
    ) or compiled.compiled_expand_func.ctypes(
        compiled.n_dim, compiled.n_expanded, _doubles(point), _doubles(expanded), memory
    )
    if failed:
        raise ValueError("the density of the made-up data is not finite")
    return np.concatenate([value[None], slope, expanded])


def _doubles(values: Array) -> Any:
    return values.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


def _key() -> str:
    """Of all that the machine code depends on beside the structure."""
    digest = hashlib.sha256()
    # By name within each folder: where the package lies has no say over the code.
    for source in (each for folder in SOURCES for each in sorted(folder.glob("*.py"))):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    made_by = [*(f"{each} {version(each)}" for each in LIBRARIES), platform.python_version(), platform.machine()]
    digest.update(repr([made_by, sorted(compile_options().items()), config.floatX]).encode())
    return digest.hexdigest()[:24]


def _target() -> Any:
    context = cpu_target.target_context
    context.refresh()
    return context


def _finding(found: dict[str, Any]) -> type[compiler.Compiler]:
    """A compiler that has done its work already."""

    class Finding(compiler.Compiler):
        def compile_extra(self, function: Any) -> Any:
            return found[function.__name__]

    return Finding


def _noting(made: dict[str, Any]) -> type[compiler.Compiler]:
    """A compiler that notes what it has compiled."""

    class Noting(compiler.Compiler):
        def compile_extra(self, function: Any) -> Any:
            made[function.__name__] = super().compile_extra(function)  # type: ignore[no-untyped-call]
            return made[function.__name__]

    return Noting


def _write(place: Path, kept: Kept) -> None:
    """Keep it where that is possible; nobody waits for a disk that is full or not ours."""
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        for damaged in _files(place):
            damaged.unlink(missing_ok=True)
        _file(place).save(place.name, kept)
        same = place.parent.glob(f"{place.name.rpartition('-')[0]}-*.nbi")
        for older in sorted(same, key=lambda each: each.stat().st_mtime)[:-VERSIONS_KEPT]:
            for each in _files(older.with_suffix("")):
                each.unlink(missing_ok=True)


def _file(place: Path) -> Any:
    """Numba's own kind of file, which reads and writes in one piece."""
    return FILE(str(place.parent), place.name, place.name)


def _files(place: Path) -> list[Path]:
    return list(place.parent.glob(f"{place.name}.*"))
