"""Sampler settings: what is usual, what is refused, and what a stopped run may keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import SpecError
from mmm_core.results.verdicts import ESS_PER_CHAIN_LIMITS
from mmm_core.spec import FEWEST_DRAWS_KEPT, RunSpec, SamplerSettings, spec_from


def with_sampler(**sampler: object) -> RunSpec:
    return spec_from({"dataset_id": "x", "drivers": ["act_tv"], "sampler": sampler})


def test_the_usual_settings_are_those_of_the_model_s_description():
    usual = spec_from({"dataset_id": "x", "drivers": ["act_tv"]}).sampler
    assert usual == SamplerSettings()
    assert usual.model_dump() == {"draws": 1000, "tune": 1000, "chains": 2, "target_accept": 0.9}


def test_the_usual_settings_can_pass_every_check_of_the_sampler():
    """Two chains, for R-hat compares; draws enough that the least effective parameter may lose nine of ten."""
    usual = SamplerSettings()
    assert usual.chains >= 2
    assert usual.draws >= 10 * ESS_PER_CHAIN_LIMITS[0]


def test_the_shortest_run_that_may_be_asked_for_is_worth_keeping():
    shortest = with_sampler(draws=FEWEST_DRAWS_KEPT).sampler
    assert shortest.draws == FEWEST_DRAWS_KEPT
    with pytest.raises(SpecError, match=rf"sampler\.draws: .*greater than or equal to {FEWEST_DRAWS_KEPT}"):
        with_sampler(draws=FEWEST_DRAWS_KEPT - 1)


@pytest.mark.parametrize(
    ("sampler", "message"),
    [
        ({"draws": 10}, r"sampler\.draws: input should be greater than or equal to 100, found '10'"),
        ({"draws": 20_001}, r"sampler\.draws: input should be less than or equal to 20000"),
        ({"tune": 99}, r"sampler\.tune: input should be greater than or equal to 100"),
        ({"chains": 0}, r"sampler\.chains: input should be greater than or equal to 1"),
        ({"chains": 9}, r"sampler\.chains: input should be less than or equal to 8"),
        ({"target_accept": 0.5}, r"sampler\.target_accept: input should be greater than 0\.5"),
        ({"target_accept": 1}, r"sampler\.target_accept: input should be less than 1"),
        ({"draws": 500.5}, r"sampler\.draws: input should be a valid integer"),
        ({"cores": 4}, r"sampler\.cores: unknown field"),
    ],
)
def test_settings_out_of_bounds_are_refused_by_field(sampler, message):
    with pytest.raises(SpecError, match=message):
        with_sampler(**sampler)


@given(st.integers(100, 20_000), st.integers(100, 20_000), st.integers(1, 8), st.floats(0.51, 0.99))
def test_settings_in_bounds_are_kept_and_survive_json(draws, tune, chains, target_accept):
    settings = with_sampler(draws=draws, tune=tune, chains=chains, target_accept=target_accept).sampler
    assert (settings.draws, settings.tune, settings.chains) == (draws, tune, chains)
    assert SamplerSettings.model_validate_json(settings.model_dump_json()) == settings


def test_more_draws_are_twice_as_many_and_at_least_two_thousand():
    more = SamplerSettings(draws=500, tune=1500, chains=4, target_accept=0.97).with_more_draws()
    assert (more.draws, more.tune, more.chains, more.target_accept) == (2000, 3000, 4, 0.97)
    most = SamplerSettings(draws=15_000, tune=20_000).with_more_draws()
    assert (most.draws, most.tune) == (20_000, 20_000)
    assert most.with_more_draws() == most
