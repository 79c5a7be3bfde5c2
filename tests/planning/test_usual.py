"""What is planned when nobody has said anything: the same money, within what was seen and what is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import DataError
from mmm_core.planning.optimise import best
from mmm_core.planning.response import response_of
from mmm_core.planning.usual import LEAST, MOST, spending_of, usual_task
from mmm_core.results.effects import values_of
from mmm_core.table.typed import CanonicalData

HORIZON = 13


@pytest.fixture
def table(estimated_fit) -> CanonicalData:
    """The table of the fit; activity costs two, and a last channel nothing that anybody knows of."""
    frame = estimated_fit.world.frame.copy()
    channels = list(estimated_fit.features.scaler.channels)
    for channel in channels[:-1]:
        frame[f"spend_{channel}"] = 2.0 * frame[f"act_{channel}"]
    return CanonicalData(frame.drop(columns=f"spend_{channels[-1]}", errors="ignore"), "WEEK")


@pytest.fixture
def response(estimated_fit, table):
    values = {name: each[..., ::10] for name, each in values_of(estimated_fit.posterior).items()}
    return response_of(estimated_fit.features, values, table, estimated_fit.spec, horizon=HORIZON)


def test_the_price_is_what_was_paid_and_today_what_was_spent_last(response, table):
    spending = spending_of(response, table)
    first = response.channels[0]
    assert spending.price[:-1] == pytest.approx(2.0)
    assert np.isnan(spending.price[-1])
    assert spending.today[0] == pytest.approx(table.frame[f"spend_{first}"].iloc[-HORIZON:].mean())
    assert (spending.most >= spending.today).all()


def test_it_has_the_same_money_and_what_cannot_be_told_stays_as_it_is(response, table):
    still = response.channels[0]
    given = usual_task(response, table, still=[still])
    found = best(given)
    assert round(found.spend.sum(), 2) == given.total == round(given.today.sum(), 2)
    assert found.spend[0] == given.today[0]
    assert found.spend[-1] == 0
    moves = given.today > 0
    assert (found.spend[moves] >= LEAST * given.today[moves] - 0.01).all()
    assert (found.spend[moves] <= MOST * given.today[moves] + 0.01).all()
    assert given.value(found.spend)[0] >= given.value(given.today)[0]


def test_a_channel_without_spend_goes_on_as_a_year_before(response, table):
    given = usual_task(response, table)
    last = response.channels[-1]
    rows = len(table.frame)
    assert given.kept[-1].tolist() == table.frame[f"act_{last}"].iloc[rows - 52 : rows - 52 + HORIZON].tolist()
    assert (given.kept[:-1] == 0).all()


@pytest.mark.parametrize("timing", ["even", "last_year", "bursts"])
def test_each_timing_spends_all_of_the_money(response, table, timing):
    given = usual_task(response, table, timing=timing)
    np.testing.assert_allclose(given.pattern.sum(axis=1), 1)
    assert (given.pattern >= 0).all()
    first = table.frame[f"spend_{response.channels[0]}"].to_numpy()[len(table.frame) - 52 :][:HORIZON]
    told = {"even": np.full(HORIZON, 1 / HORIZON), "last_year": first / first.sum()}
    if timing in told:
        np.testing.assert_allclose(given.pattern[0], told[timing])


def test_without_any_spend_there_is_nothing_to_plan(response, table):
    bare = table.frame.drop(columns=[name for name in table.frame if name.startswith("spend_")])
    with pytest.raises(DataError, match="No channel has spend"):
        usual_task(response, CanonicalData(pd.DataFrame(bare), "WEEK"))
