"""The columns of periods after a fit are those that a fit of the whole table would have, on the fit's own scale."""

from dataclasses import replace

import numpy as np
import pytest

from mmm_core.model.family import family_of
from mmm_core.model.features import build_features
from mmm_core.results.future.horizon import horizon_of
from mmm_core.spec import spec_from
from mmm_core.table.typed import CanonicalData
from tests.conftest import features_of
from tests.worlds import simulate

EVENTS = {
    "shopping_days": True,
    "own": [{"name": "Launch", "dates": ["2022-03-01"], "yearly": True}],
    "columns": ["ctrl_sale"],
}


def spec_of(world, **model):
    config = dict(world.spec["feature_config"], events=EVENTS, seasonality={"K": 3})
    return spec_from(world.spec | {"feature_config": config} | model)


def simulated():
    """A world whose table tells of an event: also in rows that come after a fit, and more of it there."""
    world = simulate(11, weeks=130, channels=3)
    sale = np.zeros(130)
    sale[[20, 71, 122]] = [1 / 7, 1 / 7, 2 / 7]
    return replace(world, frame=world.frame.assign(ctrl_sale=sale))


@pytest.mark.parametrize("model", [{}, {"model": {"kind": "recommended"}}], ids=["fixed", "recommended"])
def test_columns_run_on_as_in_the_whole_table(model):
    """Up to where they begin and how they are scaled they are those of a fit that knew all rows."""
    world = simulated()
    spec = spec_of(world, **model)
    whole, table = features_of(world.frame, spec), CanonicalData(world.frame, "WEEK")
    part = build_features(CanonicalData(world.frame.iloc[:110], "WEEK"), spec)
    found = horizon_of(part, table, spec)
    assert (found.fitted, len(found.dates)) == (110, 130)
    assert found.coming == slice(110, 130)
    np.testing.assert_array_equal(found.dates, whole.dates)
    all_columns, own = family_of(whole).columns.matrix, found.family.columns.matrix
    names = list(part.scaler.control_kind)
    for name in names:
        known = all_columns[:, list(whole.scaler.control_kind).index(name)]
        slope, level = np.polyfit(known[:110], own[:110, names.index(name)], 1)
        np.testing.assert_allclose(own[110:, names.index(name)], level + slope * known[110:], atol=1e-8, err_msg=name)
    np.testing.assert_allclose(own[:110], family_of(part).columns.matrix, atol=1e-12)


@pytest.mark.parametrize("model", [{}, {"model": {"kind": "recommended"}}], ids=["fixed", "recommended"])
def test_the_fitted_rows_add_what_they_added(model):
    world = simulated()
    spec = spec_of(world, **model)
    part = build_features(CanonicalData(world.frame.iloc[:110], "WEEK"), spec)
    fitted, found = family_of(part), horizon_of(part, CanonicalData(world.frame, "WEEK"), spec).family
    rng = np.random.default_rng(0)
    values = {"beta": rng.uniform(0.1, 0.3, (3, 5)), "share": rng.uniform(0.1, 0.2, (3, 5))} | {
        name: rng.uniform(0.2, 0.8, (3, 5)) for name in ("decay", "delay", "half_saturation", "slope")
    }
    gamma = {"gamma": rng.normal(0, 0.1, (fitted.columns.matrix.shape[1], 5))}
    for one, other, drawn in ((fitted.media, found.media, values), (fitted.columns, found.columns, gamma)):
        before, after = one.part(drawn), other.part(drawn)
        np.testing.assert_allclose(after.effect[:, :110], before.effect, atol=1e-9)
        np.testing.assert_allclose(after.origin, before.origin, atol=1e-9)
    np.testing.assert_array_equal(found.noise.begins[:110], fitted.noise.begins)
