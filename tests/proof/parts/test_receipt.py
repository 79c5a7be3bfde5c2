"""What was tried before: how many settings, which answers, and where the run stands."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mmm_core.proof.part import Told
from mmm_core.proof.parts.receipt import ALL_MEDIA, OWN, RECEIPT
from mmm_core.proof.tried import Tried
from mmm_core.results.intervals import Estimate
from tests.conftest import Fit
from tests.proof.subjects import subject_of


def told(fit: Fit, own: float, *shares: float, before: int = 0) -> Told:
    """What the receipt of a run says in which media brought ``own``, after answers with these shares."""
    subject = subject_of(fit)
    summaries = [
        subject.summary.model_copy(update={"media_share": Estimate(mean=share, low=share / 2, high=2 * share)})
        for share in (own, *shares)
    ]
    tried = tuple(
        Tried("draft", datetime(2026, 1, 1 + number, tzinfo=UTC), (f"decay of C1: {number}",), summary)
        for number, summary in enumerate(summaries[1:])
    )
    asked = replace(subject, summary=summaries[0], tried=tried, settings_before=before)
    return RECEIPT.tell(asked, {"all": RECEIPT.work(asked, *RECEIPT.units(asked), None)})


@pytest.mark.parametrize(
    ("own", "shares", "before", "sentence"),
    [
        (0.2, (), 0, "Nobody tried other settings on this table before this run."),
        (0.2, (), 4, "4 other settings were tried on this table before this run, of which none is kept."),
        (
            0.2, (0.1,), 1,
            "1 other setting was tried on this table before this run: there media brought 10.0 % of sales, and this "
            "run's 20.0 % is more than that.",
        ),
        (
            0.2, (0.1, 0.3, 0.15), 5,
            "5 other settings were tried on this table before this run, of which 3 are kept: media brought 10.0–30.0 % "
            "of sales there, and this run's 20.0 % is more than in 2 of them.",
        ),
        (
            0.2, (0.1, 0.15), 0,
            "2 other settings were tried on this table before this run: media brought 10.0–15.0 % of sales there, and "
            "this run's 20.0 % is more than in any of them.",
        ),
        (
            0.05, (0.1, 0.15), 2,
            "2 other settings were tried on this table before this run: media brought 10.0–15.0 % of sales there, and "
            "this run's 5.0 % is no more than in any of them.",
        ),
    ],
)  # fmt: skip
def test_how_many_there_were_to_choose_from_is_said(fit, own, shares, before, sentence):
    found = told(fit, own, *shares, before=before)
    assert found.sentence.replace("\u00a0", " ") == sentence
    assert found.verdict is None  # to try is no fault
    assert found.value == max(before, len(shares))


def test_every_answer_is_a_row_for_each_channel_and_for_all_of_them(fit):
    rows = told(fit, 0.2, 0.1, 0.3).tables["answers"]
    channels = [channel.channel for channel in fit.contributions.summary.channels]
    assert [row["channel"] for row in rows] == 3 * [ALL_MEDIA, *channels]
    own = [row for row in rows if row["settings"] == OWN]
    assert own[0]["median"] == 0.2
    assert own[0]["when"] is None
    assert rows[0] == {
        "settings": "decay of C1: 0", "when": "2026-01-01", "channel": "", "median": 0.1, "low": 0.05, "high": 0.2,
    }  # fmt: skip
