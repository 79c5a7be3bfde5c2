import pytest

from mmm_core.errors import DataError, RunError, SpecError, StorageError
from mmm_core.runs import datasets, drafts, execution, fits, runs
from mmm_core.runs.manifest import Manifest
from mmm_core.spec import DatasetSettings, SamplerSettings
from mmm_core.workspace import queueing, status, storage
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.engines import decay_spec, demo_spec, desk, submitted
from tests.malformed import HEADER, good_rows, table, with_cell

QUICK = SamplerSettings(draws=100, tune=100)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def queued(workspace, spec) -> str:
    """A run in a queue that nobody works on."""
    run_id = runs.create(desk(workspace), spec, fresh=True).run_id
    folder = desk(workspace).run_dir(run_id)
    fits.build(folder)
    with queueing.locked(workspace):
        queueing.add(workspace, queueing.Job(kind="run", id=run_id, bucket="16x24"))
        status.set_queued(folder)
    return run_id


def test_a_new_run_is_validated_and_then_has_its_features_built(workspace):
    made = runs.create(desk(workspace), demo_spec())
    assert not made.reused
    assert runs.state(desk(workspace), made.run_id).status.stage == "VALIDATED"
    built = runs.build_features(desk(workspace), made.run_id)
    assert built.stage == "FEATURES_BUILT"
    assert runs.state(desk(workspace), made.run_id).phase == "created"


def test_a_run_keeps_what_was_noticed_about_its_table(workspace):
    rows = good_rows()
    tv, radio = (HEADER.split(",").index(f"act_{channel}") for channel in ("tv", "radio"))
    for row in rows:
        row[radio] = row[tv]
    made = datasets.create_dataset(desk(workspace), table(rows), "alike.csv")
    spec = demo_spec(dataset_id=made.dataset_id, drivers=["act_tv", "act_radio"], controls=[], feature_config={})
    run_id = runs.create(desk(workspace), spec).run_id
    report = runs.get_report(desk(workspace), run_id)
    assert "collinear_columns" in {issue.code for issue in report.issues if issue.severity == "warning"}


