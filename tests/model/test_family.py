"""Which model a table's features are for, and what neighbours in time are."""

import numpy as np
import pytest

from mmm_core.model.family import begins_of, declared_parameters, family_of
from mmm_core.model.link import BoxCoxLink, LogLink
from mmm_core.model.terms import EstimatedMedia, FixedMedia
from mmm_core.spec import spec_from
from tests.conftest import Fit, features_of


def test_the_features_say_which_model_it_is(fit: Fit, estimated_fit: Fit):
    assert isinstance(family_of(fit.features).media, FixedMedia)
    assert isinstance(family_of(estimated_fit.features).media, EstimatedMedia)
    assert not family_of(fit.features).is_estimated
    assert family_of(estimated_fit.features).is_estimated


@pytest.mark.parametrize(("name", "power"), [("log", 0.0), ("identity", 1.0), ("estimated", 0.3)])
def test_the_link_is_that_of_the_draws_or_of_the_specification(estimated_fit: Fit, name, power):
    spec = estimated_fit.spec.model_dump(by_alias=True)
    spec["model"]["link"] = name
    family = family_of(features_of(estimated_fit.world.frame, spec_from(spec)))
    link = family.link({"intercept": np.zeros(2), "lambda": np.full(2, 0.3)})
    assert isinstance(link, BoxCoxLink)
    np.testing.assert_array_equal(link.power, power)
    assert ("lambda" in {parameter.name for parameter in family.parameters}) == (name == "estimated")


def test_the_fixed_model_multiplies(fit: Fit):
    family = family_of(fit.features)
    assert family.link({}) == LogLink(0.0)
    assert family.observed(family.link({}), slice(3)).shape == (3, 1)


def test_a_row_begins_where_none_is_before_it(fit: Fit):
    assert list(np.flatnonzero(begins_of(fit.features))) == [0]
    frame = fit.world.frame.copy()
    frame.loc[[40, 41], "sales"] = np.nan
    assert list(np.flatnonzero(begins_of(features_of(frame, fit.spec)))) == [0, 40]


def test_words_know_the_parameters_of_both_models(fit: Fit, estimated_fit: Fit):
    own = {
        parameter.name
        for each in (fit, estimated_fit)
        for parameter in family_of(each.features).parameters
        if parameter.dim is None
    }
    assert own == set(declared_parameters())
