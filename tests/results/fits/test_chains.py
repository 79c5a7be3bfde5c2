"""What is said of the chains against formulas, and on draws of which the answer is known."""

import dataclasses
from itertools import pairwise

import arviz_stats
import numpy as np
import pytest
import xarray as xr
from scipy import stats

from mmm_core.model.posterior import Posterior
from mmm_core.model.structure import Bucket
from mmm_core.results.posterior_summary import ParameterSummary, summarise_posterior
from tests.conftest import Fit
from tests.results.test_diagnostics import diagnosed


def one_parameter(values: np.ndarray) -> ParameterSummary:
    """Summary of one parameter's draws ``(chain, draw)``."""
    draws = xr.Dataset({"sigma": (("chain", "draw"), values)})
    (found,) = summarise_posterior(Posterior(draws, xr.Dataset(), Bucket(16, 24), 0.0, False)).parameters
    return found


def split_r_hat(values: np.ndarray) -> float:
    """Rank-normalised split R-hat by its formula, the larger of bulk and folded (Vehtari et al. 2021)."""
    half = values.shape[1] // 2
    halves = np.array([part for chain in values for part in (chain[:half], chain[-half:])])

    def of(each: np.ndarray) -> float:
        ranks = stats.rankdata(each).reshape(each.shape)
        z = stats.norm.ppf((ranks - 3 / 8) / (each.size + 1 / 4))
        within = np.mean([np.var(chain, ddof=1) for chain in z])
        between = half * np.var([np.mean(chain) for chain in z], ddof=1)
        return float(np.sqrt(((half - 1) / half * within + between / half) / within))

    return max(of(halves), of(np.abs(halves - np.median(halves))))


def ar1(rho: float, shape: tuple[int, int], seed: int = 0) -> np.ndarray:
    """Stationary draws of variance 1 whose neighbours correlate by rho."""
    noise = np.random.default_rng(seed).normal(size=shape)
    for draw in range(1, shape[1]):
        noise[:, draw] = rho * noise[:, draw - 1] + np.sqrt(1 - rho**2) * noise[:, draw]
    return noise


def test_every_parameter_of_a_fit_has_the_numbers_of_its_draws(fit: Fit):
    summary = {row.name: row for row in summarise_posterior(fit.posterior).parameters}
    for name, values in {
        "intercept": fit.posterior.draws["intercept"],
        "beta[c2]": fit.posterior.draws["beta"].sel(channel="c2"),
        "gamma[linear_trend]": fit.posterior.draws["gamma"].sel(control="linear_trend"),
    }.items():
        row, draws = summary[name], values.to_numpy()
        assert (row.mean, row.sd) == pytest.approx((draws.mean(), np.std(draws, ddof=1)))
        assert row.r_hat == pytest.approx(split_r_hat(draws), rel=1e-6)
        low, high = arviz_stats.hdi(draws.ravel(), prob=0.94)
        assert (row.hdi_3, row.hdi_97) == pytest.approx((low, high))
    whole = diagnosed(fit)
    assert whole.max_r_hat == max(row.r_hat for row in summary.values())
    assert whole.min_ess_bulk == min(row.ess_bulk for row in summary.values())
    assert whole.min_ess_tail == min(row.ess_tail for row in summary.values())


@pytest.mark.parametrize(("shift", "spread"), [(2.0, 1.0), (0.0, 3.0)])
def test_chains_that_disagree_in_place_or_in_spread_have_a_large_r_hat(shift, spread):
    draws = np.random.default_rng(0).normal(size=(2, 500))
    draws[1] = shift + spread * draws[1]
    found = one_parameter(draws)
    assert found.r_hat == pytest.approx(split_r_hat(draws), rel=1e-6)
    assert found.r_hat > 1.05


def test_a_chain_that_drifts_is_seen_though_both_do_alike():
    drift = np.random.default_rng(1).normal(size=(2, 500)) + np.linspace(-2, 2, 500)
    assert one_parameter(drift).r_hat > 1.05


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.5, 0.9])
def test_effective_draws_are_those_of_a_known_process(rho):
    found = one_parameter(ar1(rho, (4, 4000)))
    assert found.ess_bulk == pytest.approx(16_000 * (1 - rho) / (1 + rho), rel=0.2)
    assert found.r_hat < 1.02


def test_one_chain_has_nothing_to_agree_with():
    found = one_parameter(ar1(0.2, (1, 800)))
    assert found.r_hat is None
    assert found.ess_bulk == pytest.approx(800 * 0.8 / 1.2, rel=0.3)


def test_draws_that_do_not_vary_have_no_r_hat_and_that_is_no_pass(fit: Fit):
    row = one_parameter(np.full((2, 200), 0.3))
    assert row.r_hat is None
    assert (row.sd, row.hdi_3, row.hdi_97) == pytest.approx((0, 0.3, 0.3), abs=1e-12)
    stuck = fit.posterior.draws.assign(sigma=fit.posterior.draws["sigma"] * 0 + 0.1)
    found = diagnosed(fit, posterior=dataclasses.replace(fit.posterior, draws=stuck))
    assert found.max_r_hat is None
    assert found.overall == "stop"


def with_stats(fit: Fit, **changes: np.ndarray) -> Posterior:
    """The fit's draws with other sampler statistics ``(chain, draw)``."""
    named = {name: (("chain", "draw"), values) for name, values in changes.items()}
    return dataclasses.replace(fit.posterior, stats=fit.posterior.stats.assign(named))


def test_bfmi_is_the_energy_s_change_over_its_spread_chain_by_chain(fit: Fit):
    energy, whole = fit.posterior.stats["energy"].to_numpy(), diagnosed(fit)
    for chain, found in zip(energy, whole.bfmi, strict=True):
        moves = sum((later - earlier) ** 2 for earlier, later in pairwise(chain))
        expected = moves / (len(chain) - 1) / np.var(chain)
        assert found == pytest.approx(expected)
    np.testing.assert_allclose(whole.bfmi, arviz_stats.bfmi(energy), rtol=2 / energy.shape[1])


def test_energies_that_hardly_move_are_a_stop(fit: Fit):
    """Neighbours that correlate by rho have a BFMI of 2·(1 − rho); an energy that stands still has 0."""
    slow = ar1(0.95, (2, 1000))
    slow[1] = 7.0
    found = diagnosed(fit, posterior=with_stats(fit, energy=slow))
    assert found.bfmi[0] == pytest.approx(0.1, abs=0.05)
    assert found.bfmi[1] == 0
    assert next(verdict for verdict in found.verdicts if verdict.code == "bfmi").status == "stop"


def test_divergences_and_cut_trajectories_are_counted_over_chains(fit: Fit):
    marks = np.zeros((2, 1000), bool)
    marks[0, [5, 6]] = marks[1, 999] = True
    found = diagnosed(fit, posterior=with_stats(fit, diverging=marks, reached_max_treedepth=marks))
    assert found.divergences == 3
    assert found.max_treedepth_share == pytest.approx(3 / 2000)
    assert next(verdict for verdict in found.verdicts if verdict.code == "divergences").status == "look"
