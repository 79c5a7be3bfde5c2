"""Carry-over and saturation of a specification, channel by channel."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mmm_core.errors import SpecError
from mmm_core.spec import RunSpec, parse_spec, spec_from
from mmm_core.spec.media import Adstock, ChannelAdstock, ChannelSaturation, Saturation, SaturationName
from mmm_core.transforms.adstock import ADSTOCKS
from mmm_core.transforms.saturation import SATURATIONS

decays = st.floats(0, 1, exclude_max=True)


def with_media(**feature_config: object) -> RunSpec:
    drivers = ["act_tv", "act_social"]
    return spec_from({"dataset_id": "x", "drivers": drivers, "feature_config": feature_config})


@pytest.mark.parametrize("key", ["act_tv", "tv"])
@pytest.mark.parametrize("value", [0.7, {"decay": 0.7}])
def test_decays_go_by_column_or_channel_name(key, value):
    spec = with_media(adstock={"decay_default": 0.4, "per_channel": {key: value}})
    assert spec.decay("tv") == 0.7
    assert spec.decay("social") == 0.4


@pytest.mark.parametrize("key", ["act_tv", "tv", "spend_tv"])
def test_saturation_goes_by_channel_and_falls_back_to_the_shared_one(key):
    own = {"half_saturation": 2.5, "slope": 1.5}
    spec = with_media(saturation={"enabled": True, "half_saturation": 0.5, "per_channel": {key: own}})
    assert spec.saturation("tv") == ChannelSaturation(half_saturation=2.5, slope=1.5)
    assert spec.saturation("social") == ChannelSaturation(half_saturation=0.5, slope=1.0)


def test_a_channel_s_own_saturation_takes_nothing_from_the_shared_one():
    """What is left out of a channel's settings has its usual value and not the shared one: the file says all."""
    spec = with_media(saturation={"enabled": True, "slope": 3.0, "per_channel": {"tv": {"half_saturation": 2.0}}})
    assert spec.saturation("tv").slope == 1.0


@given(decays)
def test_a_number_is_short_for_the_settings_and_is_written_in_full(decay):
    short, full = Adstock(per_channel={"tv": decay}), Adstock(per_channel={"tv": {"decay": decay}})
    assert short == full
    assert Adstock.model_validate_json(short.model_dump_json()) == full
    assert short.model_dump()["per_channel"]["tv"] == ChannelAdstock(decay=decay).model_dump()


@given(decays, st.integers(0, 104), st.floats(0.01, 100), st.floats(0.1, 10))
def test_media_settings_survive_json(decay, max_lag, half_saturation, slope):
    hill = {"half_saturation": half_saturation, "slope": slope}
    spec = with_media(
        adstock={"decay_default": decay, "max_lag": max_lag, "per_channel": {"tv": decay}},
        saturation={"enabled": True, "per_channel": {"tv": hill}, **hill},
    )
    assert parse_spec(spec.model_dump_json()) == spec


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"adstock": {"decay": 0.5}}, r"adstock\.decay: unknown field"),
        ({"adstock": {"decay_default": 1.0}}, r"adstock\.decay_default: input should be less than 1, found '1\.0'"),
        ({"adstock": {"per_channel": {"tv": 1}}}, r"adstock\.per_channel\.tv\.decay: input should be less than 1"),
        ({"adstock": {"per_channel": {"tv": -0.1}}}, "greater than or equal to 0"),
        ({"adstock": {"per_channel": {"tv": {}}}}, r"adstock\.per_channel\.tv\.decay: missing"),
        ({"adstock": {"per_channel": {"tv": {"decay": 0.5, "peak": 2}}}}, r"per_channel\.tv\.peak: unknown field"),
        ({"adstock": {"kind": "gamma"}}, r"adstock\.kind: input should be 'geometric', 'delayed'"),
        ({"adstock": {"per_channel": {"tv": {"decay": 0.5, "delay": 1}}}}, r"tv\.delay: input should be less than 1"),
        (
            {"adstock": {"per_channel": {"tv": {"decay": 0.5, "shape": 0}}}},
            r"tv\.shape: input should be greater",
        ),
        ({"saturation": {"kind": "cubic"}}, r"saturation\.kind: input should be 'hill'"),
        ({"adstock": {"max_lag": 105}}, r"adstock\.max_lag: input should be less than or equal to 104"),
        ({"saturation": {"half_saturation": 0}}, r"saturation\.half_saturation: input should be greater than 0"),
        ({"saturation": {"slope": 0}}, r"saturation\.slope: input should be greater than 0"),
        ({"saturation": {"per_channel": {"radio": {}}}}, r"saturation\.per_channel: not a driver: radio"),
    ],
)
def test_what_is_no_setting_of_media_is_refused_by_field(config, message):
    with pytest.raises(SpecError, match=message):
        with_media(**config)


@pytest.mark.parametrize("value", [True, "0.5", None, [0.5]])
def test_what_could_only_be_guessed_to_be_a_decay_is_refused(value):
    with pytest.raises(ValidationError, match=r"valid dictionary or instance of ChannelAdstock"):
        Adstock(per_channel={"tv": value})


def test_the_schema_offers_a_number_or_the_settings():
    """What a form or a client reads: both spellings are in it, the number as well as the fields."""
    schema = Adstock.model_json_schema(mode="validation")["properties"]["per_channel"]["additionalProperties"]
    kinds = {option.get("type") or option["$ref"].rpartition("/")[2] for option in schema["anyOf"]}
    assert kinds == {"number", "ChannelAdstock"}


def test_the_default_kind_of_carry_over_is_the_first_in_the_list_and_saturation_is_off():
    assert Adstock().kind == next(iter(ADSTOCKS))
    assert with_media().adstock("tv") == ChannelAdstock(decay=0.5)
    assert not with_media().feature_config.saturation.enabled


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"adstock": {"kind": "weibull_pdf"}}, "estimates geometric and delayed carry-over, not 'weibull_pdf'"),
        ({"adstock": {"kind": "weibull_cdf"}}, "choose one of them, or the fixed model"),
        ({"saturation": {"kind": "logistic"}}, "estimates Hill's curve, not 'logistic'"),
    ],
)
def test_the_recommended_model_refuses_shapes_that_it_does_not_estimate(config, message):
    asked = {"dataset_id": "t", "drivers": ["act_tv"], "feature_config": config}
    with pytest.raises(SpecError, match=message):
        spec_from(asked | {"model": {"kind": "recommended"}})
    assert spec_from(asked).model.kind == "fixed"


def test_a_shape_that_is_switched_off_is_no_reason_to_refuse():
    config = {"saturation": {"enabled": False, "kind": "log1p"}}
    asked = {"dataset_id": "t", "drivers": ["act_tv"], "feature_config": config, "model": {"kind": "recommended"}}
    assert spec_from(asked).feature_config.saturation.kind == "log1p"


def test_every_kind_of_saturation_has_a_word():
    assert set(get_args(SaturationName)) == set(SATURATIONS)
    assert Saturation().kind == next(iter(SATURATIONS))
