"""The first answers of a live estimate, from a real worker: weighed draws, a first look, all draws."""

import numpy as np
import pytest

from mmm_core.runs import drafts, execution, fits, look
from mmm_core.runs.drafts import LiveEstimate
from mmm_core.runs.folder import LOOK, OUTPUT_FILES, REWEIGHTED
from mmm_core.runs.outputs import read_outputs
from mmm_core.workspace import storage
from mmm_core.workspace.storage import Workspace
from tests.engines import FIXED, demo_spec, desk, recommended_spec, until

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def moved(decay: float, **changes: object):
    """The demo with another centre for TV's decay."""
    adstock = {"per_channel": {"act_tv": decay}}
    return recommended_spec(feature_config={"adstock": adstock}, **changes)


def ask(workspace, spec, previous=None) -> str:
    return drafts.create(desk(workspace), spec, previous=previous).draft.draft_id


def stages_of(workspace, draft_id: str) -> list[LiveEstimate]:
    """Every answer that whoever watches the draft sees, in their order."""
    seen: list[LiveEstimate] = []

    def look_once() -> bool:
        found = drafts.get_live_estimate(desk(workspace), draft_id)
        if found is not None and (not seen or seen[-1].stage != found.stage):
            seen.append(found)
        return found is not None and found.stage == "whole"

    until(look_once, seconds=120)
    return seen


def test_a_moved_setting_is_answered_three_times_each_better_than_the_one_before(workspace_with_worker):
    first = ask(workspace_with_worker, moved(0.5))
    assert [each.stage for each in stages_of(workspace_with_worker, first)] == ["first", "whole"]
    second = ask(workspace_with_worker, moved(0.55), previous=first)
    seen = stages_of(workspace_with_worker, second)
    assert [each.stage for each in seen] == ["reweighted", "first", "whole"]
    assert seen[0].pareto_k < 0.7
    assert seen[0].parameters is None
    for channel in range(6):
        shares = [each.summary.channels[channel].share for each in seen]
        width = shares[-1].high - shares[-1].low
        assert max(each.median for each in shares) - min(each.median for each in shares) < 0.4 * width
    assert drafts.wait(desk(workspace_with_worker), second, timeout=200).phase == "finished"


def test_what_was_answered_first_leaves_nothing_in_the_result(workspace_with_worker):
    draft_id = ask(workspace_with_worker, moved(0.42))
    assert drafts.wait(desk(workspace_with_worker), draft_id, timeout=120).phase == "finished"
    found = read_outputs(workspace_with_worker.draft_dir(draft_id))
    assert found.diagnostics.draws == 1000
    with np.load(workspace_with_worker.draft_dir(draft_id) / LOOK) as kept:
        assert kept["intercept"].shape == (2000,)
        assert not any(value.dtype == object for value in kept.values())


def test_fixed_settings_are_answered_once_and_at_once(workspace_with_worker):
    first = ask(workspace_with_worker, demo_spec())
    assert drafts.wait(desk(workspace_with_worker), first, timeout=200).phase == "finished"
    config = FIXED | {"adstock": {"decay_default": 0.44}}
    second = ask(workspace_with_worker, demo_spec(feature_config=config), previous=first)
    assert drafts.wait(desk(workspace_with_worker), second, timeout=200).phase == "finished"
    for draft_id in (first, second):
        folder = workspace_with_worker.draft_dir(draft_id)
        assert not (folder / LOOK).exists()
        assert not (folder / REWEIGHTED).exists()


@pytest.mark.parametrize("damage", [None, b"", b"PK\x03\x04 not draws", "gone"])
def test_draws_that_are_gone_or_damaged_only_mean_to_wait(workspace, compiled, damage):
    quick = {"draws": 100, "tune": 200}
    folders = []
    for place, decay in enumerate((0.5, 0.52)):
        folder = workspace.root / f"fit{place}"
        folder.mkdir()
        fits.fill(folder, desk(workspace), moved(decay, sampler=quick))
        fits.build(folder)
        folders.append(folder)
    execution.execute_run(folders[0], compiled=compiled, live=True)
    if damage == "gone":
        (folders[0] / LOOK).unlink()
    elif damage is not None:
        (folders[0] / LOOK).write_bytes(damage)
    built, spec = fits.read_features(folders[1]), moved(0.52, sampler=quick)
    assert look.answer_from(folders[0], folders[1], built, spec) == (damage is None)
    assert (look.read_reweighted(folders[1]) is not None) == (damage is None)


def test_a_run_is_fitted_once_and_keeps_no_draws_for_another(workspace, compiled):
    folder = workspace.root / "fit"
    folder.mkdir()
    fits.fill(folder, desk(workspace), recommended_spec(sampler={"draws": 100, "tune": 200}))
    fits.build(folder)
    execution.execute_run(folder, compiled=compiled)
    assert not (folder / LOOK).exists()
    assert {path.name for path in folder.iterdir()} >= set(OUTPUT_FILES)


def test_a_first_look_is_only_taken_where_the_whole_fit_takes_longer():
    assert look.first_sampler(demo_spec()) is None
    assert look.first_sampler(recommended_spec(sampler={"draws": 500, "tune": 500})) is None
    first = look.first_sampler(recommended_spec(sampler={"draws": 1500, "chains": 4}))
    assert (first.draws, first.tune, first.chains, first.target_accept) == (500, 500, 4, 0.95)


def test_the_file_of_the_weighed_answer_can_be_read_again(workspace_with_worker):
    first = ask(workspace_with_worker, moved(0.61))
    drafts.wait(desk(workspace_with_worker), first, timeout=120)
    second = ask(workspace_with_worker, moved(0.63), previous=first)
    drafts.wait(desk(workspace_with_worker), second, timeout=120)
    path = workspace_with_worker.draft_dir(second) / REWEIGHTED
    answer = storage.read_json(path, look.ReweightedAnswer)
    assert answer.effective > 100
    assert answer.summary.model == "recommended"
