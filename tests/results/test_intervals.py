import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmm_core.results.intervals import estimate, hdi, summarise


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
