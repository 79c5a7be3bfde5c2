"""Figures are measured within their own intervals."""

import numpy as np
import pytest

from mmm_core.proof.measure import draws_of, in_words, measured, reach, whose
from mmm_core.results.intervals import Estimate
from tests.proof.subjects import subject_of

OWN = Estimate(mean=2.0, low=1.0, high=4.0, median=2.0)


@pytest.mark.parametrize(("there", "expected"), [(4.0, 1.0), (1.0, -1.0), (2.0, 0.0), (6.0, 2.0), (1.5, -0.5)])
def test_the_ends_of_an_interval_are_one_away(there, expected):
    assert reach(OWN, there) == pytest.approx(expected)


def test_an_interval_without_width_is_never_left():
    assert reach(Estimate(mean=1.0, low=1.0, high=1.0), 3.0) == 0.0


def test_media_come_first_and_a_channel_without_spend_has_a_share(fit):
    summary = fit.contributions.summary
    poor = summary.channels[0].model_copy(update={"roi": None})
    figures = measured(summary.model_copy(update={"channels": (poor, *summary.channels[1:])}))
    assert [(each.channel, each.measure) for each in figures] == [
        (None, "share"), ("c0", "share"), ("c1", "return"), ("c2", "return"), ("c3", "return"),
    ]  # fmt: skip
    assert figures[1].own == poor.share


def test_draws_of_figures_have_the_medians_that_are_shown(fit):
    subject = subject_of(fit)
    draws = draws_of(subject.summary, subject.totals.additive, subject.totals.fitted)
    spends = [1.0, *(each.spend for each in subject.summary.channels)]
    for figure, each, spend in zip(measured(subject.summary), draws, spends, strict=True):
        assert float(np.median(each)) / spend == pytest.approx(figure.own.shown), figure.channel


def test_figures_are_said_in_words():
    assert (in_words("return", 2.414), in_words("share", 0.1484)) == ("2.41", "14.8\u00a0%")
    assert whose(None, "share") == "media's share of sales"
    assert whose("tv", "return") == "the return of TV"
    assert whose("tv", "share") == "the share of sales of TV"
