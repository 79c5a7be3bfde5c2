"""Start a proof, look, stop, go on: by the real worker on a real run."""

import pytest

from mmm_core import shipped
from mmm_core.errors import RunError, StorageError
from mmm_core.proof import asking, kept
from mmm_core.runs import runs
from tests.engines import demo_spec, desk, submitted, until, until_phase


def test_a_proof_is_started_stopped_and_gone_on_with(workspace_with_worker):
    at = desk(workspace_with_worker)
    run_id = submitted(workspace_with_worker, demo_spec(random_seed=71))
    with pytest.raises(RunError, match="only a finished run can be proved"):
        asking.start(at, runs.create(at, demo_spec(random_seed=72)).run_id)
    until_phase(workspace_with_worker, run_id, "finished")
    assert asking.look(at, run_id).state == "none"
    assert asking.start(at, run_id).state in ("queued", "running")
    assert asking.start(at, run_id).state in ("queued", "running")  # asked twice, begun once
    first = until(lambda: asking.look(at, run_id).proof or None, seconds=120)
    assert [part.name for part in first.parts][:2] == ["foresight", "refreshes"]
    until(lambda: any(part.done for part in asking.look(at, run_id).proof.parts) or None, seconds=120)
    asking.stop(at, run_id)
    stopped = until(lambda: (view := asking.look(at, run_id)).state in ("stopped", "complete") and view, seconds=120)
    done = sum(part.done for part in stopped.proof.parts)
    assert done > 0
    again = asking.start(at, run_id)
    assert sum(part.done for part in again.proof.parts) >= done
    asking.stop(at, run_id)
    until(lambda: asking.look(at, run_id).state in ("stopped", "complete") or None, seconds=120)
    runs.delete(at, run_id)
    assert not kept.folder_of(workspace_with_worker.run_dir(run_id)).exists()


def test_nobody_sees_the_proof_of_another(workspace_with_worker):
    run_id = runs.create(desk(workspace_with_worker), demo_spec(random_seed=73)).run_id
    for ask in (asking.look, asking.start, asking.stop):
        with pytest.raises(StorageError):
            ask(desk(workspace_with_worker, "somebody else"), run_id)


def test_the_shipped_run_is_read_only(workspace_with_worker):
    at = desk(workspace_with_worker)
    if asking.look(at, shipped.DEMO).state != "complete":
        with pytest.raises(RunError, match="read-only"):
            asking.start(at, shipped.DEMO)
