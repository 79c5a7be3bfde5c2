import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from mmm_core.errors import RunCancelledError, RunError, SpecError
from mmm_core.workspace import status
from mmm_core.workspace.status import ProcessIdentity, Progress, Status


def test_a_run_walks_through_its_stages(tmp_path):
    status.create_status(tmp_path, "CREATED")
    for stage in ("VALIDATED", "FEATURES_BUILT", "TRAINING", "TRAINED", "OUTPUTS_READY"):
        assert status.update_status(tmp_path, stage).stage == stage
    assert status.get_status(tmp_path).stage == "OUTPUTS_READY"


@pytest.mark.parametrize(
    ("present", "wanted"),
    [("CREATED", "TRAINING"), ("VALIDATED", "TRAINED"), ("OUTPUTS_READY", "TRAINING"), ("OUTPUTS_READY", "ERROR")],
)
def test_stages_cannot_be_skipped_and_finished_runs_do_not_change(tmp_path, present, wanted):
    status.create_status(tmp_path, present)
    with pytest.raises(RunError, match=f"is {present} cannot become {wanted}"):
        status.update_status(tmp_path, wanted)


def test_failures_keep_reason_and_remedy_and_can_be_started_again(tmp_path):
    status.create_status(tmp_path, "FEATURES_BUILT")
    status.start(tmp_path)
    failed = status.set_error(tmp_path, SpecError("Broken.", code="broken", remedy="Mend it."))
    assert failed.stage == "ERROR"
    assert failed.error is not None
    assert (failed.error.code, failed.error.message, failed.error.remedy) == ("broken", "Broken.", "Mend it.")
    again = status.start(tmp_path)
    assert again.stage == "TRAINING"
    assert again.error is None


def test_progress_moves_the_heartbeat(tmp_path):
    status.create_status(tmp_path, "FEATURES_BUILT")
    before = status.start(tmp_path)
    after = status.set_progress(tmp_path, Progress(step="Drawing", fraction=0.5))
    assert after.stage == "TRAINING"
    assert after.progress is not None
    assert after.progress.fraction == 0.5
    assert after.heartbeat_at >= before.heartbeat_at


def training(process: ProcessIdentity, beat: datetime) -> Status:
    return Status(stage="TRAINING", updated_at=beat, heartbeat_at=beat, process=process)


def test_a_run_whose_process_is_gone_is_interrupted():
    now = datetime.now(UTC)
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    dead = ProcessIdentity.of_this_process().model_copy(update={"pid": child.pid})
    alive = ProcessIdentity.of_this_process()
    assert status.is_interrupted(training(dead, now), now, alive=status.process_alive(dead))
    assert not status.is_interrupted(training(alive, now), now, alive=status.process_alive(alive))


def test_a_process_id_given_to_another_is_not_alive():
    reused = ProcessIdentity.of_this_process().model_copy(update={"started_at": 1.0})
    assert not status.process_alive(reused)


def test_another_hosts_run_is_judged_by_its_heartbeat():
    now = datetime.now(UTC)
    elsewhere = ProcessIdentity(host="elsewhere", pid=1, started_at=1.0)
    assert status.process_alive(elsewhere)
    assert not status.is_interrupted(training(elsewhere, now), now, alive=True)
    assert status.is_interrupted(training(elsewhere, now - timedelta(minutes=1)), now, alive=True)


def test_finished_runs_are_never_interrupted():
    now = datetime.now(UTC)
    assert not status.is_interrupted(Status(stage="OUTPUTS_READY", updated_at=now), now, alive=False)


@pytest.mark.parametrize(
    ("error", "stage", "says"),
    [
        (ZeroDivisionError("x"), "ERROR", "It broke down: ZeroDivisionError."),
        (RunError("Too long.", remedy="Draw less."), "ERROR", "Too long."),
        (RunCancelledError("It was stopped.", remedy="Go on."), "CANCELLED", "It was stopped."),
    ],
)
def test_work_in_the_background_ends_with_a_reason(tmp_path, error, stage, says):
    status.create_status(tmp_path, "FEATURES_BUILT")
    with status.failure_recorded(tmp_path, "the work", remedy="Start it again."):
        raise error
    ended = status.get_status(tmp_path)
    assert (ended.stage, ended.error.message) == (stage, says)


def test_work_on_what_was_deleted_meanwhile_ends_quietly(tmp_path):
    with status.failure_recorded(tmp_path / "gone", "the work", remedy="Start it again."):
        raise RunError("Too late.")
