"""Every JSON file that lies on disk has a schema, and every one that is written fits it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from mmm_core import __version__, shipped
from mmm_core.compare import kept as comparisons
from mmm_core.compare import work as explanations
from mmm_core.exports.contract import JSON_FILES
from mmm_core.planning.request import PlanRequest
from mmm_core.proof.before import work as before
from mmm_core.proof.subject import refitter
from mmm_core.proof.work import answer
from mmm_core.runs import datasets, drafts, runs
from mmm_core.runs.doubts import asking, work
from mmm_core.runs.folder import OUTPUT_FILES
from mmm_core.runs.manifest import Label
from mmm_core.scenarios import kept as scenarios
from mmm_core.workspace import keys, shares, storage, worker_door
from mmm_core.workspace.queueing import OUTLOOK
from mmm_core.workspace.status import ProcessIdentity
from mmm_core.workspace.worker_door import Heartbeat
from tests.conftest import PROJECT
from tests.engines import demo_spec, desk, finished, recommended_spec
from tests.malformed import good_rows, table
from tests.runs.doubts.tables import world_of_days

PUBLISHED = PROJECT / "docs" / "contract"


def test_the_published_schemas_are_those_of_the_code(tmp_path):
    storage.export_schemas(tmp_path, JSON_FILES)
    assert sorted(path.name for path in PUBLISHED.iterdir()) == sorted(JSON_FILES)
    for name in JSON_FILES:
        assert json.loads((PUBLISHED / name).read_text()) == json.loads((tmp_path / name).read_text()), name


def test_every_file_of_the_shipped_demo_fits_its_schema():
    folder: Path = PROJECT / "sample_data" / "demo_run"
    present = {path.name for path in folder.glob("*.json")}
    outputs = {name for name in OUTPUT_FILES if name.endswith(".json")}
    assert {"run_spec.json", "status.json", "manifest.json", *outputs} <= present
    for name in present:
        storage.read_json(folder / name, JSON_FILES[name])
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3 * 2**20


@pytest.mark.slow
def test_every_file_of_a_fitted_run_fits_its_schema(fitted_folder):
    for path in fitted_folder.glob("*.json"):
        storage.read_json(path, JSON_FILES[path.name])


@pytest.mark.slow
def test_every_file_of_a_workspace_is_in_the_contract_and_fits(without_worker, compiled):
    workspace, now = without_worker, datetime.now(UTC)
    made = datasets.create_dataset(desk(workspace), table(good_rows()), "t.csv")
    spec = demo_spec(dataset_id=made.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    drafts.create(desk(workspace), spec)
    run_id = runs.create(desk(workspace), spec).run_id
    runs.submit(desk(workspace), run_id)
    keys.create(workspace, "test")
    worker_door.record_timing(workspace, warm=3.0)
    beat = Heartbeat(
        process=ProcessIdentity.of_this_process(), version=__version__, state="ready", started_at=now, beat_at=now
    )
    storage.write_json(workspace.worker_dir / "heartbeat.json", beat)
    doubtful = datasets.create_dataset(desk(workspace), world_of_days(), "t.csv").dataset_id
    asking.ask(desk(workspace), doubtful)
    work.work(workspace, doubtful, compiled=compiled)
    list(answer(finished(workspace, "run-proved"), None, ()))
    draft = workspace.draft_dir(drafts.create(desk(workspace), recommended_spec()).draft.draft_id)
    shares.create(desk(workspace), "demo", "t", lambda: b"<p>t</p>")
    scenarios.save(desk(workspace), "demo", PlanRequest(horizon=4), Label(name="t"))
    proved = workspace.run_dir("run-proved")
    place = comparisons.folder_of(proved, "demo")
    place.mkdir(parents=True)
    list(explanations.answer((shipped.RUNS["demo"], proved), ("demo", "run-proved"), place, None))
    (draft / OUTLOOK).mkdir()
    next(before.answer(draft, draft / OUTLOOK, refitter(compiled)))
    seen = set()
    for path in workspace.root.rglob("*.json"):
        # A file of the queue is named after its job.
        name = "job.json" if path.parent.name in ("queue", "claimed") else path.name
        assert storage.read_json(path, JSON_FILES[name]), path
        seen.add(name)
    assert seen == set(JSON_FILES)


@pytest.mark.parametrize("name", JSON_FILES)
def test_a_program_that_reads_a_file_is_told_of_fields_that_it_does_not_know(name):
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        JSON_FILES[name].model_validate({"surprise": 1})


@pytest.mark.parametrize("name", sorted(set(JSON_FILES) - {"run_spec.json"}))
def test_every_file_that_we_write_says_its_format_unless_a_person_may_write_it(name):
    field = JSON_FILES[name].model_fields.get("format_version")
    assert field is not None, name
    assert field.default == storage.FORMAT_VERSION
