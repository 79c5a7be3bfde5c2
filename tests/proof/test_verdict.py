"""One card of what the parts say, and never more than they do."""

import pytest

from mmm_core.proof.kept import Proof
from mmm_core.proof.part import PartReport, Told
from mmm_core.proof.verdict import verdict_of


def report(name: str, verdict: str | None, *channels: str, state: str = "complete") -> PartReport:
    told = Told(verdict=verdict, sentence=f"{name} says so.", remedy="Do it.", not_shown=channels)
    return PartReport(
        name=name, question=f"{name}?", how_to_read="", state=state, told=None if state == "left_out" else told
    )


def proof(*parts: PartReport, complete: bool = True) -> Proof:
    return Proof(identity="x", complete=complete, parts=parts)


def test_parts_that_hold_are_counted_and_the_worst_stands_first():
    card = verdict_of(
        proof(
            report("one", "pass"), report("two", "look", "print"), report("three", "stop", "radio", "print"),
            report("four", "pass"), report("receipt", None), report("long", None, state="left_out"),
        )
    )  # fmt: skip
    assert card.headline == "Evidence: 2 of 4 hold; 1 says stop; not shown: Print, Radio."
    assert (card.verdict, card.holds, card.judged) == ("stop", 2, 4)
    assert [line.part for line in card.lines] == ["three", "two", "one", "four"]
    assert card.not_answered == ("long?",)
    assert card.not_shown == ("print", "radio")
    assert card.lines[0].sentence == "three says so."


def test_nothing_holds_that_rests_on_a_fit_whose_own_checks_failed():
    card = verdict_of(proof(report("one", "pass"), report("two", "pass")), fit="stop")
    assert (card.verdict, card.headline) == ("stop", "Evidence: none, because checks of the fit itself failed.")
    assert [line.verdict for line in card.lines] == ["pass", "pass"]
    assert verdict_of(proof(report("one", "pass")), fit="look").verdict == "pass"


def test_what_is_not_over_is_said_so_far():
    card = verdict_of(proof(report("one", "pass"), report("two", "pass", state="working"), complete=False))
    assert card.headline == "Evidence: 2 of 2 hold so far."
    assert [line.so_far for line in card.lines] == [False, True]


@pytest.mark.parametrize(("complete", "words"), [(False, "nothing is judged so far"), (True, "nothing could be")])
def test_without_a_judgement_none_is_made(complete, words):
    card = verdict_of(proof(report("receipt", None), complete=complete))
    assert words in card.headline
    assert (card.verdict, card.lines) == (None, ())


def test_a_part_that_failed_is_never_one_that_holds():
    failed = report("one", None, state="left_out").model_copy(update={"state": "failed", "why": "It broke."})
    card = verdict_of(proof(failed, report("two", "pass")))
    assert card.headline == "Evidence: 1 of 1 holds."
    assert card.not_answered == ("one?",)


def test_of_a_table_that_shows_no_channel_that_is_said():
    ghosts = report("ghosts", "stop", "tv", "radio")
    channels = ({"channel": "tv"}, {"channel": "radio"})
    of_all = ghosts.model_copy(update={"told": ghosts.told.model_copy(update={"tables": {"channels": channels}})})
    assert verdict_of(proof(of_all)).headline == "Evidence: 0 of 1 hold; 1 says stop; no channel is shown."


def test_many_channels_are_counted():
    card = verdict_of(proof(report("one", "look", *(f"c{number}" for number in range(7)))))
    assert card.headline == "Evidence: 0 of 1 hold; not shown: C0, C1, C2, C3 and 3 more."
