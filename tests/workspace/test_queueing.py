import threading

import pytest

from mmm_core.workspace import queueing
from mmm_core.workspace.queueing import Job
from mmm_core.workspace.storage import Workspace


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def job(name: str, kind: queueing.JobKind = "run") -> Job:
    return Job(kind=kind, id=name, bucket="16x24")


def add(workspace, *jobs):
    with queueing.locked(workspace):
        for each in jobs:
            queueing.add(workspace, each)


def test_first_come_first_served_whatever_the_ids(workspace):
    add(workspace, job("run-z"), job("run-a"), job("run-m"))
    assert [each.id for each in queueing.waiting(workspace)] == ["run-z", "run-a", "run-m"]
    assert [queueing.place(workspace, "run", name) for name in ("run-z", "run-m", "run-x")] == [1, 3, None]


def test_a_new_job_comes_last_after_others_have_left(workspace):
    add(workspace, job("run-a"), job("run-b"))
    assert queueing.claim(workspace, job("run-a"))
    add(workspace, job("run-c"))
    assert [each.id for each in queueing.waiting(workspace)] == ["run-b", "run-c"]


def test_places_are_counted_within_runs_and_within_drafts(workspace):
    add(workspace, job("run-a"), job("draft-a", "draft"), job("run-b"), job("draft-b", "draft"))
    assert queueing.place(workspace, "draft", "draft-b") == 2
    assert queueing.place(workspace, "run", "run-b") == 2


def test_a_claimed_job_is_at_place_zero_until_it_is_finished(workspace):
    add(workspace, job("run-a"))
    queueing.claim(workspace, job("run-a"))
    assert queueing.place(workspace, "run", "run-a") == 0
    queueing.finish(workspace, job("run-a"))
    assert queueing.place(workspace, "run", "run-a") is None


def test_a_withdrawn_job_cannot_be_claimed(workspace):
    add(workspace, job("run-a"))
    with queueing.locked(workspace):
        assert queueing.withdraw(workspace, job("run-a"))
    assert not queueing.claim(workspace, job("run-a"))
    assert queueing.claimed(workspace) == []


def test_a_job_put_back_has_its_old_place(workspace):
    add(workspace, job("run-a"), job("run-b"))
    queueing.claim(workspace, job("run-a"))
    with queueing.locked(workspace):
        queueing.put_back(workspace, job("run-a"))
    assert [each.id for each in queueing.waiting(workspace)] == ["run-a", "run-b"]


def test_of_many_claims_one_wins(workspace):
    add(workspace, job("run-a"))
    won = []
    threads = [threading.Thread(target=lambda: won.append(queueing.claim(workspace, job("run-a")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


def test_a_damaged_job_does_not_stop_the_others(workspace):
    add(workspace, job("run-a"), job("run-b"))
    first = sorted((workspace.worker_dir / "queue").iterdir())[0]
    first.write_text('{"kind": ')
    assert [each.id for each in queueing.waiting(workspace)] == ["run-b"]


def test_owners_take_turns_and_each_one_s_jobs_keep_their_order(workspace):
    owners = ["ann", "ann", "ann", "bob", "ann", "bob", "cleo"]
    with queueing.locked(workspace):
        for number, owner in enumerate(owners):
            queueing.add(workspace, Job(kind="run", id=f"run-{number}", bucket="16x24", owner=owner))
    ids = [each.id for each in queueing.waiting(workspace)]
    assert ids == ["run-0", "run-3", "run-6", "run-1", "run-5", "run-2", "run-4"]
    assert queueing.claim(workspace, queueing.waiting(workspace)[0])
    # Ann's first is at work: her next waits for the others' first.
    assert [each.id for each in queueing.waiting(workspace)][:3] == ["run-3", "run-6", "run-1"]
    assert queueing.place(workspace, "run", "run-1") == 3