def test_a_dataset_with_errors_is_refused_and_nothing_is_made(workspace):
    bad = datasets.create_dataset(desk(workspace), with_cell(5, "act_tv", "x"), "t.csv")
    spec = demo_spec(dataset_id=bad.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    with pytest.raises(DataError, match="act_tv"):
        runs.create(desk(workspace), spec)
    with pytest.raises(SpecError, match="act_nothing"):
        runs.create(desk(workspace), demo_spec(drivers=["act_nothing"], feature_config={}))
    assert workspace.ids("runs") == []
    assert list((workspace.root / "runs").iterdir()) == []


def test_a_run_of_somebody_else_is_not_there(workspace):
    mine = datasets.create_dataset(Desk(workspace, "ann"), table(good_rows()), "t.csv")
    spec = demo_spec(dataset_id=mine.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    run_id = runs.create(Desk(workspace, "ann"), spec).run_id
    assert [entry.state.run_id for entry in runs.list_runs(Desk(workspace, "ann"))] == [run_id]
    assert runs.list_runs(Desk(workspace, "bob")) == []
    for call in (runs.state, runs.submit, runs.cancel, runs.build_features):
        with pytest.raises(StorageError, match="no run"):
            call(Desk(workspace, "bob"), run_id)
    with pytest.raises(StorageError, match="no dataset"):
        runs.create(Desk(workspace, "bob"), spec)


def test_the_same_run_is_not_made_twice_unless_asked(workspace):
    first = runs.create(desk(workspace), demo_spec())
    assert runs.create(desk(workspace), demo_spec()) == runs.Created(first.run_id, reused=True)
    assert not runs.create(desk(workspace), demo_spec(), fresh=True).reused
    assert not runs.create(desk(workspace), demo_spec(random_seed=7)).reused
    assert not runs.create(desk(workspace), decay_spec(0.31)).reused
    assert not runs.create(Desk(workspace, "ann"), demo_spec()).reused


def test_a_failed_run_is_not_reused(workspace):
    first = runs.create(desk(workspace), demo_spec())
    status.set_error(desk(workspace).run_dir(first.run_id), RunError("It broke."))
    assert not runs.create(desk(workspace), demo_spec()).reused


def test_a_queued_run_says_its_place_and_what_it_waits_for(workspace):
    first, second = queued(workspace, demo_spec()), queued(workspace, demo_spec())
    found = runs.state(desk(workspace), second)
    assert (found.phase, found.place) == ("queued", 2)
    assert "Starting the worker" in found.step
    assert runs.state(desk(workspace), first).place == 1
    with pytest.raises(RunError, match="queued"):
        runs.submit(desk(workspace), first)


def test_a_queued_run_is_cancelled_at_once_without_any_worker(workspace):
    first, second = queued(workspace, demo_spec()), queued(workspace, demo_spec())
    assert runs.cancel(desk(workspace), first).phase == "cancelled"
    assert runs.state(desk(workspace), second).place == 1
    with pytest.raises(RunError, match="cancelled"):
        runs.cancel(desk(workspace), first)


def test_the_shipped_demo_run_is_there_for_everybody_and_cannot_be_started(workspace):
    assert runs.state(Desk(workspace, "anybody"), "demo").phase == "finished"
    with pytest.raises(RunError, match="finished"):
        runs.submit(Desk(workspace, "anybody"), "demo")


@pytest.mark.slow
def test_a_submitted_run_is_fitted_by_the_worker(workspace_with_worker):
    run_id = submitted(workspace_with_worker, demo_spec())
    found = runs.wait(desk(workspace_with_worker), run_id, timeout=60)
    assert (found.phase, found.status.stage) == ("finished", "OUTPUTS_READY")
    manifest = storage.read_json(desk(workspace_with_worker).run_dir(run_id) / "manifest.json", Manifest)
    assert {"features", "compile", "sampling", "outputs"} <= set(manifest.seconds)
    with pytest.raises(RunError, match="finished"):
        runs.submit(desk(workspace_with_worker), run_id)


@pytest.mark.slow
def test_the_worker_gives_the_same_numbers_as_the_command_line_s_path(workspace_with_worker, tmp_path, compiled):
    spec = decay_spec(0.47, sampler=QUICK.model_dump())
    run_id = submitted(workspace_with_worker, spec)
    runs.wait(desk(workspace_with_worker), run_id, timeout=60)
    fits.fill(tmp_path, desk(workspace_with_worker), spec)
    fits.build(tmp_path)
    execution.execute_run(tmp_path, compiled=compiled)
    theirs = desk(workspace_with_worker).run_dir(run_id) / "contributions.parquet"
    assert (tmp_path / "contributions.parquet").read_bytes() == theirs.read_bytes()


@pytest.mark.slow
def test_a_finished_live_estimate_becomes_the_run_without_fitting_again(workspace_with_worker):
    spec = decay_spec(0.61, sampler=QUICK.model_dump())
    draft = drafts.create(desk(workspace_with_worker), spec).draft
    drafts.wait(desk(workspace_with_worker), draft.draft_id, timeout=60)
    made = runs.create(desk(workspace_with_worker), spec, drafts_before=1)
    assert made.reused
    folder = desk(workspace_with_worker).run_dir(made.run_id)
    assert runs.state(desk(workspace_with_worker), made.run_id).phase == "finished"
    assert storage.read_json(folder / "manifest.json", Manifest).drafts_before == 1
    draft_folder = desk(workspace_with_worker).draft_dir(draft.draft_id)
    assert (folder / "posterior.nc").read_bytes() == (draft_folder / "posterior.nc").read_bytes()
    assert not (folder / "draft.json").exists()


def test_a_run_on_a_table_that_nobody_validated_is_created_and_validated_when_it_is_built(workspace):
    unchecked = datasets.create_dataset(desk(workspace), table(good_rows()), "t.csv", check=False)
    spec = demo_spec(dataset_id=unchecked.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    first, second = (runs.create(desk(workspace), spec) for _ in range(2))
    assert first.run_id != second.run_id
    assert runs.state(desk(workspace), first.run_id).status.stage == "CREATED"
    assert runs.build_features(desk(workspace), first.run_id).stage == "FEATURES_BUILT"
    datasets.validate_dataset(desk(workspace), unchecked.dataset_id)
    assert runs.create(desk(workspace), spec) == runs.Created(first.run_id, reused=True)


def test_a_run_on_an_unvalidated_table_with_errors_fails_when_it_is_built_and_can_be_tried_again(workspace):
    content = with_cell(5, "act_tv", "")
    bad = datasets.create_dataset(desk(workspace), content, "t.csv", check=False)
    spec = demo_spec(dataset_id=bad.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    run_id = runs.create(desk(workspace), spec).run_id
    with pytest.raises(DataError, match="act_tv"):
        runs.build_features(desk(workspace), run_id)
    assert runs.state(desk(workspace), run_id).phase == "failed"
    settings = DatasetSettings(fixes=("blank_activity_is_zero",))
    assert datasets.validate_dataset(desk(workspace), bad.dataset_id, settings=settings).ok
    assert runs.build_features(desk(workspace), run_id).stage == "FEATURES_BUILT"


def test_pages_of_runs_and_their_total(workspace):
    made = [runs.create(desk(workspace), demo_spec(random_seed=seed)).run_id for seed in (1, 2, 3)]
    runs.create(Desk(workspace, "ann"), demo_spec())
    page = runs.list_page(desk(workspace), limit=2, offset=1)
    assert ([entry.state.run_id for entry in page.entries], page.total) == ([made[1], made[0]], 3)
    assert runs.list_page(desk(workspace), limit=2, offset=3).entries == []
