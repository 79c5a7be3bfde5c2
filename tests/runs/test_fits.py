"""A fit is a folder: filled, prepared, queued, asked to end, found again."""

import json

import pytest

from mmm_core.errors import DataError, RunError, SpecError, StorageError
from mmm_core.model.features import build_features
from mmm_core.runs import datasets, fits
from mmm_core.runs.folder import OUTPUT_FILES, OWN_FILES, read_manifest, read_spec
from mmm_core.runs.manifest import Label
from mmm_core.workspace import folders, queueing, run_state, status, storage
from tests.engines import decay_spec, demo_spec, desk, finished
from tests.malformed import good_rows, table, with_cell


def filled(workspace, name="run-a", *, owner="local", kind="run", **spec):
    """Folder of a fit of the demo that was filled."""
    folder = workspace.run_dir(name) if kind == "run" else workspace.draft_dir(name)
    folder.mkdir(parents=True)
    fits.fill(folder, desk(workspace, owner), demo_spec(**spec))
    return folder


def phase(workspace, folder, kind="run"):
    return run_state.state_of(workspace, folder, kind).phase


def test_a_filled_folder_holds_what_was_asked_for_and_the_table(without_worker):
    folder = filled(without_worker, random_seed=5)
    assert read_spec(folder) == demo_spec(random_seed=5)
    assert storage.read_json(folder / "label.json", Label) == Label()
    table = datasets.load_dataset(desk(without_worker), "demo", demo_spec()).canonical().frame
    assert storage.read_parquet(folder / "canonical_data.parquet").equals(table)
    assert status.get_status(folder).stage == "VALIDATED"


def test_the_features_that_are_read_are_those_that_the_settings_make(without_worker):
    folder = filled(without_worker)
    fits.build(folder)
    data = datasets.load_dataset(desk(without_worker), "demo", demo_spec()).canonical()
    wanted, found = build_features(data, demo_spec()), fits.read_features(folder)
    for name in ("channels_scaled", "controls_scaled", "target_scaled", "target"):
        assert getattr(found, name).equals(getattr(wanted, name)), name
    assert read_manifest(folder).bucket == "16x24"


def test_a_specification_that_does_not_fit_is_refused_before_anything_is_made(without_worker):
    fits.require_fitting(desk(without_worker), demo_spec())
    with pytest.raises(SpecError, match="act_nothing"):
        fits.require_fitting(desk(without_worker), demo_spec(drivers=["act_nothing"], feature_config={}))
    bad = datasets.create_dataset(desk(without_worker), with_cell(5, "act_tv", "x"), "t.csv").dataset_id
    spec = demo_spec(dataset_id=bad, drivers=["act_tv"], controls=[], feature_config={})
    with pytest.raises(DataError, match="act_tv"):
        fits.require_fitting(desk(without_worker), spec)
    assert without_worker.ids("runs") == []


def test_a_manifest_without_a_grain_is_told_as_damaged(without_worker):
    folder = filled(without_worker)
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"grain": None}))
    with pytest.raises(StorageError, match="does not say the grain"):
        fits.build(folder)


def test_what_is_queued_has_its_features_and_a_place_and_cannot_be_queued_twice(without_worker):
    folder = filled(without_worker)
    fits.enqueue(without_worker, folder, kind="run")
    (job,) = queueing.waiting(without_worker)
    assert (job.id, job.kind, job.bucket) == ("run-a", "run", "16x24")
    assert (folder / "features.parquet").is_file()
    with pytest.raises(RunError, match="The run is queued"):
        fits.enqueue(without_worker, folder, kind="run")
    assert len(queueing.waiting(without_worker)) == 1


def test_what_waits_is_withdrawn_and_an_old_wish_does_not_end_the_next_try(without_worker):
    folder = filled(without_worker)
    fits.enqueue(without_worker, folder, kind="run")
    fits.request_end(without_worker, folder, kind="run")
    assert phase(without_worker, folder) == "cancelled"
    assert queueing.waiting(without_worker) == []
    (folder / "cancel").touch()
    fits.enqueue(without_worker, folder, kind="run")
    assert not (folder / "cancel").exists()
    assert phase(without_worker, folder) == "queued"


@pytest.mark.parametrize(("keep", "wish"), [(False, b""), (True, b"keep")])
def test_what_is_at_work_is_left_a_wish(without_worker, keep, wish):
    folder = filled(without_worker)
    fits.enqueue(without_worker, folder, kind="run")
    queueing.claim(without_worker, queueing.waiting(without_worker)[0])
    status.start(folder)
    fits.request_end(without_worker, folder, kind="run", keep=keep)
    assert (folder / "cancel").read_bytes() == wish
    assert phase(without_worker, folder) == "running"


def test_a_run_s_wish_does_not_withdraw_an_estimate_of_its_name(without_worker):
    draft = filled(without_worker, "same-name", kind="draft")
    fits.enqueue(without_worker, draft, kind="draft")
    fits.request_end(without_worker, filled(without_worker, "same-name"), kind="run")
    assert phase(without_worker, draft, "draft") == "queued"


