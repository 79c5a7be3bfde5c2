"""Which two results can be explained by each other."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from mmm_core.compare.pair import changed_settings, read_pair, why_not
from mmm_core.errors import DataError, StorageError
from mmm_core.runs.folder import CANONICAL, change_manifest
from mmm_core.workspace import storage
from tests.pairs import fitted, spec_of


def test_a_pair_knows_its_tables_settings_and_figures(run_folders):
    pair = read_pair(run_folders["before"], run_folders["everything"])
    assert (len(pair.table.new), pair.table.is_revised) == (8, True)
    assert pair.settings == ("decay of every channel: 0.85 instead of 0.5",)
    assert len(pair.figures[0]) == len(pair.figures[1]) == 2 * len(pair.now.channels)


def test_seed_sampler_and_table_are_no_settings(frame):
    one = spec_of(frame)
    other = spec_of(frame, dataset_id="another", random_seed=1, sampler={"draws": 100}, interval_prob=0.8)
    assert changed_settings(one, other) == ()


def test_another_target_or_grain_is_said(frame):
    spec = spec_of(frame)
    other = spec.model_copy(update={"target_col": "visits"})
    assert why_not(spec, other, ("WEEK", "WEEK")) == "one explains sales, the other visits"
    assert why_not(spec, spec, ("WEEK", "MONTH")) == "one counts in weeks, the other in months"
    assert why_not(spec, spec, ("WEEK", "WEEK")) == ""


def test_what_has_no_period_in_common_is_refused(run_folders, tmp_path):
    folder = Path(shutil.copytree(run_folders["before"], tmp_path / "later"))
    frame = storage.read_parquet(folder / CANONICAL)
    storage.write_parquet(
        folder / CANONICAL, frame.assign(period_start=frame["period_start"] + pd.Timedelta(weeks=500))
    )
    change_manifest(folder, canonical_hash=storage.file_hash(folder / CANONICAL))
    with pytest.raises(DataError, match="no period in common") as caught:
        read_pair(run_folders["before"], folder)
    assert caught.value.code == "not_comparable"
    assert caught.value.remedy


def test_what_has_no_channel_in_common_is_refused(frame, compiled, tmp_path):
    spec = {"sampler": {"draws": 100, "tune": 100, "chains": 2}}
    one, other = (
        fitted(tmp_path / name, frame, spec_of(frame, drivers=[f"act_{name}"], **spec), compiled)
        for name in ("c0", "c1")
    )
    with pytest.raises(DataError, match="no channel in common"):
        read_pair(one, other)


def test_a_run_that_is_not_there_is_an_error_in_words(run_folders, tmp_path):
    with pytest.raises(StorageError, match="not there yet"):
        read_pair(run_folders["before"], tmp_path)
