import os
import subprocess
import sys

from mmm_core.compiling import compile_options
from tests.conftest import PROJECT


def test_compile_options_are_in_force_whatever_is_imported_first(tmp_path):
    code = (
        "import mmm_core.model_pymc, pytensor, numba;"
        "print(pytensor.config.base_compiledir, numba.config.CPU_NAME, repr(numba.config.CPU_FEATURES))"
    )
    environment = os.environ | {"MMM_COMPILE_CACHE": str(tmp_path)}
    environment.pop("PYTENSOR_FLAGS", None)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True, env=environment
    )
    assert done.stdout.split() == [str(tmp_path), "generic", "''"]


def test_options_are_recorded():
    assert compile_options()["cpu_name"] == "generic"
