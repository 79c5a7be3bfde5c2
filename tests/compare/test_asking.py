"""Asking why: what can be asked of whom, and that nothing is begun by looking."""

import pytest

from mmm_core.compare import asking
from mmm_core.errors import DataError, MMMError, RunError, StorageError
from mmm_core.runs import retention, runs
from mmm_core.workspace import queueing
from tests.compare.test_work import both
from tests.engines import demo_spec, desk, finished


def test_looking_begins_nothing_and_starting_twice_queues_once(without_worker, run_folders):
    both(without_worker, run_folders)
    here = desk(without_worker)
    assert asking.look(here, "run-now", "run-before").state == "none"
    assert queueing.waiting(without_worker) == []
    assert asking.start(here, "run-now", "run-before").is_at_work
    assert asking.start(here, "run-now", "run-before").state == "queued"
    assert len(queueing.waiting(without_worker)) == 1
    assert asking.start(here, "run-before", "run-now").state == "queued"  # the other way round is another question
    assert len(queueing.waiting(without_worker)) == 2
    assert asking.stop(here, "run-now", "run-before").state == "stopped"
    assert asking.start(here, "run-now", "run-before").state == "queued"


def test_a_run_that_is_deleted_takes_what_is_asked_of_it_along(without_worker, run_folders):
    both(without_worker, run_folders)
    here = desk(without_worker)
    asking.start(here, "run-now", "run-before")
    retention.delete_run(here, "run-now")
    assert queueing.waiting(without_worker) == []
    with pytest.raises(StorageError, match="no run 'run-now'"):
        asking.look(here, "run-now", "run-before")


def test_the_demo_can_be_the_earlier_of_two_and_not_the_later(without_worker):
    finished(without_worker, "run-copy", owner="local")
    here = desk(without_worker)
    assert asking.start(here, "run-copy", "demo").state == "queued"
    with pytest.raises(RunError, match="read-only"):
        asking.start(here, "demo", "run-copy")
    assert asking.look(here, "demo", "run-copy").state == "none"


def test_what_cannot_be_asked_is_refused_in_words(without_worker):
    here = desk(without_worker)
    finished(without_worker, "run-copy", owner="local")
    finished(without_worker, "run-hers", owner="ann")
    begun = runs.create(here, demo_spec(), fresh=True).run_id
    for now, before, error, words in (
        ("run-copy", "run-copy", DataError, "they are the same run"),
        ("run-copy", "run-gone", StorageError, "no run 'run-gone'"),
        ("run-copy", "run-hers", StorageError, "no run 'run-hers'"),
        ("run-copy", begun, RunError, "no outputs yet"),
        (begun, "run-copy", RunError, "no outputs yet"),
        ("run-copy", "../x", MMMError, "not an id"),
    ):
        for ask in (asking.look, asking.start, asking.stop):
            with pytest.raises(error, match=words):
                ask(here, now, before)
