from datetime import timedelta

import pytest

from mmm_core import shipped
from mmm_core.errors import SpecError, StorageError
from mmm_core.runs import datasets, drafts, runs
from mmm_core.spec import SamplerSettings
from mmm_core.workspace.desk import Desk
from tests.engines import decay_spec, demo_spec, desk, long_spec

pytestmark = pytest.mark.slow
QUICK = SamplerSettings(draws=100, tune=100).model_dump()


def test_each_setting_is_a_draft_of_one_lineage_that_counts_what_was_tried(workspace_with_worker):
    first = drafts.create(desk(workspace_with_worker), decay_spec(0.11, sampler=QUICK)).draft
    second = drafts.create(desk(workspace_with_worker), decay_spec(0.12, sampler=QUICK), previous=first.draft_id).draft
    assert (first.number, second.number) == (1, 2)
    assert second.lineage == first.lineage
    assert drafts.wait(desk(workspace_with_worker), second.draft_id, timeout=200).phase == "finished"
    found, spec = drafts.get(desk(workspace_with_worker), second.draft_id)
    assert found == second
    assert spec.decay("tv") == 0.12


def test_a_setting_that_was_tried_before_is_not_counted_again(workspace_with_worker):
    draft = None
    for decay in (0.31, 0.32, 0.31, 0.32, 0.33):
        draft = drafts.create(
            desk(workspace_with_worker),
            decay_spec(decay, sampler=QUICK),
            previous=draft.draft_id if draft else None,
        ).draft
    assert (draft.number, draft.tried) == (5, 3)
    assert drafts.wait(desk(workspace_with_worker), draft.draft_id, timeout=200).phase == "finished"


def test_settings_tried_on_an_own_table_are_counted_whatever_the_window(workspace_with_worker):
    own = Desk(workspace_with_worker, "tess")
    content = shipped.TABLES["demo"].read_bytes()
    ids = [datasets.create_dataset(own, content + b"\n" * number, f"{number}.csv").dataset_id for number in (0, 1)]
    specs = {decay: decay_spec(decay, sampler=QUICK).model_copy(update={"dataset_id": ids[0]}) for decay in (0.2, 0.3)}
    first = drafts.create(own, specs[0.2]).draft
    other_window = drafts.create(own, specs[0.3]).draft
    again = drafts.create(own, specs[0.2]).draft
    assert [each.tried for each in (first, other_window, again)] == [1, 2, 2]
    assert len({each.lineage for each in (first, other_window, again)}) == 3
    aside = drafts.create(own, decay_spec(0.4, sampler=QUICK).model_copy(update={"dataset_id": ids[0]}), aside=True)
    assert drafts.newest_of(own, ids[0]) == again
    assert drafts.newest_of(own, ids[1]) is None
    assert drafts.newest_of(Desk(workspace_with_worker, "uma"), ids[0]) is None
    elsewhere = drafts.create(own, specs[0.2].model_copy(update={"dataset_id": ids[1]})).draft
    assert elsewhere.tried == 1
    for each in (first, other_window, again, elsewhere, aside.draft):
        drafts.supersede(workspace_with_worker, each.draft_id)


def test_the_newest_of_a_lineage_is_found_by_its_owner_only(workspace_with_worker):
    first = drafts.create(Desk(workspace_with_worker, "dan"), decay_spec(0.21, sampler=QUICK)).draft
    second = drafts.create(
        Desk(workspace_with_worker, "dan"), decay_spec(0.22, sampler=QUICK), previous=first.draft_id
    ).draft
    assert drafts.newest(Desk(workspace_with_worker, "dan"), first.lineage) == second
    assert drafts.newest(Desk(workspace_with_worker, "eve"), first.lineage) is None
    assert drafts.newest(Desk(workspace_with_worker, "dan"), "../runs") is None
    drafts.wait(Desk(workspace_with_worker, "dan"), second.draft_id, timeout=200)


def test_a_newer_setting_ends_the_one_at_work(workspace_with_worker):
    slow = drafts.create(desk(workspace_with_worker), long_spec()).draft
    quick = drafts.create(desk(workspace_with_worker), decay_spec(0.13, sampler=QUICK), previous=slow.draft_id).draft
    assert drafts.wait(desk(workspace_with_worker), quick.draft_id, timeout=200).phase == "finished"
    assert drafts.wait(desk(workspace_with_worker), slow.draft_id, timeout=200).phase == "cancelled"


def test_going_back_to_a_setting_computes_nothing(workspace_with_worker):
    spec = decay_spec(0.14, sampler=QUICK)
    first = drafts.create(desk(workspace_with_worker), spec).draft
    drafts.wait(desk(workspace_with_worker), first.draft_id, timeout=200)
    again = drafts.create(desk(workspace_with_worker), spec, previous=first.draft_id)
    assert again.reused
    assert drafts.state(desk(workspace_with_worker), again.draft.draft_id).phase == "finished"


def test_a_finished_draft_tells_how_long_a_fit_will_take(workspace_with_worker):
    known = SamplerSettings(**QUICK)
    draft_id = drafts.create(desk(workspace_with_worker), decay_spec(0.18, sampler=QUICK)).draft.draft_id

    def expected(**changes: int) -> float:
        found = drafts.expected_seconds(desk(workspace_with_worker), draft_id, known.model_copy(update=changes))
        assert found is not None
        return found

    drafts.wait(desk(workspace_with_worker), draft_id, timeout=200)
    assert expected() > 0
    assert expected(draws=1000) > expected(tune=1000) > expected()
    assert expected(chains=8) > expected(chains=2)


def test_two_people_have_drafts_of_their_own(workspace_with_worker):
    ann = drafts.create(Desk(workspace_with_worker, "ann"), decay_spec(0.15, sampler=QUICK)).draft
    bob = drafts.create(Desk(workspace_with_worker, "bob"), decay_spec(0.16, sampler=QUICK)).draft
    assert drafts.wait(Desk(workspace_with_worker, "ann"), ann.draft_id, timeout=200).phase == "finished"
    assert drafts.wait(Desk(workspace_with_worker, "bob"), bob.draft_id, timeout=200).phase == "finished"
    with pytest.raises(StorageError, match="gone"):
        drafts.get(Desk(workspace_with_worker, "bob"), ann.draft_id)


def test_settings_that_do_not_fit_make_no_draft(workspace_with_worker):
    before = workspace_with_worker.ids("drafts")
    with pytest.raises(SpecError, match="act_nothing"):
        drafts.create(desk(workspace_with_worker), demo_spec(drivers=["act_nothing"], feature_config={}))
    assert workspace_with_worker.ids("drafts") == before


def test_old_drafts_are_pruned_and_the_newest_kept(workspace_with_worker):
    spec, previous, made = decay_spec(0.17, sampler=QUICK), None, []
    for _ in range(drafts.KEPT_PER_LINEAGE + 3):
        previous = drafts.create(Desk(workspace_with_worker, "cleo"), spec, previous=previous).draft.draft_id
        made.append(previous)
        drafts.wait(Desk(workspace_with_worker, "cleo"), previous, timeout=200)
    drafts.prune(workspace_with_worker, older_than=timedelta(days=30))
    left = set(workspace_with_worker.ids("drafts"))
    assert [draft_id in left for draft_id in made] == [False] * 3 + [True] * drafts.KEPT_PER_LINEAGE
    # A draft that is gone does not stop the next one.
    assert drafts.create(Desk(workspace_with_worker, "cleo"), spec, previous=made[0]).draft.number == 1
    assert runs.list_runs(Desk(workspace_with_worker, "cleo")) == []
