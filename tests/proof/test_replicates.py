"""Data sets that a fitted model makes."""

import numpy as np
import pytest

from mmm_core.model.family import FIXED_NU, FIXED_SIGMA, family_of
from mmm_core.model.likelihood import Noise
from mmm_core.proof.replicates import noise_of, replicates_of
from mmm_core.results.effects import effects, values_of


@pytest.mark.parametrize("name", ["fit", "estimated_fit"])
def test_a_data_set_is_the_model_s_own_line_with_noise_around_it(name, request):
    fit = request.getfixturevalue(name)
    family, values = family_of(fit.features), values_of(fit.posterior)
    made = replicates_of(family, values, most=300, seed=1)
    assert made.sales.shape == (len(fit.features.target), 300)
    whole = effects(family, values).mu
    np.testing.assert_allclose(made.mu[:, [0, -1]], whole[:, [0, -1]], rtol=1e-12)  # the first and the last draw
    again = replicates_of(family, values, most=300, seed=1)
    np.testing.assert_array_equal(made.sales, again.sales)
    assert not np.array_equal(made.noise, replicates_of(family, values, most=300, seed=2).noise)
    # About as many periods lie in the model's band as it says.
    low, high = np.quantile(made.sales, [0.05, 0.95], axis=1)
    inside = ((low <= fit.features.target) & (fit.features.target <= high)).to_numpy().mean()
    assert 0.8 < inside <= 1


def test_fewer_draws_than_are_asked_for_are_all_taken(fit):
    values = {name: draws[..., :7] for name, draws in values_of(fit.posterior).items()}
    assert replicates_of(family_of(fit.features), values, most=100, seed=1).mu.shape[1] == 7


@pytest.mark.parametrize("memory", ["independent", "ar1", "arma"])
@pytest.mark.parametrize("tails", ["student_t", "normal"])
def test_what_is_new_in_the_noise_is_what_the_likelihood_finds_in_it(memory, tails):
    """Drawn by the recursion and taken apart by the model's own: spread sigma, no correlation from row to row."""
    count, begins = 400, np.zeros(300, bool)
    begins[[0, 120]] = True
    noise = Noise(FIXED_SIGMA, FIXED_NU, begins, memory, tails)
    values = {"sigma": np.full(count, 0.2), "nu": np.full(count, 30.0), "rho": np.full(count, 0.8),
              "kappa": np.full(count, 0.5)}  # fmt: skip
    drawn = noise_of(noise, values, seed=3)
    new = noise.innovations(drawn, values)
    wanted = 0.2 * (np.sqrt(30 / 28) if tails == "student_t" else 1.0)
    assert new.std() == pytest.approx(wanted, rel=0.02)
    assert abs(np.corrcoef(new[1:].ravel(), new[:-1].ravel())[0, 1]) < 0.01
    if memory != "independent":
        assert drawn.std() > 1.05 * new.std()
