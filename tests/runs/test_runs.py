import pytest

from mmm_core.errors import DataError, RunError, SpecError, StorageError
from mmm_core.runs import datasets, drafts, execution, runs
from mmm_core.spec import DatasetSettings, SamplerSettings
from mmm_core.workspace import queueing, status, storage
from mmm_core.workspace.status import ProcessIdentity
from mmm_core.workspace.storage import Workspace
from tests.engines import OWNER, decay_spec, demo_spec, submitted
from tests.malformed import HEADER, good_rows, table, with_cell

QUICK = SamplerSettings(draws=100, tune=100)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def queued(workspace, spec) -> str:
    """A run in a queue that nobody works on."""
    run_id = runs.create(workspace, spec, owner=OWNER, fresh=True).run_id
    folder = runs.folder_of(workspace, run_id, owner=OWNER)
    execution.build_run_features(folder)
    with queueing.locked(workspace):
        queueing.add(workspace, queueing.Job(kind="run", id=run_id, bucket="16x24"))
        status.set_queued(folder)
    return run_id


def test_a_new_run_is_validated_and_then_has_its_features_built(workspace):
    made = runs.create(workspace, demo_spec(), owner=OWNER)
    assert not made.reused
    assert runs.state(workspace, made.run_id, owner=OWNER).status.stage == "VALIDATED"
    built = runs.build_features(workspace, made.run_id, owner=OWNER)
    assert built.stage == "FEATURES_BUILT"
    assert runs.state(workspace, made.run_id, owner=OWNER).phase == "created"


def test_a_run_keeps_what_was_noticed_about_its_table(workspace):
    rows = good_rows()
    tv, radio = (HEADER.split(",").index(f"act_{channel}") for channel in ("tv", "radio"))
    for row in rows:
        row[radio] = row[tv]
    made = datasets.create_dataset(workspace, table(rows), "alike.csv", owner=OWNER)
    spec = demo_spec(dataset_id=made.dataset_id, drivers=["act_tv", "act_radio"], controls=[], feature_config={})
    run_id = runs.create(workspace, spec, owner=OWNER).run_id
    report = runs.get_report(workspace, run_id, owner=OWNER)
    assert "collinear_columns" in {issue.code for issue in report.issues if issue.severity == "warning"}


