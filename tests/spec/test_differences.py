"""Every setting that decides a model is told in words when it differs, and nothing else is."""

import re

import pytest

from mmm_core.spec import RunSpec, spec_from
from mmm_core.spec.differences import NAMES, _leaves, differences
from tests.engines import demo_spec, recommended_spec


def changed(spec: RunSpec, place: str, value: object) -> RunSpec:
    """The specification with the setting at a place, written with points, set to a value."""
    data = spec.model_dump(mode="json", by_alias=True)
    *parents, last = place.split(".")
    inside = data
    for name in parents:
        inside = inside[name]
    inside[last] = value
    return spec_from(data)


def test_the_same_specification_differs_in_nothing():
    assert differences(demo_spec(), demo_spec(dataset_id="another")) == []


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("feature_config.adstock.max_lag", 4, "longest carry-over (periods): 4 instead of"),
        ("feature_config.trend.enabled", False, "trend: off instead of on"),
        ("feature_config.seasonality.K", 5, "waves of the season: 5 instead of"),
        ("model.link", "log", "how parts combine: multiplied instead of estimated"),
        ("model.media.share", 0.3, "expected share of media: 0.3 instead of 0.15"),
        ("model.freedom", "near", "freedom of the settings of every channel: near instead of free"),
        ("random_seed", 7, "random seed: 7 instead of"),
        ("sampler.draws", 2500, "draws a chain: 2,500 instead of"),
        ("windows.estimation_months", 12, "months estimated: 12 instead of all"),
        ("feature_config.events.shopping_days", True, "shopping days: on instead of off"),
    ],
)
def test_a_setting_is_told_by_the_name_that_a_person_gives_it(place, value, said):
    found = differences(recommended_spec(), changed(recommended_spec(), place, value))
    assert len(found) == 1
    assert found[0].startswith(said)


def test_channels_with_the_same_change_are_told_together():
    before = demo_spec()
    now = changed(before, "feature_config.adstock.per_channel", {"act_tv": 0.8, "act_radio": 0.8})
    for name in ("search", "social", "video", "print"):
        now = changed(now, f"feature_config.adstock.per_channel.act_{name}", before.decay(name))
    told = differences(before, now)
    assert all(re.fullmatch(r"decay of [\w, ]+( and \w+)?: 0\.8 instead of 0\.\d+", each) for each in told), told
    assert {"TV", "Radio"} <= set(re.findall(r"\w+", " ".join(told)))


def test_columns_and_events_that_came_or_went_are_named():
    before = demo_spec()
    data = before.model_dump(mode="json", by_alias=True)
    data["drivers"] = data["drivers"][1:]
    data["feature_config"]["adstock"]["per_channel"] = {}
    data["feature_config"]["events"]["own"] = [{"name": "Strike in May", "dates": ["2024-05-01"]}]
    data["feature_config"]["events"]["holidays"] = {"country": "DE"}
    with_event = spec_from(data)
    told = differences(before, with_event)
    assert any(re.fullmatch(r"channel \w+ left out", each) for each in told)
    assert {"event Strike in May added", "public holidays added"} <= set(told)
    data["feature_config"]["events"]["own"][0]["dates"] = ["2024-05-02"]
    assert differences(with_event, spec_from(data)) == ["days of Strike in May"]
    assert any(re.fullmatch(r"channel \w+ added", each) for each in differences(with_event, before))


def test_a_control_that_counts_as_an_event_is_named():
    before = demo_spec()
    config = before.feature_config.model_dump() | {"events": {"columns": ["ctrl_promo"]}}
    now = demo_spec(feature_config=config)
    assert differences(before, now) == ["Promo counted as an event"]
    assert differences(now, before) == ["Promo no longer counted as an event"]


def test_what_is_not_looked_at_is_no_difference():
    off = changed(demo_spec(), "feature_config.saturation.enabled", False)
    assert differences(off, changed(off, "feature_config.saturation.slope", 3.0)) == []
    no_season = changed(off, "feature_config.seasonality.enabled", False)
    assert differences(no_season, changed(no_season, "feature_config.seasonality.K", 3)) == []


def test_another_model_is_told_by_its_kind():
    told = differences(demo_spec(), recommended_spec())
    assert "model: recommended instead of fixed" in told
    assert not any("noise" in each or "freedom" in each for each in told)


def test_every_setting_has_a_name_in_words():
    places = set(_leaves(recommended_spec())) | set(
        _leaves(changed(demo_spec(), "feature_config.saturation.enabled", True))
    )
    assert places - set(NAMES) == set()
    assert set(NAMES) - places == set()
