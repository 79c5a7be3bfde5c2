"""How long a proof takes is told from what the run's own fit took."""

import pytest

from mmm_core.errors import StorageError
from mmm_core.proof import duration
from mmm_core.proof.catalogue import PARTS
from mmm_core.proof.kept import Proof
from mmm_core.runs.folder import change_manifest
from mmm_core.workspace.storage import Workspace
from tests.charts.proof import reports
from tests.engines import desk, finished


def test_a_refit_takes_fewer_steps_than_the_run_took(tmp_path):
    at = desk(Workspace(tmp_path))
    seconds = {"features": 0.1, "sampling": 8.0, "outputs": 1.0}
    finished(at.workspace, "run-x", seconds=seconds, host_cores=2)
    # The run: two chains of 2,000 steps, at once; a refit: two of 1,000.
    assert duration.seconds_a_refit(at, "run-x") == pytest.approx(0.1 + 8 / 2 + 1)
    change_manifest(tmp_path / "runs" / "run-x", seconds={"features": 0.1})
    assert duration.seconds_a_refit(at, "run-x") is None
    with pytest.raises(StorageError):
        duration.seconds_a_refit(at, "run-y")


def test_every_part_that_fits_says_how_often():
    by_name = {part.name: part.refits for part in PARTS if not part.reads}
    assert {name for name, refits in by_name.items() if not refits} <= {"looks", "receipt"}
    assert by_name["foresight"] == 8  # four dates, with and without media; refreshes read the same
    assert duration.refits_in_all() == sum(by_name.values())


def test_fits_are_counted_while_it_is_at_work():
    folds = reports.foresight().model_copy(update={"done": 1, "units": 4})
    again = reports.refreshes().model_copy(update={"done": 1, "units": 4})
    assert duration.refits_left(Proof(identity="x", parts=(folds, again))) == 2 * 3


def test_a_pace_is_told_from_several_fits_only():
    assert duration.seconds_left(10, 5, 20.0) == 40.0
    assert duration.seconds_left(10, 1, 20.0) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "5 s"), (5.1, "10 s"), (59, "60 s"), (60, "1 min"), (61, "2 min")]
)
def test_it_is_never_said_to_be_shorter_than_it_is(seconds, words):
    assert duration.in_words(seconds).replace("\u00a0", " ") == words
