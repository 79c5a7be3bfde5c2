import pytest

from mmm_core.errors import DataError, StorageError
from mmm_core.runs import datasets
from mmm_core.spec import DatasetSettings
from mmm_core.workspace.storage import Workspace, read_parquet
from tests.malformed import good_rows, table, with_cell


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def test_a_file_becomes_a_dataset_under_an_id_of_ours(workspace):
    made = datasets.create_dataset(workspace, table(good_rows()), "../../etc/Sales 2023.csv", owner="ann")
    assert made.label == "Sales 2023.csv"
    folder = workspace.dataset_dir(made.dataset_id)
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        "canonical_data.parquet", "dataset.json", "raw/table.csv", "validation_summary.json",
    ]  # fmt: skip
    assert len(read_parquet(folder / "canonical_data.parquet")) == 80
    assert datasets.get_dataset(workspace, made.dataset_id, owner="ann") == made
    again = datasets.load_dataset(workspace, made.dataset_id, owner="ann")
    assert again.content_hash == made.content_hash
    assert again.report.ok


def test_a_table_with_errors_is_kept_with_its_report(workspace):
    made = datasets.create_dataset(workspace, with_cell(5, "act_tv", "x"), "t.csv", owner="ann")
    folder = workspace.dataset_dir(made.dataset_id)
    assert (folder / "validation_summary.json").is_file()
    assert not (folder / "canonical_data.parquet").exists()


def test_what_is_no_table_leaves_nothing(workspace):
    with pytest.raises(DataError, match="PDF"):
        datasets.create_dataset(workspace, b"%PDF-1.4", "t.csv", owner="ann")
    assert workspace.ids("datasets") == []


def test_settings_stay_with_the_dataset(workspace):
    settings = DatasetSettings(fixes=("blank_activity_is_zero",))
    made = datasets.create_dataset(workspace, with_cell(5, "act_tv", ""), "t.csv", owner="ann", settings=settings)
    loaded = datasets.load_dataset(workspace, made.dataset_id, owner="ann")
    assert loaded.report.ok
    assert loaded.report.applied_fixes[0].rows == 1


def test_owners_do_not_see_each_others_data(workspace):
    made = datasets.create_dataset(workspace, table(good_rows()), "t.csv", owner="ann")
    assert made in datasets.list_datasets(workspace, owner="ann")
    assert [each.dataset_id for each in datasets.list_datasets(workspace, owner="bob")] == ["sample_001", "demo"]
    with pytest.raises(StorageError, match="There is no dataset"):
        datasets.load_dataset(workspace, made.dataset_id, owner="bob")


def test_the_shipped_tables_are_in_every_workspace(workspace):
    for dataset_id, weeks in (("sample_001", 52), ("demo", 156)):
        assert datasets.get_dataset(workspace, dataset_id, owner="ann").read_only
        assert len(datasets.load_dataset(workspace, dataset_id, owner="ann").canonical().frame) == weeks


def test_a_table_kept_unchecked_is_checked_when_somebody_asks(workspace):
    kept = datasets.create_dataset(workspace, with_cell(5, "act_tv", "x"), "t.csv", owner="local", check=False)
    assert not datasets.is_checked(workspace, kept.dataset_id, owner="local")
    assert not datasets.validate_dataset(workspace, kept.dataset_id, owner="local").ok
    assert datasets.is_checked(workspace, kept.dataset_id, owner="local")
    with pytest.raises(DataError, match="empty"):
        datasets.create_dataset(workspace, b"", "t.csv", owner="local", check=False)
    assert len(datasets.list_datasets(workspace, owner="local")) == 3


def test_the_shipped_tables_are_checked_and_stay_as_they_are(workspace):
    assert datasets.is_checked(workspace, "demo", owner="local")
    assert datasets.validate_dataset(workspace, "demo", owner="local").ok
    with pytest.raises(StorageError, match="shipped"):
        datasets.validate_dataset(workspace, "demo", owner="local", label="mine")


def test_a_damaged_dataset_keeps_no_other_from_being_listed(workspace):
    good, bad = (datasets.create_dataset(workspace, table(good_rows()), "t.csv", owner="ann") for _ in range(2))
    (workspace.dataset_dir(bad.dataset_id) / "dataset.json").write_text("{")
    listed = [each.dataset_id for each in datasets.list_datasets(workspace, owner="ann") if not each.read_only]
    assert listed == [good.dataset_id]
