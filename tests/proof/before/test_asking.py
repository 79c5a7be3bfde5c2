"""Ask before a fit how near it could come: by the real worker."""

import pytest

from mmm_core.errors import RunError, SpecError, StorageError
from mmm_core.proof.before import asking
from mmm_core.runs import drafts, runs
from tests.engines import demo_spec, desk, recommended_spec, until


@pytest.mark.slow
def test_it_is_started_followed_stopped_and_gone_on_with(workspace_with_worker):
    at = desk(workspace_with_worker)
    draft_id = drafts.create(at, recommended_spec(random_seed=81)).draft.draft_id
    assert asking.look(at, draft_id).state == "none"
    assert asking.start(at, draft_id).is_at_work
    assert asking.start(at, draft_id).is_at_work  # asked twice, begun once
    known = until(lambda: (view := asking.look(at, draft_id)).outlook and view, seconds=180)
    assert known.outlook.done >= 1
    assert drafts.wait(at, draft_id, timeout=180).phase == "finished"  # the estimate of the same id is another job
    asking.stop(at, draft_id)
    stopped = until(lambda: (view := asking.look(at, draft_id)).state in ("stopped", "complete") and view, seconds=120)
    assert stopped.outlook.done >= known.outlook.done
    asking.start(at, draft_id)
    asking.stop(at, draft_id)
    until(lambda: not asking.look(at, draft_id).is_at_work, seconds=120)


def test_fixed_settings_are_refused_and_nobody_sees_another_s(workspace_with_worker):
    at = desk(workspace_with_worker)
    draft_id = drafts.create(at, demo_spec(random_seed=82)).draft.draft_id
    with pytest.raises(SpecError, match="too little of sales"):
        asking.start(at, draft_id)
    for ask in (asking.look, asking.start, asking.stop):
        with pytest.raises(StorageError):
            ask(desk(workspace_with_worker, "somebody else"), draft_id)


@pytest.mark.slow
def test_it_is_asked_of_a_run_that_nobody_has_trained_and_ends_with_it(workspace_with_worker):
    at = desk(workspace_with_worker)
    run_id = runs.create(at, recommended_spec(random_seed=83), fresh=True).run_id
    assert asking.look(at, run_id).state == "none"
    assert asking.start(at, run_id).is_at_work
    known = until(lambda: (view := asking.look(at, run_id)).outlook and view, seconds=180)
    assert known.outlook.done >= 1
    assert runs.state(at, run_id).phase == "created"  # it is not fitted by that
    runs.delete(at, run_id)
    assert not (workspace_with_worker.run_dir(run_id)).exists()
    with pytest.raises(StorageError):
        asking.look(at, run_id)


def test_what_is_asked_of_a_run_is_refused_where_it_is_shipped_or_another_s(workspace_with_worker):
    at = desk(workspace_with_worker)
    assert asking.look(at, "demo").state == "none"
    with pytest.raises(RunError, match="read-only"):
        asking.start(at, "demo")
    run_id = runs.create(at, recommended_spec(random_seed=84), fresh=True).run_id
    for ask in (asking.look, asking.start, asking.stop):
        with pytest.raises(StorageError):
            ask(desk(workspace_with_worker, "somebody else"), run_id)
    fixed = runs.create(at, demo_spec(random_seed=84), fresh=True).run_id
    with pytest.raises(SpecError, match="too little of sales"):
        asking.start(at, fixed)
