"""Why a result changed: the cause that there is gets the move, parts add up, and what cannot be fitted is said."""

import pytest

from mmm_core.compare import why
from mmm_core.compare.pair import read_pair
from mmm_core.errors import DataError, RunCancelledError
from mmm_core.proof.subject import refitter


def explained(run_folders, compiled, name, before="before", refit=None):
    pair = read_pair(run_folders[before], run_folders[name])
    begun = why.begin(pair, identity="i", before=before, now=name)
    return list(why.answer(pair, begun, refit or refitter(compiled)))[-1]


@pytest.mark.parametrize(("name", "cause"), [("longer", "periods"), ("revised", "revisions"), ("settings", "settings")])
def test_where_one_thing_differs_it_made_the_move(run_folders, compiled, name, cause):
    found = explained(run_folders, compiled, name)
    assert (found.complete, found.causes, found.corners_in_all, found.fraction) == (True, (cause,), 2, 1.0)
    for move in found.moves:
        assert sum(part.moved for part in move.parts) == pytest.approx(move.moved, abs=1e-9)
    share = max(found.of("share"), key=lambda move: abs(move.moved))
    assert share.parts[0].cause == cause
    assert share.parts[0].moved >= 0.8 * share.moved if share.moved > 0 else share.parts[0].moved <= 0.8 * share.moved


def test_where_everything_differs_eight_results_are_fitted_and_parts_add_up(run_folders, compiled):
    found = explained(run_folders, compiled, "everything")
    assert (found.causes, len(found.corners)) == (("periods", "revisions", "settings"), 8)
    for move in found.moves:
        assert [part.cause for part in move.parts] == ["periods", "revisions", "settings", "chance"]
        assert sum(part.moved for part in move.parts) == pytest.approx(move.moved, abs=1e-9)
        assert all(part.error > 0 for part in move.parts)


def test_where_only_the_seed_differs_there_is_nothing_to_fit_and_only_chance(run_folders):
    pair = read_pair(run_folders["before"], run_folders["again"])
    found = why.begin(pair, identity="i", before="a", now="b")
    assert (found.complete, found.causes, found.fraction) == (True, (), 1.0)
    for move in found.moves:
        (part,) = move.parts
        assert (part.cause, part.moved) == ("chance", move.moved)
        assert move.kind in ("noise", "inside")


def test_work_goes_on_where_it_was_stopped(run_folders, compiled):
    pair = read_pair(run_folders["before"], run_folders["longer"])
    fits = []

    def once(table, spec, *, media=True):
        if fits:
            raise RunCancelledError("Stopped.")
        fits.append(len(table.frame))
        return refitter(compiled)(table, spec, media=media)

    steps = why.answer(pair, why.begin(pair, identity="i", before="a", now="b"), once)
    known = next(steps)
    with pytest.raises(RunCancelledError):
        next(steps)
    assert (len(known.corners), known.complete, known.moves) == (1, False, ())
    ended = list(why.answer(pair, known, refitter(compiled)))
    assert len(ended) == 1
    assert ended[0].complete
    assert ended[0].moves


def test_a_result_between_that_cannot_be_fitted_costs_its_orders_and_is_told(run_folders, compiled):
    lengths = (72, 80)

    def refuses(table, spec, *, media=True):
        longer, other = len(table.frame) == lengths[1], spec.feature_config.adstock.decay_default == 0.85
        if longer and not other:
            raise DataError("A channel does not vary.", remedy="Leave it out.")
        return refitter(compiled)(table, spec, media=media)

    found = explained(run_folders, compiled, "everything", refit=refuses)
    assert sum(bool(corner.failed) for corner in found.corners) == 2
    assert any("cannot be fitted" in note and "A channel does not vary." in note for note in found.notes)
    for move in found.moves:
        assert sum(part.moved for part in move.parts) == pytest.approx(move.moved, abs=1e-9)


def test_where_an_end_cannot_be_fitted_again_nothing_is_split_and_that_is_said(run_folders):
    def refuses(table, spec, *, media=True):
        raise DataError("Too few rows.", remedy="Add rows.")

    found = explained(run_folders, None, "longer", refit=refuses)
    assert (found.complete, found.moves) == (True, ())
    assert "cannot be fitted again" in found.notes[0]
    assert "Too few rows." in found.notes[0]
