"""A plan is held against the truth of every draw; what one could learn is worth no more than all there is to know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmm_core.planning.certificate import certify
from mmm_core.planning.optimise import best
from mmm_core.planning.task import Task
from tests.planning.cases import task


def split(seed: int) -> Task:
    """Today's money, to be spread better."""
    given = task(seed, 3)
    return replace(given, aim="mean", total=float(given.today.sum().round(2)))


def certain(given: Task, but: int) -> Task:
    """The same with nothing uncertain but how strong one channel is."""
    response = given.response
    curves = response.curves

    def same(values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(values.mean(axis=-1, keepdims=True), values.shape).copy()

    scale = same(curves.scale)
    scale[but] = curves.scale[but].mean() * np.linspace(0.2, 1.8, scale.shape[1])
    link = replace(response.link, power=same(response.link.power)) if hasattr(response.link, "power") else response.link
    return replace(
        given,
        response=replace(
            response, base=same(response.base), arrived=same(response.arrived), link=link,
            curves=curves._replace(
                weights=same(curves.weights), half=same(curves.half), slope=same(curves.slope), scale=scale
            ),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_nothing_gains_more_than_could_be_gained(seed):
    given = split(seed)
    found = certify(given, best(given).spend)
    assert 0 < found.reached <= found.possible
    assert 0 < found.part <= 1
    assert found.everything == pytest.approx(found.possible - found.reached)
    assert (found.knowing >= 0).all()
    assert (found.knowing <= found.everything).all()
    assert found.gain.mean() == pytest.approx(found.reached)
    assert 0 <= found.loses < 0.5


def test_what_is_known_already_is_worth_nothing_to_know():
    given = certain(split(1), but=1)
    found = certify(given, best(given).spend)
    assert found.knowing[1] > 0.5 * found.everything > 0
    # What the others bring moves a little with the one that is not known: effects do not quite add up.
    assert found.knowing[1] >= found.knowing.max()


def test_where_all_is_known_the_best_plan_is_the_best_of_each_world():
    given = certain(split(2), but=0)
    scale = given.response.curves.scale
    given = replace(
        given,
        response=replace(
            given.response,
            curves=given.response.curves._replace(
                scale=np.broadcast_to(scale.mean(axis=1, keepdims=True), scale.shape)
            ),
        ),
    )
    found = certify(given, best(given).spend)
    assert found.part == pytest.approx(1, abs=1e-3)
    assert found.everything == pytest.approx(0, abs=1e-3 * found.possible)
