"""Where a result comes from, and the key under which the same result is found again."""

import importlib.metadata
import json
import re

import pytest
from pydantic import ValidationError

from mmm_core import __version__
from mmm_core.errors import StorageError
from mmm_core.runs import datasets, runs
from mmm_core.runs.manifest import LIBRARIES, Label, Manifest, fit_key, versions
from mmm_core.spec import RunSpec, spec_from
from mmm_core.workspace import storage
from mmm_core.workspace.storage import Workspace
from tests.engines import decay_spec, demo_spec, desk

SPEC = demo_spec()
HASH = "sha256:table"


def key(spec: RunSpec = SPEC, *, owner: str = "ann", content: str = HASH) -> str:
    return fit_key(owner, content, spec)


def test_the_key_is_a_hash_that_names_nobody():
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", key())
    assert key() == key()


@pytest.mark.parametrize(
    "changes",
    [
        {"random_seed": 43}, {"drivers": SPEC.drivers[:-1], "feature_config": {}}, {"controls": SPEC.controls[:-1]},
        {"drivers": SPEC.drivers[::-1]}, {"sampler": {"draws": 999}}, {"sampler": {"chains": 3}},
        {"windows": {"estimation_months": 24}}, {"interval_prob": 0.9}, {"target_offset": 1.0},
        {"grain": None if SPEC.grain else "WEEK"}, {"feature_config": {}},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_may_change_the_result_changes_the_key(changes):
    assert key(demo_spec(**changes)) != key()


def test_another_decay_table_or_owner_has_another_key():
    keys = {key(), key(decay_spec(0.3)), key(decay_spec(0.31)), key(content="sha256:other"), key(owner="bob")}
    assert len(keys) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"dataset_id": "data-another"}, {"dataset": {"columns": {"sales": "revenue"}}},
        {"dataset": {"fixes": ["blank_spend_is_zero"]}},
    ],
    ids=str,
)  # fmt: skip
def test_where_the_table_lies_and_how_it_was_read_does_not_change_the_key(changes):
    assert key(demo_spec(**changes)) == key()


def test_what_is_said_and_what_is_meant_have_one_key():
    """Defaults that are written out, fields in another order, decay as the plan wrote it."""
    written = SPEC.model_dump(mode="json", exclude_unset=True)
    assert key(spec_from(dict(reversed(written.items())))) == key()
    assert key(spec_from(SPEC.model_dump(mode="json", by_alias=True))) == key()
    assert key(demo_spec(windows=None)) == key()


def test_another_way_to_compile_has_another_key(monkeypatch):
    before = key()
    monkeypatch.setenv("NUMBA_OPT", "1")
    assert key() != before


def test_the_versions_are_those_that_are_installed():
    found = versions()
    assert found["mmm_core"] == __version__
    assert set(found) == {"python", "mmm_core", *LIBRARIES}
    assert all(found[name] == importlib.metadata.version(name) for name in LIBRARIES)


def test_a_run_s_manifest_says_where_its_numbers_come_from(tmp_path):
    at = desk(Workspace(tmp_path), "ann")
    run_id = runs.create(at, SPEC, drafts_before=4).run_id
    manifest, folder = runs.get_manifest(at, run_id), at.run_dir(run_id)
    assert (manifest.owner, manifest.source_name, manifest.drafts_before, manifest.grain) == (
        "ann", "mmm_demo.csv", 4, "WEEK",
    )  # fmt: skip
    assert manifest.dataset_hash == datasets.get_dataset(at, "demo").content_hash
    assert manifest.spec_hash == storage.file_hash(folder / "run_spec.json")
    assert manifest.canonical_hash == storage.file_hash(folder / "canonical_data.parquet")
    assert manifest.fit_key == key(SPEC, content=manifest.canonical_hash)
    assert (manifest.features_hash, manifest.bucket) == ("", "")


def test_a_manifest_of_a_newer_version_is_named_as_such(tmp_path):
    at = desk(Workspace(tmp_path))
    run_id = runs.create(at, SPEC).run_id
    path = at.run_dir(run_id) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format_version": 2, "hardware": "GPU"}))
    with pytest.raises(StorageError, match="written by a newer version"):
        storage.read_json(path, Manifest)
    assert runs.list_runs(at) == []


@pytest.mark.parametrize("field", [{"name": "x" * 201}, {"note": "x" * 5001}, {"colour": "red"}])
def test_a_name_and_a_note_have_a_length(field):
    with pytest.raises(ValidationError, match=next(iter(field))):
        Label(**field)
    assert Label(name="x" * 200, note="x" * 5000)
