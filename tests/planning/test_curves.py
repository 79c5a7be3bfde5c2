"""Response curves begin at nothing, have the slope they say, and are what a plan of the same spend brings."""

from __future__ import annotations

import numpy as np
import pytest

from mmm_core.planning.curves import FURTHEST, POINTS, Spending, response_curves
from tests.planning.cases import response

CHANNELS = 3


@pytest.fixture(params=range(4))
def model(request):
    return response(np.random.default_rng(request.param), CHANNELS)


def spending(model, price=None) -> Spending:
    price = np.array([1.0, 2.5, 0.4]) if price is None else price
    today = model.curves.unit * np.array([1.0, 2.5, 0.4])
    return Spending(price=price, today=today, least=0.5 * today, most=1.6 * today)


def test_they_begin_at_nothing_rise_and_reach_beyond_what_was_seen(model):
    for curve in response_curves(model, spending(model)):
        assert curve.spend.shape == (POINTS,)
        np.testing.assert_allclose(curve.steady[0], 0, atol=1e-9)
        np.testing.assert_allclose(curve.following[0], 0, atol=1e-9)
        assert (np.diff(curve.steady, axis=0) >= 0).all()
        assert (np.diff(curve.following, axis=0) >= 0).all()
        place = model.channels.index(curve.channel)
        assert curve.spend[-1] == pytest.approx(FURTHEST * spending(model).most[place])


def test_marginal_returns_are_their_slopes(model):
    for curve in response_curves(model, spending(model)):
        told = np.gradient(curve.steady, curve.spend, axis=0, edge_order=2)[5:-5]
        np.testing.assert_allclose(curve.marginal[5:-5], told, rtol=0.02)


def test_a_channel_without_a_price_has_no_curve_and_is_there_all_the_same(model):
    price = np.array([1.0, np.nan, 0.4])
    found = response_curves(model, spending(model, price))
    assert [curve.channel for curve in found] == ["a", "c"]
    assert all(np.isfinite(curve.steady).all() for curve in found)
