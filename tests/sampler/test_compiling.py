import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from mmm_core.model.family import family_of
from mmm_core.sampler import native
from mmm_core.sampler.compiling import GENERIC, OF_WIDE, WIDE, compile_options, cpu_target
from mmm_core.spec import spec_from
from tests.conftest import PROJECT, features_of
from tests.worlds import simulate


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
    assert done.stdout.split() == [str(tmp_path), cpu_target(), "''"]


def test_options_are_recorded():
    assert compile_options()["cpu_name"] == cpu_target()


def test_a_processor_is_wide_where_it_has_all_that_makes_it_so(tmp_path):
    described = tmp_path / "cpuinfo"
    described.write_text(f"processor: 0\nflags\t\t: fpu sse2 {' '.join(OF_WIDE)}\n")
    assert cpu_target(described) == (WIDE if platform.machine() == "x86_64" else GENERIC)
    described.write_text("processor: 0\nflags\t\t: fpu sse2 avx2\n")
    assert cpu_target(described) == GENERIC
    assert cpu_target(tmp_path / "none") == GENERIC


@pytest.mark.parametrize("name", [GENERIC, WIDE])
def test_the_density_is_the_same_on_either_to_rounding(name, tmp_path):
    """Also where the other one is compiled: nobody's results depend on the processor by more than that."""
    if cpu_target() == GENERIC != name:
        pytest.skip("this machine has no wide processor")
    code = (
        "import os; from mmm_core.sampler import compiling;"
        f"os.environ['NUMBA_CPU_NAME'] = '{name}';"
        "import numpy as np; from mmm_core.sampler import density, native;"
        "from mmm_core.model.family import family_of; from tests.conftest import features_of;"
        "from tests.worlds import simulate; from mmm_core.spec import spec_from;"
        "world = simulate(7, weeks=104, channels=4); spec = spec_from(world.spec | {'model': {'kind': 'recommended'}});"
        "model = native.model_on(family_of(features_of(world.frame, spec)));"
        "value, slope = native.evaluate(model, native.start_position(model.size, 3));"
        "import numba; assert numba.config.CPU_NAME == os.environ['NUMBA_CPU_NAME'];"
        "print(value, slope.sum(), abs(slope).max())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True,
        env=_own_environment(MMM_COMPILE_CACHE=str(tmp_path)),
    )  # fmt: skip
    world = simulate(7, weeks=104, channels=4)
    spec = spec_from(world.spec | {"model": {"kind": "recommended"}})
    model = native.model_on(family_of(features_of(world.frame, spec)))
    value, slope = native.evaluate(model, native.start_position(model.size, 3))
    np.testing.assert_allclose(
        [float(word) for word in done.stdout.split()], [value, slope.sum(), abs(slope).max()], rtol=1e-10
    )


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
