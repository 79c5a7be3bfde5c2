"""What every file and message of ours is made of, and how its problems are told."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError, field_validator

from mmm_core.schema import Real, Strict, Whole, describe_problems


class Inner(Strict):
    share: Real = Field(0.5, le=1)


class Thing(Strict):
    name: str
    weight: Real = 1.0
    count: Whole = 1
    inner: Inner = Inner()
    parts: tuple[Inner, ...] = ()

    @field_validator("name")
    @classmethod
    def _no_blank(cls, name: str) -> str:
        if name == " ":
            raise ValueError("a name needs letters")
        return name


def problems(data: Any) -> str:
    """What is told of data that are refused."""
    with pytest.raises(ValidationError, match=r".") as refused:
        Thing.model_validate(data)
    return describe_problems(refused.value)


def test_nothing_can_be_changed_afterwards():
    thing = Thing(name="a")
    with pytest.raises(ValidationError, match="frozen"):
        thing.name = "b"


@pytest.mark.parametrize("word", ["1", "0.5", "1e3", "", "yes", True, False])
@pytest.mark.parametrize("field", ["weight", "count"])
def test_a_word_or_a_switch_is_no_number(field, word):
    assert problems({"name": "a", field: word}) == f"{field}: input should be a number, found {str(word)!r}"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_refused(number):
    assert "weight" in problems({"name": "a", "weight": number})


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers())
def test_numbers_stay_the_numbers_that_they_were(weight, count):
    thing = Thing(name="a", weight=weight, count=count)
    assert Thing.model_validate_json(thing.model_dump_json()) == thing
    assert (thing.weight, thing.count) == (weight, count)


def test_a_whole_number_written_with_a_point_is_whole_and_half_a_one_is_not():
    assert Thing(name="a", count=3.0).count == 3
    assert "count" in problems({"name": "a", "count": 3.5})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "name: missing"),
        ({"name": "a", "colour": 1}, "colour: unknown field"),
        ({"name": "a", "inner": {"hue": 1}}, "inner.hue: unknown field"),
        ({"name": " "}, "a name needs letters"),
        ({"name": 3}, "name: input should be a valid string, found '3'"),
        (
            {"name": "a", "parts": [{}, {"share": 2}]},
            "parts.1.share: input should be less than or equal to 1, found '2'",
        ),
        (7, "specification: input should be a valid dictionary or instance of Thing, found '7'"),
    ],
)
def test_a_problem_names_the_field_what_was_expected_and_what_was_found(data, words):
    assert problems(data) == words


def test_all_problems_are_told_at_once():
    assert problems({"weight": "x", "colour": 1}).count(";") == 2


def test_what_was_found_is_told_in_a_length_that_can_be_read():
    assert len(problems({"name": ["x"] * 10_000})) < 200