def test_the_same_is_found_by_owner_and_key_a_finished_one_first(without_worker):
    wanted = read_manifest(filled(without_worker, "run-wanted"))
    mine = {"owner": "local", "fit_key": wanted.fit_key}
    folders.remove(without_worker.run_dir("run-wanted"))
    assert fits.find_same(without_worker, wanted) is None
    finished(without_worker, "run-theirs", owner="ann", fit_key=wanted.fit_key)
    finished(without_worker, "run-other", owner="local", fit_key="sha256:other")
    assert fits.find_same(without_worker, wanted) is None
    at_work = filled(without_worker, "run-at-work")
    assert fits.find_same(without_worker, wanted) == at_work
    draft = finished(without_worker, "draft-a", kind="draft", **mine)
    assert fits.find_same(without_worker, wanted) == draft
    run = finished(without_worker, "run-z", **mine)
    assert fits.find_same(without_worker, wanted) == run


def test_neither_an_estimate_that_waits_nor_a_run_that_failed_is_given_instead(without_worker):
    draft = filled(without_worker, "draft-a", kind="draft")
    fits.enqueue(without_worker, draft, kind="draft")
    assert fits.find_same(without_worker, read_manifest(draft)) is None
    failed = filled(without_worker, "run-failed")
    status.set_error(failed, RunError("It broke."))
    (without_worker.run_dir("run-damaged")).mkdir()
    (without_worker.run_dir("run-damaged") / "manifest.json").write_text("{")
    assert fits.find_same(without_worker, read_manifest(draft)) is None


def test_a_result_that_is_taken_over_leaves_a_run_its_own_files(without_worker):
    same = finished(without_worker, "draft-a", kind="draft", drafts_before=9, host_cores=64)
    for name in ("draft.json", "cancel"):
        (same / name).write_text("{}")
    storage.write_json(same / "label.json", Label(name="theirs"))
    folder = without_worker.run_dir("run-a")
    folder.mkdir(parents=True)
    fits.fill(folder, desk(without_worker), decay_spec(0.2), drafts_before=3)
    own = {name: (folder / name).read_bytes() for name in OWN_FILES if (folder / name).exists()}
    before = read_manifest(folder)
    assert fits.take_over_finished(folder, same)
    assert phase(without_worker, folder) == "finished"
    for name in (*OUTPUT_FILES, "features.parquet", "run.log"):
        assert (folder / name).read_bytes() == (same / name).read_bytes(), name
    del own["manifest.json"]
    assert own == {name: (folder / name).read_bytes() for name in own}
    assert not {"draft.json", "cancel"} & {path.name for path in folder.iterdir()}
    taken = {
        name: getattr(read_manifest(same), name)
        for name in ("features_hash", "bucket", "seconds", "outputs", "host_cores")
    }
    assert read_manifest(folder) == before.model_copy(update=taken)


def test_what_is_not_finished_is_not_taken_over(without_worker):
    same, folder = filled(without_worker, "run-a"), filled(without_worker, "run-b")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert not fits.take_over_finished(folder, same)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_table_that_nobody_has_validated_is_looked_at_when_the_fit_is_prepared(without_worker):
    at = desk(without_worker)
    made = datasets.create_dataset(at, table(good_rows()), "t.csv", check=False)
    spec = demo_spec(dataset_id=made.dataset_id, drivers=["act_tv"], controls=[], feature_config={})
    folder = without_worker.run_dir("run-a")
    folder.mkdir(parents=True)
    assert fits.fill_unchecked(folder, at, spec).fit_key == ""
    assert status.get_status(folder).stage == "CREATED"
    fits.prepare(without_worker, folder)
    manifest = read_manifest(folder)
    assert (manifest.grain, bool(manifest.fit_key), manifest.source_name) == ("WEEK", True, "t.csv")
    assert status.get_status(folder).stage == "FEATURES_BUILT"


def test_folders_of_runs_and_estimates_are_told_apart_and_damaged_ones_belong_to_nobody(without_worker):
    run, draft = filled(without_worker, "run-a", owner="ann"), filled(without_worker, "draft-a", kind="draft")
    assert fits.folders(without_worker, "run") == [run]
    assert fits.folders(without_worker, "draft") == [draft]
    assert fits.owner_and_key(run)[0] == "ann"
    (run / "manifest.json").write_text("{")
    assert fits.owner_and_key(run) == (None, "")


def test_a_run_keeps_the_colours_of_all_channels_of_its_table(without_worker):
    whole, fewer = filled(without_worker), filled(without_worker, "run-b", drivers=["act_radio"], feature_config={})
    given = datasets.colours(desk(without_worker), "demo")
    assert list(given) == ["tv", "search", "social", "video", "radio", "print"]
    assert read_manifest(whole).colours == read_manifest(fewer).colours == given


def test_a_run_whose_table_was_looked_at_late_has_them_too(without_worker):
    folder = without_worker.run_dir("run-late")
    folder.mkdir(parents=True)
    fits.fill_unchecked(folder, desk(without_worker), demo_spec())
    assert read_manifest(folder).colours == {}
    fits.prepare(without_worker, folder)
    assert read_manifest(folder).colours == datasets.colours(desk(without_worker), "demo")
