"""What is kept of a pair belongs to both results."""

import pytest

from mmm_core.compare import kept, why
from mmm_core.compare.pair import read_pair
from mmm_core.errors import StorageError
from mmm_core.workspace import storage


def test_an_answer_is_read_for_the_results_that_it_is_of_and_for_no_others(run_folders, tmp_path):
    pair = read_pair(run_folders["before"], run_folders["again"])
    identity = kept.identity_of(run_folders["before"], run_folders["again"])
    assert identity != kept.identity_of(run_folders["again"], run_folders["before"])
    known = why.begin(pair, identity=identity, before="a", now="b")
    assert kept.read(tmp_path, identity) is None
    storage.write_json(tmp_path / kept.FILE, known)
    assert kept.read(tmp_path, identity) == known
    assert kept.read(tmp_path, "another") is None
    (tmp_path / kept.FILE).write_text("{")
    assert kept.read(tmp_path, identity) is None


def test_its_folder_is_in_that_of_the_later_run_and_no_name_leads_out_of_it(tmp_path):
    assert kept.folder_of(tmp_path, "run-a") == tmp_path / "why" / "run-a"
    with pytest.raises(StorageError, match="not an id"):
        kept.folder_of(tmp_path, "../run-a")
