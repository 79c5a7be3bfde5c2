"""What is kept of a dataset's doubts belongs to one file, read in one way."""

from mmm_core.runs import datasets
from mmm_core.runs.doubts import kept
from mmm_core.runs.doubts.kept import Doubts
from mmm_core.spec import DatasetSettings
from mmm_core.workspace import storage
from mmm_core.workspace.storage import Workspace
from tests.engines import desk
from tests.runs.doubts.tables import world_with_total


def test_another_way_to_read_the_file_is_another_doubt_and_another_label_is_not(tmp_path):
    at = desk(Workspace(tmp_path))
    made = datasets.create_dataset(at, world_with_total(), "t.csv")
    first = kept.identity_of(at, made.dataset_id)
    datasets.revise_dataset(at, made.dataset_id, label="Mine")
    assert kept.identity_of(at, made.dataset_id) == first
    datasets.revise_dataset(at, made.dataset_id, settings=DatasetSettings(fixes=("leave_out_total_entities",)))
    assert kept.identity_of(at, made.dataset_id) != first


def test_what_cannot_be_read_back_counts_as_nothing(tmp_path):
    assert kept.read(tmp_path) is None
    doubts = Doubts(identity="sha256:1", left=("sum_days_to_weeks",))
    storage.write_json(tmp_path / kept.FILE, doubts)
    assert kept.read(tmp_path) == doubts
    (tmp_path / kept.FILE).write_text("{")
    assert kept.read(tmp_path) is None
