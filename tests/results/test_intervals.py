import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmm_core.results.intervals import estimate, hdi, median_error, summarise


def shortest_interval(draws: np.ndarray, prob: float) -> float:
    ordered = sorted(draws)
    span = int(prob * len(ordered))
    return min(ordered[i + span] - ordered[i] for i in range(len(ordered) - span))


@given(arrays(float, st.integers(20, 200), elements=st.floats(-1e3, 1e3)), st.sampled_from([0.5, 0.8, 0.94]))
def test_hdi_is_the_shortest_interval_with_its_share(draws, prob):
    low, high = hdi(draws, prob)
    assert high - low == pytest.approx(shortest_interval(draws, prob))
    assert ((draws >= low) & (draws <= high)).mean() >= prob


def test_hdi_of_a_skewed_posterior_starts_at_its_mode():
    draws = np.random.default_rng(0).exponential(size=20_000)
    low, high = hdi(draws)
    assert low < 0.01
    assert high == pytest.approx(-np.log(0.06), rel=0.05)


def test_summaries_work_along_the_last_axis():
    draws = np.random.default_rng(0).normal(size=(3, 4, 5000))
    summary = summarise(draws)
    assert summary.mean.shape == summary.low.shape == (3, 4)
    single = estimate(draws[1, 2])
    assert single.low == summary.low[1, 2]
    assert single.mean == pytest.approx(summary.mean[1, 2])


def test_the_error_of_a_median_is_what_other_seeds_make_of_it():
    rng = np.random.default_rng(1)
    medians = [np.median(rng.normal(size=1000)) for _ in range(400)]
    errors = [median_error(rng.normal(size=1000), 2) for _ in range(60)]
    assert np.mean(errors) == pytest.approx(np.std(medians), rel=0.15)


def test_draws_that_hang_together_and_chains_that_disagree_tell_less():
    rng = np.random.default_rng(2)
    noise, slow = rng.normal(size=2000), np.zeros(2000)
    for place in range(1, 2000):
        slow[place] = 0.9 * slow[place - 1] + noise[place] * (1 - 0.81) ** 0.5
    least = median_error(noise, 2)
    assert median_error(slow, 2) > 2 * least
    apart = noise + np.repeat([0.0, 1.0], 1000)
    assert median_error(apart, 2) > 2 * least
    assert median_error(noise[:3], 2) == 0.0
    assert median_error(np.zeros(100), 2) == 0.0
