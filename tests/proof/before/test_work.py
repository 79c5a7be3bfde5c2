"""Worlds before a fit are fitted one by one, kept, and gone on with."""

from functools import cache

import pytest

from mmm_core.errors import RunCancelledError, SpecError
from mmm_core.proof.before import outlook
from mmm_core.proof.before.work import answer
from mmm_core.proof.subject import refitter
from mmm_core.runs import drafts
from mmm_core.sampler.sampling import compile_structure
from mmm_core.workspace import worker_door
from mmm_core.workspace.storage import Workspace
from tests.engines import demo_spec, desk, recommended_spec


@pytest.fixture(scope="module")
def compiled():
    return cache(compile_structure)


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """A workspace whose worker is not to be started."""
    monkeypatch.setattr(worker_door, "ensure_worker", lambda _: None)
    return Workspace(tmp_path / "artifacts")


@pytest.fixture
def draft(workspace):
    """Folder of a draft whose settings let the data speak; no worker is there to fit it."""
    made = drafts.create(desk(workspace), recommended_spec(windows={"estimation_months": 12}))
    return workspace.draft_dir(made.draft.draft_id)


def test_both_lengths_take_turns_are_kept_at_once_and_gone_on_with(draft, compiled, tmp_path):
    fits = []

    def refit(table, spec, *, media=True):
        fits.append(len(table.frame))
        if len(fits) == 4:
            raise RunCancelledError("It was stopped.")
        return refitter(compiled)(table, spec, media=media)

    with pytest.raises(RunCancelledError):
        list(answer(draft, tmp_path, refit))
    known = outlook.read(tmp_path)
    assert (len(known.now), len(known.later)) == (2, 1)
    assert known.periods_later - known.periods in (52, 53)
    assert fits[1] - fits[0] == 52
    going_on = answer(draft, tmp_path, refit)
    assert len(next(going_on).later) == 2
    assert outlook.read(tmp_path).now == known.now


def test_settings_under_which_nothing_is_estimated_are_refused(workspace, tmp_path):
    made = drafts.create(desk(workspace), demo_spec())
    with pytest.raises(SpecError, match="too little of sales"):
        next(answer(workspace.draft_dir(made.draft.draft_id), tmp_path, None))
