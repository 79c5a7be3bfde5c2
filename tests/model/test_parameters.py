"""The declared parameters are those of the models that are sampled: what files, compilation and words rest on."""

import pytest

from mmm_core.model.family import family_of
from mmm_core.model.padding import model_data
from mmm_core.model.parameters import BESIDE_COLUMNS
from mmm_core.model.structure import Bucket
from mmm_core.sampler.model_pymc import build_model
from tests.conftest import Fit


@pytest.fixture(scope="module")
def free(fit: Fit) -> dict[str, tuple[str, ...]]:
    """Free variables of the compiled model and their dims."""
    model = build_model(model_data(fit.features, Bucket(4, 7)))
    return {variable.name: model.named_vars_to_dims.get(variable.name, ()) for variable in model.free_RVs}


@pytest.mark.parametrize("which", ["fit", "estimated_fit"])
def test_draws_have_the_parameters_in_their_order_and_a_value_per_column(which, request):
    found: Fit = request.getfixturevalue(which)
    declared, draws = family_of(found.features).parameters, found.posterior.draws
    names = [parameter.name for parameter in declared]
    assert list(draws.data_vars)[: len(names)] == names
    assert len(set(names)) == len(names)
    for parameter in declared:
        assert draws[parameter.name].dims == ("chain", "draw", *((parameter.dim,) if parameter.dim else ()))


def test_every_free_variable_of_the_fixed_model_is_declared_once_with_its_dim(fit: Fit, free):
    declared = family_of(fit.features).parameters
    assert free == {each.name: (each.dim,) if each.dim else () for each in declared}


def test_the_count_beside_columns_is_what_is_left_without_any(free):
    assert sum(not dims for dims in free.values()) == BESIDE_COLUMNS == 4


@pytest.mark.parametrize("which", ["fit", "estimated_fit"])
def test_what_no_column_names_has_words_of_its_own(which, request):
    """An analyst who reads ``nu`` must not have to look it up; what a column has is called after the column."""
    declared = family_of(request.getfixturevalue(which).features).parameters
    labels = [parameter.label for parameter in declared if parameter.dim is None]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    for parameter in declared:
        assert bool(parameter.label) == bool(parameter.meaning) == (parameter.dim is None), parameter.name
        assert parameter.label != parameter.name
