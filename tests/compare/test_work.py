"""The work in the background, and what the worker does of it."""

import shutil

from mmm_core.compare import asking, kept, work
from mmm_core.proof.subject import refitter
from mmm_core.runs.folder import change_manifest
from mmm_core.workspace import queueing, turns
from mmm_core.workspace.queueing import Job
from tests.engines import desk


def both(workspace, run_folders, now="settings"):
    for target, name in (("run-before", "before"), ("run-now", now)):
        folder = shutil.copytree(run_folders[name], workspace.run_dir(target))
        change_manifest(folder, owner="local")


def test_an_answer_is_kept_after_each_fit(run_folders, compiled, tmp_path):
    folders = run_folders["before"], run_folders["longer"]
    found = [len(known.corners) for known in work.answer(folders, ("a", "b"), tmp_path, refitter(compiled))]
    assert found == [1, 2]
    known = kept.read(tmp_path, kept.identity_of(*folders))
    assert known.complete
    assert work.progress(known).fraction == 1.0
    again = list(work.answer(folders, ("a", "b"), tmp_path, None))  # nothing is fitted
    assert again == [known]


def test_the_worker_s_job_leads_to_an_answer(without_worker, run_folders, compiled):
    both(without_worker, run_folders)
    view = asking.start(desk(without_worker), "run-now", "run-before")
    assert view.state == "queued"
    (job,) = queueing.waiting(without_worker)
    assert (job.kind, job.folder(without_worker).name) == ("why", "run-before")
    queueing.claim(without_worker, job)
    work.work(without_worker, job.id, compiled=compiled)
    queueing.finish(without_worker, job)
    ended = asking.look(desk(without_worker), "run-now", "run-before")
    assert ended.state == "complete"
    assert ended.why.moves


def test_it_gives_way_to_others(without_worker, run_folders, compiled):
    both(without_worker, run_folders)
    asking.start(desk(without_worker), "run-now", "run-before")
    (job,) = queueing.waiting(without_worker)
    queueing.claim(without_worker, job)
    with queueing.locked(without_worker):
        queueing.add(without_worker, Job(kind="outlook", id="draft-a", bucket=""))
    work.work(without_worker, job.id, compiled=compiled)
    assert [each.kind for each in queueing.waiting(without_worker)] == ["outlook", "why"]
    assert len(asking.look(desk(without_worker), "run-now", "run-before").why.corners) == 1


def test_a_run_that_was_deleted_meanwhile_ends_the_work_in_words(without_worker, run_folders, compiled):
    both(without_worker, run_folders)
    asking.start(desk(without_worker), "run-now", "run-before")
    (job,) = queueing.waiting(without_worker)
    queueing.claim(without_worker, job)
    shutil.rmtree(without_worker.run_dir("run-before"))
    work.work(without_worker, job.id, compiled=compiled)
    state = turns.state_of(without_worker, "why", job.id)
    assert state.status.stage == "ERROR"
    assert state.status.error.message
