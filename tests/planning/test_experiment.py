"""The error of a test is that of its simulation; the shortest that tells is named, or it is said that none does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmm_core.planning import experiment
from mmm_core.planning.certificate import Certificate, uncertified
from tests.planning import cases
from tests.planning.demo import asking, response, subject

PROB = 0.94


def known(task, **worth: float) -> Certificate:
    """What it would be worth to know each channel's return."""
    knowing = np.array([worth.get(channel, 0.0) for channel in task.response.channels])
    return replace(uncertified(task, task.today), knowing=knowing)


def asked(noise: float, **worth: float):
    task = asking().task
    return experiment.next_test(
        task, known(task, **worth), noise, grain="WEEK", interval_prob=PROB, sales=float(task.sales_today.mean())
    )


def test_the_error_is_that_of_a_simulated_test():
    """Two halves of a market, many times: what the half without misses, doubled and made up for carry-over."""
    rng, task = np.random.default_rng(1), asking().task
    place, periods, noise, effect = task.response.channels.index("tv"), 8, 1000.0, 500.0
    gone = np.cumsum(task.response.curves.weights[place].mean(axis=1))
    gone = np.minimum(np.concatenate([gone / gone[-1], np.ones(periods)])[:periods], 1.0)
    estimates = []
    for _ in range(4000):
        without, others = (rng.normal(0.0, noise * np.sqrt(0.5), periods) for _ in range(2))
        missing = (others - (without - 0.5 * effect * gone)).mean()
        estimates.append(missing / 0.5 / gone.mean())
    assert np.mean(estimates) == pytest.approx(effect, rel=0.05)
    assert experiment._error(task, place, noise, periods) == pytest.approx(np.std(estimates), rel=0.05)


def test_the_channel_is_that_which_is_worth_most_and_the_test_the_shortest_that_tells():
    sales = float(asking().task.sales_today.mean())
    test = asked(1.0, tv=0.01 * sales, radio=0.02 * sales)
    assert (test.channel, test.tells, test.periods) == ("radio", True, 4)
    assert test.after <= experiment.TELLS * test.now
    assert 0 < test.worth <= 0.02 * sales
    assert "pays only" in test.model_copy(update={"costs": 2 * test.worth}).in_words("WEEK", str)
    assert "pays only" not in test.model_copy(update={"costs": 0.5 * test.worth}).in_words("WEEK", str)
    assert "Radio off in 50\u00a0% of the regions for 4 weeks" in test.in_words("WEEK", str)


def test_more_noise_takes_longer_until_none_of_this_size_tells():
    sales = float(asking().task.sales_today.mean())
    found = [asked(noise, tv=0.01 * sales) for noise in np.geomspace(1.0, 1e9, 40)]
    lengths = [each.periods for each in found]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) > 2
    assert all(each.after < each.now for each in found[:-10])
    last = found[-1]
    assert not last.tells
    assert last.periods == experiment.LENGTHS["WEEK"][-1]
    assert last.in_words("WEEK", str).startswith("No test of this size would tell the return of TV")
    assert last.worth == pytest.approx(0.0, abs=1e-6 * sales)


def test_nothing_is_tested_where_nothing_is_worth_to_be_known():
    assert asked(1000.0) is None
    assert asked(1000.0, tv=1e-9) is None
    assert asked(0.0, tv=1e9) is None


def test_what_is_carried_over_makes_a_short_test_see_less():
    task = asking().task
    for place in range(len(task.response.channels)):
        parts = [experiment.gone_by(task, place, periods) for periods in (2, 4, 8, 26)]
        assert parts == sorted(parts)
        assert 0 < parts[0] <= parts[-1] <= 1


@pytest.mark.parametrize("seed", range(4))
def test_it_holds_on_any_model(seed):
    task = cases.task(seed, 3)
    worth = dict.fromkeys(task.response.channels, 1.0)
    test = experiment.next_test(task, known(task, **worth), 50.0, grain="WEEK", interval_prob=PROB, sales=1000.0)
    assert test is not None
    assert 0 < test.after <= test.now
    assert test.after <= test.alone
    assert test.saves > 0


def test_noise_is_what_a_period_s_sales_miss_the_fit_by():
    frame = pd.DataFrame({
        "period_start": ["a", "a", "b", "b", "c", "c"], "y": [3.0, 3.0, 1.0, 1.0, 2.0, 2.0], "y_hat_mean": [2.0] * 6,
    })  # fmt: skip
    assert experiment.noise_of(frame) == pytest.approx(np.sqrt(8 / 3))
    assert experiment.noise_of(subject().fitted) > 0
    assert response().horizon == 13
