"""The work on one dataset's doubts, in this process: from its status to what is kept."""

import pytest

from mmm_core.runs import datasets
from mmm_core.runs.doubts import asking, kept, work
from mmm_core.runs.folder import CANCEL
from mmm_core.spec import DatasetSettings
from mmm_core.workspace import folders, queueing, status
from tests.engines import desk
from tests.runs.doubts.tables import world_of_days, world_with_total

FIXED = DatasetSettings(fixes=("missing_days_sold_nothing",))


@pytest.fixture
def asked(without_worker):
    """Desk, id and folder of a table whose doubts are queued and nobody works on."""
    at = desk(without_worker)
    made = datasets.create_dataset(at, world_of_days(), "t.csv")
    assert asking.ask(at, made.dataset_id).state == "computing"
    return at, made.dataset_id, queueing.folder_of(without_worker, "doubts", made.dataset_id)


def test_all_that_was_offered_is_kept_and_the_status_says_so(asked, compiled):
    at, dataset_id, folder = asked
    work.work(at.workspace, dataset_id, compiled=compiled)
    doubts = kept.read(folder)
    assert status.get_status(folder).stage == "OUTPUTS_READY"
    assert doubts is not None
    assert (doubts.complete, doubts.attempt, doubts.identity) == (True, 1, kept.identity_of(at, dataset_id))
    assert {cost.fix for cost in doubts.costs} == {
        "leave_out_incomplete_weeks", "missing_days_sold_nothing", "sum_days_to_weeks",
    }  # fmt: skip
    assert asking.ask(at, dataset_id).costs == doubts.costs


def test_a_dataset_that_is_decided_anew_meanwhile_is_begun_again(asked, compiled):
    at, dataset_id, folder = asked
    sizes = []

    def revising(bucket):
        """The compiled model; the first time somebody presses a button meanwhile."""
        if not sizes:
            datasets.revise_dataset(at, dataset_id, settings=FIXED)
        sizes.append(bucket)
        return compiled(bucket)

    work.work(at.workspace, dataset_id, compiled=revising)
    doubts = kept.read(folder)
    assert doubts is not None
    assert [cost.fix for cost in doubts.costs] == ["sum_days_to_weeks"]
    assert doubts.identity == kept.identity_of(at, dataset_id)
    assert status.get_status(folder).stage == "OUTPUTS_READY"


def test_a_request_to_end_is_heard(asked, compiled):
    at, dataset_id, folder = asked

    def cancelling(bucket):
        (folder / CANCEL).touch()
        return compiled(bucket)

    work.work(at.workspace, dataset_id, compiled=cancelling)
    assert status.get_status(folder).stage == "CANCELLED"


def test_a_breakdown_is_told_and_not_tried_again_by_looking(asked):
    at, dataset_id, folder = asked

    def broken(bucket):
        raise ZeroDivisionError(str(bucket))

    work.work(at.workspace, dataset_id, compiled=broken)
    assert status.get_status(folder).stage == "ERROR"
    for _ in range(2):
        told = asking.ask(at, dataset_id)
        assert told.state == "failed"
        assert told.step == "It broke down: ZeroDivisionError. Look at it again."


def test_a_dataset_that_is_deleted_meanwhile_ends_it_without_a_word(asked, compiled):
    at, dataset_id, folder = asked

    def deleting(bucket):
        folders.remove(folder.parent)
        return compiled(bucket)

    work.work(at.workspace, dataset_id, compiled=deleting)
    assert not folder.exists()


def test_a_table_whose_questions_were_answered_has_nothing_to_weigh(without_worker):
    at = desk(without_worker)
    made = datasets.create_dataset(
        at, world_with_total(), "t.csv", settings=DatasetSettings(fixes=("leave_out_total_entities",))
    )
    assert asking.ask(at, made.dataset_id) == asking.NOTHING
