"""How often a later estimate leaves the interval before it."""

import pytest

from mmm_core.proof.parts.foresight import Fold, FoldChannel
from mmm_core.proof.parts.refreshes import REFRESHES
from mmm_core.proof.subject import Subject
from mmm_core.results.intervals import Estimate
from tests.proof.parts.test_foresight import scored
from tests.proof.subjects import subject_of


@pytest.fixture
def subject(fit) -> Subject:
    return subject_of(fit)


def grown(subject: Subject, fitted: int, *, far: tuple[str, ...] = (), roi: bool = True) -> Fold:
    """A fold in which each channel had the run's own return, but those that were far from it."""
    channels = []
    for channel in subject.summary.channels:
        own = channel.roi if roi and channel.roi else channel.share
        times = 10.0 if channel.channel in far else 1.0
        estimate = Estimate(mean=times * own.mean, low=times * own.low, high=times * own.high, median=times * own.shown)
        channels.append(
            FoldChannel(channel=channel.channel, share=estimate, roi=estimate if channel.roi and roi else None)
        )
    return scored(inside=9, model=5.0, fitted=fitted).model_copy(
        update={"channels": tuple(channels), "last": f"2024-01-{fitted % 28 + 1:02}"}
    )


def test_estimates_that_stay_confirm_those_before(subject):
    told = REFRESHES.tell(subject, {"52": grown(subject, 52), "65": grown(subject, 65)})
    count = 2 * len(subject.channels)
    assert told.sentence == f"As the table grew, 0 of {count} later estimates left the interval of the one before."
    assert (told.verdict, told.value, told.not_shown, told.remedy) == ("pass", 0.0, (), "")


def test_a_channel_that_moves_is_named_where_it_is_judged(subject):
    first, second, *_ = subject.channels
    moved = {"52": grown(subject, 52, far=(first,)), "65": grown(subject, 65, far=(first, second))}
    told = REFRESHES.tell(subject, moved)
    # The first moves once (to the run), the second twice (there and back).
    assert told.value == pytest.approx(3 / (2 * len(subject.channels)))
    assert told.verdict == "look"
    assert told.not_shown == (second, first)
    assert told.remedy


def test_one_fold_is_compared_with_the_run_itself(subject):
    told = REFRESHES.tell(subject, {"52": grown(subject, 52)})
    rows = told.tables["returns"]
    assert len(rows) == 2 * len(subject.channels)
    assert rows[-1]["until"] == str(subject.features.dates.max().astype("datetime64[D]"))
    assert rows[-1]["channel"] == subject.channels[-1]
    assert rows[-1]["median"] == subject.summary.channels[-1].roi.shown


def test_every_channel_that_leaves_stops_it(subject):
    told = REFRESHES.tell(subject, {"52": grown(subject, 52, far=tuple(subject.channels))})
    assert (told.verdict, told.value) == ("stop", 1.0)
    assert set(told.not_shown) == set(subject.channels)
