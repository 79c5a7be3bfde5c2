"""Imported once by the process from which executors are forked: loads the sampler and compiles its usual size.

Every executor that is forked afterwards has the compiled model from birth and shares its memory. The work is done in a
thread of its own because only a thread's priority can be lowered for a while: the process, and with it every executor,
keeps its own. When the thread has ended the process has one thread again, and forking it is safe.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmm_core.model.structure import Structure
    from mmm_core.sampler.sampling import CompiledModel

NICENESS = 10
models: dict[Structure, CompiledModel] = {}
"""Models compiled before the fork."""
seconds = 0.0
"""How long loading and compiling took."""


def _warm() -> None:
    global seconds
    started = time.perf_counter()
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    import scipy.stats  # noqa: F401 - loaded for executors, as the modules below

    from mmm_core.model import structure
    from mmm_core.sampler import sampling

    for warmed in (structure.AnySize(), structure.BUCKETS[0]):
        models[warmed] = sampling.compile_structure(warmed)
    seconds = time.perf_counter() - started


_thread = threading.Thread(target=_warm, name="prefork")
_thread.start()
_thread.join()
