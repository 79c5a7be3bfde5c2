import numpy as np
import pytest

from mmm_core.model import preview
from mmm_core.spec import spec_from
from tests.conftest import features_of
from tests.worlds import simulate

WORLD = simulate(3, weeks=80, channels=2)
SPEC = spec_from(WORLD.spec)
FEATURES = features_of(WORLD.frame, SPEC)


def test_felt_activity_has_the_mean_of_what_was_bought():
    found = preview.felt_activity(FEATURES, "c0")
    assert found["felt"].mean() == pytest.approx(found["bought"].mean())
    assert np.corrcoef(found["felt"], FEATURES.transformed.sel(channel="c0"))[0, 1] == pytest.approx(1)


def test_the_seasonal_sketch_is_on_the_scale_of_sales():
    found = preview.season_curve(FEATURES)
    assert found.varies
    assert found.frame["curve"].between(found.frame["sales"].min() / 2, found.frame["sales"].max() * 2).all()
    flat = spec_from(WORLD.spec | {"feature_config": {"seasonality": {"enabled": False}, "trend": {"enabled": False}}})
    level = preview.season_curve(features_of(WORLD.frame, flat))
    assert not level.varies
    assert level.frame["curve"].std() == pytest.approx(0, abs=1e-6 * level.frame["curve"].mean())


def test_a_decay_is_put_in_words():
    spec = spec_from(
        WORLD.spec | {"feature_config": {"adstock": {"per_channel": {"c0": 0.5, "c1": 0.9}, "max_lag": 4}}}
    )
    assert "1.0 weeks" in preview.carry_over_in_words(spec, "c0", "WEEK")
    assert "more than 5 %" in preview.carry_over_in_words(spec, "c1", "WEEK")
    assert preview.impulse(spec, "c0") == pytest.approx([1, 0.5, 0.25, 0.125, 0.0625])


def test_a_saturation_curve_is_half_at_its_half_saturation():
    spec = spec_from(WORLD.spec | {"feature_config": {"saturation": {"enabled": True, "half_saturation": 1.5}}})
    curve = preview.saturation_curves(spec, ["c0"])["c0"].set_index("activity")["effect"]
    assert curve.loc[1.5] == pytest.approx(0.5)
    assert curve.is_monotonic_increasing


def test_what_priors_imply_is_the_prior_of_shares_and_returns():
    spec = spec_from(WORLD.spec | {"model": {"kind": "recommended", "media": {"share": 0.3}}})
    built = features_of(WORLD.frame, spec)
    whole, *each = preview.implied(built)
    assert whole.channel is None
    assert whole.share[0] == pytest.approx(0.3, abs=0.02)
    assert whole.share[1] < 0.1
    assert whole.share[2] > 0.6
    assert sum(one.share[0] for one in each) < 1.3 * whole.share[0]
    paid = [WORLD.frame[f"spend_{one.channel}"].sum() for one in each]
    assert paid == sorted(paid, reverse=True)
    for number, one in enumerate(each):
        spent = WORLD.frame[f"spend_{one.channel}"].sum()
        assert one.roi[0] == pytest.approx(one.share[0] * WORLD.frame["sales"].sum() / spent), number
    bare = features_of(WORLD.frame.drop(columns=[c for c in WORLD.frame if c.startswith("spend_")]), spec)
    assert all(one.roi is None for one in preview.implied(bare))
    assert preview.implied(features_of(WORLD.frame, spec_from(WORLD.spec))) == []
