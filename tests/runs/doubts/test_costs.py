"""What a repair would do, as numbers, in order, and in words."""

import pytest

from mmm_core.results.intervals import Estimate
from mmm_core.runs.doubts.costs import Answer, ChannelAnswer, Cost, TableFacts, cost_of, facts_of, worst_first
from mmm_core.runs.tables import prepare
from tests.malformed import good_rows, table


def estimate(mean: float) -> Estimate:
    return Estimate(mean=mean, low=mean / 2, high=2 * mean)


def answer(**channels: tuple[float, float | None]) -> Answer:
    """Share and return of each channel, the largest first."""
    each = tuple(
        ChannelAnswer(channel=name, share=estimate(share), roi=None if roi is None else estimate(roi))
        for name, (share, roi) in channels.items()
    )
    return Answer(channels=each, media_share=estimate(0.3))


BIG = TableFacts(rows=700, sales=23.1e6, spend={"tv": 1e6, "search": 2e6})
SMALL = TableFacts(rows=104, sales=7.9e6, spend={"tv": 1e6, "search": 2e6})


def cost(fix="sum_days_to_weeks", **changes: object) -> Cost:
    known = {"severity": "error", "codes": ("daily",), "other_answers": (), "rows_changed": 700, "facts": (BIG, BIG)}
    made: Cost = cost_of(fix, **(known | changes))
    return made


def says(**changes: object) -> str:
    return cost(**changes).says.replace("\u00a0", " ")


def test_a_share_that_moves_is_told_from_where_to_where():
    before, after = answer(tv=(0.081, 1.55), radio=(0.3, 2)), answer(tv=(0.104, 1.6), radio=(0.301, 2))
    assert says(answers=(before, after)).startswith("TV's share of sales goes from 8.1 % to 10.4 %. ")
    assert cost(answers=(before, after)).effect == pytest.approx(0.023)


def test_a_return_that_moves_is_told_with_the_share_or_alone():
    before = answer(tv=(0.081, 0.33))
    assert "from 8.1 % to 10.4 %, its return from 0.33 to 1.55." in says(answers=(before, answer(tv=(0.104, 1.55))))
    told = says(answers=(before, answer(tv=(0.0811, 1.55))))
    assert told.startswith("TV's return goes from 0.33 to 1.55; shares of sales stay. ")
    assert "No channel's share of sales changes by 0.2 % or more." in says(answers=(before, before))


def test_without_an_answer_before_it_is_told_what_channels_would_bring():
    after = answer(search=(0.24, None), tv=(0.104, 1.55), radio=(0.02, 0.001), print=(0.001, 1))
    told = "Search would bring 24.0 % of sales, TV 10.4 % (return 1.55) and Radio 2.0 % (return under 0.01). "
    assert says(answers=(None, after)).startswith(told)


def test_without_any_answer_it_is_told_why_and_what_the_table_has():
    told = says(facts=(BIG, SMALL), not_estimated="12 periods for 13 parameters.")
    assert told == (
        "It cannot be estimated yet: 12 periods for 13 parameters. "
        "The table's sales go from 23.1 M to 7.90 M and rows go from 700 to 104."
    )
    assert cost(facts=(BIG, SMALL)).effect == pytest.approx(1 - 7.9 / 23.1)


def test_a_table_that_stays_is_said_to_stay():
    assert says() == "It concerns 700 rows; the table's sales and spend stay."
    assert says(rows_changed=0) == "The table's sales and spend stay."
    assert says(answers=(None, answer(tv=(0.1, 1))), together_with=("drop_rows_without_date",)).endswith(
        "(return 1.00)."
    )


def test_where_there_is_no_money_rows_count():
    none = TableFacts(rows=100, sales=None, spend={}), TableFacts(rows=75, sales=None, spend={})
    assert cost(facts=none).effect == pytest.approx(0.25)
    assert says(facts=none) == "The table's rows go from 100 to 75."


def test_the_worst_doubt_comes_first_and_errors_before_warnings():
    warned = cost("dates_are_local_midnights", severity="warning", facts=(BIG, SMALL))
    small = cost("drop_rows_without_date")
    large = cost("drop_exact_duplicates", facts=(BIG, SMALL))
    assert [each.fix for each in worst_first([warned, small, large])] == [large.fix, small.fix, warned.fix]


def test_two_answers_to_one_question_are_as_bad_as_they_differ():
    one = cost("leave_out_incomplete_weeks", other_answers=("missing_days_sold_nothing",),
               answers=(None, answer(tv=(0.1, 1))))  # fmt: skip
    other = cost("missing_days_sold_nothing", other_answers=("leave_out_incomplete_weeks",),
                 answers=(None, answer(tv=(0.6, 1))))  # fmt: skip
    plain = cost("drop_rows_without_date")
    assert [each.effect for each in worst_first([plain, one, other])] == [pytest.approx(0.5), pytest.approx(0.5), 0]


def test_facts_are_those_of_the_typed_table():
    file = prepare(table(good_rows(80)), "t.csv").validated.file
    facts = facts_of(file)
    assert file.table is not None
    assert (facts.rows, set(facts.spend)) == (80, {"tv", "radio"})
    assert facts.sales == pytest.approx(file.table.frame["sales"].sum())
    untyped = facts_of(prepare(table(good_rows(80), "a,b,c,d,e,f,g,h"), "t.csv").validated.file)
    assert (untyped.rows, untyped.sales, untyped.spend) == (80, None, {})
