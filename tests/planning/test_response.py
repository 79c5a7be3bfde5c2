"""What is planned is put into the model as it was fitted: the sales of a prediction, and slopes that hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmm_core.planning.response import Response, response_of
from mmm_core.results.effects import values_of
from mmm_core.results.future.coming import with_coming
from mmm_core.results.future.predict import predict
from mmm_core.table.typed import CanonicalData

HORIZON = 8


@pytest.fixture(params=["fit", "estimated_fit"])
def fit(request):
    """A fit of either model."""
    return request.getfixturevalue(request.param)


def planned(fit) -> tuple[Response, CanonicalData, dict]:
    table = CanonicalData(fit.world.frame, "WEEK")
    values = {name: each[..., ::10] for name, each in values_of(fit.posterior).items()}
    return response_of(fit.features, values, table, fit.spec, horizon=HORIZON), table, values


def test_sales_are_those_of_a_prediction_with_the_same_activity(fit):
    response, table, values = planned(fit)
    rng = np.random.default_rng(3)
    activity = response.curves.unit[:, None] * rng.gamma(2.0, 0.5, (len(response.channels), HORIZON))
    longer = with_coming(table, response.periods)
    frame = longer.frame.copy()
    for channel, series in zip(response.channels, activity, strict=True):
        rows = np.zeros(response.periods)
        rows[:HORIZON] = series
        frame.loc[frame.index[-response.periods :], f"act_{channel}"] = rows
    told = predict(fit.features, values, replace(longer, frame=frame), fit.spec, seed=1)
    sales = response.felt(response.carried(activity)).sales
    np.testing.assert_allclose(sales, told.median[-response.periods :], rtol=1e-9)


def test_slopes_are_those_of_finite_differences(fit):
    response, *_ = planned(fit)
    rng = np.random.default_rng(4)
    spend, pattern = response.curves.unit * HORIZON, rng.dirichlet(np.ones(HORIZON), len(response.channels))
    direction = response.carried(pattern)
    weight = rng.random(response.base.shape[1])

    def brought(amounts):
        return (response.felt(direction * amounts[:, None, None]).sales * weight).sum()

    slopes = response.felt(direction * spend[:, None, None]).slopes(direction, weight)
    for place, size in enumerate(spend):
        step = np.zeros(len(spend))
        step[place] = 1e-5 * size
        told = (brought(spend + step) - brought(spend - step)) / (2 * step[place])
        assert slopes[place] == pytest.approx(told, rel=1e-5)


def test_what_channels_bring_adds_up_to_sales_less_those_without_media(fit):
    response, *_ = planned(fit)
    felt = response.felt(response.carried(np.tile(response.curves.unit[:, None], (1, HORIZON))))
    without = response.link.to_sales(response.base)
    np.testing.assert_allclose(felt.brought().sum(axis=0) + without, felt.sales, rtol=1e-9)


def test_what_was_bought_before_fades_and_what_is_planned_lasts_behind_the_horizon(fit):
    response, *_ = planned(fit)
    nothing = response.carried(np.zeros((len(response.channels), HORIZON)))
    assert (np.diff(response.felt(nothing).curve, axis=1) <= 1e-9).all()
    more = response.felt(response.carried(np.ones((len(response.channels), HORIZON)) * response.curves.unit[:, None]))
    assert (more.sales[HORIZON] > response.felt(nothing).sales[HORIZON]).all()
