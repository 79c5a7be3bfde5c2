"""Which model a specification asks for, what it fills in, and what it refuses."""

import math

import pytest

from mmm_core.errors import SpecError
from mmm_core.spec import FixedModel, RecommendedModel, spec_from

BASE = {"dataset_id": "x", "drivers": ["act_tv", "act_radio"]}


def recommended(**changes: object):
    return spec_from({**BASE, "model": {"kind": "recommended", **changes}})


def test_an_absent_model_is_the_fixed_one_with_its_own_defaults():
    spec = spec_from(BASE)
    assert spec.model == FixedModel()
    assert spec.feature_config.seasonality.K == 2
    assert not spec.feature_config.saturation.enabled
    assert spec.freedom("tv") == "fixed"


def test_the_kind_alone_chooses_the_recommended_model_with_its_defaults():
    spec = recommended()
    assert spec.model == RecommendedModel()
    assert spec.feature_config.seasonality.K == 4
    assert spec.feature_config.saturation.enabled
    assert spec.saturation("tv").half_saturation == pytest.approx(math.exp(0.3))
    assert spec.saturation("tv").slope == pytest.approx(math.exp(0.3))
    assert spec.decay("tv") == 0.5
    assert (spec.model.link, spec.model.noise, spec.model.tails, spec.freedom("tv")) == (
        "estimated",
        "arma",
        "student_t",
        "free",
    )


def test_what_is_given_goes_before_the_defaults_of_the_model():
    config = {"seasonality": {"K": 1}, "saturation": {"enabled": False, "slope": 2}}
    spec = spec_from({**BASE, "model": {"kind": "recommended"}, "feature_config": config})
    assert spec.feature_config.seasonality.K == 1
    assert not spec.feature_config.saturation.enabled
    assert spec.feature_config.saturation.slope == 2


def test_a_written_specification_is_read_back_as_it_was():
    spec = recommended(per_channel={"act_tv": "near"}, link="log", media={"share": 0.3})
    assert spec_from(spec.model_dump(by_alias=True)) == spec


def test_freedom_is_by_column_or_channel_name():
    spec = recommended(freedom="near", per_channel={"tv": "fixed", "act_radio": {"freedom": "free"}})
    assert (spec.freedom("tv"), spec.freedom("radio")) == ("fixed", "free")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kind": "best"}, "model"),
        ({"link": "probit"}, "link"),
        ({"media": {"share": 1.5}}, "media.share"),
        ({"baseline": {"noise": 0}}, "baseline.noise"),
        ({"per_channel": {"act_web": "near"}}, "act_web"),
        ({"freedom": "loose"}, "freedom"),
        ({"width": 3}, "width"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_name(changes, named):
    with pytest.raises(SpecError, match=named):
        recommended(**changes)


def test_an_offset_has_no_place_in_it():
    with pytest.raises(SpecError, match="target_offset"):
        spec_from({**BASE, "model": {"kind": "recommended"}, "target_offset": 1})
