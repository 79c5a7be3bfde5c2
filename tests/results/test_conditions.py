"""Each model says what its intervals hold."""

from mmm_core.results.conditions import (
    ABOVE_AVERAGE,
    NEXT_RETURN,
    SENTENCES,
    SHORT,
    conditions,
    conditions_in_short,
    next_return_name,
    next_return_note,
)
from tests.conftest import Fit


def test_the_words_are_those_of_the_model_that_was_fitted(fit: Fit, estimated_fit: Fit):
    fixed, recommended = fit.contributions.summary, estimated_fit.contributions.summary
    assert (fixed.model, recommended.model) == ("fixed", "recommended")
    assert (conditions_in_short(fixed), conditions(fixed)) == (SHORT["fixed"], SENTENCES["fixed"])
    assert "given" in conditions_in_short(fixed)
    assert "demand" in conditions(recommended)


def test_every_model_has_words():
    assert set(SHORT) == set(SENTENCES) == {"fixed", "recommended"}


def test_without_saturation_as_set_the_next_unit_returns_more_by_assumption_and_that_is_said(fit: Fit):
    summary = fit.contributions.summary
    paid = [channel for channel in summary.channels if channel.roi is not None]
    assert paid
    assert all(channel.mroi.mean > channel.roi.mean for channel in paid)
    assert summary.mroi_note == next_return_note(fit.features.scaler) == ABOVE_AVERAGE
    assert next_return_name(summary) == f"{NEXT_RETURN} (no saturation: above the average by assumption)"


def test_with_saturation_or_the_recommended_model_nothing_is_said(fit: Fit, estimated_fit: Fit):
    scaler = fit.features.scaler
    bent = {name: each.model_copy(update={"half_saturation": 1.0}) for name, each in scaler.channels.items()}
    assert next_return_note(scaler.model_copy(update={"channels": bent})) == ""
    straight = {
        name: each.model_copy(update={"half_saturation": None})
        for name, each in estimated_fit.features.scaler.channels.items()
    }
    assert next_return_note(estimated_fit.features.scaler.model_copy(update={"channels": straight})) == ""
    recommended = estimated_fit.contributions.summary
    assert recommended.mroi_note == ""
    assert next_return_name(recommended) == NEXT_RETURN
