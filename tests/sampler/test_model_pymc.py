"""The compiled model against an independent density, and padding against the plain model."""

import numpy as np
import pymc as pm
import pytest
from scipy import stats

from mmm_core.model.padding import ModelData, model_data
from mmm_core.model.structure import Bucket
from mmm_core.sampler.model_pymc import build_model
from tests.conftest import Fit


def scipy_log_density(data: ModelData, point: dict[str, np.ndarray], n_channels: int, n_controls: int) -> float:
    """Log probability on the constrained scale, no Jacobian, real parameters only."""
    beta, gamma = point["beta"][:n_channels], point["gamma"][:n_controls]
    eta = point["intercept"] + data.channels[:, :n_channels] @ beta + data.controls[:, :n_controls] @ gamma
    return float(
        stats.norm.logpdf(point["intercept"], 0, 2)
        + stats.halfnorm.logpdf(point["sigma_beta"], scale=0.5)
        + stats.halfnorm.logpdf(beta, scale=point["sigma_beta"]).sum()
        + stats.norm.logpdf(gamma, 0, 0.5).sum()
        + stats.halfnorm.logpdf(point["sigma"], scale=1)
        + stats.expon.logpdf(point["nu"], scale=10)
        + stats.t.logpdf(data.target, point["nu"], loc=eta, scale=point["sigma"]).sum()
    )


def pymc_log_density(model: pm.Model, point: dict[str, np.ndarray]) -> float:
    values = {
        model.rvs_to_values[rv].name: (
            model.rvs_to_transforms[rv].forward(point[rv.name], *rv.owner.inputs).eval()
            if model.rvs_to_transforms[rv] is not None
            else point[rv.name]
        )
        for rv in model.free_RVs
    }
    return float(model.compile_logp(jacobian=False)(values))


def random_point(seed: int, bucket: Bucket) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "intercept": rng.normal(),
        "sigma_beta": np.abs(rng.normal()) + 0.05,
        "beta": np.abs(rng.normal(0, 0.2, bucket.channels)) + 1e-3,
        "gamma": rng.normal(0, 0.3, bucket.controls),
        "sigma": np.abs(rng.normal(0, 0.3)) + 0.02,
        "nu": rng.exponential(10) + 0.5,
    }


@pytest.mark.parametrize("seed", range(5))
def test_log_density_equals_scipys(fit: Fit, seed):
    n_channels, n_controls = fit.features.channels_scaled.shape[-1], fit.features.controls_scaled.shape[-1]
    plain = model_data(fit.features, Bucket(n_channels, n_controls))
    padded = model_data(fit.features, Bucket(16, 24))
    point = random_point(seed, padded.bucket)
    real = point | {"beta": point["beta"][:n_channels], "gamma": point["gamma"][:n_controls]}
    expected = scipy_log_density(plain, point, n_channels, n_controls)
    assert pymc_log_density(build_model(plain), real) == pytest.approx(expected, rel=0, abs=1e-8)

    # Padding adds the padded coefficients' own prior terms, and nothing else.
    own = stats.halfnorm.logpdf(point["beta"][n_channels:], scale=1).sum()
    own += stats.norm.logpdf(point["gamma"][n_controls:], 0, 0.5).sum()
    found = pymc_log_density(build_model(padded), point) - own
    assert found == pytest.approx(pymc_log_density(build_model(plain), real), rel=0, abs=1e-10)
