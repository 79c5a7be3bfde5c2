from datetime import timedelta

import pytest

from mmm_core.errors import SpecError, StorageError
from mmm_core.runs import drafts, runs
from mmm_core.spec import SamplerSettings
from tests.engines import OWNER, decay_spec, demo_spec, long_spec

pytestmark = pytest.mark.slow
QUICK = SamplerSettings(draws=100, tune=100).model_dump()


def test_each_setting_is_a_draft_of_one_lineage_that_counts_what_was_tried(workspace_with_worker):
    first = drafts.create(workspace_with_worker, decay_spec(0.11, sampler=QUICK), owner=OWNER).draft
    second = drafts.create(
        workspace_with_worker, decay_spec(0.12, sampler=QUICK), owner=OWNER, previous=first.draft_id
    ).draft
    assert (first.number, second.number) == (1, 2)
    assert second.lineage == first.lineage
    assert drafts.wait(workspace_with_worker, second.draft_id, owner=OWNER, timeout=60).phase == "finished"
    found, spec = drafts.get(workspace_with_worker, second.draft_id, owner=OWNER)
    assert found == second
    assert spec.decay("tv") == 0.12


def test_a_setting_that_was_tried_before_is_not_counted_again(workspace_with_worker):
    draft = None
    for decay in (0.31, 0.32, 0.31, 0.32, 0.33):
        draft = drafts.create(
            workspace_with_worker,
            decay_spec(decay, sampler=QUICK),
            owner=OWNER,
            previous=draft.draft_id if draft else None,
        ).draft
    assert (draft.number, draft.tried) == (5, 3)
    assert drafts.wait(workspace_with_worker, draft.draft_id, owner=OWNER, timeout=60).phase == "finished"


def test_the_newest_of_a_lineage_is_found_by_its_owner_only(workspace_with_worker):
    first = drafts.create(workspace_with_worker, decay_spec(0.21, sampler=QUICK), owner="dan").draft
    second = drafts.create(
        workspace_with_worker, decay_spec(0.22, sampler=QUICK), owner="dan", previous=first.draft_id
    ).draft
    assert drafts.newest(workspace_with_worker, first.lineage, owner="dan") == second
    assert drafts.newest(workspace_with_worker, first.lineage, owner="eve") is None
    assert drafts.newest(workspace_with_worker, "../runs", owner="dan") is None
    drafts.wait(workspace_with_worker, second.draft_id, owner="dan", timeout=60)


def test_a_newer_setting_ends_the_one_at_work(workspace_with_worker):
    slow = drafts.create(workspace_with_worker, long_spec(), owner=OWNER).draft
    quick = drafts.create(
        workspace_with_worker, decay_spec(0.13, sampler=QUICK), owner=OWNER, previous=slow.draft_id
    ).draft
    assert drafts.wait(workspace_with_worker, quick.draft_id, owner=OWNER, timeout=30).phase == "finished"
    assert drafts.wait(workspace_with_worker, slow.draft_id, owner=OWNER, timeout=30).phase == "cancelled"


def test_going_back_to_a_setting_computes_nothing(workspace_with_worker):
    spec = decay_spec(0.14, sampler=QUICK)
    first = drafts.create(workspace_with_worker, spec, owner=OWNER).draft
    drafts.wait(workspace_with_worker, first.draft_id, owner=OWNER, timeout=60)
    again = drafts.create(workspace_with_worker, spec, owner=OWNER, previous=first.draft_id)
    assert again.reused
    assert drafts.state(workspace_with_worker, again.draft.draft_id, owner=OWNER).phase == "finished"


def test_a_finished_draft_tells_how_long_a_fit_will_take(workspace_with_worker):
    known = SamplerSettings(**QUICK)
    draft_id = drafts.create(workspace_with_worker, decay_spec(0.18, sampler=QUICK), owner=OWNER).draft.draft_id

    def expected(**changes: int) -> float:
        found = drafts.expected_seconds(workspace_with_worker, draft_id, known.model_copy(update=changes), owner=OWNER)
        assert found is not None
        return found

    drafts.wait(workspace_with_worker, draft_id, owner=OWNER, timeout=60)
    assert expected() > 0
    assert expected(draws=1000) > expected(tune=1000) > expected()
    assert expected(chains=8) > expected(chains=2)


def test_two_people_have_drafts_of_their_own(workspace_with_worker):
    ann = drafts.create(workspace_with_worker, decay_spec(0.15, sampler=QUICK), owner="ann").draft
    bob = drafts.create(workspace_with_worker, decay_spec(0.16, sampler=QUICK), owner="bob").draft
    assert drafts.wait(workspace_with_worker, ann.draft_id, owner="ann", timeout=60).phase == "finished"
    assert drafts.wait(workspace_with_worker, bob.draft_id, owner="bob", timeout=60).phase == "finished"
    with pytest.raises(StorageError, match="gone"):
        drafts.get(workspace_with_worker, ann.draft_id, owner="bob")


def test_settings_that_do_not_fit_make_no_draft(workspace_with_worker):
    before = workspace_with_worker.ids("drafts")
    with pytest.raises(SpecError, match="act_nothing"):
        drafts.create(workspace_with_worker, demo_spec(drivers=["act_nothing"], feature_config={}), owner=OWNER)
    assert workspace_with_worker.ids("drafts") == before


def test_old_drafts_are_pruned_and_the_newest_kept(workspace_with_worker):
    spec, previous, made = decay_spec(0.17, sampler=QUICK), None, []
    for _ in range(drafts.KEPT_PER_LINEAGE + 3):
        previous = drafts.create(workspace_with_worker, spec, owner="cleo", previous=previous).draft.draft_id
        made.append(previous)
        drafts.wait(workspace_with_worker, previous, owner="cleo", timeout=60)
    drafts.prune(workspace_with_worker, older_than=timedelta(days=30))
    left = set(workspace_with_worker.ids("drafts"))
    assert [draft_id in left for draft_id in made] == [False] * 3 + [True] * drafts.KEPT_PER_LINEAGE
    # A draft that is gone does not stop the next one.
    assert drafts.create(workspace_with_worker, spec, owner="cleo", previous=made[0]).draft.number == 1
    assert runs.list_runs(workspace_with_worker, owner="cleo") == []
