import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from mmm_core.errors import SpecError
from mmm_core.spec import RunSpec, channel_name, control_name, parse_spec, spec_from

SEED = """
{"dataset_id": "sample_001", "grain": "WEEK", "target_col": "sales",
 "drivers": ["act_tv", "act_digital", "act_social"], "controls": ["ctrl_price", "ctrl_promo"],
 "feature_config": {"adstock": {"decay_default": 0.5, "per_channel": {}, "max_lag": 13},
                    "saturation": {"enabled": false}, "seasonality": {"enabled": true, "K": 2},
                    "trend": {"enabled": true}},
 "windows": {"carryover_months": 12, "estimation_months": 12}, "random_seed": 42}
"""


def seed(**changes: object) -> dict[str, object]:
    return json.loads(SEED) | changes


def test_the_first_plans_json_is_accepted_word_for_word():
    spec = parse_spec(SEED)
    assert spec.drivers == ("act_tv", "act_digital", "act_social")
    assert spec.windows.estimation_months == 12
    assert (spec.sampler.draws, spec.sampler.tune, spec.sampler.chains, spec.sampler.target_accept) == (
        1000,
        1000,
        2,
        0.9,
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "colour: unknown field"),
        ({"drivers": []}, "drivers: .*at least 1"),
        ({"drivers": ["act_tv", "act_tv"]}, "drivers: named more than once: act_tv"),
        ({"drivers": ["act_tv", "spend_tv"]}, "name the same channel"),
        ({"controls": ["act_tv"]}, "cannot be a driver and a control: act_tv"),
        ({"target_col": "act_tv"}, "target_col 'act_tv' is also a driver"),
        ({"feature_config": {"adstock": {"per_channel": {"act_radio": 0.2}}}}, "not a driver: act_radio"),
        ({"random_seed": -1}, "random_seed: input should be greater than or equal to 0"),
        ({"interval_prob": 1.2}, "interval_prob"),
    ],
)
def test_bad_specifications_are_refused_by_name(changes, message):
    with pytest.raises(SpecError, match=message) as caught:
        spec_from(seed(**changes))
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["{", "[1, 2]", "null", '{"drivers": NaN}', b"\xff\xfe"])
def test_what_is_no_specification_is_refused(text):
    with pytest.raises(SpecError, match="specification"):
        parse_spec(text)


def test_every_field_is_described():
    def undescribed(model: type[BaseModel], place: str) -> Iterator[str]:
        for name, field in model.model_fields.items():
            if not field.description:
                yield f"{place}.{name}"
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                yield from undescribed(field.annotation, f"{place}.{name}")

    assert list(undescribed(RunSpec, "RunSpec")) == []


@given(
    st.floats(0, 0.99),
    st.integers(0, 104),
    st.integers(1, 26),
    st.one_of(st.none(), st.integers(1, 240)),
    st.integers(0, 2**32 - 1),
)
def test_specifications_survive_json(decay, max_lag, pairs, months, random_seed):
    config = {
        "adstock": {"decay_default": decay, "max_lag": max_lag, "per_channel": {"tv": decay}},
        "seasonality": {"K": pairs},
    }
    spec = spec_from(seed(feature_config=config, windows={"estimation_months": months}, random_seed=random_seed))
    assert parse_spec(spec.model_dump_json()) == spec


def test_names_without_their_prefix():
    assert [channel_name(name) for name in ("act_tv", "spend_tv", "tv", "act_")] == ["tv", "tv", "tv", "act_"]
    assert [control_name(name) for name in ("ctrl_price", "price", "ctrl_")] == ["price", "price", "ctrl_"]


@pytest.mark.parametrize(
    "change",
    [
        {"random_seed": True},
        {"random_seed": "42"},
        {"target_offset": False},
        {"windows": {"estimation_months": "12"}},
        {"feature_config": {"trend": {"enabled": 1}}},
        {"feature_config": {"trend": {"enabled": "yes"}}},
        {"feature_config": {"adstock": {"decay_default": "0.5"}}},
        {"feature_config": {"adstock": {"per_channel": {"act_tv": True}}}},
    ],
)
def test_what_could_only_be_guessed_to_be_a_number_is_refused(change):
    with pytest.raises(SpecError, match="should be a"):
        spec_from({"dataset_id": "x", "drivers": ["act_tv"]} | change)
