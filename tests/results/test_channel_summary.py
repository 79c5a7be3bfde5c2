"""What is said of each channel in all: ratios of draws and not of means, and nothing where nothing can be said."""

import numpy as np
import pytest
from pydantic import ValidationError

from mmm_core.model.family import family_of
from mmm_core.model.padding import bucket_of
from mmm_core.model.structure import Bucket
from mmm_core.results import contributions
from mmm_core.results.channel_summary import ChannelSummary, ContributionSummary
from mmm_core.results.effects import additive, baseline, effects, removal, values_of
from mmm_core.results.intervals import Estimate
from tests.conftest import Fit, features_of, fit_world
from tests.worlds import simulate


@pytest.fixture(scope="module")
def summary(fit: Fit) -> ContributionSummary:
    return fit.contributions.summary


def interval(draws: np.ndarray, prob: float = 0.94) -> tuple[float, float, float]:
    """Mean and the shortest interval that holds a share of the draws, tried one after the other."""
    ordered = sorted(draws)
    span = int(prob * len(ordered))
    start = min(range(len(ordered) - span), key=lambda i: ordered[i + span] - ordered[i])
    return float(np.mean(draws)), ordered[start], ordered[start + span]


def numbers(found: Estimate) -> tuple[float, float, float]:
    return found.mean, found.low, found.high


def test_totals_and_ratios_are_taken_per_draw_and_then_summarised(fit: Fit, summary):
    found = effects(family_of(fit.features), values_of(fit.posterior))
    shared = additive(found, fit.features.link).sum(axis=1)
    removed = removal(found, fit.features.link).sum(axis=1)
    fitted = np.exp(found.mu).sum(axis=0)
    for number, channel in enumerate(summary.channels):
        spend = fit.world.frame[f"spend_{channel.channel}"].sum()
        assert channel.spend == pytest.approx(spend)
        for estimated, draws in (
            (channel.additive, shared[number]),
            (channel.removal, removed[number]),
            (channel.overlap, removed[number] - shared[number]),
            (channel.share, shared[number] / fitted),
            (channel.roi, shared[number] / spend),
            (channel.roi_removal, removed[number] / spend),
        ):
            assert numbers(estimated) == pytest.approx(interval(draws), rel=1e-9)
    assert numbers(summary.media) == pytest.approx(interval(shared.sum(axis=0)))
    assert numbers(summary.media_share) == pytest.approx(interval(shared.sum(axis=0) / fitted))
    assert numbers(summary.fitted) == pytest.approx(interval(fitted))


def test_the_interval_of_all_media_is_not_the_sum_of_intervals(summary):
    """Channels trade places from draw to draw: together they are known better than one by one."""
    widths = sum(channel.additive.high - channel.additive.low for channel in summary.channels)
    assert summary.media.high - summary.media.low < 0.9 * widths


def test_parts_of_the_baseline_and_media_add_up_to_fitted_sales(fit: Fit, summary):
    parts = baseline(effects(family_of(fit.features), values_of(fit.posterior)), fit.features.link).sum(axis=1)
    for draws, (name, found) in zip(parts, summary.baseline.items(), strict=True):
        assert numbers(found) == pytest.approx(interval(draws), rel=1e-9, abs=1e-6), name
    total = sum(found.mean for found in summary.baseline.values()) + summary.media.mean
    assert total == pytest.approx(summary.fitted.mean)
    assert summary.observed == pytest.approx(fit.world.frame["sales"].sum())


def test_removals_overlap_and_additive_parts_do_not(summary):
    assert sum(channel.additive.mean for channel in summary.channels) == pytest.approx(summary.media.mean)
    assert sum(channel.removal.mean for channel in summary.channels) > summary.media.mean
    for channel in summary.channels:
        assert channel.overlap.low >= 0
        assert channel.roi_removal.mean >= channel.roi.mean


def test_marginal_return_is_that_of_one_percent_more(fit: Fit, summary):
    draws = effects(family_of(fit.features), values_of(fit.posterior))
    more = (fit.features.transformed_more - fit.features.transformed).to_numpy()[:, 2]
    beta = fit.posterior.draws["beta"].to_numpy().reshape(-1, 4)[:, 2]
    sd = fit.features.scaler.channels["c2"].sd
    gain = (np.exp(draws.mu + np.outer(more / sd, beta)) - np.exp(draws.mu)).sum(axis=0)
    expected = gain.mean() / (0.01 * fit.world.frame["spend_c2"].sum())
    assert summary.channels[2].mroi.mean == pytest.approx(expected, rel=1e-8)


