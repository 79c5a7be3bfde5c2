"""How models are compiled: one set of options, chosen before PyMC is imported.

The package configures itself on import, before anything of it imports ``pymc``, ``nutpie`` or ``numba``. Compiled code
is kept on disk under PyTensor's ``base_compiledir`` (``NUMBA_CACHE_DIR`` has no say over it) and is keyed by CPU; a
target that nearly every machine is keeps a cache warm that was filled on another one. The options change draws in the
last bit, so there is one set for every door, and the manifest of a run records it.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sys
from pathlib import Path

from mmm_core.settings import artifacts_dir, compile_cache_dir

GENERIC, WIDE = "generic", "x86-64-v3"
OF_WIDE = frozenset({"avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "abm"})
"""What a processor has that is an x86-64-v3, as nearly all since 2013 are; as Linux names it."""
CPUS = Path("/proc/cpuinfo")


def cpu_target(described: Path = CPUS) -> str:
    """CPU that Numba compiles for: four numbers at a time where this machine's can do that, else any of its kind.

    Parameters
    ----------
    described
        Where the kernel says what the processors have.
    """
    try:
        with described.open() as lines:
            flags = next((line for line in lines if line.startswith("flags")), "")
    except OSError:
        return GENERIC
    return WIDE if platform.machine() == "x86_64" and set(flags.split()) >= OF_WIDE else GENERIC


CPU_NAME = cpu_target()
"""The features list is left empty: the name says all."""
FOLDER = "python-%(python_version)s"
"""Folder within the cache: compiled code depends on Python and, by Numba's own keys, on the CPU and the sources."""


def configure() -> None:
    """Set the compile options; has no effect on libraries that are already imported."""
    if "pytensor" in sys.modules:
        return
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        # Chains are our threads; linear algebra on a few hundred rows gains nothing from more.
        os.environ.setdefault(threads, "1")
    os.environ["NUMBA_CPU_NAME"] = CPU_NAME
    os.environ["NUMBA_CPU_FEATURES"] = ""
    flags = [flag for flag in os.environ.get("PYTENSOR_FLAGS", "").split(",") if flag]
    if not any(flag.startswith("base_compiledir=") for flag in flags):
        # PyTensor's own folder name holds the kernel's version: a cache from an image would be cold on every host.
        flags += [f"base_compiledir={_writable_cache()}", f"compiledir_format={FOLDER}"]
    os.environ["PYTENSOR_FLAGS"] = ",".join(flags)


def _writable_cache() -> Path:
    """The compile cache, or a copy of it in the workspace where another user has filled it for us.

    PyTensor refuses a folder that it may not write.
    """
    shared = compile_cache_dir()
    present = shared / FOLDER.replace("%(python_version)s", platform.python_version())
    if not present.is_dir() or os.access(present, os.W_OK):
        return shared
    own = artifacts_dir() / "worker" / "compile-cache"
    if not own.exists():
        with contextlib.suppress(OSError):  # without the copy the model is compiled anew, which takes half a minute
            shutil.copytree(shared, own, dirs_exist_ok=True)
    return own


def compile_options() -> dict[str, str]:
    """Options that may change draws in the last bit, for the manifest."""
    return {"backend": "numba", "cpu_name": CPU_NAME, "cpu_features": "", "opt": os.environ.get("NUMBA_OPT", "3")}
