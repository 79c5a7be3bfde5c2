"""Shapley values: they add up, they are fair, and corners that are missing cost orders and nothing else."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.compare.shapley import corners_of, parts, standard_errors, weights

NAMES = ("periods", "revisions", "settings")


@given(st.integers(1, 3), st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=8))
def test_parts_add_up_to_the_whole_move(count, values):
    causes = NAMES[:count]
    figures = dict(zip(corners_of(causes), values, strict=False))
    whole = figures[frozenset(causes)] - figures[frozenset()]
    assert sum(parts(causes, figures).values()) == pytest.approx(whole, abs=1e-9 * max(map(abs, values), default=1))


@given(st.lists(st.floats(-1e3, 1e3), min_size=8, max_size=8))
def test_they_are_the_average_over_all_orders(values):
    figures = dict(zip(corners_of(NAMES), values, strict=True))
    for cause, found in parts(NAMES, figures).items():
        moves = []
        for order in permutations(NAMES):
            before = frozenset(order[: order.index(cause)])
            moves.append(figures[before | {cause}] - figures[before])
        assert found == pytest.approx(np.mean(moves), abs=1e-9)


def test_what_is_added_by_each_alone_is_each_one_s_part():
    amounts = {"periods": 1.0, "revisions": -3.0, "settings": 0.0}
    figures = {corner: 10 + sum(amounts[cause] for cause in corner) for corner in corners_of(NAMES)}
    assert parts(NAMES, figures) == pytest.approx(amounts)


def test_orders_through_a_missing_corner_are_left_out_and_parts_still_add_up():
    figures = {corner: float(len(corner) ** 2) for corner in corners_of(NAMES)}
    del figures[frozenset({"periods"})]
    found = parts(NAMES, figures)
    assert sum(found.values()) == pytest.approx(9.0)
    assert found["periods"] > found["revisions"]  # it never acts first, and later moves are larger here
    for size in (1, 2):
        for corner in [each for each in figures if len(each) == size]:
            del figures[corner]
    assert parts(NAMES, figures) == {}


def test_no_cause_has_one_corner_and_no_part():
    assert corners_of(()) == [frozenset()]
    assert weights((), {frozenset()}) == {}


def test_the_ends_come_first_and_errors_follow_the_weights():
    corners = corners_of(NAMES)
    assert corners[:2] == [frozenset(), frozenset(NAMES)]
    assert len(set(corners)) == 8
    errors = standard_errors(("settings",), {frozenset(): 3.0, frozenset({"settings"}): 4.0})
    assert errors == {"settings": pytest.approx(5.0)}
