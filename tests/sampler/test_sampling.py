import numpy as np
import pytest

from mmm_core.errors import RunCancelledError
from mmm_core.model.structure import AnySize, Bucket
from mmm_core.results import posterior_summary
from mmm_core.runs import execution
from mmm_core.sampler import sampling
from mmm_core.sampler.sampling import ChainProgress, sample
from mmm_core.spec import SamplerSettings, spec_from
from tests.conftest import Fit, features_of
from tests.worlds import simulate

pytestmark = pytest.mark.slow
WORLD = simulate(3, weeks=60, channels=3)


def test_draws_carry_real_names_and_no_padding(fit: Fit):
    draws = fit.posterior.draws
    assert list(draws.data_vars) == ["intercept", "sigma_beta", "beta", "gamma", "sigma", "nu"]
    assert list(draws["channel"].to_numpy()) == ["c0", "c1", "c2", "c3"]
    assert draws["beta"].shape == (2, 1000, 4)
    assert draws["control"].to_numpy()[-1] == "linear_trend"


def test_the_fit_converges(fit: Fit):
    summary = posterior_summary.summarise_posterior(fit.posterior)
    assert max(row.r_hat for row in summary.parameters) < 1.03
    assert int(fit.posterior.stats["diverging"].sum()) == 0


def test_the_same_seed_gives_the_same_draws(fit: Fit, compiled):
    again = sample(
        compiled(fit.posterior.structure), fit.features, settings=fit.spec.sampler, seed=fit.spec.random_seed
    )
    assert again.draws.equals(fit.posterior.draws)
    other = sample(compiled(fit.posterior.structure), fit.features, settings=fit.spec.sampler, seed=1)
    assert not other.draws.equals(fit.posterior.draws)


def test_padded_and_plain_fits_agree(fit: Fit, compiled):
    n_channels, n_controls = fit.features.channels_scaled.shape[-1], fit.features.controls_scaled.shape[-1]
    plain = sample(compiled(Bucket(n_channels, n_controls)), fit.features, settings=fit.spec.sampler, seed=11)
    rows = zip(
        posterior_summary.summarise_posterior(plain).parameters,
        posterior_summary.summarise_posterior(fit.posterior).parameters,
        strict=True,
    )
    for first, second in rows:
        error = np.hypot(first.sd / np.sqrt(first.ess_bulk), second.sd / np.sqrt(second.ess_bulk))
        assert abs(first.mean - second.mean) <= 4 * error, first.name


def long_run(fit: Fit) -> SamplerSettings:
    return SamplerSettings(draws=20_000, tune=200)


def test_a_run_can_be_discarded_at_once(fit: Fit, compiled):
    with pytest.raises(RunCancelledError, match="discarded"):
        sample(
            compiled(fit.posterior.structure),
            fit.features,
            settings=long_run(fit),
            seed=1,
            should_stop=lambda: "discard",
        )


def test_a_stopped_run_keeps_what_every_chain_has(fit: Fit, compiled):
    seen: list[list[ChainProgress]] = []

    def enough() -> str | None:
        return "keep" if seen and min(chain.draws_done for chain in seen[-1]) > 600 else None

    found = sample(
        compiled(fit.posterior.structure), fit.features, settings=long_run(fit), seed=1,
        on_progress=seen.append, should_stop=enough,
    )  # fmt: skip
    assert found.partial
    assert 100 <= found.draws.sizes["draw"] < 20_000
    assert np.isfinite(found.draws["beta"]).all()
    assert found.stats.sizes == {"chain": 2, "draw": found.draws.sizes["draw"]}


def test_a_run_stopped_too_early_cannot_be_kept(fit: Fit, compiled):
    settings = SamplerSettings(draws=1000, tune=20_000)
    with pytest.raises(RunCancelledError, match="after 0 draws a chain; 100 are needed"):
        sample(compiled(fit.posterior.structure), fit.features, settings=settings, seed=1, should_stop=lambda: "keep")


def test_progress_counts_up_to_the_total(fit: Fit, compiled):
    seen: list[list[ChainProgress]] = []
    settings = SamplerSettings(draws=4000, tune=1000)
    sample(compiled(fit.posterior.structure), fit.features, settings=settings, seed=1, on_progress=seen.append)
    done = [sum(chain.draws_done for chain in chains) for chains in seen]
    assert done == sorted(done)
    assert {chain.draws_total for chains in seen for chain in chains} == {5000}
    shown = execution.sampling_progress(seen[-1], 2.0)
    assert shown.draws_per_second == done[-1] / 2
    assert shown.fraction == done[-1] / 10_000


def estimated_fit(compiled, seed, **stop):
    settings = SamplerSettings(draws=200, tune=200)
    features = features_of(WORLD.frame, spec_from(WORLD.spec | {"model": {"kind": "recommended"}}))
    return sample(compiled(AnySize()), features, settings=settings, seed=seed, **stop)


def test_a_stuck_chain_is_drawn_once_more_from_another_start(compiled, monkeypatch):
    usual = estimated_fit(compiled, 5)
    elsewhere = estimated_fit(compiled, 5 + sampling.AGAIN)
    monkeypatch.setattr(sampling, "STUCK_SHARE", -1.0)  # every chain counts as stuck
    again = estimated_fit(compiled, 5)
    assert again.draws.equals(elsewhere.draws)
    assert not again.draws.equals(usual.draws)
    assert again.stats["energy"].equals(elsewhere.stats["energy"])


def test_whoever_cancels_meanwhile_has_what_there_was(compiled, monkeypatch):
    usual = estimated_fit(compiled, 5)
    monkeypatch.setattr(sampling, "STUCK_SHARE", -1.0)
    # From the second drawing on the answer is to keep what there is.
    drawing = {"again": False}
    run = sampling._run

    def counted(*arguments):
        found = run(*arguments)
        drawing["again"] = True
        return found

    monkeypatch.setattr(sampling, "_run", counted)
    kept = estimated_fit(compiled, 5, should_stop=lambda: "keep" if drawing["again"] else None)
    assert kept.draws.equals(usual.draws)
