"""What was tried before? The settings tried on this table before the run, the answers seen, and where the run stands.

Nothing is judged: to try settings is no fault, and an answer at the end of those seen may be the best of them. But
whoever reads the answer may know how many there were to choose from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import AwareDatetime, Field

from mmm_core.labels import percent, percent_span
from mmm_core.proof.part import Part, Told
from mmm_core.proof.subject import Refitter, Subject
from mmm_core.results.channel_summary import ContributionSummary
from mmm_core.results.conditions import tried_in_words
from mmm_core.results.intervals import Estimate
from mmm_core.schema import Strict

OWN = "this run"
ALL_MEDIA = ""
"""Stands for all channels together in the part's table."""


class Answer(Strict):
    """What one setting answered."""

    settings: str = Field(description="What was set otherwise than in the run; of the run itself: this run.")
    when: AwareDatetime | None = Field(description="When it was tried; null: the run itself.")
    media_share: Estimate = Field(description="Joint lift over total fitted (fraction).")
    shares: dict[str, Estimate] = Field(description="Each channel's share of sales (fraction).")


class Receipt(Strict):
    """What was tried on the table before the run."""

    tried: int = Field(description="Different settings tried before the run, those included that are not kept.")
    answers: tuple[Answer, ...] = Field(description="Of those that are kept, the earliest first.")


def units(_: Subject) -> tuple[str, ...]:
    """All is read at once."""
    return ("all",)


def work(subject: Subject, _: str, __: Refitter) -> Receipt:
    """Read what was tried."""
    answers = tuple(_answer("; ".join(each.differs), each.when, each.summary) for each in subject.tried)
    return Receipt(tried=max(subject.settings_before, len(answers)), answers=answers)


def tell(subject: Subject, found: Mapping[str, Receipt]) -> Told:
    """How many settings were tried, which answers they gave, and where the run stands among them."""
    receipt = next(iter(found.values()))
    own = _answer(OWN, None, subject.summary)
    rows = [
        {
            "settings": answer.settings,
            "when": answer.when.date().isoformat() if answer.when else None,
            "channel": channel,
            "median": share.shown,
            "low": share.low,
            "high": share.high,
        }
        for answer in (*receipt.answers, own)
        for channel, share in {ALL_MEDIA: answer.media_share, **answer.shares}.items()
    ]
    return Told(
        verdict=None,
        sentence=_sentence(receipt, own.media_share.shown),
        value=float(receipt.tried),
        tables={"answers": tuple(rows)},
    )


def _sentence(receipt: Receipt, own: float) -> str:
    shares = [answer.media_share.shown for answer in receipt.answers]
    if not receipt.tried:
        return f"{tried_in_words(receipt.tried)}."
    begins = tried_in_words(receipt.tried)
    if not shares:
        return f"{begins}, of which none is kept."
    kept = (
        "" if len(shares) == receipt.tried else f", of which {len(shares)} {'is' if len(shares) == 1 else 'are'} kept"
    )
    return f"{begins}{kept}: {_range(shares)}, and this run's {percent(own, 1)} {_place(shares, own)}."


def _range(shares: Sequence[float]) -> str:
    if len(shares) == 1:
        return f"there media brought {percent(shares[0], 1)} of sales"
    return f"media brought {percent_span(min(shares), max(shares))} of sales there"


def _place(shares: Sequence[float], own: float) -> str:
    below = sum(share < own for share in shares)
    if below == len(shares):
        return "is more than that" if below == 1 else "is more than in any of them"
    if below == 0:
        return "is no more than that" if len(shares) == 1 else "is no more than in any of them"
    return f"is more than in {below} of them"


def _answer(settings: str, when: AwareDatetime | None, summary: ContributionSummary) -> Answer:
    return Answer(
        settings=settings,
        when=when,
        media_share=summary.media_share,
        shares={channel.channel: channel.share for channel in summary.channels},
    )


RECEIPT = Part(
    name="receipt",
    question="What was tried before?",
    how_to_read="Each thin mark is an answer that was seen on this table before this run, under other settings; the "
    "wide mark is this run. An answer at the end of a row was the largest or smallest of those to choose from.",
    result=Receipt,
    units=units,
    work=work,
    tell=tell,
)
