"""The list of parameters is that of the model: what files, compilation and words rest on."""

import pytest

from mmm_core.model.padding import model_data
from mmm_core.model.parameters import BESIDE_COLUMNS, PARAMETERS
from mmm_core.model.structure import Bucket
from mmm_core.sampler.model_pymc import build_model
from tests.conftest import Fit

BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


@pytest.fixture(scope="module")
def free(fit: Fit) -> dict[str, tuple[str, ...]]:
    """Free variables of the compiled model and their dims."""
    model = build_model(model_data(fit.features, Bucket(4, 7)))
    return {variable.name: model.named_vars_to_dims.get(variable.name, ()) for variable in model.free_RVs}


def test_every_free_variable_of_the_model_is_named_once_with_its_dim(free):
    assert len(BY_NAME) == len(PARAMETERS)
    assert free == {name: (parameter.dim,) if parameter.dim else () for name, parameter in BY_NAME.items()}


def test_draws_have_the_parameters_in_their_order_and_a_value_per_column(fit: Fit):
    draws = fit.posterior.draws
    assert list(draws.data_vars) == list(BY_NAME)
    for name, parameter in BY_NAME.items():
        assert draws[name].dims == ("chain", "draw", *((parameter.dim,) if parameter.dim else ())), name


def test_the_count_beside_columns_is_what_is_left_without_any(free):
    assert sum(not dims for dims in free.values()) == BESIDE_COLUMNS == 4


def test_what_no_column_names_has_words_of_its_own():
    """An analyst who reads ``nu`` must not have to look it up; what a column has is called after the column."""
    labels = [parameter.label for parameter in PARAMETERS if parameter.dim is None]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    for parameter in PARAMETERS:
        assert bool(parameter.label) == bool(parameter.meaning) == (parameter.dim is None), parameter.name
        assert parameter.label != parameter.name
