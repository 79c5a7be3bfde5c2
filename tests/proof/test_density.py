"""Densities are those of the run, and a worse fit is found out."""

import numpy as np
import pytest
from scipy.special import logsumexp

from mmm_core.proof.density import Density, fits_worse
from tests.proof.subjects import subject_of


@pytest.fixture(params=["fit", "estimated_fit"])
def either(request):
    return request.getfixturevalue(request.param)


def density_of(fit) -> Density:
    subject = subject_of(fit)
    return Density.of(subject.features, subject.values)


def test_densities_are_those_that_the_run_keeps(either):
    kept = either.contributions.log_likelihood
    assert density_of(either).rows == pytest.approx(kept.reshape(len(kept), -1))


def test_a_row_that_is_left_out_is_expected_a_little_less(either):
    density = density_of(either)
    known = logsumexp(density.rows, axis=1) - np.log(density.rows.shape[1])
    less = known - density.expected
    assert (less > -1e-9).all()
    assert 1 < less.sum() < 60  # about one for each parameter that the data told


def test_noise_with_memory_begins_anew_after_rows_without_sales(estimated_fit):
    density = density_of(estimated_fit)
    last, weights = slice(100, 104), {}
    weights["last"], _ = density.weights(last)
    ratio = -density.rows[last].sum(axis=0)
    # Nothing follows the last rows: the smoothed weights order draws as their own densities do.
    assert np.corrcoef(np.argsort(np.argsort(ratio)), np.argsort(np.argsort(weights["last"])))[0, 1] > 0.999
    inner, _ = density.weights(slice(50, 54))
    plain = -density.rows[50:54].sum(axis=0)
    assert np.corrcoef(np.argsort(np.argsort(plain)), np.argsort(np.argsort(inner)))[0, 1] < 0.999


def test_what_is_not_clearly_worse_is_as_good():
    rng = np.random.default_rng(1)
    own = rng.normal(size=100)
    assert not fits_worse(own, own)
    assert fits_worse(own, own - 0.1)  # ten in all, with no spread
    assert not fits_worse(own, own - 0.03)  # three in all say nothing
    assert not fits_worse(own, own - 0.1 + rng.normal(size=100))  # less than two standard errors
    assert not fits_worse(own - 0.1, own)
