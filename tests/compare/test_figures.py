"""Figures with their Monte-Carlo errors."""

from mmm_core import shipped
from mmm_core.compare.figures import figures_of
from mmm_core.proof.subject import read_subject


def test_figures_of_a_run_are_those_that_its_summary_shows():
    run = read_subject(shipped.RUNS["demo"])
    found = {each.key: each for each in figures_of(run.summary, run.totals, 2)}
    for channel in run.summary.channels:
        assert found[channel.channel, "share"].value == channel.share
        assert found[channel.channel, "return"].value == channel.roi
        assert 0 < found[channel.channel, "share"].error < channel.share.high - channel.share.low
    assert list(found)[: len(run.channels)] == [(name, "share") for name in run.channels]
