"""No sentence contradicts a figure, whatever the posterior."""

import json
import re

import numpy as np
import pytest

from mmm_core.results import headline
from mmm_core.results.channel_summary import ChannelSummary, ContributionSummary
from mmm_core.results.intervals import estimate
from mmm_core.results.verdicts import ShareComparison

NAMES = ["tv", "search", "video", "radio", "print"]


def summary_of(totals: np.ndarray, spend: np.ndarray, least: float = 0.004) -> ContributionSummary:
    """What a run would say of draws of totals ``(channel, sample)``, of sales of one."""
    returns = totals / spend[:, None]
    channels = tuple(
        ChannelSummary(
            channel=name, additive=estimate(draws), removal=estimate(draws), overlap=estimate(0 * draws),
            share=estimate(draws), spend=float(cost), roi=estimate(draws / cost), roi_removal=estimate(draws / cost),
            mroi=estimate(draws / cost), cannot_be_told=estimate(draws).low < least, least_telling=least,
            p_largest=float((totals.argmax(axis=0) == place).mean()),
            p_best_return=float((returns.argmax(axis=0) == place).mean()),
            roi_quantiles=tuple(np.quantile(draws / cost, np.linspace(0, 1, 101)).tolist()),
        )
        for place, (name, draws, cost) in enumerate(zip(NAMES, totals, spend, strict=False))
    )  # fmt: skip
    media = totals.sum(axis=0)
    return ContributionSummary(
        interval_prob=0.94, partial=False, channels=channels, baseline={}, media=estimate(media),
        media_share=estimate(media), fitted=estimate(np.ones_like(media)), observed=1.0,
    )  # fmt: skip


def random_summary(seed: int) -> ContributionSummary:
    """Shares of very different sizes and certainty, skewed and tied together."""
    rng = np.random.default_rng(seed)
    channels = int(rng.integers(1, len(NAMES) + 1))
    centre, width = rng.normal(-3.5, 1, channels), rng.uniform(0.02, 1.5, channels)
    shared = rng.normal(size=1000) * rng.uniform(0, 1)
    totals = np.exp(centre[:, None] + width[:, None] * (rng.normal(size=(channels, 1000)) + shared))
    return summary_of(totals, np.exp(rng.normal(-3, 1, channels)))


@pytest.mark.parametrize("seed", range(300))
def test_no_sentence_contradicts_a_figure(seed):
    summary = random_summary(seed)
    said, leader = headline.most_in_words(summary), headline.largest(summary)
    told = [channel for channel in summary.channels if not channel.cannot_be_told]
    if leader is None:
        assert said == ""
        assert not told
        assert headline.unclear_in_words(summary).startswith("No channel can be told")
        return
    shown = {channel.channel: channel.share.shown for channel in summary.channels}
    assert leader.channel.channel == max(told, key=lambda channel: channel.share.shown).channel
    unhedged = "brought the most," in said and "probably" not in said and "may have" not in said
    if unhedged:
        assert shown[leader.channel.channel] == max(shown.values())
        assert leader.chance is not None
        assert leader.chance >= 0.8
        assert all(channel.p_largest <= 0.05 for channel in summary.channels if channel is not leader.channel)
    above = [name for name, value in shown.items() if value > shown[leader.channel.channel]]
    assert all(name in said.lower() or "other channel" in said for name in above)
    assert said.startswith("of the channels that can be told") == bool(above)
    if "probably" in said:
        assert leader.chance >= 0.5
    figures = {f"{100 * value:.1f}" for value in shown.values()}
    assert re.search(r"most, ([\d.]+)", said).group(1) in figures
    # The chart's first row is the largest of all: it is the one that is named, or the sentence says why not.
    first = summary.names[0]
    assert first == leader.channel.channel or first in said.lower()


@pytest.mark.parametrize("seed", range(100))
def test_the_best_return_is_the_largest_of_those_that_can_be_told(seed):
    summary = random_summary(seed)
    leader = headline.best_return(summary)
    told = [channel.roi.shown for channel in summary.channels if not channel.cannot_be_told]
    assert (leader is None) == (not told)
    if leader:
        assert leader.figure.shown == max(told)
        assert leader.is_largest == (leader.figure.shown >= max(channel.roi.shown for channel in summary.channels))


def test_a_larger_channel_that_cannot_be_told_is_named_beside_the_leader():
    rng = np.random.default_rng(1)
    totals = np.stack([rng.normal(0.05, 0.004, 2000), np.exp(rng.normal(np.log(0.07), 1.6, 2000))])
    said = headline.most_in_words(summary_of(totals, np.array([0.02, 0.02]), least=0.005))
    assert said.startswith("of the channels that can be told, TV may have brought the most, 5.0")
    assert said.endswith("may have brought more")
    assert "Search (" in said


def test_one_that_leads_for_sure_is_said_without_a_but():
    rng = np.random.default_rng(1)
    totals = np.stack([rng.normal(0.10, 0.004, 2000), rng.normal(0.04, 0.004, 2000)])
    assert re.fullmatch(
        r"TV brought the most, 10\.0\s% \(9\.\d–10\.\d\s%\)",
        headline.most_in_words(summary_of(totals, np.array([0.02, 0.02]))),
    )


def test_files_of_earlier_versions_are_read_with_what_they_have():
    old = json.loads(random_summary(5).model_dump_json())
    for channel in old["channels"]:
        for new in ("p_largest", "p_best_return", "roi_quantiles", "least_telling"):
            del channel[new]
    summary = ContributionSummary.model_validate(old)
    assert "%" in headline.most_in_words(summary) or headline.largest(summary) is None
    assert "chance" not in headline.most_in_words(summary)
    assert headline.unclear_rule(summary).endswith("below 1 %")


def test_the_chance_of_a_return_is_the_share_of_draws_above_it():
    summary = random_summary(8)
    rng = np.random.default_rng(0)
    for channel in summary.channels:
        draws = np.interp(rng.uniform(size=20_000), np.linspace(0, 1, 101), channel.roi_quantiles)
        for least in (0.2, 1.0, 3.0):
            assert channel.chance_of_return_above(least) == pytest.approx((draws > least).mean(), abs=0.02)
        assert channel.chance_of_return_above(0.0) == 1.0
        assert channel.chance_of_return_above(1e9) == 0.0


def test_what_is_only_the_prior_is_named_before_any_figure():
    before, after = estimate(np.array([0.1, 0.2])), estimate(np.array([0.1, 0.2]))
    rows = [
        ShareComparison(channel=None, prior=before, posterior=after, width_ratio=0.3),
        ShareComparison(channel="tv", prior=before, posterior=after, width_ratio=0.95),
        ShareComparison(channel="radio", prior=before, posterior=after, width_ratio=0.79),
    ]
    assert headline.prior_in_words(rows) == (
        "This table cannot tell the share of TV: what you see is what was believed before the data"
    )
    assert headline.prior_in_words(rows[:1]) == ""


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (0.3, False), (0.6, False), (0.61, True), (0.79, True), (0.8, True), (0.804, True), (0.81, False),
        (None, False),
    ],
)  # fmt: skip
def test_at_the_limit_of_what_is_told_the_words_change_and_do_not_vanish(ratio, said):
    before, after = estimate(np.array([0.1, 0.2])), estimate(np.array([0.1, 0.2]))
    row = ShareComparison(channel="tv", prior=before, posterior=after, width_ratio=ratio)
    little = headline.little_in_words([row])
    assert bool(little) is said
    if said:
        assert f"TV ({100 * ratio:.0f}" in little
        assert headline.prior_in_words([row]) == ""
