import datetime as dt
import itertools
import shutil
import threading
from collections.abc import Iterator

import pytest

from mmm_core import shipped
from mmm_core.errors import DataError, MMMError, RunError, SpecError, StorageError
from mmm_core.runs import datasets, drafts, execution, fits, runs
from mmm_core.runs.folder import hashes_of_outputs
from mmm_core.runs.manifest import Manifest
from mmm_core.spec import DatasetSettings, SamplerSettings
from mmm_core.workspace import queueing, status, storage
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.engines import decay_spec, demo_spec, desk, finished, submitted
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
    found = runs.wait(desk(workspace_with_worker), run_id, timeout=200)
    assert (found.phase, found.status.stage) == ("finished", "OUTPUTS_READY")
    manifest = storage.read_json(desk(workspace_with_worker).run_dir(run_id) / "manifest.json", Manifest)
    assert {"features", "compile", "sampling", "outputs"} <= set(manifest.seconds)
    with pytest.raises(RunError, match="finished"):
        runs.submit(desk(workspace_with_worker), run_id)


@pytest.mark.slow
def test_the_worker_gives_the_same_numbers_as_the_command_line_s_path(workspace_with_worker, tmp_path, compiled):
    spec = decay_spec(0.47, sampler=QUICK.model_dump())
    run_id = submitted(workspace_with_worker, spec)
    runs.wait(desk(workspace_with_worker), run_id, timeout=200)
    fits.fill(tmp_path, desk(workspace_with_worker), spec)
    fits.build(tmp_path)
    execution.execute_run(tmp_path, compiled=compiled)
    theirs = desk(workspace_with_worker).run_dir(run_id) / "contributions.parquet"
    assert (tmp_path / "contributions.parquet").read_bytes() == theirs.read_bytes()


@pytest.mark.slow
def test_a_finished_live_estimate_becomes_the_run_without_fitting_again(workspace_with_worker):
    spec = decay_spec(0.61, sampler=QUICK.model_dump())
    draft = drafts.create(desk(workspace_with_worker), spec).draft
    drafts.wait(desk(workspace_with_worker), draft.draft_id, timeout=200)
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


def together(times: int, act) -> list[object]:
    """What becomes of the same deed by several threads at once: the answer of each, or its error."""
    barrier, found = threading.Barrier(times), []

    def one() -> None:
        barrier.wait()
        try:
            found.append(act())
        except MMMError as error:
            found.append(error)

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_trains_at_once_queue_one_and_refuse_the_other(without_worker):
    for seed in range(3):
        run_id = runs.create(desk(without_worker), demo_spec(random_seed=seed), fresh=True).run_id
        found = together(4, lambda run_id=run_id: runs.submit(desk(without_worker), run_id))
        refused = [each for each in found if isinstance(each, RunError)]
        assert [each.code for each in refused] == ["wrong_stage"] * 3
        assert runs.state(desk(without_worker), run_id).phase == "queued"
    assert len(queueing.waiting(without_worker)) == 3


def test_building_and_training_at_once_do_not_set_a_run_back(without_worker):
    for seed in range(3):
        run_id = runs.create(desk(without_worker), demo_spec(random_seed=seed), fresh=True).run_id
        deeds = itertools.cycle((runs.submit, runs.build_features, runs.submit))
        lock = threading.Lock()

        def deed(run_id: str = run_id, lock: threading.Lock = lock, deeds: Iterator = deeds) -> object:
            with lock:
                do = next(deeds)
            return do(desk(without_worker), run_id)

        found = together(6, deed)
        assert all(each.code == "wrong_stage" for each in found if isinstance(each, MMMError)), found
        assert runs.state(desk(without_worker), run_id).phase == "queued"


