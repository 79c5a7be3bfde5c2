"""What is to be planned is refused where its numbers contradict each other, and counts quantiles smoothly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmm_core.errors import SpecError
from mmm_core.planning.task import Group, quantile_weights
from tests.planning.cases import task

GIVEN = task(1, 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"total": 1.0}, r"The budget is 1.00, and .* are to have at least [\d,.]+\."),
        ({"total": 1e9}, r"The budget is 1,000,000,000.00, and all channels together may have at most [\d,.]+\."),
        ({"low": GIVEN.high + 1}, r"is to have at least [\d,.]+ and at most [\d,.]+\."),
        ({"low": np.array([-5.0, 0, 0])}, r"A is to have at least -5.00: spend is never negative"),
        (
            {"groups": (Group("Video", ("a", "b"), 0.0, 1.0),)},
            r"Video is to have at most 1.00, and its channels need [\d,.]+\.",
        ),
        (
            {"groups": (Group("Video", ("a", "b"), 1e9, 2e9),)},
            r"Video is to have at least 1,000,000,000.00, and its channels may have at most [\d,.]+\.",
        ),
    ],
)
def test_limits_that_exclude_each_other_are_named_with_both_numbers(change, words):
    with pytest.raises(SpecError, match=words):
        replace(GIVEN, **change).require_possible()


def test_slopes_of_either_aim_are_those_of_finite_differences():
    for aim in ("mean", "cautious"):
        given = replace(GIVEN, aim=aim)
        spend = (given.low + given.high) / 2
        slopes = given.value(spend)[1]
        for place in range(3):
            step = np.zeros(3)
            step[place] = 1e-6 * spend[place]
            told = (given.value(spend + step)[0] - given.value(spend - step)[0]) / (2 * step[place])
            assert slopes[place] == pytest.approx(told, rel=1e-4)


def test_weights_of_a_quantile_add_up_and_stand_around_it():
    values = np.random.default_rng(2).normal(size=2000)
    for probability in (0.1, 0.5):
        weight = quantile_weights(values, probability)
        assert weight.sum() == pytest.approx(1)
        assert values @ weight == pytest.approx(np.quantile(values, probability), abs=0.02)


def test_fewer_draws_are_taken_evenly_and_what_has_no_price_is_not_planned():
    few = GIVEN.thinned(10)
    assert few.response.base.shape[1] == 10
    assert GIVEN.thinned(1000) is GIVEN
    kept = replace(GIVEN, price=np.array([np.nan, 1.0, 1.0]), kept=np.full_like(GIVEN.kept, 5.0))
    assert (kept.directions[0] == 0).all()
    assert kept.planned.tolist() == [False, True, True]
    assert (kept.kept_carried[0] > 0).any()
