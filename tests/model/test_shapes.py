import numpy as np
import pytest

from mmm_core.model.estimated import EstimatedScaler
from mmm_core.model.shapes import shapes_of
from mmm_core.spec import spec_from
from tests.conftest import features_of
from tests.worlds import simulate

WORLD = simulate(3, weeks=60, channels=2)


def scaler(**model: object) -> EstimatedScaler:
    config = {"adstock": {"per_channel": {"act_c0": 0.7, "act_c1": 0.2}}}
    asked = WORLD.spec | {"feature_config": config, "model": {"kind": "recommended"} | model}
    return features_of(WORLD.frame, spec_from(asked)).scaler.estimated


def test_the_prior_of_each_property_is_centred_on_its_setting():
    found = {shape.name: shape for shape in shapes_of(scaler(), "c0", None)}
    assert list(found) == ["decay", "delay", "half_saturation", "slope"]
    assert found["decay"].centre == pytest.approx(0.7)
    assert found["half_saturation"].centre == pytest.approx(np.exp(0.3))
    for shape in found.values():
        assert shape.prior.max() == 1
        assert shape.interval is None
        assert not shape.tells_little
        middle = np.searchsorted(np.cumsum(shape.prior) / shape.prior.sum(), 0.5)
        assert shape.grid[middle] == pytest.approx(shape.centre, rel=0.2, abs=0.03)


def test_what_is_fixed_has_no_prior():
    assert shapes_of(scaler(freedom="fixed"), "c0", None) == []
    held = scaler(per_channel={"c0": "fixed"})
    assert shapes_of(held, "c0", None) == []
    assert len(shapes_of(held, "c1", None)) == 4


def test_draws_move_it_or_tell_little_of_it():
    rng = np.random.default_rng(1)
    narrow = {"decay": rng.normal(0.4, 0.03, 2000), "delay": rng.uniform(0, 0.9, 2000)}
    found = {shape.name: shape for shape in shapes_of(scaler(), "c0", narrow)}
    middle, low, high = found["decay"].interval
    assert (middle, low, high) == pytest.approx((0.4, 0.35, 0.45), abs=0.01)
    assert not found["decay"].tells_little
    assert found["delay"].tells_little
    assert found["slope"].draws is None