def test_deleting_and_training_at_once_leave_the_run_or_nothing(without_worker):
    for seed in range(6):
        run_id = runs.create(desk(without_worker), demo_spec(random_seed=seed), fresh=True).run_id
        deeds = itertools.cycle((runs.delete, runs.submit))
        found = together(2, lambda run_id=run_id, deeds=deeds: next(deeds)(desk(without_worker), run_id))
        refused = [each for each in found if isinstance(each, MMMError)]
        folder = without_worker.run_dir(run_id)
        if folder.exists():
            assert [each.code for each in refused] == ["wrong_stage"]
            assert run_id in {job.id for job in queueing.waiting(without_worker)}
            assert runs.state(desk(without_worker), run_id).phase == "queued"
        else:
            assert run_id not in {job.id for job in queueing.waiting(without_worker)}
    left = [path for path in (without_worker.root / "runs").iterdir() if not (path / "manifest.json").is_file()]
    assert left == []


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone", "summary"])
def test_a_damaged_result_is_not_given_again_and_says_so_when_it_is_opened(without_worker, damage):
    made = runs.create(desk(without_worker), demo_spec())
    folder = without_worker.run_dir(made.run_id)
    key = runs.get_manifest(desk(without_worker), made.run_id).fit_key
    shutil.rmtree(folder)
    finished(without_worker, made.run_id, owner="local", fit_key=key, outputs=hashes_of_outputs(shipped.RUNS["demo"]))
    assert runs.create(desk(without_worker), demo_spec()) == runs.Created(made.run_id, reused=True)
    path = folder / ("channel_summary.json" if damage == "summary" else "contributions.parquet")
    content = path.read_bytes()
    middle = len(content) // 2
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[:middle])
    elif damage == "summary":
        path.write_bytes(content.replace(b"1", b"2", 1))  # still JSON, and another number
    else:
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    with pytest.raises(StorageError) as caught:
        runs.get_outputs(desk(without_worker), made.run_id)
    assert (caught.value.code, path.name in caught.value.message) == ("file_damaged", True)
    again = runs.create(desk(without_worker), demo_spec())
    assert not again.reused
    assert again.run_id != made.run_id


def test_a_list_names_what_it_cannot_read_and_shows_the_rest(without_worker):
    good, bad = (runs.create(desk(without_worker), demo_spec(random_seed=seed)).run_id for seed in (1, 2))
    (without_worker.run_dir(bad) / "manifest.json").unlink()
    (without_worker.run_dir(bad) / "manifest.json").mkdir()
    page = runs.list_page(desk(without_worker))
    assert [entry.state.run_id for entry in page.entries] == [good]
    (left,) = page.unreadable
    assert left.id == bad
    assert "cannot be read" in left.reason
    # Where people log in nobody is told of what may be another's.
    assert runs.list_page(Desk(without_worker, "ann")).unreadable == ()


def test_more_runs_than_may_wait_are_refused(without_worker, monkeypatch):
    monkeypatch.setenv("MMM_QUEUED_PER_OWNER", "2")
    made = [runs.create(desk(without_worker), demo_spec(random_seed=seed)).run_id for seed in range(3)]
    for run_id in made[:2]:
        runs.submit(desk(without_worker), run_id)
    with pytest.raises(RunError, match="2 of your runs wait already") as caught:
        runs.submit(desk(without_worker), made[2])
    assert caught.value.code == "queue_full"
    theirs = runs.create(Desk(without_worker, "ann"), demo_spec()).run_id
    assert runs.submit(Desk(without_worker, "ann"), theirs).phase == "queued"


def test_a_fit_that_would_not_fit_into_memory_is_refused_before_it_waits(without_worker):
    first = dt.date(1995, 1, 2)
    rows = [[row[0], str(first + dt.timedelta(weeks=week)), *row[2:]] for week, row in enumerate(good_rows(1500))]
    made = datasets.create_dataset(desk(without_worker), table(rows), "long.csv")
    spec = demo_spec(
        dataset_id=made.dataset_id, drivers=["act_tv"], controls=[], feature_config={},
        sampler={"draws": 20_000, "chains": 8},
    )  # fmt: skip
    with pytest.raises(SpecError, match="thousand million numbers") as caught:
        fits.require_fitting(desk(without_worker), spec)
    assert caught.value.code == "too_much_work"
    run_id = runs.create(desk(without_worker), spec).run_id
    with pytest.raises(SpecError):
        runs.submit(desk(without_worker), run_id)
    assert runs.state(desk(without_worker), run_id).phase == "failed"
    assert queueing.waiting(without_worker) == []
