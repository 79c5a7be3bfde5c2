from datetime import datetime

import pytest

from mmm_core.labels import (
    added_up,
    break_even_in_words,
    date_name,
    days,
    display_name,
    display_names,
    in_full,
    listed,
    listed_first,
    percent,
    percent_span,
    ratio,
    short,
    span,
)
from mmm_core.results.intervals import Estimate


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("tv", "TV"),
        ("paid_search", "Paid search"),
        ("linear_tv", "Linear TV"),
        ("YouTube_vod", "YouTube VOD"),
        ("x1", "X1"),
        ("Crème brûlée", "Crème brûlée"),
        ("_", "_"),
    ],
)
def test_names_are_shown_as_people_write_them(name, shown):
    assert display_name(name) == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (35, 16_000, "0−16.0\u00a0k"),
        (0.01, 2.88e6, "0−2.88\u00a0M"),
        (997, 999.6, "1.00−1.00\u00a0k"),
        (350, 16_000, "0.3−16.0\u00a0k"),
        (-2e6, 3e6, "−2.00 to 3.00\u00a0M"),
        (0.2, 0.5, "0.20−0.50"),
    ],
)
def test_both_ends_of_an_interval_are_in_one_unit(low, high, shown):
    assert span(Estimate(mean=high, low=low, high=high)).replace("–", "−") == shown


def test_names_that_would_look_alike_stay_apart():
    assert display_names(["tv", "TV", "radio"]) == {"tv": "tv", "TV": "TV", "radio": "Radio"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (-0.25, "−0.25"),
        (999.4, "999"),
        (999.6, "1.00\u00a0k"),
        (999_700, "1.00\u00a0M"),
        (1_796_000, "1.80\u00a0M"),
        (62.4e9, "62.4\u00a0bn"),
        (1.1e12, "1,100\u00a0bn"),
    ],
)
def test_large_numbers_are_short_and_never_exponents(value, shown):
    assert short(value) == shown


def test_percent_is_written_one_way():
    assert (percent(0.943), percent(0.0196, 1), percent(-0.07)) == ("94\u00a0%", "2.0\u00a0%", "−7\u00a0%")
    assert (percent(0.4, signed=True), percent(-0.001, signed=True)) == ("+40\u00a0%", "0\u00a0%")
    assert (percent_span(0.081, 0.156), percent_span(-0.02, 0.1)) == ("8.1–15.6\u00a0%", "−2.0 to 10.0\u00a0%")


def test_names_in_a_sentence():
    assert [listed(names) for names in (["TV"], ["TV", "Radio"], ["TV", "Radio", "Print"])] == [
        "TV",
        "TV and Radio",
        "TV, Radio and Print",
    ]


def test_days_are_told_as_a_person_would():
    assert days("2025-12-29", "2026-03-23") == "29 Dec 2025 to 23 Mar 2026"


def test_a_period_is_called_by_its_first_day():
    start = datetime(2024, 11, 4)
    assert (date_name(start, "WEEK"), date_name(start, "MONTH")) == ("4 Nov 2024", "Nov 2024")


def test_returns_have_two_decimals_or_three_figures():
    assert [ratio(value) for value in (0.5, 2.654, 41.18, 1269.57)] == ["0.50", "2.65", "41.2", "1.27\u00a0k"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1170.0, "1,170"),
        (1.17, "1.17"),
        (23544.239999999998, "23,544.24"),
        (0.0, "0"),
        (-5.5, "−5.5"),
        (3.2e-7, "3.2e−07"),
        (100.0, "100"),
        (9.633333333, "9.6333"),
        (-0.0001, "−0.0001"),
    ],
)
def test_a_number_in_full_has_no_more_digits_than_it_needs(value, shown):
    assert in_full(value) == shown


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["TV"], "TV"),
        (["TV", "Radio", "Print"], "TV, Radio and Print"),
        (["TV", "Radio", "Print", "Out", "Web"], "TV, Radio, Print and 2 more"),
    ],
)
def test_names_in_a_sentence_are_listed_and_the_rest_is_counted(names, said):
    assert listed_first(names, 3) == said


def test_entities_that_are_added_up_are_named_and_one_is_not():
    assert added_up(["all"], 1) == added_up([], 0) == ""
    assert added_up(["North", "South"], 2) == "North and South are added up: the answer is that of their sum."
    assert added_up([f"r{n}" for n in range(50)], 120).startswith("r0, r1, r2, r3 and 116 more are added up")


@pytest.mark.parametrize(
    ("least", "margin", "said"),
    [
        (2.5, 0.4, "break-even at 2.50 (margin on sales 40\u00a0%)"),
        (1 / 0.375, 0.375, "break-even at 2.67 (margin on sales 37.5\u00a0%)"),
        (1.0, None, "break-even at 1.00 (no margin is said)"),
    ],
)
def test_break_even_is_said_with_the_margin_that_it_is_for(least, margin, said):
    assert break_even_in_words(least, margin) == said
