"""What programs take from a finished run."""

import io
import shutil
import zipfile

import pandas as pd
import pytest

from mmm_core.errors import RunError, StorageError
from mmm_core.exports import downloads
from mmm_core.runs import runs
from mmm_core.runs.folder import change_manifest
from mmm_core.workspace import storage
from mmm_core.workspace.desk import Desk
from mmm_core.workspace.storage import Workspace
from tests.conftest import PROJECT
from tests.engines import demo_spec, desk


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def test_the_identity_of_a_finished_run_is_steady_and_its_own(workspace):
    first = downloads.finished(desk(workspace), "demo")
    assert first == downloads.finished(Desk(workspace, "somebody else"), "demo")
    assert first.identity.startswith("sha256:")
    assert not first.partial
    taken_over = runs.create(desk(workspace), demo_spec()).run_id
    with pytest.raises(RunError, match="VALIDATED"):
        downloads.finished(desk(workspace), taken_over)


def test_files_are_listed_as_they_are(workspace):
    for file in downloads.list_files(desk(workspace), "demo"):
        with downloads.open_file(desk(workspace), "demo", file.name) as opened:
            assert len(opened.read()) == file.bytes
        assert "/" not in file.name


def test_a_zip_too_large_for_memory_is_made_on_disk(workspace, monkeypatch):
    monkeypatch.setattr(downloads, "LARGEST_ZIP_IN_MEMORY", 1000)
    with downloads.archive(desk(workspace), "demo") as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.read("channel_summary.json")


def readme(workspace: Workspace, run_id: str) -> str:
    with downloads.archive(desk(workspace), run_id) as file, zipfile.ZipFile(file) as archive:
        return archive.read("README.txt").decode()


def test_a_zip_says_the_units_of_the_table_and_is_made_once_the_table_is_gone(workspace):
    assert "Sales are in €, spend in €." in readme(workspace, "demo")
    folder = workspace.root / "runs" / "run-aaaaaaaaaaaa"
    shutil.copytree(PROJECT / "sample_data" / "demo_run", folder)
    storage.write_json(folder / "run_spec.json", demo_spec(dataset_id="data-aaaaaaaaaaaa"))
    change_manifest(folder, spec_hash=storage.file_hash(folder / "run_spec.json"))
    assert "the currency of spend is not said" in readme(workspace, folder.name)


def test_the_workbook_of_a_run_is_that_of_its_zip(workspace):
    alone = pd.read_excel(io.BytesIO(downloads.workbook(desk(workspace), "demo")), sheet_name=None, engine="calamine")
    with downloads.archive(desk(workspace), "demo") as file, zipfile.ZipFile(file) as archive:
        packed = pd.read_excel(io.BytesIO(archive.read("tables.xlsx")), sheet_name=None, engine="calamine")
    assert list(alone) == list(packed)
    assert len(alone) == 6
    for label, frame in alone.items():
        pd.testing.assert_frame_equal(frame, packed[label])


def test_somebody_else_s_run_has_nothing_to_take(workspace):
    run_id = runs.create(Desk(workspace, "ann"), demo_spec()).run_id
    for call in (
        downloads.finished,
        downloads.list_files,
        downloads.archive,
        downloads.workbook,
        downloads.diagnostics,
    ):
        with pytest.raises(StorageError, match="no run"):
            call(Desk(workspace, "bob"), run_id)


@pytest.mark.parametrize(("margin", "said"), [(None, "no margin is said"), (0.4, "margin on sales 40\u00a0%")])
def test_what_is_taken_away_has_the_margin_that_the_run_was_shown_with_and_says_it(workspace, margin, said):
    units = downloads.units_of(desk(workspace), "demo", margin=margin)
    assert units.margin == margin
    with downloads.archive(desk(workspace), "demo", units=units) as file, zipfile.ZipFile(file) as archive:
        page, readme = (archive.read(name).decode() for name in ("charts/roi.html", "README.txt"))
        chances = pd.read_csv(io.BytesIO(archive.read("charts/roi.csv")))
    assert said in page
    assert said in " ".join(readme.split(" ")).replace("\n", " ")
    assert set(chances["break_even"]) == {1 / (margin or 1)}
    book = pd.read_excel(
        io.BytesIO(downloads.workbook(desk(workspace), "demo", units=units)), header=None, engine="calamine"
    )
    assert book.map(lambda cell: said in str(cell)).to_numpy().any()
