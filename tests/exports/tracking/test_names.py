"""Names of channels as keys of MLflow, and back."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mmm_core.exports.tracking.names import LONGEST_NAME, as_key, from_key

ALLOWED = re.compile(r"[\w \-]*")
"""What MLflow takes in a key, less the signs that mean something in ours."""


@given(st.text(max_size=20))
@example("TV & Radio (€)")
@example("tv.low")
@example("_x0026_")
@example("_x_x0026_")
@example("a/../b:c")
@example(" both ends ")
@example("\ud800")
@example("😀")
def test_a_key_is_read_back_as_the_name_it_was_made_of(name):
    key = as_key(name)
    assert ALLOWED.fullmatch(key)
    assert key == key.strip(" ")
    assert from_key(key) == name


@pytest.mark.parametrize("name", ["tv", "paid_search", "Außenwerbung", "out-of-home", "TV 2", "広告", "_x", "x_0026_"])
def test_a_name_that_mlflow_takes_stays_as_it_is(name):
    assert as_key(name) == name


def test_a_key_shows_the_code_of_what_it_cannot_hold():
    assert as_key("TV & Radio (€)") == "TV _x0026_ Radio _x0028__x20AC__x0029_"
    assert as_key("tv.low") == "tv_x002E_low"


def test_a_name_that_is_too_long_is_cut_and_stays_its_own():
    long = "n" * (LONGEST_NAME + 1)
    keys = {as_key(long), as_key(long + "m"), as_key("€" * LONGEST_NAME)}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {LONGEST_NAME}
    assert as_key("n" * LONGEST_NAME) == "n" * LONGEST_NAME
