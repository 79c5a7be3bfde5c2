"""A move in one sentence: noise, inside its intervals, or moved by something that is named."""

import pytest

from mmm_core.compare.figures import Figure
from mmm_core.compare.told import Part, amount, cause_in_words, figure_in_words, main_part, told_move
from mmm_core.results.intervals import Estimate


def figure(value: float, half: float = 0.01, error: float = 0.0005, measure: str = "share") -> Figure:
    estimate = Estimate(mean=value, median=value, low=value - half, high=value + half)
    return Figure(channel="tv", measure=measure, value=estimate, error=error)


def parts(**moved: float) -> tuple[Part, ...]:
    return tuple(Part(cause=cause, moved=value, error=0.0001) for cause, value in moved.items())


def test_the_cause_of_most_of_a_move_is_named():
    made = parts(periods=-0.005, revisions=-0.02, settings=-0.005, chance=0.0)
    move = told_move(figure(0.12), figure(0.09), made, "WEEK")
    assert move.kind == "moved"
    assert move.sentence == "Most of the move of TV's share from 12.0\u00a0% to 9.0\u00a0% comes from revised data."
    assert move.main == made[1]


def test_a_move_that_one_cause_made_nearly_alone_says_so():
    move = told_move(figure(0.12), figure(0.09), parts(periods=-0.029, chance=-0.001), "MONTH")
    assert move.sentence.startswith("Nearly all")
    assert move.sentence.endswith("new months.")


def test_what_took_some_of_a_move_back_is_named_too():
    move = told_move(figure(0.07), figure(0.10), parts(revisions=-0.015, settings=0.045, chance=0.0), "WEEK")
    assert move.sentence == (
        "TV's share went from 7.0\u00a0% to 10.0\u00a0%: changed settings moved it by +4.5\u00a0points, and revised "
        "data by −1.5\u00a0points."
    )


def test_where_no_cause_made_half_of_it_all_are_told():
    made = parts(periods=-0.012, revisions=-0.010, settings=-0.008, chance=0.0)
    move = told_move(figure(0.12), figure(0.09), made, "WEEK")
    assert move.main is None
    assert move.sentence.startswith("No single cause made most of the move of TV's share")
    assert "new weeks −1.2\u00a0points" in move.sentence


def test_a_move_within_monte_carlo_noise_is_none():
    move = told_move(figure(0.12, error=0.001), figure(0.1215, error=0.001), parts(chance=0.0015), "WEEK")
    assert (move.kind, move.noise) == ("noise", pytest.approx(2 * 2**0.5 * 0.001))
    assert "within Monte-Carlo noise" in move.sentence
    assert "0.3\u00a0points" in move.sentence


def test_a_move_that_both_intervals_hold_needs_no_explanation():
    move = told_move(figure(0.12, half=0.05), figure(0.10, half=0.05), parts(periods=-0.02, chance=0.0), "WEEK")
    assert move.kind == "inside"
    assert move.sentence.endswith("the interval of each holds the other: nothing to explain.")


def test_one_interval_that_holds_the_other_is_not_enough():
    move = told_move(figure(0.12, half=0.001), figure(0.10, half=0.05), parts(periods=-0.02, chance=0.0), "WEEK")
    assert move.kind == "moved"


def test_amounts_and_figures_in_words():
    assert amount(-0.031, "share") == "−3.1\u00a0points"
    assert amount(0.4, "return") == "+0.40"
    assert figure_in_words(2.345, "return") == "2.35" or figure_in_words(2.345, "return") == "2.34"
    assert main_part(parts(periods=0.1), -1.0) is None
    assert {cause_in_words(cause, "WEEK") for cause in ("periods", "revisions", "settings", "together", "chance")} == {
        "new weeks", "revised data", "changed settings", "all that differs, which cannot be told apart",
        "chance (where the sampler began)",
    }  # fmt: skip