def test_a_dataset_with_errors_is_refused_and_nothing_is_made(workspace):
    bad = datasets.create_dataset(workspace, with_cell(5, "act_tv", "x"), "t.csv", owner=OWNER)
    spec = demo_spec(dataset_id=bad.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    with pytest.raises(DataError, match="act_tv"):
        runs.create(workspace, spec, owner=OWNER)
    with pytest.raises(SpecError, match="act_nothing"):
        runs.create(workspace, demo_spec(drivers=["act_nothing"], feature_config={}), owner=OWNER)
    assert workspace.ids("runs") == []
    assert list((workspace.root / "runs").iterdir()) == []


def test_a_run_of_somebody_else_is_not_there(workspace):
    mine = datasets.create_dataset(workspace, table(good_rows()), "t.csv", owner="ann")
    spec = demo_spec(dataset_id=mine.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    run_id = runs.create(workspace, spec, owner="ann").run_id
    assert [entry.state.run_id for entry in runs.list_runs(workspace, owner="ann")] == [run_id]
    assert runs.list_runs(workspace, owner="bob") == []
    for call in (runs.state, runs.submit, runs.cancel, runs.build_features):
        with pytest.raises(StorageError, match="no run"):
            call(workspace, run_id, owner="bob")
    with pytest.raises(StorageError, match="no dataset"):
        runs.create(workspace, spec, owner="bob")


def test_the_same_run_is_not_made_twice_unless_asked(workspace):
    first = runs.create(workspace, demo_spec(), owner=OWNER)
    assert runs.create(workspace, demo_spec(), owner=OWNER) == runs.Created(first.run_id, reused=True)
    assert not runs.create(workspace, demo_spec(), owner=OWNER, fresh=True).reused
    assert not runs.create(workspace, demo_spec(random_seed=7), owner=OWNER).reused
    assert not runs.create(workspace, decay_spec(0.31), owner=OWNER).reused
    assert not runs.create(workspace, demo_spec(), owner="ann").reused


def test_a_failed_run_is_not_reused(workspace):
    first = runs.create(workspace, demo_spec(), owner=OWNER)
    status.set_error(runs.folder_of(workspace, first.run_id, owner=OWNER), RunError("It broke."))
    assert not runs.create(workspace, demo_spec(), owner=OWNER).reused


def test_a_queued_run_says_its_place_and_what_it_waits_for(workspace):
    first, second = queued(workspace, demo_spec()), queued(workspace, demo_spec())
    found = runs.state(workspace, second, owner=OWNER)
    assert (found.phase, found.place) == ("queued", 2)
    assert "Starting the worker" in found.step
    assert runs.state(workspace, first, owner=OWNER).place == 1
    with pytest.raises(RunError, match="queued"):
        runs.submit(workspace, first, owner=OWNER)


def test_a_queued_run_is_cancelled_at_once_without_any_worker(workspace):
    first, second = queued(workspace, demo_spec()), queued(workspace, demo_spec())
    assert runs.cancel(workspace, first, owner=OWNER).phase == "cancelled"
    assert runs.state(workspace, second, owner=OWNER).place == 1
    with pytest.raises(RunError, match="cancelled"):
        runs.cancel(workspace, first, owner=OWNER)


def test_a_run_whose_place_in_the_queue_was_lost_shows_as_interrupted(workspace):
    run_id = queued(workspace, demo_spec())
    with queueing.locked(workspace):
        queueing.withdraw(workspace, queueing.waiting(workspace)[0])
    assert runs.state(workspace, run_id, owner=OWNER).phase == "interrupted"


def test_a_run_whose_process_is_gone_shows_as_interrupted(workspace):
    run_id = queued(workspace, demo_spec())
    folder = runs.folder_of(workspace, run_id, owner=OWNER)
    gone = ProcessIdentity.of_this_process().model_copy(update={"started_at": 1.0})
    status.update_status(folder, "TRAINING", process=gone)
    assert runs.state(workspace, run_id, owner=OWNER).phase == "interrupted"
    status.update_status(folder, "TRAINING", process=ProcessIdentity.of_this_process())
    assert runs.state(workspace, run_id, owner=OWNER).phase == "running"


def test_the_shipped_demo_run_is_there_for_everybody_and_cannot_be_started(workspace):
    assert runs.state(workspace, "demo", owner="anybody").phase == "finished"
    with pytest.raises(RunError, match="finished"):
        runs.submit(workspace, "demo", owner="anybody")


@pytest.mark.slow
def test_a_submitted_run_is_fitted_by_the_worker(workspace_with_worker):
    run_id = submitted(workspace_with_worker, demo_spec())
    found = runs.wait(workspace_with_worker, run_id, owner=OWNER, timeout=60)
    assert (found.phase, found.status.stage) == ("finished", "OUTPUTS_READY")
    manifest = storage.read_json(
        runs.folder_of(workspace_with_worker, run_id, owner=OWNER) / "manifest.json", execution.Manifest
    )
    assert {"features", "compile", "sampling", "outputs"} <= set(manifest.seconds)
    with pytest.raises(RunError, match="finished"):
        runs.submit(workspace_with_worker, run_id, owner=OWNER)


@pytest.mark.slow
def test_the_worker_gives_the_same_numbers_as_the_command_line_s_path(workspace_with_worker, tmp_path, compiled):
    spec = decay_spec(0.47, sampler=QUICK.model_dump())
    run_id = submitted(workspace_with_worker, spec)
    runs.wait(workspace_with_worker, run_id, owner=OWNER, timeout=60)
    runs.fill(tmp_path, workspace_with_worker, spec, owner=OWNER)
    execution.build_run_features(tmp_path)
    execution.execute_run(tmp_path, compiled=compiled)
    theirs = runs.folder_of(workspace_with_worker, run_id, owner=OWNER) / "contributions.parquet"
    assert (tmp_path / "contributions.parquet").read_bytes() == theirs.read_bytes()


@pytest.mark.slow
def test_a_finished_live_estimate_becomes_the_run_without_fitting_again(workspace_with_worker):
    spec = decay_spec(0.61, sampler=QUICK.model_dump())
    draft = drafts.create(workspace_with_worker, spec, owner=OWNER).draft
    drafts.wait(workspace_with_worker, draft.draft_id, owner=OWNER, timeout=60)
    made = runs.create(workspace_with_worker, spec, owner=OWNER, drafts_before=1)
    assert made.reused
    folder = runs.folder_of(workspace_with_worker, made.run_id, owner=OWNER)
    assert runs.state(workspace_with_worker, made.run_id, owner=OWNER).phase == "finished"
    assert storage.read_json(folder / "manifest.json", execution.Manifest).drafts_before == 1
    draft_folder = drafts.folder_of(workspace_with_worker, draft.draft_id, owner=OWNER)
    assert (folder / "posterior.nc").read_bytes() == (draft_folder / "posterior.nc").read_bytes()
    assert not (folder / "draft.json").exists()


def test_a_run_on_a_table_that_nobody_validated_is_created_and_validated_when_it_is_built(workspace):
    unchecked = datasets.create_dataset(workspace, table(good_rows()), "t.csv", owner=OWNER, check=False)
    spec = demo_spec(dataset_id=unchecked.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    first, second = (runs.create(workspace, spec, owner=OWNER) for _ in range(2))
    assert first.run_id != second.run_id
    assert runs.state(workspace, first.run_id, owner=OWNER).status.stage == "CREATED"
    assert runs.build_features(workspace, first.run_id, owner=OWNER).stage == "FEATURES_BUILT"
    datasets.validate_dataset(workspace, unchecked.dataset_id, owner=OWNER)
    assert runs.create(workspace, spec, owner=OWNER) == runs.Created(first.run_id, reused=True)


def test_a_run_on_an_unvalidated_table_with_errors_fails_when_it_is_built_and_can_be_tried_again(workspace):
    content = with_cell(5, "act_tv", "")
    bad = datasets.create_dataset(workspace, content, "t.csv", owner=OWNER, check=False)
    spec = demo_spec(dataset_id=bad.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    run_id = runs.create(workspace, spec, owner=OWNER).run_id
    with pytest.raises(DataError, match="act_tv"):
        runs.build_features(workspace, run_id, owner=OWNER)
    assert runs.state(workspace, run_id, owner=OWNER).phase == "failed"
    settings = DatasetSettings(fixes=("blank_activity_is_zero",))
    assert datasets.validate_dataset(workspace, bad.dataset_id, owner=OWNER, settings=settings).ok
    assert runs.build_features(workspace, run_id, owner=OWNER).stage == "FEATURES_BUILT"


def test_pages_of_runs_and_their_total(workspace):
    made = [runs.create(workspace, demo_spec(random_seed=seed), owner=OWNER).run_id for seed in (1, 2, 3)]
    runs.create(workspace, demo_spec(), owner="ann")
    page = runs.list_page(workspace, owner=OWNER, limit=2, offset=1)
    assert ([entry.state.run_id for entry in page.entries], page.total) == ([made[1], made[0]], 3)
    assert runs.list_page(workspace, owner=OWNER, limit=2, offset=3).entries == []
