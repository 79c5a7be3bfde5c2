import os
import subprocess
import sys

import pytest

from mmm_core.sampler.compiling import compile_options
from tests.conftest import PROJECT


def _own_environment(**changes: str) -> dict[str, str]:
    """The environment without the flags that this process has set for itself."""
    return {name: value for name, value in os.environ.items() if name != "PYTENSOR_FLAGS"} | changes


def test_compile_options_are_in_force_whatever_is_imported_first(tmp_path):
    code = (
        "import mmm_core.sampler.model_pymc, pytensor, numba;"
        "print(pytensor.config.base_compiledir, numba.config.CPU_NAME, repr(numba.config.CPU_FEATURES))"
    )
    environment = _own_environment(MMM_COMPILE_CACHE=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True, env=environment
    )
    assert done.stdout.split() == [str(tmp_path), "generic", "''"]


def test_options_are_recorded():
    assert compile_options()["cpu_name"] == "generic"


def test_the_cache_does_not_depend_on_the_kernel_or_the_processor_s_name(tmp_path):
    code = "import mmm_core, pytensor; print(pytensor.config.compiledir)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True,
        env=_own_environment(MMM_COMPILE_CACHE=str(tmp_path)),
    )  # fmt: skip
    version = sys.version.split()[0]
    assert done.stdout.strip() == str(tmp_path / f"python-{version}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_cache_that_another_user_filled_is_copied(tmp_path):
    shared = tmp_path / "shared"
    inside = shared / f"python-{sys.version.split()[0]}"
    inside.mkdir(parents=True)
    (inside / "compiled").write_text("x")
    inside.chmod(0o500)
    code = "import mmm_core, pytensor; print(pytensor.config.base_compiledir)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True,
        env=_own_environment(MMM_COMPILE_CACHE=str(shared), MMM_ARTIFACTS=str(tmp_path / "mine")),
    )  # fmt: skip
    own = tmp_path / "mine" / "worker" / "compile-cache"
    assert done.stdout.strip() == str(own)
    assert (own / inside.name / "compiled").read_text() == "x"
