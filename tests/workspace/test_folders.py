"""Folders come whole and go whole, whatever a disk, a link or a second process does meanwhile."""

import errno
import os
import shutil
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest

from mmm_core.errors import StorageError
from mmm_core.workspace import folders, storage
from mmm_core.workspace.storage import Workspace

CHATTR = shutil.which("chattr") or "/usr/bin/chattr"


def folder_of(place: Path, **files: str) -> Path:
    place.mkdir(parents=True)
    for name, content in files.items():
        (place / name.replace("_", ".")).write_text(content)
    return place


def hidden(parent: Path) -> list[Path]:
    return [path for path in parent.iterdir() if path.name.startswith(".")]


def test_a_swap_replaces_only_run_folders(tmp_path):
    ours, others = tmp_path / "ours", tmp_path / "others"
    for folder, name in ((ours, "run_spec.json"), (others, "diary.txt")):
        folder.mkdir()
        (folder / name).write_text("x")
    folders.require_replaceable(ours)
    folders.require_replaceable(tmp_path / "new")
    with pytest.raises(StorageError, match="not a run folder"):
        folders.require_replaceable(others)
    with folders.filled_beside(ours) as filled:
        (filled / "status.json").write_text("y")
        folders.swap_in(filled, ours)
    assert [path.name for path in ours.iterdir()] == ["status.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["others", "ours"]


def test_what_was_filled_and_not_moved_in_leaves_nothing(tmp_path):
    def fill() -> None:
        with folders.filled_beside(tmp_path / "runs" / "run-a") as filled:
            (filled / "half").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fill()
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_removed_folder_leaves_nothing_and_removing_it_again_is_no_error(tmp_path):
    folder = folder_of(tmp_path / "run-a", a_txt="x")
    folder_of(folder / "raw", b_txt="y")
    folders.remove(folder)
    assert list(tmp_path.iterdir()) == []
    folders.remove(folder)


def test_a_link_is_removed_and_what_it_leads_to_stays(tmp_path):
    elsewhere = folder_of(tmp_path / "elsewhere", a_txt="x")
    (tmp_path / "runs").mkdir()
    link = tmp_path / "runs" / "run-a"
    link.symlink_to(elsewhere)
    folders.remove(link)
    assert list((tmp_path / "runs").iterdir()) == []
    assert (elsewhere / "a.txt").read_text() == "x"


@pytest.fixture
def immutable(tmp_path):
    """Gives a path that nobody may change, and lets it go at the end."""
    made = []

    def make(path: Path) -> None:
        done = subprocess.run([CHATTR, "+i", str(path)], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("this disk knows no immutable files")
        made.append(path)

    yield make
    for name in made:
        for path in [name, *tmp_path.rglob(name.name)]:
            subprocess.run([CHATTR, "-i", str(path)], capture_output=True, check=False)


def test_a_file_that_cannot_be_removed_is_said_and_tried_again(tmp_path, immutable):
    workspace = Workspace(tmp_path)
    folder = folder_of(workspace.run_dir("run-a"), manifest_json="{}", fixed_txt="y")
    immutable(folder / "fixed.txt")
    with pytest.raises(StorageError, match=r"off every list, but .* could not be removed") as caught:
        folders.remove(folder)
    assert caught.value.code == "not_deleted"
    assert workspace.ids("runs") == []
    (left,) = hidden(tmp_path / "runs")
    assert folders.sweep_leftovers(workspace, older_than=timedelta(0)) != []
    subprocess.run([CHATTR, "-i", str(left / "fixed.txt")], check=True)
    assert folders.sweep_leftovers(workspace, older_than=timedelta(0)) == []
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_folder_that_cannot_be_moved_is_said_to_be_still_there(tmp_path, immutable):
    workspace = Workspace(tmp_path)
    folder = folder_of(workspace.run_dir("run-a"), manifest_json="{}")
    immutable(folder)
    with pytest.raises(StorageError, match="It is still there") as caught:
        folders.remove(folder)
    assert caught.value.code == "not_deleted"
    assert workspace.ids("runs") == ["run-a"]


def test_what_belongs_to_nobody_is_swept_and_nothing_else(tmp_path):
    workspace = Workspace(tmp_path)
    whole = folder_of(workspace.run_dir("run-whole"), manifest_json="{}")
    damaged = folder_of(workspace.dataset_dir("data-damaged"), dataset_json="{")
    folder_of(workspace.run_dir("run-orphan"), cancel="")
    folder_of(workspace.draft_dir("draft-orphan"), status_json="{}")
    folder_of(tmp_path / "runs" / ".run-x.ab12.gone", manifest_json="{}")
    theirs = folder_of(tmp_path / "runs" / "My own notes")
    assert folders.sweep_leftovers(workspace, older_than=timedelta(hours=1)) == []
    assert len(list((tmp_path / "runs").iterdir())) == 4
    old = time.time() - 7200
    for path in [*(tmp_path / "runs").iterdir(), *(tmp_path / "drafts").iterdir(), damaged]:
        os.utime(path, (old, old))
    assert folders.sweep_leftovers(workspace, older_than=timedelta(hours=1)) == []
    assert sorted((tmp_path / "runs").iterdir()) == sorted([whole, theirs])
    assert list((tmp_path / "drafts").iterdir()) == []
    assert damaged.is_dir()


def test_writing_into_a_folder_that_is_gone_does_not_bring_it_back(tmp_path):
    with pytest.raises(StorageError, match="'run-a' is not there any more") as caught:
        storage.write_bytes(tmp_path / "run-a" / "status.json", b"{}")
    assert caught.value.code == "gone"
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert caught.value.__cause__.errno == errno.ENOENT
    assert list(tmp_path.iterdir()) == []
