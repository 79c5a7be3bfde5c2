"""Work on a proof: kept unit by unit, gone on with after a stop, and never broken by one unit that cannot be done."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from mmm_core.errors import DataError, RunCancelledError, StorageError
from mmm_core.proof import kept
from mmm_core.proof.part import Part, Told
from mmm_core.proof.subject import refitter
from mmm_core.proof.tried import Tried
from mmm_core.proof.work import answer
from mmm_core.sampler.sampling import compile_structure
from mmm_core.schema import Strict
from tests.engines import unproved_demo


class Found(Strict):
    """What a unit of a part made for these tests finds."""

    number: int


def part(name: str, keys: tuple[str, ...], work, *, reads: str = "") -> Part[Found]:
    return Part(
        name=name,
        question="How many?",
        how_to_read="",
        result=Found,
        units=lambda _: keys,
        work=work,
        tell=lambda _, found: Told(verdict="pass", sentence=f"{sum(each.number for each in found.values())} in all."),
        reads=reads,
    )


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return unproved_demo(tmp_path / "run")


@pytest.fixture
def refit():
    return refitter(cache(compile_structure))


def counting(done: list[str], ends_at: str = ""):
    def work(_subject, key: str, _refit) -> Found:
        if key == ends_at:
            raise RunCancelledError("It was asked to end.")
        done.append(key)
        return Found(number=len(key))

    return work


def test_work_goes_on_where_it_was_stopped(run, refit):
    done: list[str] = []
    with pytest.raises(RunCancelledError):
        list(answer(run, refit, (part("many", ("a", "bb", "ccc"), counting(done, ends_at="ccc")),)))
    known = kept.read(run)
    assert known is not None
    assert (known.complete, known.parts[0].state, known.parts[0].done) == (False, "working", 2)
    assert known.parts[0].told is not None
    assert known.parts[0].told.sentence == "3 in all."
    assert list(answer(run, refit, (part("many", ("a", "bb", "ccc"), counting(done)),))) == ["many"]
    assert done == ["a", "bb", "ccc"]
    known = kept.read(run)
    assert known is not None
    assert (known.complete, known.parts[0].state, known.fraction) == (True, "complete", 1.0)


def test_what_needs_one_unit_is_answered_first(run, refit):
    done: list[str] = []
    parts = (part("many", ("a", "b"), counting(done)), part("one", ("c",), counting(done)))
    assert list(answer(run, refit, parts)) == ["one", "many", "many"]
    known = kept.read(run)
    assert known is not None
    assert [each.name for each in known.parts] == ["many", "one"]


def test_a_unit_that_cannot_be_done_is_told_and_ends_nothing(run, refit):
    def work(_subject, key, _refit):
        if key == "b":
            raise DataError("Nothing varies here.", code="no_variation", remedy="Leave it out.")
        return Found(number=1)

    list(answer(run, refit, (part("some", ("a", "b"), work), part("none", ("b",), work))))
    some, none = kept.read(run).parts
    assert (some.state, some.done, some.told.sentence) == ("complete", 2, "1 in all.")
    assert some.why == (
        "1 of its 2 fits could not be made, and the answer is of the others: Nothing varies here. Leave it out."
    )
    assert (none.state, none.told, none.why) == ("failed", None, "Nothing varies here. Leave it out.")


def test_a_run_that_cannot_be_asked_is_said_why(run, refit):
    def units(_):
        raise DataError("Too short.", code="too_short", remedy="Add periods.")

    made = part("long", (), counting([]))
    list(answer(run, refit, (Part(**{**{name: getattr(made, name) for name in made.__slots__}, "units": units}),)))
    assert [(each.state, each.why) for each in kept.read(run).parts] == [("left_out", "Too short. Add periods.")]


def test_a_part_reads_what_another_has_found(run, refit):
    done: list[str] = []
    list(answer(run, refit, (part("one", ("a",), counting(done)), part("two", (), None, reads="one"))))
    assert [each.told.sentence for each in kept.read(run).parts] == ["1 in all.", "1 in all."]
    assert done == ["a"]


def test_what_was_found_of_another_result_is_not_used(run, refit):
    done: list[str] = []
    made = (part("one", ("a",), counting(done)),)
    list(answer(run, refit, made))
    units = kept.folder_of(run) / kept.UNITS
    units.write_text(units.read_text().replace(kept.identity_of(run), "0" * 64))
    list(answer(run, refit, made))
    assert done == ["a", "a"]


def test_one_part_alone_is_worked_on_and_the_proof_is_not_complete_before_all_are(run, refit):
    done: list[str] = []
    made = (
        part("one", ("a",), counting(done)),
        part("many", ("b", "c"), counting(done)),
        part("two", (), None, reads="one"),
    )
    assert list(answer(run, refit, made, only=["two"])) == ["one"]  # whose units it reads
    known = kept.read(run)
    assert [each.state for each in known.parts] == ["complete", "waiting", "complete"]
    assert not known.complete
    assert list(answer(run, refit, made, only=["many"])) == ["many", "many"]
    assert kept.read(run).complete


def test_what_was_tried_before_is_handed_to_the_parts(run, refit):
    seen = []

    def work(subject, _key, _refit):
        seen.append(subject.tried)
        return Found(number=1)

    tried = Tried("draft", datetime(2026, 1, 1, tzinfo=UTC), ("season: off instead of on",), None)
    list(answer(run, refit, (part("one", ("a",), work),), tried=(tried,)))
    assert seen == [(tried,)]


def test_a_damaged_run_is_refused(run, refit):
    (run / "posterior.nc").write_bytes(b"nothing")
    with pytest.raises(StorageError, match=r"posterior\.nc"):
        list(answer(run, refit, ()))
