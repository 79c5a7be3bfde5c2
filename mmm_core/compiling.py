"""How models are compiled: one set of options, chosen before PyMC is imported.

The package configures itself on import, before anything of it imports ``pymc``, ``nutpie`` or ``numba``. Compiled code
is kept on disk under PyTensor's ``base_compiledir`` (``NUMBA_CACHE_DIR`` has no say over it) and is keyed by CPU; a
generic CPU target keeps a cache warm that was filled on another machine. The options change draws in the last bit, so
there is one set for every door, and the manifest of a run records it.
"""

from __future__ import annotations

import os
import sys

from mmm_core.settings import compile_cache_dir

CPU_NAME = "generic"
"""CPU that Numba compiles for; the features list is left empty."""


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
        flags.append(f"base_compiledir={compile_cache_dir()}")
    os.environ["PYTENSOR_FLAGS"] = ",".join(flags)


def compile_options() -> dict[str, str]:
    """Options that may change draws in the last bit, for the manifest."""
    return {"backend": "numba", "cpu_name": CPU_NAME, "cpu_features": "", "opt": os.environ.get("NUMBA_OPT", "3")}
