"""Results side by side."""

import pytest

from mmm_core.compare.compared import NO_PROOF, compare, compare_folders
from mmm_core.errors import DataError, RunError, StorageError
from mmm_core.runs import runs
from tests.engines import demo_spec, desk, finished


def test_runs_stand_side_by_side_with_what_differs(run_folders):
    names = ["before", "longer", "settings"]
    found = compare_folders([run_folders[name] for name in names], names)
    assert [side.run_id for side in found.sides] == names
    assert [side.rows for side in found.sides] == [72, 80, 72]
    assert all(side.proof == NO_PROOF and side.proof_verdict is None for side in found.sides)
    longer, settings = found.against
    assert (longer.settings, len(longer.table.new), longer.evidence) == ((), 8, None)
    assert longer.evidence_why_not == "they explain other rows"
    assert settings.settings == ("decay of every channel: 0.85 instead of 0.5",)
    assert settings.evidence is not None
    assert settings.evidence_why_not == ""
    assert any("The table is the same." in sentence for sentence in settings.sentences)
    assert {row.channel for row in found.channels} == {"c0", "c1", "c2", "c3", "c4"} & {
        row.channel for row in found.channels
    }
    assert all(len(row.shares) == len(row.returns) == len(row.unclear) == 3 for row in found.channels)
    last = [row.shares[-1].shown for row in found.channels]
    assert last == sorted(last, reverse=True)


def test_the_demo_and_a_copy_of_it_are_the_same_but_for_the_proof(without_worker):
    finished(without_worker, "run-copy", owner="local")
    found = compare(desk(without_worker), ["demo", "run-copy"])
    (against,) = found.against
    assert against.sentences[:2] == ("The settings are the same.", "The table is the same.")
    assert against.evidence.difference == 0.0
    assert found.sides[0].proof.startswith("Evidence:")
    assert found.sides[1].proof == NO_PROOF


@pytest.mark.parametrize("names", [["demo"], [], ["demo", "demo"], ["demo"] * 7])
def test_fewer_than_two_or_one_twice_is_refused(without_worker, names):
    with pytest.raises(DataError, match=r"cannot be set side by side|named twice") as caught:
        compare(desk(without_worker), names)
    assert caught.value.code == "not_several"


def test_a_run_that_is_not_there_or_not_finished_or_somebody_else_s_is_told(without_worker):
    here = desk(without_worker)
    with pytest.raises(StorageError, match="no run 'run-gone' here"):
        compare(here, ["demo", "run-gone"])
    begun = runs.create(here, demo_spec(), fresh=True).run_id
    with pytest.raises(RunError, match=f"'{begun}': The run has no outputs yet"):
        compare(here, ["demo", begun])
    finished(without_worker, "run-hers", owner="ann")
    with pytest.raises(StorageError, match="no run 'run-hers' here"):
        compare(here, ["demo", "run-hers"])
    assert compare(desk(without_worker, "ann"), ["demo", "run-hers"]).sides[1].run_id == "run-hers"