def test_without_spend_there_is_no_return(fit: Fit):
    frame = fit.world.frame.drop(columns="spend_c0").assign(spend_c1=0.0)
    found = contributions.decompose(features_of(frame, fit.spec), fit.posterior, seed=1).summary
    for channel in found.channels[:2]:
        assert (channel.spend, channel.roi, channel.roi_removal, channel.mroi) == (None, None, None, None)
        assert channel.additive.mean > 0
    assert found.channels[2].roi is not None


def test_the_probability_that_was_asked_for_is_that_of_every_interval_in_it(fit: Fit):
    found = contributions.decompose(fit.features, fit.posterior, seed=1, interval_prob=0.5)
    assert found.summary.interval_prob == 0.5
    totals = found.additive_totals
    for number, channel in enumerate(found.summary.channels):
        assert numbers(channel.additive) == pytest.approx(interval(totals[number], 0.5))
    # Tables have fixed column names, and their intervals stay those of the names.
    assert found.fitted.equals(contributions.decompose(fit.features, fit.posterior, seed=1).fitted)


def test_a_channel_is_judged_by_its_part_of_spend(summary):
    spent = sum(channel.spend for channel in summary.channels)
    for channel in summary.channels:
        part = channel.spend / spent
        assert channel.least_telling == pytest.approx(0.1 * summary.media_share.median * part)
        assert channel.cannot_be_told == (channel.share.low < channel.least_telling)
        assert not channel.cannot_be_told


def test_chances_are_those_of_the_draws(fit: Fit, summary):
    totals = fit.contributions.additive_totals
    spend = np.array([channel.spend for channel in summary.channels])
    assert sum(channel.p_largest for channel in summary.channels) == pytest.approx(1)
    assert sum(channel.p_best_return for channel in summary.channels) == pytest.approx(1)
    for number, channel in enumerate(summary.channels):
        assert channel.p_largest == pytest.approx((totals.max(axis=0) == totals[number]).mean())
        returns = totals[number] / spend[number]
        assert channel.chance_of_return_above(1.0) == pytest.approx((returns > 1.0).mean(), abs=0.011)
        assert channel.roi_quantiles[50] == pytest.approx(channel.roi.median)


def test_without_any_spend_channels_are_judged_by_equal_parts(fit: Fit):
    frame = fit.world.frame.drop(columns=[f"spend_c{number}" for number in range(4)])
    found = contributions.decompose(features_of(frame, fit.spec), fit.posterior, seed=1).summary
    for channel in found.channels:
        assert channel.least_telling == pytest.approx(0.1 * found.media_share.median / 4)
        assert (channel.p_best_return, channel.roi_quantiles) == (None, ())
        assert channel.chance_of_return_above(1.0) is None


@pytest.mark.slow
def test_a_channel_that_brings_nothing_cannot_be_told(compiled):
    world = simulate(21, weeks=104, channels=3)
    frame = world.frame.assign(sales=1000 * np.exp(np.random.default_rng(5).normal(0, 0.1, len(world.frame))))
    nothing = fit_world(type(world)(frame, world.decays, world.removal, world.additive), compiled)
    assert all(channel.cannot_be_told for channel in nothing.contributions.summary.channels)
    # Positive by assumption: an interval above 0 is no evidence, which is why a limit above 0 is needed.
    assert all(channel.share.low > 0 for channel in nothing.contributions.summary.channels)
    assert bucket_of(nothing.features) == Bucket(16, 24)


def test_the_file_gives_back_the_summary_and_refuses_what_is_no_number(summary):
    text = summary.model_dump_json()
    assert ContributionSummary.model_validate_json(text) == summary
    channel = summary.channels[0].model_dump()
    with pytest.raises(ValidationError, match="finite number"):
        ChannelSummary.model_validate(channel | {"spend": float("inf")})
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        ChannelSummary.model_validate(channel | {"profit": 1.0})


def test_channels_stand_by_what_they_brought(summary):
    sizes = {channel.channel: channel.additive.shown for channel in summary.channels}
    assert list(summary.names) == sorted(sizes, key=lambda name: -sizes[name])
    turned = summary.model_copy(update={"channels": summary.channels[::-1]})
    assert turned.largest_first == summary.largest_first
    assert len(set(summary.names)) == len(summary.channels)
