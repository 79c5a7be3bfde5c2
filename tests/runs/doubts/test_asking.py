"""Ask what the repairs of a dataset would do: at once, with a real worker behind."""

import pytest

from mmm_core import shipped
from mmm_core.errors import StorageError
from mmm_core.runs import datasets, drafts, retention
from mmm_core.runs.doubts import asking, kept
from mmm_core.spec import DatasetSettings
from mmm_core.workspace import queueing, status, storage, worker_door
from tests.engines import decay_spec, desk, until
from tests.runs.doubts.tables import world_of_days, world_with_total

pytestmark = pytest.mark.slow


def known(at, dataset_id):
    """What is told once nothing more will come."""

    def look():
        told = asking.ask(at, dataset_id)
        return told if told.state != "computing" else None

    return until(look, seconds=120)


@pytest.fixture
def waiting(without_worker):
    """A desk and a table on it whose doubts nobody works on."""
    at = desk(without_worker)
    return at, datasets.create_dataset(at, world_of_days(), "t.csv").dataset_id


def test_the_worker_weighs_what_was_asked_for_and_it_is_not_computed_twice(workspace_with_worker):
    at = desk(workspace_with_worker)
    made = datasets.create_dataset(at, world_with_total(), "t.csv")
    first = asking.ask(at, made.dataset_id)
    assert (first.state, first.costs) == ("computing", ())
    assert first.left == ("leave_out_total_entities", "each_entity_has_its_own_sales")
    told = known(at, made.dataset_id)
    assert told.state == "complete", told.step
    cost = told.of("leave_out_total_entities")
    assert told.costs[0] == cost
    assert cost is not None
    assert cost.answer_after is not None
    folder = queueing.folder_of(at.workspace, "doubts", made.dataset_id)
    written = (folder / kept.FILE).stat().st_mtime_ns
    assert asking.ask(at, made.dataset_id) == told
    assert (folder / kept.FILE).stat().st_mtime_ns == written
    (folder / kept.FILE).unlink()
    assert asking.ask(at, made.dataset_id).state == "computing"
    assert known(at, made.dataset_id).costs == told.costs


def test_a_dataset_that_is_revised_is_weighed_anew(workspace_with_worker):
    at = desk(workspace_with_worker)
    made = datasets.create_dataset(at, world_of_days(), "t.csv")
    assert len(known(at, made.dataset_id).costs) == 3
    fixed = DatasetSettings(fixes=("missing_days_sold_nothing",))
    datasets.revise_dataset(at, made.dataset_id, settings=fixed)
    assert [cost.fix for cost in known(at, made.dataset_id).costs] == ["sum_days_to_weeks"]


def test_estimates_do_not_wait_for_it_and_have_another_process(workspace_with_worker):
    at = desk(workspace_with_worker)
    made = datasets.create_dataset(at, world_of_days(missing=(50, 60)), "t.csv")
    asking.ask(at, made.dataset_id)
    folder = queueing.folder_of(at.workspace, "doubts", made.dataset_id)
    until(lambda: status.get_status(folder).stage == "TRAINING", seconds=120)
    draft_id = drafts.create(at, decay_spec(0.63)).draft.draft_id
    drawn = drafts.wait(at, draft_id, timeout=200)
    weighed = status.get_status(folder)
    assert drawn.phase == "finished"
    assert drawn.status.process is not None
    assert weighed.process is not None
    assert drawn.status.process.pid != weighed.process.pid
    beat = worker_door.read_heartbeat(at.workspace)
    assert beat is not None
    assert {slot.name: slot.pid for slot in beat.slots}["background"] == weighed.process.pid
    known(at, made.dataset_id)


def test_a_dataset_that_is_deleted_takes_its_doubts_with_it(workspace_with_worker):
    at = desk(workspace_with_worker)
    made = datasets.create_dataset(at, world_of_days(missing=(70, 80)), "t.csv")
    asking.ask(at, made.dataset_id)
    retention.delete_dataset(at, made.dataset_id)
    with pytest.raises(StorageError, match="no dataset"):
        asking.ask(at, made.dataset_id)
    until(lambda: all(job.id != made.dataset_id for job in queueing.claimed(at.workspace)), seconds=120)
    again = datasets.create_dataset(at, world_with_total(), "t.csv")
    assert known(at, again.dataset_id).state == "complete"


def test_it_is_queued_once_whoever_asks(waiting):
    at, dataset_id = waiting
    for _ in range(3):
        told = asking.ask(at, dataset_id)
        assert (told.state, len(told.left)) == ("computing", 3)
    assert [(job.kind, job.id) for job in queueing.waiting(at.workspace)] == [("doubts", dataset_id)]


def test_deleting_withdraws_what_waits(waiting):
    at, dataset_id = waiting
    asking.ask(at, dataset_id)
    retention.delete_dataset(at, dataset_id)
    assert queueing.waiting(at.workspace) == []


def test_a_table_that_ends_its_process_twice_is_given_up(waiting):
    at, dataset_id = waiting
    folder = queueing.folder_of(at.workspace, "doubts", dataset_id)
    for attempt in (1, 2):
        assert asking.ask(at, dataset_id).state == "computing"
        (job,) = queueing.waiting(at.workspace)
        queueing.claim(at.workspace, job)
        status.start(folder)
        begun = kept.Doubts(identity=kept.identity_of(at, dataset_id), attempt=attempt, left=("sum_days_to_weeks",))
        storage.write_json(folder / kept.FILE, begun)
        gone = status.ProcessIdentity.of_this_process().model_copy(update={"started_at": 1.0})
        status.update_status(folder, "TRAINING", process=gone)
        queueing.finish(at.workspace, job)
    told = asking.ask(at, dataset_id)
    assert (told.state, told.step) == ("failed", "Its process ended.")
    assert queueing.waiting(at.workspace) == []


def test_the_shipped_tables_and_those_without_a_repair_have_no_doubts(without_worker):
    assert asking.ask(desk(without_worker), shipped.DEMO) == asking.NOTHING
    assert queueing.waiting(without_worker) == []


def test_nobody_asks_for_another_s_table(waiting):
    at, dataset_id = waiting
    with pytest.raises(StorageError, match="no dataset"):
        asking.ask(desk(at.workspace, "somebody"), dataset_id)
