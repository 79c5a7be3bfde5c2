"""What ships with the product: all of it is there, and nobody's use of it changes a byte."""

import gzip
import json

import pytest

from mmm_core import shipped
from mmm_core.errors import RunError, StorageError
from mmm_core.runs import datasets, retention, runs
from mmm_core.runs.datasets import Units
from mmm_core.runs.folder import FILES, OUTPUT_FILES, read_spec
from mmm_core.runs.manifest import Label
from mmm_core.spec import DatasetSettings, parse_spec
from mmm_core.workspace import queueing, storage
from mmm_core.workspace.storage import Workspace
from tests.engines import desk


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def test_every_shipped_file_is_there():
    for path in (*shipped.TABLES.values(), shipped.SAMPLE_SPEC, shipped.DEMO_SPEC, shipped.DEMO_ANSWERS):
        assert path.is_file(), path
    for folder in shipped.RUNS.values():
        present = {path.name for path in folder.iterdir()}
        assert set(OUTPUT_FILES) <= present <= {file.name for file in FILES} | {queueing.PROOF}


def test_ids_of_what_ships_have_the_form_of_ours():
    for identifier in (*shipped.TABLES, *shipped.RUNS):
        assert storage.checked_id(identifier) == identifier


@pytest.mark.parametrize("path", [shipped.SAMPLE_SPEC, shipped.DEMO_SPEC])
def test_the_shipped_specifications_are_of_shipped_tables_and_fit_them(workspace, path):
    spec = parse_spec(path.read_bytes())
    assert spec.dataset_id in shipped.TABLES
    assert datasets.load_dataset(desk(workspace), spec.dataset_id, spec).report.ok


def test_the_shipped_run_is_of_the_shipped_table_and_specification(workspace):
    folder = shipped.RUNS[shipped.DEMO]
    table = datasets.get_dataset(desk(workspace), shipped.DEMO)
    assert read_spec(folder) == parse_spec(shipped.DEMO_SPEC.read_bytes())
    manifest = runs.get_manifest(desk(workspace), shipped.DEMO)
    assert manifest.dataset_hash == table.content_hash == storage.file_hash(shipped.TABLES[shipped.DEMO])
    for name, known in (
        ("canonical_data.parquet", manifest.canonical_hash),
        ("features.parquet", manifest.features_hash),
        ("run_spec.json", manifest.spec_hash),
    ):
        assert storage.file_hash(folder / name) == known, name


def test_the_recorded_answers_are_those_of_the_shipped_run():
    recorded = json.loads(gzip.decompress(shipped.DEMO_ANSWERS.read_bytes()))
    channels = json.loads((shipped.RUNS[shipped.DEMO] / "channel_summary.json").read_text())["channels"]
    assert recorded
    assert all(channel["channel"] in str(recorded) for channel in channels)


def test_nothing_that_a_person_can_do_changes_what_ships(workspace):
    at = desk(workspace)
    before = {path: path.read_bytes() for path in shipped.SAMPLES.rglob("*") if path.is_file()}
    for name in shipped.TABLES:
        assert datasets.get_dataset(at, name).read_only
        fixes = DatasetSettings(fixes=("blank_spend_is_zero",))
        for change in ({"label": "mine"}, {"units": Units(target="kg")}, {"settings": fixes}):
            with pytest.raises(StorageError, match="shipped tables cannot be changed"):
                datasets.validate_dataset(at, name, **change)
        with pytest.raises(StorageError, match="shipped tables cannot be deleted"):
            retention.delete_dataset(at, name)
        assert datasets.validate_dataset(at, name).ok
    for name in shipped.RUNS:
        with pytest.raises(StorageError, match="shipped demo cannot be changed"):
            runs.relabel(at, name, Label(name="mine"))
        with pytest.raises(StorageError, match="shipped demo cannot be changed"):
            retention.delete_run(at, name)
        for step in (runs.build_features, runs.submit, runs.cancel):
            with pytest.raises(RunError, match="finished"):
                step(at, name)
    assert {path: path.read_bytes() for path in shipped.SAMPLES.rglob("*") if path.is_file()} == before
    assert not workspace.root.exists() or list(workspace.root.iterdir()) == []
