"""How near a fit could find returns, before there is one: worlds of the prior on a table's design."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import SpecError
from mmm_core.model.family import family_of
from mmm_core.proof.before.worlds import DRAWS, Design, likest, prior_values, variation, with_another_year
from mmm_core.proof.parts.recovery import simulated, true_totals
from mmm_core.proof.subject import refitter
from mmm_core.table.typed import CanonicalData


@pytest.fixture
def fitted(estimated_fit):
    return estimated_fit


def test_fixed_settings_are_refused_in_words(fit):
    table = CanonicalData(fit.world.frame, "WEEK")
    with pytest.raises(SpecError, match="says too little of sales"):
        Design(table, fit.spec).world(0, None)


def test_the_prior_s_draws_have_what_effects_are_read_from(fitted):
    """What follows from the draws is there, and media bring by them what the prior says."""
    values = prior_values(fitted.features, 50, seed=1)
    assert values["beta"].shape == (4, 50)
    np.testing.assert_allclose(values["share"].sum(axis=0), values["media_share"])
    one = {name: value[..., :1] for name, value in values.items()}
    truths, total = true_totals(fitted.features, one)
    assert (truths >= 0).all()
    assert np.isfinite(total)


def test_worlds_are_as_restless_as_the_table(fitted):
    """Of a prior that allows much more, draws are taken whose sales could be the table's."""
    features = fitted.features
    drawn = prior_values(features, DRAWS, seed=1)
    taken = likest(features, drawn, seed=1)
    values = {name: value[..., taken] for name, value in drawn.items()}
    assert len(values["intercept"]) == 40
    table = CanonicalData(fitted.world.frame, "WEEK")
    seen = variation(family_of(features).target[:, None])[:, 0]
    found = [
        variation(
            simulated(
                table,
                features,
                {name: value[..., draw : draw + 1] for name, value in values.items()},
                np.random.default_rng(draw),
            )
            .frame["sales"]
            .to_numpy()[:, None]
        )[:, 0]
        for draw in range(40)
    ]
    np.testing.assert_allclose(np.median(found, axis=0), seen, rtol=0.2)


def test_the_same_number_is_the_same_world_and_its_truth_is_known(fitted, compiled):
    design = Design(CanonicalData(fitted.world.frame, "WEEK"), fitted.spec)
    world = design.world(0, refitter(compiled))
    assert [row.channel for row in world.channels] == ["c0", "c1", "c2", "c3"]
    assert all(row.low <= row.median <= row.high for row in world.channels)
    again = Design(design.table, design.spec).world(0, refitter(compiled))
    assert [row.truth for row in again.channels] == [row.truth for row in world.channels]


def test_a_world_of_another_length_has_the_same_parameters(fitted):
    table = CanonicalData(fitted.world.frame, "WEEK")
    own = Design(table, fitted.spec)
    longer = Design(with_another_year(table), fitted.spec, like=own)
    for name in ("media_share", "decay", "half_saturation", "sigma"):
        # A half-saturation is counted in mean activity, which another year moves a little.
        np.testing.assert_allclose(longer.values[name], own.values[name], rtol=0.01)
    assert longer.features.target.size == own.features.target.size + 52


@pytest.mark.parametrize(("grain", "rows", "more"), [("WEEK", 104, 52), ("MONTH", 24, 12), ("WEEK", 30, 30)])
def test_another_year_is_the_last_one_again_on_the_days_that_follow(grain, rows, more):
    freq = "W-MON" if grain == "WEEK" else "MS"
    dates = pd.date_range("2022-01-03" if grain == "WEEK" else "2022-01-01", periods=rows, freq=freq)
    frame = pd.DataFrame({"entity_id": "brand", "period_start": dates, "sales": 1.0, "act_tv": np.arange(rows)})
    longer = with_another_year(CanonicalData(frame, grain)).frame
    assert list(longer["period_start"]) == list(pd.date_range(dates[0], periods=rows + more, freq=freq))
    assert list(longer["act_tv"]) == [*range(rows), *range(rows - more, rows)]
