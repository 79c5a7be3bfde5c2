import pytest

from mmm_core.runs.outputs import Outputs, read_outputs
from tests.conftest import PROJECT


@pytest.fixture(scope="session")
def demo() -> Outputs:
    return read_outputs(PROJECT / "sample_data" / "demo_run")
