import pytest

from mmm_core.errors import RunCancelledError, RunError
from mmm_core.runs import execution, fits
from mmm_core.runs.folder import OUTPUT_FILES
from mmm_core.runs.manifest import Manifest
from mmm_core.spec import spec_from
from mmm_core.table.typed import CanonicalData
from mmm_core.workspace import status, storage
from mmm_core.workspace.status import Progress
from tests.engines import OWNER
from tests.worlds import simulate

pytestmark = pytest.mark.slow
WORLD = simulate(9, weeks=80, channels=3)


@pytest.fixture
def folder(tmp_path):
    origin = fits.Origin("w.csv", "sha256:0", OWNER)
    fits.create(tmp_path, CanonicalData(WORLD.frame, "WEEK"), spec_from(WORLD.spec), origin)
    fits.build(tmp_path)
    return tmp_path


def test_a_run_is_executed_from_its_folder_alone(folder, compiled):
    (folder / "canonical_data.parquet").unlink()
    told: list[Progress] = []
    final = execution.execute_run(folder, told.append, compiled=compiled)
    assert final.stage == "OUTPUTS_READY"
    assert not final.partial
    assert all((folder / name).is_file() for name in OUTPUT_FILES)
    assert told[0].step == "Preparing the model"
    assert told[-1].step == "Computing contributions"
    assert "sampling" in (folder / "run.log").read_text()


def test_a_finished_run_is_immutable(folder, compiled):
    execution.execute_run(folder, compiled=compiled)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.log"}
    with pytest.raises(RunError, match="OUTPUTS_READY cannot become TRAINING"):
        execution.execute_run(folder, compiled=compiled)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.log"} == before


def test_a_cancel_file_ends_the_run_and_it_can_be_started_again(folder, compiled):
    (folder / "cancel").touch()
    with pytest.raises(RunCancelledError):
        execution.execute_run(folder, compiled=compiled)
    assert status.get_status(folder).stage == "CANCELLED"
    (folder / "cancel").unlink()
    assert execution.execute_run(folder, compiled=compiled).stage == "OUTPUTS_READY"


def test_a_failure_ends_as_error_with_a_remedy_and_a_log(folder, compiled):
    (folder / "features.parquet").write_bytes(b"broken")
    with pytest.raises(RunError, match="The run broke down"):
        execution.execute_run(folder, compiled=compiled)
    failed = status.get_status(folder)
    assert failed.stage == "ERROR"
    assert failed.error is not None
    assert "run.log" in failed.error.remedy
    assert "Traceback" in (folder / "run.log").read_text()


def test_the_manifest_says_where_a_result_comes_from(folder):
    manifest = storage.read_json(folder / "manifest.json", Manifest)
    assert manifest.source_name == "w.csv"
    assert manifest.features_hash == storage.file_hash(folder / "features.parquet")
    assert manifest.spec_hash == storage.file_hash(folder / "run_spec.json")
    assert {"pymc", "nutpie", "python"} <= set(manifest.versions)
