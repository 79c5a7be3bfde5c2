"""What is kept of a proof: of another result or version it is nothing."""

from pathlib import Path

import pytest

from mmm_core.proof import kept
from mmm_core.proof.kept import Proof, Units
from mmm_core.proof.part import PartReport
from mmm_core.runs.folder import change_manifest
from mmm_core.workspace import storage
from tests.engines import unproved_demo


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = unproved_demo(tmp_path / "run")
    kept.folder_of(folder).mkdir(exist_ok=True)
    return folder


def report(name: str, done: int, units: int) -> PartReport:
    return PartReport(name=name, question="?", how_to_read="", state="working", done=done, units=units)


def keep(run: Path) -> None:
    identity = kept.identity_of(run)
    storage.write_json(kept.folder_of(run) / kept.FILE, Proof(identity=identity, parts=(report("one", 1, 4),)))
    units = Units(identity=identity, found={"one": {"a": {"number": 1}}})
    storage.write_json(kept.folder_of(run) / kept.UNITS, units)


def test_what_was_kept_is_read_again(run):
    keep(run)
    known = kept.read(run)
    assert known is not None
    assert known.part("one") == report("one", 1, 4)
    assert known.part("two") is None
    assert kept.read_units(run, kept.identity_of(run)).found == {"one": {"a": {"number": 1}}}


@pytest.mark.parametrize(
    "changes", [{"spec_hash": "sha256:1"}, {"canonical_hash": "sha256:1"}, {"outputs": {"x": "y"}}]
)
def test_of_another_result_nothing_is_kept(run, changes):
    keep(run)
    change_manifest(run, **changes)
    assert kept.read(run) is None
    assert kept.read_units(run, kept.identity_of(run)).found == {}


def test_of_another_version_nothing_is_kept(run, monkeypatch):
    keep(run)
    monkeypatch.setattr(kept, "__version__", "0.0.0-other")
    assert kept.read(run) is None


def test_a_name_and_a_note_change_nothing(run):
    keep(run)
    before = kept.identity_of(run)
    change_manifest(run, seconds={"sampling": 1.0}, drafts_before=7)
    assert kept.identity_of(run) == before
    assert kept.read(run) is not None


def test_a_file_that_cannot_be_read_is_as_good_as_none(run):
    keep(run)
    (kept.folder_of(run) / kept.FILE).write_text("{")
    (kept.folder_of(run) / kept.UNITS).write_text("[]")
    assert kept.read(run) is None
    assert kept.read_units(run, kept.identity_of(run)).found == {}


def test_how_much_is_done_is_counted_over_all_parts():
    parts = (report("one", 1, 4), report("two", 2, 2), report("left out", 0, 0))
    assert Proof(identity="x", parts=parts).fraction == 0.5
    assert Proof(identity="x").fraction == 0.0
