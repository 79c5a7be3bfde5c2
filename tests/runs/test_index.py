"""The index says what the folders say, also where it is missing, damaged, old or wrong."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from mmm_core.runs import index, runs
from mmm_core.runs.folder import change_manifest, read_manifest
from mmm_core.runs.manifest import Label
from mmm_core.workspace import folders
from tests.engines import demo_spec, desk, finished


@pytest.fixture
def workspace(without_worker):
    return without_worker


def made(workspace, name, **changes):
    """A finished fit that comes as ours do: whole."""
    kind = "draft" if name.startswith("draft") else "run"
    return finished(workspace, name, kind=kind, **({"owner": "local"} | changes))


def ids(workspace, owner="local"):
    return set(index.page(workspace, "run", owner).ids)


def test_runs_that_come_and_go_are_seen_at_once(workspace):
    assert index.page(workspace, "run", "local") == ([], 0)
    made(workspace, "run-a")
    assert ids(workspace) == {"run-a"}
    other = made(workspace, "run-b")
    made(workspace, "run-c", owner="ann")
    assert ids(workspace) == {"run-a", "run-b"}
    assert ids(workspace, "ann") == {"run-c"}
    folders.remove(other)
    assert ids(workspace) == {"run-a"}
    assert index.count(workspace, "run") == 2


def test_pages_are_parts_of_the_list_newest_first(workspace):
    for number in range(5):
        folder = made(workspace, f"run-{number}")
        change_manifest(folder, created_at=read_manifest(folder).created_at.replace(year=2020 + number))
    whole = index.page(workspace, "run", "local").ids
    assert whole == [f"run-{number}" for number in range(4, -1, -1)]
    assert index.page(workspace, "run", "local", limit=2, offset=1) == (whole[1:3], 5)
    assert index.page(workspace, "run", "local", limit=2, offset=9) == ([], 5)


def test_the_same_result_is_found_by_owner_kind_and_key(workspace):
    made(workspace, "run-a", fit_key="sha256:k")
    made(workspace, "run-b", fit_key="sha256:k", owner="ann")
    made(workspace, "draft-c", fit_key="sha256:k")
    assert index.with_key(workspace, "run", "local", "sha256:k") == ["run-a"]
    assert index.with_key(workspace, "draft", "local", "sha256:k") == ["draft-c"]
    assert index.with_key(workspace, "run", "local", "sha256:other") == []
    index.note_key(workspace, "run", "run-a", "sha256:later")
    assert index.with_key(workspace, "run", "local", "sha256:later") == ["run-a"]


@pytest.mark.parametrize("damage", ["gone", "garbage", "cut", "version", "empty", "folder"])
def test_an_index_that_is_missing_or_damaged_is_made_anew(workspace, damage):
    made(workspace, "run-a")
    assert ids(workspace) == {"run-a"}
    path = workspace.root / index.FILE
    if damage == "gone":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(os.urandom(5000))
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:3000])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "folder":
        path.unlink()
        path.mkdir()
    else:
        with closing(sqlite3.connect(path)) as rows:
            rows.execute("PRAGMA user_version = 99")
    assert ids(workspace) == {"run-a"}
    made(workspace, "run-b")
    assert ids(workspace) == {"run-a", "run-b"}


def test_an_index_that_somebody_holds_is_done_without(workspace):
    made(workspace, "run-a")
    assert ids(workspace) == {"run-a"}
    made(workspace, "run-b")
    holder = sqlite3.connect(workspace.root / index.FILE)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert ids(workspace) == {"run-a", "run-b"}
    finally:
        holder.close()
    assert ids(workspace) == {"run-a", "run-b"}


def test_a_run_that_cannot_be_read_is_named_until_it_can(workspace):
    folder = made(workspace, "run-a")
    whole = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_text("{")
    assert ids(workspace) == set()
    ((name, reason),) = index.unreadable(workspace, "run")
    assert name == "run-a"
    assert "manifest.json" in reason
    (folder / "manifest.json").write_bytes(whole)
    assert ids(workspace) == {"run-a"}
    assert index.unreadable(workspace, "run") == []


def test_a_manifest_that_is_a_folder_is_named_too(workspace):
    folder = made(workspace, "run-a")
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").mkdir()
    assert [each.id for each in index.unreadable(workspace, "run")] == ["run-a"]


def test_a_folder_that_is_still_being_copied_is_listed_once_it_is_whole(workspace, tmp_path):
    source = made(workspace, "run-a")
    target = workspace.run_dir("run-b")
    target.mkdir()
    assert ids(workspace) == {"run-a"}
    assert index.unreadable(workspace, "run") == []
    shutil.copytree(source, target, dirs_exist_ok=True)
    assert ids(workspace) == {"run-a", "run-b"}


def test_an_index_that_was_wrong_is_made_anew_when_it_is_found_out(workspace):
    made(workspace, "run-a")
    assert ids(workspace) == {"run-a"}
    with closing(sqlite3.connect(workspace.root / index.FILE)) as rows, rows:
        rows.execute("INSERT INTO fit VALUES ('run', 'run-ghost', 'local', 0, '', NULL, NULL, NULL, '', '', '')")
    from mmm_core.runs import runs

    assert [entry.state.run_id for entry in runs.list_runs(desk(workspace))] == ["run-a"]
    assert runs.list_page(desk(workspace)).total == 1


def test_lineages_are_found_newest_first(workspace):
    from mmm_core.runs import drafts

    first = drafts.create(desk(workspace), demo_spec()).draft
    second = drafts.create(desk(workspace), demo_spec(random_seed=9), previous=first.draft_id).draft
    assert index.lineage_of(workspace, first.lineage) == [second.draft_id, first.draft_id]


def test_runs_that_were_moved_away_and_brought_back_are_listed_again(workspace):
    made(workspace, "run-a")
    assert ids(workspace) == {"run-a"}
    away = workspace.root / "away"
    (workspace.root / "runs").rename(away)
    assert ids(workspace) == set()
    away.rename(workspace.root / "runs")
    assert ids(workspace) == {"run-a"}


def test_a_search_finds_every_word_in_name_note_table_or_id(workspace):
    made(workspace, "run-a", source_name="Media Report.xlsx", dataset_hash="sha256:a")
    made(workspace, "run-b", source_name="media.csv")
    made(workspace, "run-c", source_name="media.csv", owner="ann")

    def found(*words, **more):
        return set(index.search(workspace, "run", "local", words, **more).ids)

    assert found() == found("MEDIA") == {"run-a", "run-b"}
    assert found("media", "report") == {"run-a"}
    assert found("run-b") == {"run-b"}
    assert found("100%") == found("_") == found("'") == set()
    assert found("renamed", tables={"sha256:a": "Renamed"}) == {"run-a"}
    index.note_label(workspace, "run", "run-b", Label(name="Für den Vorstand", note="with saturation"))
    assert found("FÜR", "saturation") == {"run-b"}
    assert index.search(workspace, "run", "local", ["media"], limit=1, offset=1).total == 2


def test_a_name_that_was_given_is_found_by_an_index_that_is_made_anew(workspace):
    folder = made(workspace, "run-a")
    runs.relabel(desk(workspace), "run-a", Label(name="Board"))
    assert index.search(workspace, "run", "local", ["board"]).ids == ["run-a"]
    (workspace.root / index.FILE).unlink()
    assert index.search(workspace, "run", "local", ["board"]).ids == ["run-a"]
    (folder / "label.json").write_text("{")
    (workspace.root / index.FILE).unlink()
    assert index.search(workspace, "run", "local", ["board"]).ids == []
    assert index.search(workspace, "run", "local", []).ids == ["run-a"]


def test_runs_of_a_table_are_found_by_its_content(workspace):
    made(workspace, "run-a", dataset_hash="sha256:a")
    made(workspace, "run-b", dataset_hash="sha256:b")
    made(workspace, "run-c", dataset_hash="sha256:a", owner="ann")
    assert index.of_table(workspace, "run", "local", "sha256:a", limit=9) == ["run-a"]
