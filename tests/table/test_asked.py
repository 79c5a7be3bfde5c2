"""What of a specification changes what is said of a table: that and nothing else is asked."""

import pytest

from mmm_core.spec import spec_from
from mmm_core.table.asked import Asked

BASE = {"dataset_id": "t", "drivers": ["act_tv", "act_radio"], "controls": ["ctrl_price", "ctrl_rain"]}
MOVES: tuple[dict[str, object], ...] = (
    {"feature_config": {"adstock": {"decay_default": 0.9, "max_lag": 4}}},
    {"feature_config": {"adstock": {"per_channel": {"act_tv": 0.1}}}},
    {"feature_config": {"saturation": {"enabled": True, "half_saturation": 3.0}}},
    {"windows": {"estimation_months": 12, "carryover_months": 3}},
    {"sampler": {"draws": 200}},
    {"random_seed": 7},
    {"interval_prob": 0.8},
    {"dataset_id": "other"},
    {"dataset": {"fixes": ["blank_spend_is_zero"]}},
)
"""Settings of the model that say nothing of its table."""
CHANGES: tuple[dict[str, object], ...] = (
    {"target_col": "revenue"},
    {"drivers": ["act_tv"]},
    {"drivers": ["act_radio", "act_tv"]},
    {"controls": []},
    {"controls": ["ctrl_rain", "ctrl_price"]},
    {"grain": "MONTH"},
    {"target_offset": 5.0},
    {"feature_config": {"seasonality": {"K": 3}}},
    {"feature_config": {"seasonality": {"enabled": False}}},
    {"feature_config": {"trend": {"enabled": False}}},
)


def asked(changes: dict[str, object]) -> Asked:
    return Asked.of(spec_from(BASE | changes))


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_no_slider_of_the_model_makes_another_question(move):
    assert asked(move) == asked({})
    assert {asked({}): "a report"}[asked(move)] == "a report"


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_a_check_looks_at_makes_another_question(change):
    assert asked(change) != asked({})


def test_every_part_of_the_question_comes_from_the_specification():
    plain = asked({})
    moved = {
        field for change in CHANGES for field in Asked._fields if getattr(asked(change), field) != getattr(plain, field)
    }
    assert moved == set(Asked._fields)


@pytest.mark.parametrize("pairs", [1, 4, 26])
def test_a_season_that_is_switched_off_has_no_pairs_whatever_they_were_set_to(pairs):
    def season(enabled: bool) -> int:
        return asked({"feature_config": {"seasonality": {"enabled": enabled, "K": pairs}}}).fourier_pairs

    assert (season(True), season(False)) == (pairs, 0)


def test_columns_are_asked_for_as_they_were_written_and_in_their_order():
    question = asked({"drivers": ["radio", "act_tv", "spend_ooh"], "controls": ["rain", "ctrl_price"]})
    assert question.drivers == ("radio", "act_tv", "spend_ooh")
    assert question.controls == ("rain", "ctrl_price")
