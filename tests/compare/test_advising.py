"""News of a run for doors."""

import pytest

from mmm_core.compare.advising import news, news_of
from mmm_core.errors import DataError, StorageError
from mmm_core.runs.datasets import Units
from tests.engines import desk, finished
from tests.pairs import fitted, spec_of


def test_a_copy_advises_what_the_first_does(without_worker):
    finished(without_worker, "run-copy", owner="local")
    found = news(desk(without_worker), "run-copy", "demo")
    assert found.changed == ()
    assert found.paragraph.startswith("No advice changed. As before: ")
    assert found.now.break_even == 1.0
    with pytest.raises(StorageError, match="no run"):
        news(desk(without_worker, "ann"), "run-copy", "demo")


def test_without_units_break_even_is_not_known(run_folders):
    folders = run_folders["before"], run_folders["everything"]
    assert news_of(folders).now.break_even is None
    known = news_of(folders, Units(target="€", spend="€"))
    assert known.now.break_even == 1.0
    assert known.paragraph.startswith("Advice changed." if known.changed else "No advice changed.")


def test_another_target_is_refused(run_folders, frame, compiled, tmp_path):
    other = fitted(tmp_path / "other", frame, spec_of(frame, target_col="visits"), compiled)
    with pytest.raises(DataError, match="one explains sales, the other visits"):
        news_of((run_folders["before"], other))
