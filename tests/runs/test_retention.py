import os
from datetime import timedelta

import pytest

from mmm_core import __main__ as command_line
from mmm_core.errors import StorageError
from mmm_core.runs import datasets, drafts, retention, runs, tables
from mmm_core.runs.manifest import Manifest
from mmm_core.spec import spec_from
from mmm_core.workspace import storage, worker_door
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.engines import OWNER, desk
from tests.malformed import good_rows, table

SPEC = {"drivers": ["act_tv", "act_radio"], "controls": ["ctrl_price"]}


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """A workspace whose worker is not to be started."""
    monkeypatch.setenv("MMM_ARTIFACTS", str(tmp_path))
    monkeypatch.setattr(worker_door, "ensure_worker", lambda _: None)
    return Workspace(tmp_path)


def dataset_with_a_draft_and_a_run(workspace: Workspace, owner: str = OWNER) -> tuple[str, str, str]:
    dataset_id = datasets.create_dataset(Desk(workspace, owner), table(good_rows()), "t.csv").dataset_id
    spec = spec_from(SPEC | {"dataset_id": dataset_id})
    draft_id = drafts.create(Desk(workspace, owner), spec).draft.draft_id
    run_id = runs.create(Desk(workspace, owner), spec, fresh=True).run_id
    return dataset_id, draft_id, run_id


def test_a_dataset_goes_with_its_drafts_and_what_is_remembered_of_it_and_its_runs_stay(workspace):
    dataset_id, draft_id, run_id = dataset_with_a_draft_and_a_run(workspace)
    other_dataset, other_draft, _ = dataset_with_a_draft_and_a_run(workspace, owner="bob")
    retention.delete_dataset(desk(workspace), dataset_id)
    assert not workspace.dataset_dir(dataset_id).exists()
    assert not workspace.draft_dir(draft_id).exists()
    in_memory = {folder for path in tables.remembered() for folder in path.parents}
    assert workspace.dataset_dir(dataset_id) not in in_memory
    assert workspace.dataset_dir(other_dataset) in in_memory
    assert runs.get_spec(desk(workspace), run_id).dataset_id == dataset_id
    named = [path for path in workspace.root.rglob("*") if path.is_file() and dataset_id.encode() in path.read_bytes()]
    assert {path.parent.name for path in named} == {run_id}
    assert workspace.draft_dir(other_draft).exists()
    assert datasets.get_dataset(Desk(workspace, "bob"), other_dataset)


def test_nobody_deletes_what_is_somebody_elses(workspace):
    dataset_id, draft_id, run_id = dataset_with_a_draft_and_a_run(workspace)
    with pytest.raises(StorageError, match="There is no dataset"):
        retention.delete_dataset(Desk(workspace, "bob"), dataset_id)
    with pytest.raises(StorageError, match="There is no run"):
        retention.delete_run(Desk(workspace, "bob"), run_id)
    with pytest.raises(StorageError, match="shipped"):
        retention.delete_dataset(desk(workspace), "demo")
    assert workspace.draft_dir(draft_id).exists()


def aged(workspace: Workspace, kind: str, identifier: str, days: float) -> None:
    """Let something have been made so many days ago."""
    folder = workspace.root / kind / identifier
    name, model = ("dataset.json", datasets.Dataset) if kind == "datasets" else ("manifest.json", Manifest)
    found = storage.read_json(folder / name, model)
    made_at = found.created_at - timedelta(days=days)
    storage.write_json(folder / name, found.model_copy(update={"created_at": made_at}))


def test_purging_takes_what_is_old_and_nothing_that_is_used(workspace, capsys):
    old, used = dataset_with_a_draft_and_a_run(workspace), dataset_with_a_draft_and_a_run(workspace)
    theirs = dataset_with_a_draft_and_a_run(workspace, owner="bob")
    for found in (old, used, theirs):
        for kind, identifier in zip(("datasets", "drafts", "runs"), found, strict=True):
            if (found, kind) != (used, "runs"):
                aged(workspace, kind, identifier, 100)
    (workspace.root / "runs" / "Not ours").mkdir()
    arguments = ["purge", "--older-than", "30", "--owner", OWNER]
    assert command_line.main([*arguments, "--dry-run"]) == 0
    assert "Nothing was deleted" in capsys.readouterr().out
    assert workspace.run_dir(old[2]).exists()
    assert command_line.main(arguments) == 0
    assert workspace.ids("datasets") == sorted([used[0], theirs[0]])
    assert workspace.ids("drafts") == [theirs[1]]
    assert workspace.ids("runs") == sorted([used[2], theirs[2]])
    assert command_line.main(["purge", "--older-than", "30"]) == 0
    assert workspace.ids("datasets") == [used[0]]
    assert (workspace.root / "runs" / "Not ours").exists()


def test_nobody_is_served_from_what_was_remembered_for_somebody_else(workspace):
    content = table(good_rows())
    for owner in ("ann", "bob"):
        made = datasets.create_dataset(Desk(workspace, owner), content, "t.csv")
        datasets.load_dataset(Desk(workspace, owner), made.dataset_id)
        in_memory = {folder for path in tables.remembered() for folder in path.parents}
        assert workspace.dataset_dir(made.dataset_id) in in_memory


@pytest.mark.parametrize(
    "bad", ["../runs", "..", "/etc", "a/b", "a\\b", "A", "", "x" * 70, "run-é", "run\n", "%2e%2e", "a\0b"]
)
def test_no_id_is_ever_a_path(workspace, bad):
    outside = set(workspace.root.parent.iterdir())
    for call in (
        lambda: datasets.get_dataset(desk(workspace), bad),
        lambda: datasets.revise_dataset(desk(workspace), bad, label="x"),
        lambda: retention.delete_dataset(desk(workspace), bad),
        lambda: desk(workspace).run_dir(bad),
        lambda: runs.cancel(desk(workspace), bad),
        lambda: retention.delete_run(desk(workspace), bad),
        lambda: runs.read_log(desk(workspace), bad),
        lambda: drafts.get(desk(workspace), bad),
        lambda: desk(workspace).draft_dir(bad),
    ):
        with pytest.raises(StorageError, match=r"is not an id|There is no|is gone"):
            call()
    assert set(workspace.root.parent.iterdir()) == outside
    assert os.listdir(workspace.root) == []  # noqa: PTH208 - names as they are
