"""Each model says what its intervals hold."""

from mmm_core.results.conditions import SENTENCES, SHORT, conditions, conditions_in_short
from tests.conftest import Fit


def test_the_words_are_those_of_the_model_that_was_fitted(fit: Fit, estimated_fit: Fit):
    fixed, recommended = fit.contributions.summary, estimated_fit.contributions.summary
    assert (fixed.model, recommended.model) == ("fixed", "recommended")
    assert (conditions_in_short(fixed), conditions(fixed)) == (SHORT["fixed"], SENTENCES["fixed"])
    assert "given" in conditions_in_short(fixed)
    assert "demand" in conditions(recommended)


def test_every_model_has_words():
    assert set(SHORT) == set(SENTENCES) == {"fixed", "recommended"}
