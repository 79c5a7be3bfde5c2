"""Work in the background is begun once, gives way, and is told from other work on the same thing."""

import pytest

from mmm_core.workspace import queueing, status, turns
from mmm_core.workspace.queueing import CANCEL, Job
from mmm_core.workspace.storage import Workspace


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def proof(workspace):
    """Folder of a proof that is queued, and was asked to end before."""
    folder = workspace.run_dir("run-a") / queueing.PROOF
    folder.mkdir(parents=True)
    (folder / CANCEL).touch()
    with queueing.locked(workspace):
        turns.begin(workspace, "proof", "run-a", owner="ann")
    return folder


def test_what_begins_is_queued_in_a_folder_of_its_own(workspace, proof):
    (job,) = queueing.waiting(workspace)
    assert (job.kind, job.id, job.owner) == ("proof", "run-a", "ann")
    assert job.folder(workspace) == proof
    assert status.get_status(proof).queued_at is not None
    assert not (proof / CANCEL).exists()


def test_it_gives_way_to_what_nobody_waits_for_and_stands_behind_it(workspace, proof):
    assert turns.others_wait(workspace)
    assert queueing.claim(workspace, queueing.waiting(workspace)[0])
    assert not turns.others_wait(workspace)
    with queueing.locked(workspace):
        queueing.add(workspace, Job(kind="run", id="run-b", bucket="2x4"))
    assert not turns.others_wait(workspace)  # a run has another executor
    with queueing.locked(workspace):
        queueing.add(workspace, Job(kind="doubts", id="data-c", bucket="", owner="ann"))
    assert turns.others_wait(workspace)
    turns.queue_again(workspace, "proof", "run-a", proof)
    assert [job.id for job in queueing.waiting(workspace)] == ["run-b", "data-c", "run-a"]
    assert queueing.claimed(workspace) == []


def test_a_draft_and_what_is_asked_of_it_are_two_jobs_of_one_id(workspace):
    with queueing.locked(workspace):
        queueing.add(workspace, Job(kind="draft", id="draft-a", bucket="2x4"))
        queueing.add(workspace, Job(kind="outlook", id="draft-a", bucket=""))
    ahead = queueing.waiting(workspace)[1]
    assert queueing.claim(workspace, ahead)
    assert [job.kind for job in queueing.waiting(workspace)] == ["draft"]
    assert queueing.place(workspace, "draft", "draft-a") == 1
    assert queueing.place(workspace, "outlook", "draft-a") == 0
    queueing.finish(workspace, Job(kind="draft", id="draft-a", bucket="2x4"))
    assert [job.kind for job in queueing.claimed(workspace)] == ["outlook"]
    assert queueing.id_of(ahead.folder(workspace)) == "draft-a"
