"""Every part of a proof, by name."""

from mmm_core.proof.catalogue import PARTS
from tests.conftest import PROJECT


def test_every_part_has_a_name_of_its_own_a_question_and_how_it_is_read():
    names = [part.name for part in PARTS]
    assert len(set(names)) == len(names)
    for part in PARTS:
        assert part.question.endswith("?"), part.name
        assert part.how_to_read.endswith("."), part.name


def test_every_file_of_a_part_is_in_it_and_their_order_is_that_of_the_list():
    files = {path.stem for path in (PROJECT / "mmm_core" / "proof" / "parts").glob("*.py")} - {"__init__"}
    assert files == {part.name for part in PARTS}
    wanted = ["foresight", "refreshes", "ghosts", "months", "recovery", "priors", "settings", "looks", "receipt"]
    assert [part.name for part in PARTS] == [name for name in wanted if name in files]


def test_a_part_that_reads_another_s_units_reads_what_is_there_and_of_the_same_kind():
    of = {part.name: part for part in PARTS}
    for part in PARTS:
        if part.reads:
            source = of[part.reads]
            assert not source.reads
            assert (source.result, source.units, source.work) == (part.result, part.units, part.work)
